"""Reading an expression's text token by token, on demand, because a FEEL name may hold spaces and operators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from engine.feel.fault import FeelError, syntax_error

#: Words that end a name whose parts are not known as one name.
KEYWORDS = frozenset(
    (
        *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or"),
        *("between", "instance", "function", "null", "true", "false"),
    )
)
#: Full-width signs that an input method leaves where FEEL wants the ASCII sign.
_FULL_WIDTH = {chr(ord(sign) + 0xFEE0): sign for sign in "!\"'*+,-./:;<=>[]{}"} | {
    "\u201c": '"',
    "\u201d": '"',
    "\u3001": ",",
    "\u3002": ".",
    "\u3010": "[",
    "\u3011": "]",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2260": "!=",
    "\u2013": "-",
    "\u2212": "-",
    "\u00d7": "*",
    "\u00f7": "/",
}
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3005-\u3007\u3021-\ud7ff\uf900-\ufdcf\ufdf0-\ufeff\uff08\uff09\uff10-\uff19\uff21-\uff3a"
    "\uff41-\uff5a\uff66-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f\u2040"
#: Possessive throughout: a text that is no token is refused in one pass, never tried in other ways (T26).
_SPACE = r"(?:[\s\u180e\u200b\ufeff]++|//[^\n]*+|/\*(?s:.*?)\*/)*+"
_TOKEN = re.compile(
    rf"{_SPACE}(?:"
    r"(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r'|(?P<string>"(?:[^"\\]|\\(?s:.))*+")'
    rf"|(?P<name>[{_START}][{_PART}]*|\?)"
    r"|(?P<sign>\.\.|\*\*|<=|>=|!=|->|/(?![*])|[-+*=<>(){}\[\],:.@])"
    r"|(?P<end>\Z)"
    r")"
)
_NAME_PART = re.compile(f"[{_PART}]")
_PLAIN_NAME = re.compile(rf"[{_START}][{_PART}]*")
#: The signs DMN allows inside a name.
NAME_SIGNS = frozenset("./-'’+*") | {"**"}
_PIECE = re.compile(rf"[{_PART}?]+|\S")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|(?s:.))")
#: A backslash before any other character stays, so that "\d" in a pattern need not be written twice.
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
#: Tokens an expression may be read as, again and again where the grammar tries; bounds the reading of nonsense.
_READ_LIMIT = 20_000


class Token(NamedTuple):
    """A piece of the text; at the end its kind is "end" and its text empty."""

    kind: Literal["number", "string", "name", "sign", "end"]
    text: str
    start: int
    end: int


def is_plain(name: str) -> bool:
    """Whether `name` reads as one name wherever it stands."""
    return _PLAIN_NAME.fullmatch(name) is not None and name not in KEYWORDS


@lru_cache(maxsize=4096)
def name_pattern(name: str) -> re.Pattern[str]:
    """What finds `name` in a text, however its parts are spaced."""
    pieces = _PIECE.findall(name)
    text = ""
    for before, piece in zip(["", *pieces], pieces, strict=False):
        words = before and _NAME_PART.match(before[-1]) and _NAME_PART.match(piece[0])
        text += (r"\s+" if words else r"\s*" if before else "") + re.escape(piece)
    return re.compile(text + (rf"(?![{_PART}])" if pieces and _NAME_PART.match(pieces[-1][-1]) else ""))


def unquote(literal: str) -> str:
    """The text a string literal stands for."""
    if "\\" not in literal:
        return literal[1:-1]
    text = _ESCAPE.sub(_unescape, literal[1:-1])
    if text.isascii():
        return text
    # A pair of escaped surrogates is one character; a lonely one is none, and could not be stored.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) == 1:
        return _ESCAPED.get(code, match[0])
    number = int(code[1:], 16)
    return chr(number) if number <= 0x10FFFF else match[0]


class KnownNames:
    """Names that one token cannot tell, ready to be found at a place of the text, the longest first."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_letter: dict[str, list[str]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Know `name` from now on."""
        name = name.strip()
        if not name or is_plain(name):
            return
        same = self._by_letter.setdefault(name[0], [])
        if name not in same:
            same.append(name)
            same.sort(key=len, reverse=True)

    def at(self, source: str, start: int) -> tuple[str, int] | None:
        """The longest known name that begins at `start`, and where it ends."""
        for name in self._by_letter.get(source[start : start + 1], ()):
            match = name_pattern(name).match(source, start)
            if match:
                return name, match.end()
        return None


class Reader:
    """The text with a place in it. `token` is the next one; a place can be kept and gone back to."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._left = _READ_LIMIT
        self.token = self.token_at(0)

    def token_at(self, position: int) -> Token:
        """The token that begins at or after `position`; FeelError where there is none."""
        self._left -= 1
        if self._left < 0:
            raise self.error_at(
                position, "the expression is too intricate to read.", "表达式过于复杂，无法读取。"
            )
        match = _TOKEN.match(self.source, position)
        if match is None:
            raise self._unreadable(position)
        group = match.lastgroup or "end"
        return Token(group, match[group], match.start(group), match.end())  # type: ignore[arg-type]  # the groups' names

    def go(self, position: int) -> None:
        """Continue at `position`."""
        self.token = self.token_at(position)

    def advance(self) -> Token:
        """Step over the next token and give it."""
        token = self.token
        self.token = self.token_at(token.end)
        return token

    def at(self, *texts: str) -> bool:
        """Whether the next token is one of these signs or words (never inside a string literal)."""
        return self.token.text in texts and self.token.kind != "string"

    def followed_by(self, text: str) -> bool:
        """Whether this comes after the next token; "" is the end."""
        return self.token_at(self.token.end).text == text

    def accept(self, text: str) -> bool:
        """Step over the sign or word if it comes next."""
        if self.at(text):
            self.advance()
            return True
        return False

    def expect(self, *texts: str) -> Token:
        """Step over one of these signs or words, or say that it was expected."""
        if self.at(*texts):
            return self.advance()
        raise self.expected(" or ".join(map(repr, texts)), " 或 ".join(f"“{text}”" for text in texts))

    def expected(self, en: str, zh: str) -> FeelError:
        """The error that something else should stand here."""
        text = self.token.text
        found_en, found_zh = (repr(text), f"“{text}”") if text else ("the end", "表达式结尾")
        return self.error_at(
            self.token.start, f"expected {en}, found {found_en}.", f"应为{zh}，实为{found_zh}。"
        )

    def error_at(self, position: int, en: str, zh: str) -> FeelError:
        """A syntax error at this place."""
        return syntax_error(self.source, position, en, zh)

    def _unreadable(self, position: int) -> FeelError:
        """Why no token begins here: an open comment or string, a full-width sign, or a sign FEEL does not have."""
        spaces = re.compile(_SPACE).match(self.source, position)
        place = spaces.end() if spaces else position
        sign = self.source[place]
        if sign == '"':
            return self.error_at(place, "this string has no closing quotation mark.", "字符串缺少结束引号。")
        if self.source.startswith("/*", place):
            return self.error_at(place, "this comment has no end '*/'.", "注释缺少结束符 “*/”。")
        plain = _FULL_WIDTH.get(sign)
        if plain:
            return self.error_at(
                place, f"write {plain!r} in place of {sign!r}.", f"请用半角 “{plain}” 代替 “{sign}”。"
            )
        return self.error_at(place, f"{sign!r} has no meaning here.", f"“{sign}” 在此没有意义。")


def longer_names(source: str) -> frozenset[str]:
    """Texts in `source` that, were they names of variables, would be read as one name where now they are not.

    `a-b` is a difference, until a variable of that name is given: longest match, as DMN 10.3.1.3 demands.
    """
    found: set[str] = set()
    run: list[Token] = []
    for token in _tokens(source):
        if token.kind in ("name", "number") or (token.kind == "sign" and token.text in NAME_SIGNS):
            run.append(token)
        else:
            _collect(source, run, found)
            run = []
    return frozenset(found)


#: A name longer than so many tokens is found only when it is given to `compile`.
_NAME_TOKENS = 8


def _tokens(source: str) -> Iterator[Token]:
    """All tokens; a sign that FEEL does not have, inside a name that was given, counts as one."""
    reader, position = Reader(""), 0
    reader.source = source
    while position < len(source):
        try:
            token = reader.token_at(position)
        except FeelError:
            token = Token("sign", source[position], position, position + 1)
        yield token
        position = max(token.end, position + 1)
    yield Token("end", "", position, position)


def _collect(source: str, run: list[Token], found: set[str]) -> None:
    for first, token in enumerate(run):
        if token.kind != "name" or token.text in KEYWORDS:
            continue
        ambiguous = False
        for last in range(first + 1, min(first + _NAME_TOKENS, len(run))):
            end = run[last]
            ambiguous = ambiguous or end.kind != "name" or end.text in KEYWORDS
            if ambiguous and end.kind != "sign":
                written = " ".join(source[token.start : end.end].split())
                found.update((written, re.sub(r"\s*([./'’+*-])\s*", r"\1", written)))
