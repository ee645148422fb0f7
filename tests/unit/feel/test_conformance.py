"""The DMN Technology Compatibility Kit's literal expressions, where the kit is present beside the project."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from engine import feel
from engine.feel.limits import Run
from engine.feel.operators import equal

_KIT = Path(__file__).parents[4] / "shared" / "tck" / "feel_cases.json"
#: Numbers are expected to so many digits: the kit writes some of them shortened.
_CLOSE = Decimal("1E-8")

pytestmark = pytest.mark.skipif(not _KIT.exists(), reason="the compatibility kit is not beside the project")


def _value(expression, context):
    """The value, or None for what FEEL refuses: the kit expects null there."""
    try:
        return feel.evaluate(expression, context)
    except feel.FeelError:
        return None


def _same(expected, actual):
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(_same, expected, actual))
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(
            _same(expected[name], actual[name]) for name in expected
        )
    if isinstance(expected, bool) or isinstance(actual, bool) or expected is None or actual is None:
        return expected is actual
    if isinstance(expected, int | Decimal) and isinstance(actual, int | Decimal):
        return abs(expected - actual) <= _CLOSE * max(1, abs(expected))
    return equal(expected, actual, Run()) is True


def failures(cases):
    """The cases whose value is not the expected one."""
    failed = []
    for case in cases:
        actual = _value(case["expr"], case["ctx"])
        if not _same(_value(case["lit"], {}), actual):
            failed.append((case, actual))
    return failed


@pytest.fixture(scope="module")
def cases():
    """The kit as read."""
    return json.loads(_KIT.read_text(encoding="utf-8"))


def test_98_percent_of_all_cases(cases):
    """At least 98 % of the kit's cases give what it expects."""
    assert 0.98 <= 1 - len(failures(cases)) / len(cases)


def test_98_percent_of_cases_with_a_value(cases):
    """At least 98 % of the cases that expect a value, not null, give it."""
    valued = [case for case in cases if case["exp"] is not None]

    assert 0.98 <= 1 - len(failures(valued)) / len(valued)
