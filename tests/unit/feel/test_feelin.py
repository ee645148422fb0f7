"""Our FEEL against feelin, the one that bpmn.io's editors and form-js use, over generated expressions.

Runs where Node and feelin are installed (`npm install` in frontend/). Where the two differ on purpose, DIFFERENCES
says how and why; any other difference fails.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
from math import isclose
from pathlib import Path

import pytest

from engine import feel
from engine.feel.values import to_plain

_HERE = Path(__file__).parent
_FEELIN = Path(os.environ.get("FEELIN", _HERE.parents[2] / "frontend" / "node_modules" / "feelin"))
_NODE = shutil.which("node")

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(
        _NODE is None or not _FEELIN.exists(),
        reason="Node or feelin is not installed (npm install in frontend/)",
    ),
]

_CONTEXT = {
    "n": 3,
    "m": -2.5,
    "s": "foobar",
    "z": "补货",
    "yes": True,
    "l": [1, 2, 3],
    "c": {"a": 1, "b": {"x": "y"}},
}

#: For each kind of value ways to write one; {number} and its like stand for an expression of that kind.
_GRAMMAR = {
    "number": [
        *("0", "1", "2", "10", "0.5", "-3", "n", "m", "c.a", "l[1]", "l[-1]"),
        *(
            "{number} + {number}",
            "{number} - {number}",
            "{number} * {number}",
            "{number} / {number}",
            "({number})",
        ),
        *(
            "if {boolean} then {number} else {number}",
            "count({list})",
            "sum({list})",
            "min({list})",
            "max({list})",
        ),
        *(
            "mean({list})",
            "abs({number})",
            "floor({number})",
            "ceiling({number})",
            "modulo({number}, {number})",
        ),
        *(
            "string length({string})",
            "{list}[{number}]",
            "decimal({number}, 1)",
            "round half up({number}, 0)",
        ),
        *(
            "round up({number}, 1)",
            "round down({number}, 1)",
            "{date}.year",
            "{date}.month",
            "{duration}.days",
        ),
        *("product({list})", "median([{whole}])"),
    ],
    "string": [
        *('""', '"a"', '"foo"', '"补货单"', "s", "z", "c.b.x", "{string} + {string}", "upper case({string})"),
        *("lower case({string})", "substring({word}, 2)", "substring({word}, -2, 1)", "string({number})"),
        *('substring before({string}, "o")', 'substring after({string}, "o")', 'replace({string}, "o", "0")'),
        *(
            "if {boolean} then {string} else {string}",
            'string join(["a", {string}], "-")',
            "string({boolean})",
        ),
        *("day of week({date})", "month of year({date})", "string({date})"),
    ],
    "boolean": [
        *(
            "true",
            "false",
            "yes",
            "null",
            "{number} < {number}",
            "{number} >= {number}",
            "{number} = {number}",
        ),
        *("{string} = {string}", "{string} != {string}", "{boolean} and {boolean}", "{boolean} or {boolean}"),
        *("not({boolean})", "({number} in [1..5])", "({number} in (1..5))", "{number} between 1 and 5"),
        *(
            "({number} in ({number}, > 5))",
            "(some x in {some} satisfies x > {whole})",
            "contains({string}, {string})",
        ),
        *(
            "(every x in {some} satisfies x > {whole})",
            "list contains({list}, {number})",
            'starts with({string}, "f")',
        ),
        *('matches({string}, "^fo+")', "{date} < {date}", "{date} = {date}", "{number} instance of number"),
        *("{string} instance of number", "odd({whole})", "even({whole})", 'ends with({string}, "r")'),
        *("before({whole}, {whole})", "after([1..3], {whole})", "includes([1..5], {number})"),
        *("{duration} > {duration}", "all([{boolean}, {boolean}])", "any([{boolean}, {boolean}])"),
        *("overlaps([1..3], [{whole}..9])", "(yes)"),
    ],
    "list": [
        *(
            "[]",
            "l",
            "[1, 2]",
            "[{number}, {number}]",
            "append({list}, {number})",
            "concatenate({list}, {list})",
        ),
        *(
            "reverse({list})",
            "distinct values({list})",
            "for x in {list} return x + 1",
            "{list}[item > {number}]",
        ),
        *(
            "sort({list}, function(x, y) x < y)",
            "sublist({some}, 1)",
            "union({list}, {list})",
            "flatten([{list}])",
        ),
        *("remove({some}, 1)", "insert before({some}, 1, {number})", "index of({list}, {number})"),
        *("for x in 1..3 return x * {number}", "list replace({some}, 1, {number})", "mode([{number}])"),
    ],
    "whole": ["0", "1", "2", "7", "n", "l[2]", "count({some})", "{whole} + 1", "{whole} * {whole}"],
    "word": ['"foo"', "s", "z", '"补货单"'],
    "some": ["l", "[1, 2]", "[{whole}, 1]", "reverse({some})"],
    "context": [
        *(
            "c",
            "{{a: {number}, b: {string}}}",
            'context put({context}, "a", {number})',
            "context merge([{context}])",
        ),
    ],
    "date": [
        *(
            '@"2026-11-21"',
            '@"2024-02-29"',
            "{date} + ({duration})",
            "{date} - ({duration})",
            "date(2026, 1, 31)",
        ),
        *('{date} + @"P1M"', '{date} - @"P1Y"'),
    ],
    "duration": ['@"P1D"', '@"P10D"', "{duration} + {duration}", "{date} - {date}"],
    "mixed": [
        *(
            "{context}.a",
            "{context}.missing",
            'get value({context}, "a")',
            "get entries({context})",
            "{number} = {string}",
        ),
        *("{string} + {number}", "{some} = {some}", "[{context}].a", "{context}", "{string}[1]"),
        *(
            "[{{p: {number}}}, {{p: {number}}}][p > 1].p",
            "{number} in {list}",
            "(function(x) x + 1)({number})",
        ),
        *("{duration}", "{date}", "({number}) instance of string", "{boolean} = {number}", "null = {string}"),
    ],
}

#: Where we differ on purpose: the expression, our value, feelin's, and why. The generator keeps away from these.
DIFFERENCES = [
    (
        "1/3",
        "0.3333333333333333333333333333333333",
        "0.3333333333333333",
        "34 decimal digits, as DMN says; feelin has doubles",
    ),
    ('@"P1D" * 2', "P2D", None, "durations can be multiplied (DMN table 56)"),
    ("[] = [1]", False, None, "lists of different length are different"),
    ('1 < "a"', None, False, "different kinds cannot be ordered"),
    ("odd(1.5)", None, False, "a fraction is neither odd nor even"),
    ("during(2, [1..5])", True, None, "a point may lie in a range"),
    ("during([2..3], [1..5])", True, None, "a range may lie in a range"),
    ("coincides([1..2], [1..2])", True, None, "ranges may coincide"),
    ("coincides(1, 1)", True, None, "points may coincide"),
    ("median([10, 9, 1])", 9, 10, "numbers are sorted as numbers, not as texts"),
    ("mode([0.5, 2])", [0.5, 2], [2, 0.5], "modes are sorted as numbers"),
    ("2 between 3 and 1", False, True, "`between` has a direction (DMN table 53)"),
    ("-3 in [1..5] or true", True, False, "`or` binds looser than `in` (DMN 10.3.1.2)"),
    ("starts(1, [1..5])", True, None, "a point may start a range"),
    (
        *('@"2026-11-21T10:00:00" = @"2026-11-21T10:00:00+08:00"', True, False),
        "a moment without a zone is read in the other's zone (DMN 10.3.2.3.5)",
    ),
    ('string join(split("abc", ""), "-")', None, "a-b-c", "XPath has no splitting where nothing matches"),
    ('replace("abc", "x*", "-")', None, "-a-b-c-", "XPath has no replacing where nothing matches"),
    ("concatenate([1], null)", None, [1, None], "null is no list"),
    ("some x in [1] satisfies x > null", None, False, "`some` knows three values, as `or` does"),
    ("before(1, null)", None, False, "null is before nothing"),
    ("sublist([], 1)", None, [], "there is no first place in an empty list"),
    ("remove([], 1)", None, [], "there is no first place in an empty list"),
    ("list replace([], 1, 0)", None, [0], "there is no first place in an empty list"),
    ('substring("a", -2)', None, "a", "there is no second place from the end in a text of one character"),
]


def _write(kind, chance, depth):
    """An expression of this kind; at the end of the depth one of its first, plain forms."""
    forms = _GRAMMAR[kind]
    form = chance.choice(
        forms if depth else [form for form in forms if "{" not in form.replace("{{", "")] or forms[:1]
    )
    return (
        re.sub(
            r"\{(\w+)\}(?!\})",
            lambda match: _write(match[1], chance, max(depth - 1, 0)),
            form.replace("{{", "\1").replace("}}", "\2"),
        )
        .replace("\1", "{")
        .replace("\2", "}")
    )


def generated(count, seed=8):
    """So many expressions of all kinds, the same for the same seed."""
    chance = random.Random(seed)
    return [_write(chance.choice(sorted(_GRAMMAR)), chance, chance.randint(0, 3)) for _ in range(count)]


def _theirs(expressions):
    cases = json.dumps([{"expression": expression, "context": _CONTEXT} for expression in expressions])
    done = subprocess.run(
        [_NODE, _HERE / "feelin.mjs", _FEELIN],
        input=cases,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


def _ours(expression):
    try:
        return {"value": to_plain(feel.evaluate(expression, _CONTEXT))}
    except feel.FeelError as error:
        return {"error": error.en}


def _agree(one, other):
    """Equal, numbers to what a double can hold."""
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_agree, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_agree(one[name], other[name]) for name in one)
    return one == other


def differences(expressions):
    """Those expressions on which the two do not agree, with both answers."""
    found = []
    for expression, theirs in zip(expressions, _theirs(expressions), strict=True):
        ours = _ours(expression)
        agree = "error" in ours if "error" in theirs else _agree(ours.get("value"), theirs["value"])
        if not agree:
            found.append((expression, ours, theirs))
    return found


def test_generated_expressions():
    """Over generated expressions the two give the same, except where a difference is deliberate."""
    assert [] == differences(generated(1500))


def test_deliberate_differences():
    """Each difference is still one, and still as described: when feelin changes, the list does."""
    texts = [
        f"string({expression})" if isinstance(ours, str) else expression
        for expression, ours, _, _ in DIFFERENCES
    ]
    answers = [
        (_ours(text)["value"], answer["value"]) for text, answer in zip(texts, _theirs(texts), strict=True)
    ]

    assert [(ours, theirs) for _, ours, theirs, _ in DIFFERENCES] == answers
    assert all(why for *_, why in DIFFERENCES)
