"""A history that somebody changes in the database is seen to be changed (T34)."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.access import SYSTEM
from engine.audit.chain import canonical, link
from engine.audit.verify import Report, chains
from engine.commands.claim import claim, release
from engine.commands.draft import save_draft
from engine.commands.operate import cancel_instance
from engine.model.database import Database
from engine.queries.verify import verify
from tests.security.people import Crew


@pytest.fixture(scope="module")
def written(shared: Crew, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with five short histories and the system's own, without the triggers that protect them."""
    for _ in range(5):
        task = shared.replenish()
        for _ in range(2):
            claim(shared.db, task, shared.actor("lin"))
            release(shared.db, task, shared.actor("lin"))
    save_draft(shared.db, task, {}, shared.actor("lin"))
    cancel_instance(shared.db, int(task.split("-")[0]), "because", SYSTEM)
    path = tmp_path_factory.mktemp("history") / "written.db"
    with closing(sqlite3.connect(shared.company.settings.home / "company.db")) as source:
        source.execute("VACUUM INTO ?", (str(path),))
    with closing(sqlite3.connect(path)) as raw, raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
    return path


@pytest.fixture(scope="module")
def opened(written: Path) -> Iterator[Database]:
    """The database as `restock verify` opens it."""
    database = Database(f"sqlite:///{written}")
    yield database
    database.close()


Row = tuple[int, int, str, bytes]
Change = Callable[[sqlite3.Connection, list[Row], "st.DataObject"], None]


def _one(rows: list[Row], data: st.DataObject) -> Row:
    return data.draw(st.sampled_from(rows))


def _put(raw: sqlite3.Connection, row: Row, **new: object) -> None:
    sets = ", ".join(f"{name} = ?" for name in new)
    raw.execute(f"UPDATE entry SET {sets} WHERE instance_id = ? AND seq = ?", (*new.values(), row[0], row[1]))


def update_body(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """One letter of one entry."""
    row = _one(rows, data)
    place = data.draw(st.integers(0, len(row[2]) - 1))
    other = data.draw(st.characters(codec="utf-8", exclude_characters=row[2][place] + "\0"))
    _put(raw, row, body=row[2][:place] + other + row[2][place + 1 :])


def update_actor(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """Somebody else did it, and the hash is computed anew."""
    row = _one(rows, data)
    told = json.loads(row[2])
    body = canonical(told | {"actor": told["actor"] + "x"})
    before = [each for each in rows if each[0] == row[0] and each[1] == row[1] - 1]
    _put(raw, row, body=body, hash=link(before[0][3] if before else bytes(32), body))


def update_hash(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """One bit of one hash."""
    row = _one(rows, data)
    bit = data.draw(st.integers(0, 255))
    turned = int.from_bytes(row[3]) ^ (1 << bit)
    _put(raw, row, hash=turned.to_bytes(32))


def delete(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """One entry is gone."""
    raw.execute("DELETE FROM entry WHERE instance_id = ? AND seq = ?", _one(rows, data)[:2])


def delete_and_close_up(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """One entry is gone and the later ones are numbered anew."""
    row = _one(rows, data)
    delete_one = "DELETE FROM entry WHERE instance_id = ? AND seq = ?"
    raw.execute(delete_one, row[:2])
    for later in sorted(each for each in rows if each[0] == row[0] and each[1] > row[1]):
        _put(raw, later, seq=later[1] - 1)


def swap(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """Two entries of one or two histories change their places."""
    one = _one(rows, data)
    other = data.draw(st.sampled_from([each for each in rows if each[2] != one[2]]))
    _put(raw, one, body=other[2], hash=other[3])
    _put(raw, other, body=one[2], hash=one[3])


def insert(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """An entry that never was, at the end of a history, rightly chained."""
    number = _one(rows, data)[0]
    row = max(each for each in rows if each[0] == number)
    body = canonical(json.loads(row[2]) | {"seq": row[1] + 1})
    raw.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", (row[0], row[1] + 1, body, link(row[3], body)))


def insert_elsewhere(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """A history of an instance that never was."""
    body = canonical({"instance": 999, "seq": 1, "verb": "start"})
    raw.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", (999, 1, body, link(bytes(32), body)))


def truncate_tail(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """The last entries of a history are gone."""
    row = _one(rows, data)
    raw.execute("DELETE FROM entry WHERE instance_id = ? AND seq >= ?", row[:2])


def restore_older(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """A history from an older backup: its tail is gone and the instance says the older version."""
    row = data.draw(st.sampled_from([each for each in rows if each[1] > 1]))
    raw.execute("DELETE FROM entry WHERE instance_id = ? AND seq >= ?", row[:2])
    raw.execute("UPDATE instance SET version = ? WHERE id = ?", (row[1] - 1, row[0]))


def rewrite_whole(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """A whole history written anew from one entry on, rightly chained; the instance keeps its old head."""
    row = _one(rows, data)
    head = next((each[3] for each in rows if each[:2] == (row[0], row[1] - 1)), bytes(32))
    for each in sorted(each for each in rows if each[0] == row[0] and each[1] >= row[1]):
        body = canonical(json.loads(each[2]) | {"address": "elsewhere"})
        head = link(head, body)
        _put(raw, each, body=body, hash=head)


def change_head(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """The instance claims another head."""
    raw.execute(
        "UPDATE instance SET head = ? WHERE id = ?", (hashlib.sha256(b"?").digest(), _one(rows, data)[0])
    )


def drop_instance(raw: sqlite3.Connection, rows: list[Row], data: st.DataObject) -> None:
    """An instance is gone, its history is not."""
    raw.execute("DELETE FROM instance WHERE id = ?", (_one(rows, data)[0],))


CHANGES: list[Change] = [
    update_body, update_actor, update_hash, delete, delete_and_close_up, swap, insert, insert_elsewhere,
    truncate_tail, restore_older, rewrite_whole, change_head, drop_instance,
]  # fmt: skip


def test_an_untouched_history_is_whole(opened: Database) -> None:
    """Nothing is found where nothing was done."""
    report = verify(opened)

    assert [] == report.problems
    assert report.entries > 25


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_any_single_change_is_seen(opened: Database, change: Change) -> None:
    """Wherever it is made, whatever it is: `restock verify` names the history it was made in."""

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate],
    )
    @given(data=st.data())
    def anywhere(data: st.DataObject) -> None:
        report = Report()
        with opened.engine.connect() as connection, connection.begin() as transaction:
            raw = cast("sqlite3.Connection", connection.connection.driver_connection)
            rows = raw.execute("SELECT instance_id, seq, body, hash FROM entry ORDER BY 1, 2").fetchall()
            change(raw, rows, data)
            chains(connection, report)
            transaction.rollback()
        assert [] != report.problems

    anywhere()


def test_the_database_itself_refuses_changes(shared: Crew) -> None:
    """Who has only the application's connection can neither update nor delete an entry."""
    shared.replenish()
    for statement in ("UPDATE entry SET body = '{}'", "DELETE FROM entry", "DELETE FROM entry WHERE seq = 1"):
        with pytest.raises(Exception, match="the history cannot be changed"), shared.db.write() as connection:
            connection.exec_driver_sql(statement)

    assert [] == verify(shared.db, states=False).problems
