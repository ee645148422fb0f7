"""Customers to look up: the list, and one with everything the company remembers (客史)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, select, union

from engine import access
from engine.access import Actor
from engine.errors import NotFound
from engine.model.database import Database
from engine.model.instances import instance
from engine.model.papers import ticket
from engine.model.production import contract
from engine.model.trade import customer, customer_address, customer_contact, customer_history, order
from engine.queries import related, tickets
from engine.queries.finding import holding, same
from engine.queries.listing import Found

#: Rows of each part of a customer's page.
MOST = 20

_ORDERS = select(func.count()).where(order.c.customer_id == customer.c.id).scalar_subquery()
_LAST = select(func.max(order.c.received_at)).where(order.c.customer_id == customer.c.id).scalar_subquery()

SORTS: dict[str, tuple[Any, ...]] = {
    "name": (customer.c.name,),
    "level": (customer.c.level, customer.c.name),
    "recent": (_LAST.desc().nulls_last(), customer.c.name),
    "new": (customer.c.created_at.desc(),),
}


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer; orders, tickets and instances are the newest only, `orders_total` says how many orders there are."""

    card: Row[Any]
    addresses: Sequence[Row[Any]]
    contacts: Sequence[Row[Any]]
    contracts: Sequence[Row[Any]]
    history: Sequence[Row[Any]]
    orders: Sequence[Row[Any]]
    orders_total: int
    tickets: Sequence[Row[Any]]
    instances: Sequence[Row[Any]]


def find(
    db: Database, actor: Actor, *, text: str = "", level: str = "", credit: str = "", sort: str = "name"
) -> Found:
    """Customers whose name, telephone, e-mail or tax number hold `text`. Raises Forbidden for who may not see them."""
    access.require(actor, "see customers")
    conditions = [
        *same(customer.c.level, level),
        *same(customer.c.credit, credit),
        *holding(text, customer.c.name, customer.c.phone, customer.c.email, customer.c.tax_no),
    ]
    query = select(customer, _ORDERS.label("orders"), _LAST.label("last_order"))
    query = query.order_by(*SORTS.get(sort, SORTS["name"]), customer.c.id)
    return Found(db, query, customer, conditions)


def view(db: Database, customer_id: int, actor: Actor) -> CustomerView:
    """One customer. Raises NotFound when there is none, and for who may not see customers."""
    if not access.may(actor, "see customers"):
        raise NotFound
    with db.read() as connection:
        card = connection.execute(select(customer).where(customer.c.id == customer_id)).one_or_none()
        if card is None:
            raise NotFound
        mine = order.c.customer_id == customer_id
        newest = select(order, func.count().over().label("in_all")).where(mine)
        orders = connection.execute(newest.order_by(order.c.received_at.desc()).limit(MOST)).all()
        return CustomerView(
            card=card,
            addresses=_of(connection, customer_address, customer_id, customer_address.c.used_at.desc()),
            contacts=_of(connection, customer_contact, customer_id, customer_contact.c.id),
            contracts=connection.execute(_contracts(customer_id)).all(),
            history=_of(connection, customer_history, customer_id, customer_history.c.at.desc()),
            orders=orders,
            orders_total=orders[0].in_all if orders else 0,
            tickets=tickets.about(connection, ticket.c.customer_id == customer_id, actor),
            instances=_instances(connection, customer_id, actor),
        )


def _contracts(customer_id: int) -> Select[Any]:
    """The customer's contracts, the newest first."""
    mine = select(contract).where(contract.c.customer_id == customer_id)
    return mine.order_by(contract.c.valid_from.desc(), contract.c.no.desc()).limit(MOST)


def _of(connection: Connection, table: Table, customer_id: int, order_by: Any) -> Sequence[Row[Any]]:
    query = select(table).where(table.c.customer_id == customer_id).order_by(order_by, table.c.id.desc())
    return connection.execute(query.limit(MOST)).all()


def _instances(connection: Connection, customer_id: int, actor: Actor) -> Sequence[Row[Any]]:
    """Instances about the customer's orders and tickets which the actor may see, the newest first."""
    about = union(
        select(order.c.instance_id).where(order.c.customer_id == customer_id),
        select(ticket.c.instance_id).where(ticket.c.customer_id == customer_id),
    )
    return related.instances(connection, instance.c.id.in_(about), actor)
