"""Days, clock times and moments of any year, in whole numbers: what comparing and adding of temporal values needs.

A day is counted as Python's ordinal (1 = 0001-01-01), a moment in nanoseconds since ordinal 0, UTC. A value without a
zone counts as UTC. Proleptic Gregorian calendar, year 0 exists.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import TypeAlias
from zoneinfo import ZoneInfo

from engine.feel.kinds import FarDate, FarDateTime, FineTime

AnyDate: TypeAlias = "date | FarDate"
AnyTime: TypeAlias = "time | FineTime"
AnyDateTime: TypeAlias = "datetime | FarDateTime"

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
MAX_YEAR = 999_999_999
_CYCLE_DAYS = 146_097
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """The number of days of the month."""
    return 29 if month == 2 and is_leap(year) else _MONTH_DAYS[month - 1]


def ordinal(year: int, month: int, day: int) -> int:
    """The day's number; 0001-01-01 is 1, earlier years are negative."""
    cycles, year_of_cycle = divmod(year - 1, 400)
    return cycles * _CYCLE_DAYS + date(year_of_cycle + 1, month, day).toordinal()


def date_of(number: int) -> AnyDate:
    """The date with this day number; OverflowError beyond nine-digit years."""
    cycles, rest = divmod(number - 1, _CYCLE_DAYS)
    found = date.fromordinal(rest + 1)
    return make_date(cycles * 400 + found.year, found.month, found.day)


def make_date(year: int, month: int, day: int) -> AnyDate:
    """The date; ValueError when there is no such day, OverflowError beyond nine-digit years."""
    if 1 <= year <= 9999:
        return date(year, month, day)
    if abs(year) > MAX_YEAR:
        raise OverflowError
    date((year - 1) % 400 + 1, month, day)
    return FarDate(year, month, day)


def make_time(
    hour: int, minute: int, second: int, nanosecond: int = 0, zone: tzinfo | None = None
) -> AnyTime:
    """The time of day; ValueError when there is none such."""
    micro, fine = divmod(nanosecond, 1000)
    plain = time(hour, minute, second, micro, zone)
    return FineTime(hour, minute, second, nanosecond, zone) if fine else plain


def make_datetime(day: AnyDate, clock: AnyTime) -> AnyDateTime:
    """The moment on this day at this time, in the time's zone."""
    if isinstance(day, date) and isinstance(clock, time):
        return datetime.combine(day, clock)
    return FarDateTime(
        day.year, day.month, day.day, clock.hour, clock.minute, clock.second, nanosecond(clock), clock.tzinfo
    )


def nanosecond(value: AnyTime | AnyDateTime) -> int:
    """The fraction of the second."""
    return value.microsecond * 1000 if isinstance(value, time | datetime) else value.nanosecond


def told_in(value: AnyDateTime, zone: tzinfo | None) -> AnyDateTime:
    """The same day and time by the clocks of `zone`."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=zone)
    return replace(value, tzinfo=zone)


def day_part(value: AnyDateTime) -> AnyDate:
    """The date of a moment, in its own zone."""
    return value.date() if isinstance(value, datetime) else make_date(value.year, value.month, value.day)


def time_part(value: AnyDateTime) -> AnyTime:
    """The time of day of a moment, with its zone."""
    if isinstance(value, datetime):
        return value.timetz()
    return make_time(value.hour, value.minute, value.second, value.nanosecond, value.tzinfo)


def day_number(value: AnyDate | AnyDateTime) -> int:
    """The number of the value's day, in its own zone."""
    if isinstance(value, date):
        return value.toordinal()
    return ordinal(value.year, value.month, value.day)


def clock_nanoseconds(value: AnyTime | AnyDateTime) -> int:
    """Nanoseconds since midnight by the value's own clock."""
    return (value.hour * 3600 + value.minute * 60 + value.second) * SECOND + nanosecond(value)


def offset_of(value: AnyTime | AnyDateTime) -> timedelta | None:
    """How far the value's zone is from UTC; None for a local value.

    A time of day in a named zone has no day: the zone's offset at the end of 1972 is taken, XPath's reference day.
    """
    zone = value.tzinfo
    if zone is None:
        return None
    if isinstance(zone, timezone):
        return zone.utcoffset(None)
    if isinstance(value, datetime):
        return value.utcoffset()
    return zone.utcoffset(_stand_in(value, zone))


def _stand_in(value: AnyTime | AnyDateTime, zone: tzinfo) -> datetime:
    """A moment that Python can hold and that has the same rules of summer time."""
    if isinstance(value, time | FineTime):
        return datetime(1972, 12, 31, value.hour, value.minute, value.second, tzinfo=zone)
    year = value.year if 1 <= value.year <= 9999 else 2000 + value.year % 400
    return datetime(year, value.month, value.day, value.hour, value.minute, value.second, tzinfo=zone)


def _nanoseconds(span: timedelta | None) -> int:
    return 0 if span is None else span // timedelta(microseconds=1) * 1000


def instant(value: AnyDateTime) -> int:
    """The moment in nanoseconds, UTC; a local value counts as UTC."""
    return day_number(value) * DAY + clock_nanoseconds(value) - _nanoseconds(offset_of(value))


def time_instant(value: AnyTime) -> int:
    """The time of day in nanoseconds, UTC; may lie before or after the day."""
    return clock_nanoseconds(value) - _nanoseconds(offset_of(value))


def moment_at(number: int, zone: tzinfo | None) -> AnyDateTime:
    """The moment with this number of nanoseconds (UTC), told by the clocks of `zone`."""
    if zone is None:
        return _split(number, None)
    if isinstance(zone, timezone):
        return _split(number + _nanoseconds(zone.utcoffset(None)), zone)
    utc = _split(number, UTC)
    if isinstance(utc, datetime):
        return utc.astimezone(zone)
    near = _stand_in(utc, UTC).astimezone(zone)
    return _split(number + _nanoseconds(near.utcoffset()), zone)


def _split(number: int, zone: tzinfo | None) -> AnyDateTime:
    days, rest = divmod(number, DAY)
    seconds, fraction = divmod(rest, SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return make_datetime(date_of(days), make_time(hour, minute, second, fraction, zone))


def add_span(value: AnyDateTime, span: timedelta) -> AnyDateTime:
    """The moment `span` later on the clock of the world, told in the value's zone."""
    return moment_at(instant(value) + _nanoseconds(span), value.tzinfo)


def add_span_to_time(value: AnyTime, span: timedelta) -> AnyTime:
    """The time of day `span` later, going round at midnight."""
    number = (clock_nanoseconds(value) + _nanoseconds(span)) % DAY
    return time_part(_split(number + DAY, value.tzinfo))


def add_months(value: AnyDate, months: int) -> AnyDate:
    """The same day so many months later, or the month's last day when it has no such day."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    return make_date(year, month + 1, min(value.day, days_in_month(year, month + 1)))


def months_between(start: AnyDate | AnyDateTime, end: AnyDate | AnyDateTime) -> int:
    """Whole months from `start` to `end` by their dates, towards zero."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        return months - 1
    if months < 0 and end.day > start.day:
        return months + 1
    return months


def span_of(nanoseconds: int) -> timedelta:
    """The duration of so many nanoseconds, to the microsecond; OverflowError when too long."""
    return timedelta(microseconds=nanoseconds // 1000)


def zone_called(name: str) -> tzinfo:
    """The zone with this IANA name; ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:
        raise ValueError(name) from error
