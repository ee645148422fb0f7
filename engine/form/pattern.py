"""Patterns written for JavaScript, run by RE2 in linear time (a form cannot hang the server)."""

from __future__ import annotations

import functools
import re

import re2

#: What JavaScript's `\s` and `trim()` take for white space.
SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACE_CLASS = r"\t\n\x0b\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}"
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|(s)|(S)|(.))|([\[\]])", re.DOTALL)
_LONGEST = 1000


class BadPattern(ValueError):
    """The pattern cannot be run: not a regular expression, or one that needs look-around or back-references."""


class Pattern:
    """A compiled pattern; `fits` finds it anywhere in the text, as JavaScript's `test` does."""

    def __init__(self, source: str) -> None:
        self.source = source
        if len(source) > _LONGEST:
            raise BadPattern(f"longer than {_LONGEST} characters")
        try:
            options = re2.Options()
            options.log_errors = False
            self._compiled = re2.compile(_translated(source), options)
        except re2.error as error:
            reason = error.args[0] if error.args else ""
            raise BadPattern(reason.decode() if isinstance(reason, bytes) else str(reason)) from None

    def fits(self, text: str) -> bool:
        """Whether the pattern is found in the text."""
        return self._compiled.search(text) is not None


@functools.lru_cache(maxsize=1024)
def compiled(source: str) -> Pattern:
    """The pattern, compiled once. Raises BadPattern."""
    return Pattern(source)


def _translated(source: str) -> str:
    """JavaScript's escapes in RE2's notation; what RE2 lacks is left for it to refuse."""
    inside = False

    def one(match: re.Match[str]) -> str:
        nonlocal inside
        braced, four, space, no_space, other, bracket = match.groups()
        if bracket:
            inside = bracket == "["
            return bracket
        if braced or four:
            return rf"\x{{{braced or four}}}"
        if space:
            return _SPACE_CLASS if inside else f"[{_SPACE_CLASS}]"
        if no_space and not inside:
            return f"[^{_SPACE_CLASS}]"
        return "/" if other == "/" else match.group()

    return _ESCAPE.sub(one, source)


def units(text: str) -> int:
    """The length JavaScript sees: UTF-16 units of the trimmed text."""
    trimmed = text.strip(SPACES)
    return len(trimmed) + sum(1 for char in trimmed if ord(char) > 0xFFFF)
