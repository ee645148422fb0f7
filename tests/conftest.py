"""Fixtures that every kind of test shares."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from engine.bpmn import kept
from engine.migrations import upgrade
from engine.model.database import Database
from tests import postgres

# Nobody changes a value of an instance in place: whoever does is found out when it is written.
kept.CHECKED = True
# A busy machine is slow, not wrong.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent

#: What no package brings: the only skips that are allowed where everything else must run.
BESIDE = "the compatibility kit is not beside the project"
UNREACHABLE = "this Python has an SQLite of its own, which cannot be listened to"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where nothing may be skipped (RESTOCK_REQUIRE_ALL), a skipped test has failed, and says what it lacked."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("RESTOCK_REQUIRE_ALL"):
        reason = str(report.longrepr[-1]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if BESIDE not in reason and UNREACHABLE not in reason:
            report.outcome, report.longrepr = "failed", f"{item.nodeid} was skipped: {reason}"
    return report


def require(tool: str, reason: str) -> str:
    """The path of a program; without it the test is skipped."""
    return shutil.which(tool) or pytest.skip(f"{tool} is missing: {reason}")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def node(root: Path) -> str:
    """Node with the test packages of frontend/ installed."""
    program = require("node", "the reference implementations run in Node")
    if not (root / "frontend/node_modules/feelin").is_dir():
        pytest.skip("frontend/node_modules lacks the test packages: run `make install-dev`")
    return program


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a server with an empty database of this version, called template_restock."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed: apt-get install postgresql")
    with postgres.running(programs) as address:
        postgres.tell(address, "CREATE DATABASE template_restock")
        db = Database(f"{address}/template_restock")
        upgrade(db)
        db.close()
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, one for all tests of a process: two of them do not go together."""
    program = require("chromium", "the pages are looked at in a real browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()
