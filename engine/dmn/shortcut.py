"""The commonest conditions without the machinery of FEEL: fixed texts, true and false, numbers and their ranges.

A shortcut answers only for values of the kinds it names, exactly as FEEL does (a test compares them); every other
condition or value goes to FEEL.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import Any

_NUMBER = r"(-?\d{1,15}(?:\.\d{1,15})?)"
_WORD = r'"[^"\\]*"'
_WORDS = re.compile(rf"{_WORD}(?:\s*,\s*{_WORD})*")
_NOT_WORDS = re.compile(rf"not\s*\(\s*({_WORD}(?:\s*,\s*{_WORD})*)\s*\)")
_COMPARISON = re.compile(rf"(<=|>=|<|>)?\s*{_NUMBER}")
_INTERVAL = re.compile(rf"([\[(\]])\s*{_NUMBER}\s*\.\.\s*{_NUMBER}\s*([\])\[])")

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "": eq}
_TEXT = frozenset({str})
_TRUTH = frozenset({bool})
_NUMBERS = frozenset({int, Decimal})


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A condition as a plain function, for values whose exact class is one of `kinds`."""

    kinds: frozenset[type]
    holds: Callable[[Any], bool]


def shortcut(text: str) -> Shortcut | None:
    """The shortcut of a condition; None when it is not one of the simple forms."""
    if text in ("true", "false"):
        wanted = text == "true"
        return Shortcut(_TRUTH, lambda value: value is wanted)
    if _WORDS.fullmatch(text):
        return Shortcut(_TEXT, _words(text).__contains__)
    if found := _NOT_WORDS.fullmatch(text):
        refused = _words(found.group(1))
        return Shortcut(_TEXT, lambda value: value not in refused)
    if found := _COMPARISON.fullmatch(text):
        holds, limit = _OPERATORS[found.group(1) or ""], _number(found.group(2))
        return Shortcut(_NUMBERS, lambda value: holds(value, limit))
    if found := _INTERVAL.fullmatch(text):
        return Shortcut(_NUMBERS, _interval(*found.groups()))
    return None


def _words(text: str) -> frozenset[str]:
    return frozenset(word[1:-1] for word in re.findall(_WORD, text))


def _number(text: str) -> int | Decimal:
    return Decimal(text) if "." in text else int(text)


def _interval(opening: str, low: str, high: str, closing: str) -> Callable[[Any], bool]:
    start, end = _number(low), _number(high)
    above = ge if opening == "[" else gt
    below = le if closing == "]" else lt
    return lambda value: above(value, start) and below(value, end)
