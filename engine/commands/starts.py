"""How a process begins: who may start it, with which form, and on which messages, signals and times."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from engine.access import EVERYBODY
from engine.audit.chain import stamp
from engine.bpmn import timer
from engine.bpmn.expression import term
from engine.bpmn.model import Element, Process
from engine.calendar import Calendar
from engine.commands import waiting
from engine.model.calendar import calendar
from engine.model.definitions import definition, start_event
from engine.model.instances import SYSTEM, job
from engine.model.work import Work

_log = logging.getLogger("restock.calendar")

_OLD = select(start_event.c.id).where(
    start_event.c.definition_id.in_(select(definition.c.id).where(definition.c.key == bindparam("key")))
)


def starters(process: Process) -> str:
    """Who may start it, as `definition.starters` keeps it.

    The process property `starters` says so ("cs,finance", "*" everybody, "-" nobody); otherwise the lane of the start
    event; without lanes everybody who is logged in.
    """
    said = process.properties.get("starters", "").strip()
    start = process.none_start
    if start is None or said == "-":
        return ""
    if said:
        return "," + ",".join(part.strip() for part in said.split(",") if part.strip()) + ","
    return f",{start.lane}," if start.lane else f",{EVERYBODY},"


def start_form(process: Process) -> str:
    """The form of the none start event, "" without one."""
    start = process.none_start
    return (start.extension("formDefinition", "formId") or "") if start is not None else ""


#: A start event and when it fires next; None: not again. As the history tells it.
Armed = tuple[int, str | None]


def arm(work: Work, process: Process, definition_id: int) -> list[Armed]:
    """Let the newest version's start events wait, and those of older versions no more; what timers were set."""
    old = [row.id for row in work.connection.execute(_OLD, {"key": process.id})]
    if old:
        work.connection.execute(delete(start_event).where(start_event.c.id.in_(old)))
        work.connection.execute(
            delete(job).where(job.c.instance_id == SYSTEM, job.c.kind == "timer", job.c.task.in_(old))
        )
    made = [_arm(work, element, definition_id) for element in waiting_starts(process)]
    return [each for each in made if each is not None]


def waiting_starts(process: Process) -> list[Element]:
    """The start events of a process that wait for a message, a signal or a time."""
    starts = [each for each in process.content.elements.values() if each.kind == "startEvent"]
    return [each for each in starts if each.event is not None and each.event.kind != "none"]


def again(work: Work, start_event_id: int) -> Armed:
    """Set a timer start event that has just fired for its next time, if it has one."""
    row = work.connection.execute(select(start_event).where(start_event.c.id == start_event_id)).one_or_none()
    previous = timer.Due(row.due_at, row.remaining, row.first_at) if row is not None and row.due_at else None
    due = _due(work, row.timer, row.name, previous) if row is not None and previous is not None else None
    _set(work, start_event_id, due)
    return _armed(start_event_id, due)


def _armed(start_event_id: int, due: timer.Due | None) -> Armed:
    return start_event_id, None if due is None else stamp(due.at)


def _arm(work: Work, element: Element, definition_id: int) -> Armed | None:
    assert element.event is not None
    event = element.event
    timed = event.kind == "timer"
    row = {
        "definition_id": definition_id,
        "element": element.id,
        "kind": event.kind,
        "name": str(_literal(event.expression if timed else event.name, work)),
        "timer": event.timer if timed else "",
    }
    made = work.connection.execute(insert(start_event).returning(start_event.c.id), row).scalar_one()
    if not timed:
        return None
    due = _due(work, event.timer, _literal(event.expression, work))
    _put_timer(work, made, due)
    return _armed(made, due)


@dataclass(frozen=True, slots=True)
class _Present:
    """The moment of the transaction and its calendar."""

    now: datetime
    calendar: Calendar


def _literal(text: str, work: Work) -> Any:
    """A text of the diagram, or the value of its FEEL, which can name no variables here."""
    found = term(text)
    present = _Present(work.now, calendar(work.connection))
    return found.value({}, present) if found is not None else ""


def _due(work: Work, kind: str, text: str, previous: timer.Due | None = None) -> timer.Due | None:
    """When a timer start comes due, by the working days as they stand now; an estimated year is told in the log."""
    known = calendar(work.connection)
    due = timer.due(kind, text, work.now, previous, business_day=known.is_business_day)
    if known.doubts:
        _log.warning(
            "timer start %r is set by a calendar that nobody confirmed: %s", text, sorted(known.doubts)
        )
    return due


def _put_timer(work: Work, start_event_id: int, due: timer.Due | None) -> None:
    if due is None:
        return
    waiting.put(
        work,
        {
            "instance_id": SYSTEM,
            "task": start_event_id,
            "kind": "timer",
            "due_at": due.at,
            "attempts": 0,
            "max_attempts": waiting.TIMER_ATTEMPTS,
            "dead": False,
        },
    )
    _remember(work, start_event_id, due)


def _set(work: Work, start_event_id: int, due: timer.Due | None) -> None:
    """Move the job of a timer start to its next time, keeping its token; or take it away."""
    mine = (job.c.instance_id == SYSTEM, job.c.task == start_event_id, job.c.kind == "timer")
    if due is None:
        work.connection.execute(delete(job).where(*mine))
        return
    more = {"due_at": due.at, "max_attempts": job.c.attempts + waiting.TIMER_ATTEMPTS, "error": None}
    work.connection.execute(update(job).where(*mine).values(more))
    work.has_jobs = True
    _remember(work, start_event_id, due)


def _remember(work: Work, start_event_id: int, due: timer.Due) -> None:
    values = {"due_at": due.at, "remaining": due.remaining, "first_at": due.first}
    work.connection.execute(update(start_event).where(start_event.c.id == start_event_id).values(values))
