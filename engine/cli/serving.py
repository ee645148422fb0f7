"""The HTTP server: waitress, which sends small answers in one piece here."""

from __future__ import annotations

import threading
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ThreadedTaskDispatcher, WSGITask


class OnePiece(WSGITask):  # type: ignore[misc]
    """Sends head and body of an answer together where its length is known: one call, one packet, one to read."""

    wrote_header: bool

    def write(self, data: bytes) -> None:
        """As its parent, which sends the head by itself."""
        if data and self.complete and not self.wrote_header and self.has_body:
            head = self.build_response_header()
            self.wrote_header = True
            if not self.chunked_response and self.content_length == len(data):
                self.content_bytes_written = len(data)
                self.channel.write_soon(head + data)
                return
            self.channel.write_soon(head)
        super().write(data)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose answers go out in one piece."""

    task_class = OnePiece


class LastFirst:
    """A condition that wakes whoever began to wait last: the thread that worked last has everything at hand still.

    In turn, eight threads would take their connections and memory from the processor's cache one after another.
    """

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock
        self._waiting: list[threading.Lock] = []

    def wait(self) -> None:
        """Release the lock until woken."""
        turn = threading.Lock()
        turn.acquire()
        self._waiting.append(turn)
        self._lock.release()
        turn.acquire()
        self._lock.acquire()

    def notify(self) -> None:
        """Wake one, if any waits."""
        if self._waiting:
            self._waiting.pop().release()

    def notify_all(self) -> None:
        """Wake them all."""
        while self._waiting:
            self.notify()


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Gives requests to a few threads, each to the one that waits for the shortest time."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.queue_cv = LastFirst(self.lock)
        self.set_thread_count(threads)


def listen(app: Any, *, host: str, port: int, threads: int) -> Any:
    """A server that listens; raises OSError when it cannot."""
    server = create_server(app, host=host, port=port, ident="restock", _dispatcher=Dispatcher(threads))
    # A host of several addresses has a server for each in the map.
    for each in (server, *getattr(server, "map", {}).values()):
        if isinstance(each, BaseWSGIServer):
            each.channel_class = Channel
    return server
