"""Statements that every request runs: compiled once, then given to SQLite's driver as they are.

SQLAlchemy's own way through a statement costs up to ten times what SQLite needs to answer it. On PostgreSQL, and
while somebody listens to the engine's statements (tests that count them, tools that trace them), it goes that way.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]


class Prepared:
    """One statement, its values bound by name; nothing in it may depend on the values, so no expanding IN.

    `columns`: for an insert or update without `values()`, the columns that are given each time.
    """

    def __init__(self, statement: Any, columns: Iterable[str] = ()) -> None:
        self.statement = statement
        self._columns = list(columns) or None
        self._plan: _Plan | None = None

    def all(self, connection: Connection, values: Values) -> Sequence[Any]:
        """Every row, its columns by name and in order."""
        if watched(connection.engine):
            return connection.execute(self.statement, values).all()
        return self.fetch(_driver(connection), connection.dialect, values)

    def one_or_none(self, connection: Connection, values: Values) -> Any:
        """The row, or None; for statements that find at most one."""
        rows = self.all(connection, values)
        return rows[0] if rows else None

    def run(self, connection: Connection, *values: Values) -> int:
        """Carry it out once for each of `values`; how many rows were touched."""
        if watched(connection.engine):
            return connection.execute(self.statement, values[0] if len(values) == 1 else values).rowcount
        return self._as_planned(connection.dialect).run(_driver(connection), values)

    def fetch(self, driver: sqlite3.Connection, dialect: Dialect, values: Values) -> list[Any]:
        """Every row, asked on SQLite's own connection."""
        return self._as_planned(dialect).rows(driver, values)

    def _as_planned(self, dialect: Dialect) -> _Plan:
        if self._plan is None:
            self._plan = _Plan(self.statement, dialect, self._columns)
        return self._plan


class _Plan:
    """Text, order and conversion of the values, and conversion of the rows."""

    def __init__(self, statement: Any, dialect: Dialect, columns: list[str] | None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        if compiled.post_compile_params or compiled.positiontup is None:
            raise TypeError("a prepared statement cannot change with its values")
        #: Values that belong to the statement itself: literals, and defaults of columns that are not given.
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._fixed |= {column.key: column.default.arg for column in getattr(compiled, "insert_prefetch", ())}
        self._text = str(compiled)
        self._names: list[str] = compiled.positiontup
        binds = [_binds(compiled.binds[name].type, dialect) for name in self._names]
        self._binds = [(n, bind) for n, bind in enumerate(binds) if bind is not None]
        kept = getattr(statement, "exported_columns", None) or ()
        names = [str(column.key) for column in kept]
        row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024
        self._make: Convert = row._make
        reads = [_reads(column.type, dialect) for column in kept]
        self._reads = [(n, read) for n, read in enumerate(reads) if read is not None]

    def rows(self, driver: sqlite3.Connection, values: Values) -> list[Any]:
        """The rows, each column as its type has it."""
        try:
            found = driver.execute(self._text, self._bound(values)).fetchall()
        except sqlite3.Error as error:
            raise self._told(error) from error
        return [self._make(self._read(row)) for row in found] if self._reads else [*map(self._make, found)]

    def run(self, driver: sqlite3.Connection, values: Iterable[Values]) -> int:
        """Carry it out for each; how many rows were touched."""
        try:
            return driver.executemany(self._text, [self._bound(each) for each in values]).rowcount
        except sqlite3.Error as error:
            raise self._told(error) from error

    def _bound(self, values: Values) -> list[Any]:
        given = {**self._fixed, **values} if self._fixed else values
        bound = [given[name] for name in self._names]
        for n, convert in self._binds:
            bound[n] = convert(bound[n])
        return bound

    def _read(self, row: tuple[Any, ...]) -> list[Any]:
        read = list(row)
        for n, convert in self._reads:
            read[n] = convert(read[n])
        return read

    def _told(self, error: sqlite3.Error) -> BaseException:
        """The error as SQLAlchemy would raise it, so that callers know one kind."""
        return DBAPIError.instance(self._text, None, error, sqlite3.Error, hide_parameters=True)


def watched(engine: Engine) -> bool:
    """Whether statements go SQLAlchemy's way: always on PostgreSQL, and where somebody listens to them."""
    return engine.dialect.name != "sqlite" or bool(engine.dispatch.before_cursor_execute)


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: Any = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _binds(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reads(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
