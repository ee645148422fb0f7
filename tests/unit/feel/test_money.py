"""money(): amounts in words of the company."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import feel
from engine.money import is_amount, yuan


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("5550", "¥5,550.00"),
        ("0", "¥0.00"),
        ("0.125", "¥0.13"),
        ("1234567.8", "¥1,234,567.80"),
        ("-20", "-¥20.00"),
        ("-0.001", "¥0.00"),
    ],
)
def test_an_amount_is_written_once_and_for_all(amount, written):
    """Two decimals, thousands apart, halves of a cent up, the sign before the yuan."""
    assert written == feel.evaluate(f"money({amount})")


@pytest.mark.parametrize("strange", ["null", '"5550"', "true", "[1, 2]", "10**30"])
def test_what_is_no_amount_is_null(strange):
    """As with every function of the language."""
    assert feel.evaluate(f"money({strange})") is None


def test_only_ordinary_numbers_are_amounts():
    """Truth values, texts, infinities and what is not a number are none."""
    strange = (True, "12", None, Decimal("NaN"), Decimal("Infinity"), float("nan"), 10**20)

    assert [False] * len(strange) == [is_amount(value) for value in strange]
    assert (True, "¥12.50") == (is_amount(Decimal("12.5")), yuan(12.5))
