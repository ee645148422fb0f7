"""A form file is read whole or refused with what to correct."""

from __future__ import annotations

import json

import pytest

from engine.form import FormRefused, lint, read


def file(*components: dict, **members: object) -> str:
    """A form file with each component on a line of its own."""
    body = ",\n".join(
        json.dumps({"id": f"c{at}", **one}, ensure_ascii=False) for at, one in enumerate(components)
    )
    head = json.dumps({"type": "default", "id": "made", **members})[:-1]
    return f'{head}, "components": [\n{body}\n]}}'


FIELD = {"type": "textfield", "key": "name", "label": "Name"}


@pytest.mark.parametrize(
    ("code", "component"),
    [
        ("form.type", {"type": "iframe", "url": "https://example.com"}),
        ("form.type", {"type": "hologram"}),
        ("form.key", {"type": "number", "label": "Amount"}),
        ("form.key", {"type": "number", "key": "a b", "label": "Amount"}),
        ("form.key", {"type": "number", "key": "lines[0]", "label": "Amount"}),
        ("form.key", {"type": "number", "key": "_row", "label": "Amount"}),
        ("form.duplicate_key", FIELD),
        ("form.duplicate_key", {**FIELD, "key": "name.first"}),
        ("form.duplicate_key", {"type": "group", "path": "name", "components": []}),
        ("form.duplicate_id", {**FIELD, "id": "c0", "key": "other"}),
        ("form.feel", {**FIELD, "key": "x", "conditional": {"hide": "=1 +"}}),
        ("form.feel", {**FIELD, "key": "x", "conditional": {"hide": "true"}}),
        ("form.feel", {**FIELD, "key": "x", "readonly": "=)"}),
        ("form.feel", {**FIELD, "key": "x", "label": "{{ 1 + }}"}),
        ("form.feel", {**FIELD, "key": "x", "description": "{{#if a}}never closed"}),
        ("form.feel", {"type": "number", "key": "x", "label": "X", "validate": {"max": "=a >"}}),
        ("form.feel", {"type": "expression", "key": "x", "expression": "=for"}),
        ("form.feel", {"type": "radio", "key": "x", "label": "X", "valuesExpression": "=["}),
        ("form.feel", {"type": "table", "label": "T", "dataSource": "rows", "columns": []}),
        ("form.pattern", {**FIELD, "key": "x", "validate": {"pattern": "(?=a)"}}),
        ("form.pattern", {**FIELD, "key": "x", "validate": {"pattern": "(a)\\1"}}),
        ("form.pattern", {**FIELD, "key": "x", "validate": {"pattern": "["}}),
    ],
)
def test_refuses_what_cannot_run(code, component):
    """Each mistake refuses the form, and the finding names the component, its line, and what to do in both languages."""
    text = file(FIELD, component)

    with pytest.raises(FormRefused) as refused:
        read(text, "made.form")

    found = [finding for finding in refused.value.findings if finding.code == code]
    assert [3 if component.get("id") != "c0" else 2] == [finding.line for finding in found]
    assert all(finding.message.zh and finding.remedy.zh and finding.remedy.en for finding in found)


def test_says_where_in_the_expression():
    """A FEEL error tells line and column inside the property."""
    findings = lint(file({**FIELD, "conditional": {"hide": "=a +\n  * b"}}))

    assert "Line 2" in next(finding.message.en for finding in findings if finding.code == "form.feel")


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"components": 1}', '{"type": "default"}', "[" * 100_000, '{"a": NaN}', "\0"]
)
def test_refuses_what_is_no_form(text):
    """Anything but a form is refused with a finding, never with another error."""
    with pytest.raises(FormRefused):
        read(text)


NAMED = '{"id": "a", "type": "default", "components": [\n{"type": "textfield", "key": "x", "label": "甲LL"}]}'


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (NAMED.encode("gb18030"), "form.encoding", 1),
        (NAMED.replace("LL", "\\ud83d").encode(), "form.text", 2),
        (NAMED.replace("LL", "\\ude00\\ud83d").encode(), "form.text", 2),
        (NAMED.replace("LL", "\\u0000").encode(), "form.text", 2),
    ],
)
def test_refuses_text_that_no_page_can_show(content, code, line):
    """Another encoding, half a character, NUL: named with the line and what to do."""
    found = lint(content, "made.form")

    assert [(code, line, "made.form")] == [(each.code, each.line, each.file) for each in found]
    assert all(each.remedy.zh and each.remedy.en for each in found)


@pytest.mark.parametrize("written", ["\\ud83d\\ude00", "\\\\ud83d", "😀"])
def test_takes_every_character(written):
    """A pair of halves, a backslash that is meant, a byte order mark as editors on Windows write it."""
    found = lint("\ufeff".encode() + NAMED.replace("LL", written).encode(), "made.form")

    assert [] == [each.code for each in found if each.severity == "error"]


def test_refuses_bottomless_nesting():
    """Groups within groups end at ten."""
    inner: dict = FIELD
    for depth in range(12):
        inner = {"type": "group", "id": f"g{depth}", "components": [inner]}

    assert "form.depth" in {finding.code for finding in lint(file(inner))}


@pytest.mark.parametrize(
    ("code", "component"),
    [
        ("form.label", {"type": "number", "key": "x"}),
        ("form.english", {**FIELD, "key": "x", "label": "名称"}),
        ("form.english", {**FIELD, "key": "x", "description": "说明"}),
        (
            "form.english",
            {"type": "radio", "key": "x", "label": "X", "values": [{"label": "甲", "value": "a"}]},
        ),
        ("form.property", {**FIELD, "key": "x", "colour": "red"}),
        ("form.property", {**FIELD, "key": "x", "properties": {"english": "Name"}}),
        ("form.rule", {**FIELD, "key": "x", "validate": {"min": 1}}),
        ("form.default", {"type": "number", "key": "x", "label": "X", "defaultValue": "many"}),
    ],
)
def test_warns_of_what_would_puzzle(code, component):
    """What has no effect, no label or no English is a warning: the form still runs."""
    text = file(component)

    assert [code] == [finding.code for finding in lint(text)]
    assert read(text).id == "made"


def test_lists_its_keys():
    """A form tells what it asks for, with types, for the documentation."""
    line = {"type": "number", "id": "q", "key": "quantity", "label": "数量", "properties": {"en": "Quantity"}}
    found = read(file({"type": "dynamiclist", "path": "order.lines", "components": [line]})).keys()

    assert [("order.lines[].quantity", "number", "Quantity", True)] == [
        (key.path, key.value, key.english, key.writable) for key in found
    ]


def test_fills_initial_values():
    """A form starts from the task's data, else from its defaults, else empty; computed values are no answers."""
    form = read(
        file(
            {**FIELD, "defaultValue": "和顺"},
            {"type": "number", "key": "paid", "label": "Paid"},
            {"type": "expression", "key": "rest", "expression": "=9 - paid"},
            {
                "type": "dynamiclist",
                "path": "lines",
                "defaultRepetitions": 2,
                "components": [{**FIELD, "id": "n"}],
            },
        )
    )

    assert {"name": "和顺", "paid": 5, "lines": [{"name": ""}, {"name": ""}]} == form.initial(
        {"paid": "5", "x": 1}
    )
