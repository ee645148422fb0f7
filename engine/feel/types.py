"""FEEL's types: what `instance of` asks, and the conversions that a parameter with a type makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.feel.kinds import Function, Value, kind
from engine.feel.limits import Run
from engine.feel.temporal import as_datetime


@dataclass(frozen=True, slots=True)
class Type:
    """A type as written: its name, what it is made of, and for contexts the entries by name.

    `list` and `range` have one part, `function` its parameters and then its result; a bare `list` has none.
    """

    name: str
    parts: tuple[Type, ...] = ()
    entries: Mapping[str, Type] = field(default_factory=dict)
    bare: bool = True


ANY = Type("Any")

_ALIASES = {
    "day time duration": "days and time duration",
    "year month duration": "years and months duration",
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "Null": "null",
}
#: Names of types that have a space in them, longest first.
SPACED = (
    "years and months duration",
    "days and time duration",
    "year month duration",
    "day time duration",
    "date and time",
)


def named(name: str) -> Type:
    """The plain type with this name."""
    return Type(_ALIASES.get(name, name))


def conforms(value: Value, wanted: Type, run: Run) -> bool:
    """Whether `value` is an instance of `wanted`; null is an instance of Null only."""
    run.step()
    if value is None:
        return wanted.name == "null"
    if wanted.name == "Any":
        return True
    if kind(value) != wanted.name:
        return False
    if wanted.bare:
        return True
    return _CHECKS[wanted.name](value, wanted, run)


def _inner(value: Value, wanted: Type, run: Run) -> bool:
    """Inside a list, context or range null stands for a value that is not there."""
    return value is None or conforms(value, wanted, run)


def _list_conforms(value: list[Value], wanted: Type, run: Run) -> bool:
    run.read(len(value))
    return all(_inner(item, wanted.parts[0], run) for item in value)


def _context_conforms(value: dict[str, Value], wanted: Type, run: Run) -> bool:
    return all(name in value and _inner(value[name], part, run) for name, part in wanted.entries.items())


def _range_conforms(value: Value, wanted: Type, run: Run) -> bool:
    return _inner(value.start, wanted.parts[0], run) and _inner(value.end, wanted.parts[0], run)


def _function_conforms(value: Function, wanted: Type, run: Run) -> bool:
    """Contravariant in its parameters; FEEL functions do not tell what they give, so only Any is certain."""
    *parameters, result = wanted.parts
    if result.name != "Any":
        return False
    return any(
        len(parameters) == len(alternative)
        and all(
            given.type is None or given.type == asked or given.type.name == "Any"
            for asked, given in zip(parameters, alternative, strict=True)
        )
        for alternative in value.alternatives
    )


_CHECKS: dict[str, Callable[[Value, Type, Run], bool]] = {
    "list": _list_conforms,
    "context": _context_conforms,
    "range": _range_conforms,
    "function": _function_conforms,
}


def converted(value: Value, wanted: Type, run: Run) -> Value:
    """`value` as the type asks for it, by DMN's implicit conversions; None when it does not fit."""
    if value is None or conforms(value, wanted, run):
        return value
    if wanted.name == "list":
        return converted_list(value, wanted, run)
    if isinstance(value, list) and len(value) == 1:
        return converted(value[0], wanted, run)
    if wanted.name == "date and time" and kind(value) == "date":
        return as_datetime(value)
    return None


def converted_list(value: Value, wanted: Type, run: Run) -> Value:
    """A single value where a list is asked for becomes a list of one."""
    alone = [value]
    return alone if kind(value) != "list" and conforms(alone, wanted, run) else None
