"""What an instance waits for besides people: jobs, timers and messages, as rows beside its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert

from engine.audit.chain import canonical
from engine.bpmn.moved import Job, Moved
from engine.commands import post
from engine.feel.values import to_json
from engine.model.instances import job, subscription
from engine.model.upsert import upsert
from engine.model.work import Work

if TYPE_CHECKING:
    from engine.commands.step import Settled

#: How often a timer is tried before it becomes an incident; service tasks say their own number.
TIMER_ATTEMPTS = 5

_DROP_JOB = delete(job).where(
    job.c.instance_id == bindparam("i"), job.c.task == bindparam("t"), job.c.kind != "message"
)
_DROP_MESSAGE_JOB = delete(job).where(
    job.c.instance_id == bindparam("i"), job.c.task == bindparam("t"), job.c.kind == "message"
)
_DROP_SETTLED = delete(job).where(
    job.c.instance_id == bindparam("i"), job.c.task == bindparam("t"), job.c.kind == bindparam("k")
)
_DROP_ALL_JOBS = delete(job).where(job.c.instance_id == bindparam("i"))
_LISTEN = insert(subscription)
_UNLISTEN = delete(subscription).where(
    subscription.c.instance_id == bindparam("i"), subscription.c.task == bindparam("t")
)


def write(work: Work, moved: Moved, settled: Settled | None) -> None:
    """Write the jobs and subscriptions a step dropped and added."""
    number = work.instance.id
    dropped = [{"i": number, "t": task} for task in moved.dropped_subscriptions]
    if dropped:
        work.connection.execute(_UNLISTEN, dropped)
        work.connection.execute(_DROP_MESSAGE_JOB, dropped)
    if moved.dropped_jobs:
        work.connection.execute(_DROP_JOB, [{"i": number, "t": task} for task in moved.dropped_jobs])
    if settled is not None:
        work.connection.execute(_DROP_SETTLED, {"i": number, "t": settled.task, "k": settled.kind})
    if moved.status != "running":
        work.connection.execute(_DROP_ALL_JOBS, {"i": number})
        return
    for wanted in moved.jobs:
        attempts = (
            settled.attempts if settled and (settled.task, settled.kind) == (wanted.task, wanted.kind) else 0
        )
        put(work, _row(work, wanted, attempts))
    if moved.subscriptions:
        rows = [
            {"instance_id": number, "task": s.task, "signal": s.signal, "name": s.message, "key": s.key}
            for s in moved.subscriptions
        ]
        work.connection.execute(_LISTEN, rows)
        post.collect(work, moved.subscriptions)


def put(work: Work, row: dict[str, Any]) -> None:
    """Leave a job behind; one that is there already is kept as it is.

    `attempts` begins where a job of the same task ended: the fencing token never goes back.
    """
    work.connection.execute(upsert(work.connection, job).on_conflict_do_nothing(), row)
    work.has_jobs = True


def _row(work: Work, wanted: Job, attempts: int) -> dict[str, Any]:
    more = max(1, wanted.retries) if wanted.kind == "service" else TIMER_ATTEMPTS
    payload = {"headers": dict(wanted.headers), "variables": to_json(wanted.variables)}
    return {
        "instance_id": work.instance.id,
        "task": wanted.task,
        "kind": wanted.kind,
        "type": wanted.type,
        "element": wanted.element,
        "due_at": wanted.due or work.now,
        "attempts": attempts,
        "max_attempts": attempts + more,
        "dead": False,
        "payload": canonical(payload) if wanted.kind == "service" else None,
    }
