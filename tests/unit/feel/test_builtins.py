"""What each built-in function gives."""

from __future__ import annotations

import pytest

from engine import feel


def _table(text):
    return [tuple(part.strip() for part in line.split("=>")) for line in text.strip().splitlines()]


def _check(expression, expected):
    actual = feel.evaluate(expression)

    assert feel.evaluate(expected) == actual
    assert type(feel.evaluate(expected)) is type(actual)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table(r"""
        substring("补货订单", 3) => "订单"
        substring("foobar", -2, 1) => "a"
        substring("foobar", 0) => null
        substring(string: "foobar", start position: 3, length: 2) => "ob"
        string length("补货\U01F600") => 3
        upper case("aBc") => "ABC"
        upper case(["aBc"]) => "ABC"
        lower case("ABC") => "abc"
        substring before("foobar", "bar") => "foo"
        substring before("foobar", "xyz") => ""
        substring before("foobar", "") => ""
        substring after("foobar", "o") => "obar"
        substring after("foobar", "xyz") => ""
        contains("foobar", "ob") => true
        contains("foobar", null) => null
        starts with("foobar", "foo") => true
        ends with("foobar", "foo") => false
        string join(["a", null, "b"], "-") => "a-b"
        string join(["a", "b"], ", ", "[", "]") => "[a, b]"
        string join([1, 2]) => null
        trim("  a ") => "a"
        is blank(" ") => true
        to base64("补") => "6KGl"
        string(1.10) => "1.1"
        string("a") => "a"
        string(null) => null
        string([1, "a\"b", null, {x: @"P1D"}]) => "[1, \"a\\\"b\", null, {x: P1D}]"
        string(1E3) => "1000"
        string([1..2)) => "[1..2)"
    """),
)
def test_strings(expression, expected):
    """Functions on strings count characters from 1 and take named arguments."""
    _check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table(r"""
        matches("foobar", "^fo*b") => true
        matches("FOO", "foo", "i") => true
        matches("a.b", "a.b", "q") => true
        matches("axb", "a.b", "q") => false
        matches("helloworld", "hello world", "x") => true
        matches("a\nb", "a.b", "s") => true
        matches("a\nb", "^b", "m") => true
        matches("foo", "foo", "z") => null
        matches("abab", "(ab)\\1") => null
        matches("ab", "a(?=b)") => null
        matches("ab", "(?i)AB") => null
        matches("ab", "[a-z-[b]]") => null
        matches("é", "\\w") => true
        matches("٣", "\\d") => true
        matches("a", "\\p{Lu}") => false
        matches("a", "[") => null
        matches("a{2", "a{2") => null
        matches("aa", "^a{2}$") => true
        matches("a]", "a]") => null
        replace("banana", "a", "o") => "bonono"
        replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") => "[1=ab][2=]cd"
        replace("10", "(\\d)(\\d)", "$2$1") => "01"
        replace("abc", "b", "\\$") => "a$c"
        replace("abc", "b", "$") => null
        replace("abc", "x*", "-") => null
        replace("a.c", ".", "$1", "q") => "a$1c"
        replace("补货单", "货", "[$0]") => "补[货]单"
        split("John Doe", "\\s") => ["John", "Doe"]
        split("a;b;c;;", ";") => ["a", "b", "c", "", ""]
        split("abc", "") => null
        extract("1234, 1256, 1378", "12[0-9]*") => ["1234", "1256"]
    """),
)
def test_patterns(expression, expected):
    """Patterns are XPath's as far as they can be run in linear time; the rest is null."""
    _check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        list contains([1, null], null) => true
        count([]) => 0
        count(7) => 1
        is empty([]) => true
        min(1, 2, 3) => 1
        max(["a", "c", "b"]) => "c"
        max([]) => null
        min([1, "a"]) => null
        min(@"2026-11-21", @"2026-11-20") => @"2026-11-20"
        sum([1, 2.5]) => 3.5
        sum(@"P1D", @"PT1H") => @"P1DT1H"
        sum([]) => null
        mean([1, 2, 4]) => 2.333333333333333333333333333333333
        mean(1, 2) => 1.5
        product([2, 3, 4]) => 24
        median([6, 1, 2, 3]) => 2.5
        median(8, 2, 5) => 5
        stddev(2, 4, 7, 5) => 2.081665999466132735282297706979931
        stddev([1]) => null
        mode([6, 1, 9, 6, 1]) => [1, 6]
        mode([]) => []
        all([true, null]) => null
        all([false, null]) => false
        all([]) => true
        any([true, null]) => true
        any([]) => false
        sublist([1, 2, 3], 2) => [2, 3]
        sublist([1, 2, 3], -2, 1) => [2]
        sublist([1, 2, 3], 4) => null
        append([1], 2, [3]) => [1, 2, [3]]
        concatenate([1], [2, 3], 4) => [1, 2, 3, 4]
        insert before([1, 3], 2, 2) => [1, 2, 3]
        insert before([1, 2], 3, 3) => [1, 2, 3]
        insert before([1], 3, 2) => null
        remove([1, 2, 3], -1) => [1, 2]
        list replace([1, 2, 3], 2, 9) => [1, 9, 3]
        list replace([1, 2, 3], function(item, newItem) item > newItem, 2) => [1, 2, 2]
        list replace([1], function(item, newItem) null, 2) => null
        reverse([1, 2]) => [2, 1]
        index of([1, 2, 1, null], 1) => [1, 3]
        index of([1, null], null) => [2]
        union([1, 2], [2, 3]) => [1, 2, 3]
        distinct values([1, 1.0, "1", [1], [1], {a: 1}, {a: 1}, null, null]) => [1, "1", [1], {a: 1}, null]
        duplicate values([1, 2, 1, 3, 2]) => [1, 2]
        flatten([1, [2, [3, []]]]) => [1, 2, 3]
        partition([1, 2, 3], 2) => [[1, 2], [3]]
        partition([1], 0) => null
        sort([2, 3, 1]) => [1, 2, 3]
        sort([1, "a"]) => null
        sort(list: [1, 2], precedes: function(x, y) x > y) => [2, 1]
    """),
)
def test_lists(expression, expected):
    """Functions on lists take single values for lists of one and leave their arguments as they are."""
    _check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        decimal(2.5, 0) => 2
        decimal(1/3, 2) => 0.33
        decimal(1234, -2) => 1200
        floor(-1.5) => -2
        floor(-1.56, 1) => -1.6
        ceiling(1.5) => 2
        ceiling(-0.5) => 0
        round up(5.5, 0) => 6
        round up(-1.121, 2) => -1.13
        round up(1, -3) => 1000
        round down(-5.9, 0) => -5
        round half up(5.5, 0) => 6
        round half up(-1.126, 2) => -1.13
        round half down(5.5, 0) => 5
        round half up(5.5, 6177) => null
        abs(-10) => 10
        abs(@"-P1D") => @"P1D"
        abs(@"-P1Y") => @"P1Y"
        modulo(12, 5) => 2
        modulo(-12, 5) => 3
        modulo(12, -5) => -3
        modulo(10.1, 4.5) => 1.1
        modulo(1, 0) => null
        sqrt(16) => 4
        sqrt(-1) => null
        log(1) => 0
        log(0) => null
        exp(0) => 1
        exp(1E10) => null
        odd(5) => true
        even(-2) => true
        odd(1.5) => null
        number("1,000.5", ",", ".") => 1000.5
        number("1.000,5", ".", ",") => 1000.5
        number("1 000", " ", null) => 1000
        number("12x") => null
        number("1", ".", ".") => null
        number("-1E2") => -100
    """),
)
def test_numbers(expression, expected):
    """Functions on numbers round as their name says and give null where there is no number."""
    _check(expression, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        get value({a: 1}, "a") => 1
        get value({a: {b: 1}}, ["a", "b"]) => 1
        get value({a: 1}, ["a", "b"]) => null
        get value({a: 1}, []) => null
        get entries({a: 1, b: 2}) => [{key: "a", value: 1}, {key: "b", value: 2}]
        context([{key: "a", value: 1}]) => {a: 1}
        context(get entries({a: 1, b: 2})) => {a: 1, b: 2}
        context([{key: "a"}]) => null
        context put({a: 1}, "b", 2) => {a: 1, b: 2}
        context put({a: {b: 1}}, ["a", "c"], 2) => {a: {b: 1, c: 2}}
        context put({}, ["a", "b"], 1) => null
        context put({a: 1}, ["a", "b"], 1) => null
        context put({a: 1}, [], 1) => null
        context merge([{a: 1, b: 1}, {b: 2}]) => {a: 1, b: 2}
        context merge([{a: 1}, 2]) => null
        is(1, 1.0) => true
        is(1, "1") => false
        is(@"10:00:00Z", @"10:00:00") => false
        is(@"10:00:00Z", time("10:00:00+00:00")) => true
        is(null, null) => true
        is defined(null) => false
        get or else(null, 1) => 1
        get or else(false, 1) => false
        assert(1, true) => 1
    """),
)
def test_contexts_and_null(expression, expected):
    """Functions on contexts make new ones; what cannot be is null."""
    _check(expression, expected)


def test_a_failed_assert_says_why():
    """`assert` stops the evaluation with its cause."""
    with pytest.raises(feel.FeelError, match="no stock") as caught:
        feel.evaluate('assert(x, x > 0, "no stock")', {"x": 0})

    assert "assert" == caught.value.kind


#: Pairs of points and ranges and which of the relations hold between them.
_RELATIONS = {
    ("1", "10"): {"before"},
    ("10", "1"): {"after"},
    ("1", "[1..10]"): {"starts", "during"},
    ("1", "(1..10]"): {"before"},
    ("10", "[1..10]"): {"finishes", "during"},
    ("5", "5"): {"coincides"},
    ("[1..5]", "[6..10]"): {"before"},
    ("[1..5)", "[5..10]"): {"before"},
    ("[1..5]", "[5..10]"): {"meets", "overlaps", "overlaps before"},
    ("[5..10]", "[1..5]"): {"met by", "overlaps", "overlaps after"},
    ("[1..5]", "[3..8]"): {"overlaps", "overlaps before"},
    ("[3..8]", "[1..5]"): {"overlaps", "overlaps after"},
    ("[1..10]", "[3..8]"): {"overlaps", "includes"},
    ("[3..8]", "[1..10]"): {"overlaps", "during"},
    ("[1..5]", "[1..5]"): {
        *("overlaps", "coincides", "includes", "during", "starts", "started by", "finishes", "finished by"),
    },
    ("[1..5]", "[1..10]"): {"overlaps", "starts", "during"},
    ("[5..10]", "[1..10]"): {"overlaps", "overlaps after", "finishes", "during"},
    ("[1..10]", "1"): {"started by", "includes"},
    ("(<= 5)", "[3..8]"): {"overlaps", "overlaps before"},
    ("(> 5)", "[3..5]"): {"after"},
}
_NAMES = (
    *("before", "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after", "finishes"),
    *("finished by", "includes", "during", "starts", "started by", "coincides"),
)


@pytest.mark.parametrize(("one", "other"), list(_RELATIONS))
def test_relations_of_ranges(one, other):
    """Exactly the relations hold that DMN's table names for two points or ranges."""
    holding = {name for name in _NAMES if feel.evaluate(f"{name}({one}, {other})") is True}

    assert _RELATIONS[one, other] == holding


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[18..21)", "[18..21)"),
        ("(..2)", "(< 2)"),
        ("[2..)", "(>= 2)"),
        ("[2..]", "null"),
        ("[..2]", "null"),
        ("(..)", "null"),
        ("[2..1]", "null"),
        ("[1..abs(2)]", "null"),
        ('[\\"a\\"..\\"c\\"]', '["a".."c"]'),
        ('[@\\"2026-11-21\\"..date(\\"2026-11-30\\")]', '[@"2026-11-21"..@"2026-11-30"]'),
        ("1..2", "null"),
        ('[1..\\"a\\"]', "null"),
    ],
)
def test_range_from_text(text, expected):
    """`range` reads literals only; an open side has a round bracket."""
    assert feel.evaluate(expected) == feel.evaluate(f'range("{text}")')


def test_wrong_calls_are_null():
    """Too many, too few, unknown or twice named arguments give null."""
    for call in (
        "abs()",
        "abs(1, 2)",
        "abs(m: 1)",
        "abs(n: 1, n: 2)",
        'substring("a")',
        "not(1)",
        "now(1)",
        "sum()",
    ):
        assert feel.evaluate(call) is None, call
