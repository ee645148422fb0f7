"""FEEL's numbers: 34 decimal digits as IEEE 754-2008 decimal128; beyond its range there is no number (null).

Whole numbers are `int` while they have at most 34 digits, all others `Decimal`; both compare and hash alike.
"""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import TypeAlias

Number: TypeAlias = "int | Decimal"

DIGITS = 34
_WHOLE_LIMIT = 10**DIGITS
EXPONENT_LIMIT = 6_144
#: The places of the last digit that decimal128 can have: 10^6111 and 10^-6176.
HIGHEST_PLACE = EXPONENT_LIMIT - DIGITS + 1
LOWEST_PLACE = EXPONENT_LIMIT + DIGITS - 2

#: Raises decimal.DecimalException (an ArithmeticError) where FEEL has no number.
ARITHMETIC = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-EXPONENT_LIMIT + 1,
    Emax=EXPONENT_LIMIT,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
#: For steps between that must not round: twice the digits.
WIDE = Context(
    prec=2 * DIGITS + 4,
    rounding=ROUND_HALF_EVEN,
    Emin=-2 * EXPONENT_LIMIT,
    Emax=2 * EXPONENT_LIMIT,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)

HALF_EVEN, HALF_UP, HALF_DOWN = ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_HALF_DOWN
UP, DOWN, FLOOR, CEILING = ROUND_UP, ROUND_DOWN, ROUND_FLOOR, ROUND_CEILING


def number(value: Number | float) -> Number:
    """`value` as FEEL holds it: rounded to 34 digits, whole numbers as int; ArithmeticError for what is none."""
    if type(value) is int and -_WHOLE_LIMIT < value < _WHOLE_LIMIT:
        return value
    if isinstance(value, float):
        return whole(ARITHMETIC.create_decimal(repr(value)))
    return whole(ARITHMETIC.create_decimal(value))


def whole(value: Decimal) -> Number:
    """The same number, as int when it has no fraction and at most 34 digits."""
    if value.adjusted() < DIGITS:
        short = int(value)
        if short == value:
            return short
    if not value.is_finite():
        raise InvalidOperation
    return value


def read_number(text: str) -> Number | None:
    """The number `text` writes in FEEL's form, or None when it is beyond decimal128."""
    try:
        return number(ARITHMETIC.create_decimal(text))
    except ArithmeticError:
        return None


def write_number(value: Number) -> str:
    """The number in digits, without exponent and without zeros at its end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def add(left: Number, right: Number) -> Number:
    """left + right."""
    if type(left) is int and type(right) is int:
        return number(left + right)
    return whole(ARITHMETIC.add(left, right))


def subtract(left: Number, right: Number) -> Number:
    """left - right."""
    if type(left) is int and type(right) is int:
        return number(left - right)
    return whole(ARITHMETIC.subtract(left, right))


def multiply(left: Number, right: Number) -> Number:
    """left * right."""
    if type(left) is int and type(right) is int:
        return number(left * right)
    return whole(ARITHMETIC.multiply(left, right))


def divide(left: Number, right: Number) -> Number:
    """left / right; ArithmeticError for a division by zero."""
    return whole(ARITHMETIC.divide(left, right))


def power(left: Number, right: Number) -> Number:
    """left ** right; zero to the zero is one."""
    if right == 0:
        return 1
    return whole(ARITHMETIC.power(left, right))


def modulo(left: Number, right: Number) -> Number:
    """left - right * floor(left / right), which has the divisor's sign; ArithmeticError when the divisor is zero."""
    if type(left) is int and type(right) is int:
        return left % right
    remainder = WIDE.remainder(Decimal(left), Decimal(right))
    if remainder and (remainder < 0) != (right < 0):
        remainder = WIDE.add(remainder, right)
    return number(ARITHMETIC.plus(remainder))


def rounded(value: Number, scale: int, mode: str) -> Number:
    """`value` with `scale` digits after the point (negative: zeros before it)."""
    exact = Decimal(value)
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= scale:
        return value
    if exact.adjusted() < -scale - 1:
        return _below_unit(exact, scale, mode)
    return number(exact.quantize(Decimal((0, (1,), -scale)), rounding=mode, context=WIDE))


def _below_unit(value: Decimal, scale: int, mode: str) -> Number:
    """Rounding of a number smaller than a tenth of the last digit asked for, without writing its zeros."""
    away = mode == UP or (mode == CEILING and value > 0) or (mode == FLOOR and value < 0)
    if not away or not value:
        return 0
    return number(Decimal((int(value < 0), (1,), -scale)))
