"""The reference page of forms says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.form import reader, review
from engine.form.kinds import HINTS, KINDS

ROOT = Path(__file__).parents[3]
COMMON = {"id", "type", "layout", "conditional", "properties"}
INPUT = {"key", "label", "description", "disabled", "readonly", "validate", "defaultValue"}


@pytest.fixture(scope="module")
def page() -> str:
    """The reference page."""
    return (ROOT / "docs/reference/forms.md").read_text(encoding="utf-8")


def section(page: str, title: str) -> list[list[str]]:
    """The cells of a section's table."""
    body = page.partition(f"\n## {title}")[2].partition("\n## ")[0]
    lines = [line for line in body.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def names(text: str) -> set[str]:
    """What stands in backticks."""
    return set(re.findall(r"`([\w.]+)`", text))


def test_every_component_is_described(page):
    """Each component type has its row, with every property and rule it supports."""
    rows = {re.findall(r"`(\w+)`", cells[0])[0]: cells for cells in section(page, "Components")}

    assert KINDS.keys() == rows.keys()
    for kind in KINDS.values():
        own = kind.properties - COMMON - (INPUT if kind.role == "input" else set())
        described = names(rows[kind.type][2])
        assert own <= described | names(rows[kind.type][1]), kind.type
        assert kind.validations <= names(rows[kind.type][3]), kind.type


def test_every_custom_property_is_described(page):
    """Each member of `properties` that has a meaning is in the table."""
    meant = {hint for kind in KINDS.values() for hint, _ in kind.english} | set().union(*HINTS.values())

    assert meant == {name for cells in section(page, "Custom properties") for name in names(cells[0])}


def test_every_finding_is_described(page):
    """Each code that reading or the review gives is in the table."""
    sources = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (reader, review))

    listed = {name for cells in section(page, "Findings") for name in names(cells[0])}

    assert set(re.findall(r'"(form\.\w+)"', sources)) == listed
