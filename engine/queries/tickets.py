"""The tickets of after-sales, to be found by number, customer, kind and state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select

from engine import access
from engine.access import Actor
from engine.model.after_sales import compensation
from engine.model.database import Database
from engine.model.papers import ticket
from engine.queries.finding import contains
from engine.queries.listing import open_to

#: The most rows a page may have.
LARGEST = 200


@dataclass(frozen=True, slots=True)
class Page:
    """One page of tickets, the newest first; `given` is what each customer got in yuan, by ticket number."""

    rows: Sequence[Row[Any]]
    given: dict[str, Decimal]
    total: int
    page: int
    pages: int


def page(
    db: Database,
    actor: Actor,
    *,
    text: str = "",
    kind: str = "",
    state: str = "",
    page: int = 1,
    size: int = 50,
) -> Page:
    """Tickets whose number, order, customer or description hold `text`. Raises Forbidden for who may not see them."""
    access.require(actor, "see tickets")
    size, page = max(1, min(size, LARGEST)), max(1, page)
    conditions = _conditions(text, kind, state)
    with db.read() as connection:
        count = select(func.count()).select_from(ticket).where(*conditions)
        total = connection.execute(count).scalar_one()
        query = (
            select(ticket, open_to(actor, ticket.c.instance_id).label("seen"))
            .where(*conditions)
            .order_by(ticket.c.opened_at.desc(), ticket.c.no.desc())
        )
        rows = connection.execute(query.limit(size).offset((page - 1) * size)).all()
        ledger = connection.execute(
            select(compensation.c.ticket_no, compensation.c.amount).where(
                compensation.c.ticket_no.in_([row.no for row in rows]), compensation.c.state == "paid"
            )
        ).all()
    given: dict[str, Decimal] = {}
    for row in ledger:
        given[row.ticket_no] = given.get(row.ticket_no, Decimal(0)) + row.amount
    return Page(rows, given, total, page, max(1, -(-total // size)))


def _conditions(text: str, kind: str, state: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if kind:
        conditions.append(ticket.c.kind == kind)
    if state:
        conditions.append(ticket.c.state == state)
    if text.strip():
        searched = (ticket.c.no, ticket.c.order_no, ticket.c.customer_name, ticket.c.description)
        conditions.append(or_(*(contains(column, text) for column in searched)))
    return conditions
