"""How much one expression may do, and that nothing gets past it."""

from __future__ import annotations

import sys
from contextlib import suppress

import pytest

from engine import feel
from tests.quick import least

_BIG = {
    "numbers": list(range(60_000)),
    "items": [{"a": number, "t": "x" * 50} for number in range(5_000)],
    "text": "ab" * 200_000,
}
#: Doubles a list twenty times by naming it: a million elements in 21 lists.
_DOUBLED = "{l0: [1, 1], " + ", ".join(f"l{n}: [l{n - 1}, l{n - 1}]" for n in range(1, 21)) + "}.l20"


def _limit(expression, context=_BIG):
    with pytest.raises(feel.FeelError) as caught:
        feel.compile(expression)(context)
    assert "limit" == caught.value.kind
    return caught.value


@pytest.mark.parametrize(
    "expression",
    [
        "for i in 1..1000000000 return i",
        "for i in [1..1000000000] return i",
        "for i in 1..1000000000, j in [] return i",
        "for i in numbers return list contains(numbers, -i)",
        "some i in numbers satisfies some j in numbers satisfies i + j < 0",
        "every i in 1..1E30 satisfies i > 0",
        "numbers[item > 0]",
        "sort(numbers, function(x, y) x > y)",
        "{f: function(self, n) if n = 0 then 1 else self(self, n - 1) + self(self, n - 1), r: f(f, 40)}.r",
        _DOUBLED.replace("}.l20", ", r: l20 = l20}.r"),
        "string(" + _DOUBLED + ")",
        'for i in 1..3000 return matches(text, "(a|b)*c")',
        'extract(text, "a.*z|a")',
    ],
)
def test_ten_thousand_steps(expression):
    """An evaluation ends after 10,000 steps, whatever takes them."""
    assert _limit(expression)


@pytest.mark.parametrize(
    "expression",
    [
        _DOUBLED,
        "union(numbers, numbers)",
        "for i in 1..100 return text",
        "{a: text, b: a + a, c: b + b}.c",
        "for i in 1..900 return partial",
        "flatten([numbers, numbers])",
        f"flatten({_DOUBLED})",
    ],
)
def test_a_megabyte_of_values(expression):
    """An evaluation makes at most 1 MB of values, also by repeating what it has."""
    assert _limit(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 500 + "1" + ")" * 500,
        "[" * 300 + "]" * 300,
        "-" * 500 + "1",
        "a" + ".a" * 500,
        "a" + "[1]" * 300,
        "1" + " in 1" * 200,
        "not(" * 200 + "true" + ")" * 200,
        "{a: " * 200 + "1" + "}" * 200,
        "if true then " * 100 + "1" + " else 2" * 100,
        "1 instance of " + "list<" * 200 + "Any" + ">" * 200,
        "{f: function() f(), r: f()}.r",
        "{f: function(self, n) 1 + self(self, n + 1), r: f(f, 0)}.r",
    ],
)
def test_nesting(expression):
    """What is nested too deeply is refused, in the text as in calls."""
    with pytest.raises(feel.FeelError):
        feel.evaluate(expression)


@pytest.mark.parametrize("chain", ["1" + " + 1" * 450, "true" + " and true" * 200, "1" + " * 1" * 450])
def test_long_chains_are_not_deep(chain):
    """A long sum or a long list of conditions is no nesting."""
    assert feel.evaluate(chain) is not None


def test_length():
    """An expression has at most 2,000 characters."""
    assert "a" * 2000 == feel.compile("a" * 2000).source
    assert "2,000" in _limit("a" * 2001).en


def test_a_shallow_stack_is_enough():
    """Where little of Python's stack is left, a FeelError says so; no RecursionError escapes."""
    expression = "(" * 50 + "1" + ")" * 50

    def deeper(levels):
        return deeper(levels - 1) if levels else feel.compile(expression + " + 0")({})

    with pytest.raises(feel.FeelError):
        deeper(sys.getrecursionlimit() - 200)
    assert 1 == feel.evaluate(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "]1.." * 200 + "1" + "[" * 200,
        "[1.." * 50 + "5" + "[" * 50,
        "(1 in " * 60 + "1" + ")" * 60,
        "a-" * 900 + "b",
        '"' + "\\\\" * 900,
        "/*" * 900,
        "a b " * 480,
        "1E6000 ** 1E6000",
        "1.0000000001 ** 1E30",
        "modulo(1E6000, 1E-6000)",
        "decimal(1E-6000, 6000) + round up(1E6000, -6000)",
        "exp(1E6000)",
        'string(@"P999999999999Y" * 1000)',
        '@"P999999999D" * 1E6000',
        "substring(text, 1, 1E6000)",
        "distinct values(items)",
        "sort(numbers)",
        "stddev(numbers)",
        "items = items",
    ],
)
def test_nothing_takes_long(expression):
    """Hostile texts and numbers, and large values, are answered or refused in a moment."""

    def ask():
        with suppress(feel.FeelError):
            feel.compile(expression)(_BIG)

    assert least(ask, 1) < 1


def test_ordinary_lists_fit():
    """A filter, a loop and a sort over a few hundred lines stay far within the limits."""
    lines = [{"sku": str(number), "price": number * 1.5, "quantity": number % 7} for number in range(500)]

    total = feel.evaluate(
        "sum(for line in lines[quantity > 0] return line.price * line.quantity)", {"lines": lines}
    )

    assert sum(line["price"] * line["quantity"] for line in lines) == total
