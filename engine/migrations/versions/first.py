"""The tables of the first release."""

from pathlib import Path

from alembic import op

from engine.migrations.render import SEPARATOR

revision = "first"
down_revision = None


def upgrade() -> None:
    """Make the tables: their statements stand beside this file, one file for each database."""
    connection = op.get_bind()
    text = Path(__file__).with_name(f"first_{connection.dialect.name}.sql").read_text()
    for statement in text.split(SEPARATOR):
        connection.exec_driver_sql(statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement)
