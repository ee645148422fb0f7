"""The table of functions: what each is called with, what it does, and how others are added.

A function is declared with its signature in FEEL's words::

    @function("substring(string: string, start position: number, length?: number)", "…", "…")
    def substring(run, text, start, length=None): ...

It is called with the run and its arguments, already of the types asked for; what it raises of NO_VALUE is null.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.feel.kinds import Function, Parameter, Value
from engine.feel.limits import Run
from engine.feel.operators import NO_VALUE
from engine.feel.reader import KnownNames
from engine.feel.types import Type, converted, named

Body = Callable[..., Value]
_B = TypeVar("_B", bound=Body)
#: An argument that does not fit its parameter.
_MISFIT: Any = object()


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter as declared: which types it takes (none: any), whether null is welcome, whether it may be left out."""

    name: str
    types: tuple[Type, ...]
    nullable: bool
    optional: bool
    repeated: bool

    def fit(self, value: Value, run: Run) -> Value:
        """`value` as one of the types, converted as DMN says; _MISFIT when it is none."""
        if value is None:
            return None if self.nullable else _MISFIT
        if not self.types:
            return value
        for wanted in self.types:
            found = converted(value, wanted, run)
            if found is not None:
                return found
        return _MISFIT


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function, and what it says of itself."""

    text: str
    arguments: tuple[Argument, ...]
    body: Body
    en: str
    zh: str

    def takes(self, count: int) -> bool:
        """Whether so many arguments can be given by place."""
        required = sum(not argument.optional for argument in self.arguments)
        return required <= count and (count <= len(self.arguments) or self._repeats)

    @property
    def _repeats(self) -> bool:
        return any(argument.repeated for argument in self.arguments)

    def by_place(self, values: list[Value], run: Run) -> Value:
        """The function's value for arguments by place."""
        fitted: list[Value] = []
        last = len(self.arguments) - 1
        for index, value in enumerate(values):
            found = self.arguments[min(index, last)].fit(value, run)
            if found is _MISFIT:
                return None
            fitted.append(found)
        return self.body(run, *fitted)

    def by_name(self, values: dict[str, Value], run: Run) -> Value:
        """The function's value for arguments by name; _MISFIT when a name is unknown or one is lacking."""
        if self._repeats:
            return _MISFIT
        given = dict(values)
        fitted: list[Value] = []
        for argument in self.arguments:
            if argument.name not in given:
                if not argument.optional:
                    return _MISFIT
                fitted.append(None)
                continue
            found = argument.fit(given.pop(argument.name), run)
            if found is _MISFIT:
                return None
            fitted.append(found)
        return _MISFIT if given else self.body(run, *fitted)


@dataclass(slots=True)
class Builtin:
    """A function of the table with all its signatures, in the order they are tried."""

    name: str
    subject: str
    signatures: list[Signature] = field(default_factory=list)

    def call(self, values: list[Value], names: tuple[str, ...] | None, run: Run) -> Value:
        """What the function gives; None where it cannot be called so."""
        run.step()
        try:
            if names is None:
                return self._by_place(values, run)
            given = dict(zip(names, values, strict=True))
            return self._by_name(given, run) if len(given) == len(names) else None
        except NO_VALUE:
            return None

    def _by_place(self, values: list[Value], run: Run) -> Value:
        """Signatures of the same length stand for different types: the first that gives a value counts."""
        for signature in self.signatures:
            if signature.takes(len(values)):
                found = signature.by_place(values, run)
                if found is not None:
                    return found
        return None

    def _by_name(self, values: dict[str, Value], run: Run) -> Value:
        for signature in self.signatures:
            found = signature.by_name(values, run)
            if found is not _MISFIT and found is not None:
                return found
        return None

    def value(self) -> Function:
        """The function as a value that can be handed to another."""
        return Function(
            self.name,
            self.call,
            tuple(tuple(_parameter(a) for a in signature.arguments) for signature in self.signatures),
        )


def _parameter(argument: Argument) -> Parameter:
    return Parameter(argument.name, argument.types[0] if len(argument.types) == 1 else None)


#: All functions by name.
TABLE: dict[str, Builtin] = {}
#: The names among them that one token cannot tell.
SPACED_NAMES = KnownNames()
_on_change: list[Callable[[], None]] = []


def function(signature: str, en: str, zh: str, *, subject: str = "") -> Callable[[_B], _B]:
    """Declare the decorated function under `signature`; further signatures of one name are further ways to call it."""

    def declare(body: _B) -> _B:
        register(signature, body, en=en, zh=zh, subject=subject or body.__module__.rpartition(".")[2])
        return body

    return declare


def register(signature: str, body: Body, *, en: str, zh: str, subject: str = "extension") -> None:
    """Add a function to the language, for example `business days(from: date, n: number)`.

    `body` is called with the Run and the arguments; `en` and `zh` are its line in the reference. Expressions that
    were compiled before are compiled anew.
    """
    name, arguments = _read_signature(signature)
    TABLE.setdefault(name, Builtin(name, subject)).signatures.append(
        Signature(signature, arguments, body, en, zh)
    )
    SPACED_NAMES.add(name)
    for forget in _on_change:
        forget()


def unregister(name: str) -> None:
    """Take a function out of the language again."""
    del TABLE[name]
    for forget in _on_change:
        forget()


def when_changed(forget: Callable[[], None]) -> None:
    """Have `forget` called whenever the table changes."""
    _on_change.append(forget)


def _read_signature(text: str) -> tuple[str, tuple[Argument, ...]]:
    name, _, rest = text.rstrip(")").partition("(")
    parts = [part.strip() for part in rest.split(",") if part.strip()]
    return name.strip(), tuple(_read_argument(part) for part in parts)


def _read_argument(text: str) -> Argument:
    """`name: type|type`, `name?: type` for one that may be left out, `...name: type` for any number of them."""
    repeated = text.startswith("...")
    name, _, types = text.removeprefix("...").partition(":")
    names = [part.strip() for part in types.split("|") if part.strip()]
    anything = not names or "Any" in names
    return Argument(
        name.strip().rstrip("?"),
        () if anything else tuple(named(part) for part in names if part != "null"),
        anything or "null" in names,
        name.strip().endswith("?"),
        repeated,
    )
