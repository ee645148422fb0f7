"""What after-sales cases begin with and end in: an order that has arrived, a customer who reports, the ledger, the stock."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from engine.model.after_sales import compensation
from engine.model.papers import ticket
from engine.model.trade import order as orders
from engine.model.trade import stock, stock_move
from tests.processes.trade import order
from tests.processes.walking import Walk

GLOVES, MOP, TISSUES = "RY-4003", "RY-4005", "ZP-1001"  #: 4.20, 48.00 and 18.50 yuan for class A
WHERE = ("recipient", "phone", "address", "lines", "freight")
PICKING = ("pick_goods", "check_quality", "pack_label", "confirm_before_ship")
PLANNING = ("collect_orders", "plan_delivery", "assign_delivery")
ON_THE_WAY = ("load_goods", "create_waybill", "monitor_transit", "track_arrival", "confirm_delivery")
DONE = ("record_ticket", "track_until_confirmed")


def delivered(
    walk: Walk, sku: str = TISSUES, qty: int = 10, more: Iterable[tuple[str, int]] = ()
) -> dict[str, Any]:
    """An order that was shipped and has arrived."""
    about = order(walk, sku=sku, qty=qty, more=more)
    kept = {name: about[name] for name in WHERE}
    shipped = {"order_no": about["order_no"], "batch_no": 1, "outbound_no": "CK2026-000900"}
    walk.service("shipments.create", **shipped, **kept, customer_name="宏达超市")
    walk.service("shipments.record_picking", **shipped, lines=about["lines"])
    walk.service("orders.set_status", order_no=about["order_no"], status="已交付", note="当面签收，外箱完好")
    return about


def reported(walk: Walk, kind: str, *, sku: str = TISSUES, qty: int = 10, hit: int = 2) -> Walk:
    """A customer reports that some pieces of a delivered order are not as they should be, and is answered."""
    about = delivered(walk, sku, qty)
    walk.start({}, "zhao")
    lines = [{"sku": sku, "qty": hit}]
    walk.do("register_ticket", kind=kind, order_no=about["order_no"], lines=lines)
    return walk.do("respond_customer")


def without_order(walk: Walk, kind: str) -> Walk:
    """A customer says something that is about no order."""
    walk.start({}, "zhao").do("register_ticket", kind=kind)
    return walk.do("respond_customer")


def sent_again(walk: Walk) -> Walk:
    """What is sent once more arrives."""
    return walk.go(*PICKING, *PLANNING, *ON_THE_WAY)


def called_back(walk: Walk) -> Walk:
    """The case is registered, tracked and followed up the day after."""
    walk.go(*DONE)
    while "contact_customer" not in walk.open:
        walk.next()
    return walk.go("contact_customer", "survey_satisfaction")


def given(walk: Walk) -> list[tuple[str, Decimal, str]]:
    """The ledger: what was given, how much, and how it stands."""
    return [(row.kind, row.amount, row.state) for row in walk.rows(compensation)]


def moves(walk: Walk) -> list[tuple[str, str, int]]:
    """What after-sales moved in stock: kind, article and pieces."""
    found = [row for row in walk.rows(stock_move) if row.ref.startswith("TK")]
    return [(row.kind, row.sku, row.qty) for row in found]


def booked(walk: Walk, sku: str) -> dict[str, tuple[int, int]]:
    """Pieces of an article by location: on the books, and kept back."""
    rows = [row for row in walk.rows(stock) if row.sku == sku]
    return {row.location: (row.qty, row.reserved) for row in rows if not row.location.startswith("MD")}


def standing(walk: Walk) -> tuple[str, list[str], list[str]]:
    """How the instance, the tickets and the orders stand."""
    return (
        walk.status,
        [row.state for row in walk.rows(ticket)],
        [row.status for row in walk.rows(orders)],
    )


COMPLETE = ("completed", ["交易确认"], ["已完成"])
