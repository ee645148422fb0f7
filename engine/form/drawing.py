"""Draw a form as HTML through its templates."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from engine.errors import Message
from engine.form.answers import answers
from engine.form.component import Component, Shape
from engine.form.prose import unbroken
from engine.form.state import settled
from engine.form.view import View
from engine.form.widget import Line, Page, Widget
from engine.form.words import word

_TEMPLATES = Environment(
    loader=PackageLoader("engine.form"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_TEMPLATES.filters["unbroken"] = unbroken


def drawn(
    template: str,
    components: tuple[Component, ...],
    shape: Shape,
    values: Mapping[str, Any],
    errors: Mapping[str, Message],
    context: Mapping[str, Any],
    locale: str,
    page: Page,
) -> Markup:
    """The form in `template`, showing the values; what cannot be taken is shown as it was typed."""
    given = answers(shape, values, context)
    state = settled(components, given)
    lines = View(given, errors, locale, page).lines(state.nodes)
    buttons = _last_buttons(lines) if template == "form.html" else []
    if template == "fields.html":
        _last_buttons(lines)
    text = _TEMPLATES.get_template(template).render(
        page=page,
        locale=locale,
        word=functools.partial(word, locale=locale),
        widget_lines=[line for line in lines if line.widgets],
        buttons=buttons,
        errors=errors,
        summary=list(_summary(lines, errors, locale)),
    )
    return Markup(text)  # noqa: S704 - made by templates that escape


def _last_buttons(lines: list[Line]) -> list[Widget]:
    """Take the buttons of the form's own level out of the lines: they stand at its foot."""
    found: list[Widget] = []
    for line in lines:
        found += [widget for widget in line.widgets if widget.kind == "button"]
        line.widgets = [widget for widget in line.widgets if widget.kind != "button"]
    return found if any(button.value == "submit" for button in found) else []


def _summary(lines: list[Line], errors: Mapping[str, Message], locale: str) -> Iterator[tuple[str, str, str]]:
    """Target, label and sentence of every error, those of fields in the form's order first."""
    widgets = {widget.name: (widget, row) for widget, row in _widgets(lines, "", locale) if widget.name}
    for name, (widget, row) in widgets.items():
        if name in errors:
            target = (
                widget.choices[0].id if widget.kind in ("radios", "checks") and widget.choices else widget.id
            )
            yield target, f"{row}{widget.label}", errors[name].text(locale)
    for name, message in errors.items():
        if name not in widgets:
            yield "", name, message.text(locale)


def _widgets(lines: list[Line], row: str, locale: str) -> Iterator[tuple[Widget, str]]:
    for line in lines:
        for widget in line.widgets:
            yield widget, row
            yield from _widgets(widget.lines, row, locale)
            for one in widget.rows:
                yield from _widgets(one.lines, f"{word('row', locale, n=one.number)} ", locale)
