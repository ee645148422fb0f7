"""Tables of what is issued and said: numbered papers, shipments, tickets, answers of customers, notices."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.model.columns import Feel
from engine.model.metadata import Id, Moment, metadata

#: The last number given out, a type of paper and year; advanced in the transaction that uses it: no gaps.
number_series = Table(
    "number_series",
    metadata,
    Column("prefix", String(10), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

#: A paper, one row a version.
document = Table(
    "document",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("number", String(30), nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", String(100), nullable=False),
    Column("order_no", String(30), nullable=False, default=""),
    Column("batch_no", Integer),
    Column("copies", Integer, nullable=False),
    Column("payload", Feel, nullable=False),
    #: SHA-256 of kind, number, version and payload.
    Column("hash", String(64), nullable=False),
    #: draft, signed, void, filed, archived
    Column("state", String(10), nullable=False, default="draft"),
    Column("issued_at", Moment, nullable=False),
    Column("filed_at", Moment),
    Column("shelf_ref", String(100), nullable=False, default=""),
    #: What was reported when it was filed.
    Column("facts", Feel, nullable=False, default=dict),
    UniqueConstraint("kind", "number", "version"),
)
Index(None, document.c.instance_id)
Index(None, document.c.order_no)
Index(None, document.c.number)
Index(None, document.c.issued_at)

#: Who holds which copy.
document_copy = Table(
    "document_copy",
    metadata,
    Column("document_id", Id, primary_key=True, autoincrement=False),
    Column("copy_no", Integer, primary_key=True, autoincrement=False),
    Column("purpose", String(50), nullable=False),
    Column("holder", String(100), nullable=False),
    Column("at", Moment, nullable=False),
)

shipment = Table(
    "shipment",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("order_no", String(30), nullable=False),
    Column("batch_no", Integer, nullable=False, default=1),
    Column("batches", Integer, nullable=False, default=1),
    Column("outbound_no", String(30), nullable=False, default=""),
    Column("status", String(10), nullable=False),
    Column("carrier", String(100), nullable=False, default=""),
    Column("waybill", String(100), nullable=False, default=""),
    #: What was reported about it: eta, arrival, receipt, condition.
    Column("facts", Feel, nullable=False, default=dict),
    Column("created_at", Moment, nullable=False),
)
Index(None, shipment.c.order_no, shipment.c.batch_no)

track_event = Table(
    "track_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("shipment_no", String(30), nullable=False),
    Column("status", String(10), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("at", Moment, nullable=False),
)
Index(None, track_event.c.shipment_no)

confirmation = Table(
    "confirmation",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("order_no", String(30), nullable=False),
    Column("code", String(6), nullable=False),
    Column("document_id", Id, nullable=False),
    Column("built_on", Date, nullable=False),
    Column("base_due", Date),
    Column("current_due", Date),
    Column("postponed_days", Integer, nullable=False, default=0),
)
Index(None, confirmation.c.order_no)

ticket = Table(
    "ticket",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("order_no", String(30), nullable=False, default=""),
    Column("batch_no", Integer),
    Column("customer_id", Id),
    Column("customer_name", String(200), nullable=False, default=""),
    Column("channel", String(20), nullable=False, default=""),
    Column("description", Text, nullable=False, default=""),
    Column("lines", Feel, nullable=False, default=list),
    #: 登记, 处理中, 跟踪中, 交易确认; 已中止 when its instance was cancelled
    Column("state", String(10), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("respond_by", Moment, nullable=False),
    #: The instance that handles it; none while nobody has begun.
    Column("instance_id", Id),
    Column("responded_at", Moment),
    Column("model", String(200), nullable=False, default=""),
    #: slight, severe, refused (at the door); "" for what is not damaged
    Column("damage_level", String(10), nullable=False, default=""),
    Column("resolution", Text, nullable=False, default=""),
    Column("changed_at", Moment),
)
Index(None, ticket.c.order_no)
Index(None, ticket.c.state, ticket.c.opened_at)
Index(None, ticket.c.customer_id)
Index(None, ticket.c.instance_id)
Index(None, ticket.c.opened_at)

#: What a customer said when they were called after the arrival (F01.13).
follow_up = Table(
    "follow_up",
    metadata,
    Column("id", Id, primary_key=True),
    Column("customer_id", Id),
    Column("ref", String(100), nullable=False),
    Column("received", Boolean),
    Column("matches", Boolean),
    Column("intact", Boolean),
    Column("at", Moment, nullable=False),
)

survey = Table(
    "survey",
    metadata,
    Column("id", Id, primary_key=True),
    Column("customer_id", Id),
    Column("ref", String(100), nullable=False),
    Column("score", Integer, nullable=False),
    Column("comment", Text, nullable=False, default=""),
    Column("at", Moment, nullable=False),
)

#: A folder of papers put away.
archive = Table(
    "archive",
    metadata,
    Column("no", String(30), primary_key=True),
    Column("ref", String(100), nullable=False),
    Column("documents", Feel, nullable=False),
    Column("facts", Feel, nullable=False, default=dict),
    Column("at", Moment, nullable=False),
)

#: The outbox: what is to be told to whom; sent after the commit.
notification = Table(
    "notification",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", Id, nullable=False),
    Column("event", String(40), nullable=False),
    Column("recipient", String(200), nullable=False),
    #: email, sms, page (shown on the outbox page only)
    Column("channel", String(10), nullable=False),
    #: E-mail addresses between commas, or a telephone number.
    Column("address", Text, nullable=False, default=""),
    Column("subject_zh", Text, nullable=False),
    Column("subject_en", Text, nullable=False),
    Column("text_zh", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    #: [{id, kind, number, version}] of the papers that go with it.
    Column("documents", Feel, nullable=False, default=list),
    #: The same for every attempt, so that a gateway sends once.
    Column("key", String(100), nullable=False, unique=True),
    #: queued, sent, failed, shown (nothing to send)
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("error", Text, nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
)
Index(
    "ix_notification_queued",
    notification.c.due_at,
    notification.c.id,
    sqlite_where=text("state = 'queued'"),
    postgresql_where=text("state = 'queued'"),
)
Index(None, notification.c.instance_id)

#: What a service job answered: the same job gets the same answer and acts once.
service_answer = Table(
    "service_answer",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("type", String(100), nullable=False),
    Column("answer", Feel, nullable=False),
    Column("at", Moment, nullable=False),
)
