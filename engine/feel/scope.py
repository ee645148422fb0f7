"""Where an expression finds its variables while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.feel.kinds import Value
from engine.feel.limits import Run

#: What a name gives that is bound nowhere; null is a value.
MISSING: Any = object()


class Scope:
    """Names and their values, those around it, and the run they belong to."""

    __slots__ = ("parent", "run", "values")

    def __init__(self, values: Mapping[str, Value], parent: Scope | None, run: Run) -> None:
        self.values = values
        self.parent = parent
        self.run = run

    def find(self, name: str) -> Value:
        """The innermost value with this name, or MISSING."""
        scope: Scope | None = self
        while scope is not None:
            value = scope.values.get(name, MISSING)
            if value is not MISSING:
                return value
            scope = scope.parent
        return MISSING

    def inner(self, values: Mapping[str, Value]) -> Scope:
        """A scope inside this one."""
        return Scope(values, self, self.run)


def item_scope(item: Value, around: Scope) -> Scope:
    """What a filter's condition sees: `item`, and the item's own entries before all else."""
    outer = Scope({"item": item}, around, around.run)
    return Scope(item, outer, around.run) if isinstance(item, Mapping) else outer
