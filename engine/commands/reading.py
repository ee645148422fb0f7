"""What every command on a task begins with: find it, lock its instance, and see that the actor may see it."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from engine import access
from engine.access import Actor, Claimed
from engine.errors import Conflict, NotFound
from engine.model.work import TaskRow, Work, find_task

_TASK_ID = re.compile(r"([1-9][0-9]{0,18})-([1-9][0-9]{0,8})", re.ASCII)


def split(task_id: str) -> tuple[int, int]:
    """Instance and number of the task called "12-3". Raises NotFound for any other text."""
    match = _TASK_ID.fullmatch(task_id)
    if match is None:
        raise NotFound
    return int(match[1]), int(match[2])


def task_for_update(work: Work, task_id: str, actor: Actor) -> TaskRow:
    """The task, its instance locked. Raises NotFound when there is none that the actor may see."""
    number, n = split(task_id)
    work.lock(number)
    row = work.task(n)
    if not (access.may(actor, "see task", claimed(row)) or row.closed_by == actor.login):
        raise NotFound
    return row


def visible_task(connection: Connection, task_id: str, actor: Actor) -> TaskRow:
    """The task as it is now, nothing locked. Raises NotFound when there is none that the actor may see."""
    number, n = split(task_id)
    row = find_task(connection, number, n)
    if row is None or not (access.may(actor, "see task", claimed(row)) or row.closed_by == actor.login):
        raise NotFound
    return row


def claimed(row: TaskRow) -> Claimed:
    """The task as the rules of access see it."""
    return Claimed(row.pool, row.assignee, row.delegated_by)


def require_open(row: TaskRow) -> None:
    """Raises Closed, which says who did what and when, unless the task is open."""
    if row.status != "open":
        raise TaskClosed(
            outcome=row.status, by=row.closed_by, at=row.closed_at, task=f"{row.instance_id}-{row.n}"
        )


def require_doing(work: Work, row: TaskRow, actor: Actor) -> str | None:
    """Raises unless the actor may do this open task; the login on whose behalf, None for the own right."""
    require_open(row)
    thing = claimed(row)
    if not access.may(actor, "do task", thing):
        if access.may(actor, "claim task", thing):
            raise TaskTaken(assignee=row.assignee, task=f"{row.instance_id}-{row.n}")
        access.require(actor, "do task", thing)
    return (
        row.delegated_by
        if row.assignee == actor.login and row.delegated_by
        else actor.on_behalf(thing.members, row.assignee)
    )


class TaskClosed(Conflict):
    """This task is done already: look at what happened meanwhile."""

    chinese = "该任务已经办结：请查看期间发生的情况。"


class TaskTaken(Conflict):
    """Somebody else has taken this task."""

    chinese = "该任务已被他人领取。"


class TaskChanged(Conflict):
    """What you saw has changed meanwhile: look at it again before you go on."""

    chinese = "您看到的内容期间已有变化：请重新查看后再继续。"
