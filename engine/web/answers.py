"""Between a page's form post and a form's answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from markupsafe import Markup

from engine.errors import Message
from engine.form import Form
from engine.web import i18n

#: Fields of the page itself, beside those of the form: never answers.
OWN = frozenset({"_key", "_shown"})


def posted(form: Form | None, context: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the form's answers; a task without form has none."""
    if form is None:
        return {}
    own = request.form.copy()
    for name in OWN:
        own.poplist(name)
    return dict(form.from_post(own, context))


def fields(
    form: Form | None,
    given: Mapping[str, Any] | None,
    errors: Mapping[str, Message],
    context: Mapping[str, Any],
    address: str,
) -> Markup:
    """The form's fields as markup, holding `given` (None: as the task's data has them), errors beside their fields."""
    if form is None:
        return Markup("")
    return form.render(given, errors, context, i18n.locale(), address=address)


def problems(form: Form | None, errors: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Path, label and sentence of each error, for the summary above the form."""
    labels = field_labels(form)
    return [(path, labels.get(_pattern(path), ""), text) for path, text in errors.items()]


def field_labels(form: Form | None) -> dict[str, str]:
    """What the form calls the values it asks for, in the request's language, by path."""
    if form is None:
        return {}
    english = i18n.locale().startswith("en")
    return {key.path: (key.english or key.label) if english else key.label for key in form.keys() if key.label}


def _pattern(path: str) -> str:
    """`lines[3].sku` as the form's own path, `lines[].sku`."""
    return re.sub(r"\[\d+\]", "[]", path)
