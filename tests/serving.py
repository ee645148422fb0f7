"""A real server in a thread, for browsers and scripts of tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from engine.cli.serving import listen


@contextmanager
def served(app: Any, *, threads: int = 4) -> Iterator[str]:
    """The address of the application on a port of its own; what still waits at the end is closed under its loop."""
    server = listen(app, host="127.0.0.1", port=0, threads=threads)
    over = Event()

    def run() -> None:
        try:
            server.run()
        except OSError:
            if not over.is_set():
                raise

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        over.set()
        server.close()
        thread.join(timeout=5)
