"""What belongs together: the records that an instance took, issued, handles or caused, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from engine import access
from engine.access import Actor
from engine.model.definitions import definition
from engine.model.instances import instance
from engine.model.papers import document, ticket
from engine.model.stores import fine, store_slip
from engine.model.trade import customer, order
from engine.queries.instance import visible

Kind = Literal["order", "customer", "ticket", "document", "slip", "fine", "instance"]

#: What must be allowed to be led to a record; papers and instances have their own rules.
_RIGHTS: dict[str, str] = {
    "order": "see orders",
    "customer": "see customers",
    "ticket": "see tickets",
    "slip": "see slips",
    "fine": "see fines",
}

#: Records of each kind; more papers are on the documents tab.
MOST = 12
#: Instances beside a record.
MOST_INSTANCES = 20


@dataclass(frozen=True, slots=True)
class Record:
    """Something beside the instance: its kind, the key its page is found by, what it is called, and more words.

    Of another instance `name` is what it is about, `more` the same in English where its process says it.
    """

    kind: Kind
    key: str
    name: str
    more: str


def of_instance(connection: Connection, instance_id: int, business_key: str, actor: Actor) -> list[Record]:
    """The records beside an instance the actor sees, as far as they may see each; one statement."""
    orders = _orders(instance_id, business_key)
    asked = {
        "order": select(orders.c.no, orders.c.no, orders.c.customer_name),
        "customer": _customers(orders, instance_id),
        "ticket": _tickets(orders, instance_id),
        "slip": select(store_slip.c.no, store_slip.c.no, store_slip.c.state).where(
            _of(store_slip, instance_id)
        ),
        "fine": select(fine.c.no, fine.c.no, fine.c.month).where(_of(fine, instance_id)),
        "document": _documents(instance_id),
        "instance": _instances(orders, instance_id, actor),
    }
    parts = [
        _part(place, kind, query)
        for place, (kind, query) in enumerate(asked.items())
        if kind not in _RIGHTS or access.may(actor, _RIGHTS[kind])
    ]
    rows = connection.execute(union_all(*parts).order_by("place", "key")).all()
    found: dict[str, list[Record]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(Record(row.kind, row.key, row.name, row.more or ""))
    return [record for records in found.values() for record in records[:MOST]]


def _part(place: int, kind: str, query: Select[Any]) -> Select[Any]:
    key, name, more = query.subquery().c
    return select(
        literal(place).label("place"),
        literal(kind).label("kind"),
        cast(key, String).label("key"),
        name.label("name"),
        more.label("more"),
    )


def _of(table: Any, instance_id: int) -> Any:
    return table.c.instance_id == instance_id


def _orders(instance_id: int, business_key: str) -> CTE:
    """The orders it took, is called by, issued a paper for or handles a ticket of."""
    by_paper = select(document.c.order_no).where(_of(document, instance_id), document.c.order_no != "")
    by_ticket = select(ticket.c.order_no).where(_of(ticket, instance_id), ticket.c.order_no != "")
    about = [_of(order, instance_id), order.c.no.in_(union_all(by_paper, by_ticket))]
    if business_key:
        about.append(order.c.no == business_key)
    columns = (order.c.no, order.c.customer_id, order.c.customer_name, order.c.instance_id)
    return select(*columns).where(or_(*about)).cte("orders")


def _customers(orders: CTE, instance_id: int) -> Select[Any]:
    by_ticket = select(ticket.c.customer_id).where(_of(ticket, instance_id))
    wanted = union_all(select(orders.c.customer_id), by_ticket)
    return select(customer.c.id, customer.c.name, customer.c.level).where(customer.c.id.in_(wanted))


def _tickets(orders: CTE, instance_id: int) -> Select[Any]:
    mine = or_(_of(ticket, instance_id), ticket.c.order_no.in_(select(orders.c.no)))
    return select(ticket.c.no, ticket.c.no, ticket.c.kind).where(mine)


def _documents(instance_id: int) -> Select[Any]:
    """The newest version of each of its papers: who sees the instance reads them."""
    newest = func.max(document.c.id)
    query = select(newest, document.c.number, document.c.kind)
    return query.where(_of(document, instance_id)).group_by(document.c.kind, document.c.number)


def _instances(orders: CTE, instance_id: int, actor: Actor) -> Select[Any]:
    """Others about the same orders: what took them, what handles their tickets."""
    by_ticket = select(ticket.c.instance_id).where(ticket.c.order_no.in_(select(orders.c.no)))
    by_paper = select(document.c.instance_id).where(document.c.order_no.in_(select(orders.c.no)))
    wanted = union_all(select(orders.c.instance_id), by_ticket, by_paper)
    others = (instance.c.id.in_(wanted), instance.c.id != instance_id, instance.c.definition_id.is_not(None))
    return select(instance.c.id, instance.c.subject, instance.c.subject_en).where(*others, visible(actor))


def instances(connection: Connection, condition: ColumnElement[bool], actor: Actor) -> Sequence[Row[Any]]:
    """Instances that meet a condition and that the actor may see, as lines of a list, the newest first."""
    shown = (
        instance.c.id,
        instance.c.subject,
        instance.c.subject_en,
        instance.c.business_key,
        instance.c.status,
        instance.c.moved_at,
    )
    query: Select[Any] = (
        select(*shown, definition.c.key.label("process"), definition.c.name.label("process_name"))
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(condition, visible(actor))
        .order_by(instance.c.id.desc())
    )
    return connection.execute(query.limit(MOST_INSTANCES)).all()
