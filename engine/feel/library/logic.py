"""Truth, null and what is there: `not`, `is`, and Camunda's questions about missing values."""

from __future__ import annotations

from engine.feel.fault import FeelError
from engine.feel.functions import function
from engine.feel.kinds import Value, kind
from engine.feel.limits import Run
from engine.feel.operators import equal


@function(
    "not(negand: boolean)",
    "true for false and false for true; else null",
    "取反：真变假，假变真，其余为 null",
)
def negation(run: Run, negand: bool) -> bool:
    """The opposite."""
    return not negand


@function(
    "is(value1: Any, value2: Any)",
    "whether both are the same value of the same kind; temporal values only with the same zone",
    "两个值是否完全相同（类型、时区都相同）",
)
def same(run: Run, one: Value, other: Value) -> bool:
    """Identity: no conversion and no null for different kinds."""
    both = kind(one)
    if both != kind(other):
        return False
    if both in ("time", "date and time") and (one.tzinfo is None) != (other.tzinfo is None):
        return False
    if both in ("time", "date and time") and str(one.tzinfo) != str(other.tzinfo):
        return False
    return equal(one, other, run) is True


@function("is defined(value: Any)", "whether the value is not null (Camunda)", "值是否存在（不为 null）")
def is_defined(run: Run, value: Value) -> bool:
    """Not null."""
    return value is not None


@function(
    "get or else(value: Any, default: Any)",
    "the value, or the default when it is null (Camunda)",
    "值为 null 时返回默认值",
)
def get_or_else(run: Run, value: Value, default: Value) -> Value:
    """The value or its stand-in."""
    return default if value is None else value


@function(
    "assert(value: Any, condition: Any, cause?: string)",
    "the value when the condition is true; else the evaluation fails and says why (Camunda)",
    "条件为真时返回该值，否则计算失败并说明原因",
)
def assertion(run: Run, value: Value, condition: Value, cause: str | None = None) -> Value:
    """The value, or FeelError."""
    if condition is True:
        return value
    raise FeelError(
        f"The assertion failed{f': {cause}' if cause else '.'}",
        f"断言不成立{f':{cause}' if cause else '。'}",
        kind="assert",
    )
