"""A step that went beyond the engine's limits is undone; what remains of it is an incident."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import insert

from engine.access import Actor
from engine.audit.record import Note, record
from engine.bpmn.moved import Exceeded
from engine.commands.reading import split
from engine.errors import Message
from engine.model.database import Database
from engine.model.instances import incident
from engine.model.work import Work, working

_INCIDENT = insert(incident)


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
            note_incident(work, actor, n, row.element, "exceeded", error.message)
        raise


def note_incident(work: Work, actor: Actor, task: int, element: str, code: str, message: Message) -> int:
    """Write an incident the runtime does not know of, with its entry; the number of the entry."""
    row = work.instance
    work.changed["incidents"] = row.incidents + 1
    told = [[task, element, code, message.zh, message.en]]
    seq = record(work, actor, Note("incident", task=task, element=element, more={"incidents": told}))
    work.connection.execute(
        _INCIDENT,
        {
            "instance_id": row.id,
            "seq": seq,
            "task": task,
            "element": element,
            "code": code,
            "zh": message.zh,
            "en": message.en,
            "at": work.now,
        },
    )
    return seq
