"""FEEL's values and their ways in and out: tagged JSON for the database, plain data for the API and pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.feel.fault import FeelError
from engine.feel.kinds import FarDate, FarDateTime, FineTime, Function, Range, Value, YearMonths, kind
from engine.feel.limits import VALUE_DEPTH_LIMIT, too_deep
from engine.feel.numbers import number
from engine.feel.temporal import read_date, read_datetime, read_duration, read_time, write

__all__ = [
    "FarDate",
    "FarDateTime",
    "FineTime",
    "Function",
    "Range",
    "Value",
    "YearMonths",
    "from_json",
    "from_plain",
    "kind",
    "to_json",
    "to_plain",
]

#: Tags of values that JSON does not have; "dict" keeps a context apart that has an entry of the tag's name itself.
_TAG, _VALUE = "$", "v"
_TEMPORAL_TAGS = {
    "date": "date",
    "time": "time",
    "date and time": "datetime",
    "days and time duration": "duration",
    "years and months duration": "months",
}
_READERS: dict[str, Callable[[Any], Value]] = {
    "n": Decimal,
    "date": read_date,
    "time": read_time,
    "datetime": read_datetime,
    "duration": read_duration,
    "months": read_duration,
}


def to_json(value: Value) -> Any:
    """`value` as JSON that `from_json` gives back exactly; FeelError for functions and for values nested too deeply."""
    return _to_json(value, 0)


def _to_json(value: Value, depth: int) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if depth > VALUE_DEPTH_LIMIT:
        raise too_deep()
    match kind(value):
        case "number":
            return _number_to_json(value)
        case "list":
            return [_to_json(item, depth + 1) for item in value]
        case "context":
            entries = {str(name): _to_json(item, depth + 1) for name, item in value.items()}
            return {_TAG: "dict", _VALUE: entries} if _TAG in entries else entries
        case "range":
            sides = [_to_json(value.start, depth + 1), _to_json(value.end, depth + 1)]
            return {_TAG: "range", _VALUE: [*sides, value.start_included, value.end_included]}
        case temporal if temporal in _TEMPORAL_TAGS:
            return {_TAG: _TEMPORAL_TAGS[temporal], _VALUE: write(value)}
    raise FeelError("A function cannot be kept as a value.", "函数不能作为值保存。", kind="limit")


def _number_to_json(value: float | Decimal) -> Any:
    exact = number(value)
    return exact if isinstance(exact, int) else {_TAG: "n", _VALUE: str(exact)}


def from_json(data: Any) -> Value:
    """The value that `to_json` wrote; FeelError for a tag or text it never writes."""
    if isinstance(data, list):
        return [from_json(item) for item in data]
    if isinstance(data, float):
        return from_plain(data)
    if not isinstance(data, dict):
        return data
    if _TAG not in data:
        return {name: from_json(item) for name, item in data.items()}
    return _from_tag(data[_TAG], data.get(_VALUE))


def _from_tag(tag: str, content: Any) -> Value:
    if tag == "dict":
        return {name: from_json(item) for name, item in content.items()}
    if tag == "range":
        start, end, start_included, end_included = content
        return Range(from_json(start), from_json(end), start_included, end_included)
    reader = _READERS.get(tag)
    found = reader(content) if reader else None
    if found is None:
        raise FeelError(f"There is no value of kind {tag!r}.", f"没有 {tag!r} 类型的值。", kind="limit")
    return found


def to_plain(value: Value) -> Any:
    """`value` for the API and pages: numbers as int or float, temporal values as ISO text, functions as None."""
    if value is None or isinstance(value, bool | str | int):
        return value
    match kind(value):
        case "number":
            exact = number(value)
            return exact if isinstance(exact, int) else float(exact)
        case "list":
            return [to_plain(item) for item in value]
        case "context":
            return {name: to_plain(item) for name, item in value.items()}
        case "range":
            return {
                "start": to_plain(value.start),
                "end": to_plain(value.end),
                "start included": value.start_included,
                "end included": value.end_included,
            }
        case temporal if temporal in _TEMPORAL_TAGS:
            # A zone's name is FEEL's own way to write; everybody else reads the offset.
            return value.isoformat() if isinstance(value, datetime) and value.tzinfo else write(value)
    return None


def from_plain(data: Any) -> Value:
    """Plain Python data as FEEL values: floats by their shortest text, tuples as lists, keys as text.

    Numbers FEEL does not have (NaN, infinite, beyond decimal128) become null; FeelError for data nested too deeply.
    """
    return _from_plain(data, 0)


def _from_plain(data: Any, depth: int) -> Value:
    if data is None or isinstance(data, bool | str):
        return data
    if depth > VALUE_DEPTH_LIMIT:
        raise too_deep()
    if isinstance(data, int | float | Decimal):
        try:
            return number(data)
        except (ArithmeticError, ValueError):
            return None
    if isinstance(data, Mapping):
        return {str(name): _from_plain(item, depth + 1) for name, item in data.items()}
    if isinstance(data, list | tuple):
        return [_from_plain(item, depth + 1) for item in data]
    return data
