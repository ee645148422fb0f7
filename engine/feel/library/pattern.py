"""Functions with regular expressions: XPath's, run by RE2 in linear time.

What RE2 cannot do in linear time (back references, looking around) and what XPath does not have gives null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from engine.feel.functions import function
from engine.feel.limits import Run

_PATTERN_LIMIT = 1_000
#: Looking for the next match may read all the rest of the text: so many characters cost a step.
_SEARCHED_PER_STEP = 16_384
#: Preparing a pattern takes time by its length, and more when it counts repetitions.
_PATTERN_PER_STEP = 8
_COUNTED_STEPS = 20
_FLAGS = frozenset("smixq")
#: XPath's classes in RE2's terms: digits, word characters, and the characters of XML names.
_CLASSES = {
    "d": r"\p{Nd}",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "i": r"\p{L}_:",
    "c": r"\p{L}\p{Nd}\p{M}_:.\x{2D}\x{B7}",
}
_KEPT_ESCAPES = frozenset("nrtsS\\|.?*+(){}$-[]^")
#: What a pattern is made of; a brace that is not a count stands alone.
_PIECES = re.compile(r"\\[pP]\{[A-Za-z]{1,30}\}|\\.|\\|\{[0-9]{1,4}(?:,[0-9]{0,4})?\}|\(\?.?|.", re.DOTALL)


@function(
    "matches(input: string, pattern: string, flags?: string|null)",
    "whether some part of the text matches the pattern",
    "文本中是否有部分匹配正则表达式",
)
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool | None:
    """Whether it matches; null for a pattern that cannot be used."""
    found = _prepared(pattern, flags or "", text, run)
    return None if found is None else found.search(text) is not None


@function(
    "replace(input: string, pattern: string, replacement: string, flags?: string|null)",
    "the text with every match replaced; $1 is the first group",
    "替换所有匹配，$1 为第一个分组",
)
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    """The text with replacements; null for a pattern that cannot be used or that matches nothing at all."""
    found = _prepared(pattern, flags or "", text, run)
    if found is None or found.search("") is not None:
        return None
    pieces = [("", replacement)] if "q" in (flags or "") else _replacement(replacement, found.groups)
    if pieces is None:
        return None
    run.hold_text(len(text))
    made: list[str] = []
    place = 0
    for match in _all(found, text, run):
        filled = "".join(piece if not group else match[int(group)] or "" for group, piece in pieces)
        run.hold(len(filled))
        made += (text[place : match.start()], filled)
        place = match.end()
    return "".join(made) + text[place:]


@function("split(string: string, delimiter: string)", "the parts between the matches", "按分隔模式拆分文本")
def split(run: Run, text: str, delimiter: str) -> list[str] | None:
    """The parts; null for a pattern that cannot be used or that matches nothing at all."""
    found = _prepared(delimiter, "", text, run)
    if found is None or found.search("") is not None:
        return None
    parts, place = [], 0
    for match in _all(found, text, run):
        parts.append(text[place : match.start()])
        place = match.end()
    run.hold_list(len(parts) + 1)
    return [*parts, text[place:]]


@function("extract(input: string, pattern: string)", "all parts that match (Camunda)", "取出所有匹配的部分")
def extract(run: Run, text: str, pattern: str) -> list[str] | None:
    """The matches; null for a pattern that cannot be used."""
    found = _prepared(pattern, "", text, run)
    if found is None:
        return None
    parts = [match[0] for match in _all(found, text, run)]
    run.hold_list(len(parts))
    return parts


def _all(pattern: Any, text: str, run: Run) -> Iterator[Any]:
    """Every match, each paid for."""
    for match in pattern.finditer(text):
        run.step(1 + (len(text) - int(match.start())) // _SEARCHED_PER_STEP)
        yield match


def _prepared(pattern: str, flags: str, text: str, run: Run) -> Any:
    """The pattern ready for RE2, or None; pays for preparing it and for reading the text once."""
    run.step(1 + len(pattern) // _PATTERN_PER_STEP + (_COUNTED_STEPS if "{" in pattern else 0))
    run.read_text(len(text))
    return _compiled(pattern, flags)


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Any:
    """The pattern ready for RE2, or None."""
    if len(pattern) > _PATTERN_LIMIT or not _FLAGS.issuperset(flags):
        return None
    translated = re.escape(pattern) if "q" in flags else _translated(_without_spaces(pattern, flags))
    if translated is None:
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    options.case_sensitive = "i" not in flags
    prefix = "".join(flag for flag in "sm" if flag in flags and "q" not in flags)
    try:
        return re2.compile(f"(?{prefix})" * bool(prefix) + translated, options)
    except re2.error:
        return None


def _without_spaces(pattern: str, flags: str) -> str:
    """Flag x: spaces mean nothing, except in a class."""
    if "x" not in flags:
        return pattern
    return re.sub(r"(\\.|\[(?:\\.|[^\]\\])*\])|\s+", lambda match: match[1] or "", pattern)


def _translated(pattern: str) -> str | None:
    """XPath's syntax in RE2's; None for what either of them does not have."""
    made: list[str] = []
    inside = False
    for match in _PIECES.finditer(pattern):
        piece = match[0]
        if piece.startswith("\\"):
            translated = _escape(piece, inside=inside)
        else:
            translated = _inside_class(piece) if inside else _outside_class(piece)
            inside = piece == "[" if not inside else piece != "]"
        if translated is None:
            return None
        made.append(translated)
    return "".join(made)


def _outside_class(piece: str) -> str | None:
    """Groups are plain or do not capture; braces only count, and closing brackets close only classes."""
    special = len(piece) > 1 and piece[0] == "(" and piece != "(?:"
    return None if special or piece in ("]", "{", "}") else piece


def _inside_class(piece: str) -> str | None:
    """RE2 cannot subtract one class from another."""
    return None if piece == "[" else piece


def _escape(escape: str, *, inside: bool) -> str | None:
    """One escape in RE2's terms; None when XPath does not have it."""
    letter = escape[1:]
    if len(letter) > 1 or (letter and letter in _KEPT_ESCAPES):
        return escape
    content = _CLASSES.get(letter.lower())
    if content is None:
        return None
    if inside:
        return content if letter.islower() else None
    return f"[{content}]" if letter.islower() else f"[^{content}]"


def _replacement(text: str, groups: int) -> list[tuple[str, str]] | None:
    r"""The replacement in pieces, each a group's number or plain text; `\$` and `\\` stand for themselves."""
    pieces: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        letter, after = text[place], text[place + 1 : place + 2]
        if letter == "\\":
            if after not in ("\\", "$") or not after:
                return None
            pieces.append(("", after))
            place += 2
        elif letter == "$":
            number = _group_number(text, place + 1, groups)
            if not number:
                return None
            pieces.append((number, "") if int(number) <= groups else ("", ""))
            place += 1 + len(number)
        else:
            pieces.append(("", letter))
            place += 1
    return pieces


def _group_number(text: str, place: int, groups: int) -> str:
    """The longest number here that is a group's; at least one digit."""
    match = re.compile("[0-9]{1,3}").match(text, place)
    number = match[0] if match else ""
    while len(number) > 1 and int(number) > groups:
        number = number[:-1]
    return number
