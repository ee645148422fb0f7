"""What the conditions of a column divide its values into, so that rules can be compared like boxes.

Every condition that only compares with fixed values (`"A"`, `> 10`, `[1..5]`, `not(true)`, dates) holds or does not
hold for all values between two neighbouring ones of those fixed values alike. So it is enough to try one sample of
each such region, with the very test that runs later; a condition is then the set of regions it holds in, kept as
the bits of a number. Conditions that compute or read other variables are `open`: nothing is claimed about them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

from engine.dmn.model import Input, Table
from engine.feel import FeelError, evaluate

_TEXT = r'"(?:[^"\\]|\\.)*"'
_LITERAL = re.compile(
    rf"(?:date and time|date|time|duration)\s*\(\s*{_TEXT}\s*\)|@{_TEXT}|{_TEXT}"
    r"|(?<![\w.)\]])-?\d+(?:\.\d+)?|(?<=\.\.)-?\d+(?:\.\d+)?|\b(?:true|false|null)\b"
)
_COMPARING = re.compile(r"(?:\s|<=|>=|!=|[<>=\[\](),?]|\.\.|\bnot\b|\band\b|\bor\b)*")

#: A value that no condition names: "any other".
OTHER = "…"


@dataclass(frozen=True, slots=True)
class Region:
    """One sample of a column; `certain` when it is known to occur (a gap there is worth telling)."""

    value: object
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """An input with its regions; several columns of one expression are one Column."""

    label: str
    regions: tuple[Region, ...]

    @property
    def all(self) -> int:
        """The set of all regions."""
        return (1 << len(self.regions)) - 1

    @property
    def certain(self) -> int:
        """The set of those whose gap is worth telling."""
        return sum(1 << place for place, region in enumerate(self.regions) if region.certain)


@dataclass(frozen=True, slots=True)
class Box:
    """A rule as sets of regions: `sides` at most (open conditions count as everything), `open` their texts."""

    number: int
    sides: tuple[int, ...]
    open: tuple[tuple[str, ...], ...]


def boxes(table: Table) -> tuple[list[Column], list[Box]]:
    """The columns of `table` and each rule as a box over them."""
    groups = list(dict.fromkeys(column.text for column in table.inputs))
    members = [[place for place, column in enumerate(table.inputs) if column.text == text] for text in groups]
    columns = [_column(table, places) for places in members]
    return columns, [_box(table, place, members, columns) for place in range(len(table.rules))]


def _box(table: Table, place: int, members: list[list[int]], columns: list[Column]) -> Box:
    rule = table.rules[place]
    sides = []
    open_texts = []
    for group, column in zip(members, columns, strict=True):
        cells = [cell for cell in rule.cells if cell.column in group]
        side = column.all
        for cell in cells:
            if _fixed(cell.text) is not None:
                holds = (cell.test(region.value, {}) for region in column.regions)
                side &= sum(1 << bit for bit, held in enumerate(holds) if held)
        sides.append(side)
        open_texts.append(tuple(sorted(cell.text for cell in cells if _fixed(cell.text) is None)))
    return Box(rule.number, tuple(sides), tuple(open_texts))


@lru_cache(maxsize=4096)
def _fixed(text: str) -> tuple[object, ...] | None:
    """The fixed values a condition compares with; None when it does anything else (an open condition)."""
    if _COMPARING.fullmatch(_LITERAL.sub(" ", text)) is None:
        return None
    values = []
    for literal in dict.fromkeys(match.group() for match in _LITERAL.finditer(text)):
        try:
            values.append(evaluate(literal))
        except FeelError:
            return None
    return tuple(values) if all(map(_orderable, values)) else None


def _orderable(value: object) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is None
    return value is None or isinstance(value, bool | int | Decimal | str | date | timedelta)


def _column(table: Table, places: Sequence[int]) -> Column:
    inputs = [table.inputs[place] for place in places]
    texts = [cell.text for rule in table.rules for cell in rule.cells if cell.column in places]
    texts += [column.allowed_text for column in inputs]
    found = dict.fromkeys((isinstance(value, bool), value) for text in texts for value in _fixed(text) or ())
    values = [value for _, value in found]
    whole = any(column.type.whole for column in inputs)
    boolean = any(isinstance(value, bool) for value in values) or inputs[0].type.base == "boolean"
    regions = [Region(value) for value in ([True, False] if boolean else [])]
    regions += [Region(None)] if None in values else []
    for kind in (int, date, datetime, timedelta):
        regions += [Region(value) for value in _spread(values, kind, whole=whole)]
    words = [value for value in values if isinstance(value, str)]
    regions += [Region(word) for word in words]
    if words:
        regions.append(Region(OTHER, certain=False))
    kept = [region for region in regions if all(_allowed(column, region.value) for column in inputs)]
    return Column(inputs[0].label, tuple(kept) or (Region(OTHER, certain=not regions),))


def _allowed(column: Input, value: object) -> bool:
    if value is None or column.allowed is None:
        return True
    return bool(column.allowed(value, {})) and column.type.accepts(value)


def _spread(values: Sequence[Any], kind: type, *, whole: bool) -> list[Any]:
    """The values of that kind in order, with one below, one between each two, and one above."""
    chosen = sorted({value for value in values if _is_kind(value, kind)})
    if not chosen:
        return []
    if whole:
        chosen = sorted({*(value for value in chosen if value == int(value)), *map(_next_whole, chosen)})
    step = 1 if kind is int else timedelta(days=1)
    spread = _beyond(chosen[0], -step)
    for one, other in pairwise(chosen):
        spread.append(one)
        between = _next_whole(one) if whole else _middle(one, other)
        if one < between < other:
            spread.append(between)
    return [*spread, chosen[-1], *_beyond(chosen[-1], step)]


def _beyond(value: Any, step: Any) -> list[Any]:
    """The value one step further; none where the calendar ends, as after the 9999-12-31 that stands for "for ever"."""
    try:
        return [value + step]
    except OverflowError:
        return []


def _is_kind(value: object, kind: type) -> bool:
    if kind is int:
        return isinstance(value, int | Decimal) and not isinstance(value, bool)
    return type(value) is kind


def _middle(one: Any, other: Any) -> Any:
    if isinstance(one, int | Decimal):
        middle = (Decimal(one) + Decimal(other)) / 2
        return int(middle) if middle == middle.to_integral_value() else middle
    return one + (other - one) / 2


def _next_whole(value: int | Decimal) -> int:
    return int(Decimal(value).to_integral_value(ROUND_FLOOR)) + 1
