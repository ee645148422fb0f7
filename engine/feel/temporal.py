"""Temporal values as text: reading (ISO 8601 with FEEL's `@Zone`), writing, and their properties (`.year` …)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal

from engine.feel.kinds import FarDateTime, Value, YearMonths, kind, zone_name
from engine.feel.moments import (
    AnyDate,
    AnyDateTime,
    AnyTime,
    date_of,
    day_number,
    make_date,
    make_datetime,
    make_time,
    nanosecond,
    offset_of,
    zone_called,
)

_DATE = re.compile(r"(-?(?:[1-9][0-9]{3,8}|0[0-9]{3}))-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,40}))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)*)?"
)
_MONTHS = re.compile(r"(-?)P(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?")
_DAYS = re.compile(
    r"(-?)P(?:([0-9]{1,12})D)?"
    r"(?:T(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,12})(?:\.([0-9]{1,40}))?S)?)?"
)
#: Java's and so the other engines' farthest offset.
_FARTHEST = timedelta(hours=18)


def read_date(text: str) -> AnyDate | None:
    """The date `text` writes, or None."""
    match = _DATE.fullmatch(text)
    try:
        return make_date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def read_time(text: str) -> AnyTime | None:
    """The time of day `text` writes, or None; 24:00:00 is midnight."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = (int(part) for part in match.groups()[:3])
    fraction = int(((match[4] or "") + "000000000")[:9])
    if (hour, minute, second, fraction) == (24, 0, 0, 0):
        hour = 0
    try:
        return make_time(hour, minute, second, fraction, read_zone(match[5]))
    except ValueError:
        return None


def read_zone(text: str | None) -> tzinfo | None:
    """The zone after a time ("Z", "+08:00", "@Asia/Shanghai"); ValueError when there is none such."""
    if not text:
        return None
    if text == "Z":
        return UTC
    if text.startswith("@"):
        return zone_called(text[1:])
    hours, minutes, seconds = (int(part) for part in (text[1:] + ":00").split(":")[:3])
    if minutes > 59 or seconds > 59:
        raise ValueError(text)
    return offset_zone(
        timedelta(hours=hours, minutes=minutes, seconds=seconds) * (-1 if text[0] == "-" else 1)
    )


def offset_zone(offset: timedelta) -> tzinfo:
    """The zone that lies `offset` from UTC; ValueError beyond 18 hours."""
    if abs(offset) > _FARTHEST or offset.microseconds:
        raise ValueError(offset)
    return timezone(offset) if offset else UTC


def read_datetime(text: str) -> AnyDateTime | None:
    """The date and time `text` writes, or None; a bare date is its midnight, 24:00:00 the next day's."""
    day_text, _, time_text = text.partition("T")
    day = read_date(day_text)
    clock = read_time(time_text if "T" in text else "00:00:00")
    if day is None or clock is None:
        return None
    if time_text.startswith("24"):
        day = date_of(day_number(day) + 1)
    return make_datetime(day, clock)


def read_duration(text: str) -> YearMonths | timedelta | None:
    """The duration `text` writes, or None; years and months never mix with days and times."""
    match = _MONTHS.fullmatch(text)
    if match and (match[2] or match[3]):
        return YearMonths(int(match[2] or 0) * 12 + int(match[3] or 0)) if not match[1] else _back(match)
    match = _DAYS.fullmatch(text)
    if match is None or not any(match.groups()[1:]) or text.endswith("T"):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:5])
    micros = int(((match[6] or "") + "000000")[:6])
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=micros)
    return -span if match[1] else span


def _back(match: re.Match[str]) -> YearMonths:
    return YearMonths(-(int(match[2] or 0) * 12 + int(match[3] or 0)))


def read_literal(text: str) -> Value:
    """What `@"text"` means: a date, time, date and time or duration, or None."""
    if "P" in text[:2]:
        return read_duration(text)
    if "T" in text.partition("@")[0]:
        return read_datetime(text)
    found = read_date(text)
    return read_time(text) if found is None else found


def write(value: Value) -> str:
    """A temporal value as FEEL's `string` gives it."""
    match kind(value):
        case "date":
            return write_date(value)
        case "time":
            return write_time(value)
        case "date and time":
            return f"{write_date(value)}T{write_time(value)}"
        case "days and time duration":
            return write_span(value)
    return str(value)


def write_date(value: AnyDate | AnyDateTime) -> str:
    """The date's part in ISO 8601."""
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def write_time(value: AnyTime | AnyDateTime) -> str:
    """The time's part in ISO 8601, with the zone as FEEL writes it."""
    fine = nanosecond(value)
    fraction = f".{fine:09d}".rstrip("0") if fine else ""
    return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction}{_write_zone(value)}"


def _write_zone(value: AnyTime | AnyDateTime) -> str:
    name = zone_name(value.tzinfo)
    if name:
        return f"@{name}"
    offset = offset_of(value)
    if offset is None:
        return ""
    if not offset:
        return "Z"
    hours, rest = divmod(abs(offset).seconds, 3600)
    text = f"{'-' if offset < timedelta(0) else '+'}{hours:02d}:{rest // 60:02d}"
    return text + (f":{rest % 60:02d}" if rest % 60 else "")


def write_span(value: timedelta) -> str:
    """A days-and-time duration in ISO 8601."""
    days, hours, minutes, seconds, micros = _parts(value)
    fraction = f".{micros:06d}".rstrip("0") if micros else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or micros else ""
    if not days and not clock:
        return "PT0S"
    sign = "-" if value < timedelta(0) else ""
    return f"{sign}P{f'{days}D' if days else ''}{f'T{clock}' if clock else ''}"


def _parts(value: timedelta) -> tuple[int, int, int, int, int]:
    size = abs(value)
    minutes, seconds = divmod(size.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return size.days, hours, minutes, seconds, size.microseconds


def _span_part(index: int) -> Callable[[timedelta], int]:
    return lambda value: _parts(value)[index] * (-1 if value < timedelta(0) else 1)


def _span_seconds(value: timedelta) -> int | Decimal:
    _, _, _, seconds, micros = _parts(value)
    number = Decimal(f"{seconds}.{micros:06d}").normalize() if micros else seconds
    return -number if value < timedelta(0) else number


def _toward_zero(value: YearMonths) -> tuple[int, int]:
    years, months = divmod(abs(value.months), 12)
    return (-years, -months) if value.months < 0 else (years, months)


def weekday(value: AnyDate | AnyDateTime) -> int:
    """1 for Monday to 7 for Sunday."""
    return (day_number(value) - 1) % 7 + 1


_OF_DAY: dict[str, Callable[[Value], Value]] = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
    "weekday": weekday,
}
_OF_CLOCK: dict[str, Callable[[Value], Value]] = {
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": lambda value: value.second,
    "time offset": offset_of,
    "timezone": lambda value: zone_name(value.tzinfo),
}
_PROPERTIES: dict[str, dict[str, Callable[[Value], Value]]] = {
    "date": _OF_DAY,
    "time": _OF_CLOCK,
    "date and time": _OF_DAY | _OF_CLOCK,
    "years and months duration": {
        "years": lambda value: _toward_zero(value)[0],
        "months": lambda value: _toward_zero(value)[1],
    },
    "days and time duration": {
        "days": _span_part(0),
        "hours": _span_part(1),
        "minutes": _span_part(2),
        "seconds": _span_seconds,
    },
    "range": {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}


def property_of(value: Value, name: str) -> Value:
    """What `value.name` gives for a temporal value or a range; None when it has no such property."""
    getter = _PROPERTIES.get(kind(value), {}).get(name)
    return getter(value) if getter else None


def as_datetime(value: AnyDate | AnyDateTime) -> AnyDateTime:
    """A date as its midnight in UTC (DMN's conversion); a date and time as it is."""
    if isinstance(value, datetime | FarDateTime):
        return value
    return make_datetime(value, make_time(0, 0, 0, 0, UTC))
