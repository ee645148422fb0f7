"""The HTTP server: waitress, which sends small answers in one piece here, and whose threads stay with who goes on."""

from __future__ import annotations

import select
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import WSGITask

from engine.cli.workers import Workers

#: Seconds a thread that has answered stays with the connection for the next request.
STAY = 0.002


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
    """A connection whose answers go out in one piece, and with which a thread stays while requests follow.

    Without that, each request of a script wakes the loop, which reads it and wakes a thread, which answers and wakes
    the loop: as dear as a small request itself. While a thread stays, the loop does not look at the socket.
    """

    task_class = OnePiece
    stays = False

    def __init__(self, server: Any, *rest: Any, **more: Any) -> None:
        super().__init__(server, *rest, **more)
        self.workers: Workers = server.task_dispatcher
        self.server = _Server(server, self)

    def readable(self) -> bool:
        """Whether the loop may read."""
        return not self.stays and super().readable()

    def service(self) -> None:
        """Answer the request that waits and those that follow closely."""
        self.stays = True
        waits = False
        try:
            super().service()
            while self._goes_on():
                super().service()
            # Asked before the loop may read again: what it reads, it hands on itself.
            waits = self.connected and bool(self.requests)
        finally:
            self.stays = False
            if waits:
                self.server.add_task(self)
            if self.connected:
                self.server.pull_trigger()

    def _goes_on(self) -> bool:
        """Whether the next request is here, or comes in a moment, and nobody else waits for a thread."""
        if not self.connected or self.will_close or self.close_when_flushed or self.total_outbufs_len:
            return False
        # First: who comes after this is not left to a thread that only waits.
        self.workers.rest()
        if self.workers.queue or self.workers.stop_count:
            return False
        try:
            # A connection that ended is the loop's to close: it reads that again.
            if not self.requests:
                if not select.select([self.socket], [], [], STAY)[0] or not (
                    data := self.socket.recv(self.adj.recv_bytes)
                ):
                    return False
                self.received(data)
        except (OSError, ValueError):
            # ValueError: the loop has closed the socket meanwhile, or its number is too high for select.
            return False
        self.workers.begin()
        return bool(self.requests)


class _Server:
    """The server as a channel sees it, which leaves the others alone while a thread stays."""

    def __init__(self, server: Any, channel: Channel) -> None:
        self._server = server
        self._channel = channel

    def __getattr__(self, name: str) -> Any:
        return getattr(self._server, name)

    def add_task(self, channel: Channel) -> None:
        """Find a thread, unless there is one."""
        if not channel.stays:
            self._server.add_task(channel)

    def pull_trigger(self) -> None:
        """Wake the loop, unless all that it could do is read; a long answer that waits to be sent still needs it."""
        if not self._channel.stays or self._channel.requests:
            self._server.pull_trigger()


def listen(app: Any, *, host: str, port: int, threads: int, at_once: int = 1) -> Any:
    """A server that listens, of whose threads so many work at once; raises OSError when it cannot."""
    workers = Workers(at_once)
    workers.set_thread_count(threads)
    server = create_server(app, _dispatcher=workers, host=host, port=port, ident="restock")
    # A host of several addresses has a server for each in the map.
    for each in (server, *getattr(server, "map", {}).values()):
        if isinstance(each, BaseWSGIServer):
            each.channel_class = Channel
    return server
