"""Pieces put on and taken off the shelves of one place, with a line in the book of moves for each."""

from __future__ import annotations

from sqlalchemy import insert

from engine.model.trade import stock, stock_move
from engine.model.upsert import upsert
from engine.services.call import Call


def put(call: Call, sku: str, place: str, qty: int, kind: str, ref: str) -> None:
    """Change what lies at a place by `qty` (negative: taken away) and write it down as a move of `kind`."""
    statement = upsert(call.connection, stock).values(sku=sku, location=place, qty=qty, reserved=0, min_qty=0)
    call.connection.execute(
        statement.on_conflict_do_update(index_elements=["sku", "location"], set_={"qty": stock.c.qty + qty})
    )
    call.connection.execute(
        insert(stock_move).values(sku=sku, location=place, kind=kind, qty=qty, ref=ref, at=call.now)
    )
