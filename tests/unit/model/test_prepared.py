"""Statements given to the driver as they are: the same rows, values and errors as SQLAlchemy's own way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, event, insert, literal, select, union_all, update
from sqlalchemy.exc import IntegrityError

from engine.migrations import upgrade
from engine.model.database import Database
from engine.model.instances import command, job, task
from engine.model.prepared import Prepared

AT = datetime(2026, 3, 10, 8, 30, 0, 123456, tzinfo=UTC)
JOB: dict[str, Any] = {
    "instance_id": 1,
    "task": 2,
    "kind": "timer",
    "due_at": AT,
    "max_attempts": 5,
    "payload": None,
}

ADD = Prepared(insert(job), JOB)
FIND = Prepared(select(job).where(job.c.task == bindparam("task")))
KEEP = Prepared(insert(command), command.c.keys())


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    opened = Database(f"sqlite:///{tmp_path / 'prepared.db'}")
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture(params=["driver", "sqlalchemy"])
def way(request: pytest.FixtureRequest, db: Database) -> str:
    """Once as it is, once while somebody listens to the statements."""
    if request.param == "sqlalchemy":
        event.listen(db.engine, "before_cursor_execute", lambda *_: None)
    return str(request.param)


def test_both_ways_give_the_same(db: Database, way: str) -> None:
    """Times come back aware, truth as bool, and columns that are not given have their defaults."""
    with db.write() as connection:
        assert 1 == ADD.run(connection, JOB)
        row = FIND.one_or_none(connection, {"task": 2})

    assert (AT, False, 0, "", None) == (row.due_at, row.dead, row.attempts, row.element, row.error)
    assert [tuple(row)] == [tuple(each) for each in db.ask(FIND, {"task": 2})]
    assert [] == list(db.ask(FIND, {"task": 3}))


def test_many_rows_at_once(db: Database, way: str) -> None:
    """One statement for several sets of values; the number of rows is told."""
    change = Prepared(update(job).where(job.c.task == bindparam("t")).values(error=bindparam("why")))
    forget = Prepared(delete(job).where(job.c.task == bindparam("t")))
    with db.write() as connection:
        ADD.run(connection, JOB, {**JOB, "task": 3})

        assert 2 == change.run(connection, {"t": 2, "why": "a"}, {"t": 3, "why": "b"})
        assert ["a", "b"] == [FIND.one_or_none(connection, {"task": n}).error for n in (2, 3)]
        assert 1 == forget.run(connection, {"t": 3})
        assert 0 == forget.run(connection, {"t": 3})


def test_what_stands_in_the_statement_is_bound(db: Database, way: str) -> None:
    """Literals and repeated names, in unions too."""
    both = Prepared(
        union_all(
            *(
                select(literal(word).label("word"), literal(None).label("none")).where(bindparam("x") == 7)
                for word in ("一", "二")
            )
        )
    )

    assert [("一", None), ("二", None)] == [tuple(row) for row in db.ask(both, {"x": 7})]


def test_errors_are_those_of_sqlalchemy(db: Database, way: str) -> None:
    """A key that is taken is an IntegrityError, and the transaction is undone."""
    kept = {"key": b"k", "about": "a", "answer": "b", "at": AT}
    with pytest.raises(IntegrityError), db.write() as connection:
        KEEP.run(connection, kept, kept)

    assert [] == list(db.ask(Prepared(select(command)), {}))


def test_a_forgotten_value_is_an_error(db: Database) -> None:
    """Nothing is silently written as NULL."""
    with pytest.raises(KeyError, match="due_at"), db.write() as connection:
        ADD.run(connection, {"instance_id": 1, "task": 2, "kind": "timer"})


def test_a_statement_that_changes_with_its_values_is_refused(db: Database) -> None:
    """An expanding IN has another text for each number of values."""
    changing = Prepared(select(task.c.n).where(task.c.n.in_(bindparam("several", expanding=True))))

    with pytest.raises(TypeError):
        db.ask(changing, {"several": [1, 2]})


def test_a_question_leaves_no_transaction_open(db: Database) -> None:
    """What another connection commits is seen by the very next question."""
    assert [] == list(db.ask(FIND, {"task": 2}))
    with db.write() as connection:
        ADD.run(connection, JOB)

    assert [2] == [row.task for row in db.ask(FIND, {"task": 2})]


def test_a_closed_database_holds_no_connection(db: Database) -> None:
    """Closing gives back the threads' own connections as well; a later question opens a new one."""
    db.ask(FIND, {"task": 2})
    db.close()

    assert 0 == db.engine.pool.checkedout()  # type: ignore[attr-defined]
    assert [] == list(db.ask(FIND, {"task": 2}))
