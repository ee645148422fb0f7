"""The table of the history, and the triggers that let nobody change it afterwards."""

from __future__ import annotations

from sqlalchemy import DDL, Column, Integer, LargeBinary, Table, Text, event
from sqlalchemy.schema import ExecutableDDLElement

from engine.model.metadata import Id, metadata

#: One row a step. `hash` is SHA-256(0x00, hash of the entry before, body).
entry = Table(
    "entry",
    metadata,
    Column("instance_id", Id, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

_REFUSED = "the history cannot be changed"
_SQLITE = [
    f"CREATE TRIGGER entry_no_{verb.lower()} BEFORE {verb} ON entry BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    for verb in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    f"CREATE FUNCTION entry_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''{_REFUSED}''; END'",
    """CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION entry_refuse()""",
]


def _after_create(dialect: str, statement: str) -> None:
    ddl: ExecutableDDLElement = DDL(statement)  # type: ignore[no-untyped-call]
    event.listen(entry, "after_create", ddl.execute_if(dialect=dialect))


for _dialect, _statements in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL)):
    for _statement in _statements:
        _after_create(_dialect, _statement)
