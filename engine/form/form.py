"""A form as the product uses it: what it asks, what it makes of answers, how it looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from engine.clock import Clock, utc_now
from engine.errors import Message
from engine.form import answers, checking, drawing, messages, post
from engine.form.checking import Checked
from engine.form.component import Component, Shape
from engine.form.files import Files
from engine.form.options import written
from engine.form.post import Posted
from engine.form.reader import FormRefused, read_file
from engine.form.shadowed import field_path
from engine.form.widget import Page


@dataclass(frozen=True, slots=True)
class Key:
    """A value the form asks for or computes.

    Attributes:
        path: its place in the answers, `lines[].sku` for a field of a list's rows.
        type: the form-js component type.
        value: what it gives FEEL: "string", "number", "boolean", "list", "date", "time", "date and time" or "any".
        writable: whether a person gives it (at least at times); computed and read-only values are not.
    """

    path: str
    type: str
    value: str
    label: str
    english: str
    required: bool
    writable: bool


_VALUES = {
    "textfield": "string",
    "textarea": "string",
    "number": "number",
    "checkbox": "boolean",
    "checklist": "list",
    "taglist": "list",
    "filepicker": "list",
}


class Form:
    """A form that was read without errors. Immutable, so one is shared by all who use it."""

    def __init__(self, form_id: str, components: tuple[Component, ...], shape: Shape) -> None:
        self.id = form_id
        self.components = components
        self.shape = shape

    def check(
        self,
        submitted: Mapping[str, Any],
        context: Mapping[str, Any],
        *,
        files: Files | None = None,
        clock: Clock = utc_now,
    ) -> Checked:
        """Judge a submission of parsed JSON values against the task's data.

        Never raises for what is submitted: it gives values, or an error at each path that cannot be accepted.
        """
        if not isinstance(submitted, Mapping):
            return Checked(errors={"": messages.OBJECT}, rules={"": ("type",)})
        return checking.check(self.components, self.shape, submitted, context, files, clock())

    def without(self, *names: str) -> Form:
        """The form as a page draws it that asks for these fields itself, and shows by itself what its texts say."""
        left = [one for one in self.components if one.type != "text" and not {*one.path[:1]} & {*names}]
        return Form(self.id, tuple(left), self.shape)

    def hinted(self, hint: str) -> dict[str, str]:
        """The fields outside lists that carry a custom property, with what it says."""
        return {
            name: str(entry.hints[hint])
            for name, entry in self.shape.items()
            if isinstance(entry, Component) and entry.is_input and hint in entry.hints
        }

    def initial(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """The answers before anybody gave any: of the task's data, else the form's defaults."""
        return answers.asked(self.shape, answers.initial(self.shape, context))

    def unanswered(self, submitted: Mapping[str, Any]) -> dict[str, None]:
        """What must be answered and was not, though a page would propose an answer: data in which it is empty.

        For whoever fills no page: `check(submitted, unanswered(submitted))` takes no proposal for an answer.
        """
        return {
            name: None
            for name, entry in self.shape.items()
            if isinstance(entry, Component) and entry.is_input and entry.required and name not in submitted
        }

    def from_post(
        self,
        posted: Posted,
        context: Mapping[str, Any],
        *,
        uploads: Posted | None = None,
        files: Files | None = None,
    ) -> dict[str, Any]:
        """The answers in a posted HTML form (`request.form`, and `request.files` as `uploads`), for `check` and `render`.

        Never raises for what is posted: a text that is no number stays a text, a name that is no field stays too,
        and `check` says so at its path. `files` keeps the uploads; what it refuses, `check` says at the field.
        """
        return post.submitted(self.shape, posted, context, uploads, files)

    def act(self, action: str, submitted: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
        """The answers after the button `_action`: a row added (`add:lines`) or taken away (`remove:lines:2`)."""
        return post.acted(self.shape, action, submitted, context)

    def preview(
        self,
        posted: Posted,
        context: Mapping[str, Any],
        *,
        uploads: Posted | None = None,
        files: Files | None = None,
        clock: Clock = utc_now,
    ) -> tuple[dict[str, Any], dict[str, Message]]:
        """What to draw again while a person types: the answers so far, after the row button if one was pressed.

        The errors are those of fields that were on the page, and only once the page has shown errors.
        """
        values = self.from_post(posted, context, uploads=uploads, files=files)
        for action in posted.getlist("_action")[:1]:
            values = self.act(str(action), values, context)
        names = set(map(field_path, posted.keys()))
        if "_checked" not in names:
            return values, {}
        found = self.check(values, context, files=files, clock=clock).errors
        return values, {path: message for path, message in found.items() if path in names}

    def render(
        self,
        values: Mapping[str, Any],
        errors: Mapping[str, Message],
        context: Mapping[str, Any],
        locale: str,
        page: Page | None = None,
    ) -> Markup:
        """The whole `<form>`: fields, buttons, and a summary of the errors that leads to them.

        Without JavaScript it works as it is; with htmx and `page.preview_url` its conditions, computed values and
        rows follow what is typed.
        """
        return self._drawn("form.html", values, errors, context, locale, page)

    def fields(
        self,
        values: Mapping[str, Any],
        errors: Mapping[str, Message],
        context: Mapping[str, Any],
        locale: str,
        page: Page | None = None,
    ) -> Markup:
        """What stands inside the `<form>`, for a page that has a form and buttons of its own, and for htmx."""
        return self._drawn("fields.html", values, errors, context, locale, page)

    def shown(
        self, values: Mapping[str, Any], context: Mapping[str, Any], locale: str, page: Page | None = None
    ) -> Markup:
        """The completed form for reading: labels and values, no inputs."""
        return self._drawn("shown.html", values, {}, context, locale, page)

    def _drawn(
        self,
        template: str,
        values: Mapping[str, Any],
        errors: Mapping[str, Message],
        context: Mapping[str, Any],
        locale: str,
        page: Page | None,
    ) -> Markup:
        form = self.components, self.shape
        return drawing.drawn(template, *form, values, errors, context, locale, page or Page())

    def keys(self) -> list[Key]:
        """What the form asks for and computes, in its order."""
        return list(_keys(self.components, ""))

    def typed(self) -> frozenset[str]:
        """The variables into which people type any text; not those of fields with the property `routing` = `true`."""
        return frozenset(_typed(self.components, ""))

    def choices(self) -> dict[tuple[str, str], tuple[str, str]]:
        """What the form calls the values it offers: by last name of the field and value, in Chinese and in English."""
        return dict(_choices(self.components))


def _keys(components: tuple[Component, ...], base: str) -> list[Key]:
    found: list[Key] = []
    for component in components:
        here = (
            base
            + ("." if base and component.path and not base.endswith(".") else "")
            + ".".join(component.path)
        )
        if component.is_input:
            found.append(_key(component, here))
        found += _keys(component.children, here + "[]" if component.is_list else here)
    return found


def _typed(components: tuple[Component, ...], top: str) -> Iterator[str]:
    for component in components:
        name = top or (component.path[0] if component.path else "")
        writes = component.type in ("textfield", "textarea") and not component.disabled
        if writes and component.readonly is not True and component.hints.get("routing") != "true":
            yield name
        yield from _typed(component.children, name)


def _choices(components: tuple[Component, ...]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for component in components:
        for each in written(component) if component.path else []:
            yield (component.path[-1], each.token), (each.label, each.english)
        yield from _choices(component.children)


def _key(component: Component, path: str) -> Key:
    label = str(
        component.spec.get("label")
        or component.spec.get("dateLabel")
        or component.spec.get("timeLabel")
        or ""
    )
    value = _VALUES.get(component.type, "any")
    if component.type == "datetime":
        subtype = component.spec.get("subtype")
        value = {"time": "time", "datetime": "date and time"}.get(str(subtype), "date")
    if component.type == "number" and component.spec.get("serializeToString"):
        value = "string"
    writable = not component.disabled and component.readonly is not True and component.type != "expression"
    english = str(component.hints.get("en") or label)
    return Key(path, component.type, value, label, english, component.required, writable)


def read(text: str | bytes, filename: str = "") -> Form:
    """The form in a `.form` file. Raises FormRefused with the findings when it could not run exactly as written."""
    reading = read_file(text, filename)
    if reading.errors:
        raise FormRefused(reading.errors)
    return Form(reading.id, reading.components, reading.shape)


__all__ = ["Form", "Key", "read"]
