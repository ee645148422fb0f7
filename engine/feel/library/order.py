"""Functions that compare elements: least, greatest, sorted."""

from __future__ import annotations

from functools import cmp_to_key

from engine.feel.functions import function
from engine.feel.kinds import Function, Value
from engine.feel.limits import Run
from engine.feel.operators import order, sort_keys

_SORTED_ALIKE = "lists of numbers, strings or temporal values"


@function("min(...c: Any)", "the same for arguments", "同上，直接给出参数")
@function("min(list: list)", "the least of " + _SORTED_ALIKE, "最小值")
def least(run: Run, *values: Value) -> Value:
    """The least; null for an empty list or for values that cannot be ordered."""
    return _extreme(values, -1, run)


@function("max(...c: Any)", "the same for arguments", "同上，直接给出参数")
@function("max(list: list)", "the greatest of " + _SORTED_ALIKE, "最大值")
def greatest(run: Run, *values: Value) -> Value:
    """The greatest; null for an empty list or for values that cannot be ordered."""
    return _extreme(values, 1, run)


def _extreme(values: tuple[Value, ...], sign: int, run: Run) -> Value:
    items = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    run.read(len(items))
    if not items:
        return None
    best = items[0]
    for item in items:
        found = order(item, best)
        if found is None:
            return None
        if found == sign:
            best = item
    return best


@function(
    "sort(list: list, precedes?: function)",
    "the list in ascending order, or so that precedes(a, b) holds between neighbours",
    "升序排序，或按给定的先后函数排序",
)
def sort(run: Run, items: list[Value], precedes: Function | None = None) -> list[Value] | None:
    """The sorted list, equal elements in their old order; null when elements cannot be ordered."""
    run.hold_list(len(items))
    if precedes is None:
        return _sorted_naturally(items, run)

    def compare(one: Value, other: Value) -> int:
        run.step()
        if precedes.call([one, other], None, run) is True:
            return -1
        return 1 if precedes.call([other, one], None, run) is True else 0

    return sorted(items, key=cmp_to_key(compare))


def _sorted_naturally(items: list[Value], run: Run) -> list[Value] | None:
    run.read(8 * len(items))
    if not items:
        return []
    keys = sort_keys(items)
    if keys is None:
        return None
    return [items[place] for place in sorted(range(len(items)), key=keys.__getitem__)]
