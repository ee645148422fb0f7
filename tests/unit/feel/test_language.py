"""What expressions mean: operators, three-valued logic, names, paths, filters, loops, functions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import feel
from engine.feel.values import Range

_CONTEXT = {
    "a": 1,
    "name": "林晓雨",
    "lines": [{"sku": "A1", "quantity": 3}, {"sku": "B2", "quantity": 8}, {"sku": "C3"}],
    "客户": {"等级": "A", "订单 金额": 1200},
}


def _table(text):
    """Pairs of expression and expected FEEL literal, one a line, divided by `=>`."""
    return [tuple(part.strip() for part in line.split("=>")) for line in text.strip().splitlines()]


def _check(expression, expected):
    actual = feel.evaluate(expression, _CONTEXT)

    assert feel.evaluate(expected) == actual
    assert type(feel.evaluate(expected)) is type(actual)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        1 + 2 * 3                 => 7
        (1 + 2) * 3               => 9
        10 / 4                    => 2.5
        2 ** 3 ** 2               => 64
        -2 ** 2                   => 4
        7 - 2 - 1                 => 4
        1/3*3                     => 0.9999999999999999999999999999999999
        0.1 + 0.2                 => 0.3
        1 / 0                     => null
        1E6144 * 10               => null
        9999999999999999999999999999999999 + 1 => 1E34
        "a" + "b"                 => "ab"
        "a" + 1                   => null
        -"a"                      => null
        null + 1                  => null
        1.2e3                     => 1200
        .5 + 1                    => 1.5
    """),
)
def test_arithmetic(expression, expected):
    """Arithmetic follows FEEL's precedence with 34 decimal digits; what has no value is null."""
    _check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        1 = 1.0                   => true
        "a" = "a"                 => true
        1 = "1"                   => null
        1 != "1"                  => null
        null = null               => true
        1 = null                  => false
        null != 1                 => true
        1 < null                  => null
        true < false              => null
        "a" < "b"                 => true
        [1, 2] = [1, 2]           => true
        [1, 2] = [2, 1]           => false
        [1] = 1                   => true
        {a: 1, b: 2} = {b: 2, a: 1} => true
        [1..2] = [1..2]           => true
        [1..2] = [1..2)           => false
        5 between 1 and 5         => true
        5 between null and 6      => null
        9 between null and 6      => false
        @"2026-11-21" > @"2026-11-20" => true
        @"2026-11-21" = @"2026-11-21T00:00:00" => null
        @"2026-11-21T08:00:00+08:00" = @"2026-11-21T00:00:00Z" => true
        @"10:00:00@Asia/Shanghai" < @"10:00:00Z" => true
        @"2026-11-21T08:00:00" = @"2026-11-21T08:00:00+08:00" => true
        @"2026-11-21T08:00:00@Asia/Shanghai" < @"2026-11-21T08:00:01" => true
        @"123456-01-01T08:00:00" = @"123456-01-01T08:00:00Z" => true
        @"P1Y" = @"P12M"          => true
        @"P1D" = @"PT24H"         => true
        @"P1M" = @"P30D"          => null
    """),
)
def test_comparison(expression, expected):
    """Values of different kinds cannot be compared (null); null equals only null."""
    _check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        true and null             => null
        false and null            => false
        null and false            => false
        true or null              => true
        false or null             => null
        null or null              => null
        true and 1                => null
        not(null)                 => null
        not(1 = 2)                => true
        true or false and false   => true
        if null then 1 else 2     => 2
        if "x" then 1 else 2      => 2
        if 1 < 2 then "yes" else "no" => "yes"
    """),
)
def test_logic(expression, expected):
    """`and`, `or` and `not` know three values; `if` takes the second branch unless the condition is true."""
    _check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        name                      => "林晓雨"
        客户.等级                  => "A"
        客户.订单 金额 + 1          => 1201
        missing                   => null
        missing.deeper            => null
        lines.sku                 => ["A1", "B2", "C3"]
        lines.quantity            => [3, 8, null]
        lines[1].sku              => "A1"
        lines[-1].sku             => "C3"
        lines[4]                  => null
        lines[quantity > 5].sku   => ["B2"]
        lines[item.quantity > 5].sku => ["B2"]
        count(lines[quantity != null]) => 2
        [1, 2, 3, 4][item > 2]    => [3, 4]
        [1, 2, 3][a + 1]          => 2
        [{item: 1}, {item: 2}][item > 1] => [{item: 2}]
        "x"[1]                    => "x"
        "x"[true]                 => ["x"]
        null[1]                   => null
        [][1]                     => null
        [][item > 1]              => []
        {a: 1, b: a + 1}.b        => 2
        {"a b": 1, c-d: 2, e: c-d}.e => 2
        {first-name: "x"}.first-name => "x"
        {a: 1, a: 2}              => null
        [1..3].start              => 1
        (1..3].start included     => false
        (>= 5).end                => null
        (< 5).end                 => 5
        [1..null]                 => null
    """),
)
def test_names_paths_and_filters(expression, expected):
    """Paths go into contexts and through lists; filters select by place or by condition."""
    _check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        for i in [1, 2] return i * 2 => [2, 4]
        for i in 3..1 return i    => [3, 2, 1]
        for i in (1..4) return i  => [2, 3]
        for i in [2..1] return i  => null
        for d in @"2026-11-30"..@"2026-12-01" return d.day => [30, 1]
        for i in 1..2, j in i..2 return i * 10 + j => [11, 12, 22]
        for i in 1..4 return if i = 1 then 1 else partial[-1] * i => [1, 2, 6, 24]
        for line in lines return line.sku => ["A1", "B2", "C3"]
        for the line in lines return the line.sku => ["A1", "B2", "C3"]
        for i in null return i    => null
        for i in 1.5..3 return i  => null
        for i in "a".."c" return i => null
        some x in [1, 2] satisfies x > 1 => true
        some x in [] satisfies x > 1 => false
        some x in [1, null] satisfies x > 1 => null
        every x in [1, 2] satisfies x > 0 => true
        every x in [1, null] satisfies x > 0 => null
        every x in [1, null] satisfies x > 1 => false
        some x in [1, 2], y in [2, 3] satisfies x = y => true
        every x in null satisfies true => null
    """),
)
def test_loops(expression, expected):
    """`for` goes through lists, ranges of whole numbers and of dates; `some` and `every` know three values."""
    _check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        (function(x) x + 1)(2)    => 3
        (function(x, y) x - y)(y: 1, x: 5) => 4
        (function(x) x)(1, 2)     => null
        (function(x: number) x)("a") => null
        (function(x: number) x)([7]) => 7
        (function(x: list<number>) x)(7) => [7]
        (function(x: date and time) x.hour)(@"2026-11-21") => 0
        (function(n: string) null)("a") => null
        {twice: function(f, x) f(f(x)), r: twice(function(x) x * 3, 2)}.r => 18
        {n: 5, add: function(x) x + n, r: (function(n) add(n))(100)}.r => 105
        {f: function(self, n) if n = 0 then 1 else n * self(self, n - 1), r: f(f, 20)}.r => 2432902008176640000
        sort([3, 1, 2], function(x, y) x > y) => [3, 2, 1]
        name(1)                   => null
        unknown one(1)            => null
    """),
)
def test_functions(expression, expected):
    """Functions written in FEEL keep where they were written, convert their typed arguments, and may call themselves."""
    _check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        5 in [1..10]              => true
        5 in (5..10]              => false
        5 in ]1..5]               => true
        5 in [1..5[               => false
        5 in (1, 3, 5)            => true
        5 in (< 3, > 4)           => true
        5 in > 4                  => true
        5 in !=5                  => false
        5 in [[1..3], [4..6]]     => true
        5 in [1, 5]               => true
        5 in (? > 4)              => true
        null in [1..10]           => null
        [1, 2] in [[1, 2], [3]]   => true
        [1..2] in [[1..2], [3..4]] => true
        "b" in ["a".."c"]         => true
        1 in null                 => false
        4 + 1 in [1..10]          => true
    """),
)
def test_in(expression, expected):
    """`in` takes values, lists, ranges, comparisons and conditions on `?`."""
    _check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        1 instance of number      => true
        1 instance of string      => false
        1 + 1 instance of number  => null
        -1 instance of number     => true
        null instance of Any      => false
        null instance of Null     => true
        "x" instance of Any       => true
        [1, null] instance of list<number> => true
        [1, "a"] instance of list<number> => false
        [1] instance of list      => true
        [[1]] instance of list<list<number>> => true
        {a: 1, b: "x"} instance of context<a: number> => true
        {b: 1} instance of context<a: number> => false
        {} instance of context    => true
        [1..2] instance of range<number> => true
        ["a".."b"] instance of range<number> => false
        (function(x: number) x) instance of function<number> -> Any => true
        (function(x: number) x) instance of function<string> -> Any => false
        abs instance of function  => true
        @"P1D" instance of days and time duration => true
        @"P1Y" instance of years and months duration => true
        @"P1Y" instance of days and time duration => false
        @"2026-11-21T00:00:00" instance of date and time => true
        @"2026-11-21T00:00:00" instance of date => false
        1 instance of tUnknown    => false
    """),
)
def test_instance_of(expression, expected):
    """`instance of` knows the parts of lists, contexts, ranges and functions; null is an instance of Null only."""
    _check(expression, expected)


def test_comments_and_layout():
    """Comments and line breaks may stand between any two tokens."""
    assert 3 == feel.evaluate("1 // one\n + /* and\n two */ 2")


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        (r'"a\"b"', 'a"b'),
        (r'"a\\b"', "a\\b"),
        (r'"a\nb\tc"', "a\nb\tc"),
        (r'"\u8865"', "补"),
        (r'"\U01F600"', "\U0001f600"),
        (r'"\uD83D\uDE00"', "\U0001f600"),
        (r'"\uD83D"', "\ufffd"),
        (r'"\d+"', "\\d+"),
        ('"两\n行"', "两\n行"),
    ],
)
def test_string_escapes(literal, text):
    """Strings know DMN's escapes; a backslash before anything else stays; half a character is none."""
    assert text == feel.evaluate(literal)


def test_longest_known_name_wins():
    """`a-b` is one name where a variable is called so, known beforehand or met at run time; else a difference."""
    expression = feel.compile("a-b")

    assert 2 == expression({"a": 5, "b": 3})
    assert 9 == expression({"a": 5, "b": 3, "a-b": 9})
    assert 9 == feel.compile("a - b", names=["a-b"])({"a-b": 9})
    assert 1 == feel.evaluate("profit and loss", {"profit and loss": 1, "profit": False})
    assert 7 == feel.evaluate("金额（元） + 甲、乙", {"金额（元）": 3, "甲、乙": 4})


def test_free_names():
    """An expression tells which variables it reads, without those it binds itself and without functions."""
    expression = feel.compile(
        "if 金额 > limit then count(lines[price > x]) else for i in 订单 行 return {k: i, m: k + n}.m + sum(partial)"
    )

    assert {"金额", "limit", "lines", "price", "x", "订单 行", "n"} == expression.names
    assert {"date"} == feel.compile('date + duration("P1D")').names


def test_a_variable_may_bear_the_name_of_a_function():
    """A variable called like a function is read as a variable and does not hide the function where it is called."""
    assert 5 == feel.evaluate("count + count([1, 2])", {"count": 3})


def test_compiled_once():
    """The same text is compiled once."""
    assert feel.compile("a + 1") is feel.compile("a + 1", names=["a"])


def test_plain_python_values_in():
    """`evaluate` takes floats, tuples and nested data; floats by their shortest text."""
    assert Decimal("0.3") == feel.evaluate("a + b", {"a": 0.1, "b": 0.2})
    assert 3 == feel.evaluate("sum(l)", {"l": (1, 2.0)})
    assert feel.evaluate("x", {"x": float("nan")}) is None


def test_ranges_are_values():
    """Ranges and comparisons in parentheses are values."""
    assert Range(1, 5, start_included=True, end_included=False) == feel.evaluate("[1..5)")
    assert Range(None, 5, start_included=False, end_included=True) == feel.evaluate("(<= 5)")


def test_nothing_is_known_of_a_range_without_an_end():
    """A range one end of which is null is null, and so is the question what lies in it."""
    assert feel.evaluate("5 in [1..null]") is None
    assert feel.evaluate("5 in [1..x]") is None
