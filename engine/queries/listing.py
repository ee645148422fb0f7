"""Lists to look up: what every one of them shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Exists

from engine.access import Actor
from engine.model.database import Database
from engine.model.instances import SYSTEM, instance
from engine.queries.instance import visible

#: The most rows a page may have, and so many are read at once of a whole list.
LARGEST = 200


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows, and how many there are in all."""

    rows: Sequence[Row[Any]]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Found:
    """The rows that meet the conditions, in their order: to be read a page at a time, or all."""

    db: Database
    query: Select[Any]
    #: The table or join the rows are counted in, and the conditions they meet there.
    source: Any
    conditions: Sequence[ColumnElement[bool]] = ()
    #: What is joined only to the rows of the page, where that is much.
    dressed: Callable[[Select[Any]], Select[Any]] = lambda chosen: chosen

    def page(self, number: int = 1, size: int = 50) -> Page:
        """Page `number`, from 1. Two statements."""
        size, number = max(1, min(size, LARGEST)), max(1, number)
        counted = select(func.count()).select_from(self.source).where(*self.conditions)
        chosen = self._asked().limit(size).offset((number - 1) * size)
        with self.db.read() as connection:
            total = int(connection.execute(counted).scalar_one())
            rows = connection.execute(self.dressed(chosen)).all()
        return Page(rows, total, number, max(1, -(-total // size)))

    def each(self) -> Iterator[Row[Any]]:
        """All rows, by and by, in one statement and so as they stood together."""
        with self.db.read() as connection:
            reading = connection.execution_options(yield_per=LARGEST)
            with reading.execute(self.dressed(self._asked())) as rows:
                yield from rows

    def _asked(self) -> Select[Any]:
        return self.query.where(*self.conditions)


def open_to(actor: Actor, instance_id: Any) -> Exists:
    """Whether the instance of that number is one the actor may see; False for none."""
    here = and_(instance.c.id == instance_id, instance.c.id != SYSTEM)
    return select(instance.c.id).where(here, visible(actor)).exists()
