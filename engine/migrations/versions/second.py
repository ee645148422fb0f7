"""The tables of the production order, of the business calendar and of the look-up pages; columns added since the first."""

from __future__ import annotations

from engine.migrations.statements import add, execute

revision = "second"
down_revision = "first"

#: (table, column): added empty or with the column's server default.
COLUMNS: tuple[tuple[str, str], ...] = ()


def upgrade() -> None:
    """Make the new tables from the statements beside this file, then the new columns of older tables."""
    execute(revision)
    add(COLUMNS)
