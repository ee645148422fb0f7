"""Tables of what was deployed: releases, processes, and the forms, decisions and slips they use."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from engine.model.metadata import Id, Moment, metadata

#: One upload. Its number orders all deployments; an instance keeps the newest release at its start.
release = Table(
    "release",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String(100), nullable=False),
    Column("note", Text, nullable=False, default=""),
)

#: One version of one process. `file` is the text as uploaded, zstd; `hash` the SHA-256 of that text, hex.
definition = Table(
    "definition",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("release", Id, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("file", LargeBinary, nullable=False),
    #: Roles that may start it, one after the other between commas: ",cs,finance,"; ",*," everybody, "" nobody.
    Column("starters", Text, nullable=False, default=""),
    #: Form of the none start event, "" without one.
    Column("start_form", String(100), nullable=False, default=""),
    Column("deployed_by", String(100), nullable=False),
    Column("deployed_at", Moment, nullable=False),
    #: active, or retired: runs on but is not started any more.
    Column("state", String(10), nullable=False, default="active"),
    UniqueConstraint("key", "version"),
)

#: A deployment that waits for a second person; `hash` is over kinds, keys and hashes of its files.
proposal = Table(
    "proposal",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("login", String(100), primary_key=True),
    Column("at", Moment, nullable=False),
)

#: One version of a form, a decision file or a slip.
resource = Table(
    "resource",
    metadata,
    Column("id", Id, primary_key=True),
    #: form, dmn, slip
    Column("kind", String(8), nullable=False),
    Column("key", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("release", Id, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("filename", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("deployed_by", String(100), nullable=False),
    Column("deployed_at", Moment, nullable=False),
    UniqueConstraint("kind", "key", "version"),
)

#: Which decision stands in which version of which file.
decision = Table(
    "decision",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("resource_id", Id, primary_key=True),
    Column("release", Id, nullable=False),
)
Index(None, decision.c.key, decision.c.release)

#: Start events of the newest version of each process that wait for a message, a signal or a time.
start_event = Table(
    "start_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("definition_id", Id, nullable=False),
    Column("element", String(100), nullable=False),
    #: message, signal, timer
    Column("kind", String(8), nullable=False),
    #: Name of the message or signal, text of the timer.
    Column("name", Text, nullable=False),
    #: Of a timer: date, duration or cycle; when it fires next, as `engine.bpmn.timer.Due` says it.
    Column("timer", String(8), nullable=False, default=""),
    Column("due_at", Moment),
    Column("remaining", Integer),
    Column("first_at", Moment),
    sqlite_autoincrement=True,
)
Index(None, start_event.c.definition_id)
Index(None, start_event.c.kind, start_event.c.name)
