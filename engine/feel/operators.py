"""Equality, order and arithmetic over FEEL's values. None is FEEL's null: "cannot be told"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from engine.feel import moments, numbers
from engine.feel.kinds import Range, Value, YearMonths, kind
from engine.feel.limits import Run
from engine.feel.temporal import as_datetime

#: What arithmetic raises where FEEL has no value.
NO_VALUE = (ArithmeticError, ValueError, OverflowError)

_SORT_KEYS: dict[str, Callable[[Value], Value]] = {
    "number": lambda value: numbers.number(value) if isinstance(value, float) else value,
    "string": lambda value: value,
    "date": moments.day_number,
    "time": moments.time_instant,
    "date and time": moments.instant,
    "days and time duration": lambda value: value,
    "years and months duration": lambda value: value.months,
}


def order(left: Value, right: Value) -> int | None:
    """Below, at or above zero as `left` comes before, with or after `right`; None when they cannot be ordered.

    A moment without a zone, compared with one that has it, is read in the other's zone.
    """
    if type(left) is int and type(right) is int:
        return -1 if left < right else int(left > right)
    one = kind(left)
    if one != kind(right):
        return None
    key = _SORT_KEYS.get(one)
    if key is None:
        return None
    if one == "date and time" and (left.tzinfo is None) != (right.tzinfo is None):
        zone = left.tzinfo or right.tzinfo
        left, right = moments.told_in(left, zone), moments.told_in(right, zone)
    try:
        first, second = key(left), key(right)
    except NO_VALUE:
        return None
    return -1 if first < second else int(first > second)


def sort_keys(values: list[Value]) -> list[Value] | None:
    """For each value what Python can sort it by; None when they are not of one ordered kind."""
    one = kind(values[0]) if values else ""
    key = _SORT_KEYS.get(one)
    if key is None or any(kind(value) != one for value in values):
        return None
    return [key(value) for value in values]


def equal(left: Value, right: Value, run: Run) -> bool | None:
    """FEEL's `=`: None when the two are of different kinds."""
    one, other = type(left), type(right)
    if one is other and (one is str or one is int or one is bool):
        return bool(left == right)
    if left is None or right is None:
        return left is right
    one_kind, other_kind = kind(left), kind(right)
    if one_kind != other_kind:
        return _equal_singleton(left, right, one_kind, other_kind, run)
    if one_kind == "list":
        return _equal_lists(left, right, run)
    if one_kind == "context":
        return _equal_contexts(left, right, run)
    if one_kind == "range":
        return _equal_ranges(left, right, run)
    if one_kind in ("boolean", "function", "unknown"):
        return bool(left == right)
    found = order(left, right)
    return None if found is None else found == 0


def _equal_singleton(left: Value, right: Value, one: str, other: str, run: Run) -> bool | None:
    """A list of one element stands for its element."""
    if one == "list" and len(left) == 1:
        return equal(left[0], right, run)
    if other == "list" and len(right) == 1:
        return equal(left, right[0], run)
    return None


def _equal_lists(left: list[Value], right: list[Value], run: Run) -> bool:
    run.read(len(left))
    return len(left) == len(right) and all(
        equal(one, other, run) is True for one, other in zip(left, right, strict=True)
    )


def _equal_contexts(left: dict[str, Value], right: dict[str, Value], run: Run) -> bool:
    run.read(len(left))
    return left.keys() == right.keys() and all(equal(left[name], right[name], run) is True for name in left)


def _equal_ranges(left: Range, right: Range, run: Run) -> bool:
    return (left.start_included, left.end_included) == (right.start_included, right.end_included) and all(
        equal(one, other, run) is True for one, other in ((left.start, right.start), (left.end, right.end))
    )


def identity_key(value: Value, run: Run) -> Value:
    """A hashable stand-in that is the same for equal values; reads the whole value."""
    one = kind(value)
    if one == "list":
        run.read(len(value))
        return (one, tuple(identity_key(item, run) for item in value))
    if one == "context":
        run.read(len(value))
        return (one, frozenset((name, identity_key(item, run)) for name, item in value.items()))
    if one == "range":
        ends = (identity_key(value.start, run), identity_key(value.end, run))
        return (one, *ends, value.start_included, value.end_included)
    key = _SORT_KEYS.get(one)
    return (one, key(value) if key else value)


def within(value: Value, extent: Range) -> bool | None:
    """Whether the range holds the value; None when it cannot be told."""
    if extent.start is None and extent.end is None:
        return None
    if extent.start is not None:
        low = order(value, extent.start)
        if low is None:
            return None
        if low < 0 or (low == 0 and not extent.start_included):
            return False
    if extent.end is None:
        return True
    high = order(value, extent.end)
    if high is None:
        return None
    return high < 0 or (high == 0 and extent.end_included)


def negate(value: Value) -> Value:
    """-value for numbers and durations; None for all else."""
    match kind(value):
        case "number":
            return numbers.subtract(0, numbers.number(value))
        case "years and months duration":
            return YearMonths(-value.months)
        case "days and time duration":
            return -value
    return None


def add(left: Value, right: Value, run: Run) -> Value:
    """left + right, or None where FEEL has no such sum."""
    one, other = kind(left), kind(right)
    if one == other == "number":
        return numbers.add(_number(left), _number(right))
    if one == other == "string":
        run.hold_text(len(left) + len(right))
        return left + right
    if one == other == "days and time duration":
        return left + right
    if one == other == "years and months duration":
        return YearMonths(left.months + right.months)
    if other.endswith("duration"):
        return _shift(left, one, right, other)
    if one.endswith("duration"):
        return _shift(right, other, left, one)
    return None


def _number(value: Value) -> numbers.Number:
    return numbers.number(value) if isinstance(value, float) else value


def _shift(value: Value, one: str, span: Value, other: str) -> Value:
    """A date, time or both, moved by a duration."""
    if other == "years and months duration":
        if one == "date":
            return moments.add_months(value, span.months)
        if one == "date and time":
            day = moments.add_months(moments.day_part(value), span.months)
            return moments.make_datetime(day, moments.time_part(value))
        return None
    if one == "date":
        return moments.date_of((moments.instant(as_datetime(value)) + span // _MICRO * 1000) // moments.DAY)
    if one == "date and time":
        return moments.add_span(value, span)
    return moments.add_span_to_time(value, span) if one == "time" else None


_MICRO = timedelta(microseconds=1)


def subtract(left: Value, right: Value, run: Run) -> Value:
    """left - right, or None where FEEL has no such difference."""
    one, other = kind(left), kind(right)
    if one == other == "number":
        return numbers.subtract(_number(left), _number(right))
    if one == other == "days and time duration":
        return left - right
    if one == other == "years and months duration":
        return YearMonths(left.months - right.months)
    if other.endswith("duration") and not one.endswith("duration"):
        return _shift(left, one, negate(right), other)
    if one == other == "time":
        return _between(moments.time_instant(left), moments.time_instant(right), left, right)
    if one in ("date", "date and time") and other in ("date", "date and time"):
        start, end = as_datetime(right), as_datetime(left)
        return _between(moments.instant(end), moments.instant(start), end, start)
    return None


def _between(end: int, start: int, one: Value, other: Value) -> timedelta | None:
    """The time between two moments; None when only one of them knows its zone."""
    if (one.tzinfo is None) != (other.tzinfo is None):
        return None
    return moments.span_of(end - start)


def multiply(left: Value, right: Value, run: Run) -> Value:
    """left * right, or None where FEEL has no such product."""
    one, other = kind(left), kind(right)
    if one == other == "number":
        return numbers.multiply(_number(left), _number(right))
    if one == "number":
        left, right, one, other = right, left, other, one
    return _scale(left, one, numbers.WIDE.create_decimal(_number(right))) if other == "number" else None


def _scale(span: Value, one: str, factor: Decimal) -> Value:
    """A duration times a number; fractions of a month or microsecond are dropped."""
    if one == "years and months duration":
        return YearMonths(int(numbers.WIDE.multiply(Decimal(span.months), factor)))
    if one == "days and time duration":
        return timedelta(microseconds=int(numbers.WIDE.multiply(Decimal(span // _MICRO), factor)))
    return None


def divide(left: Value, right: Value, run: Run) -> Value:
    """left / right, or None where FEEL has no such quotient (by zero, too)."""
    one, other = kind(left), kind(right)
    if one == other == "number":
        return numbers.divide(_number(left), _number(right))
    if other == "number":
        return _divide_span(left, one, numbers.WIDE.create_decimal(_number(right)))
    if one == other == "years and months duration":
        return numbers.divide(left.months, right.months)
    if one == other == "days and time duration":
        return numbers.divide(left // _MICRO, right // _MICRO)
    return None


def _divide_span(span: Value, one: str, divisor: Decimal) -> Value:
    if one == "years and months duration":
        return YearMonths(int(numbers.WIDE.divide(Decimal(span.months), divisor)))
    if one == "days and time duration":
        return timedelta(microseconds=int(numbers.WIDE.divide(Decimal(span // _MICRO), divisor)))
    return None


def power(left: Value, right: Value, run: Run) -> Value:
    """left ** right for numbers, None for all else."""
    if kind(left) == kind(right) == "number":
        return numbers.power(_number(left), _number(right))
    return None


ARITHMETIC: dict[str, Callable[[Value, Value, Run], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}


def days_from(start: date, count: int) -> Value:
    """The date `count` days after `start`."""
    return moments.date_of(moments.day_number(start) + count)
