"""Sends what the outbox holds, after the commit that put it there.

A notice is claimed in one transaction, sent outside of any, and marked in another. When the machine dies between
sending and marking, the notice is sent again after the claim has run out: at least once, with the same key, by
which a gateway can tell the repetition.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from engine.config import Settings
from engine.connectors.letter import Connector, Letter, Undeliverable
from engine.connectors.smtp import Smtp
from engine.errors import Message, NotFound, RestockError
from engine.model.database import Database
from engine.model.papers import notification

#: How long after each failed attempt the next one follows; after the last the notice has failed.
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
#: So long a claimed notice is left to whoever claimed it.
_CLAIM = timedelta(minutes=2)
_BATCH = 20


class _Waits(Exception):
    """Not tried: the server did not answer just before."""


def connectors(settings: Settings) -> dict[str, Connector]:
    """The ways out that the administrator set up, by channel; none by default: notices stay on the outbox page."""
    ways: dict[str, Connector] = {}
    if settings.smtp:
        ways["email"] = Smtp.from_url(settings.smtp, settings.mail_from)
    if settings.sms:
        from engine.connectors.sms import Sms  # noqa: PLC0415 (its HTTP client takes 4 MB, and few have a gateway)

        ways["sms"] = Sms(settings.sms, settings.sms_token, settings.sms_hosts)
    return ways


def deliver_due(database: Database, ways: Mapping[str, Connector], now: datetime) -> int:
    """Send the notices that are due at `now`, a batch of them; how many were sent.

    When a server does not answer, the rest of its batch waits: it costs one time-out, not one a notice.
    """
    with database.read() as connection:
        first = next_due(connection)
    if first is None or first > now:
        return 0
    with database.write() as connection:
        claimed = _claim(connection, ways, now)
    sent = 0
    down: set[str] = set()
    for row in claimed:
        error = _Waits() if row.channel in down else _send(ways[row.channel], row)
        with database.write() as connection:
            _mark(connection, row, error, now)
        if error is None:
            sent += 1
        elif not isinstance(error, Undeliverable):
            down.add(row.channel)
    return sent


def next_due(connection: Connection) -> datetime | None:
    """When the next notice is due; None when nothing waits."""
    moment: datetime | None = connection.scalars(
        select(func.min(notification.c.due_at)).where(notification.c.state == "queued")
    ).one()
    return moment


def send_again(connection: Connection, notification_id: int, now: datetime) -> None:
    """Queue a notice that failed once more. Raises NotFound when there is none that failed."""
    again = update(notification).where(notification.c.id == notification_id, notification.c.state == "failed")
    if not connection.execute(again.values(state="queued", attempts=0, due_at=now, error="")).rowcount:
        raise NotFound(Message(zh="没有这条发送失败的通知。", en="There is no such notice that failed."))


def _claim(connection: Connection, ways: Mapping[str, Connector], now: datetime) -> list[Row[Any]]:
    """Take the notices that are due; those that nothing can send are only shown."""
    due = select(notification).where(notification.c.state == "queued", notification.c.due_at <= now)
    ordered = due.order_by(notification.c.due_at, notification.c.id).limit(_BATCH)
    rows = connection.execute(ordered.with_for_update(skip_locked=True)).all()
    mute = [row.id for row in rows if row.channel not in ways]
    loud = [row for row in rows if row.channel in ways]
    if mute:
        connection.execute(update(notification).where(notification.c.id.in_(mute)).values(state="shown"))
    if loud:
        taken = update(notification).where(notification.c.id.in_([row.id for row in loud]))
        connection.execute(taken.values(attempts=notification.c.attempts + 1, due_at=now + _CLAIM))
    return loud


def _send(way: Connector, row: Row[Any]) -> Exception | None:
    """Try once; what went wrong, None when nothing did."""
    subject = Message(zh=row.subject_zh, en=row.subject_en)
    letter = Letter(row.key, row.recipient, row.address, subject, Message(zh=row.text_zh, en=row.text_en))
    try:
        way.send(letter)
    except Exception as error:  # noqa: BLE001 (whatever a server does must not stop the other notices)
        return error
    return None


def _mark(connection: Connection, row: Row[Any], error: Exception | None, now: datetime) -> None:
    attempts = row.attempts + 1
    values: dict[str, object]
    if error is None:
        values = {"state": "sent", "sent_at": now, "error": ""}
    elif isinstance(error, _Waits):
        values = {"due_at": now + BACKOFF[0], "attempts": row.attempts}
    elif isinstance(error, Undeliverable) or attempts > len(BACKOFF):
        values = {"state": "failed", "error": _told(error)}
    else:
        values = {"due_at": now + BACKOFF[attempts - 1], "error": _told(error)}
    connection.execute(
        update(notification)
        .where(notification.c.id == row.id, notification.c.state == "queued")
        .values(**values)
    )


def _told(error: Exception) -> str:
    """The error in few words; never an address with secrets in it."""
    text = error.message.zh if isinstance(error, RestockError) else str(error)
    return f"{type(error).__name__}: {text}"[:500]
