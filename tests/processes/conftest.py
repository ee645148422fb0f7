"""The demo company that the processes are walked in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from engine.bpmn.model import Definitions
from engine.commands import library
from engine.queries.verify import verify
from tests.company import Company, build
from tests.processes.walking import Paths


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """A company that comes back from its database reads its diagrams anew; the same bytes say the same again."""
    known: dict[tuple[bytes, str], Definitions] = {}
    read = library.read

    def once(xml: bytes, filename: str) -> Definitions:
        if (xml, filename) not in known:
            known[xml, filename] = read(xml, filename)
        return known[xml, filename]

    with patch.object(library, "read", once):
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the whole company, to be copied."""
    path = tmp_path_factory.mktemp("company") / "template.db"
    build(path)
    return path


@pytest.fixture
def company(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[Company]:
    """A company of one's own, Monday, 2 March 2026, nine o'clock; in the end everything agrees.

    It is of another kind where a test's mark says so.
    """
    made: Company = getattr(request, "param", Company)(template, tmp_path)
    yield made
    problems = verify(made.db).problems
    made.close()
    assert [] == problems


@pytest.fixture(scope="module")
def paths(request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The paths of the definition that the module is about."""
    return Paths(request.module, template, tmp_path_factory.mktemp("paths"))
