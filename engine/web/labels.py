"""English for the names that process owners write in Chinese: processes, steps and their properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from engine.web import i18n

#: Beside the diagrams, as the process owners keep it; absent in an installation without the sources.
CATALOGUE = Path(__file__).parents[2] / "processes" / "i18n" / "en.po"

_SOURCE_STEPS = re.compile(r"^\s*\[[^\]]*\]\s*")


@cache
def _english(file: Path) -> Mapping[tuple[str, str], str]:
    if not file.is_file():
        return {}
    with file.open("rb") as text:
        catalogue = read_po(text, locale="en")
    return {(m.context or "", str(m.id)): str(m.string) for m in catalogue if m.id and m.string}


def label(process: str, name: str) -> str:
    """The name of a process or of a step of `process`, in the request's language; Chinese where there is no other."""
    if not i18n.locale().startswith("en"):
        return name
    words = _english(CATALOGUE)
    return words.get((process, name)) or words.get(("", name)) or name


def chosen(properties: Mapping[str, str], name: str) -> str:
    """Property `name`, in English from `name:en` where the request speaks English and it is there."""
    if i18n.locale().startswith("en"):
        english = properties.get(f"{name}:en") or properties.get(f"{name}_en")
        if english:
            return english
    return properties.get(name, "")


def sentence(documentation: str) -> str:
    """Documentation without the numbers of the source steps that stand before it."""
    return _SOURCE_STEPS.sub("", documentation).strip()
