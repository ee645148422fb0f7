"""A company that is prepared once for a file of tests, and copied for each of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.model.database import Database
from tests.contract.company import Clock, Company
from tests.postgres import fresh


@dataclass(frozen=True)
class Template:
    """The database of a prepared company, which nobody opens any more; `server` is empty for a file of SQLite."""

    source: str
    server: str
    now: datetime
    handlers: Mapping[str, Callable[[Any], Mapping[str, Any]]]

    @contextmanager
    def copy(self, folder: Path) -> Iterator[Company]:
        """A company of one's own, as it was prepared."""
        with _copied(self.source, self.server, folder) as url:
            clock = Clock(self.now)
            db = Database(url, clock=clock)
            try:
                yield Company(db, clock, dict(self.handlers))
            finally:
                db.close()


@contextmanager
def prepared(
    empty: str, server: str, folder: Path, prepare: Callable[[Company], object]
) -> Iterator[Template]:
    """A company founded in a copy of the database `empty` and prepared once."""
    with _copied(empty, server, folder) as url:
        company = Company.found(url)
        try:
            prepare(company)
        finally:
            company.db.close()
        source = url.rpartition("/")[2] if server else url.removeprefix("sqlite:///")
        yield Template(source, server, company.clock.now, company.handlers)


@contextmanager
def _copied(source: str, server: str, folder: Path) -> Iterator[str]:
    if server:
        with fresh(server, source) as address:
            yield address
        return
    path = folder / "restock.db"
    shutil.copy(source, path)
    yield f"sqlite:///{path}"
