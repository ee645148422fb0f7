"""Chinese findings are Chinese: what a parser says in English is not quoted in them."""

from __future__ import annotations

import json
import re

import pytest

from engine import dmn
from engine.bpmn.lint import lint as lint_diagram
from engine.errors import Finding
from engine.form import lint as lint_form

#: Words of three letters and more which a Chinese sentence may hold: names of formats, and what is quoted.
NAMES = re.compile(r"XML|DMN|JSON|DOCTYPE|CDATA|UTF|zeebe|“[^”]*”|<[^>]*>|：[^。一-鿿]*。")


def english(findings: list[Finding]) -> list[str]:
    """The English words in what findings say in Chinese."""
    assert findings
    said = (text for each in findings for text in (each.message.zh, each.remedy.zh))
    return [word for text in said for word in re.findall(r"[A-Za-z]{3,}", NAMES.sub("", text))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<a>",
        "<a></b>",
        "<a",
        "<a/><b/>",
        "<a x='1' x='2'/>",
        "<a>&gone;</a>",
        "<a>&#0;</a>",
        "<a>\x01</a>",
        "<a><![CDATA[</a>",
        " <?xml version='1.0'?><a/>",
        "<b:a/>",
        "<a x=1/>",
        "text",
    ],
)
def test_what_is_no_xml_is_said_in_chinese(text: str) -> None:
    """Diagrams and tables alike."""
    assert [] == english(lint_diagram(text))
    assert [] == english(dmn.check(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{'a':1}",
        '{"a" 1}',
        '{"a":1 "b"}',
        "{}{}",
        '{"a',
        '{"a":"\n"}',
        r'{"a":"\q"}',
        r'{"a":"\u1"}',
        "{,}",
    ],
)
def test_what_is_no_json_is_said_in_chinese(text: str) -> None:
    """Forms."""
    assert [] == english(lint_form(text))


@pytest.mark.parametrize(
    "pattern", ["(", ")", "[a", "*a", "a**", r"\1", "[b-a]", "(?=a)", "(?<!a)", "a{9999}", "a" * 1001]
)
def test_what_is_no_pattern_is_said_in_chinese(pattern: str) -> None:
    """The pattern of a text field."""
    field = {"type": "textfield", "id": "f", "key": "f", "label": "甲", "validate": {"pattern": pattern}}
    form = {"type": "default", "id": "x", "schemaVersion": 19, "components": [field]}
    form |= {"executionPlatform": "Camunda Cloud", "executionPlatformVersion": "8.8.0"}

    found = [each for each in lint_form(json.dumps(form)) if each.code == "form.pattern"]

    assert [] == english(found)
    assert "写法有误" not in found[0].message.zh
