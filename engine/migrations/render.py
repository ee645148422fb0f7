"""Write the first migration's SQL from the tables: `python -m engine.migrations.render`, before the first release only.

Afterwards the files are history: a change of the tables is a new migration.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import create_mock_engine
from sqlalchemy.schema import sort_tables
from sqlalchemy.sql.base import Executable

from engine.model.schema import metadata

#: Stands between two statements; semicolons also end the lines inside a trigger.
SEPARATOR = "\n--\n"
_ADDRESSES = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://"}


def render(dialect: str) -> str:
    """The statements that make all tables, on this database."""
    statements: list[str] = []

    def write(statement: Executable, *_args: Any, **_more: Any) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)).strip())  # type: ignore[attr-defined]

    engine = create_mock_engine(_ADDRESSES[dialect], write)
    for table in sort_tables(sorted(metadata.tables.values(), key=lambda found: found.name)):
        table.create(engine, checkfirst=False)
    lines = (line.rstrip() for line in SEPARATOR.join(_steady(statements)).splitlines())
    return "\n".join(lines) + "\n"


def _steady(statements: list[str]) -> list[str]:
    """The same order at every run: a table's indexes come in any order."""
    found: list[str] = []
    for is_index, group in groupby(statements, key=lambda text: text.startswith("CREATE INDEX")):
        same = list(group)
        found += sorted(same) if is_index else same
    return found


def main() -> None:
    """Write both files."""
    for dialect in _ADDRESSES:
        Path(__file__).parent.joinpath("versions", f"first_{dialect}.sql").write_text(render(dialect))


if __name__ == "__main__":
    main()
