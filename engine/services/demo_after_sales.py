"""What after-sales needs in the demo company: how bulky goods are, and where faulty ones lie."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from engine.model.trade import location, product
from engine.services.corrections import BLOCKED

#: Millilitres of a packed unit.
_VOLUMES = {
    "ZP-1001": 42000, "ZP-1002": 16000, "ZP-1003": 38000, "ZP-1004": 14000, "ZP-1005": 900, "ZP-1006": 700,
    "ZP-1007": 52000, "BG-2001": 16500, "BG-2002": 12000, "QJ-3001": 1700, "QJ-3002": 800, "QJ-3003": 3100,
    "QJ-3004": 3900, "QJ-3005": 6400, "RY-4001": 1100, "RY-4002": 900, "RY-4003": 500, "RY-4004": 1400,
    "RY-4005": 5600, "YL-5001": 19000,
}  # fmt: skip


def seed(connection: Connection) -> None:
    """Give the demo company's goods their volume and its warehouse a place for returns; nothing a second time."""
    if connection.execute(select(location.c.code).where(location.c.code == BLOCKED)).first() is not None:
        return
    connection.execute(insert(location).values(code=BLOCKED, name="退货待检区", kind="bin", manager="liu"))
    for sku, volume in _VOLUMES.items():
        connection.execute(update(product).where(product.c.sku == sku).values(volume=volume))
