"""The threads that answer: one does, and the others help when it is held up."""

from __future__ import annotations

from threading import get_ident
from time import monotonic
from typing import Any

from waitress.task import ThreadedTaskDispatcher

#: Seconds of one request after which another thread may go on with those that wait.
HELD_UP = 0.005


class Workers(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Threads of which one works while requests are short.

    Several at once take the interpreter from each other at every statement of the database, which makes all of them
    slower than one alone. A long request, or one that waits for something else, keeps nobody waiting: then another
    thread goes on.
    """

    def __init__(self) -> None:
        super().__init__()
        #: When each thread at work began with its request.
        self._began: dict[int, float] = {}
        self._watched = False

    def handler_thread(self, number: int) -> None:
        """Answer until the server wants fewer threads."""
        while task := self._next(number):
            try:
                task.service()
            except BaseException:
                self.logger.exception("Exception when servicing %r", task)
            self.rest()

    def add_task(self, task: Any) -> None:
        """Have it answered by the thread at work next, or by another that is free."""
        with self.lock:
            self.queue.append(task)
            if not (self._watched and self._began):
                self.queue_cv.notify()

    def begin(self) -> None:
        """This thread goes on with a request of its own."""
        with self.lock:
            self._began[get_ident()] = monotonic()

    def rest(self) -> None:
        """This thread waits for something: whoever comes is another's."""
        with self.lock:
            self._began.pop(get_ident(), None)

    def _next(self, number: int) -> Any:
        """What this thread shall do; None when it shall end."""
        with self.lock:
            while not self.stop_count:
                wait = self._wait() if self.queue else None
                if wait is not None and wait <= 0:
                    self._began[get_ident()] = monotonic()
                    return self.queue.popleft()
                if wait is None or self._watched:
                    self.queue_cv.wait()
                else:
                    self._watched = True
                    self.queue_cv.wait(wait)
                    self._watched = False
            self.stop_count -= 1
            self.threads.discard(number)
            self.thread_exit_cv.notify()
            return None

    def _wait(self) -> float:
        """Seconds until every thread at work is held up; none or less when none is at work."""
        return max(self._began.values(), default=0.0) + HELD_UP - monotonic()
