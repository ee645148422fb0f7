"""Due dates and timers that were computed with working days, and stand when a day of the calendar is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, Select, and_, literal, or_, select, union, union_all

from engine.access import Actor
from engine.bpmn import workdays
from engine.clock import COMPANY_ZONE
from engine.commands.library import Library
from engine.model.database import Database
from engine.model.definitions import definition
from engine.model.instances import SYSTEM, instance, job, task
from engine.queries.definitions import newest
from engine.queries.instance import visible

#: So many are named, the nearest first.
MOST = 50


@dataclass(frozen=True, slots=True)
class Deadline:
    """A task's due date or a timer; `definition_id`: a version whose diagram has the element."""

    instance_id: int
    subject: str
    subject_en: str | None
    definition_id: int
    element: str
    timer: bool
    at: datetime


def across(db: Database, day: date, actor: Actor) -> list[Deadline]:
    """Those from `day` on that may have counted it, of instances the actor may see."""
    with db.read() as connection:
        library = Library(db, connection, 0)
        counted = {
            each: workdays.deadlines(library.definition(each).executable.process)
            for each in connection.execute(_in_use()).scalars()
        }
        return _standing(connection, {each: found for each, found in counted.items() if found}, day, actor)


def _in_use() -> Select[Any]:
    """Versions that have open tasks, run, or are called."""
    open_tasks = select(task.c.definition_id).where(task.c.status == "open")
    running = select(instance.c.definition_id).where(
        instance.c.status == "running", instance.c.definition_id.is_not(None)
    )
    called = select(definition.c.id).select_from(newest())
    found = union(open_tasks, running, called).subquery()
    return select(found.c[0]).order_by(found.c[0])


def _standing(
    connection: Connection, counted: Mapping[int, frozenset[str]], day: date, actor: Actor
) -> list[Deadline]:
    if not counted:
        return []
    # A timer does not say in which version it stands: the newest that has it names it.
    where = {element: each for each, elements in counted.items() for element in elements}
    of_tasks = or_(*(and_(task.c.definition_id == k, task.c.element.in_(v)) for k, v in counted.items()))
    due = select(
        task.c.instance_id,
        task.c.definition_id,
        task.c.element,
        literal(False).label("timer"),
        task.c.due.label("at"),
    ).where(task.c.status == "open", of_tasks)
    set_ = select(job.c.instance_id, literal(0), job.c.element, literal(True), job.c.due_at).where(
        job.c.kind == "timer", job.c.element.in_(where), job.c.instance_id != SYSTEM
    )
    both = union_all(due, set_).subquery()
    query = (
        select(both, instance.c.subject, instance.c.subject_en)
        .join(instance, instance.c.id == both.c.instance_id)
        .where(both.c.at >= datetime.combine(day, time(), COMPANY_ZONE), visible(actor))
        .order_by(both.c.at, both.c.instance_id)
        .limit(MOST)
    )
    return [
        Deadline(
            row.instance_id,
            row.subject,
            row.subject_en,
            row.definition_id or where[row.element],
            row.element,
            bool(row.timer),
            row.at,
        )
        for row in connection.execute(query)
    ]
