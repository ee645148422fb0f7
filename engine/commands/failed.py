"""A step that went beyond the engine's limits is undone; what remains of it is an incident."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.access import Actor
from engine.bpmn.moved import Exceeded
from engine.commands import incidents
from engine.commands.reading import split
from engine.model.database import Database
from engine.model.work import working


@contextmanager
def recording(db: Database, task_id: str, actor: Actor) -> Iterator[None]:
    """Let an Exceeded through, but leave an incident at the task in a transaction of its own."""
    try:
        yield
    except Exceeded as error:
        number, n = split(task_id)
        with working(db) as work:
            work.lock(number)
            row = work.task(n)
            incidents.note(work, actor, n, row.element, "exceeded", error.message)
        raise
