"""What a cancelled instance leaves behind in the trade: closed, given back or void, and told to who must act on it.

A subject that keeps open records of an instance has a handler in HANDLERS. It runs in the transaction that ends the
instance, so that nothing is ever half closed, and says what it did: (kind, number, what), codes that pages put in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Table, func, select, update

from engine.model.after_sales import compensation
from engine.model.papers import document, shipment, ticket
from engine.model.production import production_order, statement
from engine.model.stores import allocation, discrepancy, store_slip, transfer
from engine.model.trade import order, order_line, stock, stock_move
from engine.money import yuan
from engine.services import orders
from engine.services.call import Call, rows
from engine.services.documents import mark
from engine.services.notices import queue
from engine.services.production import BOOKED
from engine.services.production import STOPPED as PRODUCTION_STOPPED
from engine.services.progress import AFTER_SALES, CANCELLED, COMPLETED, later, nothing_left, track
from engine.services.shelves import put
from engine.services.statements import WITHDRAWN
from engine.services.store_slips import CLOSED as SLIP_CLOSED
from engine.services.tickets import CLOSED as TICKET_CLOSED
from engine.services.tickets import STOPPED

#: Kind of record, its number, what became of it.
Left = tuple[str, str, str]

_SHIPPED = "已发货"


def settle(call: Call) -> list[Left]:
    """Bring everything that an instance has left open into a defined state; what was done, in its order."""
    return [left for handler in HANDLERS for left in handler(call)]


def _picked(call: Call) -> Iterable[Left]:
    """Picked goods that have not left the house lie where they were taken from again."""
    left = _gone(call)
    for paper in _papers(call):
        if paper.number not in left:
            yield from _put_back(call, paper)


def _put_back(call: Call, paper: Row[Any]) -> Iterable[Left]:
    skus = {line.text("sku") for line in rows(paper.payload.get("lines"), "lines")}
    taken = (
        select(stock_move.c.sku, stock_move.c.location, func.sum(-stock_move.c.qty).label("qty"))
        .where(stock_move.c.sku.in_(skus), stock_move.c.ref == paper.number, stock_move.c.kind == "out")
        .group_by(stock_move.c.sku, stock_move.c.location)
    )
    for row in call.connection.execute(taken).all():
        put(call, row.sku, row.location, int(row.qty), "return", paper.number)
        _not_shipped(call, paper.order_no, row.sku, int(row.qty))
        yield "goods", f"{row.sku} × {row.qty}", "put back"


def _not_shipped(call: Call, order_no: str, sku: str, qty: int) -> None:
    """Take pieces off what the instance's own order counts as shipped."""
    mine = select(order.c.no).where(order.c.no == order_no, order.c.instance_id == call.instance_id)
    lines = select(order_line).where(order_line.c.order_no.in_(mine), order_line.c.sku == sku)
    for line in call.connection.execute(lines.order_by(order_line.c.n.desc())).all():
        less = min(qty, line.shipped)
        qty -= less
        here = (order_line.c.order_no == line.order_no, order_line.c.n == line.n)
        call.connection.execute(update(order_line).where(*here).values(shipped=order_line.c.shipped - less))


def _orders(call: Call) -> Iterable[Left]:
    """An order of which nothing was shipped is cancelled; of one partly shipped the rest is no longer kept back."""
    for row in _mine(call, order):
        if row.status in ("已完成", CANCELLED):
            continue
        for sent in _unsent(call, row.no):
            call.connection.execute(update(shipment).where(shipment.c.no == sent.no).values(status=CANCELLED))
            track(call, sent.no, CANCELLED, call.text("reason"))
            yield "shipment", sent.no, "cancelled"
        shipped = select(func.sum(order_line.c.shipped)).where(order_line.c.order_no == row.no)
        if not call.connection.execute(shipped).scalar() and later(CANCELLED, row.status):
            orders.change_status(call, row.no, CANCELLED)
            yield "order", row.no, "cancelled"
            yield from _to_refund(call, row)
        elif orders.give_back(call, row.no):
            yield "order", row.no, "rest released"


def _unsent(call: Call, order_no: str) -> list[Row[Any]]:
    found = call.connection.execute(select(shipment).where(shipment.c.order_no == order_no)).all()
    return [row for row in found if row.status != CANCELLED and later(_SHIPPED, row.status)]


def _to_refund(call: Call, row: Row[Any]) -> Iterable[Left]:
    """Finance is told what a customer has paid for goods that will not come."""
    amount = orders.paid(call.connection, row.no)
    if amount > 0:
        facts = {"order_no": row.no, "customer": row.customer_name, "amount": amount}
        told = replace(call, key=f"{call.key}-{row.no}")  # An instance may have several orders.
        queue(told, "refund_due", [{"role": "finance"}], {**facts, "reason": call.text("reason")})
        yield "refund", f"{row.no} {yuan(amount)}", "due"


def _slips(call: Call) -> Iterable[Left]:
    """A store's slip is closed, and with it its discrepancy, its transfers and an allocation that nothing left by."""
    for row in _mine(call, store_slip):
        for gone in _open(call, transfer, _of_slip(row.no), "待调拨"):
            _withdraw(call, gone)
            yield "transfer", gone.no, "withdrawn"
        for gone in _open(call, discrepancy, discrepancy.c.slip_no == row.no, "调配中"):
            _set(call, discrepancy, gone.no, state=SLIP_CLOSED, closed_at=call.now)
            yield "discrepancy", gone.no, "closed"
        for gone in _open(call, allocation, allocation.c.slip_no == row.no, "草稿", "已确认"):
            if gone.state == "草稿" or _status(call, gone.no) == CANCELLED:
                _set(call, allocation, gone.no, state="作废")
                yield "allocation", gone.no, "void"
        if row.state != SLIP_CLOSED:
            _set(call, store_slip, row.no, state=SLIP_CLOSED, closed_by="cancelled", closed_at=call.now)
            yield "store_slip", row.no, "cancelled"


def _of_slip(slip_no: str) -> Any:
    return transfer.c.discrepancy_no.in_(select(discrepancy.c.no).where(discrepancy.c.slip_no == slip_no))


def _withdraw(call: Call, row: Row[Any]) -> None:
    """Pieces that were kept back at a store for another are free again."""
    kept = update(stock).where(stock.c.sku == row.sku, stock.c.location == row.from_store)
    call.connection.execute(kept.values(reserved=stock.c.reserved - row.qty))
    _set(call, transfer, row.no, state="已撤回")


def _tickets(call: Call) -> Iterable[Left]:
    """An open ticket is marked as stopped, and what was agreed but not given is withdrawn.

    An order that had come to its end before the ticket, and has no other one open, is complete again.
    """
    for row in _mine(call, ticket):
        for agreed in _open(call, compensation, compensation.c.ticket_no == row.no, "agreed"):
            _set(call, compensation, agreed.no, state="withdrawn")
            yield "compensation", agreed.no, "withdrawn"
        if row.state != TICKET_CLOSED:
            _set(call, ticket, row.no, state=STOPPED, changed_at=call.now)
            yield "ticket", row.no, "stopped"
            if _status(call, row.order_no) == AFTER_SALES and nothing_left(call.connection, row.order_no):
                orders.advance(call, row.order_no, COMPLETED)
                yield "order", row.order_no, "complete again"


def _productions(call: Call) -> Iterable[Left]:
    """A production order whose goods are not in stock is stopped; what was stated for it counts no more."""
    for row in _mine(call, production_order):
        if row.state not in (BOOKED, PRODUCTION_STOPPED):
            _set(call, production_order, row.no, state=PRODUCTION_STOPPED, changed_at=call.now)
            yield "production_order", row.no, "stopped"
            yield from _statements(call)


def _statements(call: Call) -> Iterable[Left]:
    for row in _mine(call, statement):
        if not row.void_why:
            same = (statement.c.no == row.no, statement.c.version == row.version)
            gone = update(statement).where(*same)
            call.connection.execute(gone.values(void_at=call.now, void_why=WITHDRAWN))
            yield "statement", row.no, "withdrawn"


def _void(call: Call) -> Iterable[Left]:
    """Papers that were drawn up or signed are void, but for those that go with goods on their way."""
    left = _gone(call)
    for paper in _papers(call):
        goes = paper.number in left or paper.payload.get("outbound_no") in left
        sold = paper.order_no and _status(call, paper.order_no) not in ("", CANCELLED)
        if paper.state in ("draft", "signed") and not goes and not (sold and paper.batch_no is None and left):
            mark(call, "void", document.c.id == paper.id)
            yield "document", f"{paper.number} · {paper.version}", "void"


def _papers(call: Call) -> list[Row[Any]]:
    return _mine(call, document)


def _gone(call: Call) -> set[str]:
    """The numbers of slips by which goods have left the house."""
    numbers = {paper.number for paper in _papers(call)}
    query = select(shipment.c.outbound_no, shipment.c.status).where(shipment.c.outbound_no.in_(numbers))
    if not numbers:
        return set()
    sent = call.connection.execute(query).all()
    return {row.outbound_no for row in sent if row.status != CANCELLED and not later(_SHIPPED, row.status)}


def _mine(call: Call, table: Table) -> list[Row[Any]]:
    """The rows that belong to the instance, oldest first."""
    query = select(table).where(table.c.instance_id == call.instance_id).order_by(*table.primary_key.columns)
    return list(call.connection.execute(query))


def _open(call: Call, table: Table, condition: Any, *states: str) -> list[Row[Any]]:
    query = select(table).where(condition, table.c.state.in_(states)).order_by(table.c.no)
    return list(call.connection.execute(query))


def _set(call: Call, table: Table, number: str, **values: Any) -> None:
    call.connection.execute(update(table).where(table.c.no == number).values(**values))


def _status(call: Call, order_no: str) -> str:
    row = orders.find(call.connection, order_no)
    return row.status if row is not None else ""


#: What an ended instance may have left, subject by subject: goods before the orders that count them, papers last.
HANDLERS: tuple[Callable[[Call], Iterable[Left]], ...] = (
    _picked,
    _orders,
    _slips,
    _tickets,
    _productions,
    _void,
)
