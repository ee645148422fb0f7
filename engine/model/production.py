"""Tables of goods made to order: contracts, statements, production orders, inspections, advices of dispatch."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Numeric, String, Table, Text, UniqueConstraint

from engine.model.columns import Feel
from engine.model.metadata import Id, Moment, metadata

#: 客户销售合同: how a customer pays and is delivered (F14.07, F14.27).
contract = Table(
    "contract",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("customer_id", Id, nullable=False),
    #: prepaid, deposit_balance, credit
    Column("payment_terms", String(20), nullable=False),
    #: Share of the total due before production, such as 0.3; 0 where no deposit was agreed.
    Column("deposit_rate", Numeric(5, 4), nullable=False, default=0),
    Column("delivery_terms", Text, nullable=False, default=""),
    Column("settlement", Text, nullable=False, default=""),
    Column("quality_standard", Text, nullable=False, default=""),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("signed_copies", Integer, nullable=False, default=2),
)
Index(None, contract.c.customer_id, contract.c.valid_from)

#: A price that is not what the rules or past deals say, until it is settled (F14.07).
price_doubt = Table(
    "price_doubt",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("order_no", String(30), nullable=False, default=""),
    Column("customer_id", Id),
    #: [{sku, name, spec, old, new, settled}] in yuan: by the rules, on the order, as people settled it.
    Column("lines", Feel, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("opened_at", Moment, nullable=False),
    #: [{role, name, note}] of who decided.
    Column("decided_by", Feel, nullable=False, default=list),
    Column("decision", Text, nullable=False, default=""),
    Column("decided_at", Moment),
)
Index(None, price_doubt.c.order_no)

#: 客户信息备忘录, one row a version: what the customer asked for, ticked off item by item (F14.05).
memo = Table(
    "memo",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("instance_id", Id, nullable=False),
    Column("order_no", String(30), nullable=False, default=""),
    Column("customer_id", Id),
    Column("customer_name", String(200), nullable=False),
    Column("items", Feel, nullable=False),
    #: Item → whether it is complete.
    Column("ticks", Feel, nullable=False),
    Column("complete", Boolean, nullable=False),
    #: When the customer was promised the confirmation or an answer (F14.06).
    Column("eta", Moment),
    Column("document_id", Id, nullable=False),
    Column("written_at", Moment, nullable=False),
)

#: What a department states in writing, one row a version; what is not signed is void (F14.10–12).
statement = Table(
    "statement",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("instance_id", Id, nullable=False),
    Column("order_no", String(30), nullable=False, default=""),
    #: material, date, recipe
    Column("kind", String(10), nullable=False),
    Column("department", String(50), nullable=False),
    Column("text", Text, nullable=False),
    #: Dates and quantities that it binds the department to.
    Column("facts", Feel, nullable=False, default=dict),
    #: SHA-256 of the paper that was signed: any other content is not what was signed.
    Column("hash", String(64), nullable=False),
    Column("document_id", Id, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("signer", String(100), nullable=False, default=""),
    Column("signer_name", String(100), nullable=False, default=""),
    Column("signed_at", Moment),
    Column("void_at", Moment),
    #: oral, replaced, changed, withdrawn; "" while it counts
    Column("void_why", String(20), nullable=False, default=""),
)
Index(None, statement.c.order_no, statement.c.kind)

#: 生产指令单: the confirmation in its second state (F14.16, F14.22).
production_order = Table(
    "production_order",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("order_no", String(30), nullable=False),
    Column("document_id", Id, nullable=False),
    Column("qty", Integer, nullable=False),
    #: How much more or less may be made (允许误差), as agreed: ±3 %.
    Column("tolerance", String(50), nullable=False, default=""),
    #: Finished by, as production stated: this binds production (G21).
    Column("due", Date),
    #: Finished by, as confirmed to the customer.
    Column("confirmed_due", Date),
    Column("production_date", Date),
    Column("packing", Text, nullable=False, default=""),
    Column("label", Text, nullable=False, default=""),
    Column("special", Text, nullable=False, default=""),
    Column("hints", Text, nullable=False, default=""),
    #: Whether the customer's signed copy is still to come (class A).
    Column("pending_return", Boolean, nullable=False, default=False),
    #: Machines, people, dates.
    Column("plan", Feel, nullable=False, default=dict),
    Column("done", Integer, nullable=False, default=0),
    Column("booked", Integer, nullable=False, default=0),
    #: 已下达, 生产中, 已完工, 已交库; 已中止 when its instance was cancelled
    Column("state", String(10), nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
Index(None, production_order.c.order_no)

#: 生产日报表.
daily_report = Table(
    "daily_report",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("production_no", String(30), nullable=False),
    Column("reported_on", Date, nullable=False),
    Column("qty", Integer, nullable=False),
    #: All that was made so far.
    Column("done", Integer, nullable=False),
    Column("rate", String(100), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("document_id", Id, nullable=False),
    Column("at", Moment, nullable=False),
)
Index(None, daily_report.c.production_no, daily_report.c.reported_on)

#: What went wrong in production, and the emergency plan of the four (F14.24).
anomaly = Table(
    "anomaly",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("production_no", String(30), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("detail", Text, nullable=False, default=""),
    Column("done", Integer, nullable=False),
    Column("plan", Text, nullable=False, default=""),
    #: [{role, plan}] of the four who made the plan.
    Column("participants", Feel, nullable=False, default=list),
    Column("customer_agrees", Boolean),
    #: The date that the customer was offered.
    Column("new_due", Date),
    Column("reported_at", Moment, nullable=False),
    Column("settled_at", Moment),
)
Index(None, anomaly.c.production_no)

#: An inspection of finished goods by the factory standard (《产品出厂标准》, F14.26).
inspection = Table(
    "inspection",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("production_no", String(30), nullable=False),
    #: 1 for the first; each rework is inspected anew (G33).
    Column("round", Integer, nullable=False),
    #: [{role, qty_ok, packing_ok, label_ok, spec_ok, defects, findings}], one of quality and one of cs.
    Column("checks", Feel, nullable=False),
    Column("defects", Integer, nullable=False, default=0),
    Column("passed", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("production_no", "round"),
)

#: 发货告知书, one row a version: when and how goods left, and when their way is checked (F14.34–37).
dispatch_advice = Table(
    "dispatch_advice",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("instance_id", Id, nullable=False),
    Column("order_no", String(30), nullable=False),
    Column("shipped_at", Moment, nullable=False),
    Column("carrier", String(100), nullable=False),
    Column("waybill", String(100), nullable=False, default=""),
    #: The day it is expected.
    Column("eta", Date, nullable=False),
    #: Moments at which somebody looks where the goods are.
    Column("check_times", Feel, nullable=False, default=list),
    Column("document_id", Id, nullable=False),
    Column("arrived_at", Moment),
    Column("condition", String(20), nullable=False, default=""),
    #: Who signed 《到货回单》 for the customer.
    Column("receiver", String(100), nullable=False, default=""),
)
Index(None, dispatch_advice.c.order_no)

#: Goods that left before their slip, on the supervisor's word (F14.32, G30).
emergency_release = Table(
    "emergency_release",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("order_no", String(30), nullable=False),
    Column("reason", Text, nullable=False),
    Column("supervisor", String(100), nullable=False, default=""),
    #: The slip is to be written by the end of that day.
    Column("slip_due", Date, nullable=False),
    #: The slip once it is written.
    Column("slip_no", String(30), nullable=False, default=""),
    Column("released_at", Moment, nullable=False),
    Column("completed_at", Moment),
)
Index(None, emergency_release.c.order_no)
