"""The settings and the calendar as they stand, and everything that was changed in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from engine import access
from engine.access import Actor
from engine.audit.chain import told
from engine.calendar import Special, is_weekday, notice, published
from engine.commands.rules import CONFIRMED, spelled
from engine.model.calendar import calendar_day, calendar_year, rule_change
from engine.model.database import Database
from engine.model.history import entry
from engine.model.instances import SYSTEM, setting
from engine.services import thresholds
from engine.services.thresholds import Setting, Threshold

#: So many changes a page shows.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Held:
    """A setting as it stands; `last` is its last change."""

    threshold: Threshold
    value: Setting
    last: Row[Any] | None

    @property
    def changed(self) -> bool:
        """Whether it is not the default."""
        return self.value != self.threshold.usual


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar: whether it is worked, and why it is not as its weekday says."""

    day: date
    working: bool
    special: Special | None = None
    decided: Row[Any] | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the calendar. `published`: its notice is known; `confirmed`: who compared it with the notice."""

    year: int
    days: Sequence[Day]
    published: bool
    confirmed: Row[Any] | None

    @property
    def sure(self) -> bool:
        """Whether nothing in it is an estimate that nobody looked at."""
        return self.published or self.confirmed is not None


def settings(db: Database, actor: Actor) -> list[Held]:
    """Every setting with its last change. Raises Forbidden."""
    access.require(actor, "see rules")
    with db.read() as connection:
        values = thresholds.values(connection)
        rows = connection.execute(
            select(rule_change).where(rule_change.c.kind == "setting").order_by(rule_change.c.id)
        )
        last = {row.key: row for row in rows}
    return [Held(each, values[each.key], last.get(each.key)) for each in thresholds.THRESHOLDS]


def changes(db: Database, kinds: Sequence[str]) -> Sequence[Row[Any]]:
    """The newest changes of these kinds: setting, day, year."""
    with db.read() as connection:
        query = select(rule_change).where(rule_change.c.kind.in_(kinds))
        return connection.execute(query.order_by(rule_change.c.id.desc()).limit(SHOWN)).all()


def year(db: Database, number: int) -> Year:
    """All days of a year as they stand now."""
    first, last = date(number, 1, 1), date(number, 12, 31)
    with db.read() as connection:
        rows = connection.execute(select(calendar_day).where(calendar_day.c.day.between(first, last))).all()
        confirmed = connection.execute(
            select(calendar_year).where(calendar_year.c.year == number)
        ).one_or_none()
    decided, specials = {row.day: row for row in rows}, notice(number)
    count = (last - first).days + 1
    days = [_day(first + timedelta(days=n), specials, decided) for n in range(count)]
    return Year(number, days, published(number), confirmed)


def unsure_years(db: Database, today: date) -> list[int]:
    """Of this year and, from November on, of the next: those that are estimated and that nobody confirmed."""
    years = [today.year, today.year + 1] if today.month >= 11 else [today.year]
    with db.read() as connection:
        confirmed = set(connection.execute(select(calendar_year.c.year)).scalars())
    return [each for each in years if not published(each) and each not in confirmed]


def _day(day: date, specials: Mapping[date, Special], decided: Mapping[date, Row[Any]]) -> Day:
    special, own = specials.get(day), decided.get(day)
    if own is not None:
        return Day(day, own.working, special, own)
    return Day(day, special.working if special else is_weekday(day), special)


def broken(connection: Connection) -> Iterator[tuple[int, str, str]]:
    """What holds now but is not what the history says: a value that somebody wrote past the commands."""
    rows = connection.execute(select(rule_change).order_by(rule_change.c.id)).all()
    yield from _unproved(connection, rows)
    said = {(row.kind, row.key): row.new for row in rows}
    for key, value in _standing(connection).items():
        if said.get(key) != value:
            yield SYSTEM, "rule", f"{' '.join(key)} is {value}, the history says {said.get(key)}"


def _standing(connection: Connection) -> dict[tuple[str, str], str | None]:
    """Everything that holds now or ever did, as the history spells it; None: the default, as the notice says."""
    rows = connection.execute(select(rule_change.c.kind, rule_change.c.key).distinct()).all()
    found: dict[tuple[str, str], str | None] = {(row.kind, row.key): None for row in rows}
    limits = thresholds.by_key()
    for row in connection.execute(select(setting)):
        # The name of the company comes with the installation; it decides nothing.
        if row.key in limits and (limits[row.key].kind != "text" or ("setting", row.key) in found):
            found["setting", row.key] = row.value
    for row in connection.execute(select(calendar_day)):
        found["day", row.day.isoformat()] = spelled(row.working, row.name)
    for row in connection.execute(select(calendar_year)):
        found["year", str(row.year)] = CONFIRMED
    return found


def _unproved(connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[tuple[int, str, str]]:
    """Rows of the history of changes that the chain does not have so."""
    wanted = select(entry.c.seq, entry.c.body).where(
        entry.c.instance_id == SYSTEM, entry.c.seq.in_({row.seq for row in rows})
    )
    bodies = {seq: told(body) for seq, body in connection.execute(wanted)}
    for row in rows:
        body = bodies.get(row.seq, {})
        heard = (body.get("verb"), body.get("changes"), body.get("actor"))
        if heard != (f"rule.{row.kind}", {row.key: [row.old, row.new]}, row.by):
            yield SYSTEM, "rule", f"the change of {row.kind} {row.key} is not in the history as it stands"
    if len(bodies) < _rules_in_chain(connection):
        yield SYSTEM, "rule", "a change that the history tells is missing from the list of changes"


def _rules_in_chain(connection: Connection) -> int:
    bodies = connection.execute(
        select(entry.c.body).where(entry.c.instance_id == SYSTEM, entry.c.body.like('%"verb":"rule.%'))
    ).scalars()
    return sum(str(told(body).get("verb")).startswith("rule.") for body in bodies)
