"""How dates, spans, numbers and money are written on the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from flask import Flask

from engine.clock import COMPANY_ZONE, utc_now
from engine.form.prose import unbroken
from engine.money import yuan
from engine.web.i18n import gettext as _
from engine.web.i18n import ngettext
from engine.web.labels import titled

_DAY = timedelta(days=1)

#: A record with more fields than this is shown as a list of names and values.
COLUMNS = 9

#: Fields that name a record, and those that number it.
NAMED = ("name", "title")
NUMBERED = ("number", "no")

#: So many words of a list are told at once.
FEW = 4


@dataclass(frozen=True, slots=True)
class Due:
    """A due time as a row shows it: its state, the words, and the whole time for hover and screen readers."""

    state: Literal["late", "due", "later"]
    text: str
    full: str
    iso: str


def due(at: datetime | None, now: datetime | None = None) -> Due | None:
    """How near `at` is: late when past, due when today, later otherwise; None when there is no due time."""
    if at is None:
        return None
    now = now or utc_now()
    full, iso = whole(at), at.isoformat()
    if at < now:
        return Due("late", _("%(span)s late", span=span(now - at)), full, iso)
    today = _local(at).date() == _local(now).date()
    return Due("due" if today else "later", near(at, now), full, iso)


def near(at: datetime, now: datetime | None = None) -> str:
    """A moment in few words: "today 18:00", "tomorrow 09:00", "11-23 12:00", "2027-01-03"."""
    local, today = _local(at), _local(now or utc_now()).date()
    clock = f"{local:%H:%M}"
    words = {
        today: _("today %(clock)s", clock=clock),
        today + _DAY: _("tomorrow %(clock)s", clock=clock),
        today - _DAY: _("yesterday %(clock)s", clock=clock),
    }
    if local.date() in words:
        return words[local.date()]
    return f"{local:%m-%d} {clock}" if local.year == today.year else f"{local:%Y-%m-%d}"


def whole(at: datetime) -> str:
    """A moment to the minute with its date, in the company's zone."""
    return f"{_local(at):%Y-%m-%d %H:%M}"


def to_second(at: datetime) -> str:
    """A moment to the second, for histories."""
    return f"{_local(at):%Y-%m-%d %H:%M:%S}"


def span(length: timedelta) -> str:
    """A length of time in its two largest units: "3 h 12 min", "2 d 4 h"."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("%(days)d d %(hours)d h", days=days, hours=hours) if hours else _("%(days)d d", days=days)
    if hours:
        return (
            _("%(hours)d h %(minutes)d min", hours=hours, minutes=rest)
            if rest
            else _("%(hours)d h", hours=hours)
        )
    return _("%(minutes)d min", minutes=max(rest, 1))


def money(amount: Decimal | float | str) -> str:
    """An amount in yuan, the same in every language: `¥5,550.00`."""
    return yuan(amount)


def number(value: Decimal | float) -> str:
    """A number with thousands apart; whole ones without decimals."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return f"{int(exact):,}" if exact == exact.to_integral_value() else f"{exact:,}"


def plain(value: object) -> str:
    """Any simple value of an instance in words; lists and records are shown by the template."""
    match value:
        case None:
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case int() | Decimal() | float():
            return number(value)
        case datetime():
            return whole(value) if value.tzinfo else f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case timedelta():
            return span(value)
        case _:
            return str(value)


def gist(value: Mapping[str, object] | Sequence[object]) -> str:
    """A record or a list in one line: its title, name or number, or how many there are."""
    if isinstance(value, Mapping):
        name, number = (next((str(value[k]) for k in keys if value.get(k)), "") for keys in (NAMED, NUMBERED))
        return f"{titled(name)} {number}".strip() or ngettext("%(num)d field", "%(num)d fields", len(value))
    if all(isinstance(each, str) for each in value) and len(value) <= FEW:
        return _(", ").join(str(each) for each in value)
    return ngettext("%(num)d row", "%(num)d rows", len(value))


def simple_table(rows: Sequence[object]) -> bool:
    """Whether a list of records reads best as a table: same simple columns, few of them."""
    records = [row for row in rows if isinstance(row, Mapping)]
    if not records or len(records) < len(rows) or not 0 < len(records[0]) <= COLUMNS:
        return False
    return all(
        record.keys() == records[0].keys()
        and not any(isinstance(value, Mapping | list) for value in record.values())
        for record in records
    )


def init_app(app: Flask) -> None:
    """Make the formats filters of the templates."""
    for filter_ in (gist, simple_table, due, near, whole, to_second, span, money, number, plain, unbroken):
        app.jinja_env.filters[filter_.__name__] = filter_


def _local(at: datetime) -> datetime:
    return at.astimezone(COMPANY_ZONE)
