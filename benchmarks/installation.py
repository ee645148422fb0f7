"""A made-up installation in a temporary folder, with one clerk who may do everything measured."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import workload
from engine.access import SYSTEM, Actor
from engine.commands.deploy import deploy
from engine.commands.sessions import login
from engine.commands.tokens import create_token
from engine.commands.users import create_user, define_role
from engine.config import Settings
from engine.migrations import upgrade
from engine.model.database import Database, connect
from engine.queries.people import actor

PASSWORD = "measured, not guessed"


@dataclass(frozen=True)
class Installation:
    """Where it lies, its database, and the clerk with their token."""

    home: Path
    database: Database
    clerk: Actor
    token: str
    #: What the cookie of the clerk's login holds.
    session: str

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return self.home / "restock.db"

    def size(self) -> int:
        """Bytes of the database once the write-ahead log is folded in; free pages count."""
        with sqlite3.connect(self.file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return self.file.stat().st_size


@contextmanager
def installed() -> Iterator[Installation]:
    """A fresh installation with the measured processes deployed; removed afterwards."""
    with TemporaryDirectory(prefix="restock-bench-") as folder:
        settings = Settings(home=Path(folder))
        database = connect(settings)
        upgrade(database)
        define_role(database, "cs", "客服", "Customer service", SYSTEM)
        create_user(database, "clerk", "测量员", SYSTEM, roles=("cs",), password=PASSWORD)
        token = create_token(database, "clerk", "bench", SYSTEM)
        files = [("ten_tasks.bpmn", workload.ten_tasks()), ("rework.bpmn", workload.rework())]
        deploy(database, [*files, ("measured.form", workload.FORM.encode())], SYSTEM)
        try:
            yield Installation(
                Path(folder), database, actor(database, "clerk"), token, login(database, "clerk", PASSWORD)
            )
        finally:
            database.close()
