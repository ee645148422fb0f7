"""Small answers leave the server in one piece."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from engine.cli.serving import OnePiece


class Channel:
    """Notes what is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.server = SimpleNamespace(adj=SimpleNamespace(ident="restock"))

    def write_soon(self, data: bytes) -> int:
        """Keep it."""
        self.sent.append(data)
        return len(data)


def answered(body: list[bytes], headers: list[tuple[str, str]], status: str = "200 OK") -> list[bytes]:
    """What is sent of an answer."""
    channel = Channel()

    def app(_environ: Any, start_response: Any) -> list[bytes]:
        start_response(status, headers)
        return body

    channel.server.application = app  # type: ignore[attr-defined]
    request = SimpleNamespace(version="1.1", headers={})
    task = OnePiece(channel, request)
    task.environ = {}
    task.service()
    return channel.sent


def test_head_and_body_go_together() -> None:
    """One call where the length is known."""
    sent = answered([b"{}"], [("Content-Type", "application/json"), ("Content-Length", "2")])

    assert 1 == len(sent)
    assert sent[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert sent[0].endswith(b"\r\n\r\n{}")


@pytest.mark.parametrize(
    ("body", "headers", "status", "end"),
    [
        ([b"ab", b"cd"], [("Content-Length", "4")], "200 OK", b"\r\n\r\nabcd"),
        ([b"abcd"], [("Content-Length", "2")], "200 OK", b"\r\n\r\nab"),
        ([b"ab"], [], "200 OK", b"\r\n\r\nab"),
        (iter([b"ab", b"cd"]), [], "200 OK", b"\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n"),
        ([b""], [], "204 No Content", b"\r\n\r\n"),
    ],
)
def test_other_answers_stay_what_they_are(
    body: Any, headers: list[tuple[str, str]], status: str, end: bytes
) -> None:
    """Several parts, a body longer than was said, no length, no body."""
    assert b"".join(answered(body, headers, status)).endswith(end)
