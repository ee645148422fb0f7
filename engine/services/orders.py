"""Orders: priced, recorded, and moved along the dictionary of statuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from engine.errors import Message
from engine.model.trade import order, order_line, payment, product, reservation
from engine.services import inventory
from engine.services.call import (
    Call,
    ServiceError,
    Values,
    WrongInput,
    count_of,
    date_of,
    mapping_of,
    money_of,
    rows,
)
from engine.services.numbers import next_number
from engine.services.products import class_prices
from engine.services.progress import (
    AFTER_SALES,
    CANCELLED,
    COMPLETED,
    CONFIRMED,
    DELIVERED,
    PENDING,
    STATUSES,
    finished_as,
    later,
    order_status,
    record_shipment,
)

_CENT = Decimal("0.01")

#: The type of an order whose goods are made for it.
MADE_TO_ORDER = "定制"


def quote(call: Call) -> Values:
    """Price an order from the rules of the customer's class, else the list (F01.03).

    Error unknown_product when an article is not in the catalogue.
    """
    asked = rows(call.get("lines"), "lines")
    known = _catalogue(call.connection, [line.text("sku") for line in asked])
    prices = class_prices(call.connection, call.text("level"), list(known), call.today)
    lines = []
    for line in asked:
        sku, qty = line.text("sku"), line.count("qty")
        goods = known[sku]
        price = prices.get(sku, goods.price)
        lines.append(
            {
                **{name: getattr(goods, name) for name in ("sku", "name", "spec", "unit")},
                "qty": qty,
                "unit_price": price,
                "amount": (price * qty).quantize(_CENT, ROUND_HALF_UP),
            }
        )
    return {"lines": lines, "total": sum((line["amount"] for line in lines), Decimal("0.00"))}


def create(call: Call) -> Values:
    """Record an order, or bring a recorded one up to date; class, prices and address are copied."""
    order_no = call.text("order_no")
    before = find(call.connection, order_no) if order_no else None
    lines = rows(call.get("lines"), "lines")
    if before is None:
        order_no = next_number(call.connection, "SO", call.now)
        fixed = {"no": order_no, "status": PENDING, "received_at": call.now, "instance_id": call.instance_id}
        call.connection.execute(insert(order).values(**fixed, **_header(call)))
    else:
        call.connection.execute(update(order).where(order.c.no == order_no).values(**_header(call)))
        call.connection.execute(delete(order_line).where(order_line.c.order_no == order_no))
    if lines:
        call.connection.execute(
            insert(order_line), [_line(order_no, n, line.values) for n, line in enumerate(lines, 1)]
        )
    status = PENDING if before is None else before.status
    if later(status, PENDING) and status != CANCELLED:
        _keep_back(call.connection, order_no)
    return {"order_no": order_no}


def set_status(call: Call) -> Values:
    """Move an order, or one of its batches, on; a step back is passed over.

    已确认 keeps stock back, 已取消 and 已完成 give back what is left of it. Facts are kept on the shipment. An order
    with an open ticket ends in after-sales, one whose tickets are all confirmed is complete (F29.13).
    """
    status = call.text("status")
    if status not in STATUSES:
        raise WrongInput("status", "订单状态之一", "one of the order statuses")
    row = find(call.connection, call.text("order_no"))
    if row is None:
        raise WrongInput("order_no", "已有的订单号", "the number of an order")
    if call.get("batch_no") is not None:
        record_shipment(call, row.no, status)
        status = order_status(call, row.no, status)
    status = finished_as(call.connection, row.no, status)
    if later(status, row.status):
        change_status(call, row.no, status)
    return {}


def change_status(call: Call, order_no: str, status: str) -> None:
    """Write a status that is further on, with what it means for the stock."""
    if status == CONFIRMED:
        _keep_back(call.connection, order_no)
    if status in (COMPLETED, CANCELLED):
        give_back(call, order_no)
    if status == CANCELLED:
        call.connection.execute(
            update(payment)
            .where(payment.c.order_no == order_no, payment.c.state == "requested")
            .values(state="withdrawn")
        )
    call.connection.execute(
        update(order).where(order.c.no == order_no).values(status=status, changed_at=call.now)
    )


def advance(call: Call, order_no: str, status: str) -> None:
    """Move an order on to `status` unless it is there or further; nothing for an unknown order."""
    row = find(call.connection, order_no)
    if row is not None and later(status, row.status):
        change_status(call, order_no, status)


def serve(call: Call, order_no: str) -> None:
    """A ticket is worked on: an order that was delivered, or is complete already, is in after-sales (F29.13)."""
    row = find(call.connection, order_no)
    if row is not None and row.status in (DELIVERED, COMPLETED):
        change_status(call, order_no, AFTER_SALES)


def give_back(call: Call, order_no: str) -> int:
    """Free what is still kept for an order; how many pieces."""
    held = select(func.sum(reservation.c.qty)).where(reservation.c.order_no == order_no)
    pieces = int(call.connection.execute(held).scalar() or 0)
    inventory.release(call.connection, order_no)
    return pieces


def paid(connection: Connection, order_no: str) -> Decimal:
    """What has come in for an order less what was given back, in yuan."""
    query = select(func.sum(payment.c.amount_received)).where(
        payment.c.order_no == order_no, payment.c.state == "paid"
    )
    return Decimal(connection.execute(query).scalar() or 0)


def _keep_back(connection: Connection, order_no: str) -> None:
    """Keep stock back for an order; goods made to order are kept back when they are booked."""
    if not made_to_order(connection, order_no):
        inventory.reserve(connection, order_no, wanted(connection, order_no))


def made_to_order(connection: Connection, order_no: str) -> bool:
    """Whether the goods of an order are made for it (定制)."""
    row = find(connection, order_no)
    return row is not None and row.type == MADE_TO_ORDER


def withdraw(call: Call) -> Values:
    """Take goods of an order back before they are shipped: their stock is free; what is to be paid back, in yuan.

    No more is paid back than was paid, and for pieces that were shipped nothing.
    """
    order_no = call.text("order_no")
    value = Decimal(0)
    open_pieces = wanted(call.connection, order_no)
    prices = {
        row.sku: row.unit_price
        for row in call.connection.execute(select(order_line).where(order_line.c.order_no == order_no))
    }
    for line in rows(call.get("lines"), "lines"):
        sku = line.text("sku")
        qty = min(line.count("qty"), open_pieces.get(sku, 0))
        if qty > 0:
            open_pieces[sku] -= qty
            inventory.release_pieces(call.connection, order_no, sku, qty)
            value += prices[sku] * qty
    return {"refund_due": min(value.quantize(_CENT, ROUND_HALF_UP), paid(call.connection, order_no))}


def find(connection: Connection, order_no: str) -> Row[Any] | None:
    """The order of that number."""
    return connection.execute(select(order).where(order.c.no == order_no)).one_or_none()


def wanted(connection: Connection, order_no: str) -> dict[str, int]:
    """Pieces not shipped yet, by article."""
    open_lines: dict[str, int] = {}
    for row in connection.execute(
        select(order_line).where(order_line.c.order_no == order_no).order_by(order_line.c.n)
    ):
        open_lines[row.sku] = open_lines.get(row.sku, 0) + max(0, row.qty - row.shipped)
    return open_lines


def _header(call: Call) -> Values:
    texts = (
        "type", "source", "customer_name", "level", "requirements", "payment_method",
        "recipient", "phone", "address", "ship_mode", "freight", "other",
    )  # fmt: skip
    return {
        **{name: call.text(name) for name in texts},
        "customer_id": count_of(call.get("customer_id"), "customer_id") or None,
        "total": money_of(call.get("total") or 0, "total"),
        "ship_time": date_of(call.get("ship_time"), "ship_time"),
        "batches": call.get("batches") or [],
        "invoice": dict(mapping_of(call.get("invoice"), "invoice")),
        "changed_at": call.now,
    }


def _line(order_no: str, n: int, line: Mapping[str, Any]) -> Values:
    texts = {name: str(line.get(name) or "") for name in ("sku", "name", "spec", "unit")}
    amounts = {name: money_of(line.get(name) or 0, name) for name in ("unit_price", "amount")}
    return {"order_no": order_no, "n": n, "qty": count_of(line.get("qty"), "qty"), **texts, **amounts}


def _catalogue(connection: Connection, skus: Sequence[str]) -> dict[str, Row[Any]]:
    known = {row.sku: row for row in connection.execute(select(product).where(product.c.sku.in_(skus)))}
    unknown = [sku for sku in skus if sku not in known]
    if unknown:
        listed = "、".join(unknown[:5])
        raise ServiceError(
            "unknown_product",
            Message(
                zh=f"没有这些商品：{listed}。请核对货号。",
                en=f"There is no product {listed}. Check the article numbers.",
            ),
        )
    return known
