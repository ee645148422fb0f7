"""Orders to look up: the list, and one with its goods, consignments, money, papers and what came after."""

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
from engine.model.papers import confirmation, document, shipment, ticket, track_event
from engine.model.production import anomaly, inspection, price_doubt, production_order, statement
from engine.model.trade import invoice, order, order_line, payment
from engine.queries import papers, related, tickets
from engine.queries.finding import holding, same
from engine.queries.listing import Found, open_to

SORTS: dict[str, tuple[Any, ...]] = {
    "new": (order.c.received_at.desc(),),
    "old": (order.c.received_at,),
    "ship": (order.c.ship_time.nulls_last(),),
    "total": (order.c.total.desc(),),
    "customer": (order.c.customer_name, order.c.received_at.desc()),
}

_ROUND = inspection.alias("rounds")
_LAST_ROUND = (
    select(func.max(_ROUND.c.round))
    .where(_ROUND.c.production_no == production_order.c.no)
    .correlate(production_order)
    .scalar_subquery()
)
_TROUBLES = (
    select(func.count())
    .where(anomaly.c.production_no == production_order.c.no, anomaly.c.settled_at.is_(None))
    .scalar_subquery()
)
_LAST = (inspection.c.production_no == production_order.c.no) & (inspection.c.round == _LAST_ROUND)
_INSPECTED = (inspection.c.round, inspection.c.passed, inspection.c.defects)
#: Production orders with their last inspection and how many anomalies are open.
_PRODUCTION = (
    select(production_order, *_INSPECTED, _TROUBLES.label("troubles"))
    .select_from(production_order.outerjoin(inspection, _LAST))
    .order_by(production_order.c.issued_at, production_order.c.no)
)


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order; `seen` says whether the actor may open the instance that took it. Tracks are by shipment number."""

    head: Row[Any]
    lines: Sequence[Row[Any]]
    shipments: Sequence[Row[Any]]
    tracks: dict[str, list[Row[Any]]]
    production: Sequence[Row[Any]]
    statements: Sequence[Row[Any]]
    doubts: Sequence[Row[Any]]
    payments: Sequence[Row[Any]]
    invoices: Sequence[Row[Any]]
    documents: Sequence[Row[Any]]
    confirmations: Sequence[Row[Any]]
    tickets: Sequence[Row[Any]]
    instances: Sequence[Row[Any]]


def find(
    db: Database,
    actor: Actor,
    *,
    text: str = "",
    status: str = "",
    kind: str = "",
    customer_id: int | None = None,
    sort: str = "new",
) -> Found:
    """Orders whose number, customer, recipient or telephone hold `text`. Raises Forbidden for who may not see them."""
    access.require(actor, "see orders")
    conditions = [
        *same(order.c.status, status),
        *same(order.c.type, kind),
        *same(order.c.customer_id, customer_id),
        *holding(text, order.c.no, order.c.customer_name, order.c.recipient, order.c.phone),
    ]
    query = _seen(actor).order_by(*SORTS.get(sort, SORTS["new"]), order.c.no.desc())
    return Found(db, query, order, conditions)


def view(db: Database, number: str, actor: Actor) -> OrderView:
    """One order. Raises NotFound when there is none, and for who may not see orders."""
    if not access.may(actor, "see orders"):
        raise NotFound
    with db.read() as connection:
        head = connection.execute(_seen(actor).where(order.c.no == number)).one_or_none()
        if head is None:
            raise NotFound
        sent = _of(connection, shipment, number, shipment.c.batch_no, shipment.c.no)
        return OrderView(
            head=head,
            lines=_of(connection, order_line, number, order_line.c.n),
            shipments=sent,
            tracks=_tracks(connection, [row.no for row in sent]),
            production=connection.execute(_PRODUCTION.where(production_order.c.order_no == number)).all(),
            statements=_of(connection, statement, number, statement.c.written_at, statement.c.version),
            doubts=_of(connection, price_doubt, number, price_doubt.c.opened_at),
            payments=_of(connection, payment, number, payment.c.requested_at, payment.c.no),
            invoices=_of(connection, invoice, number, invoice.c.issued_at),
            documents=papers.of_order(connection, number, actor),
            confirmations=_of(connection, confirmation, number, confirmation.c.no, confirmation.c.version),
            tickets=tickets.about(connection, ticket.c.order_no == number, actor),
            instances=_instances(connection, number, actor),
        )


def _seen(actor: Actor) -> Select[Any]:
    """Orders, and whether the actor may open the instance that took them."""
    return select(order, open_to(actor, order.c.instance_id).label("seen"))


def _of(connection: Connection, table: Table, number: str, *order_by: Any) -> Sequence[Row[Any]]:
    return connection.execute(select(table).where(table.c.order_no == number).order_by(*order_by)).all()


def _tracks(connection: Connection, numbers: list[str]) -> dict[str, list[Row[Any]]]:
    """What happened to each shipment, oldest first."""
    query = select(track_event).where(track_event.c.shipment_no.in_(numbers)).order_by(track_event.c.id)
    found: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(query) if numbers else ():
        found.setdefault(row.shipment_no, []).append(row)
    return found


def _instances(connection: Connection, number: str, actor: Actor) -> Sequence[Row[Any]]:
    """Instances that took the order, issued a paper for it, handle a ticket of it or carry its number."""
    about = union(
        select(order.c.instance_id).where(order.c.no == number),
        select(document.c.instance_id).where(document.c.order_no == number),
        select(ticket.c.instance_id).where(ticket.c.order_no == number),
        select(instance.c.id).where(instance.c.business_key == number),
    )
    return related.instances(connection, instance.c.id.in_(about), actor)
