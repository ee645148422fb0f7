"""The same promises on SQLite and on PostgreSQL: every test here runs on both."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from engine.commands import passwords
from engine.migrations import upgrade
from engine.model.database import Database
from tests.contract.company import Company
from tests.contract.trade import small
from tests.postgres import fresh


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Password hashes that cost nothing: what they cost in earnest is not what these tests are about."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", cheap)
        patch.setattr(passwords, "_DUMMY", cheap.hash("nobody has this"))
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of this version, to be copied."""
    path = tmp_path_factory.mktemp("template") / "restock.db"
    db = Database(f"sqlite:///{path}")
    upgrade(db)
    db.close()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database."""
    if request.param == "sqlite":
        path = tmp_path / "restock.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    with fresh(request.getfixturevalue("postgresql"), "template_restock") as address:
        yield address


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest) -> tuple[str, str]:
    """What a company is prepared in: an empty database, and its server where it has one."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_template")), ""
    return "template_restock", request.getfixturevalue("postgresql")


@pytest.fixture
def company(url: str) -> Iterator[Company]:
    """A small company with people, processes and a clock that only tests move."""
    company = Company.found(url)
    yield company
    company.db.close()


@pytest.fixture
def trade(company: Company) -> Company:
    """Two customers, an order that lin's instance took, its goods, papers and a ticket."""
    small(company)
    return company
