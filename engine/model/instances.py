"""Tables of what runs: instances, their tasks, jobs, subscriptions, incidents and documents.

`instance_id` stands first in every primary key, so that the tables can be partitioned by it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from engine.model.metadata import Id, Moment, metadata

#: The instance that stands for the system itself: its history holds deployments and changes of people and rights.
SYSTEM = 0

instance = Table(
    "instance",
    metadata,
    Column("id", Id, primary_key=True),
    #: Empty only in the system's own row.
    Column("definition_id", Id),
    Column("business_key", String(200), nullable=False, default=""),
    #: running, completed, cancelled; "system" for row 0
    Column("status", String(10), nullable=False),
    #: Number of entries in its history; each step adds one.
    Column("version", Integer, nullable=False),
    Column("release", Id, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("moved_at", Moment, nullable=False),
    #: Login of who started it; a message or timer start has "system".
    Column("starter", String(100), nullable=False),
    #: One line that says what it is about, for lists and search.
    Column("subject", Text, nullable=False, default=""),
    #: The same in English; empty where the diagram has no other words for it.
    Column("subject_en", Text),
    #: Names of the variables that stand under live signatures, between commas.
    Column("signed", Text),
    #: How many incidents are open.
    Column("incidents", Integer, nullable=False, default=0),
    #: Hash of the newest entry: the head of the chain.
    Column("head", LargeBinary, nullable=False),
    #: What the runtime needs to go on, zstd.
    Column("state", LargeBinary),
    sqlite_autoincrement=True,
)
Index(None, instance.c.definition_id, instance.c.status, instance.c.id)
Index(
    None,
    instance.c.business_key,
    sqlite_where=text("business_key != ''"),
    postgresql_where=text("business_key != ''"),
)

_OPEN = text("status = 'open'")

#: A user task. Finished ones stay, so that a late second click can be told who was first.
task = Table(
    "task",
    metadata,
    Column("instance_id", Id, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("definition_id", Id, nullable=False),
    Column("element", String(100), nullable=False),
    Column("name", Text, nullable=False),
    Column("form_id", Id),
    #: Whose work it is: sorted roles and "@login"s joined by commas; see `pool_member`.
    Column("pool", Text, nullable=False, default=""),
    Column("assignee", String(100)),
    #: Who passed the task to the assignee.
    Column("delegated_by", String(100)),
    Column("priority", Integer, nullable=False, default=50),
    Column("due", Moment),
    Column("follow_up", Moment),
    #: `due` in microseconds, or 2**62 without one: the order of the inbox is the order of an index.
    Column("rank", BigInteger, nullable=False),
    #: open, completed, cancelled
    Column("status", String(9), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", String(100)),
    #: What the signature property says, properties, lane, loop counter: canonical JSON; empty when there is none.
    Column("details", Text),
)
Index(
    "ix_task_pool_open",
    task.c.pool,
    task.c.assignee,
    task.c.rank,
    task.c.instance_id,
    task.c.n,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index(
    "ix_task_assignee_open",
    task.c.assignee,
    task.c.rank,
    task.c.instance_id,
    task.c.n,
    sqlite_where=text("status = 'open' AND assignee IS NOT NULL"),
    postgresql_where=text("status = 'open' AND assignee IS NOT NULL"),
)
Index(
    "ix_task_rank_open",
    task.c.rank,
    task.c.instance_id,
    task.c.n,
    task.c.pool,
    task.c.assignee,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)

#: Which roles and people make up a pool; a few dozen rows however many tasks there are.
pool_member = Table(
    "pool_member",
    metadata,
    Column("member", String(100), primary_key=True),
    Column("pool", Text, primary_key=True),
)

#: Work that is due at some time. `due_at` is first due, retry time and end of lease; `attempts` is the fencing token.
job = Table(
    "job",
    metadata,
    Column("instance_id", Id, primary_key=True, autoincrement=False),
    #: Number of the task; of a start by message the number of the message, by timer that of the start event.
    Column("task", BigInteger, primary_key=True, autoincrement=False),
    #: service, timer, message, start
    Column("kind", String(8), primary_key=True),
    Column("type", String(100), nullable=False, default=""),
    Column("element", String(100), nullable=False, default=""),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("max_attempts", Integer, nullable=False),
    Column("dead", Boolean, nullable=False, default=False),
    Column("error", Text),
    #: Headers and variables of a service job, canonical JSON.
    Column("payload", Text),
)
Index(
    "ix_job_due",
    job.c.due_at,
    job.c.instance_id,
    job.c.task,
    sqlite_where=text("NOT dead"),
    postgresql_where=text("NOT dead"),
)

#: Waits for a message or signal.
subscription = Table(
    "subscription",
    metadata,
    Column("instance_id", Id, primary_key=True, autoincrement=False),
    Column("task", Integer, primary_key=True, autoincrement=False),
    Column("signal", Boolean, nullable=False, default=False),
    Column("name", String(200), nullable=False),
    Column("key", String(400), nullable=False, default=""),
)
Index(None, subscription.c.name, subscription.c.key)

#: A message under way: bound to the task it goes to, or kept until somebody waits for it.
message = Table(
    "message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("key", String(400), nullable=False, default=""),
    Column("signal", Boolean, nullable=False, default=False),
    Column("values", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("target_instance", Id),
    #: Task of the instance; for a start (target instance 0) the start event.
    Column("target_task", BigInteger),
    sqlite_autoincrement=True,
)
Index(None, message.c.name, message.c.key)
Index(None, message.c.target_instance, message.c.target_task)

#: An element that could not go on; one is closed by a retry that passed, or with its instance.
incident = Table(
    "incident",
    metadata,
    Column("instance_id", Id, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("task", Integer, primary_key=True, autoincrement=False),
    Column("element", String(100), nullable=False),
    Column("code", String(60), nullable=False),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("resolved_at", Moment),
    Column("resolved_by", String(100)),
)
Index(
    "ix_incident_open",
    incident.c.at,
    sqlite_where=text("resolved_at IS NULL"),
    postgresql_where=text("resolved_at IS NULL"),
)

#: A person's signature under what was shown to them; `seq` is the entry of the history that holds it.
signature = Table(
    "signature",
    metadata,
    Column("instance_id", Id, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("task", Integer, nullable=False),
    Column("element", String(100), nullable=False),
    #: Variable that holds the document.
    Column("document", String(100), nullable=False),
    Column("document_hash", String(64), nullable=False),
    Column("values_hash", String(64), nullable=False),
    Column("signer", String(100), nullable=False),
    Column("signer_name", Text, nullable=False),
    Column("on_behalf", String(100)),
    Column("meaning", Text, nullable=False),
    #: sign, refuse
    Column("decision", String(8), nullable=False),
    Column("comment", Text, nullable=False, default=""),
    Column("at", Moment, nullable=False),
    #: Entry that changed the document afterwards; the signature counts no more but is never removed.
    Column("void_seq", Integer),
)

#: A file somebody added; its bytes lie in the store under `id`.
attachment = Table(
    "attachment",
    metadata,
    Column("instance_id", Id, primary_key=True, autoincrement=False),
    Column("id", String(36), primary_key=True),
    Column("task", Integer, nullable=False),
    Column("field", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", Moment, nullable=False),
)

#: What a person typed and has not sent.
draft = Table(
    "draft",
    metadata,
    Column("instance_id", Id, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("login", String(100), primary_key=True),
    Column("values", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

#: A request that was answered: the same key again gets the same answer. `key` hashes person and key.
command = Table(
    "command",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("about", String(200), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

#: Values of the installation itself.
setting = Table(
    "setting",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)
