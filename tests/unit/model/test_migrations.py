"""The migrations make exactly the tables of the model."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engine.migrations import NEWEST, upgrade
from engine.migrations.render import VERSIONS, render
from engine.model.database import Database
from engine.model.schema import metadata


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_newest_migration_makes_the_tables_of_the_model_that_earlier_ones_do_not(dialect: str) -> None:
    """Its SQL is written from the tables: `python -m engine.migrations.render`."""
    assert render(dialect) == (VERSIONS / f"{NEWEST}_{dialect}.sql").read_text()


def test_a_migrated_database_has_the_tables_of_the_model(tmp_path: Path) -> None:
    """Nothing is missing, nothing is left over."""
    db = Database(f"sqlite:///{tmp_path / 'restock.db'}")
    upgrade(db)

    with db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    db.close()
    assert [] == differences


def test_the_order_of_primary_keys_stays_open_for_partitions() -> None:
    """`instance_id` stands first in the primary key of every table of running instances."""
    for name in ("task", "job", "subscription", "incident", "signature", "attachment", "draft", "entry"):
        assert "instance_id" == next(iter(metadata.tables[name].primary_key)).name
