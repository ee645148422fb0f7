"""Tables of the trade: customers, goods, stock, orders, money. The workflow engine knows nothing of them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text, false

from engine.model.columns import Feel, Money
from engine.model.metadata import Id, Moment, metadata

customer = Table(
    "customer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False),
    #: unit, person
    Column("kind", String(6), nullable=False, default="unit"),
    #: Class A, B or C (客户等级).
    Column("level", String(1), nullable=False),
    #: Partners' rights are protected by looking the level up (F01.R2).
    Column("is_partner", Boolean, nullable=False, default=False),
    Column("phone", String(50), nullable=False, default=""),
    Column("email", String(200), nullable=False, default=""),
    #: phone, email, sms, fax, portal
    Column("preferred_channel", String(10), nullable=False, default="phone"),
    #: new, ok, blocked
    Column("credit", String(10), nullable=False, default="ok"),
    Column("title", String(200), nullable=False, default=""),
    Column("tax_no", String(30), nullable=False, default=""),
    Column("invoice_item", String(200), nullable=False, default=""),
    #: Login of who looks after them.
    Column("salesperson", String(100), nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
)
Index(None, customer.c.phone)
Index(None, customer.c.name)

customer_contact = Table(
    "customer_contact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("customer_id", Id, nullable=False),
    Column("name", String(100), nullable=False),
    Column("phone", String(50), nullable=False, default=""),
    #: Whether the customer named them to sign confirmations.
    Column("signs", Boolean, nullable=False, default=False),
)
Index(None, customer_contact.c.customer_id)

customer_address = Table(
    "customer_address",
    metadata,
    Column("id", Id, primary_key=True),
    Column("customer_id", Id, nullable=False),
    Column("recipient", String(100), nullable=False),
    Column("phone", String(50), nullable=False, default=""),
    Column("address", Text, nullable=False),
    Column("used_at", Moment, nullable=False),
)
Index(None, customer_address.c.customer_id, customer_address.c.used_at)

#: 客史: everything remembered about a customer.
customer_history = Table(
    "customer_history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("customer_id", Id, nullable=False),
    #: order, address, invoice, complaint, survey, compensation, note
    Column("kind", String(20), nullable=False),
    Column("ref", String(100), nullable=False, default=""),
    Column("text", Text, nullable=False),
    Column("facts", Feel, nullable=False, default=dict),
    Column("at", Moment, nullable=False),
)
Index(None, customer_history.c.customer_id, customer_history.c.at)

product = Table(
    "product",
    metadata,
    Column("sku", String(50), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("brand", String(100), nullable=False, default=""),
    Column("spec", String(200), nullable=False, default=""),
    Column("unit", String(20), nullable=False),
    #: Pieces in a whole case.
    Column("case_size", Integer, nullable=False, default=1),
    Column("barcode", String(30), nullable=False, default=""),
    #: Grams a unit.
    Column("weight", Integer, nullable=False, default=0),
    #: Millilitres a packed unit takes up.
    Column("volume", Integer, nullable=False, default=0),
    #: List price.
    Column("price", Money, nullable=False),
    Column("listed", Boolean, nullable=False, default=True),
    #: Made to order: nothing is kept in stock, an order begins production.
    Column("customisable", Boolean, nullable=False, default=False, server_default=false()),
)

#: 价格执行方案: what a class of customers pays.
price_rule = Table(
    "price_rule",
    metadata,
    Column("sku", String(50), primary_key=True),
    Column("level", String(1), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("price", Money, nullable=False),
)

location = Table(
    "location",
    metadata,
    Column("code", String(30), primary_key=True),
    Column("name", String(100), nullable=False),
    #: warehouse, store, bin
    Column("kind", String(10), nullable=False),
    #: 直营 direct, 加盟 franchise; "" for warehouses
    Column("ownership", String(10), nullable=False, default=""),
    Column("manager", String(100), nullable=False, default=""),
)

stock = Table(
    "stock",
    metadata,
    Column("sku", String(50), primary_key=True),
    Column("location", String(30), primary_key=True),
    Column("qty", Integer, nullable=False, default=0),
    Column("reserved", Integer, nullable=False, default=0),
    Column("min_qty", Integer, nullable=False, default=0),
)
Index(None, stock.c.location)

stock_move = Table(
    "stock_move",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sku", String(50), nullable=False),
    Column("location", String(30), nullable=False),
    #: in, out, transfer, adjust, gift, return, resend
    Column("kind", String(10), nullable=False),
    #: Pieces, negative out of the location.
    Column("qty", Integer, nullable=False),
    Column("ref", String(100), nullable=False, default=""),
    Column("at", Moment, nullable=False),
)
Index(None, stock_move.c.sku, stock_move.c.at)
Index(None, stock_move.c.location, stock_move.c.at)
Index(None, stock_move.c.at)

#: Pieces kept back for an order until they are picked or the order is cancelled.
reservation = Table(
    "reservation",
    metadata,
    Column("order_no", String(30), primary_key=True),
    Column("sku", String(50), primary_key=True),
    Column("location", String(30), primary_key=True),
    Column("qty", Integer, nullable=False),
)

#: An order; class, prices and address are copied so that history stays true.
order = Table(
    "sales_order",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("instance_id", Id, nullable=False),
    #: 电商, 门店, 批发, 定制, service
    Column("type", String(20), nullable=False),
    Column("source", String(20), nullable=False, default=""),
    Column("customer_id", Id),
    Column("customer_name", String(200), nullable=False),
    Column("level", String(1), nullable=False, default=""),
    Column("total", Money, nullable=False),
    Column("requirements", Text, nullable=False, default=""),
    Column("payment_method", String(50), nullable=False, default=""),
    Column("recipient", String(100), nullable=False, default=""),
    Column("phone", String(50), nullable=False, default=""),
    Column("address", Text, nullable=False, default=""),
    Column("ship_time", Date),
    #: 一次性发货, 分批发货
    Column("ship_mode", String(20), nullable=False, default=""),
    Column("batches", Feel, nullable=False, default=list),
    #: 到付, 寄付
    Column("freight", String(20), nullable=False, default=""),
    Column("other", Text, nullable=False, default=""),
    Column("invoice", Feel, nullable=False, default=dict),
    Column("status", String(10), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
Index(None, order.c.instance_id)
Index(None, order.c.customer_id, order.c.received_at)
Index(None, order.c.received_at)

order_line = Table(
    "order_line",
    metadata,
    Column("order_no", String(30), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("sku", String(50), nullable=False),
    Column("name", String(200), nullable=False),
    Column("spec", String(200), nullable=False, default=""),
    Column("unit", String(20), nullable=False, default=""),
    Column("qty", Integer, nullable=False),
    Column("unit_price", Money, nullable=False),
    Column("amount", Money, nullable=False),
    Column("shipped", Integer, nullable=False, default=0),
)

payment = Table(
    "payment",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("order_no", String(30), nullable=False),
    #: full, deposit, balance, settlement, refund (its amounts are below nothing)
    Column("purpose", String(20), nullable=False),
    Column("method", String(50), nullable=False, default=""),
    Column("amount_due", Money, nullable=False),
    Column("amount_received", Money),
    Column("received_on", Date),
    Column("account", String(100), nullable=False, default=""),
    #: requested, paid, withdrawn (the order was cancelled before the money came)
    Column("state", String(10), nullable=False),
    Column("reminders", Integer, nullable=False, default=0),
    Column("requested_at", Moment, nullable=False),
)
Index(None, payment.c.order_no)

invoice = Table(
    "invoice",
    metadata,
    Column("no", String(50), primary_key=True),
    Column("order_no", String(30), nullable=False),
    Column("payment_no", String(30), nullable=False, default=""),
    Column("title", String(200), nullable=False),
    Column("tax_no", String(30), nullable=False, default=""),
    Column("lines", Feel, nullable=False, default=list),
    Column("amount", Money, nullable=False),
    Column("issued_at", Moment, nullable=False),
)
Index(None, invoice.c.order_no)
