"""The reference of the language lists every function as the table of functions has it."""

from __future__ import annotations

import re
from pathlib import Path

from engine import feel
from engine.calendar import Calendar
from engine.feel import library
from engine.feel.functions import TABLE, register, unregister
from engine.feel.limits import SOURCE_LIMIT, STEP_LIMIT

_REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "feel.md"


def _rows():
    """The table's functions as rows of the reference."""
    return [
        f"| `{signature.text}` | {signature.en} | {signature.zh} |"
        for builtin in TABLE.values()
        if builtin.subject in library.SUBJECTS
        for signature in builtin.signatures
    ]


def _plain(row):
    return row.replace("\\|", "|")


def test_every_function_has_its_line():
    """Each way to call a function stands in the reference with its English and Chinese line, and no other does."""
    written = re.findall(r"^\| `.*\|$", _REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)

    assert len(TABLE) < len(written)
    assert sorted(map(_plain, _rows())) == sorted(map(_plain, written))


def test_the_limits_are_the_ones_in_force():
    """The reference names the limits that hold."""
    text = _REFERENCE.read_text(encoding="utf-8")

    assert f"{STEP_LIMIT:,}" in text
    assert f"{SOURCE_LIMIT:,}" in text


def test_the_examples_hold():
    """Every example `expression` → `value` of the reference is true."""
    examples = re.findall(r"`([^`]+)` → `([^`]+)`", _REFERENCE.read_text(encoding="utf-8"))

    assert examples
    for expression, value in examples:
        assert feel.evaluate(value) == feel.evaluate(expression, calendar=Calendar()), expression


def test_functions_can_be_added():
    """A function with a name of several words is added by its signature, and expressions compiled before see it."""
    before = feel.compile("business days(from: 3, n: 2)")
    assert before({}) is None

    register("business days(from: number, n: number)", lambda _, start, n: start + n, en="added", zh="相加")
    try:
        assert 5 == feel.evaluate("business days(from: 3, n: 2)")
        assert 5 == feel.compile("business days(3, 2)")({})
        assert feel.evaluate('business days("a", 2)') is None
    finally:
        unregister("business days")

    assert feel.evaluate("business days(3, 2)") is None
