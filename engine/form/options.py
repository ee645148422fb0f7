"""The options of a choice: written in the form, found in the task's data, or computed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.form.component import Component
from engine.form.formula import Scope
from engine.form.kinds import MOST_OPTIONS
from engine.form.wording import as_text, plain, token

_CONTEXT = re.compile(r"\{[^{}]*\}")
_ENTRY = re.compile(r'(\w+): "([^"]*)"')


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its value, its label in Chinese (or as the data says) and in English."""

    value: Any
    label: str
    english: str

    @property
    def token(self) -> str:
        """The text that stands for the value in HTML."""
        return token(self.value)


def options(component: Component, context: Mapping[str, Any], scope: Scope) -> list[Option]:
    """The options as form-js finds them: from `valuesKey` in the task's data, else static, else computed."""
    spec = component.spec
    if "valuesKey" in spec:
        found = context.get(str(spec["valuesKey"]))
    elif "values" in spec:
        found = spec["values"]
    else:
        found = component.options.value(scope) if component.options else []
    english = _english(component)
    made = (_option(item, english) for item in (found if isinstance(found, list) else [])[:MOST_OPTIONS])
    return [option for option in made if option is not None]


def written(component: Component) -> list[Option]:
    """The options whose words stand in the form itself: all of them, or those that an expression chooses from."""
    found = component.spec.get("values") or _literals(component.spec.get("valuesExpression"))
    english = _english(component)
    made = (_option(item, english) for item in (found if isinstance(found, list) else [])[:MOST_OPTIONS])
    return [option for option in made if option is not None]


def _literals(expression: Any) -> list[dict[str, str]]:
    """The contexts of plain texts in an expression: `{label: "定做", value: "make", en: "Made to order"}`."""
    found = _CONTEXT.findall(expression) if isinstance(expression, str) else []
    return [dict(_ENTRY.findall(one)) for one in found]


def _option(item: Any, english: Mapping[str, str]) -> Option | None:
    if isinstance(item, Mapping):
        label, value = item.get("label"), item.get("value")
        if not isinstance(label, str) or not label:
            label = as_text(plain(value)) if _is_simple(value) else ""
        if not label or not (_is_simple(value) or (isinstance(value, Mapping) and value)):
            return None
        own = item.get("en")
        return Option(value, label, own if isinstance(own, str) else english.get(as_text(value), label))
    if not _is_simple(item):
        return None
    label = as_text(item)
    return Option(item, label, english.get(label, label))


def _is_simple(value: Any) -> bool:
    """What form-js takes for an option's value: no null, no empty text."""
    return value is not None and value != "" and not isinstance(value, Mapping | list)


def _english(component: Component) -> dict[str, str]:
    """The labels of `properties.en_options`: `value=Label|value2=Label2`."""
    text = component.hints.get("en_options")
    pairs = (part.partition("=") for part in text.split("|")) if isinstance(text, str) else ()
    return {value.strip(): label.strip() for value, equals, label in pairs if equals}


def columns(component: Component, scope: Scope, *, english: bool = False) -> list[tuple[str, str]]:
    """Key and label of every column of a table."""
    found = component.columns.value(scope) if component.columns else None
    if not isinstance(found, list):
        found = component.spec.get("columns") or []
    text = component.hints.get("en_columns") if english else None
    pairs = (part.partition("=") for part in text.split("|")) if isinstance(text, str) else ()
    translated = {key.strip(): label.strip() for key, equals, label in pairs if equals}
    return [
        (item["key"], translated.get(item["key"]) or item.get("label") or item["key"])
        for item in found
        if isinstance(item, Mapping) and isinstance(item.get("key"), str)
    ]
