"""What a form's field may name, and whether there is one: a wrong number is told at its field, before anything happens."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Column, Connection, select

from engine.errors import Message
from engine.model.papers import ticket
from engine.model.trade import order, product

#: By the word of a component's property `exists`: where it is kept, and what to say of one that is not there.
_KEPT: Mapping[str, tuple[Column[str], str, str]] = {
    "order": (order.c.no, "没有订单 {value}：请核对单号。", "There is no order {value}: check the number."),
    "ticket": (
        ticket.c.no,
        "没有工单 {value}：请核对单号。",
        "There is no ticket {value}: check the number.",
    ),
    "product": (
        product.c.sku,
        "没有货号 {value}：请核对编码。",
        "There is no article {value}: check the code.",
    ),
}


def wrong(
    connection: Connection, asked: Mapping[str, str], values: Mapping[str, object]
) -> dict[str, Message]:
    """The errors by field; `asked` says of which field what it names."""
    told = {name: missing(connection, kind, values.get(name)) for name, kind in asked.items()}
    return {name: message for name, message in told.items() if message is not None}


def missing(connection: Connection, kind: str, value: object) -> Message | None:
    """What to say when there is no such order, ticket or product; None when there is, or nothing was given."""
    if kind not in _KEPT or not isinstance(value, str) or not value.strip():
        return None
    column, zh, en = _KEPT[kind]
    wanted = value.strip()
    if connection.execute(select(column).where(column == wanted)).first() is not None:
        return None
    shown = wanted[:60]
    return Message(zh=zh.format(value=shown), en=en.format(value=shown))
