"""Functions that sum up lists of numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

from engine.feel import numbers, operators
from engine.feel.functions import function
from engine.feel.kinds import Value, kind
from engine.feel.limits import Run
from engine.feel.numbers import Number

_OR_ARGUMENTS = ("the same for arguments", "同上，直接给出参数")


def _numbers(values: tuple[Value, ...], run: Run) -> list[Number] | None:
    """The numbers of the one list, or the arguments; None when there is none or something else among them."""
    items = values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)
    run.read(8 * len(items))
    return items if items and all(kind(item) == "number" for item in items) else None


def _wide(items: list[Number], operation: Callable[[Decimal, Decimal], Decimal]) -> Decimal:
    """The numbers taken together without rounding between."""
    total = Decimal(items[0])
    for item in items[1:]:
        total = operation(total, Decimal(item))
    return total


@function("sum(...n: Any)", *_OR_ARGUMENTS)
@function("sum(list: list)", "the sum of numbers or durations", "数字或时长之和")
def total(run: Run, *values: Value) -> Value:
    """The sum; null for an empty list and for what cannot be added."""
    found = _numbers(values, run)
    if found:
        return numbers.number(_wide(found, numbers.WIDE.add))
    items = values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)
    if not items or not all(kind(item).endswith("duration") for item in items):
        return None
    made = items[0]
    for item in items[1:]:
        made = operators.add(made, item, run)
    return made


@function("mean(...n: Any)", *_OR_ARGUMENTS)
@function("mean(list: list)", "the arithmetic mean", "算术平均值")
def mean(run: Run, *values: Value) -> Number | None:
    """Sum by number."""
    found = _numbers(values, run)
    if not found:
        return None
    return numbers.number(numbers.WIDE.divide(_wide(found, numbers.WIDE.add), Decimal(len(found))))


@function("product(...n: Any)", *_OR_ARGUMENTS)
@function("product(list: list)", "the product", "乘积")
def product(run: Run, *values: Value) -> Number | None:
    """All multiplied."""
    found = _numbers(values, run)
    return numbers.number(_wide(found, numbers.WIDE.multiply)) if found else None


@function("median(...n: Any)", *_OR_ARGUMENTS)
@function(
    "median(list: list)", "the middle of the sorted numbers, or the mean of the two in the middle", "中位数"
)
def median(run: Run, *values: Value) -> Number | None:
    """The middle."""
    found = _numbers(values, run)
    if not found:
        return None
    ordered = sorted(found)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return numbers.divide(numbers.add(ordered[middle - 1], ordered[middle]), 2)


@function("stddev(...n: Any)", *_OR_ARGUMENTS)
@function("stddev(list: list)", "the sample standard deviation", "样本标准差")
def stddev(run: Run, *values: Value) -> Number | None:
    """The deviation of a sample; null for fewer than two numbers."""
    found = _numbers(values, run)
    if not found or len(found) < 2:
        return None
    wide = numbers.WIDE
    middle = wide.divide(_wide(found, wide.add), Decimal(len(found)))
    squares = [wide.power(wide.subtract(Decimal(item), middle), 2) for item in found]
    return numbers.number(wide.sqrt(wide.divide(_wide([*squares], wide.add), Decimal(len(found) - 1))))


@function("mode(...n: Any)", *_OR_ARGUMENTS)
@function("mode(list: list)", "the most frequent numbers, ascending", "众数（升序列表）")
def mode(run: Run, *values: Value) -> list[Number] | None:
    """All that come most often; empty for an empty list."""
    if values == ([],):
        return []
    found = _numbers(values, run)
    if not found:
        return None
    often = Counter(found)
    most = max(often.values())
    return sorted(item for item, times in often.items() if times == most)
