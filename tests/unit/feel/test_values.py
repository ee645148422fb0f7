"""Values on their way to the database, the API and back."""

from __future__ import annotations

import json
from collections import UserDict
from datetime import date, datetime
from decimal import Decimal

import pytest

from engine import feel
from engine.feel.values import from_json, from_plain, to_json, to_plain


@pytest.mark.parametrize(
    ("expression", "stored"),
    [
        ("null", None),
        ("true", True),
        ("12", 12),
        ("12.0", 12),
        ("12.30", {"$": "n", "v": "12.30"}),
        ('"补货"', "补货"),
        ('@"2026-11-21"', {"$": "date", "v": "2026-11-21"}),
        ('@"10:00:00+08:00"', {"$": "time", "v": "10:00:00+08:00"}),
        ('@"2026-11-21T10:00:00@Asia/Shanghai"', {"$": "datetime", "v": "2026-11-21T10:00:00@Asia/Shanghai"}),
        ('@"P1DT2H"', {"$": "duration", "v": "P1DT2H"}),
        ('@"P1Y"', {"$": "months", "v": "P1Y"}),
        ('[1, {a: @"P1D"}]', [1, {"a": {"$": "duration", "v": "P1D"}}]),
        ('{"$": "date", v: 1}', {"$": "dict", "v": {"$": "date", "v": 1}}),
        ("[1..5)", {"$": "range", "v": [1, 5, True, False]}),
    ],
)
def test_stored_and_read_back(expression, stored):
    """Every value is stored as JSON that says its kind, and comes back the same."""
    value = feel.evaluate(expression)

    assert stored == to_json(value)
    assert value == from_json(json.loads(json.dumps(to_json(value))))


@pytest.mark.parametrize(
    "stored", [{"$": "date", "v": "21.11.2026"}, {"$": "python", "v": "os"}, {"$": "dates"}]
)
def test_unknown_tags_are_refused(stored):
    """A tag or text that is never written is refused."""
    with pytest.raises(feel.FeelError):
        from_json(stored)


def test_a_function_is_not_stored():
    """Functions cannot be kept; for pages they are nothing."""
    function = feel.evaluate("function(x) x")

    with pytest.raises(feel.FeelError):
        to_json(function)
    assert to_plain([function]) == [None]


def test_plain_values_out():
    """Pages and the API get numbers as int or float and temporal values as ISO text."""
    value = feel.evaluate('{n: 1.50, i: 2.0, d: @"2026-11-21", s: @"PT1H", l: [null, true], r: [1..2]}')

    assert to_plain(value) == {
        "n": 1.5,
        "i": 2,
        "d": "2026-11-21",
        "s": "PT1H",
        "l": [None, True],
        "r": {"start": 1, "end": 2, "start included": True, "end included": True},
    }


def test_plain_values_in():
    """Plain data become FEEL values: shortest decimals, lists, texts as keys; temporal values stay."""
    data = UserDict({1: (0.1, 1e400, date(2026, 11, 21)), "t": datetime.fromisoformat("2026-11-21T00:00")})

    assert {
        "1": [Decimal("0.1"), None, date(2026, 11, 21)],
        "t": datetime.fromisoformat("2026-11-21T00:00"),
    } == from_plain(data)


def test_too_deep_values_are_refused():
    """Data nested without end are refused, not followed."""
    deep = []
    for _ in range(5_000):
        deep = [deep]

    for convert in (from_plain, to_json):
        with pytest.raises(feel.FeelError):
            convert(deep)
