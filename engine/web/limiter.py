"""So many requests a minute from one address, where the installation sets a bound.

A bucket an address: it holds a minute's worth, so that nobody who loads a few pages at once notices, and fills again
evenly. Kept in this process only: several processes behind one proxy each count what they see.
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from engine.commands.proof import network

#: So many addresses are remembered; who asked longest ago is forgotten first, and begins anew.
MOST = 10_000
#: What costs next to nothing, and what a watcher asks.
FREE = ("/static/", "/healthz")

_SAID = {"zh": "请求过于频繁，请稍后再试。", "en": "Too many requests: try again in a moment."}


class Limiter:
    """A WSGI application in front of another, which answers 429 beyond `per_minute` requests of one address."""

    def __init__(
        self, inner: WSGIApplication, per_minute: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._inner = inner
        self._most = float(per_minute)
        self._clock = clock
        self._lock = threading.Lock()
        #: Address -> what is left, and when that was so.
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on, or refuse it without having looked at it."""
        path = environ.get("PATH_INFO", "")
        if not path.startswith(FREE):
            wait = self._wait(network(environ.get("REMOTE_ADDR") or ""))
            if wait:
                return _refused(path, wait, start_response)
        return self._inner(environ, start_response)

    def _wait(self, address: str) -> int:
        """Seconds until this address may ask again; 0 when it may now, which is counted."""
        now, each = self._clock(), self._most / 60
        with self._lock:
            left, since = self._left.pop(address, (self._most, now))
            left = min(self._most, left + (now - since) * each)
            allowed = left >= 1
            self._left[address] = (left - 1 if allowed else left, now)
            if len(self._left) > MOST:
                self._left.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - left) / each))


def _refused(path: str, wait: int, start_response: StartResponse) -> Iterable[bytes]:
    if path.startswith("/api/"):
        body = {"type": "urn:restock:problem:too-many", "title": "Too Many Requests", "status": 429}
        content = json.dumps(body | {"detail": f"{_SAID['zh']} {_SAID['en']}"}, ensure_ascii=False).encode()
        kind = "application/problem+json"
    else:
        content = f"{_SAID['zh']}\n{_SAID['en']}\n".encode()
        kind = "text/plain; charset=utf-8"
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(content))),
        ("Retry-After", str(wait)),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ]
    start_response("429 Too Many Requests", headers)
    return [content]
