"""What one evaluation costs."""

from __future__ import annotations

from timeit import repeat

import pytest

from engine import feel


def microseconds(expression, context, *, rounds=15, calls=1000):
    """The least time one evaluation took, in µs; least, because a busy machine only adds."""
    compiled = feel.compile(expression)
    return min(repeat(lambda: compiled(context), number=calls, repeat=rounds)) / calls * 1e6


@pytest.mark.parametrize(
    ("expression", "context"),
    [
        ("amount > 1000", {"amount": 1200}),
        ('status = "open"', {"status": "open"}),
        ("金额 >= 500", {"金额": 499}),
    ],
)
def test_a_simple_comparison(expression, context):
    """A simple comparison takes at most 3 µs, for it stands on every flow of a gateway."""
    assert microseconds(expression, context) <= 3


def test_reading_is_paid_once():
    """Asking for a text again takes a fraction of reading it."""
    source = 'if class = "A" and amount >= 500 then "rush" else string join(["a", "b"], ", ")'

    assert min(repeat(lambda: feel.compile(source), number=1000, repeat=5)) / 1000 * 1e6 <= 10
