"""Tables of what people decide for the whole company: days of the calendar, years compared with the notice, and the history of these and of the settings."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Connection, Date, Index, Integer, String, Table, Text, select

from engine.calendar import Calendar, Decided
from engine.model.metadata import Id, Moment, metadata

#: Days that are not as the notice says, or that the library does not know yet.
calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    Column("name", String(100), nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", Moment, nullable=False),
)

#: Years that a person has compared with the State Council's notice.
calendar_year = Table(
    "calendar_year",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("by", String(100), nullable=False),
    Column("at", Moment, nullable=False),
)

#: Every change of a setting or of the calendar, only ever added to; `seq` is its entry in the system's history.
rule_change = Table(
    "rule_change",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seq", Integer, nullable=False),
    #: setting, day, year
    Column("kind", String(20), nullable=False),
    #: A setting's key, a day "2026-10-10", a year "2027".
    Column("key", String(100), nullable=False),
    #: What held before and after; null: the default, as the notice says, not confirmed.
    Column("old", Text),
    Column("new", Text),
    Column("reason", String(200), nullable=False, default=""),
    Column("by", String(100), nullable=False),
    Column("at", Moment, nullable=False),
)
Index(None, rule_change.c.kind, rule_change.c.key)


def decided(connection: Connection) -> Decided:
    """What people decided about the calendar until now."""
    days = connection.execute(select(calendar_day.c.day, calendar_day.c.working)).all()
    years = connection.execute(select(calendar_year.c.year)).scalars()
    return Decided({row.day: row.working for row in days}, frozenset(years))


def calendar(connection: Connection) -> Calendar:
    """The working days as they stand in this transaction; asked of the database only when a day is looked up."""
    return Calendar(lambda: decided(connection))
