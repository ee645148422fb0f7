"""The whole demo company, as it is served, for people who mean no good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import Company, build
from tests.security.people import Crew


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the whole company, to be copied."""
    path = tmp_path_factory.mktemp("company") / "template.db"
    build(path)
    return path


@pytest.fixture
def crew(template: Path, tmp_path: Path) -> Iterator[Crew]:
    """A company of one's own."""
    made = Crew(Company(template, tmp_path))
    yield made
    made.company.close()


@pytest.fixture(scope="module")
def shared(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """A company that the tests of one module share."""
    made = Crew(Company(template, tmp_path_factory.mktemp("shared")))
    yield made
    made.company.close()
