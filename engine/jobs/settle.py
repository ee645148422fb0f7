"""Settle a job: its effect, the end of its row, the step of its instance and the entry of history in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update

from engine import access
from engine.audit.record import Note
from engine.bpmn import moved as m
from engine.bpmn import runtime
from engine.commands import incidents, post, start, starts, step
from engine.commands.library import Library
from engine.errors import Message, NotFound, RestockError
from engine.faults import reach
from engine.feel.values import from_json, from_plain
from engine.model.database import Database
from engine.model.definitions import start_event
from engine.model.instances import SYSTEM, job, message, subscription
from engine.model.metadata import AnyRow
from engine.model.work import Work, working
from engine.services.call import Call, ServiceError

if TYPE_CHECKING:
    from engine.jobs.seam import Ticket

Handlers = Mapping[str, Callable[[Any], Mapping[str, Any]]]

DIED = Message(zh="执行该任务的进程多次中断。", en="The processes that ran this job died, again and again.")

_MINE = select(job.c.type, job.c.element, job.c.attempts, job.c.max_attempts, job.c.payload).where(
    job.c.instance_id == bindparam("i"),
    job.c.task == bindparam("t"),
    job.c.kind == bindparam("k"),
    job.c.attempts == bindparam("token"),
    ~job.c.dead,
)
_MINE = _MINE.with_for_update()
_FAILED = (
    update(job)
    .where(
        job.c.instance_id == bindparam("i"),
        job.c.task == bindparam("t"),
        job.c.kind == bindparam("k"),
        job.c.attempts == bindparam("token"),
    )
    .values(due_at=bindparam("until"), error=bindparam("said"), dead=bindparam("is_dead"))
)
_DONE = delete(job).where(
    job.c.instance_id == bindparam("i"), job.c.task == bindparam("t"), job.c.kind == bindparam("k")
)
_BOUND = (
    select(message.c.id, message.c["values"], message.c.target_task)
    .where(message.c.target_instance == bindparam("i"), message.c.target_task == bindparam("t"))
    .order_by(message.c.id)
)
_LISTENS = select(subscription.c.task).where(
    subscription.c.instance_id == bindparam("i"), subscription.c.task == bindparam("t")
)
_START = select(
    message.c.id,
    message.c.key,
    message.c["values"],
    start_event.c.definition_id,
    start_event.c.element,
).join_from(message, start_event, start_event.c.id == message.c.target_task)


def settle(db: Database, ticket: Ticket, handlers: Handlers) -> bool:
    """Do the job and write everything it brings about; False when another token holds it or it is no more.

    Raises whatever goes wrong, and then nothing has happened.
    """
    if ticket.instance_id == SYSTEM:
        return _begin(db, ticket)
    with working(db) as work:
        row = _take(work, ticket)
        if row is None:
            return False
        library = Library(db, work.connection, work.instance.newest)
        trigger, note = _trigger(work, ticket, row, handlers)
        settled = step.Settled(ticket.task, ticket.kind, ticket.token)
        moved = _advance(work, library, trigger) if trigger is not None else None
        if moved is None:
            work.connection.execute(_DONE, _key(ticket))
            return True
        reach("after_run")
        step.write(work, library, access.SYSTEM, moved, note, settled=settled)
        _deliver_rest(work, ticket)
    return True


def fail(db: Database, ticket: Ticket, error: Exception, pause: timedelta) -> None:
    """Write down that an attempt failed: due again after the pause, or after the last one an incident."""
    text = _told(error)
    with working(db) as work:
        try:
            row = _take(work, ticket)
        except NotFound:
            return
        if row is None:
            return
        if row.attempts < row.max_attempts:
            until = {"until": work.now + pause, "said": text.en[:500], "is_dead": False}
            work.connection.execute(_FAILED, {**_key(ticket), "token": ticket.token, **until})
            work.has_jobs = True
            return
    give_up(db, ticket, text)


def give_up(db: Database, ticket: Ticket, said: Message) -> None:
    """Leave the job dead and an incident at its task, for a person to mend and retry."""
    with working(db) as work:
        row = _take(work, ticket)
        if row is None:
            return
        dead = {
            **_key(ticket),
            "token": ticket.token,
            "until": work.now,
            "said": said.en[:500],
            "is_dead": True,
        }
        work.connection.execute(_FAILED, dead)
        if ticket.kind != "service":
            incidents.note(work, access.SYSTEM, ticket.task, row.element, "job", said)
            return
        library = Library(db, work.connection, work.instance.newest)
        moved = _advance(work, library, m.JobGaveUp(ticket.task, said))
        if moved is None:
            work.connection.execute(_DONE, _key(ticket))
            return
        step.write(
            work, library, access.SYSTEM, moved, Note("job.failed", task=ticket.task, element=row.element)
        )


def pair(work: Work) -> int:
    """Bind kept messages to tasks that wait for them, and free those whose task waits no more; how many were bound.

    Two transactions that throw and begin to wait at the same moment do not see each other; this does.
    """
    waits = (subscription.c.instance_id == message.c.target_instance) & (
        subscription.c.task == message.c.target_task
    )
    lost = update(message).where(
        message.c.target_instance.is_not(None),
        message.c.target_instance != SYSTEM,
        ~select(subscription.c.task).where(waits).exists(),
    )
    work.connection.execute(lost.values(target_instance=None, target_task=None))
    work.connection.execute(
        delete(message).where(
            message.c.target_instance.is_(None), (message.c.expires_at <= work.now) | message.c.signal
        )
    )
    same = (
        (message.c.name == subscription.c.name)
        & (message.c.key == subscription.c.key)
        & ~subscription.c.signal
    )
    found = work.connection.execute(
        select(message.c.id, subscription.c.instance_id, subscription.c.task)
        .join(subscription, same)
        .where(message.c.target_instance.is_(None))
        .order_by(message.c.id)
    ).all()
    bound: dict[int, tuple[int, int]] = {}
    for row in found:
        target = (row.instance_id, row.task)
        if row.id not in bound and target not in bound.values():
            bound[row.id] = target
            post.bind(work, row.id, *target)
    return len(bound)


def _take(work: Work, ticket: Ticket) -> AnyRow | None:
    """Lock instance, then job; None when the token is not the newest or the job is gone."""
    work.lock(ticket.instance_id)
    return work.connection.execute(_MINE, {**_key(ticket), "token": ticket.token}).one_or_none()


def _trigger(work: Work, ticket: Ticket, row: AnyRow, handlers: Handlers) -> tuple[m.Trigger | None, Note]:
    """What the job brings to its instance; None when there is nothing to bring any more."""
    if ticket.kind == "timer":
        return m.Fire(ticket.task), Note("timer", task=ticket.task, element=row.element or None)
    if ticket.kind == "message":
        return _message(work, ticket)
    note = Note("service", task=ticket.task, element=row.element or None, more={"type": row.type})
    return _serve(work, ticket, row, handlers, note), note


def _serve(work: Work, ticket: Ticket, row: AnyRow, handlers: Handlers, note: Note) -> m.Trigger:
    handler = handlers.get(row.type)
    if handler is None:
        raise NoHandler(
            Message(zh=f"没有“{row.type}”类型的服务。", en=f'There is no service of the type "{row.type}".')
        )
    payload = json.loads(row.payload)
    key = f"job-{ticket.instance_id}-{ticket.task}"
    variables = from_json(payload["variables"])
    call = Call(work.connection, variables, payload["headers"], key, work.now, ticket.instance_id)
    try:
        with work.connection.begin_nested():
            values = handler(call)
    except ServiceError as error:
        note.more["error"] = [error.code, error.message.zh, error.message.en]
        english = {"errorMessageEn": error.message.en}
        return m.JobFailed(ticket.task, error.code, error.message.zh, english)
    if call.papers:
        note.more["papers"] = call.papers
    return m.JobDone(ticket.task, {name: from_plain(value) for name, value in values.items()})


def _message(work: Work, ticket: Ticket) -> tuple[m.Trigger | None, Note]:
    here = {"i": ticket.instance_id, "t": ticket.task}
    found = work.connection.execute(_BOUND, here).first()
    if found is None or work.connection.execute(_LISTENS, here).first() is None:
        return None, Note("message")
    work.connection.execute(delete(message).where(message.c.id == found.id))
    return m.Deliver(ticket.task, from_json(json.loads(found.values))), Note("message", task=ticket.task)


def _deliver_rest(work: Work, ticket: Ticket) -> None:
    """One job delivers one message; when more are bound to a task that still waits, it gets another."""
    if ticket.kind != "message" or work.changed.get("status", "running") != "running":
        return
    here = {"i": ticket.instance_id, "t": ticket.task}
    if work.connection.execute(_BOUND, here).first() and work.connection.execute(_LISTENS, here).first():
        post.deliver_later(work, ticket.instance_id, ticket.task, attempts=ticket.token)


def _advance(work: Work, library: Library, trigger: m.Trigger) -> m.Moved | None:
    """What the trigger brings about; None when its task waits no more: then the job has nothing left to do."""
    row = work.instance
    try:
        return runtime.advance(
            library, row.state, trigger, instance_id=row.id, release=row.release, now=work.now
        )
    except m.Stale:
        return None


def _begin(db: Database, ticket: Ticket) -> bool:
    """Start an instance: by a message (kind start), about what its key names, or by a timer start event."""
    with working(db) as work:
        row = _take(work, ticket)
        if row is None:
            return False
        newest, following = work.instance.newest, None
        if ticket.kind == "start":
            found = work.connection.execute(_START.where(message.c.id == ticket.task)).one_or_none()
            work.connection.execute(_DONE, _key(ticket))
            work.connection.execute(delete(message).where(message.c.id == ticket.task))
        else:
            found = work.connection.execute(
                select(start_event).where(start_event.c.id == ticket.task)
            ).one_or_none()
            following = starts.again(work, ticket.task)
        if found is None:
            return True
        values = from_json(json.loads(found.values)) if ticket.kind == "start" else {}
        library = Library(db, work.connection, newest)
        definition = library.definition(found.definition_id)
        start.begin(
            work,
            library,
            definition,
            values,
            access.SYSTEM,
            newest=newest,
            business_key=start.as_key(found.key) if ticket.kind == "start" else "",
            start_event=found.element,
            following=following,
        )
    return True


def _key(ticket: Ticket) -> dict[str, Any]:
    return {"i": ticket.instance_id, "t": ticket.task, "k": ticket.kind}


def _told(error: Exception) -> Message:
    if isinstance(error, RestockError):
        return error.message
    text = f"{type(error).__name__}: {error}"[:400]
    return Message(zh=f"服务出错：{text}", en=f"The service failed: {text}")


class NoHandler(RestockError):
    """There is no service of this type."""

    chinese = "没有该类型的服务。"
