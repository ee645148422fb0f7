"""The tickets of after-sales, to be found by number, customer, kind and state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from engine import access
from engine.access import Actor
from engine.model.after_sales import compensation
from engine.model.database import Database
from engine.model.papers import ticket
from engine.queries.finding import holding, same
from engine.queries.listing import Found, open_to

#: What the customer of a ticket got, in yuan; None for nothing.
_GIVEN = (
    select(func.sum(compensation.c.amount))
    .where(compensation.c.ticket_no == ticket.c.no, compensation.c.state == "paid")
    .scalar_subquery()
)


#: Of a record's page: so many tickets.
MOST = 20


def about(connection: Connection, condition: ColumnElement[bool], actor: Actor) -> Sequence[Row[Any]]:
    """The newest tickets that meet a condition, beside the record they are about; none for who may not see tickets."""
    if not access.may(actor, "see tickets"):
        return ()
    query = select(ticket, open_to(actor, ticket.c.instance_id).label("seen")).where(condition)
    return connection.execute(query.order_by(ticket.c.opened_at.desc()).limit(MOST)).all()


def find(db: Database, actor: Actor, *, text: str = "", kind: str = "", state: str = "") -> Found:
    """Tickets whose number, order, customer or description hold `text`, the newest first, with what was `given`.

    Raises Forbidden for who may not see them.
    """
    access.require(actor, "see tickets")
    conditions = [
        *same(ticket.c.kind, kind),
        *same(ticket.c.state, state),
        *holding(text, ticket.c.no, ticket.c.order_no, ticket.c.customer_name, ticket.c.description),
    ]
    query = select(ticket, _GIVEN.label("given"), open_to(actor, ticket.c.instance_id).label("seen"))
    return Found(db, query.order_by(ticket.c.opened_at.desc(), ticket.c.no.desc()), ticket, conditions)
