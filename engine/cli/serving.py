"""The HTTP server: waitress, which sends small answers in one piece here."""

from __future__ import annotations

from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import WSGITask


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


def listen(app: Any, *, host: str, port: int, threads: int) -> Any:
    """A server that listens; raises OSError when it cannot."""
    server = create_server(app, host=host, port=port, threads=threads, ident="restock")
    # A host of several addresses has a server for each in the map.
    for each in (server, *getattr(server, "map", {}).values()):
        if isinstance(each, BaseWSGIServer):
            each.channel_class = Channel
    return server
