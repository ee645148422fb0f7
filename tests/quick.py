"""How long a piece of work takes on a machine that does other things meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable


def least(
    work: Callable[[], object], enough: float, *, clock: Callable[[], float] = time.thread_time
) -> float:
    """Seconds of the quickest of five goes, or of the first that took less than `enough`.

    Whatever else a machine does only adds to a time, so that one slow go says nothing about the work. The clock is
    that of this thread's processor time; work that waits for another process wants `time.perf_counter`.
    """
    quickest = float("inf")
    for _ in range(5):
        began = clock()
        work()
        quickest = min(quickest, clock() - began)
        if quickest < enough:
            break
    return quickest
