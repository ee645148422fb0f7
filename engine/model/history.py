"""The table of the history, and the triggers that let nobody change it afterwards."""

from __future__ import annotations

from sqlalchemy import DDL, Column, Integer, LargeBinary, Table, Text, event

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

for _verb in ("UPDATE", "DELETE"):
    event.listen(
        entry,
        "after_create",
        DDL(
            f"CREATE TRIGGER entry_no_{_verb.lower()} BEFORE {_verb} ON entry "
            "BEGIN SELECT RAISE(ABORT, 'the history cannot be changed'); END"
        ).execute_if(dialect="sqlite"),
    )

event.listen(
    entry,
    "after_create",
    DDL(
        "CREATE FUNCTION entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RAISE EXCEPTION ''the history cannot be changed''; END'"
    ).execute_if(dialect="postgresql"),
)
event.listen(
    entry,
    "after_create",
    DDL(
        "CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION entry_refuse()"
    ).execute_if(dialect="postgresql"),
)
event.listen(
    entry,
    "before_drop",
    DDL("DROP TRIGGER IF EXISTS entry_no_change ON entry; DROP FUNCTION IF EXISTS entry_refuse() CASCADE").execute_if(
        dialect="postgresql"
    ),
)
