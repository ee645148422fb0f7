"""Clients of the API: each starts an instance, and ten times looks up its open task and completes it.

Run as a program, `python -m benchmarks.load PORT TOKEN SECONDS` is one client and prints what it did as JSON;
clients are processes of their own so that they do not share an interpreter with each other or with the server.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from socket import create_connection
from typing import Any
from uuid import uuid4

from benchmarks.workload import ANSWERS


class Client:
    """One keep-alive connection that speaks for the clerk."""

    def __init__(self, port: int, token: str) -> None:
        # No HTTP library: what a client spends is taken from the server's own processor.
        self.socket = create_connection(("127.0.0.1", port), timeout=30)
        self.answers = self.socket.makefile("rb")
        self.headers = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON answer; anything but success ends the measurement."""
        content = b""
        headers = self.headers
        if body is not None:
            content = json.dumps(body).encode()
            headers += (
                f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
                f"Idempotency-Key: {uuid4().hex}\r\n"
            )
        answer = self._send(f"{method} /api/v1{path}", headers, content)
        return json.loads(answer) if answer else None

    def page(self, path: str, cookie: str) -> bytes:
        """A page as a browser with this cookie gets it; a redirect to the login ends the measurement."""
        host, _, _ = self.headers.partition("Authorization")
        return self._send(f"GET {path}", f"{host}Cookie: {cookie}\r\nAccept: text/html\r\n", b"")

    def _send(self, request: str, headers: str, content: bytes) -> bytes:
        self.socket.sendall(f"{request} HTTP/1.1\r\n{headers}\r\n".encode() + content)
        _, status, _ = self.answers.readline().split(b" ", 2)
        length = 0
        while (line := self.answers.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        answer = self.answers.read(length)
        if not status.startswith(b"20"):
            message = f"{request}: {status.decode()} {answer[:300]!r}"
            raise RuntimeError(message)
        return answer

    def work(self, seconds: float) -> dict[str, list[float]]:
        """Milliseconds of every request by kind, for as long as asked."""
        times: dict[str, list[float]] = {"start": [], "find": [], "complete": []}
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            instance = self._timed(
                times["start"], "POST", "/instances", {"definition": "ten_tasks", "variables": {}}
            )
            for _ in range(10):
                found = self._timed(
                    times["find"], "GET", f"/tasks?instance={instance['id']}&candidate=me&state=open"
                )
                task = found["items"][0]["id"]
                self._timed(times["complete"], "POST", f"/tasks/{task}/complete", {"values": ANSWERS})
        return times

    def _timed(self, times: list[float], method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        before = time.perf_counter()
        answer = self.ask(method, path, body)
        times.append((time.perf_counter() - before) * 1000)
        return answer


def run(port: int, token: str, clients: int, seconds: float) -> dict[str, list[float]]:
    """All requests of so many clients at once."""
    command = [sys.executable, "-m", "benchmarks.load", str(port), token, str(seconds)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(clients)]
    merged: dict[str, list[float]] = {"start": [], "find": [], "complete": []}
    for process in running:
        output, _ = process.communicate()
        if process.returncode:
            message = "a client failed"
            raise RuntimeError(message)
        for kind, times in json.loads(output).items():
            merged[kind] += times
    return merged


def percentile(times: list[float], share: int) -> float:
    """The time that `share` of a hundred requests stayed under."""
    return statistics.quantiles(times, n=100)[share - 1]


if __name__ == "__main__":
    print(json.dumps(Client(int(sys.argv[1]), sys.argv[2]).work(float(sys.argv[3]))))
