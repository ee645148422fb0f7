"""English for the names that process owners write in Chinese: processes, steps and their properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

from babel.messages.pofile import read_po

from engine import shipped
from engine.services.kinds import english
from engine.web import i18n

#: Beside the diagrams, as the process owners keep it.
CATALOGUE = shipped.folder() / "processes" / "i18n" / "en.po"

#: Where a text comes from, for auditors of the diagram: steps in brackets, decisions on open points in parentheses.
_SOURCE_STEPS = re.compile(r"[ \t]*\[[FGT]\d[^\]]*\][ \t]*|[ \t]*[(（]G\d+(?:[,，、 ]+G\d+)*[)）]")
_CHINESE = re.compile("[\u4e00-\u9fff]")


@cache
def _english(file: Path) -> Mapping[tuple[str, str], str]:
    if not file.is_file():
        return {}
    with file.open("rb") as text:
        catalogue = read_po(text, locale="en")
    words = {(m.context or "", str(m.id)): str(m.string) for m in catalogue if m.id and m.string}
    anywhere = {("", text): english for (_process, text), english in reversed(words.items())}
    return {**anywhere, **words}


def label(process: str, name: str) -> str:
    """The name of a process or of a step of `process`, in the request's language; Chinese where there is no other.

    A step of a called process is found under its own name too.
    """
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


class _About(Protocol):
    @property
    def subject(self) -> str: ...
    @property
    def subject_en(self) -> str | None: ...


def subject(of: _About) -> str:
    """What an instance is about, in the request's language where its process says it in both."""
    return (of.subject_en if i18n.locale().startswith("en") else None) or of.subject


def titled(name: object) -> object:
    """A paper's title in the request's language; any other name as it is."""
    return english(name) if isinstance(name, str) and i18n.locale().startswith("en") else name


def sentence(documentation: str) -> str:
    """Documentation in the request's language, without the numbers of source steps and open points in it.

    Process owners write a Chinese paragraph and an English one; where one language is missing the other is shown.
    """
    paragraphs = [each.strip() for each in _SOURCE_STEPS.sub("", documentation).split("\n\n") if each.strip()]
    english = i18n.locale().startswith("en")
    wanted = [each for each in paragraphs if bool(_CHINESE.search(each)) is not english]
    return "\n\n".join(wanted or paragraphs)
