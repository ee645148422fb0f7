"""Insert, or what else when the row is there: the one statement that each database has a class of its own for."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that takes `on_conflict_do_update` and `on_conflict_do_nothing`."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return make(table)
