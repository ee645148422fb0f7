"""Functions on numbers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from engine.feel import numbers
from engine.feel.functions import function
from engine.feel.kinds import Value, YearMonths, kind
from engine.feel.limits import Run
from engine.feel.numbers import Number


def _scale(value: Number) -> int:
    """A scale is a whole number; a fraction of it is dropped. ValueError where decimal128 has no such place."""
    scale = int(value)
    if not -numbers.HIGHEST_PLACE <= scale <= numbers.LOWEST_PLACE:
        raise ValueError(scale)
    return scale


@function(
    "decimal(n: number, scale: number)",
    "rounded to a number of decimals, halves to the even neighbour",
    "按小数位数四舍六入五成双",
)
def decimal(run: Run, n: Number, scale: Number) -> Number:
    """Rounded half even."""
    return numbers.rounded(n, _scale(scale), numbers.HALF_EVEN)


@function("floor(n: number, scale?: number)", "rounded towards minus infinity", "向下取整")
def floor(run: Run, n: Number, scale: Number | None = None) -> Number:
    """The next below."""
    return numbers.rounded(n, _scale(scale or 0), numbers.FLOOR)


@function("ceiling(n: number, scale?: number)", "rounded towards plus infinity", "向上取整")
def ceiling(run: Run, n: Number, scale: Number | None = None) -> Number:
    """The next above."""
    return numbers.rounded(n, _scale(scale or 0), numbers.CEILING)


@function("round up(n: number, scale: number)", "rounded away from zero", "远离零舍入")
def round_up(run: Run, n: Number, scale: Number) -> Number:
    """Away from zero."""
    return numbers.rounded(n, _scale(scale), numbers.UP)


@function("round down(n: number, scale: number)", "rounded towards zero", "向零舍入（截断）")
def round_down(run: Run, n: Number, scale: Number) -> Number:
    """Towards zero."""
    return numbers.rounded(n, _scale(scale), numbers.DOWN)


@function("round half up(n: number, scale: number)", "rounded, halves away from zero", "四舍五入")
def round_half_up(run: Run, n: Number, scale: Number) -> Number:
    """Halves away from zero."""
    return numbers.rounded(n, _scale(scale), numbers.HALF_UP)


@function("round half down(n: number, scale: number)", "rounded, halves towards zero", "五舍六入")
def round_half_down(run: Run, n: Number, scale: Number) -> Number:
    """Halves towards zero."""
    return numbers.rounded(n, _scale(scale), numbers.HALF_DOWN)


@function(
    "abs(n: number|days and time duration|years and months duration)",
    "without its sign; durations too",
    "绝对值，也可用于时长",
)
def absolute(run: Run, value: Value) -> Value:
    """The size."""
    if kind(value) == "years and months duration":
        return YearMonths(abs(value.months))
    return abs(value) if isinstance(value, timedelta) else numbers.number(abs(value))


@function(
    "modulo(dividend: number, divisor: number)", "the remainder, with the divisor's sign", "取模，符号同除数"
)
def modulo(run: Run, dividend: Number, divisor: Number) -> Number:
    """dividend - divisor * floor(dividend / divisor)."""
    return numbers.modulo(dividend, divisor)


@function("sqrt(number: number)", "the square root; null for a negative number", "平方根，负数为 null")
def sqrt(run: Run, value: Number) -> Number:
    """The root."""
    return numbers.whole(numbers.ARITHMETIC.sqrt(Decimal(value)))


@function("log(number: number)", "the natural logarithm; null for zero and below", "自然对数")
def log(run: Run, value: Number) -> Number:
    """To the base e; ValueError where there is none."""
    if value <= 0:
        raise ValueError(value)
    return numbers.whole(numbers.ARITHMETIC.ln(Decimal(value)))


@function("exp(number: number)", "e to this power", "e 的幂")
def exp(run: Run, value: Number) -> Number:
    """The exponential."""
    return numbers.whole(numbers.ARITHMETIC.exp(Decimal(value)))


@function("odd(number: number)", "whether it is an odd whole number", "是否为奇数")
def odd(run: Run, value: Number) -> bool | None:
    """Odd; null for a fraction."""
    return None if value != int(value) else bool(int(value) % 2)


@function("even(number: number)", "whether it is an even whole number", "是否为偶数")
def even(run: Run, value: Number) -> bool | None:
    """Even; null for a fraction."""
    return None if value != int(value) else not int(value) % 2
