"""Turns at computing: more threads at once only take the interpreter from each other, again and again."""

from __future__ import annotations

from queue import Empty, SimpleQueue

#: One computes while the other's commit is on its way to the disk.
AT_ONCE = 2
#: Seconds somebody waits for a turn; whoever waited so long goes on without, since those before may wait themselves.
LONGEST = 0.05


class Turns:
    """Lets a few go at a time, and nobody wait for long."""

    def __init__(self, at_once: int = AT_ONCE, longest: float = LONGEST) -> None:
        self._free: SimpleQueue[bool] = SimpleQueue()
        self._longest = longest
        for _ in range(at_once):
            self._free.put(True)

    def take(self) -> bool:
        """Wait for a turn; False when none came free in time."""
        try:
            return self._free.get(timeout=self._longest)
        except Empty:
            return False

    def give_back(self, taken: bool) -> None:
        """Let the next one go, if `take` gave a turn."""
        if taken:
            self._free.put(True)
