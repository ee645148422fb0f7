"""Bring a database to the tables of this version; a database that is half way there refuses to be used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select

from engine.model.database import Database
from engine.model.instances import SYSTEM, instance


class OutOfDate(RuntimeError):
    """The database is not of this version: run `restock init`."""


def upgrade(db: Database) -> None:
    """Make or change the tables so that they are this version's, in one transaction; nothing happens twice."""
    with db.write() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        found_system(connection)


def assert_current(db: Database) -> None:
    """Raises OutOfDate unless the tables are exactly this version's."""
    with db.read() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != ScriptDirectory.from_config(_config()).get_current_head():
        raise OutOfDate(OutOfDate.__doc__)


def found_system(connection: Connection) -> None:
    """The row that stands for the system itself, whose history holds deployments and changes of people."""
    if connection.execute(select(instance.c.id).where(instance.c.id == SYSTEM)).first() is not None:
        return
    now = datetime.now(UTC)
    connection.execute(
        insert(instance).values(
            id=SYSTEM,
            status="system",
            version=0,
            release=0,
            started_at=now,
            moved_at=now,
            starter="system",
            head=bytes(32),
            state=b"",
        )
    )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
