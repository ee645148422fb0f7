"""Lists in pages: what every look-up shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Exists

from engine.access import Actor
from engine.model.instances import SYSTEM, instance
from engine.queries.instance import visible

#: The most rows a page may have.
LARGEST = 200


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows, and how many there are in all."""

    rows: Sequence[Row[Any]]
    total: int
    page: int
    pages: int


def paged(connection: Connection, query: Select[Any], counted: Select[Any], page: int, size: int) -> Page:
    """The rows of a page of `query`, which is in its order; `counted` says how many there are. Two statements."""
    size, page = max(1, min(size, LARGEST)), max(1, page)
    total = int(connection.execute(counted).scalar_one())
    rows = connection.execute(query.limit(size).offset((page - 1) * size)).all()
    return Page(rows, total, page, max(1, -(-total // size)))


def count_of(source: Any, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """How many rows of a table or join meet the conditions."""
    return select(func.count()).select_from(source).where(*conditions)


def open_to(actor: Actor, instance_id: Any) -> Exists:
    """Whether the instance of that number is one the actor may see; False for none."""
    here = and_(instance.c.id == instance_id, instance.c.id != SYSTEM)
    return select(instance.c.id).where(here, visible(actor)).exists()
