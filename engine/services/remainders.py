"""What a completed order leaves: goods that were paid for and never shipped."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select

from engine.model.trade import order_line
from engine.services import orders
from engine.services.call import Call
from engine.services.notices import queue


def tell(call: Call, row: Row[Any]) -> None:
    """Tell finance and customer service what was paid above the goods that left, in yuan (G13); nothing when it is even.

    A slip was lowered, or fewer pieces were picked with the customer's word: they are sent later, or paid back.
    """
    sent = Decimal(0)
    for line in call.connection.execute(select(order_line).where(order_line.c.order_no == row.no)):
        sent += line.unit_price * line.shipped
    amount = orders.paid(call.connection, row.no) - sent
    if amount > 0:
        facts = {"order_no": row.no, "customer": row.customer_name, "amount": amount}
        queue(call, "paid_not_shipped", [{"role": "finance"}, {"role": "cs"}], facts)
