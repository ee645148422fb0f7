"""The tables: what the migrations make is what the program means, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from engine.migrations import Newer, upgrade
from engine.model.database import Database
from engine.model.schema import metadata


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    """A fresh database."""
    opened = Database(url)
    yield opened
    opened.close()


def test_a_migrated_database_has_the_tables_of_the_model(db: Database) -> None:
    """Nothing is missing, nothing is left over."""
    with db.engine.connect() as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection), metadata)


def test_a_newer_database_is_left_alone(db: Database) -> None:
    """An older program says what to do and changes nothing."""
    with db.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'ninth'"))

    with pytest.raises(Newer, match="install that one"):
        upgrade(db)
