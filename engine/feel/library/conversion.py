"""Functions that make values of one kind from another."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal

from engine.feel import moments, numbers, temporal
from engine.feel.functions import function
from engine.feel.kinds import Value, YearMonths, kind
from engine.feel.limits import Run
from engine.feel.text import write_value


@function("date(from: string)", "the date an ISO 8601 text writes", "由 ISO 8601 文本得到日期")
def date_from_text(run: Run, text: str) -> Value:
    """The date, or null."""
    return temporal.read_date(text)


@function("date(from: date|date and time)", "the date of a date and time", "取日期时间中的日期")
def date_from_moment(run: Run, value: Value) -> Value:
    """The date's part."""
    return moments.day_part(value) if kind(value) == "date and time" else value


@function("date(year: number, month: number, day: number)", "the date of these parts", "由年月日得到日期")
def date_from_parts(run: Run, year: numbers.Number, month: numbers.Number, day: numbers.Number) -> Value:
    """The date, or null when there is none such."""
    return moments.make_date(*(_integer(part) for part in (year, month, day)))


def _integer(value: numbers.Number) -> int:
    """A whole number; ValueError for a fraction."""
    if value != int(value):
        raise ValueError(value)
    return int(value)


@function("time(from: string)", "the time an ISO 8601 text writes", "由 ISO 8601 文本得到时间")
def time_from_text(run: Run, text: str) -> Value:
    """The time, or null."""
    return temporal.read_time(text)


@function(
    "time(from: time|date|date and time)",
    "the time of a date and time; of a date midnight UTC",
    "取日期时间中的时间，日期则为 UTC 零点",
)
def time_from_moment(run: Run, value: Value) -> Value:
    """The time's part."""
    return value if kind(value) == "time" else moments.time_part(temporal.as_datetime(value))


@function(
    "time(hour: number, minute: number, second: number, offset?: days and time duration|null)",
    "the time of these parts, with an offset from UTC",
    "由时分秒及 UTC 偏移得到时间",
)
def time_from_parts(
    run: Run,
    hour: numbers.Number,
    minute: numbers.Number,
    second: numbers.Number,
    offset: timedelta | None = None,
) -> Value:
    """The time, or null when there is none such."""
    zone = None if offset is None else temporal.offset_zone(offset)
    return _clock(hour, minute, second, zone)


def _clock(
    hour: numbers.Number, minute: numbers.Number, second: numbers.Number, zone: Value
) -> moments.AnyTime:
    whole = int(second)
    fraction = int(numbers.WIDE.multiply(Decimal(second) - whole, Decimal(moments.SECOND)))
    return moments.make_time(_integer(hour), _integer(minute), whole, fraction, zone)


@function(
    "date and time(from: string)", "the date and time an ISO 8601 text writes", "由 ISO 8601 文本得到日期时间"
)
def datetime_from_text(run: Run, text: str) -> Value:
    """The date and time, or null."""
    return temporal.read_datetime(text)


@function("date and time(from: date and time|date)", "a date as its midnight in UTC", "日期转为 UTC 零点")
def datetime_from_date(run: Run, value: Value) -> Value:
    """The date and time itself, or the date's midnight."""
    return temporal.as_datetime(value)


@function(
    "date and time(date: date|date and time, time: time)",
    "a date and a time put together",
    "由日期和时间组成日期时间",
)
def datetime_from_both(run: Run, day: Value, clock: Value) -> Value:
    """The moment on that day at that time, in the time's zone."""
    return moments.make_datetime(moments.day_part(day) if kind(day) == "date and time" else day, clock)


@function(
    "date and time(date: date and time, timezone: string)",
    "the same moment told in another zone (Camunda)",
    "换算到另一时区的同一时刻",
)
def datetime_in_zone(run: Run, moment: Value, zone: str) -> Value:
    """The same instant by the clocks of the zone."""
    return moments.moment_at(moments.instant(moment), moments.zone_called(zone))


@function(
    "date and time(year: number, month: number, day: number, hour: number, minute: number, second: number)",
    "the date and time of these parts",
    "由年月日时分秒得到日期时间",
)
def datetime_from_parts(run: Run, *parts: Value) -> Value:
    """The date and time, or null when there is none such."""
    day = moments.make_date(*(_integer(part) for part in parts[:3]))
    return moments.make_datetime(day, _clock(parts[3], parts[4], parts[5], None))


@function(
    "date and time(year: number, month: number, day: number, hour: number, minute: number, second: number, "
    "offset: days and time duration|null)",
    "the same with an offset from UTC",
    "同上，另加 UTC 偏移",
)
def datetime_with_offset(run: Run, *parts: Value) -> Value:
    """The date and time with an offset."""
    zone = None if parts[6] is None else temporal.offset_zone(parts[6])
    return moments.make_datetime(
        moments.make_date(*map(_integer, parts[:3])), _clock(parts[3], parts[4], parts[5], zone)
    )


@function(
    "date and time(year: number, month: number, day: number, hour: number, minute: number, second: number, "
    "timezone: string)",
    "the same in a zone",
    "同上，另加时区",
)
def datetime_with_zone(run: Run, *parts: Value) -> Value:
    """The date and time in a zone."""
    zone = UTC if parts[6] == "Z" else moments.zone_called(parts[6])
    return moments.make_datetime(
        moments.make_date(*map(_integer, parts[:3])), _clock(parts[3], parts[4], parts[5], zone)
    )


@function("duration(from: string)", "the duration an ISO 8601 text writes", "由 ISO 8601 文本得到时长")
def duration_from_text(run: Run, text: str) -> Value:
    """The duration of either kind, or null."""
    return temporal.read_duration(text)


@function(
    "duration(from: days and time duration|years and months duration)", "a duration as it is", "时长原样返回"
)
def duration_itself(run: Run, value: Value) -> Value:
    """The duration itself."""
    return value


@function(
    "years and months duration(from: date|date and time, to: date|date and time)",
    "whole months from one date to another",
    "两个日期之间的整年整月",
)
def months_between(run: Run, start: Value, end: Value) -> YearMonths:
    """Whole months, negative when `to` is earlier."""
    return YearMonths(moments.months_between(start, end))


@function("number(from: string)", "the number a text writes", "由文本得到数字")
def number_from_text(run: Run, text: str) -> Value:
    """The number, or null."""
    return _read(text, "", ".")


@function("number(from: number)", "a number as it is", "数字原样返回")
def number_itself(run: Run, value: Value) -> Value:
    """The number itself."""
    return value


@function(
    "number(from: string, grouping separator: string|null, decimal separator: string|null)",
    "the number a text writes with these separators",
    "按指定的千分位符和小数点读取数字",
)
def number_with_separators(run: Run, text: str, grouping: str | None, decimal: str | None) -> Value:
    """The number, or null; the separators must differ and be of those DMN allows."""
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ",", "."):
        return None
    if grouping is not None and grouping == decimal:
        return None
    return _read(text, grouping or "", decimal or ".")


def _read(text: str, grouping: str, decimal: str) -> Value:
    plain = text.replace(grouping, "") if grouping else text
    if decimal != ".":
        plain = "x" if "." in plain else plain.replace(decimal, ".")
    digits = plain.strip().removeprefix("-")
    if not digits or not digits.isascii() or digits[0] not in "0123456789." or "_" in digits:
        return None
    return numbers.read_number(plain.strip())


@function("string(from: Any)", "the value as text; null stays null", "将值转为文本，null 仍为 null")
def string_from(run: Run, value: Value) -> str | None:
    """The value written out."""
    return None if value is None else write_value(value, run)
