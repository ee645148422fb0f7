"""Every path of 店铺补货, from the slip of a store to its closing, and the fines beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from engine.model.papers import document, notification
from engine.model.stores import allocation, deduction, discrepancy, fine, store_slip, transfer
from engine.model.trade import stock
from tests.processes.walking import Paths, Walk, path

PROCESS = "store_replenishment"

SHIPPING = (
    *("pick_goods", "check_quality", "pack_label", "confirm_before_ship"),
    *("collect_orders", "plan_delivery", "assign_delivery", "load_goods", "create_waybill"),
)
ARRIVING = ("monitor_transit", "track_arrival", "confirm_delivery")
HANDLING = ("open_pending_slip", "check_lines", "confirm_allocation")

#: The slip is confirmed on Monday, 2 March 2026, at nine in Shanghai.
DUE = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
LATE = datetime(2026, 3, 3, 1, 0, 1, tzinfo=UTC)

#: 4 bags, of which the warehouse has plenty; 9 bottles, which no company location has, but stores do.
PLENTY = {"sku": "RY-4001", "qty": 4}
NOWHERE = {"sku": "QJ-3002", "qty": 9}


def confirmed(walk: Walk, *lines: dict[str, Any], store: str = "MD1") -> Walk:
    """A slip of 文三路直营店, unless another store is named, is confirmed."""
    walk.start({}, "tian").do("create_slip", store=store, lines=list(lines))
    return walk.do("confirm_slip")


def slips(walk: Walk) -> list[tuple[str, str]]:
    """How the slips stand, and who closed them."""
    return [(row.state, row.closed_by) for row in walk.rows(store_slip)]


def lying(walk: Walk, sku: str) -> dict[str, tuple[int, int]]:
    """What lies where of an article, and what is kept back of it."""
    return {row.location: (row.qty, row.reserved) for row in walk.rows(stock) if row.sku == sku}


def fines(walk: Walk) -> list[tuple[str, str, int, int]]:
    """The ledger: kind, person, pieces, yuan."""
    return [(row.kind, row.person, row.pieces, int(row.amount)) for row in walk.rows(fine)]


@path
def test_goods_that_are_there_are_shipped(walk: Walk) -> None:
    """All lines in stock: the slip closes by itself at the allocation, the goods go from the warehouse to the store."""
    confirmed(walk, PLENTY).go(*HANDLING)
    closed, kept = slips(walk), lying(walk, "RY-4001")["CK1"]
    walk.go(*SHIPPING, *ARRIVING)

    assert ([("审结", "auto")], (1500, 4), "completed") == (closed, kept, walk.status)
    assert {"CK1": (1496, 0), "MD1": (4, 0), "MD2": (22, 0)} == lying(walk, "RY-4001")
    assert [("已到店", 4)] == [(row.state, row.pieces) for row in walk.rows(allocation)]
    kinds = {row.kind for row in walk.rows(document)}
    assert {"store_slip", "allocation_slip", "shipping_list", "delivery_note"} == kinds
    assert ([], []) == (walk.rows(discrepancy), fines(walk))


@path
def test_what_is_missing_comes_from_other_stores(walk: Walk) -> None:
    """Some lines out: allocation, discrepancy, transfer; the slip is closed at once, the discrepancy by hand."""
    confirmed(walk, PLENTY, NOWHERE).go(*HANDLING)
    assert [("审结", "auto")] == slips(walk)
    assert [(9, "调配中")] == [(row.pieces, row.state) for row in walk.rows(discrepancy)]
    walk.do("arrange_transfer")
    kept = lying(walk, "QJ-3002")["MD3"]
    walk.go("report_transfer", "track_transfer", "manual_close", *SHIPPING, *ARRIVING)

    assert ((20, 9), "completed", [("审结", "auto")]) == (kept, walk.status, slips(walk))
    assert {"MD1": (15, 0), "MD3": (11, 0)} == {
        place: row for place, row in lying(walk, "QJ-3002").items() if place in ("MD1", "MD3")
    }
    assert ["审结"] == [row.state for row in walk.rows(discrepancy)]
    assert [("MD3", "MD1", 9, "已调拨")] == [
        (row.from_store, row.to_store, row.done_qty, row.state) for row in walk.rows(transfer)
    ]
    told = {row.event for row in walk.rows(notification)}
    assert {"discrepancy_opened", "transfer_arranged"} <= told


@path
def test_a_transfer_that_has_not_happened_is_not_reported(walk: Walk) -> None:
    """At nine nothing can have been moved at half past nine: the report is refused beside the time."""
    confirmed(walk, NOWHERE).go("open_pending_slip", "check_lines", "arrange_transfer")
    with pytest.raises(AssertionError, match=r"done_at.*later than now"):
        walk.do("report_transfer", transfers=[{"done_qty": 9, "done_at": "2026-03-02T09:30"}])

    assert (["report_transfer"], ["待调拨"]) == (walk.open, [row.state for row in walk.rows(transfer)])


@path
def test_nothing_there_is_closed_by_hand(walk: Walk) -> None:
    """No line in any company location: nothing is shipped, and only merchandising closes the slip."""
    confirmed(walk, NOWHERE).go("open_pending_slip", "check_lines")
    open_slip = slips(walk)
    walk.go("arrange_transfer", "report_transfer", "track_transfer", "manual_close")

    assert ([("差异调配中", "")], [("审结", "merchandising")]) == (open_slip, slips(walk))
    assert ("completed", ["作废"]) == (walk.status, [row.state for row in walk.rows(allocation)])


@path
def test_a_slip_goes_back_and_is_withdrawn(walk: Walk) -> None:
    """An unconfirmed slip goes back to the store with the reason; there it can be withdrawn, and nothing is left."""
    walk.start({}, "tian").do("create_slip")
    walk.do("confirm_slip", approved=False, reason="数量不对")
    back = walk.open
    walk.do("create_slip", withdraw=True)

    assert (["create_slip"], "completed", []) == (back, walk.status, walk.rows(store_slip))


@path
def test_lines_are_checked_again(walk: Walk) -> None:
    """An allocation that is not confirmed goes back to its lines; without a reference the quantities are typed."""
    confirmed(walk, PLENTY).do("open_pending_slip", reference=False)
    walk.do("check_lines", alloc_lines=[{"alloc_qty": 3}], short_reason="留一件给急单")
    walk.do("confirm_allocation", approved=False).do("check_lines", alloc_lines=[{"alloc_qty": 4}])
    walk.go("confirm_allocation", *SHIPPING, *ARRIVING)

    assert ("completed", [4]) == (walk.status, [row.pieces for row in walk.rows(allocation)])


@path
def test_goods_that_went_elsewhere_are_looked_up_again(walk: Walk) -> None:
    """Stock that is gone at the confirmation: nothing is kept back, the lines are checked by the stock of now."""
    confirmed(walk, PLENTY).go("open_pending_slip", "check_lines")
    _set(walk, "RY-4001", "CK1", 1)
    walk.do("confirm_allocation")
    again = walk.open
    walk.go("check_lines", "confirm_allocation", *SHIPPING, *ARRIVING)

    assert ["check_lines"] == again
    assert [1] == [row.pieces for row in walk.rows(allocation)]
    assert [3] == [row.pieces for row in walk.rows(discrepancy)]
    walk.go("arrange_transfer", "report_transfer", "track_transfer", "manual_close")
    assert "completed" == walk.status


@path
def test_a_store_that_has_none_gives_none(walk: Walk) -> None:
    """A transfer from a store whose goods went meanwhile is refused: nothing is kept back, it is arranged anew."""
    confirmed(walk, NOWHERE).go("open_pending_slip", "check_lines")
    _set(walk, "QJ-3002", "MD3", 0)
    walk.do("arrange_transfer")
    again, kept = walk.open, lying(walk, "QJ-3002")
    assert ["arrange_transfer"] == again
    assert [] == [place for place, row in kept.items() if row[1]]
    walk.go("arrange_transfer", "report_transfer", "track_transfer", "manual_close")

    assert [("MD2", 9)] == [(row.from_store, row.done_qty) for row in walk.rows(transfer)]
    assert "completed" == walk.status


@path
def test_no_store_has_any(walk: Walk) -> None:
    """Where no store can give, merchandising follows up, and it is looked for again until it is there."""
    for place in ("MD2", "MD3", "MD4"):
        _set(walk, "QJ-3002", place, 0)
    confirmed(walk, NOWHERE).go("open_pending_slip", "check_lines", "arrange_transfer")
    followed = walk.open
    _set(walk, "QJ-3002", "MD4", 9)
    walk.do("track_transfer", resolved=False).go("arrange_transfer", "report_transfer", "track_transfer")
    walk.do("manual_close")

    assert (["track_transfer"], "completed") == (followed, walk.status)
    assert [("MD4", 9)] == [(row.from_store, row.done_qty) for row in walk.rows(transfer)]


@path
def test_what_stays_missing_is_closed_with_its_reason(walk: Walk) -> None:
    """Four of nine bottles are moved: merchandising sees five missing, and closes only by saying how that is settled."""
    confirmed(walk, NOWHERE).go("open_pending_slip", "check_lines")
    walk.do("arrange_transfer", transfers=[{"offer": "MD2|QJ-3002", "qty": 4}]).do("report_transfer")
    with pytest.raises(AssertionError, match="met_note"):
        walk.do("track_transfer", resolved=True)
    walk.do("track_transfer", resolved=True, met_note="门店改卖同价的洗手液，不再要这五瓶").do("manual_close")

    assert ("completed", [("审结", "merchandising")]) == (walk.status, slips(walk))


@path
def test_what_does_not_reach_the_store(walk: Walk) -> None:
    """A consignment lost on the way is a ticket of the dispatch, and nothing is booked into the store."""
    confirmed(walk, PLENTY).go(*HANDLING, *SHIPPING)
    walk.do("monitor_transit", state="problem", problem="车辆失联")
    walk.do("handle_transit_problem", kind="loss", explanation="车辆被盗")

    assert ("completed", {"CK1": (1496, 0), "MD2": (22, 0)}) == (walk.status, lying(walk, "RY-4001"))


@path
def test_a_late_slip_is_fined_once(walk: Walk) -> None:
    """One second after 24 hours: 5 yuan a piece, notice, task for today; the born-late discrepancy costs nothing."""
    confirmed(walk, PLENTY, NOWHERE).until(DUE)
    in_time = fines(walk)
    walk.until(LATE)
    charged, opened = fines(walk), walk.open
    walk.go(*HANDLING, "arrange_transfer", "report_transfer", "track_transfer", "manual_close")
    walk.go("clear_same_day", *SHIPPING, *ARRIVING)

    assert ([], [("slip", "he", 13, 65)]) == (in_time, charged)
    assert ["open_pending_slip", "clear_same_day"] == opened
    assert ("completed", charged) == (walk.status, fines(walk))
    assert 4 == len([row for row in walk.rows(notification) if row.event == "slip_overdue"])


@path
def test_a_late_transfer_is_fined(walk: Walk) -> None:
    """The slip was in time, the transfer was not: 2 yuan for each piece that is still missing; no strike."""
    confirmed(walk, PLENTY, NOWHERE).go(*HANDLING)
    walk.do("arrange_transfer", transfers=[{"offer": "MD2|QJ-3002", "qty": 4}]).do("report_transfer")
    walk.do("track_transfer", resolved=False).until(LATE)
    charged = fines(walk)
    walk.go("arrange_transfer", "report_transfer", "track_transfer", "manual_close", "clear_same_day")
    walk.go(*SHIPPING, *ARRIVING)

    assert [("discrepancy", "he", 5, 10)] == charged
    assert ("completed", []) == (walk.status, walk.rows(deduction))


@path
def test_the_third_strike_costs_points(walk: Walk) -> None:
    """With two late slips of the month on the ledger the third leads to the manager, who deducts points."""
    _earlier(walk, 2)
    confirmed(walk, PLENTY).until(LATE)
    asked = walk.open
    walk.go("deduct_performance", "clear_same_day", *HANDLING, *SHIPPING, *ARRIVING)

    assert ["open_pending_slip", "clear_same_day", "deduct_performance"] == asked
    assert [("he", "2026-03", 3, 5, 2, 1)] == [
        (row.person, row.month, row.strikes, row.staff_points, row.supervisor_points, row.manager_points)
        for row in walk.rows(deduction)
    ]
    assert "completed" == walk.status


def _earlier(walk: Walk, count: int) -> None:
    """Late slips of 何文员 earlier this month."""
    at = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    with walk.company.db.write() as connection:
        for n in range(count):
            connection.execute(
                fine.insert().values(
                    no=f"FK2025-{n}", instance_id=0, slip_no=f"BH2025-{n}", kind="slip", month="2026-03",
                    person="he", person_name="何文员", gone=False, store="MD3", pieces=1, rate=5, amount=5,
                    due_at=at, recorded_at=at,
                )
            )  # fmt: skip


def _set(walk: Walk, sku: str, place: str, qty: int) -> None:
    """Somebody took goods, or brought some."""
    with walk.company.db.write() as connection:
        connection.execute(update(stock).where(stock.c.sku == sku, stock.c.location == place).values(qty=qty))


def test_every_flow_is_taken(paths: Paths) -> None:
    """No flow of the definition is left out by these paths."""
    assert set() == paths.never_taken()


def test_every_documented_step_is_reached(paths: Paths) -> None:
    """Every element is completed on some path, and with it every documented step."""
    assert set() == paths.never_reached()
