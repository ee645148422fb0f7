"""What an order that is cancelled on its way leaves: papers and statements void, production stopped, money to settle."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from engine.model.papers import document
from engine.model.production import production_order
from engine.services import orders, remainders, statements
from engine.services.call import Call, Values
from engine.services.documents import mark
from engine.services.notices import queue
from engine.services.production import BOOKED, STOPPED, change
from engine.services.progress import CANCELLED, COMPLETED

#: Papers that ask somebody for something as long as their order stands.
_ASKING = ("order_confirmation", "sales_confirmation", "production_order", "balance_notice")


def set_status(call: Call) -> Values:
    """Move an order on as `orders.set_status` says; one that this cancels leaves nothing that still seems to count.

    What was returned and filed stays filed, and so do papers of goods that are made and booked. Finance is told what
    the customer has paid (F14.18, F14.29), also when an order is complete with less shipped than was paid.
    """
    before = orders.find(call.connection, call.text("order_no"))
    answer = orders.set_status(call)
    _clear(call, before)
    row = orders.find(call.connection, call.text("order_no"))
    if before is not None and row is not None and COMPLETED == row.status != before.status:
        remainders.tell(call, row)
    return answer


def drop(call: Call) -> Values:
    """Cancel an order that was recorded but never confirmed, with its papers (F06.02); nothing where none was."""
    before = orders.find(call.connection, call.text("order_no"))
    orders.advance(call, call.text("order_no"), CANCELLED)
    _clear(call, before)
    return {}


def _clear(call: Call, before: Row[Any] | None) -> None:
    """Clear away what a cancelled order leaves, unless it was cancelled before."""
    row = orders.find(call.connection, call.text("order_no"))
    if before is not None and row is not None and CANCELLED == row.status != before.status:
        _stop(call, row.no)
        _tell(call, row)


def _stop(call: Call, order_no: str) -> None:
    made = set()
    query = select(production_order).where(production_order.c.order_no == order_no)
    for row in call.connection.execute(query.order_by(production_order.c.no)).all():
        if row.state == BOOKED:
            made.add(row.no)  # The number of its paper, in whatever version.
        elif row.state != STOPPED:
            change(call, row, state=STOPPED)
    if not made:
        statements.withdraw(call, order_no)
    asking = document.c.kind.in_(_ASKING) & ~(
        (document.c.kind == "production_order") & document.c.number.in_(made)
    )
    which = (document.c.order_no == order_no, asking)
    mark(call, "void", *which, document.c.state.in_(("draft", "signed")), filed_at=call.now)


def _tell(call: Call, row: Row[Any]) -> None:
    """What came in may be owed to the customer or not: finance decides by the contract."""
    amount = orders.paid(call.connection, row.no)
    if amount > 0:
        facts = {"order_no": row.no, "customer": row.customer_name, "amount": amount}
        queue(call, "paid_and_cancelled", [{"role": "finance"}], {**facts, "reason": call.text("note")})
