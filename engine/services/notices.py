"""What is told to whom: notices put into the outbox, a row a recipient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from engine.clock import COMPANY_ZONE
from engine.model.papers import notification
from engine.model.people import membership, role, user
from engine.services.call import Call, text_of
from engine.services.events import NOTICES

#: How a customer's wish becomes a way of sending; the others are told by people.
_CHANNELS = {"email": "email", "sms": "sms", "phone": "sms"}


def queue(
    call: Call,
    event: str,
    recipients: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Any],
    papers: Sequence[Any] = (),
) -> None:
    """Put one notice a recipient into the outbox, where it is sent from after the commit.

    A recipient is a role, or a person with telephone, e-mail and the channel wished. Raises KeyError for an
    event without text.
    """
    notice = NOTICES[event]
    documents = [
        {name: paper.get(name) for name in ("id", "kind", "number", "version")}
        for paper in papers
        if paper is not None
    ]
    texts = {
        f"{part}_{locale}": fill(getattr(getattr(notice, part), locale), facts)
        for part in ("subject", "text")
        for locale in ("zh", "en")
    }
    for place, recipient in enumerate(recipients):
        name, channel, address = _addressed(call.connection, recipient)
        call.connection.execute(
            insert(notification).values(
                instance_id=call.instance_id,
                event=event,
                recipient=name,
                channel=channel,
                address=address,
                documents=documents,
                key=f"{call.key}-{event}-{place}",
                state="shown" if channel == "page" else "queued",
                due_at=call.now,
                created_at=call.now,
                **texts,
            )
        )


def fill(text: str, facts: Mapping[str, Any]) -> str:
    """`text` with its facts; what is not known is a dash."""
    return text.format_map(_Facts(facts))


class _Facts(dict[str, str]):
    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__({name: spoken(value) for name, value in facts.items()})

    def __missing__(self, name: str) -> str:
        return "—"


def spoken(value: object) -> str:
    """A fact as people read it: money with two decimals, times in the company's zone."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:.2f}" if value == value.quantize(Decimal("0.01")) else f"{value:f}"
    if isinstance(value, datetime):
        return (value.astimezone(COMPANY_ZONE) if value.tzinfo else value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _addressed(connection: Connection, recipient: Mapping[str, Any]) -> tuple[str, str, str]:
    """(name, channel, address) of a recipient; "page" where there is no way to send."""
    if recipient.get("role"):
        key = text_of(recipient["role"])
        name = connection.scalars(select(role.c.zh).where(role.c.key == key)).one_or_none()
        emails = ",".join(_emails(connection, key))
        return name or key, "email" if emails else "page", emails
    name = text_of(recipient.get("name"))
    wished = text_of(recipient.get("channel")) or text_of(recipient.get("preferred_channel")) or "phone"
    channel = _CHANNELS.get(wished, "page")
    address = text_of(recipient.get("email" if channel == "email" else "phone"))
    return (name, channel, address) if address else (name, "page", "")


def _emails(connection: Connection, key: str) -> list[str]:
    query = (
        select(user.c.email)
        .join(membership, membership.c.user_id == user.c.id)
        .where(membership.c.role == key, user.c.active, user.c.email != "")
        .order_by(user.c.login)
    )
    return list(connection.scalars(query))
