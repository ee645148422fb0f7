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
from datetime import datetime
from pathlib import Path
from unittest.mock import Mock
from urllib.request import urlopen

import pytest

from benchmarks import workload
from engine import demo
from engine.cli import store
from engine.cli.server import _warn_of_calendar
from engine.cli.store import furnish
from engine.config import Settings
from engine.migrations import upgrade
from engine.model.database import Database, connect
from engine.queries.definitions import list_all
from engine.queries.people import all_users
from tests.unit.cli.conftest import Run

RESTOCK = str(Path(sys.executable).with_name("restock"))


@pytest.fixture
def running(home: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`restock run --demo` on a free port over a company without a past, and what it printed until it served."""
    database = connect(Settings())
    upgrade(database)
    furnish(database, with_past=False)
    database.close()
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
    """A sentence that says how to take another, before the demo company is made."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment = {**os.environ, "PORT": str(taken.getsockname()[1])}
        done = subprocess.run(
            [RESTOCK, "run", "--demo"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert 1 == done.returncode
    assert "" == done.stdout
    assert "PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_company_is_made_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first time says that it takes a while; a second time changes nothing, whatever an administrator changed."""
    database = connect(Settings())
    upgrade(database)

    furnish(database, with_past=False)
    people = all_users(database)
    told = capsys.readouterr().out
    furnish(database, with_past=False)

    assert "" != told
    assert "" == capsys.readouterr().out
    assert people == all_users(database)
    assert len(demo.PEOPLE) == len(people)
    database.close()


def test_an_interrupted_demo_company_is_completed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed half way, the next start makes what is missing; the same files again make nothing, a changed one a version."""
    database = connect(Settings())
    upgrade(database)
    made: list[str] = []
    files = [("rework.bpmn", workload.rework()), ("measured.form", workload.FORM.encode())]
    monkeypatch.setattr(store.company, "create", lambda _: made.append("company"))
    monkeypatch.setattr(store, "gather", lambda _: files)

    furnish_killed(database, monkeypatch)
    assert [] == list_all(database)
    for _ in range(3):
        furnish(database)
    assert [1] == [row.version for row in list_all(database)]
    files[0] = ("rework.bpmn", workload.rework().replace("返工一次".encode(), "再做一次".encode()))
    furnish(database)

    assert [2] == [row.version for row in list_all(database)]
    assert ["company"] * 3 == made
    database.close()


def furnish_killed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before anything is deployed."""
    with monkeypatch.context() as patch:
        patch.setattr(store, "deploy_files", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            furnish(database)


def test_no_demo_company_among_real_people(restock: Run) -> None:
    """Where somebody works already, nobody with a known password is let in."""
    restock("user", "add", "wei", "--password-stdin", typed="sieben Zwerge 七\n")

    result = restock("demo")

    assert 1 == result.exit_code
    assert ["wei\twei\t"] == restock("user", "list").output.splitlines()


@pytest.mark.parametrize(("day", "told"), [("2026-10-31", False), ("2026-11-01", True), ("2027-03-01", True)])
def test_an_unconfirmed_year_is_told_at_the_start(tmp_path: Path, capsys, day: str, told: bool) -> None:
    """From November on the next year, and all of that year: no notice is known and nobody confirmed it."""
    database = Database(
        f"sqlite:///{tmp_path / 'year.db'}", clock=lambda: datetime.fromisoformat(f"{day}T04:00:00+00:00")
    )
    upgrade(database)
    _warn_of_calendar(database)
    database.close()

    assert told is ("2027" in capsys.readouterr().out)
