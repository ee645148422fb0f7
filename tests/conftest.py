"""Fixtures that every kind of test shares."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def require(tool: str, reason: str) -> str:
    """The path of a program; without it the test is skipped, or fails where nothing may be skipped."""
    found = shutil.which(tool)
    if found:
        return found
    if os.environ.get("RESTOCK_REQUIRE_ALL"):
        pytest.fail(f"{tool} is missing: {reason}")
    pytest.skip(f"{tool} is missing: {reason}")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def node(root: Path) -> str:
    """Node with the test packages of frontend/ installed."""
    program = require("node", "the reference implementations run in Node")
    if (root / "frontend/node_modules/feelin").is_dir():
        return program
    if os.environ.get("RESTOCK_REQUIRE_ALL"):
        pytest.fail("frontend/node_modules lacks the test packages: run `make install-dev`")
    pytest.skip("frontend/node_modules lacks the test packages: run `make install-dev`")
