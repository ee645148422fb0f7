"""Serving and the demo company, with the real command in its own process."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from engine import demo
from engine.cli.store import furnish
from engine.config import Settings
from engine.migrations import upgrade
from engine.model.database import connect
from engine.queries.people import all_users
from tests.unit.cli.conftest import Run

RESTOCK = str(Path(sys.executable).with_name("restock"))


@pytest.fixture
def running(home: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`restock run --demo` on a free port, and what it printed until it served."""
    process = subprocess.Popen(
        [RESTOCK, "run", "--demo"], env={**os.environ, "PORT": "0"}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(line)
        if "http://" in line:
            break
    yield process, told
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_demo_company_is_served(running: tuple[subprocess.Popen[str], list[str]]) -> None:
    """It prints who can log in with which password, then the address, and ends on SIGTERM."""
    process, told = running
    text = "".join(told)

    assert [] == [person.login for person in demo.PEOPLE if f"  {person.login} " not in text]
    assert demo.PASSWORD in text
    address = re.search(r"http://\S+", text)
    assert address
    with urlopen(f"{address[0]}/healthz", timeout=10) as answer:
        assert "ok" == json.load(answer)["status"]
    process.send_signal(signal.SIGTERM)
    assert 0 == process.wait(timeout=15)


def test_a_taken_port_is_told(home: Path) -> None:
    """A sentence that says how to take another."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment = {**os.environ, "PORT": str(taken.getsockname()[1])}
        done = subprocess.run(
            [RESTOCK, "run"], env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    assert 1 == done.returncode
    assert "PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_company_is_made_once(home: Path) -> None:
    """A second time changes nothing, also where an administrator changed something meanwhile."""
    database = connect(Settings())
    upgrade(database)

    furnish(database)
    people = all_users(database)
    furnish(database)

    assert people == all_users(database)
    assert len(demo.PEOPLE) == len(people)
    database.close()


def test_no_demo_company_among_real_people(restock: Run) -> None:
    """Where somebody works already, nobody with a known password is let in."""
    restock("user", "add", "wei", "--password-stdin", typed="sieben Zwerge 七\n")

    result = restock("demo")

    assert 1 == result.exit_code
    assert ["wei\twei\t"] == restock("user", "list").output.splitlines()
