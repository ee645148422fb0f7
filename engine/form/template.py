"""Texts with values in them: `{{ FEEL }}`, `{{#if FEEL}}…{{/if}}`, `{{#loop FEEL}}…{{/loop}}`, or `= FEEL` whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.feel.fault import FeelError, syntax_error
from engine.form.formula import Formula, Scope, formula, is_formula
from engine.form.wording import as_text

Escape = Callable[[str], str]
_PLACE = re.compile(r"^(Line \d+, column \d+: |第 \d+ 行第 \d+ 列：)")
_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclass(slots=True)
class _Section:
    """A stretch of the template: "all" once, "if" when its formula holds, "loop" once an item."""

    kind: str
    formula: Formula | None = None
    parts: list[str | Formula | _Section] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Template:
    """A text of the form with places for values."""

    source: str
    _root: _Section

    def text(self, scope: Scope, escape: Escape = str) -> str:
        """The text with its values; `escape` is put over every value that is filled in.

        A text that is FEEL as a whole (`= …`) is the designer's own composition and is not escaped.
        """
        return "".join(_fill(self._root, scope, str if is_formula(self.source) else escape))

    def line(self, scope: Scope) -> str:
        """The first line of the text, as labels use it."""
        return self.text(scope).split("\n", 1)[0]

    @property
    def formulas(self) -> list[Formula]:
        """Every formula in it."""
        return list(_formulas(self._root))


def template(text: str) -> Template:
    """The template of a property. Raises FeelError for a formula or a section that cannot be read."""
    root = _Section("all")
    if is_formula(text):
        root.parts.append(formula(text))
        return Template(text, root)
    _read(text, root)
    return Template(text, root)


def _read(text: str, root: _Section) -> None:
    open_sections, end = [root], 0
    for tag in _TAG.finditer(text):
        open_sections[-1].parts.append(text[end : tag.start()])
        end = tag.end()
        _read_tag(text, tag, open_sections)
    if len(open_sections) > 1:
        raise syntax_error(text, len(text), f"{{{{/{open_sections[-1].kind}}}}} is missing", "缺少结束标记")
    root.parts.append(text[end:])


def _read_tag(text: str, tag: re.Match[str], open_sections: list[_Section]) -> None:
    content = tag[1].strip()
    word, _, rest = content.partition(" ")
    if word in {"#if", "#loop"}:
        section = _Section(word[1:], _formula_at(text, tag, rest))
        open_sections[-1].parts.append(section)
        open_sections.append(section)
    elif content in {"/if", "/loop"}:
        if open_sections[-1].kind != content[1:]:
            raise syntax_error(text, tag.start(), f"{{{{{content}}}}} closes nothing", "多余的结束标记")
        open_sections.pop()
    elif content:
        open_sections[-1].parts.append(_formula_at(text, tag, content))


def _formula_at(text: str, tag: re.Match[str], source: str) -> Formula:
    try:
        return formula("=" + source)
    except FeelError as error:
        at = tag.start() + tag.group().find(source) + max(error.position, 0)
        raise syntax_error(text, at, *(_PLACE.sub("", said) for said in (error.en, error.zh))) from None


def _fill(section: _Section, scope: Scope, escape: Escape) -> Iterator[str]:
    for part in section.parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Formula):
            yield escape(as_text(part.value(scope)))
        elif part.formula is not None:
            for inner in _scopes(part.kind, part.formula.value(scope), scope):
                yield _trimmed("".join(_fill(part, inner, escape)))


def _trimmed(inner: str) -> str:
    """A section's text; the line break after its opening tag belongs to the tag."""
    return inner.removeprefix("\n")


def _scopes(kind: str, value: Any, scope: Scope) -> Iterator[Scope]:
    if kind == "if":
        if isinstance(value, list | Mapping) or value:
            yield scope
        return
    for item in value if isinstance(value, list) else [] if value is None else [value]:
        own = item if isinstance(item, Mapping) else {}
        yield {"this": item, "parent": scope, **own, "_this_": item, "_parent_": scope}


def _formulas(section: _Section) -> Iterator[Formula]:
    for part in section.parts:
        if isinstance(part, Formula):
            yield part
        elif isinstance(part, _Section):
            if part.formula is not None:
                yield part.formula
            yield from _formulas(part)
