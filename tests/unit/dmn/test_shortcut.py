"""Shortcuts say exactly what FEEL says."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn.shortcut import shortcut
from engine.feel import compile_unary

NUMBERS = st.one_of(st.integers(-30, 30), st.decimals(-30, 30, places=1).filter(Decimal.is_finite))
NUMERALS = NUMBERS.map(str)
WORDS = st.sampled_from(["a", "b", "缺货", "", "a b", "not"])
QUOTED = st.lists(WORDS.map(lambda word: f'"{word}"'), min_size=1, max_size=3).map(", ".join)
CONDITIONS = st.one_of(
    st.sampled_from(["true", "false"]),
    QUOTED,
    QUOTED.map(lambda words: f"not({words})"),
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", "> ", ""]), NUMERALS).map("".join),
    st.tuples(st.sampled_from("[(]"), NUMERALS, st.just(".."), NUMERALS, st.sampled_from("])[")).map("".join),
)


@settings(deadline=None)
@given(CONDITIONS, st.one_of(NUMBERS, WORDS, st.booleans()))
def test_a_shortcut_agrees_with_feel(condition, value):
    """For every value of its kinds a shortcut holds where the FEEL test does."""
    short = shortcut(condition)

    assert short is not None
    if type(value) in short.kinds:
        assert compile_unary(condition)(value, {}) == short.holds(value)


def test_other_conditions_have_none():
    """What is not of the simple forms is left to FEEL."""
    assert [None] * 6 == [
        shortcut(text) for text in ("x", "> x", "null", '"a\\n"', "[1..x]", 'date("2026-01-01")')
    ]


def test_a_table_is_fast_enough(dmn):
    """Twenty rules over three inputs cost little: the work per cell is bounded by one test each."""
    import time

    import engine.dmn

    rules = [(f"[{n * 10}..{n * 10 + 9}]", '"A"' if n % 2 else '"B"', "-", str(n)) for n in range(20)]
    decisions = engine.dmn.read(dmn.file(["n:number", 'c:string:"A","B"', "p:boolean"], ["r"], rules))
    context = {"n": 195, "c": "A", "p": True}

    best = min(_seconds(lambda: decisions.evaluate("d", context), time.perf_counter) for _ in range(200))

    assert 19 == decisions.evaluate("d", context)
    assert best < 200e-6  # 50 µs on the machine of reference; room for a slow and busy one


def _seconds(work, clock):
    start = clock()
    work()
    return clock() - start
