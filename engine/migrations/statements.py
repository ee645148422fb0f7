"""What a migration does to the database of the connection that alembic holds."""

from __future__ import annotations

from collections.abc import Iterable

from alembic import op
from sqlalchemy import Column

from engine.migrations.render import SEPARATOR, VERSIONS
from engine.model.schema import metadata


def execute(revision: str) -> None:
    """Carry out the statements that stand beside the migration for this kind of database."""
    connection = op.get_bind()
    text = VERSIONS.joinpath(f"{revision}_{connection.dialect.name}.sql").read_text()
    for statement in filter(str.strip, text.split(SEPARATOR)):
        connection.exec_driver_sql(
            statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement
        )


def add(columns: Iterable[tuple[str, str]]) -> None:
    """Add these (table, column) as the model has them; a column that may not be null needs its server default."""
    for table, name in columns:
        found = metadata.tables[table].c[name]
        default = getattr(found.server_default, "arg", None)
        op.add_column(table, Column(name, found.type, nullable=found.nullable, server_default=default))


def index(wanted: Iterable[tuple[str, str]]) -> None:
    """Make these indexes, (table, names of the columns joined by _), as the model has them."""
    for table, columns in wanted:
        name = f"ix_{table}_{columns}"
        (found,) = (each for each in metadata.tables[table].indexes if each.name == name)
        op.create_index(name, table, [column.name for column in found.columns])
