"""How far an order and its batches are: the dictionary of statuses, never backwards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine.model.instances import SYSTEM, instance
from engine.model.papers import shipment, ticket, track_event
from engine.model.trade import order
from engine.services.call import Call, count_of, mapping_of, text_of

PENDING, CONFIRMED, DELIVERED, COMPLETED, CANCELLED = "待确认", "已确认", "已交付", "已完成", "已取消"
AFTER_SALES = "售后中"

#: States of a ticket that nobody works on any more: its end, and the end of its instance before that.
TICKET_CLOSED, TICKET_STOPPED = "交易确认", "已中止"

#: The dictionary in its order; 售后中 follows a delivery, nothing follows 已取消.
STATUSES = (
    PENDING, CONFIRMED, "已审批", "待支付", "待处理", "处理中", "待发货", "已发货", DELIVERED, AFTER_SALES, COMPLETED, CANCELLED,
)  # fmt: skip
_PLACE = {status: place for place, status in enumerate(STATUSES)}


def later(status: str, than: str) -> bool:
    """Whether `status` lies further on; an order that is complete is not cancelled any more."""
    if status == CANCELLED:
        return than not in (COMPLETED, CANCELLED)
    return _PLACE[status] > _PLACE[than]


def find_shipment(connection: Connection, order_no: str, batch_no: int, no: str = "") -> Row[Any] | None:
    """The shipment of that number, else the newest of a batch."""
    condition = (
        shipment.c.no == no if no else (shipment.c.order_no == order_no) & (shipment.c.batch_no == batch_no)
    )
    return connection.execute(
        select(shipment).where(condition).order_by(shipment.c.no.desc()).limit(1)
    ).one_or_none()


def record_shipment(call: Call, order_no: str, status: str) -> None:
    """Write how far a batch is and what was reported about it; nothing before its shipment is made."""
    batch_no = count_of(call.get("batch_no"), "batch_no")
    row = find_shipment(call.connection, order_no, batch_no, call.text("shipment_no"))
    if row is None:
        return
    facts = mapping_of(call.get("facts"), "facts")
    known = {name: value for name, value in facts.items() if value is not None}
    values = {
        "status": status if later(status, row.status) else row.status,
        "facts": {**row.facts, **known},
        "carrier": text_of(known.get("carrier")) or row.carrier,
        "waybill": text_of(known.get("waybill")) or row.waybill,
    }
    call.connection.execute(update(shipment).where(shipment.c.no == row.no).values(**values))
    track(call, row.no, status, call.text("note"))


def track(call: Call, shipment_no: str, status: str, note: str) -> None:
    """Add to the trail of a shipment."""
    call.connection.execute(
        insert(track_event).values(shipment_no=shipment_no, status=status, note=note, at=call.now)
    )


def order_status(call: Call, order_no: str, status: str) -> str:
    """What a batch's status means for its order: 已交付 only when no batch is left, else the furthest batch counts."""
    count = call.get("batches")
    batches = len(count) if isinstance(count, list) else max(1, count_of(count, "batches"))
    if status != DELIVERED or batches == 1:
        return status
    delivered = call.connection.scalars(
        select(shipment.c.batch_no)
        .where(shipment.c.order_no == order_no, shipment.c.status.in_((DELIVERED, AFTER_SALES, COMPLETED)))
        .distinct()
    ).all()
    return DELIVERED if len(delivered) >= batches else "已发货"


def nothing_left(connection: Connection, order_no: str) -> bool:
    """Whether nobody works on an order any more: it is delivered, its own instance at its end, no ticket open."""
    running = (
        select(instance.c.id)
        .join(order, order.c.instance_id == instance.c.id)
        .where(order.c.no == order_no, instance.c.id != SYSTEM, instance.c.status != "completed")
    )
    arrived = (DELIVERED, AFTER_SALES, COMPLETED, CANCELLED)
    on_the_way = select(shipment.c.no).where(
        shipment.c.order_no == order_no, shipment.c.status.not_in(arrived)
    )
    waits = any(connection.execute(query.limit(1)).first() for query in (running, on_the_way))
    return not waits and finished_as(connection, order_no, COMPLETED) == COMPLETED


def finished_as(connection: Connection, order_no: str, status: str) -> str:
    """How an order ends by its tickets: 售后中 while somebody works on one, 已完成 when all it had are confirmed.

    A question (咨询) is no problem with the order; without a ticket, and for other statuses, `status` stays.
    """
    if status not in (AFTER_SALES, COMPLETED):
        return status
    about = (ticket.c.order_no == order_no, ticket.c.kind != "咨询", ticket.c.state != TICKET_STOPPED)
    states = set(connection.scalars(select(ticket.c.state).where(*about)))
    if states - {TICKET_CLOSED}:
        return AFTER_SALES
    return COMPLETED if states else status
