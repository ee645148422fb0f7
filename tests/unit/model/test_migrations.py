"""The migrations make exactly the tables of the model."""

from __future__ import annotations

import pytest

from engine.migrations import NEWEST
from engine.migrations.render import VERSIONS, render
from engine.model.schema import metadata


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_newest_migration_makes_the_tables_of_the_model_that_earlier_ones_do_not(dialect: str) -> None:
    """Its SQL is written from the tables: `python -m engine.migrations.render`."""
    assert render(dialect) == (VERSIONS / f"{NEWEST}_{dialect}.sql").read_text()


def test_the_order_of_primary_keys_stays_open_for_partitions() -> None:
    """`instance_id` stands first in the primary key of every table of running instances."""
    for name in ("task", "job", "subscription", "incident", "signature", "attachment", "draft", "entry"):
        assert "instance_id" == next(iter(metadata.tables[name].primary_key)).name
