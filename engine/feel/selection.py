"""What `source.name` gives."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.kinds import Value
from engine.feel.limits import Run
from engine.feel.temporal import property_of


def select(source: Value, name: str, run: Run) -> Value:
    """The entry of a context, the property of a temporal value or range, or for a list that of each element."""
    if isinstance(source, Mapping):
        return source.get(name)
    if isinstance(source, list):
        run.hold_list(len(source))
        return [select(item, name, run) if not isinstance(item, list) else None for item in source]
    return property_of(source, name)
