"""Messages and signals on their way: to whoever waits for them, or kept until somebody does.

A message goes once to each process: to the task that waits longest, or where none of its instances waits for it to the
start event that bears its name; when nobody wants it, it is kept. A signal goes to everybody who waits for it now, and
is not kept. Delivery itself is a job: it happens in a transaction of the instance that receives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine.audit.chain import canonical
from engine.bpmn.moved import Subscription, Thrown
from engine.commands import waiting
from engine.feel.values import to_json
from engine.model.definitions import definition, start_event
from engine.model.instances import SYSTEM, instance, message, subscription
from engine.model.metadata import AnyRow
from engine.model.work import Work

#: How often a delivery is tried before it becomes an incident.
ATTEMPTS = 5
#: Days a message is kept where the installation says nothing.
KEPT_DAYS = 30

_WAITING = (
    select(subscription.c.instance_id, subscription.c.task, definition.c.key)
    .join(instance, instance.c.id == subscription.c.instance_id)
    .join(definition, definition.c.id == instance.c.definition_id)
    .where(
        subscription.c.name == bindparam("name"),
        subscription.c.key == bindparam("key"),
        subscription.c.signal == bindparam("signal"),
    )
    .order_by(subscription.c.instance_id, subscription.c.task)
)
_STARTS = (
    select(start_event.c.id, definition.c.key)
    .join(definition, definition.c.id == start_event.c.definition_id)
    .where(start_event.c.kind == bindparam("kind"), start_event.c.name == bindparam("name"))
)
_KEEP = insert(message).returning(message.c.id)
_KEPT = (
    select(message.c.id)
    .where(
        message.c.name == bindparam("name"),
        message.c.key == bindparam("key"),
        message.c.target_instance.is_(None),
        message.c.expires_at > bindparam("now"),
    )
    .order_by(message.c.id)
    .limit(1)
)
_BIND = (
    update(message)
    .where(message.c.id == bindparam("m"))
    .values(target_instance=bindparam("i"), target_task=bindparam("t"))
)


def send(work: Work, messages: Iterable[Thrown], signals: Iterable[str]) -> int:
    """Send what a step threw; to how many tasks and start events it goes."""
    return sum(_post(work, m.name, m.key, m.values, signal=False) for m in messages) + sum(
        _post(work, name, "", {}, signal=True) for name in signals
    )


def collect(work: Work, subscriptions: Iterable[Subscription]) -> None:
    """Give messages that were kept to the tasks that have just begun to wait for them."""
    for wanted in subscriptions:
        if wanted.signal:
            continue
        asked = {"name": wanted.message, "key": wanted.key, "now": work.now}
        found = work.connection.execute(_KEPT, asked).scalar_one_or_none()
        if found is not None:
            bind(work, found, work.instance.id, wanted.task)


def bind(work: Work, message_id: int, instance_id: int, task: int) -> None:
    """Let a kept message go to this task."""
    work.connection.execute(_BIND, {"m": message_id, "i": instance_id, "t": task})
    deliver_later(work, instance_id, task)


def deliver_later(work: Work, instance_id: int, task: int, attempts: int = 0) -> None:
    """Leave the job that delivers a task's bound messages; one such job is enough for several.

    `attempts`: where the fencing token of the job before it ended.
    """
    row = _job(work, instance_id, task, "message")
    waiting.put(work, {**row, "attempts": attempts, "max_attempts": attempts + ATTEMPTS})


def _post(work: Work, name: str, key: str, values: Mapping[str, Any], *, signal: bool) -> int:
    asked = {"name": name, "key": key, "signal": signal}
    waits = work.connection.execute(_WAITING, asked).all()
    targets = _one_each(waits, all_of_them=signal)
    served = set() if signal else {row.key for row in waits}
    kind = "signal" if signal else "message"
    starts = [
        row.id
        for row in work.connection.execute(_STARTS, {"kind": kind, "name": name})
        if row.key not in served
    ]
    row = {**asked, "values": canonical(to_json(dict(values))), "at": work.now, "expires_at": _end(work)}
    for instance_id, task in targets:
        work.connection.execute(_KEEP, {**row, "target_instance": instance_id, "target_task": task})
        deliver_later(work, instance_id, task)
    for start in starts:
        sent = work.connection.execute(
            _KEEP, {**row, "target_instance": SYSTEM, "target_task": start}
        ).scalar_one()
        waiting.put(work, _job(work, SYSTEM, sent, "start"))
    if not targets and not starts and not signal:
        work.connection.execute(_KEEP, row)
    return len(targets) + len(starts)


def _one_each(rows: Sequence[AnyRow], *, all_of_them: bool) -> list[tuple[int, int]]:
    if all_of_them:
        return [(row.instance_id, row.task) for row in rows]
    first: dict[str, tuple[int, int]] = {}
    for row in rows:
        first.setdefault(row.key, (row.instance_id, row.task))
    return list(first.values())


def _end(work: Work) -> Any:
    days = work.db.settings.message_days if work.db.settings else KEPT_DAYS
    return work.now + timedelta(days=days)


def _job(work: Work, instance_id: int, task: int, kind: str) -> dict[str, Any]:
    return {
        "instance_id": instance_id,
        "task": task,
        "kind": kind,
        "due_at": work.now,
        "attempts": 0,
        "max_attempts": ATTEMPTS,
        "dead": False,
    }
