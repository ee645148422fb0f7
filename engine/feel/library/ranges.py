"""Functions that compare points and ranges, as Allen's interval algebra names the cases (DMN 10.3.4.9)."""

from __future__ import annotations

from engine.feel import operators
from engine.feel.fault import FeelError
from engine.feel.functions import function
from engine.feel.kinds import Range, Value, kind
from engine.feel.limits import Run


class _Unordered(ValueError):
    """The values cannot be ordered: the answer is null."""


def _order(one: Value, other: Value) -> int:
    found = operators.order(one, other)
    if found is None:
        raise _Unordered
    return found


def _starts(one: Range, other: Range) -> int:
    """How the beginnings lie: an open beginning is before every other, an excluded one after its included twin."""
    if one.start is None or other.start is None:
        return (other.start is None) - (one.start is None)
    return _order(one.start, other.start) or (other.start_included - one.start_included)


def _ends(one: Range, other: Range) -> int:
    """How the ends lie: an open end is after every other, an excluded one before its included twin."""
    if one.end is None or other.end is None:
        return (one.end is None) - (other.end is None)
    return _order(one.end, other.end) or (one.end_included - other.end_included)


def _end_to_start(one: Range, other: Range) -> int:
    """Below zero when one ends before the other starts, 0 when they meet in a point of both, above when they overlap."""
    if one.end is None or other.start is None:
        return 1
    found = _order(one.end, other.start)
    return found or (0 if one.end_included and other.start_included else -1)


def _whole(value: Value) -> Range:
    """A point as the range of itself; null is no point."""
    if value is None:
        raise _Unordered
    return value if isinstance(value, Range) else Range(value, value)


@function(
    "before(point1: Any, point2: Any)",
    "whether the first point or range ends before the second begins",
    "前者是否在后者之前结束",
)
def before(run: Run, one: Value, other: Value) -> bool:
    """Nothing in common, the first one earlier."""
    return _end_to_start(_whole(one), _whole(other)) < 0


@function(
    "after(point1: Any, point2: Any)",
    "whether the first point or range begins after the second ends",
    "前者是否在后者结束之后开始",
)
def after(run: Run, one: Value, other: Value) -> bool:
    """Nothing in common, the first one later."""
    return _end_to_start(_whole(other), _whole(one)) < 0


@function(
    "meets(range1: range, range2: range)",
    "whether the first ends in the point where the second begins",
    "前者的终点是否正是后者的起点",
)
def meets(run: Run, one: Range, other: Range) -> bool:
    """They share exactly that point."""
    return one.end is not None and other.start is not None and _end_to_start(one, other) == 0


@function(
    "met by(range1: range, range2: range)",
    "whether the first begins in the point where the second ends",
    "前者的起点是否正是后者的终点",
)
def met_by(run: Run, one: Range, other: Range) -> bool:
    """They share exactly that point."""
    return meets(run, other, one)


@function(
    "overlaps(range1: range, range2: range)", "whether both have a point in common", "两个区间是否有公共点"
)
def overlaps(run: Run, one: Range, other: Range) -> bool:
    """Neither lies before the other."""
    return _end_to_start(one, other) >= 0 and _end_to_start(other, one) >= 0


@function(
    "overlaps before(range1: range, range2: range)",
    "whether the first begins earlier and ends inside the second",
    "前者先开始且在后者之内结束",
)
def overlaps_before(run: Run, one: Range, other: Range) -> bool:
    """Earlier beginning, common part, end not later."""
    return _starts(one, other) < 0 and _end_to_start(one, other) >= 0 and _ends(one, other) <= 0


@function(
    "overlaps after(range1: range, range2: range)",
    "whether the first begins inside the second and ends later",
    "前者在后者之内开始且更晚结束",
)
def overlaps_after(run: Run, one: Range, other: Range) -> bool:
    """The reverse of overlaps before."""
    return overlaps_before(run, other, one)


@function(
    "finishes(point: Any, range: range)",
    "whether a point is the range's end, or a range ends it",
    "是否与区间同时结束",
)
def finishes(run: Run, one: Value, other: Range) -> bool:
    """The same end, the beginning not earlier."""
    inner = _whole(one)
    return other.end is not None and _ends(inner, other) == 0 and _starts(inner, other) >= 0


@function(
    "finished by(range: range, point: Any)",
    "whether the range ends with the point or range",
    "区间是否以其结束",
)
def finished_by(run: Run, one: Range, other: Value) -> bool:
    """The reverse of finishes."""
    return finishes(run, other, one)


@function(
    "starts(point: Any, range: range)",
    "whether a point is the range's beginning, or a range begins it",
    "是否与区间同时开始",
)
def starts(run: Run, one: Value, other: Range) -> bool:
    """The same beginning, the end not later."""
    inner = _whole(one)
    return other.start is not None and _starts(inner, other) == 0 and _ends(inner, other) <= 0


@function(
    "started by(range: range, point: Any)",
    "whether the range begins with the point or range",
    "区间是否以其开始",
)
def started_by(run: Run, one: Range, other: Value) -> bool:
    """The reverse of starts."""
    return starts(run, other, one)


@function(
    "includes(range: range, point: Any)",
    "whether the point or range lies in the range",
    "区间是否包含该点或区间",
)
def includes(run: Run, one: Range, other: Value) -> bool:
    """No part of it outside."""
    inner = _whole(other)
    return _starts(one, inner) <= 0 and _ends(inner, one) <= 0


@function(
    "during(point: Any, range: range)",
    "whether the point or range lies in the range",
    "该点或区间是否在区间之内",
)
def during(run: Run, one: Value, other: Range) -> bool:
    """The reverse of includes."""
    return includes(run, other, one)


@function(
    "coincides(point1: Any, point2: Any)",
    "whether both points or ranges are the same",
    "两点或两区间是否相同",
)
def coincides(run: Run, one: Value, other: Value) -> bool | None:
    """Equal, with the same brackets."""
    if isinstance(one, Range) != isinstance(other, Range):
        return None
    if isinstance(one, Range):
        return _starts(one, other) == 0 and _ends(one, other) == 0
    return _order(one, other) == 0


@function("range(from: string)", 'the range a text writes, like "[1..10)"', '由文本得到区间，例如 "[1..10)"')
def range_from_text(run: Run, text: str) -> Range | None:
    """The range of literals; a side that is left out is open."""
    text = text.strip()
    start_text, dots, end_text = text[1:-1].partition("..")
    if len(text) < 4 or text[0] not in "[(]" or text[-1] not in "])[" or not dots:
        return None
    start, end = _endpoint(start_text, run), _endpoint(end_text, run)
    start_included, end_included = text[0] == "[", text[-1] == "]"
    if (start is None and (start_included or start_text.strip())) or (
        end is None and (end_included or end_text.strip())
    ):
        return None
    if start is None and end is None:
        return None
    if start is not None and end is not None and _order(start, end) > 0:
        return None
    return Range(start, end, start_included, end_included)


def _endpoint(text: str, run: Run) -> Value:
    """The value a literal writes: a number, string, `@"…"` or a call of a temporal function on a text; else None."""
    from engine.feel.literals import read_endpoint  # noqa: PLC0415 (the table of functions is needed to read it)

    if not text.strip():
        return None
    try:
        value = read_endpoint(text, run)
    except FeelError:
        return None
    return value if kind(value) not in ("boolean", "list", "context", "range", "function") else None
