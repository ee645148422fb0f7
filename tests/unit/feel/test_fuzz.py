"""Whatever is typed and whatever it meets: FEEL answers with a value or a FeelError, within its limits."""

from __future__ import annotations

import json
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel.functions import TABLE
from engine.feel.values import from_json, from_plain, to_json, to_plain

NUMBERS = st.sampled_from(
    [
        "0",
        "1",
        "-1",
        "2.5",
        "0.1",
        "7",
        "100",
        "1E40",
        "1E6000",
        "-1E-6000",
        "9999999999999999999999999999999999",
    ]
)
TEXTS = st.sampled_from(
    ['""', '"a"', '"补货"', '"1,000.5"', '"[1..5)"', '"P1D"', '"2026-11-21"', '"(a*)*b"', '"\\uD83D"']
)
TEMPORAL = st.sampled_from(
    [
        '@"2026-11-21"', '@"-5000-01-31"', '@"999999999-12-31"', '@"10:30:00"', '@"10:30:00.123456789+08:00"',
        '@"10:30:00@Asia/Shanghai"', '@"2026-11-21T10:30:00"', '@"9999-12-31T23:59:59@Asia/Shanghai"',
        '@"0001-01-01T00:00:00Z"', '@"123456-01-01T00:00:00@Asia/Shanghai"', '@"P1D"', '@"-P999999999D"',
        '@"PT0.000001S"', '@"P1Y2M"', '@"P999999999999Y"',
    ]
)  # fmt: skip
NAMES = st.sampled_from(["a", "b", "l", "c", "客户", "订单 金额", "item", "x", "missing", "?", "partial"])
ATOMS = st.one_of(NUMBERS, TEXTS, TEMPORAL, NAMES, st.sampled_from(["true", "false", "null", "[]", "{}"]))
OPERATORS = st.sampled_from(
    ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", " and ", " or ", " in "]
)
PROPERTIES = st.sampled_from(
    ["a", "year", "day", "hour", "time offset", "timezone", "days", "seconds", "start", "end included"]
)
TYPES = st.sampled_from(
    ["number", "list<number>", "context<a: string>", "range<number>", "function<>->Any", "date and time"]
)

#: Values of variables, of every kind an instance may hold.
CONTEXT = {
    "a": 3,
    "b": "text",
    "l": [1, 2, None, "x", {"a": 1, "客户": "B"}],
    "c": {"a": 1, "inner": {"a": [1, 2]}},
    "客户": "A",
    "订单 金额": 1200.5,
}


def _compound(inner):
    calls = st.builds(
        lambda name, arguments: f"{name}({', '.join(arguments)})",
        st.sampled_from(sorted(TABLE)),
        st.lists(inner, max_size=4),
    )
    return st.one_of(
        calls,
        st.builds(lambda x, o, y: f"{x}{o}{y}", inner, OPERATORS, inner),
        st.builds(lambda x: f"({x})", inner),
        st.builds(lambda x: f"-{x}", inner),
        st.builds(lambda x, p: f"({x}).{p}", inner, PROPERTIES),
        st.builds(lambda x, y: f"({x})[{y}]", inner, inner),
        st.builds(lambda xs: f"[{', '.join(xs)}]", st.lists(inner, max_size=4)),
        st.builds(lambda x, y: f"{{a: {x}, 'b c': {y}}}".replace("'", '"'), inner, inner),
        st.builds(
            lambda x, y, s, e: f"{s}{x}..{y}{e}", inner, inner, st.sampled_from("[("), st.sampled_from("])")
        ),
        st.builds(lambda x, y, z: f"if {x} then {y} else {z}", inner, inner, inner),
        st.builds(lambda x, y: f"for x in {x} return {y}", inner, inner),
        st.builds(lambda x, y, z: f"for x in {x}..{y} return {z}", inner, inner, inner),
        st.builds(
            lambda q, x, y: f"{q} x in {x} satisfies {y}", st.sampled_from(["some", "every"]), inner, inner
        ),
        st.builds(lambda x, y, z: f"{x} between {y} and {z}", inner, inner, inner),
        st.builds(lambda x, t: f"({x}) instance of {t}", inner, TYPES),
        st.builds(lambda x, y: f"(function(x) {x})({y})", inner, inner),
        st.builds(lambda x, y: f"sort({x}, function(x, y) {y})", inner, inner),
    )


EXPRESSIONS = st.recursive(ATOMS, _compound, max_leaves=12)
#: Anything that can be typed, with FEEL's own signs and words more often than others.
SCRIBBLE = st.lists(
    st.one_of(
        st.sampled_from(
            ["(", ")", "[", "]", "{", "}", ",", ".", "..", ":", '"', "@", "?", "-", "*", "**", "<", "=", "/*", "//", "\\",
             "if ", "then ", "else ", "for ", "in ", "return ", "not(", "function(", "instance of ", "between ", "external",
             " and ", "date and time(", "1", "1e9", "a", "订单 金额", "list<", ">", "->", ","]
        ),
        st.text(max_size=3),
    ),
    max_size=40,
).map("".join)  # fmt: skip

_FUZZ = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def _refusal(read, text):
    """The FeelError of reading `text`, or None."""
    try:
        read(text)
    except feel.FeelError as error:
        return error
    return None


@_FUZZ
@given(EXPRESSIONS)
def test_nothing_but_feel_errors(expression):
    """An expression of any shape over values of any kind gives a value or a FeelError, never another exception."""
    with suppress(feel.FeelError):
        to_plain(feel.evaluate(expression, CONTEXT))


@_FUZZ
@given(SCRIBBLE)
def test_nonsense_is_refused_with_its_place(text):
    """Nonsense is refused with line, column and position inside the text, as expression and as a table's cell."""
    errors = [error for read in (feel.compile, feel.compile_unary) if (error := _refusal(read, text))]

    for error in errors:
        assert error.kind == "limit" or 0 <= error.position <= len(text)
        assert error.kind == "limit" or error.line >= 1 <= error.column


@_FUZZ
@given(EXPRESSIONS)
def test_any_cell_holds_or_not(expression):
    """A cell of any shape holds or does not hold."""
    try:
        held = feel.compile_unary(expression)(5, from_plain(CONTEXT))
    except feel.FeelError:
        return

    assert isinstance(held, bool)


@_FUZZ
@given(EXPRESSIONS)
def test_any_value_comes_back_from_json(expression):
    """Whatever an expression gives, if it can be stored it comes back equal and of the same kind."""
    try:
        value = feel.evaluate(expression, CONTEXT)
        stored = to_json(value)
    except feel.FeelError:
        return

    back = from_json(json.loads(json.dumps(stored)))

    assert value == back
    assert stored == to_json(back)


@_FUZZ
@given(EXPRESSIONS)
def test_evaluation_changes_nothing(expression):
    """An evaluation leaves its variables as they were and gives the same value again."""
    variables = from_plain(CONTEXT)
    before = json.dumps(to_json(variables))
    clock = "now(" in expression or "today(" in expression or "now" in expression

    def outcome():
        try:
            return to_plain(feel.compile(expression, names=variables)(variables))
        except feel.FeelError as error:
            return error.en

    first = outcome()

    assert clock or first == outcome()
    assert before == json.dumps(to_json(variables))
