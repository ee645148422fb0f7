"""Start events that wait for messages, signals and times are those of the diagrams, and due when the history says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, or_, select

from engine.audit.chain import stamp, told
from engine.bpmn.expression import term
from engine.bpmn.model import Element, Process
from engine.commands import starts
from engine.commands.waiting import TIMER_ATTEMPTS
from engine.model.definitions import start_event
from engine.model.history import entry
from engine.model.instances import SYSTEM, job
from engine.model.metadata import AnyRow

#: Instance, code for scripts, words.
Broken = tuple[int, str, str]

#: Of a definition: element, kind, what it waits for (None where FEEL says it), kind of timer.
_Wanted = tuple[int, str, str, str | None, str]

_ARMING = or_(
    (entry.c.instance_id == SYSTEM) & entry.c.body.contains('"armed":[['),
    (entry.c.seq == 1) & entry.c.body.contains('"next":['),
)


def broken(connection: Connection, processes: Mapping[int, Process]) -> Iterator[Broken]:
    """Start events of the newest versions (by the row of their definition) that are others than their diagrams say."""
    rows = connection.execute(select(start_event).order_by(start_event.c.id)).all()
    wanted = {
        _wanted(number, each) for number, found in processes.items() for each in starts.waiting_starts(found)
    }
    there = {_there(row, wanted) for row in rows if row.definition_id in processes}
    if wanted != there or any(row.definition_id not in processes for row in rows):
        yield SYSTEM, "start", "what processes begin by is not what their diagrams say"
    due = _due(connection)
    jobs = {row.task: row for row in connection.execute(_TIMERS)}
    for row in rows:
        if row.kind == "timer" and row.id in due and not _as_told(row, due[row.id], jobs.get(row.id)):
            yield SYSTEM, "start", f"{row.element} does not begin its process when the history says"


_TIMERS = select(job).where(job.c.instance_id == SYSTEM, job.c.kind == "timer")


def _wanted(definition_id: int, element: Element) -> _Wanted:
    event = element.event
    assert event is not None
    timed = event.kind == "timer"
    found = term(event.expression if timed else event.name)
    name = "" if found is None else found.text if found.code is None else None
    return definition_id, element.id, event.kind, name, event.timer if timed else ""


def _there(row: AnyRow, wanted: set[_Wanted]) -> _Wanted:
    """What a row says; what FEEL said when it was deployed is not compared."""
    said = (row.definition_id, row.element, row.kind, row.name, row.timer)
    unsaid = (*said[:3], None, row.timer)
    return unsaid if unsaid in wanted else said


def _due(connection: Connection) -> dict[int, str | None]:
    """When each timer was last set to fire; the entries of earlier versions did not say."""
    query = select(entry.c.body).where(_ARMING).order_by(entry.c.instance_id, entry.c.seq)
    found: dict[int, str | None] = {}
    for body in map(told, connection.execute(query).scalars()):
        found.update(body.get("armed") or [])
        found.update([body["next"]] if "next" in body else [])
    return found


def _as_told(row: AnyRow, due: str | None, waiting: AnyRow | None) -> bool:
    if due is None or waiting is None:
        return due is None and waiting is None
    untouched = waiting.max_attempts - waiting.attempts == TIMER_ATTEMPTS
    times = [row.due_at, waiting.due_at] if untouched else [row.due_at]
    return all(each is not None and stamp(each) == due for each in times)
