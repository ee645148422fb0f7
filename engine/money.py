"""Amounts of money as people read them, the same on pages, in forms, on slips and in notices."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")
_MOST = 10**20

#: What variables, fields and facts are called that hold an amount.
AMOUNTS = frozenset(
    {
        "amount",
        "amount_due",
        "amount_received",
        "asked_price",
        "balance",
        "balance_due",
        "claim_amount",
        "deposit",
        "deposit_received",
        "difference",
        "freight",
        "freight_amount",
        "freight_cost",
        "goodwill_amount",
        "last_price",
        "list_price",
        "made_total",
        "missing_amount",
        "parcel_freight",
        "payable",
        "price",
        "rate",
        "refund_amount",
        "refund_limit",
        "rule_price",
        "small_amount",
        "total",
        "unit_price",
        "value",
        "wrong_value",
    }
)


def yuan(amount: Decimal | float | str) -> str:
    """`¥5,550.00`: thousands apart, two decimals, halves of a cent up; `-¥20.00` for what is owed back.

    Raises decimal.InvalidOperation for what is no ordinary number.
    """
    exact = Decimal(str(amount)).quantize(_CENT, ROUND_HALF_UP)
    return f"{'-' if exact < 0 else ''}¥{abs(exact):,.2f}"


def is_amount(value: object) -> bool:
    """Whether `value` is a number that can be written as money."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return -_MOST < value < _MOST if value == value else False  # noqa: PLR0124 (nothing equals not-a-number)
