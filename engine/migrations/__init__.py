"""Bring a database to the tables of this version; a database that is half way there refuses to be used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, column, func, insert, inspect, select, table

from engine.errors import Refused
from engine.model.database import Database
from engine.model.instances import SYSTEM, instance

#: The migration that makes the tables of this version, and those before it.
NEWEST, EARLIER = "second", ("first",)

_VERSION = table("alembic_version", column("version_num"))
#: Two servers that start at once make the tables one after the other.
_ALONE = select(func.pg_advisory_xact_lock(0x5E5704))


class Newer(Refused):
    """The database is of a newer version of Restock: install that one, or restore the backup of before."""

    chinese = "该数据库属于更新的 Restock 版本：请安装那个版本，或恢复升级前的备份。"


class OutOfDate(RuntimeError):
    """The database is not of this version: run `restock init`."""


def upgrade(db: Database) -> None:
    """Make or change the tables so that they are this version's, in one transaction; nothing happens twice.

    Raises Newer for the tables of a later version, and leaves them alone.
    """
    with db.write() as connection:
        if db.dialect == "postgresql":  # SQLite lets one in at a time by itself
            connection.execute(_ALONE)
        found = _version(connection)
        if found not in (None, *EARLIER, NEWEST):
            raise Newer
        if found != NEWEST:
            _change(connection)
        found_system(connection)


def assert_current(db: Database) -> None:
    """Raises OutOfDate unless the tables are exactly this version's."""
    with db.read() as connection:
        if _version(connection) != NEWEST:
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


def _version(connection: Connection) -> str | None:
    """The migration that was the last; None where there was none."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar()


def _change(connection: Connection) -> None:
    # Imported here: it takes 10 MB, and a server seldom finds anything to change.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
