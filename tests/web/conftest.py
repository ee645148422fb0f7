"""The company that the pages' tests work in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.support import Site, make_company, make_site


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A company as it is before anybody works, made once."""
    folder = tmp_path_factory.mktemp("company")
    return folder, make_company(folder)


@pytest.fixture
def site(company: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Site]:
    """A fresh company."""
    made = make_site(*company, tmp_path)
    yield made
    made.database.close()
