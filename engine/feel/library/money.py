"""Amounts of money in words of the company."""

from __future__ import annotations

from engine.feel.functions import function
from engine.feel.limits import Run
from engine.feel.numbers import Number
from engine.money import is_amount, yuan


@function(
    "money(n: number)",
    "the amount in yuan as people read it, with two decimals",
    "人民币金额的写法，两位小数",
)
def money(run: Run, n: Number) -> str | None:
    """For texts and subjects; nothing is computed with it."""
    return yuan(n) if is_amount(n) else None
