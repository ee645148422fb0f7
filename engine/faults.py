"""Named points at which a test can kill the process, as if the power went.

`RESTOCK_FAULT=before_commit:3` ends the process by SIGKILL when it reaches `before_commit` the third time.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Literal, get_args

Point = Literal[
    "before_begin",
    "after_load",
    "after_run",
    "after_state",
    "after_audit",
    "after_jobs",
    "before_commit",
    "after_commit",
    "before_answer",
]
POINTS: tuple[str, ...] = get_args(Point)


def die() -> None:
    """End this process at once, without any clean-up."""
    os.kill(os.getpid(), signal.SIGKILL)


class _Armed:
    def __init__(self) -> None:
        self.point = ""
        self.left = 0
        self.action: Callable[[], None] = die


_armed = _Armed()


def arm(point: str, count: int = 1, action: Callable[[], None] = die) -> None:
    """Let `action` happen the `count`-th time `point` is reached; an empty point disarms."""
    if point and point not in POINTS:
        raise ValueError(f"no such point: {point}; there are {', '.join(POINTS)}")
    _armed.point, _armed.left, _armed.action = point, count, action


def arm_from_environment(text: str | None = None) -> None:
    """Arm what `RESTOCK_FAULT` (or `text`) says, "point" or "point:count"; nothing when it is empty."""
    wanted = os.environ.get("RESTOCK_FAULT", "") if text is None else text
    if wanted:
        point, _, count = wanted.partition(":")
        arm(point, int(count or 1))


def reach(point: Point) -> None:
    """Say that the work has come to `point`."""
    if _armed.point != point:
        return
    _armed.left -= 1
    if _armed.left == 0:
        _armed.action()


arm_from_environment()
