"""FEEL's values as Python holds them, and what kind each is.

None, bool, int or Decimal, str, list, dict with text keys, date, time, datetime, timedelta are themselves; the
classes here are what Python lacks. Values are never changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

#: A FEEL value. The language is dynamically typed, so its values cannot be narrower than this.
Value = Any


#: The longest years-and-months duration: twelve-digit years.
MAX_MONTHS = 12 * 10**12


@dataclass(frozen=True, slots=True, order=True)
class YearMonths:
    """A years-and-months duration, in whole months (negative: back in time)."""

    months: int

    def __post_init__(self) -> None:
        if abs(self.months) > MAX_MONTHS:
            raise OverflowError(self.months)

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-P" if self.months < 0 else "P") + text


@dataclass(frozen=True, slots=True)
class FarDate:
    """A date of a year that `datetime.date` cannot hold (before 1 or after 9999)."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class FineTime:
    """A time of day finer than a microsecond."""

    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class FarDateTime:
    """A date and time that `datetime.datetime` cannot hold: a far year, or finer than a microsecond."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """All values from `start` to `end`; an open side is None and not included."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True


class Parameter(NamedTuple):
    """A parameter of a function: name and FEEL type (None: anything)."""

    name: str
    type: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function as a value: what it is called with, and how.

    Attributes:
        call: takes the list of arguments, the list of their names or None, and the run.
        alternatives: the lists of parameters it may be called with.
    """

    name: str
    call: Callable[[list[Value], tuple[str, ...] | None, Any], Value]
    alternatives: tuple[tuple[Parameter, ...], ...]


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    Decimal: "number",
    float: "number",
    str: "string",
    date: "date",
    FarDate: "date",
    time: "time",
    FineTime: "time",
    datetime: "date and time",
    FarDateTime: "date and time",
    timedelta: "days and time duration",
    YearMonths: "years and months duration",
    list: "list",
    tuple: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def kind(value: Value) -> str:
    """FEEL's name for what `value` is; "context" for every mapping, "unknown" for what is no FEEL value."""
    found = _KINDS.get(type(value))
    if found is None:
        return _kind_of_subclass(value)
    return found


def _kind_of_subclass(value: Value) -> str:
    if isinstance(value, Mapping):
        return "context"
    return next((name for base, name in _SUBCLASSED if isinstance(value, base)), "unknown")


#: Classes whose subclasses are met (an enum that is a text, a time-travelling datetime); datetime before date.
_SUBCLASSED: tuple[tuple[type, str], ...] = (
    (datetime, "date and time"),
    (date, "date"),
    (str, "string"),
    (int, "number"),
    (list, "list"),
)


def zone_name(zone: tzinfo | None) -> str | None:
    """The name of a zone as FEEL's `timezone` gives it; None for local times and bare offsets."""
    return zone.key if isinstance(zone, ZoneInfo) else None


def utc_offset(offset: timedelta) -> tzinfo:
    """The zone that lies `offset` from UTC."""
    return timezone(offset)
