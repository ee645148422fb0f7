"""Tables of what stores ask for: slips, allocations, discrepancies, moves between stores, fines."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Numeric, String, Table, UniqueConstraint

from engine.model.columns import Feel, Money
from engine.model.metadata import Id, Moment, metadata

#: Who answers for the slips of a store: 客服 for 加盟, 直营文员 for 直营 (G19).
store_keeper = Table(
    "store_keeper",
    metadata,
    Column("location", String(30), primary_key=True),
    #: Login; stays when the person leaves.
    Column("person", String(100), nullable=False),
)

#: 店铺补货单, from its confirmation on.
store_slip = Table(
    "store_slip",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("store", String(30), nullable=False),
    #: 直营, 加盟
    Column("ownership", String(10), nullable=False),
    Column("handler_role", String(50), nullable=False),
    Column("handler", String(100), nullable=False, default=""),
    Column("lines", Feel, nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("confirmed_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    #: 待处理, 已配货, 差异调配中, 审结
    Column("state", String(10), nullable=False),
    #: auto, merchandising, cancelled (with its instance); "" while it is open
    Column("closed_by", String(20), nullable=False, default=""),
    Column("closed_at", Moment),
)
Index(None, store_slip.c.state, store_slip.c.due_at)
Index(None, store_slip.c.instance_id)

#: 配货单: what goes out to a store for a slip.
allocation = Table(
    "allocation",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("slip_no", String(30), nullable=False),
    Column("lines", Feel, nullable=False),
    Column("pieces", Integer, nullable=False, default=0),
    #: 草稿, 已确认, 已到店, 作废
    Column("state", String(10), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
)
Index(None, allocation.c.slip_no)

#: 店铺补货差异单: what no company location had.
discrepancy = Table(
    "discrepancy",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("slip_no", String(30), nullable=False),
    Column("lines", Feel, nullable=False),
    Column("pieces", Integer, nullable=False),
    #: 调配中, 审结
    Column("state", String(10), nullable=False),
    Column("found_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("closed_at", Moment),
)
Index(None, discrepancy.c.slip_no)

#: 店铺间调配: pieces kept back at one store for another, then moved.
transfer = Table(
    "transfer",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("discrepancy_no", String(30), nullable=False),
    Column("sku", String(50), nullable=False),
    Column("from_store", String(30), nullable=False),
    Column("to_store", String(30), nullable=False),
    Column("qty", Integer, nullable=False),
    Column("done_qty", Integer, nullable=False, default=0),
    #: 待调拨, 已调拨, 已撤回
    Column("state", String(10), nullable=False),
    Column("arranged_at", Moment, nullable=False),
    #: When the goods changed hands, as reported.
    Column("done_at", Moment),
    Column("reported_at", Moment),
)
Index(None, transfer.c.discrepancy_no)

#: 赞助: the ledger of fines; nobody's pay is touched by it (G19). A slip is charged once a kind.
fine = Table(
    "fine",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("slip_no", String(30), nullable=False),
    #: slip (5 yuan a piece), discrepancy (2 yuan a piece)
    Column("kind", String(20), nullable=False),
    #: Calendar month of the missed deadline, 2026-03.
    Column("month", String(7), nullable=False),
    Column("person", String(100), nullable=False),
    Column("person_name", String(100), nullable=False),
    #: Whether the person had left when it was recorded.
    Column("gone", Boolean, nullable=False, default=False),
    Column("store", String(30), nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("rate", Money, nullable=False),
    Column("amount", Money, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    UniqueConstraint("slip_no", "kind"),
)
Index(None, fine.c.month, fine.c.person)
Index(None, fine.c.instance_id)

#: 绩效扣分: once a person and month, with the supervisor and the manager who answer for them.
deduction = Table(
    "deduction",
    metadata,
    Column("person", String(100), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("strikes", Integer, nullable=False),
    Column("staff_points", Numeric(9, 2), nullable=False),
    Column("supervisor_points", Numeric(9, 2), nullable=False),
    Column("manager_points", Numeric(9, 2), nullable=False),
    Column("note", String(500), nullable=False, default=""),
    Column("decided_at", Moment, nullable=False),
)
