"""The unit of work: one transaction that moves one instance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.errors import Conflict, NotFound, Refused
from engine.faults import reach
from engine.model.database import Database
from engine.model.definitions import release
from engine.model.instances import command, instance, task
from engine.model.prepared import Prepared


@dataclass(slots=True)
class InstanceRow:
    """The locked instance as it was when the work began; `newest` is the newest release."""

    id: int
    definition_id: int | None
    business_key: str
    status: str
    version: int
    release: int
    started_at: datetime
    moved_at: datetime
    starter: str
    subject: str
    subject_en: str | None
    signed: str | None
    incidents: int
    head: bytes
    state: bytes
    newest: int


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One user task as its row has it."""

    instance_id: int
    n: int
    definition_id: int
    element: str
    name: str
    form_id: int | None
    pool: str
    assignee: str | None
    delegated_by: str | None
    due: datetime | None
    status: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    details: str | None


_LOCK = Prepared(
    select(
        *(instance.c[name] for name in InstanceRow.__slots__ if name != "newest"),
        select(func.coalesce(func.max(release.c.id), 0)).scalar_subquery().label("newest"),
    )
    .where(instance.c.id == bindparam("id"))
    .with_for_update(of=instance)
)
_TASK = Prepared(
    select(*(task.c[name] for name in TaskRow.__slots__)).where(
        task.c.instance_id == bindparam("instance_id"), task.c.n == bindparam("n")
    )
)
_CREATE = insert(instance).returning(instance.c.id)
_ANSWERED = Prepared(select(command.c.about, command.c.answer).where(command.c.key == bindparam("key")))
_ANSWER = Prepared(insert(command), command.c.keys())


@cache
def _save(columns: frozenset[str]) -> Prepared:
    """Writes these columns of the locked row; there are a handful of such sets."""
    same = (instance.c.id == bindparam("was_id"), instance.c.version == bindparam("was_version"))
    return Prepared(update(instance).where(*same), [*sorted(columns), "was_id", "was_version"])


class Work:
    """A transaction in progress. `changed` collects what `save` writes to the instance's row."""

    def __init__(self, db: Database, connection: Connection) -> None:
        self.db = db
        self.connection = connection
        self._now: datetime | None = None
        self._instance: InstanceRow | None = None
        self.changed: dict[str, object] = {}
        #: Whether jobs were written, so that somebody must be woken after the commit.
        self.has_jobs = False

    @property
    def now(self) -> datetime:
        """The moment of this step: after its lock was taken, so that entries stand in the order of their times."""
        if self._now is None:
            self._now = self.db.now(self.connection)
        return self._now

    @property
    def instance(self) -> InstanceRow:
        """The locked instance. Raises NotFound when none was locked."""
        if self._instance is None:
            raise NotFound
        return self._instance

    def lock(self, instance_id: int) -> InstanceRow:
        """Take the instance's row for this transaction. Raises NotFound."""
        row = _LOCK.one_or_none(self.connection, {"id": instance_id})
        if row is None:
            raise NotFound
        self._instance = InstanceRow(*row)
        self._now = None
        reach("after_load")
        return self._instance

    def create(self, values: dict[str, object], newest: int) -> InstanceRow:
        """Make the row of a new instance, which is locked thereby; its number is the database's choice."""
        fresh = {"version": 0, "head": bytes(32), "subject": "", "state": b"", "incidents": 0, "signed": None}
        row: dict[str, Any] = {
            **fresh,
            **values,
            "release": newest,
            "started_at": self.now,
            "moved_at": self.now,
        }
        number = self.connection.execute(_CREATE, row).scalar_one()
        fields: dict[str, Any] = {name: row.get(name) for name in InstanceRow.__slots__}
        self._instance = InstanceRow(**{**fields, "id": number, "newest": newest})
        reach("after_load")
        return self._instance

    def task(self, n: int) -> TaskRow:
        """A task of the locked instance. Raises NotFound."""
        row = find_task(self.connection, self.instance.id, n)
        if row is None:
            raise NotFound
        return row

    def save(self) -> None:
        """Write what changed to the instance's row. Raises Conflict when somebody wrote it since it was locked."""
        row = self.instance
        new = {"version": row.version + 1, **self.changed}
        same = {"was_id": row.id, "was_version": row.version}
        if _save(frozenset(new)).run(self.connection, {**new, **same}) != 1:
            raise Conflict
        reach("after_state")

    def answered(self, key: str | None, login: str, about: str) -> str | None:
        """The answer given before to the same request of the same person; None when it is new.

        `about` names what is asked and, after "#", what with; where either side does not say that, it is not compared.
        Raises Refused when the key was used for another request.
        """
        if not key:
            return None
        row = _ANSWERED.one_or_none(self.connection, {"key": _key(key, login)})
        if row is None:
            return None
        (was, _, was_given), (now, _, given) = row.about.partition("#"), about.partition("#")
        if was != now or (was_given and given and was_given != given):
            raise KeyReused(key=key, about=was)
        return str(row.answer)

    def answer(self, key: str | None, login: str, about: str, answer: str) -> None:
        """Keep the answer for a repeated request. Raises Repeated when another transaction was first."""
        if not key:
            return
        row = {"key": _key(key, login), "about": about, "answer": answer, "at": self.now}
        try:
            _ANSWER.run(self.connection, row)
        except IntegrityError as error:
            raise Repeated from error


class KeyReused(Refused):
    """This idempotency key was already used for another request: take a new one."""

    chinese = "该幂等键已用于另一个请求：请换一个新的。"


class Repeated(Conflict):
    """The same request is being answered at this moment: ask again."""

    chinese = "同一请求正在处理中：请稍后再查询。"


@contextmanager
def working(db: Database) -> Iterator[Work]:
    """One transaction; afterwards, when jobs were left behind, whoever runs them is woken."""
    with db.write() as connection:
        work = Work(db, connection)
        yield work
    if work.has_jobs:
        db.wake()


def find_task(connection: Connection, instance_id: int, n: int) -> TaskRow | None:
    """A task's row as it is now, nothing locked."""
    row = _TASK.one_or_none(connection, {"instance_id": instance_id, "n": n})
    return TaskRow(*row) if row is not None else None


def _key(key: str, login: str) -> bytes:
    return hashlib.sha256(f"{login}\0{key}".encode()).digest()[:16]
