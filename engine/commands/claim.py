"""Take a task of one's group, give it back, pass it on."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from engine import access
from engine.access import Actor, Claimed
from engine.audit.record import Note, record
from engine.commands import reading
from engine.errors import Conflict, Forbidden, Refused
from engine.model.database import Database
from engine.model.instances import task
from engine.model.people import membership, user
from engine.model.work import TaskRow, Work, working

_ASSIGN = (
    update(task)
    .where(task.c.instance_id == bindparam("i"), task.c.n == bindparam("t"))
    .values(assignee=bindparam("to"), delegated_by=bindparam("by"))
)
_ROLES = select(user.c.login, user.c.active, membership.c.role).join_from(
    user, membership, membership.c.user_id == user.c.id, isouter=True
)


class NotClaimed(Conflict):
    """This task is not in your hands."""

    chinese = "该任务不在您手中。"


class DelegatedAlready(Forbidden):
    """A task that was passed on to you cannot be passed on again: give it back instead."""

    chinese = "转给您的任务不能再转：请退还。"


class CannotTake(Refused):
    """This person cannot do the task: choose somebody of the same role."""

    chinese = "此人不能办理该任务：请选择同一角色的人。"


def claim(db: Database, task_id: str, actor: Actor) -> None:
    """Take a task of one's group, so that nobody else works on it. Taking it twice changes nothing.

    Raises NotFound, TaskClosed, and TaskTaken when somebody else was first.
    """
    with working(db) as work:
        row = reading.task_for_update(work, task_id, actor)
        reading.require_open(row)
        if row.assignee == actor.login:
            return
        if row.assignee is not None:
            raise reading.TaskTaken(assignee=row.assignee, task=task_id)
        thing = reading.claimed(row)
        access.require(actor, "claim task", thing)
        behalf = actor.on_behalf(thing.members, None)
        _assign(work, row, actor, Note("claim", on_behalf=behalf), to=actor.login)


def release(db: Database, task_id: str, actor: Actor) -> None:
    """Give a task back to its group, or to the one who passed it on.

    Raises NotFound, TaskClosed, and NotClaimed when it is not in the actor's hands (operators may release any).
    """
    with working(db) as work:
        row = reading.task_for_update(work, task_id, actor)
        reading.require_open(row)
        if row.assignee is None or not (row.assignee == actor.login or access.may(actor, "operate")):
            raise NotClaimed(assignee=row.assignee, task=task_id)
        if not row.pool and row.delegated_by is None:
            raise NotClaimed(assignee=row.assignee, task=task_id, reason="it belongs to nobody else")
        note = Note("release", more={"from": row.assignee})
        _assign(work, row, actor, note, to=row.delegated_by)


def delegate(db: Database, task_id: str, to_login: str, actor: Actor) -> None:
    """Pass a task on to a person of the same role; both names stand in the history.

    Raises NotFound, TaskClosed, TaskTaken, DelegatedAlready, and CannotTake for a person who could not do it.
    """
    with working(db) as work:
        row = reading.task_for_update(work, task_id, actor)
        behalf = reading.require_doing(work, row, actor)
        if row.delegated_by is not None:
            raise DelegatedAlready(task=task_id)
        if to_login == actor.login or not _could_do(work, to_login, row):
            raise CannotTake(to=to_login, task=task_id)
        note = Note("delegate", on_behalf=behalf, more={"to": to_login})
        _assign(work, row, actor, note, to=to_login, by=actor.login)


def _could_do(work: Work, login: str, row: TaskRow) -> bool:
    """Whether the person belongs to the task's pool; a task that is one person's alone may go to anybody."""
    rows = work.connection.execute(_ROLES.where(user.c.login == login)).all()
    if not rows or not rows[0].active:
        return False
    roles = frozenset(r.role for r in rows if r.role)
    return not row.pool or access.may(Actor(0, login, login, roles), "claim task", Claimed(row.pool, None))


def _assign(
    work: Work, row: TaskRow, actor: Actor, note: Note, *, to: str | None, by: str | None = None
) -> None:
    note.task, note.element = row.n, row.element
    record(work, actor, note)
    work.connection.execute(_ASSIGN, {"i": row.instance_id, "t": row.n, "to": to, "by": by})
