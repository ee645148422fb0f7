"""A PostgreSQL server for one test run: in a folder of its own, on a port of its own, gone afterwards."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_numbers = itertools.count(1)

#: Durability is asserted at start and is not what tests are about: the folder is thrown away.
_SETTINGS = (
    "max_connections = 200",
    "shared_buffers = 64MB",
    "fsync = off",
    "full_page_writes = off",
    "wal_level = minimal",
    "max_wal_senders = 0",
)


def binaries() -> Path | None:
    """Where the newest installed server's programs lie; None without one."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if installed:
        return installed[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def running(programs: Path) -> Iterator[str]:
    """A server; its address without the name of a database."""
    folder = Path(tempfile.mkdtemp(prefix="restock-postgresql-"))
    user = _servant(folder)
    port = _free_port()
    server: subprocess.Popen[bytes] | None = None
    try:
        data = folder / "data"
        initdb = [programs / "initdb", "-D", data, "-U", "restock"]
        initdb += ["-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        subprocess.run(initdb, check=True, capture_output=True, user=user, cwd=folder)
        options = ["-k", str(folder), "-p", str(port), "-h", "127.0.0.1"]
        with (data / "postgresql.conf").open("a") as settings:
            settings.writelines(f"{each}\n" for each in _SETTINGS)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, *options], stderr=log, user=user, cwd=folder
            )
        address = f"postgresql+psycopg://restock@127.0.0.1:{port}"
        _wait(f"postgresql://restock@127.0.0.1:{port}/postgres")
        yield address
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # at once, whoever is connected still
            server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh(address: str, template: str = "template0") -> Iterator[str]:
    """The address of a database of one's own, a copy of `template`; gone afterwards."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    tell(address, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield f"{address}/{name}"
    finally:
        tell(address, f"DROP DATABASE {name} WITH (FORCE)")


def tell(address: str, statement: str, database: str = "postgres") -> None:
    """Have the server at `address` carry out an administrator's statement."""
    plain = f"{address.replace('+psycopg', '')}/{database}"
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)


def _servant(folder: Path) -> int | None:
    """The server refuses to run as root: then it runs as its own user, who is given the folder."""
    if os.getuid() != 0:
        return None
    servant = pwd.getpwnam("postgres")
    os.chown(folder, servant.pw_uid, servant.pw_gid)
    return servant.pw_uid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(address, connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
