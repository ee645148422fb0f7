"""Incidents of an instance: written when something cannot go on, resolved when it does or is no more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from engine.access import Actor
from engine.audit.record import Note, record
from engine.bpmn.moved import Moved
from engine.errors import Message
from engine.model.instances import incident
from engine.model.work import Work

_INSERT = insert(incident)
_HERE = (incident.c.instance_id == bindparam("i"), incident.c.resolved_at.is_(None))
_AT = (*_HERE, incident.c.task.in_(bindparam("tasks", expanding=True)))
_COUNT = select(func.count()).where(*_AT)
_RESOLVED: dict[str, Any] = {"resolved_at": bindparam("moment"), "resolved_by": bindparam("who")}
_RESOLVE = update(incident).where(*_AT).values(_RESOLVED)
_RESOLVE_ALL = update(incident).where(*_HERE).values(_RESOLVED)


def left(work: Work, moved: Moved) -> int:
    """How many incidents the instance has after a step."""
    if moved.status != "running":
        return 0
    had = work.instance.incidents
    if had and (gone := _gone(moved)):
        had -= work.connection.execute(_COUNT, {"i": work.instance.id, "tasks": gone}).scalar_one()
    return had + len(moved.incidents)


def write(work: Work, actor: Actor, moved: Moved, seq: int) -> None:
    """Resolve what a step mended or did away with, and write what it could not do."""
    row = work.instance
    resolved = {"i": row.id, "moment": work.now, "who": actor.login}
    if row.incidents and moved.status != "running":
        work.connection.execute(_RESOLVE_ALL, resolved)
    elif row.incidents and (gone := _gone(moved)):
        work.connection.execute(_RESOLVE, {**resolved, "tasks": gone})
    if moved.incidents and moved.status == "running":
        found = [_row(work, seq, i.task, i.element, i.code, i.message) for i in moved.incidents]
        work.connection.execute(_INSERT, found)


def note(work: Work, actor: Actor, task: int, element: str, code: str, message: Message) -> int:
    """Write an incident the runtime does not know of, with its entry; the number of the entry."""
    work.changed["incidents"] = work.instance.incidents + 1
    told = [[task, element, code, message.zh, message.en]]
    seq = record(work, actor, Note("incident", task=task, element=element, more={"incidents": told}))
    work.connection.execute(_INSERT, _row(work, seq, task, element, code, message))
    return seq


def resolve(work: Work, actor: Actor, task: int) -> int:
    """Resolve what stands at a task, and leave the number that is left to be saved; how many were resolved."""
    asked = {"i": work.instance.id, "tasks": [task], "moment": work.now, "who": actor.login}
    count = work.connection.execute(_RESOLVE, asked).rowcount
    work.changed["incidents"] = max(0, work.instance.incidents - count)
    return count


def _gone(moved: Moved) -> list[int]:
    """Tasks at which nothing is in incident any more, because they went on or are no more."""
    closed = [closed.task for closed in moved.closed]
    return [*moved.resolved, *closed, *moved.dropped_jobs, *moved.dropped_subscriptions]


def _row(work: Work, seq: int, task: int, element: str, code: str, message: Message) -> dict[str, Any]:
    return {
        "instance_id": work.instance.id,
        "seq": seq,
        "task": task,
        "element": element,
        "code": code,
        "zh": message.zh,
        "en": message.en,
        "at": work.now,
    }
