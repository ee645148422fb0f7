"""The threads that answer: as many work as is best, and others help when they are held up."""

from __future__ import annotations

from threading import get_ident
from time import monotonic
from typing import Any

from waitress.task import ThreadedTaskDispatcher

#: So many work at once, by the kind of database: SQLite computes in the thread that asks, PostgreSQL is waited for.
AT_ONCE = {"sqlite": 1, "postgresql": 3}
#: Seconds of one request after which another thread may go on with those that wait.
HELD_UP = 0.005


class Workers(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Threads of which so many work while requests are short.

    More of them take the interpreter from each other at every statement of the database, which makes all of them
    slower. A long request, or one that waits for something else, keeps nobody waiting: then another thread goes on.
    """

    def __init__(self, at_once: int = 1) -> None:
        super().__init__()
        self._at_once = at_once
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
        """Have it answered by a thread at work next, or by another that is free."""
        with self.lock:
            self.queue.append(task)
            if not self._watched or len(self._began) < self._at_once:
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
        """Seconds until so many threads at work are held up that another may go on; none or less: now."""
        if len(self._began) < self._at_once:
            return 0.0
        return sorted(self._began.values())[-self._at_once] + HELD_UP - monotonic()
