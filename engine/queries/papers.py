"""Papers to look up: every slip with its number, state and customer, for those who may read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, false, or_, select, true

from engine import access
from engine.access import Actor
from engine.errors import NotFound
from engine.model.database import Database
from engine.model.instances import instance
from engine.model.papers import document
from engine.model.trade import order
from engine.queries.finding import holding, same
from engine.queries.listing import Found, open_to
from engine.services.slips import SIGNED

_TRADE = frozenset(
    {"cs", "cs_supervisor", "sales", "marketing_director", "finance", "general_manager", "archivist"}
)
_SENDING = _TRADE | {"warehouse", "logistics", "dispatcher"}
_MAKING = _TRADE | {"cs_assistant", "technical", "production", "production_head", "quality"}
_SHOPS = frozenset(
    {"store", "store_manager", "franchise_cs", "direct_clerk", "merchandising", "line_manager"}
)

#: Who reads every paper of a kind because it is their work; everybody else reads those of instances they may see.
READERS: Mapping[str, frozenset[str]] = {
    "outbound_slip": _TRADE,
    "order_confirmation": _TRADE,
    "sales_confirmation": _MAKING,
    "customer_memo": _TRADE,
    "balance_notice": _TRADE,
    "dispatch_notice": _SENDING,
    "shipping_list": _SENDING,
    "delivery_note": _SENDING,
    "sales_ship_slip": _SENDING,
    "dispatch_advice": _SENDING,
    "arrival_receipt": _SENDING,
    "ship_request": _SENDING,
    "emergency_release": _SENDING,
    "finished_goods_slip": _SENDING | _MAKING,
    "production_order": _MAKING,
    "production_report": _MAKING,
    "material_statement": _MAKING,
    "due_date_statement": _MAKING,
    "recipe_confirmation": _MAKING,
    "store_slip": _SHOPS,
    "allocation_slip": _SHOPS | {"warehouse", "logistics"},
    "discrepancy_slip": _SHOPS,
    "after_sales_record": frozenset({"cs", "cs_supervisor", "after_sales", "line_manager"}),
}

SORTS: dict[str, tuple[Any, ...]] = {
    "new": (document.c.issued_at.desc(),),
    "old": (document.c.issued_at,),
    "number": (document.c.number, document.c.version.desc()),
}

_SHOWN = tuple(document.c[name] for name in (
    "id", "instance_id", "kind", "number", "version", "title", "order_no", "state", "issued_at", "filed_at", "shelf_ref",
))  # fmt: skip
#: The instance that issued the paper: its subject names store or customer where there is no order.
_ABOUT = instance.alias("about")
_JOINED = document.outerjoin(order, order.c.no == document.c.order_no).outerjoin(
    _ABOUT, _ABOUT.c.id == document.c.instance_id
)


def find(
    db: Database, actor: Actor, *, text: str = "", kind: str = "", state: str = "", sort: str = "new"
) -> Found:
    """Papers the actor may read whose number, order, customer, shelf or subject hold `text`.

    `state` may be "issued" or "unsigned" beside those of the table.
    """
    searched = (document.c.number, document.c.order_no, order.c.customer_name, document.c.shelf_ref)
    conditions = [
        _readable(actor),
        *same(document.c.kind, kind),
        *([_standing(state)] if state else []),
        *holding(text, *searched, _ABOUT.c.subject),
    ]
    about = (order.c.customer_name, _ABOUT.c.subject, _ABOUT.c.subject_en)
    query = select(*_SHOWN, *about, open_to(actor, document.c.instance_id).label("seen"))
    query = query.select_from(_JOINED).order_by(*SORTS.get(sort, SORTS["new"]), document.c.id.desc())
    return Found(db, query, _JOINED, conditions)


def require_readable(db: Database, document_id: int, actor: Actor) -> str:
    """The number of a paper. Raises NotFound unless there is one of that id which the actor may read."""
    query = select(document.c.number).where(document.c.id == document_id, _readable(actor))
    with db.read() as connection:
        number = connection.execute(query).scalar_one_or_none()
    if number is None:
        raise NotFound
    return str(number)


def of_order(connection: Connection, number: str, actor: Actor) -> Sequence[Row[Any]]:
    """The papers of an order that the actor may read, in the order they were issued."""
    query = select(*_SHOWN).where(document.c.order_no == number, _readable(actor))
    return connection.execute(query.order_by(document.c.issued_at, document.c.id)).all()


def standing(kind: str, state: str) -> str:
    """How a paper stands: "unsigned" or "issued" for what is not filed yet, else its state."""
    if state == "draft":
        return "unsigned" if kind in SIGNED else "issued"
    return state


def _standing(asked: str) -> ColumnElement[bool]:
    if asked == "unsigned":
        return (document.c.state == "draft") & document.c.kind.in_(sorted(SIGNED))
    if asked == "issued":
        return (document.c.state == "draft") & document.c.kind.not_in(sorted(SIGNED))
    return document.c.state == asked


def _readable(actor: Actor) -> ColumnElement[bool]:
    if access.may(actor, "operate") or access.may(actor, "audit"):
        return true()
    members = actor.members
    kinds = sorted(kind for kind, roles in READERS.items() if not roles.isdisjoint(members))
    by_kind = document.c.kind.in_(kinds) if kinds else false()
    return or_(by_kind, open_to(actor, document.c.instance_id))
