"""After-sales tickets: opened, worked on, registered with their slip, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, insert, select, update

from engine.errors import Message
from engine.model.papers import ticket
from engine.model.trade import customer_history, order_line
from engine.services import orders
from engine.services.call import (
    Call,
    ServiceError,
    Values,
    WrongInput,
    count_of,
    mapping_of,
    money_of,
    rows,
)
from engine.services.documents import issue_paper
from engine.services.numbers import next_number
from engine.services.progress import AFTER_SALES, COMPLETED, TICKET_CLOSED, TICKET_STOPPED, finished_as

#: What a ticket can be about.
KINDS = ("查件", "催件", "少货", "错货", "破损", "质量", "换货", "退货", "维修", "投诉", "咨询", "异常")
#: How far a ticket is, in this order.
OPENED, HANDLED, TRACKED, CLOSED = "登记", "处理中", "跟踪中", TICKET_CLOSED
#: Its instance was cancelled; whoever is to go on opens another.
STOPPED = TICKET_STOPPED
#: What can be asked or said without an order.
_WITHOUT_ORDER = frozenset({"维修", "投诉", "咨询", "异常"})
#: The customer hears from us within a day, whatever the kind (G46).
_RESPONSE = timedelta(hours=24)


def open_ticket(call: Call) -> Values:
    """Open a ticket about an order."""
    customer = count_of(call.get("customer_id"), "customer_id") or None
    return {"ticket": _open(call, customer, call.text("customer_name"), call.get("lines") or [])}


def register(call: Call) -> Values:
    """Open a ticket for somebody who called (F06.R1, F09.21).

    Error unknown_order when there is no such order, an article is not on it, or this kind needs one and has none.
    """
    kind, order_no = call.text("kind"), call.text("order_no")
    if kind not in KINDS:
        raise WrongInput("kind", "工单类型之一", f"one of {', '.join(KINDS)}")
    row = orders.find(call.connection, order_no) if order_no else None
    if row is None and (order_no or kind not in _WITHOUT_ORDER):
        raise _unknown(order_no)
    asked = [dict(line.values) for line in rows(call.get("lines"), "lines") if line.text("sku")]
    if row is not None:
        _on_the_order(call, order_no, asked)
        return {"ticket": _open(call, row.customer_id, row.customer_name, asked)}
    return {"ticket": _open(call, None, call.text("customer_name"), [])}


def record(call: Call) -> Values:
    """Write what was agreed and done, issue the slip 售后登记 and track the ticket from now on (F31.07, F31.16)."""
    row = find(call, call.text("ticket_no"))
    noted = {name: call.text(name) for name in ("model", "damage_level", "resolution")}
    _change(call, row.no, state=TRACKED, **noted)
    names = ("kind", "order_no", "customer_id", "customer_name", "channel", "description", "opened_at")
    known = {name: getattr(row, name) for name in names}
    paper = {**known, **noted, "ticket_no": row.no, "date": call.today, "responded_at": row.responded_at}
    more = {name: call.get(name) for name in ("remedy", "lines", "amount", "freight_payer", "freight")}
    difference = money_of(call.get("difference") or 0, "difference")
    more |= {"to_pay": max(difference, Decimal(0)), "to_get": max(-difference, Decimal(0))}
    return {"registration": issue_paper(call, "after_sales_record", {**paper, **more})}


def close(call: Call) -> Values:
    """Close a ticket; with the last one of an order in after-sales the order is completed (F29.13)."""
    row = find(call, call.text("ticket_no"))
    _change(call, row.no, state=CLOSED)
    if row.kind != "咨询" and _status(call, row.order_no) == AFTER_SALES:
        orders.advance(call, row.order_no, finished_as(call.connection, row.order_no, COMPLETED))
    if row.customer_id is not None:
        _remember(call, row)
    return {}


def find(call: Call, number: str) -> Row[Any]:
    """The ticket of that number. Raises WrongInput."""
    row = call.connection.execute(select(ticket).where(ticket.c.no == number)).one_or_none()
    if row is None:
        raise WrongInput("ticket_no", "已有的工单号", "the number of a ticket")
    return row


def begin(call: Call, number: str) -> Row[Any]:
    """Let this instance have a ticket; an order that was delivered or complete is in after-sales from now on (F29.13)."""
    row = find(call, number)
    _change(call, number, instance_id=call.instance_id)
    if row.kind != "咨询" and row.order_no:
        orders.serve(call, row.order_no)
    return row


def answered(call: Call, number: str) -> None:
    """The customer has heard from us: the first time counts (F22.R5)."""
    row = find(call, number)
    _change(call, number, state=HANDLED, responded_at=row.responded_at or call.now)


def _open(call: Call, customer_id: int | None, customer_name: str, lines: Any) -> Values:
    number = next_number(call.connection, "TK", call.now)
    batch = call.get("batch_no")
    texts = {name: call.text(name) for name in ("kind", "order_no", "channel", "description")}
    moments = {"opened_at": call.now, "respond_by": call.now + _RESPONSE}
    call.connection.execute(
        insert(ticket).values(
            no=number,
            batch_no=None if batch is None else count_of(batch, "batch_no"),
            customer_id=customer_id,
            customer_name=customer_name,
            lines=lines,
            state=OPENED,
            **texts,
            **moments,
        )
    )
    return {"no": number, "kind": texts["kind"], **moments}


def _on_the_order(call: Call, order_no: str, asked: list[dict[str, Any]]) -> None:
    """Raise unknown_order for an article that was not ordered."""
    query = select(order_line.c.sku).where(order_line.c.order_no == order_no)
    ordered = set(call.connection.scalars(query))
    strange = [str(line["sku"]) for line in asked if line["sku"] not in ordered]
    if strange:
        message = Message(
            zh=f"订单 {order_no} 没有订过 {'、'.join(strange)}：请核对货号。",
            en=f"{', '.join(strange)} is not on order {order_no}: check the article numbers.",
        )
        raise ServiceError("unknown_order", message)


def _unknown(order_no: str) -> ServiceError:
    if not order_no:
        return ServiceError(
            "unknown_order",
            Message(zh="这类问题须有订单号。", en="This kind of problem needs an order number."),
        )
    return ServiceError(
        "unknown_order",
        Message(
            zh=f"没有订单 {order_no}：请核对单号。", en=f"There is no order {order_no}: check the number."
        ),
    )


def _status(call: Call, order_no: str) -> str:
    row = orders.find(call.connection, order_no) if order_no else None
    return row.status if row is not None else ""


def _change(call: Call, number: str, **values: Any) -> None:
    call.connection.execute(update(ticket).where(ticket.c.no == number).values(changed_at=call.now, **values))


def _remember(call: Call, row: Row[Any]) -> None:
    kind = "complaint" if row.kind == "投诉" else "compensation"
    facts: Mapping[str, Any] = mapping_of(call.get("facts"), "facts")
    call.connection.execute(
        insert(customer_history).values(
            customer_id=row.customer_id,
            kind=kind,
            ref=row.no,
            text=f"{row.kind}：{row.resolution or row.description}",
            facts=dict(facts),
            at=call.now,
        )
    )
