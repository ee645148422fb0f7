"""What goes through lists: filters, `for`, `some` and `every`. Each turn is paid for before it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from engine.feel import moments
from engine.feel.invocation import Evaluate
from engine.feel.kinds import Range, Value, kind
from engine.feel.limits import ELEMENT_WEIGHT
from engine.feel.operators import order, within
from engine.feel.scope import Scope, item_scope

Iterators: TypeAlias = "list[tuple[str, Evaluate, Evaluate | None]]"


def index_list(source: Value, number: int) -> Value:
    """The element at a place counted from 1, or from the end when negative; a single value is a list of one."""
    if source is None:
        return None
    items = source if isinstance(source, list) else [source]
    if not 1 <= abs(number) <= len(items):
        return None
    return items[number - 1 if number > 0 else number]


def filter_list(source: Value, condition: Evaluate, size: int, scope: Scope) -> Value:
    """The elements for which the condition is true; or, when it is a number, the element at that place."""
    if source is None:
        return None
    items = source if isinstance(source, list) else [source]
    found: list[Value] = []
    for place, item in enumerate(items or [None]):
        scope.run.step(size)
        held = condition(item_scope(item, scope))
        if place == 0 and kind(held) == "number":
            return index_list(items, int(held)) if held == int(held) else None
        if held is True and items:
            found.append(item)
    scope.run.hold_list(len(found))
    return found


def repeat(
    iterators: Iterators, body: Evaluate, size: int, scope: Scope, *, partial: bool
) -> list[Value] | None:
    """The body's value for each turn; None when something cannot be gone through. `partial` is the list so far."""
    found: list[Value] = []
    run = scope.run

    def turn(inner: Scope) -> bool:
        run.step(size)
        run.hold(ELEMENT_WEIGHT)
        if partial:
            run.hold_list(len(found))
            inner = inner.inner({"partial": list(found)})
        found.append(body(inner))
        return True

    return found if _each(iterators, 0, scope, turn) else None


def quantify(
    iterators: Iterators, condition: Evaluate, size: int, scope: Scope, *, decisive: bool
) -> bool | None:
    """Whether the condition holds for some (decisive) or every turn; None when it cannot be told."""
    known: bool | None = not decisive
    decided = False

    def turn(inner: Scope) -> bool:
        nonlocal known, decided
        scope.run.step(size)
        value = condition(inner)
        if value is decisive:
            decided = True
            return False
        if value is not (not decisive):
            known = None
        return True

    complete = _each(iterators, 0, scope, turn)
    if decided:
        return decisive
    return known if complete else None


def _each(iterators: Iterators, place: int, scope: Scope, turn: Callable[[Scope], bool]) -> bool:
    """Every combination of the iterators' values, the last changing fastest; False when stopped or impossible."""
    name, source, end = iterators[place]
    values = _between(source(scope), end(scope)) if end else _elements(source(scope))
    if values is None:
        return False
    if place == len(iterators) - 1:
        return all(turn(scope.inner({name: value})) for value in values)
    for value in values:
        scope.run.step()
        if not _each(iterators, place + 1, scope.inner({name: value}), turn):
            return False
    return True


def _elements(value: Value) -> Iterable[Value] | None:
    """What a `for` goes through: a list, a range of whole numbers or dates, or a single value."""
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        return _range_elements(value)
    return None if value is None else [value]


def _range_elements(extent: Range) -> Iterable[Value] | None:
    """A range that is a value has a direction: it goes up."""
    backwards = order(extent.start, extent.end)
    if backwards is None or backwards > 0:
        return None
    values = _between(extent.start, extent.end)
    return None if values is None else (value for value in values if within(value, extent))


def _between(start: Value, end: Value) -> Iterable[Value] | None:
    """From start to end, up or down, by ones or by days; None for what has no next."""
    both = kind(start)
    if both != kind(end) or both not in ("number", "date"):
        return None
    if both == "date":
        numbers = _numbers(moments.day_number(start), moments.day_number(end))
        return (moments.date_of(number) for number in numbers)
    if start != int(start) or end != int(end):
        return None
    return _numbers(int(start), int(end))


def _numbers(start: int, end: int) -> range:
    direction = 1 if start <= end else -1
    return range(start, end + direction, direction)
