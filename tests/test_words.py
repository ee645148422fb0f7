"""What people read: Chinese with full-width punctuation, scripts without holes, amounts written one way."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from lxml import etree

from engine import form
from engine.form.template import template
from engine.web.codes import named
from engine.web.glossary import FIELDS, NAMES

ROOT = Path(__file__).resolve().parents[1]
DIAGRAMS = sorted((ROOT / "processes").glob("*.bpmn")) + sorted(
    (ROOT / "processes" / "decisions").glob("*.dmn")
)
FORMS = sorted((ROOT / "forms").glob("*.form"))
SLIPS = sorted((ROOT / "forms" / "slips").glob("*.html")) + sorted(
    ROOT.glob("engine/services/templates/*.html")
)
MODULES = sorted((ROOT / "engine").rglob("*.py"))
CATALOGUE = ROOT / "engine/web/translations/zh_CN/LC_MESSAGES/messages.po"

_HAN = re.compile("[\u4e00-\u9fff]")
_HALF = re.compile("[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]")
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PLACE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_MARKUP = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]{2,}")

#: The language's own signs, quoted in its error messages.
QUOTED = {"条目“名称: 类型”", "条目“名称: 值”"}

each = pytest.mark.parametrize


def _half(texts: Iterator[str]) -> list[str]:
    """The texts with half-width punctuation directly beside a Chinese character, but not English ones that hold one."""
    return [text for text in texts if _HALF.search(text) and not _is_english(text) and text not in QUOTED]


def _is_english(text: str) -> bool:
    words = len(_WORD.findall(text))
    return words > 2 and words * 2 > len(_HAN.findall(text))


def _said(text: str) -> Iterator[str]:
    """What a text of a diagram or form says: the literals of an expression, the words round the places for values."""
    if text.startswith("="):
        yield from _LITERAL.findall(text)
        return
    for place in _PLACE.findall(text):
        yield from _LITERAL.findall(place)
    yield from _PLACE.sub("", text).split("\n\n")


def _diagram_texts(file: Path) -> Iterator[str]:
    for element in etree.parse(str(file)).iter(etree.Element):
        if re.search(r"[:_]en$", str(element.get("name", ""))) and element.get("value") is not None:
            continue
        for text in (element.text or "", *(str(value) for value in element.attrib.values())):
            yield from _said(text.strip())


def _form_texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not (key.startswith("en") and key != "enabled"):
                yield from _form_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _form_texts(inner)
    elif isinstance(value, str):
        yield from _said(value)


def _module_texts(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


@each("file", DIAGRAMS, ids=lambda file: file.name)
def test_diagrams_and_tables_are_punctuated(file: Path) -> None:
    """Names, documentation, labels, properties and the texts in expressions: ，：；？！（）beside Chinese."""
    assert [] == _half(_diagram_texts(file))


@each("file", FORMS, ids=lambda file: file.name)
def test_forms_are_punctuated(file: Path) -> None:
    """Labels, help, options, errors and texts: ，：；？！（）beside Chinese."""
    assert [] == _half(_form_texts(json.loads(file.read_text(encoding="utf-8"))))


@each("file", SLIPS, ids=lambda file: file.name)
def test_slips_are_punctuated(file: Path) -> None:
    """Printed papers: ，：；？！（）beside Chinese, also in the labels given to parts."""
    text = file.read_text(encoding="utf-8")
    literals = (found for tag in _MARKUP.findall(text) for found in _LITERAL.findall(tag))

    assert [] == _half(iter([*_MARKUP.sub("\n", text).splitlines(), *literals]))


def test_messages_are_punctuated() -> None:
    """Errors, findings, notices and every other text of the engine: ，：；？！（）beside Chinese."""
    found = {str(file.relative_to(ROOT)): _half(_module_texts(file)) for file in MODULES}

    assert {} == {file: texts for file, texts in found.items() if texts}


def test_pages_are_punctuated() -> None:
    """The catalogue of the pages: ，：；？！（）beside Chinese."""
    with CATALOGUE.open("rb") as file:
        messages = [message.string for message in read_po(file) if message.string]
    texts = (text for said in messages for text in (said if isinstance(said, tuple) else (said,)))

    assert [] == _half(texts)


@each("file", sorted((ROOT / "engine").rglob("templates/**/*.html")), ids=lambda file: file.name)
def test_templates_add_no_punctuation_to_messages(file: Path) -> None:
    """What stands after a message belongs to it, so that the Chinese one has its own: “调用的流程：”."""
    text = file.read_text(encoding="utf-8")

    assert [] == re.findall(r"\{\{ _\([^}]*\}\}(?:\{%[^%]*%\})*\s?[:;!?(]", text)


_DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
#: Outputs that hold names and lists of roles, not codes.
NAMED = {"carrier", "signers"}


def _answers() -> Iterator[Any]:
    """Every text a decision table can answer, with the names its variable has in the diagrams."""
    called = [
        element for file in DIAGRAMS for element in etree.parse(str(file)).iter(f"{_ZEEBE}calledDecision")
    ]
    for table in (
        table for file in DIAGRAMS for table in etree.parse(str(file)).iter(f"{_DMN}decisionTable")
    ):
        outputs = table.findall(f"{_DMN}output")
        decision = table.getparent().get("id")
        results = {each.get("resultVariable") for each in called if each.get("decisionId") == decision}
        for at, output in enumerate(outputs):
            names = results if len(outputs) == 1 else {output.get("name")}
            for entry in table.iterfind(f"{_DMN}rule"):
                text = entry.findall(f"{_DMN}outputEntry")[at].findtext(f"{_DMN}text") or ""
                for value in re.findall(r'^"([^"]*)"$', text.strip()):
                    yield from ((name, value) for name in names - NAMED)


def _outcomes() -> Iterator[Any]:
    """Every code that an output of a diagram chooses: `if … then "confirmed" else "cancelled"`."""
    for file in DIAGRAMS:
        for output in etree.parse(str(file)).iter(f"{_ZEEBE}output"):
            for value in re.findall(r'(?:then|else) "([a-z_]+)"', output.get("source") or ""):
                yield output.get("target"), value


@each("locale", ["zh_CN", "en"])
def test_decisions_are_said_in_words(locale: str) -> None:
    """The history shows what a table or a diagram decided as people call it, in both languages, never as a code."""
    offered = {
        (name, value)
        for file in FORMS
        for name, value in form.read(file.read_text(encoding="utf-8")).choices()
    }

    found = {*_answers(), *_outcomes()}
    assert set() == {each for each in found if each not in offered and not named(*each, locale)}


def _kept() -> Iterator[str]:
    """Every variable that a shipped diagram writes."""
    for file in DIAGRAMS:
        for element in etree.parse(str(file)).iter(etree.Element):
            kind = etree.QName(element).localname
            if kind == "output" and element.get("target"):
                yield str(element.get("target")).split(".")[0]
            yield from (element.get(name, "") for name in ("resultVariable", "outputCollection"))


def test_variables_are_called_by_words() -> None:
    """The history and the list of variables call nothing by its key: a form asks for it, or the glossary has it."""
    asked = {
        name
        for file in FORMS
        for key in form.read(file.read_text(encoding="utf-8")).keys()  # noqa: SIM118 -- no mapping
        if key.label
        for name in (key.path, key.path.rsplit(".", 1)[-1])
    }

    assert set() == set(_kept()) - asked - {"", *NAMES, *FIELDS}


#: What a clerk's task knows when everything is known.
KNOWN: Mapping[str, Any] = {
    "company_name": "南湖百货贸易有限公司",
    "salutation": "许先生",
    "customer": {
        "name": "织里杂货店",
        "recipient": "许建明",
        "phone": "13800010001",
        "address": "利济西路 77 号",
    },
    "title": "织里杂货店",
    "tax_no": "91330500MA2B1",
    "total": 5550,
    "lines": [{"name": "抽纸", "spec": "3层120抽", "qty": 300, "unit": "箱"}],
    "invoice": True,
    "ticket": {"no": "GD2026-000001"},
}
#: What it knows at least.
SURE = {"company_name": "", **{name: KNOWN[name] for name in ("lines", "total", "ticket")}}
_HOLE = re.compile(r"[{}*]|XX|××|某|…{2}|，，|，”|null|NaN|\s{2}")


def _scripts() -> Iterator[Any]:
    for file in DIAGRAMS:
        for element in etree.parse(str(file)).iter("{http://camunda.org/schema/zeebe/1.0}property"):
            name = str(element.get("name"))
            if name.startswith("script") and "_title" not in name:
                task = next(each for each in element.iterancestors() if each.get("id"))
                yield pytest.param(element.get("value"), id=f"{file.stem}-{task.get('id')}-{name}")


@each("script", list(_scripts()))
@each("known", [KNOWN, SURE], ids=["everything known", "what is sure"])
def test_scripts_can_be_read_aloud(script: str, known: Mapping[str, Any]) -> None:
    """Words for the telephone have no holes: with every value known, and with only those that must be."""
    said = template(script).text(known)

    assert _HOLE.search(said) is None, said
    assert said.startswith("“")
    assert said.endswith("”")
