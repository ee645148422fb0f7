"""Values as text: for labels and read-only pages, and as the tokens that stand for options in HTML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

from engine.form.messages import plain as number_text

_JSON = "json:"
_DEEPEST = 30
_DIGITS = 100
_LARGEST = 10**_DIGITS


def as_text(value: Any) -> str:
    """A value inside a sentence: nothing for null, numbers without exponent, lists and groups as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | Decimal):
        return number_text(value) if is_ordinary(value) else "∞"
    if isinstance(value, list | tuple | Mapping):
        return json.dumps(plain(value), ensure_ascii=False)
    return str(plain(value))


def plain(value: Any, depth: int = 0) -> Any:
    """The value as JSON can hold it: exact numbers as numbers, times as ISO 8601 text, no bottomless nesting."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, int | Decimal | float) and not is_ordinary(value):
        return "∞"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def is_ordinary(number: float | Decimal) -> bool:
    """Whether the number can be written out: finite, and not of hundreds of digits."""
    if isinstance(number, Decimal):
        return number.is_finite() and abs(number.adjusted()) < _DIGITS
    return isfinite(number) if type(number) is float else abs(number) < _LARGEST


def token(value: Any) -> str:
    """The text that stands for an option's value in HTML: itself, or JSON behind `json:`."""
    if isinstance(value, str) and not value.startswith(_JSON):
        return value
    return _JSON + json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def of_token(text: str) -> Any:
    """The value a token stands for; the text itself when it is no token of ours."""
    if not text.startswith(_JSON):
        return text
    try:
        return json.loads(text.removeprefix(_JSON), parse_float=Decimal)
    except (ValueError, RecursionError):
        return text


def grouped(number: Any, digits: int | None = None) -> str:
    """A number as people read it on a page: groups of three, and at least `digits` decimals."""
    if isinstance(number, bool) or not isinstance(number, int | Decimal) or not is_ordinary(number):
        return as_text(number)
    whole, _, fraction = number_text(number).partition(".")
    fraction = fraction.ljust(digits or 0, "0")
    shown = f"{int(whole):,}" if whole not in {"-0", "-"} else whole
    return f"{shown}.{fraction}" if fraction else shown
