"""What is told to whom: notices put into the outbox, a row a recipient."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from engine.clock import COMPANY_ZONE
from engine.errors import Message
from engine.model.papers import notification
from engine.model.people import membership, role, user
from engine.money import AMOUNTS, is_amount, yuan
from engine.services.call import Call, text_of
from engine.services.events import NOTICES
from engine.services.kinds import english

#: How a customer's wish becomes a way of sending; the others are told by people.
_CHANNELS = {"email": "email", "sms": "sms", "phone": "sms"}

#: A date with a time as forms keep it.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?")

#: Facts that hold the title of a paper, or what its copy is for.
_PAPERS = frozenset({"document", "title", "purpose"})

#: Facts whose value is a form's code, with the words the form shows for it.
_CHOICES: Mapping[str, Mapping[str, Message]] = {
    "condition": {
        "good": Message(zh="完好", en="intact"),
        "damaged": Message(zh="有破损", en="damaged"),
        "short": Message(zh="数量不足", en="incomplete"),
    },
    "kind": {
        "damage": Message(zh="破损", en="damage"),
        "wrong_address": Message(zh="地址错误", en="wrong address"),
        "delay": Message(zh="延误", en="delay"),
        "cancel": Message(zh="取消", en="cancelled"),
        "loss": Message(zh="丢失", en="lost"),
        "equipment": Message(zh="设备故障", en="equipment broke down"),
        "material": Message(zh="原料短缺", en="raw material is short"),
        "technical": Message(zh="技术问题", en="technical problem"),
        "quality": Message(zh="质量问题", en="quality problem"),
        "other": Message(zh="其他", en="other"),
        **{
            zh: Message(zh=zh, en=en)
            for zh, en in {
                "查件": "parcel enquiry",
                "催件": "shipping reminder",
                "少货": "missing goods",
                "错货": "wrong goods",
                "破损": "damage",
                "质量": "quality",
                "换货": "exchange",
                "退货": "return",
                "维修": "repair",
                "投诉": "complaint",
                "咨询": "question",
                "异常": "anomaly",
            }.items()
        },
    },
    "statement": {
        "material": Message(zh="原料储备说明", en="The statement of raw material"),
        "date": Message(zh="交期说明", en="The statement of the due date"),
        "recipe": Message(zh="工艺配方确认书", en="The confirmation of the recipe"),
    },
    "invoice": {
        "True": Message(zh="发票随货寄出。", en="The invoice is enclosed. "),
        **dict.fromkeys(("False", "None"), Message(zh="", en="")),
    },
    "eta": {"undeliverable": Message(zh="无法送达", en="it cannot be delivered")},
    "emergency": {"True": Message(zh="是", en="yes"), "False": Message(zh="否", en="no")},
    "payment_method": {
        "对公账户": Message(zh="对公账户", en="company account"),
        "指定银行卡": Message(zh="指定银行卡", en="named bank card"),
        "other": Message(zh="其他", en="other"),
    },
}


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
        f"{part}_{locale}": fill(getattr(getattr(notice, part), locale), facts, locale)
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


def fill(text: str, facts: Mapping[str, Any], locale: str = "zh") -> str:
    """`text` with its facts in words of that language; what is not known is a dash."""
    return text.format_map(_Facts(facts, locale))


class _Facts(dict[str, str]):
    def __init__(self, facts: Mapping[str, Any], locale: str) -> None:
        super().__init__(
            {
                name: spoken(value) if (said := _said(name, value, locale)) is None else said
                for name, value in facts.items()
            }
        )

    def __missing__(self, name: str) -> str:
        return "" if "None" in _CHOICES.get(name, {}) else "—"


def _said(name: str, value: object, locale: str) -> str | None:
    """What people call a choice that forms keep as a code, or a paper; money as money; none for everything else."""
    if name in _PAPERS and value and isinstance(value, str):
        return value if locale == "zh" else english(value)
    word = _CHOICES.get(name, {}).get(str(value))
    if word is not None:
        return str(getattr(word, locale))
    return yuan(value) if name in AMOUNTS and isinstance(value, int | Decimal) and is_amount(value) else None


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
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return spoken(datetime.fromisoformat(value))
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
