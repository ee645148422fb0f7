"""The database: durable, one writer at a time, times that are aware."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import OperationalError

from engine.config import Settings
from engine.errors import Broken
from engine.migrations import OutOfDate, assert_current, upgrade
from engine.model.database import Database, assert_fit, connect
from engine.model.fairness import FairLock
from engine.model.instances import setting
from engine.model.metadata import Moment, from_microseconds, microseconds
from engine.model.trouble import DiskFull, NotOpened, Unavailable, translated

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty database of this version."""
    found = Database(f"sqlite:///{tmp_path / 'restock.db'}", clock=lambda: NOON)
    upgrade(found)
    yield found
    found.close()


def test_connecting_makes_the_folder_and_asserts_durability(tmp_path: Path) -> None:
    """WAL and synchronous=FULL: an acknowledged step survives a power cut."""
    db = connect(Settings(home=tmp_path / "new"))

    with db.read() as connection:
        assert ("wal", 2) == (
            connection.exec_driver_sql("PRAGMA journal_mode").scalar(),
            connection.exec_driver_sql("PRAGMA synchronous").scalar(),
        )
    db.close()


def test_a_database_that_may_lose_commits_is_refused(db: Database) -> None:
    """With synchronous=NORMAL the last commits can be lost: the start is refused."""

    @event.listens_for(db.engine, "connect", insert=False)
    def _weaken(raw: object, _record: object) -> None:
        raw.execute("PRAGMA synchronous=NORMAL")  # type: ignore[attr-defined]

    db.engine.dispose()

    with pytest.raises(NotOpened, match="write commits through"):
        assert_fit(db)


def test_an_error_undoes_the_whole_transaction(db: Database) -> None:
    """What was written before the error is not there afterwards."""

    def fails() -> None:
        with db.write() as connection:
            connection.execute(insert(setting).values(key="a", value="1"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()

    with db.read() as connection:
        assert [] == connection.execute(select(setting)).all()


def test_commands_do_not_call_commands(db: Database) -> None:
    """A second transaction inside the first would wait for itself: it is refused at once."""
    with pytest.raises(Broken), db.write(), db.write():
        pass
    with db.write() as connection:
        connection.execute(insert(setting).values(key="a", value="1"))


def test_a_reader_sees_one_state(db: Database) -> None:
    """What others commit meanwhile does not appear in the middle of a page."""
    with db.read() as reader:
        assert [] == reader.execute(select(setting)).all()
        writer = threading.Thread(target=_write, args=(db,))
        writer.start()
        writer.join()
        assert [] == reader.execute(select(setting)).all()
    with db.read() as reader:
        assert 1 == len(reader.execute(select(setting)).all())


def _write(db: Database) -> None:
    with db.write() as connection:
        connection.execute(insert(setting).values(key="a", value="1"))


def test_writers_are_served_in_turn() -> None:
    """Whoever comes first to a taken lock is served first."""
    lock, order, ready = FairLock(), [], threading.Semaphore(0)

    def wait(n: int) -> None:
        ready.release()
        with lock:
            order.append(n)

    threads = [threading.Thread(target=wait, args=(n,)) for n in range(5)]
    with lock:
        for n, thread in enumerate(threads):
            thread.start()
            ready.acquire()
            while len(lock._waiting) <= n:
                pass
    for thread in threads:
        thread.join()

    assert [0, 1, 2, 3, 4] == order


def test_times_are_aware_utc(db: Database) -> None:
    """A time without zone is refused; others come back as the same moment in UTC."""
    shanghai = datetime(2026, 3, 2, 20, tzinfo=timezone(timedelta(hours=8)))
    kind = Moment()

    assert NOON == kind.process_result_value(
        kind.process_bind_param(shanghai, db.engine.dialect), db.engine.dialect
    )
    assert NOON == from_microseconds(microseconds(shanghai))
    with pytest.raises(ValueError, match="without zone"):
        kind.process_bind_param(datetime(2026, 3, 2), db.engine.dialect)  # noqa: DTZ001


def test_upgrading_twice_changes_nothing(db: Database) -> None:
    """An up-to-date database is left alone and may be used."""
    upgrade(db)
    assert_current(db)


def test_a_database_of_another_version_is_refused(tmp_path: Path) -> None:
    """One without tables, or half way, is not used."""
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(OutOfDate):
        assert_current(empty)
    empty.close()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://u:secret@127.0.0.1:1/d", "cannot be opened: .*refused"),
        ("mysql://u:secret@127.0.0.1/d", "must be postgresql://"),
        ("nonsense", "must be postgresql://"),
        ("postgresql+pg8000://u:secret@127.0.0.1/d", "pip install 'restock.postgres.'"),
    ],
)
def test_why_a_database_cannot_be_opened(tmp_path: Path, address: str, told: str) -> None:
    """One sentence says what to do, never the password."""
    with pytest.raises(NotOpened, match=told) as caught:
        connect(Settings(home=tmp_path, database=address))

    assert "secret" not in caught.value.message.zh + caught.value.message.en


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("database is locked", Unavailable),
        ("database or disk is full", DiskFull),
        ("no such table: x", OperationalError),
    ],
)
def test_trouble_is_told_in_words(said: str, error: type[Exception]) -> None:
    """A busy database is 503, a full disk 507; a fault of ours stays one."""

    def fails() -> None:
        with translated():
            raise OperationalError("SELECT 1", {}, sqlite3.OperationalError(said))

    with pytest.raises(error):
        fails()


def test_who_is_interrupted_while_waiting_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A waiter that gives up leaves the queue; the lock is free again afterwards."""

    class Interrupted:
        """A lock whose second taking is interrupted from the keyboard."""

        def __init__(self) -> None:
            self.taken = False

        def acquire(self) -> None:
            if self.taken:
                raise KeyboardInterrupt
            self.taken = True

    lock = FairLock()
    with lock:
        with monkeypatch.context() as patch:
            patch.setattr("engine.model.fairness.threading.Lock", Interrupted)
            with pytest.raises(KeyboardInterrupt):
                lock.__enter__()
        assert 0 == len(lock._waiting)
    with lock:
        pass
