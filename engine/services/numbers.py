"""Numbers of papers and records: one series a kind and year, without gaps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine.clock import COMPANY_ZONE
from engine.model.papers import number_series
from engine.model.upsert import upsert


def next_number(connection: Connection, prefix: str, now: datetime) -> str:
    """The next number of a series, such as CK2026-000001; given back when the transaction is undone."""
    year = now.astimezone(COMPANY_ZONE).year
    statement = (
        upsert(connection, number_series)
        .values(prefix=prefix, year=year, last=1)
        .on_conflict_do_update(index_elements=["prefix", "year"], set_={"last": number_series.c.last + 1})
        .returning(number_series.c.last)
    )
    last = connection.execute(statement).scalar_one()
    return f"{prefix}{year}-{last:06d}"
