"""Lists in pages: which page is asked for, and what a template needs to lead to the others."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from math import ceil

from flask import request


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of rows and where it lies."""

    rows: Sequence[object]
    total: int
    number: int
    pages: int


def page_number() -> int:
    """The page the address asks for, from 1; anything odd is the first."""
    given = request.args.get("page", "1")
    return max(int(given), 1) if re.fullmatch("[0-9]{1,5}", given) else 1


def one_of(name: str, allowed: Container[str], otherwise: str = "") -> str:
    """What the address asks for under a name, if it is one of those; else the default."""
    given = request.args.get(name, "")
    return given if given in allowed else otherwise


def pages_of(total: int, size: int) -> int:
    """How many pages `total` rows fill, at least one."""
    return max(ceil(total / size), 1)
