"""The demo company's stores: who answers for them, and what lies on their shelves."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from engine.model.stores import store_keeper
from engine.model.trade import location, stock

#: code, name, ownership, who handles their slips
_STORES = (
    ("MD1", "文三路直营店", "直营", "he"),
    ("MD2", "良渚加盟店", "加盟", "tang"),
    ("MD3", "滨江直营店", "直营", "he"),
    ("MD4", "萧山加盟店", "加盟", "tang"),
)

#: sku, store, pieces; 洗手液 QJ-3002 lies in no warehouse, so it comes from other stores.
_SHELVES = (
    ("ZP-1005", "MD1", 16), ("QJ-3002", "MD1", 6), ("RY-4003", "MD1", 9),
    ("QJ-3001", "MD2", 18), ("QJ-3002", "MD2", 12), ("RY-4001", "MD2", 22),
    ("ZP-1002", "MD3", 35), ("QJ-3002", "MD3", 20), ("RY-4003", "MD3", 14), ("ZP-1006", "MD3", 60),
    ("ZP-1002", "MD4", 24), ("QJ-3002", "MD4", 3), ("YL-5001", "MD4", 30),
)  # fmt: skip


def seed(connection: Connection) -> None:
    """Put stores, their keepers and their stock where there are none; nothing is done a second time."""
    if connection.execute(select(store_keeper.c.location).limit(1)).first() is not None:
        return
    known = set(connection.scalars(select(location.c.code)))
    new = [
        {"code": code, "name": name, "kind": "store", "ownership": ownership, "manager": ""}
        for code, name, ownership, _ in _STORES
        if code not in known
    ]
    if new:
        connection.execute(insert(location), new)
    connection.execute(
        insert(store_keeper), [{"location": code, "person": person} for code, _, _, person in _STORES]
    )
    connection.execute(
        insert(stock),
        [{"sku": sku, "location": place, "qty": qty, "min_qty": 0} for sku, place, qty in _SHELVES],
    )
