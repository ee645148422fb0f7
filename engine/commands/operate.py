"""What an operator does to an instance: cancel it, correct variables, run an element in incident again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from engine import access
from engine.access import Actor
from engine.audit.record import Note, record
from engine.bpmn import moved as m
from engine.bpmn import runtime
from engine.commands import incidents, step
from engine.commands.library import Library
from engine.errors import Conflict, NotFound, Refused
from engine.feel.values import from_plain
from engine.model.database import Database
from engine.model.instances import job
from engine.model.metadata import AnyRow
from engine.model.work import Work, find_task, working


class Ended(Conflict):
    """This instance has ended."""

    chinese = "该实例已经结束。"


class NoReason(Refused):
    """Say why: the reason stands in the history."""

    chinese = "请说明原因：它将写入历史。"


def cancel_instance(db: Database, instance_id: int, reason: str, actor: Actor) -> None:
    """End an instance by a person's decision; its tasks, jobs and timers go with it.

    Raises Forbidden without the right to operate, NotFound, NoReason, Ended.
    """
    with working(db) as work:
        _lock(work, instance_id, actor, reason)
        _advance(work, actor, m.Cancel(reason), Note("cancel", more={"reason": reason}))


def set_variables(
    db: Database,
    instance_id: int,
    values: Mapping[str, Any],
    reason: str,
    actor: Actor,
    *,
    task: int | None = None,
) -> None:
    """Correct variables, on every branch or on the branch of one task; old and new values and the reason are kept.

    Raises Forbidden, NotFound, NoReason, Ended, and Stale when the task is not open.
    """
    with working(db) as work:
        _lock(work, instance_id, actor, reason)
        trigger = m.SetVariables({name: from_plain(value) for name, value in values.items()}, task)
        _advance(work, actor, trigger, Note("set_variables", task=task, more={"reason": reason}))


def retry(
    db: Database, instance_id: int, task: int, actor: Actor, *, values: Mapping[str, Any] | None = None
) -> None:
    """Run what is in incident again, with `values` set before.

    A timer or delivery that gave up is due at once, its attempts start anew but its fencing token goes on.
    A person's own step that failed is theirs to do again: its incident is resolved.
    Raises Forbidden, NotFound or Stale when nothing is in incident there, and Ended.
    """
    with working(db) as work:
        _lock(work, instance_id, actor, "retry")
        given = {name: from_plain(value) for name, value in (values or {}).items()}
        dead = _dead_job(work, instance_id, task)
        if dead is not None and dead.kind != "service":
            _revive(work, actor, dead)
        elif _is_open_task(work, task):
            if not incidents.resolve(work, actor, task):
                raise NotFound
            record(work, actor, Note("retry", task=task))
        else:
            _advance(work, actor, m.Retry(task, given), Note("retry", task=task))


def _lock(work: Work, instance_id: int, actor: Actor, reason: str) -> None:
    access.require(actor, "operate")
    row = work.lock(instance_id)
    if not reason.strip():
        raise NoReason
    if row.status not in ("running", "system"):
        raise Ended(status=row.status, at=row.moved_at)


def _advance(work: Work, actor: Actor, trigger: m.Trigger, note: Note) -> None:
    row = work.instance
    if row.definition_id is None:
        raise NotFound
    library = Library(work.db, work.connection, row.newest)
    moved = runtime.advance(
        library, row.state, trigger, instance_id=row.id, release=row.release, now=work.now
    )
    step.write(work, library, actor, moved, note)


def _dead_job(work: Work, instance_id: int, task: int) -> AnyRow | None:
    query = select(job.c.task, job.c.kind, job.c.element, job.c.attempts, job.c.max_attempts).where(
        job.c.instance_id == instance_id, job.c.task == task, job.c.dead
    )
    return work.connection.execute(query).first()


def _is_open_task(work: Work, task: int) -> bool:
    """Whether a person can do the task again: what failed there was their own step."""
    row = find_task(work.connection, work.instance.id, task)
    return row is not None and row.status == "open"


def _revive(work: Work, actor: Actor, dead: AnyRow) -> None:
    """Let a job that gave up be due again; the incidents at its task are resolved by that."""
    mine = (job.c.instance_id == work.instance.id, job.c.task == dead.task, job.c.kind == dead.kind)
    again = {"dead": False, "due_at": work.now, "error": None, "max_attempts": job.c.attempts + REVIVED}
    work.connection.execute(update(job).where(*mine).values(again))
    incidents.resolve(work, actor, dead.task)
    work.has_jobs = True
    record(work, actor, Note("retry", task=dead.task, element=dead.element or None, more={"job": dead.kind}))


#: How many more attempts a revived job has.
REVIVED = 3

__all__ = ["Ended", "NoReason", "cancel_instance", "retry", "set_variables"]
