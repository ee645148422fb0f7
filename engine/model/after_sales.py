"""Tables of after-sales: what customers were given because something went wrong."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from engine.model.columns import Money
from engine.model.metadata import Id, Moment, metadata

#: The ledger of compensations: one row for each thing agreed with a customer.
compensation = Table(
    "compensation",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("ticket_no", String(30), nullable=False),
    Column("order_no", String(30), nullable=False, default=""),
    Column("customer_id", Id),
    #: refund, allowance, discount, gift, resend, exchange, difference (of an exchange; below nothing: the customer pays)
    Column("kind", String(20), nullable=False),
    #: Yuan to the customer; the value of the goods for gift, resend and exchange.
    Column("amount", Money, nullable=False),
    #: company, customer; "" where nothing is sent back
    Column("freight_payer", String(10), nullable=False, default=""),
    Column("freight", Money, nullable=False, default=0),
    Column("method", String(50), nullable=False, default=""),
    #: agreed, paid (money), given (goods), withdrawn (the ticket was stopped)
    Column("state", String(10), nullable=False),
    Column("at", Moment, nullable=False),
)
Index(None, compensation.c.ticket_no)
