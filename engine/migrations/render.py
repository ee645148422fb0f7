"""Write the SQL of the newest migration's tables from the model: `python -m engine.migrations.render`.

The files of earlier migrations are history and never change. Columns added to a table that an
earlier migration made are written by hand in the newest one (`engine/migrations/versions`).
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import create_mock_engine
from sqlalchemy.schema import sort_tables
from sqlalchemy.sql.base import Executable

from engine.migrations import EARLIER, NEWEST
from engine.model.schema import metadata

#: Stands between two statements; semicolons also end the lines inside a trigger.
SEPARATOR = "\n--\n"
VERSIONS = Path(__file__).parent / "versions"
_ADDRESSES = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://"}


def render(dialect: str) -> str:
    """The statements that make the tables which the newest migration adds, on this database."""
    statements: list[str] = []

    def write(statement: Executable, *_args: Any, **_more: Any) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)).strip())  # type: ignore[attr-defined]

    engine = create_mock_engine(_ADDRESSES[dialect], write)
    standing = _standing(dialect)
    for table in sort_tables(sorted(metadata.tables.values(), key=lambda found: found.name)):
        if table.name not in standing:
            table.create(engine, checkfirst=False)
    lines = (line.rstrip() for line in SEPARATOR.join(_steady(statements)).splitlines())
    return "\n".join(lines) + "\n"


def _standing(dialect: str) -> set[str]:
    """The names of the tables that earlier migrations make."""
    found: set[str] = set()
    for version in EARLIER:
        text = VERSIONS.joinpath(f"{version}_{dialect}.sql").read_text()
        found |= {name.strip('"') for name in re.findall(r'^CREATE TABLE ("?\w+"?)', text, re.MULTILINE)}
    return found


def _steady(statements: list[str]) -> list[str]:
    """The same order at every run: a table's indexes come in any order."""
    found: list[str] = []
    for is_index, group in groupby(statements, key=lambda text: text.startswith("CREATE INDEX")):
        same = list(group)
        found += sorted(same) if is_index else same
    return found


def main() -> None:
    """Write the file of each database."""
    for dialect in _ADDRESSES:
        VERSIONS.joinpath(f"{NEWEST}_{dialect}.sql").write_text(render(dialect))


if __name__ == "__main__":
    main()
