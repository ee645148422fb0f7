"""Reading types, names before a colon, and how deep the text is nested: what the grammar is built upon."""

from __future__ import annotations

from engine.feel.limits import NESTING_LIMIT
from engine.feel.reader import KnownNames, Reader, unquote
from engine.feel.types import ANY, SPACED, Type, named


class TypeReader(Reader):
    """A reader that can read types and keys, and counts how deep it is."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.depth = 0

    def deeper(self) -> None:
        """One level more; an error beyond the limit."""
        self.depth += 1
        if self.depth > NESTING_LIMIT:
            raise self.error_at(self.token.start, "this is nested too deeply.", "嵌套过深。")

    def key_before_colon(self) -> str | None:
        """The name or string before a ':', stepped over with it; None when no such thing comes next."""
        start = self.token
        if start.kind == "string":
            if not self.followed_by(":"):
                return None
            self.advance()
            self.advance()
            return unquote(start.text)
        if start.kind != "name":
            return None
        last = token = start
        while token.kind in ("name", "number") or (token.kind == "sign" and token.text in "./-+*"):
            last, token = token, self.token_at(token.end)
        if token.text != ":" or token.kind != "sign":
            return None
        self.go(token.end)
        return " ".join(self.source[start.start : last.end].split())

    def type(self) -> Type:
        """A type as `instance of` and parameters name it."""
        self.deeper()
        found = self._spaced_type() or self._one_word_type()
        self.depth -= 1
        return found

    def _spaced_type(self) -> Type | None:
        for name in SPACED:
            found = KnownNames((name,)).at(self.source, self.token.start)
            if found:
                self.go(found[1])
                return named(name)
        return None

    def _one_word_type(self) -> Type:
        if self.token.kind != "name":
            raise self.expected("a type", "一个类型")
        name = self.advance().text
        while self.accept("."):
            name += "." + self.expect_name()
        if name not in ("list", "range", "context", "function") or not self.at("<"):
            return named(name)
        self.advance()
        if name == "context":
            return self._context_type()
        if name == "function":
            return self._function_type()
        part = self.type()
        self.expect(">")
        return Type(name, (part,), bare=False)

    def expect_name(self) -> str:
        """One name token."""
        if self.token.kind != "name":
            raise self.expected("a name", "一个名称")
        return self.advance().text

    def _context_type(self) -> Type:
        entries: dict[str, Type] = {}
        while not self.at(">"):
            key = self.key_before_colon()
            if key is None:
                raise self.expected("an entry 'name: type'", "条目“名称: 类型”")
            entries[key] = self.type()
            if not self.at(">"):
                self.expect(",", ">")
        self.advance()
        return Type("context", entries=entries, bare=False)

    def _function_type(self) -> Type:
        parameters: list[Type] = []
        while not self.at(">"):
            parameters.append(self.type())
            if not self.at(">"):
                self.expect(",", ">")
        self.advance()
        result = self.type() if self.accept("->") else ANY
        return Type("function", (*parameters, result), bare=False)
