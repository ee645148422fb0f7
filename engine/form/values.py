"""One field's value: taken strictly from a submission, or leniently from the task's data as form-js does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.errors import Message
from engine.form import messages, moments
from engine.form.component import Component
from engine.form.kinds import MOST_OPTIONS, MOST_TEXT
from engine.form.wording import as_text, token

#: A character that no database and no JSON reader takes: NUL, half of a character.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_DIGITS = 34


@dataclass(frozen=True, slots=True)
class Bad:
    """A value that is not of the field's type."""

    message: Message


def taken(component: Component, value: Any) -> Any:
    """The value a person gave, of the field's exact type; Bad when it is of another."""
    if component.type in ("textfield", "textarea"):
        return _text(component, value)
    if component.type == "number":
        return _number(component, value)
    if component.type == "checkbox":
        return False if value is None else value if isinstance(value, bool) else Bad(messages.BOOLEAN)
    if component.is_several:
        return _several(value)
    if component.type == "datetime":
        return _moment(component, value)
    return _safe(value)


def _text(component: Component, value: Any) -> Any:
    if value is None:
        return ""
    if not isinstance(value, str):
        return Bad(messages.TEXT)
    if len(value) > MOST_TEXT:
        return Bad(messages.shorter(MOST_TEXT))
    if not is_storable(value):
        return Bad(messages.CHARACTERS)
    return one_line(value) if component.type == "textfield" else value


def one_line(text: str) -> str:
    """The text with line breaks and tabs as spaces, as a text field holds it."""
    return text.replace("\r", " ").replace("\n", " ").replace("\t", " ")


def is_storable(text: str) -> bool:
    """Whether every database and every JSON reader takes the text."""
    return UNSTORABLE.search(text) is None


def _number(component: Component, value: Any) -> Any:
    if value is None or value == "":
        return None
    if component.spec.get("serializeToString"):
        if not isinstance(value, str):
            return Bad(messages.NUMBER)
        found = number(value)
        return found if isinstance(found, Bad) else value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return Bad(messages.NUMBER)
    return exact(Decimal(repr(value)) if isinstance(value, float) else value)


def number(text: str) -> int | Decimal | Bad:
    """The number a text writes, such as `1200`, `-3.5` or `1e3`."""
    try:
        return exact(Decimal(text.strip())) if len(text) <= 100 and "_" not in text else Bad(messages.NUMBER)
    except InvalidOperation:
        return Bad(messages.NUMBER)


def exact(value: int | Decimal) -> int | Decimal | Bad:
    """A number within 34 digits on either side of the point; whole ones as int."""
    if isinstance(value, int):
        return value if abs(value) < 10**_DIGITS else Bad(messages.NUMBER_SIZE)
    if not value.is_finite():
        return Bad(messages.NUMBER)
    exponent = value.as_tuple().exponent
    if value and (value.adjusted() >= _DIGITS or not isinstance(exponent, int) or exponent < -_DIGITS):
        return Bad(messages.NUMBER_SIZE)
    if len(value.as_tuple().digits) > _DIGITS:
        return Bad(messages.NUMBER_SIZE)
    return int(value) if value == value.to_integral_value() else value


def _several(value: Any) -> Any:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_OPTIONS:
        return Bad(messages.CHOICES)
    return _safe(value)


def _moment(component: Component, value: Any) -> Any:
    if value is None or value == "":
        return None
    found = moments.normal(component, value) if isinstance(value, str) and len(value) <= 40 else None
    if found is not None:
        return found
    kind = moments.subtype(component)
    return Bad({"date": messages.DATE, "time": messages.TIME}.get(kind, messages.DATETIME))


def _safe(value: Any, depth: int = 0) -> Any:
    """A value of any shape whose texts and numbers can be kept; checked against the options later."""
    if isinstance(value, str):
        return value if is_storable(value) and len(value) <= MOST_TEXT else Bad(messages.CHARACTERS)
    if isinstance(value, float):
        return exact(Decimal(repr(value)))
    if isinstance(value, list | Mapping):
        items = value.values() if isinstance(value, Mapping) else value
        if depth > 5 or any(isinstance(_safe(item, depth + 1), Bad) for item in items):
            return Bad(messages.CHARACTERS)
    return value


def found(component: Component, value: Any) -> Any:
    """The value the task's data gives the field, made fit as form-js makes it; never fails."""
    if component.type in ("textfield", "textarea"):
        text = "" if value is None or isinstance(value, list | Mapping) else as_text(moments.of_value(value))
        return one_line(text) if component.type == "textfield" else text
    if component.type == "number":
        return _found_number(component, value)
    if component.type == "checkbox":
        return value is True
    if component.type == "datetime":
        text = moments.of_value(value)
        return text if isinstance(text, str) and moments.normal(component, text) is not None else None
    if component.is_several:
        return list(value) if isinstance(value, list) else []
    return value


def _found_number(component: Component, value: Any) -> Any:
    if (
        isinstance(value, bool)
        or value is None
        or value == ""
        or not isinstance(value, int | float | Decimal | str)
    ):
        return None
    made = (
        number(value)
        if isinstance(value, str)
        else exact(Decimal(repr(value)) if isinstance(value, float) else value)
    )
    if isinstance(made, Bad):
        return None
    if component.spec.get("serializeToString"):
        return value.strip() if isinstance(value, str) else messages.plain(made)
    return made


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same to a person: 1 and 1.0, a date and its text, nothing and an empty text."""
    if one in (None, "") or one == []:
        return other in (None, "") or other == []
    kinds = date, datetime, time
    return token(moments.of_value(one) if isinstance(one, kinds) else one) == token(
        moments.of_value(other) if isinstance(other, kinds) else other
    )
