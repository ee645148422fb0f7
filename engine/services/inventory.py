"""Stock: what there is, what is kept back for orders, what leaves the shelf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from engine.errors import Message
from engine.model.trade import location, product, reservation, stock, stock_move
from engine.services.call import Call, ServiceError, Values, rows


def check(call: Call) -> Values:
    """Compare what is ordered with what can be promised: on hand less what is kept back for others."""
    ordered: dict[str, int] = {}
    for line in rows(call.get("lines"), "lines"):
        ordered[line.text("sku")] = ordered.get(line.text("sku"), 0) + line.count("qty")
    free = available(call.connection, ordered)
    names = {
        row.sku: row
        for row in call.connection.execute(select(product).where(product.c.sku.in_(list(ordered))))
    }
    found = [_standing(sku, qty, free.get(sku, 0), names.get(sku)) for sku, qty in ordered.items()]
    return {"stock": found, "shortage": [row for row in found if row["short"] > 0]}


def _standing(sku: str, ordered: int, free: int, known: Row[Any] | None) -> Values:
    return {
        "sku": sku,
        "name": known.name if known else sku,
        "spec": known.spec if known else "",
        "unit": known.unit if known else "",
        "customisable": known is not None and known.customisable,
        "ordered": ordered,
        "available": free,
        "short": max(0, ordered - free),
    }


def available(connection: Connection, skus: Mapping[str, int]) -> dict[str, int]:
    """Pieces that can be promised, by article: what lies in stores is the stores' own."""
    free = func.sum(stock.c.qty - stock.c.reserved)
    query = select(stock.c.sku, free.label("free")).where(stock.c.sku.in_(list(skus)), _company())
    query = query.group_by(stock.c.sku)
    return {row.sku: max(0, int(row.free)) for row in connection.execute(query)}


def warehouse(connection: Connection) -> str:
    """The company's first warehouse."""
    query = select(location.c.code).where(location.c.kind == "warehouse").order_by(location.c.code)
    return str(connection.execute(query.limit(1)).scalar_one())


def reserve(connection: Connection, order_no: str, wanted: Mapping[str, int]) -> None:
    """Keep pieces back for an order, as many as there are; what it had before is given back first."""
    release(connection, order_no)
    for sku, qty in sorted(wanted.items()):  # always in one order: two orders never wait for each other
        left = qty
        for place in _places(connection, sku):
            taken = min(left, place.qty - place.reserved)
            if taken > 0:
                _keep(connection, order_no, place, taken)
                left -= taken


def release(connection: Connection, order_no: str) -> None:
    """Give back what is still kept for an order."""
    held = connection.execute(select(reservation).where(reservation.c.order_no == order_no)).all()
    for row in held:
        connection.execute(_at(row.sku, row.location).values(reserved=stock.c.reserved - row.qty))
    if held:
        connection.execute(delete(reservation).where(reservation.c.order_no == order_no))


def release_pieces(connection: Connection, order_no: str, sku: str, qty: int) -> None:
    """Give back so many pieces of what is kept for an order, or all there are."""
    mine = (reservation.c.order_no == order_no, reservation.c.sku == sku)
    for row in connection.execute(select(reservation).where(*mine).order_by(reservation.c.location)).all():
        freed = min(qty, row.qty)
        qty -= freed
        if freed > 0:
            connection.execute(_at(sku, row.location).values(reserved=stock.c.reserved - freed))
            _use(connection, order_no, row, freed)


def take(call: Call, order_no: str, picked: Mapping[str, int], ref: str) -> None:
    """Move picked pieces out, first those kept for the order.

    Raises ServiceError insufficient_stock, with nothing moved, when there are not enough.
    """
    plan = [
        step for sku, qty in sorted(picked.items()) for step in _plan(call.connection, order_no, sku, qty)
    ]
    for place, kept, qty in plan:
        used = min(kept, qty)
        call.connection.execute(
            _at(place.sku, place.location).values(qty=stock.c.qty - qty, reserved=stock.c.reserved - used)
        )
        if used:
            _use(call.connection, order_no, place, used)
        call.connection.execute(
            insert(stock_move).values(
                sku=place.sku, location=place.location, kind="out", qty=-qty, ref=ref, at=call.now
            )
        )


def _plan(connection: Connection, order_no: str, sku: str, qty: int) -> list[tuple[Row[Any], int, int]]:
    """Where pieces come from: (place, kept there for the order, taken from it)."""
    mine = {
        row.location: int(row.qty)
        for row in connection.execute(
            select(reservation).where(reservation.c.order_no == order_no, reservation.c.sku == sku)
        )
    }
    steps = []
    left = qty
    for place in sorted(_places(connection, sku), key=lambda place: place.location not in mine):
        kept = mine.get(place.location, 0)
        taken = min(left, place.qty - place.reserved + kept)
        if taken > 0:
            steps.append((place, kept, taken))
            left -= taken
    if left > 0:
        raise ServiceError(
            "insufficient_stock",
            Message(
                zh=f"{sku} 库存不足：还缺 {left} 件。请补货或调整拣货数量。",
                en=f"Not enough {sku} in stock: {left} missing. Restock or pick fewer.",
            ),
        )
    return steps


def _places(connection: Connection, sku: str) -> list[Row[Any]]:
    """Where an article lies, the fullest place first; locked on databases that lock rows."""
    query = (
        select(stock)
        .where(stock.c.sku == sku, _company())
        .order_by((stock.c.qty - stock.c.reserved).desc(), stock.c.location)
    )
    return list(connection.execute(query.with_for_update()))


def _company() -> ColumnElement[bool]:
    """The company's own locations (仓位), not those of its stores."""
    return stock.c.location.not_in(select(location.c.code).where(location.c.kind == "store"))


def _at(sku: str, place: str) -> Any:
    return update(stock).where(stock.c.sku == sku, stock.c.location == place)


def _keep(connection: Connection, order_no: str, place: Row[Any], qty: int) -> None:
    connection.execute(_at(place.sku, place.location).values(reserved=stock.c.reserved + qty))
    connection.execute(
        insert(reservation).values(order_no=order_no, sku=place.sku, location=place.location, qty=qty)
    )


def _use(connection: Connection, order_no: str, place: Row[Any], qty: int) -> None:
    mine = (
        reservation.c.order_no == order_no,
        reservation.c.sku == place.sku,
        reservation.c.location == place.location,
    )
    connection.execute(update(reservation).where(*mine).values(qty=reservation.c.qty - qty))
    connection.execute(delete(reservation).where(*mine, reservation.c.qty <= 0))
