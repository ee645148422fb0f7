"""Everybody of the demo company, each doing what falls to their role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import Random
from typing import Any

from sqlalchemy import select

from engine import demo
from engine.access import Actor
from engine.commands.attach import TaskFiles
from engine.commands.complete import complete
from engine.commands.sign import sign
from engine.commands.start import start
from engine.jobs.seam import Seam
from engine.model.database import Database
from engine.model.instances import task
from engine.queries.people import actor
from engine.queries.starts import one
from engine.queries.task import form
from engine.scripted.answers import Situation, usual
from engine.scripted.filling import filled
from engine.services.registry import handlers

_OPEN = (
    select(task.c.instance_id, task.c.n, task.c.element, task.c.pool, task.c.assignee, task.c.details)
    .where(task.c.status == "open")
    .order_by(task.c.instance_id, task.c.n)
)


@dataclass(frozen=True, slots=True)
class Open:
    """An open task; `signs` when it wants a signature."""

    id: str
    element: str
    pool: str
    assignee: str | None
    signs: bool


@dataclass
class Clock:
    """A time that passes only when somebody says so."""

    now: datetime

    def __call__(self) -> datetime:
        """The time it is."""
        return self.now


class Staff:
    """Works on a database whose clock is `clock`; `chance` decides where people may do one thing or another."""

    def __init__(self, db: Database, clock: Clock, chance: Random) -> None:
        self.db, self.clock, self.chance = db, clock, chance
        self.seam = Seam(db, handlers(), jitter=lambda: 0.5)
        self.person = cache(self._person)

    def start(self, process: str, login: str, **given: Any) -> int:
        """Begin an instance by its start form; its number. Raises NotFound unless this person may, Stuck.

        What is given and not asked at the start is for the tasks that follow.

        Like `do` it leaves the jobs that follow to `wait`.
        """
        who = self.person(login)
        asked = one(self.db, process, who).form
        wanted = asked.keys() if asked is not None else []
        keys = {each.path.partition(".")[0].partition("[")[0] for each in wanted}
        said = {name: value for name, value in given.items() if name in keys}
        values = filled(asked, {}, said, self.clock.now, self.chance) if asked is not None else {}
        return start(self.db, process, values, who).instance_id

    def open(self, instance: int | None = None) -> list[Open]:
        """The open tasks, of one instance or of all, oldest first."""
        asked = _OPEN if instance is None else _OPEN.where(task.c.instance_id == instance)
        with self.db.read() as connection:
            rows = connection.execute(asked).all()
        return [
            Open(f"{r.instance_id}-{r.n}", r.element, r.pool, r.assignee, '"signature"' in (r.details or ""))
            for r in rows
        ]

    def do(self, one: Open, given: Mapping[str, Any] | None = None) -> None:
        """Whoever it falls to does a task: as usual, but for what is given. Raises Stuck."""
        who = self.person(self._whose(one))
        asked, context = form(self.db, one.id, who)
        said = {**usual(one.element, Situation(context, self.clock.now, self.chance)), **(given or {})}
        said |= {"decision": "sign"} if one.signs else {}
        files = TaskFiles(self.db, one.id, who)
        values = filled(asked, context, said, self.clock.now, self.chance, files) if asked else {}
        if one.signs:
            sign(self.db, one.id, "sign", who, password=demo.PASSWORD, answers=values)
        else:
            complete(self.db, one.id, values, who)

    def wait(self, moment: datetime | None = None) -> None:
        """Let time pass until a moment, by itself none; what is due on the way happens at its own time."""
        self.seam.run_due(self.clock.now)
        moment = moment or self.clock.now
        while (due := self.seam.next_due()) is not None and due <= moment:
            self.clock.now = max(self.clock.now, due)
            self.seam.run_due(self.clock.now)
        self.clock.now = max(self.clock.now, moment)

    def _person(self, login: str) -> Actor:
        return actor(self.db, login)

    def _whose(self, one: Open) -> str:
        if one.assignee:
            return one.assignee
        members = one.pool.split(",")
        named = [member[1:] for member in members if member.startswith("@")]
        able = [person.login for person in demo.PEOPLE if set(person.roles) & set(members)]
        if not named and not able:
            raise LookupError(f"Nobody of the demo company may do {one.id} {one.element}: {one.pool}")
        return (named + able)[0]
