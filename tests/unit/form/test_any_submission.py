"""Whatever is sent, a form answers with values or with errors, and gives only what may be written."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engine.form import read
from engine.form.pattern import compiled

RICH = read(
    json.dumps(
        {
            "type": "default",
            "id": "rich",
            "components": [
                {
                    "type": "textfield",
                    "key": "name",
                    "label": "n",
                    "validate": {"required": True, "pattern": "^(a+)+$"},
                },
                {"type": "textarea", "key": "note", "label": "n", "conditional": {"hide": '=name = "x"'}},
                {
                    "type": "number",
                    "key": "amount",
                    "label": "a",
                    "increment": 0.5,
                    "validate": {"min": "=least"},
                },
                {"type": "checkbox", "key": "flag", "label": "f", "readonly": "=amount > 5"},
                {"type": "radio", "key": "grade", "label": "g", "valuesKey": "grades"},
                {"type": "taglist", "key": "tags", "label": "t", "valuesExpression": "=grades"},
                {
                    "type": "datetime",
                    "key": "at",
                    "dateLabel": "d",
                    "subtype": "datetime",
                    "timeSerializingFormat": "utc_normalized",
                    "properties": {"happened": "true"},
                },
                {"type": "datetime", "key": "on", "dateLabel": "d", "disallowPassedDates": True},
                {"type": "filepicker", "key": "files", "label": "f"},
                {"type": "textfield", "key": "locked", "label": "l", "readonly": True},
                {
                    "type": "group",
                    "path": "box",
                    "components": [{"type": "textfield", "id": "in", "key": "deep.er", "label": "d"}],
                },
                {
                    "type": "dynamiclist",
                    "path": "lines",
                    "components": [
                        {
                            "type": "number",
                            "id": "q",
                            "key": "quantity",
                            "label": "q",
                            "conditional": {"hide": "=this.off"},
                        },
                        {"type": "checkbox", "id": "o", "key": "off", "label": "o"},
                        {"type": "textfield", "id": "s", "key": "sku", "label": "s", "readonly": True},
                        {"type": "expression", "id": "e", "key": "twice", "expression": "=this.quantity * 2"},
                        {
                            "type": "dynamiclist",
                            "id": "p",
                            "path": "parts",
                            "conditional": {"hide": "=this.off"},
                            "components": [{"type": "textfield", "id": "pn", "key": "part", "label": "p"}],
                        },
                    ],
                },
                {"type": "expression", "key": "total", "expression": "=sum(lines.twice)"},
            ],
        }
    )
)
CONTEXT = {
    "least": 0,
    "grades": ["A", {"label": "B", "value": 2}],
    "locked": "secret",
    "owner": "lin",
    "lines": [{"sku": "A", "quantity": 1, "bin": 5, "parts": [{"part": "x", "id": 1}]}, {"sku": "B"}],
}
WRITABLE = {"name", "note", "amount", "flag", "grade", "tags", "at", "on", "files", "box", "lines", "total"}

names = st.sampled_from(
    [
        *WRITABLE,
        "locked",
        "owner",
        "deep",
        "er",
        "quantity",
        "sku",
        "off",
        "twice",
        "parts",
        "part",
        "_row",
        "",
    ]
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(st.characters(), max_size=8),
    st.sampled_from(
        [
            "A",
            "B",
            "x",
            "aaaa",
            "2026-11-21",
            "2026-11-21T14:30Z",
            "0001-01-01T00:00+14:00",
            "12",
            "1e999999999",
        ]
    ),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(names, st.text(max_size=3)), inner, max_size=5)
    ),
    max_leaves=25,
)
submissions = st.one_of(
    st.dictionaries(names, values, max_size=8),
    st.fixed_dictionaries(
        {"name": st.just("aaa")},
        optional={
            "lines": st.lists(st.dictionaries(names, scalars, max_size=6), max_size=4),
            "amount": scalars,
            "flag": scalars,
            "at": scalars,
        },
    ),
)


@settings(max_examples=100, deadline=None)
@given(submissions)
def test_gives_values_or_errors(submitted):
    """No submission raises, and only what may be written comes out, unchanged where it may not."""
    checked = RICH.check(submitted, CONTEXT)

    assert bool(checked.errors) is not bool(checked.values)
    assert checked.values.keys() <= WRITABLE
    for row in checked.values.get("lines", []):
        assert row.keys() <= {"quantity", "off", "sku", "twice", "parts", "bin"}
        assert row["sku"] in ("A", "B", "")
        assert isinstance(row.get("quantity"), int | Decimal | None)
    assert sum(row["sku"] == "A" for row in checked.values.get("lines", [])) <= 1


@settings(max_examples=60, deadline=None)
@given(submissions, st.sampled_from(["zh_CN", "en"]))
def test_draws_anything_again(submitted, locale):
    """Whatever was sent can be drawn again with its errors, and read."""
    errors = RICH.check(submitted, CONTEXT).errors

    assert "<form" in RICH.render(submitted, errors, CONTEXT, locale)
    assert "<input" not in RICH.shown(submitted, CONTEXT, locale)


post_names = st.one_of(
    st.text(st.characters(), max_size=12),
    st.sampled_from(
        [
            "name",
            "amount",
            "lines[0].quantity",
            "lines[2].parts[1].part",
            "lines",
            "box.deep.er",
            "box",
            "lines[0]._row",
        ]
    ),
    st.from_regex(r"[a-z]{1,4}(\[\d{1,4}\])?(\.[a-z]{1,4})?", fullmatch=True),
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(post_names, st.text(st.characters(), max_size=10)), max_size=10), st.text(max_size=20)
)
def test_reads_any_post(pairs, action):
    """No post and no action raises."""
    values = RICH.from_post(MultiDict(pairs), CONTEXT)

    RICH.check(RICH.act(action, values, CONTEXT), CONTEXT)


@pytest.mark.parametrize("name", sorted(WRITABLE | {"locked", "nobody"}))
def test_bottomless_nesting_is_refused(name):
    """Lists within lists without end are refused at their field, and can be drawn again."""
    deep: list = []
    for _ in range(5_000):
        deep = [deep]

    checked = RICH.check({"name": "a", name: deep}, CONTEXT)

    assert any(path.startswith(name) for path in checked.errors)
    RICH.render({name: deep}, checked.errors, CONTEXT, "en")
    RICH.act("add:lines", {name: deep}, CONTEXT)


@pytest.mark.parametrize("submitted", [None, [], "x", 5])
def test_only_a_group_of_answers_is_a_submission(submitted):
    """Anything but an object is refused."""
    assert {""} == set(RICH.check(submitted, CONTEXT).errors)


def test_patterns_take_linear_time():
    """A pattern that hangs backtracking engines answers at once."""
    assert not compiled("^(a+)+$").fits("a" * 9_999 + "!")


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("^[\\u4e00-\\u9fa5]{2}$", "张三", True),
        ("^\\s$", "\u3000", True),
        ("^[\\s,]+$", "\u3000,", True),
        ("^\\S$", "\u3000", False),
        ("a\\/b", "a/b", True),
        ("^\\d+$", "١٢", False),
        ("^.{1,3}$", "多多多多", False),
        ("\\u{1F600}", "😀", True),
    ],
)
def test_patterns_mean_what_they_mean_in_browsers(pattern, text, fits):
    """JavaScript's escapes mean the same here."""
    assert fits is compiled(pattern).fits(text)


@pytest.mark.parametrize("step_fits", [5 * 10**27, 10**33])
def test_a_huge_number_is_judged_by_its_step(step_fits: int) -> None:
    """However many digits the quotient has."""
    assert {} == RICH.check({"name": "aaa", "amount": step_fits}, CONTEXT).rules
