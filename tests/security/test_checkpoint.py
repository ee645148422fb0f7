"""A checkpoint kept outside shows what the database alone cannot: a history rewritten from end to end (T34)."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from engine.access import SYSTEM
from engine.audit import checkpoint
from engine.audit.chain import canonical, link
from engine.audit.checkpoint import Checkpoint, Comparison, NoCheckpoint
from engine.commands.operate import cancel_instance
from engine.model.database import Database
from engine.queries.verify import NotWhole, take_checkpoint, verify
from tests.quick import least
from tests.security.people import Crew


@pytest.fixture
def copy(shared: Crew, tmp_path: Path) -> Iterator[Database]:
    """A database with five short histories, in the hands of its administrator: the triggers are gone."""
    for _ in range(5):
        task = shared.replenish()
    cancel_instance(shared.db, int(task.split("-")[0]), "because", SYSTEM)
    path = tmp_path / "copy.db"
    with closing(sqlite3.connect(shared.company.settings.home / "company.db")) as source:
        source.execute("VACUUM INTO ?", (str(path),))
    with closing(sqlite3.connect(path)) as raw, raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def found(database: Database, then: Checkpoint) -> list[tuple[int, str]]:
    """What the comparison says, by instance."""
    report = verify(database, states=False, checkpoints=[then])
    return [(each.instance_id, each.code) for each in report.problems]


def newest(database: Database) -> int:
    """The instance that was cancelled, the last."""
    with database.read() as connection:
        return int(connection.exec_driver_sql("SELECT max(id) FROM instance").scalar_one())


def rewrite(
    database: Database, instance: int, since: int, told: dict[str, str], until: int | None = None
) -> None:
    """What an administrator of the database can do: other words, and every hash and head computed anew."""
    with database.write() as connection:
        sql = "SELECT seq, body, hash FROM entry WHERE instance_id = ? ORDER BY seq"
        rows = connection.exec_driver_sql(sql, (instance,)).all()
        head, last = bytes(32), 0
        for seq, body, kept in rows:
            if until is not None and seq > until:
                connection.exec_driver_sql(
                    "DELETE FROM entry WHERE instance_id = ? AND seq = ?", (instance, seq)
                )
                continue
            text = canonical(json.loads(body) | told) if seq >= since else body
            head, last = (link(head, text) if seq >= since else kept), seq
            update = "UPDATE entry SET body = ?, hash = ? WHERE instance_id = ? AND seq = ?"
            connection.exec_driver_sql(update, (text, head, instance, seq))
        connection.exec_driver_sql(
            "UPDATE instance SET version = ?, head = ? WHERE id = ?", (last, head, instance)
        )


def test_a_history_that_goes_on_agrees(shared: Crew, copy: Database) -> None:
    """Chains that grew, and new ones, contradict no earlier checkpoint."""
    then = take_checkpoint(shared.db)
    task = shared.replenish()
    cancel_instance(shared.db, int(task.split("-")[0]), "because", SYSTEM)
    shared.replenish()

    report = verify(shared.db, states=False, checkpoints=[then, take_checkpoint(copy)])

    assert [] == report.problems
    assert report.entries > then.entries


def test_a_consistent_rewriting_is_seen(copy: Database) -> None:
    """Somebody else's name, every hash computed anew: whole by itself, but not the history that was witnessed."""
    then, number = take_checkpoint(copy), newest(copy)

    rewrite(copy, number, 1, {"actor": "zhao"})

    assert [] == verify(copy, states=False).problems
    assert [(number, "rewritten")] == found(copy, then)


def test_rewriting_the_last_entry_of_the_system_is_seen(copy: Database) -> None:
    """The system's own chain (people, rights, deployments) stands in the checkpoint as well."""
    then = take_checkpoint(copy)
    (count,) = [count for instance, count, _mark in then.chains if instance == 0]

    rewrite(copy, 0, count, {"actor": "nobody"})

    assert [] == verify(copy, states=False).problems
    assert [(0, "rewritten")] == found(copy, then)


def test_a_missing_end_is_seen(copy: Database) -> None:
    """The last step undone, head and version put back: as an older backup of one instance would be."""
    then, number = take_checkpoint(copy), newest(copy)

    rewrite(copy, number, 99, {}, until=1)

    assert [] == verify(copy, states=False).problems
    assert [(number, "shorter")] == found(copy, then)


def test_a_deleted_instance_is_seen(copy: Database) -> None:
    """An instance taken out with everything that belongs to it."""
    then, number = take_checkpoint(copy), newest(copy)

    with copy.write() as connection:
        for table in ("entry", "task", "job", "subscription", "incident", "signature", "attachment"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE instance_id = ?", (number,))
        connection.exec_driver_sql("DELETE FROM instance WHERE id = ?", (number,))

    assert [] == verify(copy, states=False).problems
    assert [(number, "gone")] == found(copy, then)


def test_a_forged_file_is_seen(copy: Database) -> None:
    """Who changes the letters of the file along with the history cannot change the fingerprint on paper."""
    then, number = take_checkpoint(copy), newest(copy)
    rewrite(copy, number, 1, {"actor": "zhao"})
    forged = Checkpoint(then.at, then.root, take_checkpoint(copy).chains)

    assert [(0, "root")] == found(copy, forged)
    assert then.root != take_checkpoint(copy).root


def test_no_checkpoint_of_a_broken_history(copy: Database) -> None:
    """What does not fit is not witnessed."""
    with copy.write() as connection:
        connection.exec_driver_sql("UPDATE entry SET body = replace(body, 'lin', 'wu') WHERE instance_id = 1")

    with pytest.raises(NotWhole):
        take_checkpoint(copy)


def test_the_file_reads_back(copy: Database) -> None:
    """Plain ASCII lines, with the line ends of any system."""
    then = take_checkpoint(copy)
    text = checkpoint.write(then)

    assert then == checkpoint.read(text.encode())
    assert then == checkpoint.read(text.replace("\n", "\r\n").encode())


@pytest.mark.parametrize(
    "change",
    [
        lambda _text: "",
        lambda text: "x" + text,
        lambda text: text.replace("restock checkpoint 1", "restock checkpoint 2"),
        lambda text: text.rsplit("\n", 2)[0] + "\n",
        lambda text: text + "99999 1 00000000\n",
        lambda text: text + text.splitlines()[-1] + "\n",
        lambda text: text.replace("\nroot ", "\nroot z"),
        lambda text: text.replace("at 20", "at 99", 1).replace("-", "/", 1),
        lambda text: text + "中",
        lambda text: text + "\0",
    ],
)
def test_what_is_no_checkpoint_is_refused(copy: Database, change: object) -> None:
    """Another file, lines lost or added, another version."""
    text = checkpoint.write(take_checkpoint(copy))

    with pytest.raises(NoCheckpoint):
        checkpoint.read(change(text).encode())  # type: ignore[operator]


def test_the_root_is_that_of_rfc_6962() -> None:
    """A tree of one, two, three and five leaves, computed by the definition of the standard."""

    def leaf(head: tuple[int, int, bytes]) -> bytes:
        body = head[0].to_bytes(8, "big") + head[1].to_bytes(8, "big") + head[2]
        return hashlib.sha256(b"\0" + body).digest()

    def tree(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return leaves[0]
        left = 1
        while left * 2 < len(leaves):
            left *= 2
        return hashlib.sha256(b"\1" + tree(leaves[:left]) + tree(leaves[left:])).digest()

    heads = [(number, number + 7, hashlib.sha256(bytes([number])).digest()) for number in range(13)]
    for count in (1, 2, 3, 5, 8, 13):
        assert tree([leaf(head) for head in heads[:count]]).hex() == checkpoint.root(heads[:count])
    assert hashlib.sha256(b"").hexdigest() == checkpoint.root([])


def test_a_hundred_thousand_instances_take_moments() -> None:
    """Made, written, read and compared in a few seconds of one processor, in a file of two megabytes."""
    heads = [(number, 60, hashlib.sha256(number.to_bytes(8)).digest()) for number in range(100_000)]
    from datetime import UTC, datetime

    sizes = []

    def compare() -> None:
        content = checkpoint.write(checkpoint.make(datetime(2026, 3, 2, tzinfo=UTC), heads)).encode()
        sizes.append(len(content))
        comparison = Comparison(checkpoint.read(content))
        for number, count, head in heads:
            comparison.see(number, count, head)
        assert [] == list(comparison.differences(dict.fromkeys(range(100_000), 60)))

    assert least(compare, 10) < 10
    assert sizes[0] < 2_200_000


def test_the_auditor_takes_and_compares(shared: Crew) -> None:
    """By the page, without a terminal: download, compare, and be told what does not fit."""
    shen = shared.client("shen")
    shared.replenish()
    assert "检查点" in shen.get("/audit").text
    taken = shen.get("/audit/checkpoint")
    assert taken.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''restock-checkpoint-")
    root = checkpoint.read(taken.data).root
    shared.replenish()

    good = shen.post("/audit/compare", data={"checkpoint": (BytesIO(taken.data), "kept.txt")})
    assert (200, True, True) == (good.status_code, root in good.text, "检查点的延续" in good.text)
    longer = taken.data.replace(b"\n1 ", b"\n1 9", 1)
    lines = longer.decode().splitlines()
    total = sum(int(line.split()[1]) for line in lines[5:])
    longer = "\n".join([*lines[:3], f"entries {total}", *lines[4:]]).encode() + b"\n"
    bad = shen.post("/audit/compare", data={"checkpoint": (BytesIO(longer), "kept.txt")})
    assert (200, True) == (bad.status_code, "末尾记录缺失" in bad.text)
    none = shen.post("/audit/compare", data={"checkpoint": (BytesIO(b"\x89PNG"), "kept.txt")})
    forgotten = shen.post("/audit/compare", data={})
    assert (422, True) == (none.status_code, "不是检查点文件" in none.text)
    assert (422, True) == (forgotten.status_code, "请选择检查点文件" in forgotten.text)
