"""Where a field's value stands in the answers: `lines[0].sku`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Path = tuple[str | int, ...]

MISSING = object()
_DEEPEST = 30
_PART = re.compile(r"([^.\[\]]+)|\[(\d{1,6})\]")


def text(path: Iterable[str | int]) -> str:
    """The path as it is written in HTML names and errors: dotted, with indexes in brackets."""
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out


def parse(name: str) -> Path | None:
    """The path a name stands for; None when it is not written like one."""
    found = tuple(int(index) if index else word for word, index in _PART.findall(name))
    return found if found and text(found) == name else None


def get(data: object, path: Iterable[str | int]) -> object:
    """The value at the path, or MISSING."""
    for part in path:
        if isinstance(data, dict):
            data = data.get(part, MISSING)
        elif isinstance(data, list) and isinstance(part, int):
            data = data[part] if part < len(data) else MISSING
        else:
            return MISSING
    return data


def put(data: dict[str, object], path: Path, value: object) -> None:
    """Set the value at the path, making the groups on the way; MISSING removes it."""
    at: object = data
    for part in path[:-1]:
        below = get(at, (part,))
        if not isinstance(below, dict | list):
            below = {}
            _set(at, part, below)
        at = below
    _set(at, path[-1], value)


def _set(at: object, part: str | int, value: object) -> None:
    if isinstance(at, dict):
        if value is MISSING:
            at.pop(part, None)
        else:
            at[part] = value
    elif isinstance(at, list) and isinstance(part, int) and part < len(at):
        at[part] = None if value is MISSING else value


def copied(value: Any, depth: int = 0) -> Any:
    """The value with its lists and groups made new, so that they may be changed; what lies absurdly deep is shared."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, dict):
        return {key: copied(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item, depth + 1) for item in value]
    return value


def without(data: dict[str, object], paths: Iterable[Path]) -> dict[str, object]:
    """The data less the values at the paths; a group or list left empty goes with them."""
    out = data
    for path in paths:
        if get(out, path) is not MISSING:
            out = _cut(out, path)  # type: ignore[assignment]
    return out


def _cut(at: object, path: Path) -> object:
    """`at` without `path`, sharing what is untouched; a row that empties becomes null, to keep indexes."""
    part = path[0]
    below = MISSING
    if len(path) > 1:
        below = _cut(at[part], path[1:])  # type: ignore[index]
        if below == {} or (isinstance(below, list) and all(item is None for item in below)):
            below = MISSING
    if isinstance(at, list):
        return [(None if below is MISSING else below) if i == part else item for i, item in enumerate(at)]
    assert isinstance(at, dict)
    if below is MISSING:
        return {key: item for key, item in at.items() if key != part}
    return {**at, part: below}
