"""The demo company on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import Company, build
from tests.postgres import fresh


@pytest.fixture(scope="session")
def built(postgresql: str) -> Iterator[tuple[str, str]]:
    """A server, and the name of a database on it with the whole company, to be copied."""
    with fresh(postgresql, "template_restock") as address:
        build(address)
        yield postgresql, address.rpartition("/")[2]


@pytest.fixture
def address(built: tuple[str, str]) -> Iterator[str]:
    """The address of a company of one's own."""
    with fresh(*built) as copied:
        yield copied


@pytest.fixture
def company(address: str, tmp_path: Path) -> Iterator[Company]:
    """A company of one's own, on the morning of Monday, 2 March 2026."""
    made = Company(address, tmp_path)
    yield made
    made.close()
