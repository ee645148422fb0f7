"""Stock to look up: what lies where, what is kept back, what is below its minimum, and how it came and went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, select

from engine import access
from engine.access import Actor
from engine.errors import NotFound
from engine.model.database import Database
from engine.model.papers import document, ticket
from engine.model.stores import allocation, discrepancy, store_slip, transfer
from engine.model.trade import location, product, reservation, stock, stock_move
from engine.queries.finding import holding, same
from engine.queries.listing import Found, open_to

#: Pieces that may be promised, and whether they are fewer than there should be.
FREE = stock.c.qty - stock.c.reserved
BELOW = (stock.c.min_qty > 0) & (stock.c.min_qty > FREE)

SORTS: dict[str, tuple[Any, ...]] = {
    "sku": (stock.c.sku, stock.c.location),
    "name": (product.c.name, stock.c.sku, stock.c.location),
    "location": (stock.c.location, stock.c.sku),
    "free": (FREE, stock.c.sku, stock.c.location),
    "lacking": ((stock.c.min_qty - FREE).desc(), stock.c.sku, stock.c.location),
}

_JOINED = stock.outerjoin(product, product.c.sku == stock.c.sku).outerjoin(
    location, location.c.code == stock.c.location
)
_LINES = select(
    stock,
    FREE.label("free"),
    BELOW.label("below"),
    product.c.name,
    product.c.spec,
    product.c.unit,
    location.c.name.label("place"),
).select_from(_JOINED)


@dataclass(frozen=True, slots=True)
class Lying:
    """A product: `lines` is how it lies where, `kept` for which orders."""

    product: Row[Any]
    lines: Sequence[Row[Any]]
    kept: Sequence[Row[Any]]


def find(
    db: Database,
    actor: Actor,
    *,
    text: str = "",
    location: str = "",
    below: bool = False,
    sort: str = "sku",
) -> Found:
    """Products at locations; `text` is looked for in item number, name and bar code. Raises Forbidden."""
    access.require(actor, "see stock")
    conditions = [
        *same(stock.c.location, location),
        *([BELOW] if below else []),
        *holding(text, stock.c.sku, product.c.name, product.c.barcode),
    ]
    return Found(db, _LINES.order_by(*SORTS.get(sort, SORTS["sku"])), _JOINED, conditions)


def moves(db: Database, actor: Actor, *, sku: str = "", location: str = "", kind: str = "") -> Found:
    """How goods came and went, the newest first: everywhere, of one product, at one location. Raises Forbidden."""
    access.require(actor, "see stock")
    conditions = [
        *same(stock_move.c.sku, sku),
        *same(stock_move.c.location, location),
        *same(stock_move.c.kind, kind),
    ]
    newest = select(stock_move).order_by(stock_move.c.at.desc(), stock_move.c.id.desc())
    return Found(db, newest, stock_move, conditions, lambda chosen: _book(chosen, actor))


def lying(db: Database, actor: Actor, sku: str, location: str = "") -> Lying:
    """A product and how it lies, everywhere or at one location.

    Raises Forbidden for who may not see stock, NotFound for a product nobody knows.
    """
    access.require(actor, "see stock")
    with db.read() as connection:
        rows = _lying(connection, sku)
    here = [row for row in rows if row.location is not None and location in ("", row.location)]
    lines = {row.location: row for row in here}
    return Lying(rows[0], list(lines.values()), [row for row in here if row.order_no])


def places(db: Database) -> dict[str, str]:
    """Code and name of every location."""
    with db.read() as connection:
        rows = connection.execute(select(location.c.code, location.c.name).order_by(location.c.code))
        return {row.code: row.name for row in rows}


def _lying(connection: Connection, sku: str) -> Sequence[Row[Any]]:
    """A product at its locations, a row for each order for which pieces are kept back there. Raises NotFound."""
    joined = product.outerjoin(stock, stock.c.sku == product.c.sku)
    joined = joined.outerjoin(location, location.c.code == stock.c.location)
    here = (reservation.c.sku == stock.c.sku) & (reservation.c.location == stock.c.location)
    shown = (
        product.c.sku,
        product.c.name,
        product.c.spec,
        product.c.unit,
        product.c.barcode,
        product.c.brand,
    )
    lying = (stock.c.location, location.c.name.label("place"), stock.c.qty, stock.c.reserved, stock.c.min_qty)
    query = (
        select(*shown, *lying, FREE.label("free"), BELOW.label("below"), reservation.c.order_no)
        .add_columns(reservation.c.qty.label("kept"))
        .select_from(joined.outerjoin(reservation, here))
        .where(product.c.sku == sku)
        .order_by(stock.c.location, reservation.c.order_no)
    )
    rows = connection.execute(query).all()
    if not rows:
        raise NotFound
    return rows


def _book(chosen: Select[Any], actor: Actor) -> Select[Any]:
    """The chosen moves with the paper each came from and the instance behind it."""
    moved = chosen.subquery()
    paper = select(func.max(document.c.id)).where(document.c.number == moved.c.ref)
    known = select(
        moved,
        paper.scalar_subquery().label("document_id"),
        exists().where(ticket.c.no == moved.c.ref).label("of_ticket"),
        _behind(moved.c.ref).label("behind"),
    ).subquery()
    return (
        select(
            known,
            open_to(actor, known.c.behind).label("seen"),
            product.c.name,
            product.c.unit,
            location.c.name.label("place"),
        )
        .select_from(known)
        .outerjoin(product, product.c.sku == known.c.sku)
        .outerjoin(location, location.c.code == known.c.location)
        .order_by(known.c.at.desc(), known.c.id.desc())
    )


def _behind(ref: ColumnElement[str]) -> ColumnElement[Any]:
    """The instance a move's reference leads to: that of a ticket, a paper, an allocation or a transfer."""
    slip = store_slip.c.instance_id
    ways: tuple[Select[Any], ...] = (
        select(ticket.c.instance_id).where(ticket.c.no == ref),
        select(func.max(document.c.instance_id)).where(document.c.number == ref),
        select(slip).join(allocation, allocation.c.slip_no == store_slip.c.no).where(allocation.c.no == ref),
        select(slip)
        .join(discrepancy, discrepancy.c.slip_no == store_slip.c.no)
        .join(transfer, transfer.c.discrepancy_no == discrepancy.c.no)
        .where(transfer.c.no == ref),
    )
    return func.coalesce(*(way.scalar_subquery() for way in ways))
