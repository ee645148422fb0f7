"""Between a page's form post and a form's answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from markupsafe import Markup

from engine.errors import Message
from engine.form import Form
from engine.form.files import Files, Reference
from engine.form.widget import Page
from engine.web import i18n

Address = Callable[[Reference], str]

#: What the signing page asks by itself, by its buttons and beside them; whatever else its form asks stands above.
_OF_SIGNING = ("decision", "comment")


def posted(form: Form | None, context: Mapping[str, Any], files: Files | None = None) -> dict[str, Any]:
    """What was typed, as the form's answers, after the button that adds or removes a row; a task without form has none."""
    if form is None:
        return {}
    given = form.from_post(request.form, context, uploads=request.files if files else None, files=files)
    return form.act(_action(), given, context) if _action() else given


def is_row_button() -> bool:
    """Whether the form was sent by a button that adds or removes a row, as it is without scripts."""
    return _action() != ""


def fields(
    form: Form | None,
    given: Mapping[str, Any] | None,
    errors: Mapping[str, Message],
    context: Mapping[str, Any],
    preview: str,
    file_url: Address | None = None,
) -> Markup:
    """The form's fields as markup, holding `given` (None: as the task's data has them), errors beside their fields."""
    if form is None:
        return Markup("")
    return form.fields(
        given or {}, errors, context, i18n.locale(), Page(preview_url=preview, file_url=file_url)
    )


def beside_signature(form: Form | None, context: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed on the signing page besides decision, comment and password."""
    asked = form.shape.keys() - {*_OF_SIGNING} if form else {}
    return {name: value for name, value in posted(form, context).items() if name in asked}


def fields_beside_signature(
    form: Form | None,
    given: Mapping[str, Any] | None,
    errors: Mapping[str, Message],
    context: Mapping[str, Any],
) -> Markup:
    """The form's fields for the signing page, as for somebody who signs: a refusal asks for its comment only."""
    if form is None:
        return Markup("")
    rest, said = form.without(*_OF_SIGNING), {**(given or {}), "decision": "sign"}
    return rest.fields(said, errors, context, i18n.locale(), Page(enters=False, summary=False))


def previewed(
    form: Form | None, context: Mapping[str, Any], preview: str, file_url: Address | None = None
) -> Markup:
    """The fields again for what is typed now; once errors were shown, what is still wrong is said at once."""
    given = posted(form, context)
    errors = form.check(given, context).errors if form and request.form.get("_checked") else {}
    return fields(form, given, errors, context, preview, file_url)


def field_labels(form: Form | None) -> dict[str, str]:
    """What the form calls the values it asks for, in the request's language, by path."""
    if form is None:
        return {}
    english = i18n.locale().startswith("en")
    asked = form.keys()
    return {key.path: key.english if english else key.label for key in asked if key.label}


def _action() -> str:
    return request.form.get("_action", "")[:200]
