"""Three-way merge of what parallel branches made of the same variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Clash:
    """Two branches gave one variable different values; the numbers are positions in the list of branches."""

    name: str
    first: int
    second: int


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal, truth values never being numbers, not within lists and contexts either."""
    if left is right:
        return True
    if isinstance(left, bool) != isinstance(right, bool) or left != right:
        return False
    if isinstance(left, dict):
        return all(same(value, right[name]) for name, value in left.items())
    return not isinstance(left, list) or all(map(same, left, right))


def changed(base: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of `data` that are new or different from `base`."""
    return {k: v for k, v in data.items() if k not in base or (base[k] is not v and not same(base[k], v))}


def merge(
    base: Mapping[str, Any], branches: Sequence[Mapping[str, Any]], *, last_wins: bool = False
) -> tuple[dict[str, Any], list[Clash]]:
    """What all branches together made of `base`, and where they contradict each other.

    A variable changed by one branch takes that branch's value; contexts are merged entry by entry; lists that
    branches only appended to receive the appended items in the order of the branches. Anything else that two
    branches set to different values is a clash (the first value stays, or with `last_wins` the last).
    """
    result = dict(base)
    owner: dict[str, int] = {}
    clashes: list[Clash] = []
    for number, data in enumerate(branches):
        for name, value in changed(base, data).items():
            if name not in owner:
                result[name], owner[name] = value, number
                continue
            joined = _join(base.get(name, _ABSENT), result[name], value)
            if joined is not _ABSENT:
                result[name] = joined
            elif last_wins:
                result[name], owner[name] = value, number
            else:
                clashes.append(Clash(name, owner[name], number))
    return result, clashes


def _join(base: Any, left: Any, right: Any) -> Any:
    """Both changes of one value together, or _ABSENT when they contradict each other."""
    if same(left, right):
        return left
    if isinstance(left, dict) and isinstance(right, dict):
        merged, clashes = merge(base if isinstance(base, dict) else {}, [left, right])
        return _ABSENT if clashes else merged
    if isinstance(left, list) and isinstance(right, list) and isinstance(base, list):
        size = len(base)
        if left[:size] == base and right[:size] == base:
            return left + right[size:]
    return _ABSENT
