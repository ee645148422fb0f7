"""The tables of the production order, of the business calendar and of the look-up pages; columns added since the first."""

from __future__ import annotations

from engine.migrations.statements import add, execute, index

revision = "second"
down_revision = "first"

#: (table, column): added empty or with the column's server default.
COLUMNS: tuple[tuple[str, str], ...] = (
    ("instance", "subject_en"),
    ("product", "customisable"),
    ("substitution", "role"),
    ("token", "used_at"),
)

#: (table, columns): indexes of the look-up pages on older tables.
INDEXES: tuple[tuple[str, str], ...] = (
    ("confirmation", "order_no"),
    ("document", "issued_at"),
    ("document", "number"),
    ("fine", "instance_id"),
    ("invoice", "order_no"),
    ("sales_order", "received_at"),
    ("stock", "location"),
    ("stock_move", "at"),
    ("stock_move", "location_at"),
    ("store_slip", "instance_id"),
    ("ticket", "customer_id"),
    ("ticket", "instance_id"),
    ("ticket", "opened_at"),
)


def upgrade() -> None:
    """Make the new tables from the statements beside this file, then the new columns and indexes of older tables."""
    execute(revision)
    add(COLUMNS)
    index(INDEXES)
