"""A thread stays with a connection whose requests follow each other closely, and keeps nobody waiting by it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from socket import create_connection, socket
from types import SimpleNamespace
from typing import Any

import pytest

from engine.cli import serving
from engine.cli.serving import listen

#: Longer than anything here takes; only a broken server waits for it.
PATIENCE = 30
HEAD = b"GET %s HTTP/1.1\r\nHost: here\r\n\r\n"
LARGE = 40_000_000


class Served:
    """A server on a port of its own that notes who answered and how often its loop was woken."""

    def __init__(self, threads: int) -> None:
        self.answered: list[tuple[str, str]] = []
        self.woken = threading.Semaphore(0)
        self.over = threading.Event()
        self.hold = threading.Event()
        self.held = threading.Semaphore(0)
        self.server = listen(self.app, host="127.0.0.1", port=0, threads=threads)
        wake = self.server.pull_trigger

        def note() -> None:
            self.woken.release()
            wake()

        self.server.pull_trigger = note
        self.loop = threading.Thread(target=self.run, daemon=True)
        self.loop.start()

    def run(self) -> None:
        """Until the socket is closed under it."""
        try:
            self.server.run()
        except OSError:
            assert self.over.is_set()

    def app(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """Tell the path and what came with it."""
        path = environ["PATH_INFO"]
        parts = [path.encode() + environ["wsgi.input"].read()]
        if path == "/wait":
            self.held.release()
            assert self.hold.wait(PATIENCE)
        if path == "/large":
            parts = [b"x" * 1_000_000] * (LARGE // 1_000_000)
        self.answered.append((path, threading.current_thread().name))
        start_response("200 OK", [("Content-Length", str(sum(map(len, parts))))])
        return parts

    def connect(self) -> socket:
        """A connection."""
        return create_connection(("127.0.0.1", self.server.effective_port), PATIENCE)


@pytest.fixture(params=[1, 3])
def served(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server of one thread, and of three, that stays long enough to be seen."""
    monkeypatch.setattr(serving, "STAY", 0.5)
    it = Served(request.param)
    yield it
    it.hold.set()
    it.over.set()
    it.server.close()
    it.loop.join(PATIENCE)


def ask(client: socket, path: bytes, until: bytes | None = None) -> bytes:
    """The answer's body."""
    client.sendall(HEAD % path)
    return read(client, until or path)


def read(client: socket, until: bytes) -> bytes:
    """What comes until the end looked for."""
    got = b""
    while not got.endswith(b"\r\n\r\n" + until):
        part = client.recv(65536)
        assert part, got
        got += part
    return got.rpartition(b"\r\n\r\n")[2]


def test_one_thread_answers_what_follows(served: Served) -> None:
    """The loop is not woken between requests that follow each other; it takes the connection back afterwards."""
    with served.connect() as client:
        for number in range(20):
            assert ask(client, b"/%d" % number) == b"/%d" % number

        assert 1 == len({thread for _, thread in served.answered})
        assert not served.woken.acquire(blocking=False)


def test_a_socket_that_cannot_be_waited_for_is_left_to_the_loop(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One that was closed meanwhile, or has too high a number: no error is logged, and requests are answered."""

    def refuse(*_: Any) -> None:
        raise ValueError("filedescriptor out of range in select()")

    monkeypatch.setattr(serving, "select", SimpleNamespace(select=refuse))
    with served.connect() as client:
        assert [b"/1", b"/2"] == [ask(client, path) for path in (b"/1", b"/2")]

    assert [] == [record for record in caplog.records if record.exc_info]


def test_requests_sent_at_once_are_answered_in_order(served: Served) -> None:
    """Ten in one packet."""
    with served.connect() as client:
        client.sendall(b"".join(HEAD % b"/%d" % number for number in range(10)))

        read(client, b"/9")

    assert [f"/{number}" for number in range(10)] == [path for path, _ in served.answered]


def test_nobody_waits_for_one_who_goes_on(served: Served) -> None:
    """While one asks again and again, others are answered, also by a server of one thread."""
    over = threading.Event()

    def go_on() -> None:
        with served.connect() as client:
            while not over.is_set():
                ask(client, b"/again")

    greedy = [threading.Thread(target=go_on) for _ in range(4)]
    for each in greedy:
        each.start()
    try:
        with served.connect() as client:
            for number in range(20):
                assert ask(client, b"/%d" % number) == b"/%d" % number
    finally:
        over.set()
        for each in greedy:
            each.join(PATIENCE)

    assert not any(each.is_alive() for each in greedy)


def test_what_was_sent_along_is_answered_after_the_others(served: Served) -> None:
    """Two requests in one packet while others wait for the thread: the second has its turn, not the next one."""
    dispatcher = served.server.task_dispatcher
    with served.connect() as client, served.connect() as other:
        client.sendall(HEAD % b"/wait" + HEAD % b"/along")
        assert served.held.acquire(timeout=PATIENCE)
        other.sendall(HEAD % b"/other")
        if len(dispatcher.threads) == 1:
            with dispatcher.lock:
                assert dispatcher.queue_cv.wait_for(lambda: dispatcher.queue, PATIENCE)
        else:
            read(other, b"/other")
        served.hold.set()

        read(client, b"/along")

    assert {"/wait", "/along", "/other"} == {path for path, _ in served.answered}
    if len(dispatcher.threads) == 1:
        assert ["/wait", "/other", "/along"] == [path for path, _ in served.answered]


def test_a_request_in_parts_is_put_together(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes while a thread stays and what comes after it has left."""
    with served.connect() as client:
        ask(client, b"/first")
        client.sendall(b"POST /parts HTTP/1.1\r\nHost: here\r\nContent-Length: 6\r\n\r\nabc")
        monkeypatch.setattr(serving, "STAY", 0)
        assert ask_other(served) == b"/other"
        client.sendall(b"def")

        assert read(client, b"/partsabcdef") == b"/partsabcdef"


def ask_other(served: Served) -> bytes:
    """Another connection's answer: by then the first one's data are read."""
    other = HTTPConnection("127.0.0.1", served.server.effective_port, timeout=PATIENCE)
    other.request("GET", "/other")
    body = other.getresponse().read()
    other.close()
    return body


def test_connections_that_end_are_let_go(served: Served) -> None:
    """While a thread stays with them too; none is left in the loop."""
    for _ in range(5):
        with served.connect() as client:
            ask(client, b"/once")
    with served.connect() as client:
        client.sendall(b"GET /last HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        read(client, b"/last")
        assert b"" == client.recv(1)
    # Each of these lets the loop look after what has ended.
    left = (ask_other(served) and len(served.server.active_channels) for _ in range(1000))

    assert any(count <= 1 for count in left)


def test_a_large_answer_reaches_a_slow_reader_whole(served: Served) -> None:
    """More than the server keeps in memory: the loop sends the rest while the thread waits."""
    with served.connect() as client:
        ask(client, b"/first")
        client.sendall(HEAD % b"/large")
        assert served.woken.acquire(timeout=PATIENCE)
        got = 0
        while got < LARGE:
            part = client.recv(100_000)
            assert part
            got += len(part)

        assert ask(client, b"/then") == b"/then"


def test_the_server_ends_while_somebody_goes_on(served: Served) -> None:
    """A thread that stays leaves when the server is to end."""
    with served.connect() as client:
        ask(client, b"/first")
        client.sendall(HEAD % b"/wait")
        assert served.held.acquire(timeout=PATIENCE)
        served.server.task_dispatcher.set_thread_count(0)
        client.sendall(HEAD % b"/late")
        served.hold.set()
        with served.server.task_dispatcher.lock:
            done = served.server.task_dispatcher.thread_exit_cv.wait_for(
                lambda: not served.server.task_dispatcher.threads, PATIENCE
            )

        assert done
        assert ["/first", "/wait"] == [path for path, _ in served.answered]
        served.server.task_dispatcher.set_thread_count(1)
        read(client, b"/late")
