"""Slips of stores: published, allocated, made up by other stores, fined when late."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update

from engine.errors import NotFound
from engine.model.instances import setting, task
from engine.model.papers import notification
from engine.model.stores import allocation, deduction, discrepancy, fine, store_slip, transfer
from engine.model.trade import order, stock, stock_move
from engine.services import slips, thresholds
from engine.services.call import ServiceError, WrongInput

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
DUE = NINE + timedelta(hours=24)
LINES = [{"sku": "RY-4001", "qty": 4}, {"sku": "QJ-3002", "qty": 9, "color": "白"}]


@pytest.fixture
def slip(perform):
    """A slip of the company's own store MD1, confirmed at nine: four bags, nine bottles that no warehouse has."""
    return perform("store_slips.publish", store="MD1", lines=LINES, confirmed_at=NINE, due_at=DUE)["slip"]


@pytest.fixture
def short(perform, slip):
    """The discrepancy slip over the nine bottles, found at eleven."""
    lines = [{**slip["lines"][0], "alloc_qty": 4}, {**slip["lines"][1], "alloc_qty": 0}]
    return perform(
        "discrepancies.open", slip_no=slip["no"], lines=lines, found_at=NINE + timedelta(hours=2), due_at=DUE
    )["discrepancy"]


def lies(connection, sku, place):
    """(quantity, kept back) of an article at a place."""
    query = select(stock.c.qty, stock.c.reserved).where(stock.c.sku == sku, stock.c.location == place)
    return tuple(connection.execute(query).one())


def test_a_slip_is_published_for_its_handler(perform, slip):
    """The clerk handles own stores, customer service franchised ones; lines carry name, spec, colour and unit."""
    franchised = perform("store_slips.publish", store="MD2", lines=LINES, confirmed_at=NINE, due_at=DUE)[
        "slip"
    ]

    assert ("BH2026-000001", "direct_clerk", "he", 13) == tuple(
        slip[name] for name in ("no", "handler_role", "handler", "pieces")
    )
    assert ("franchise_cs", "tang") == (franchised["handler_role"], franchised["handler"])
    assert ("洗手液", "芦荟 500 毫升 白", "瓶") == tuple(
        slip["lines"][1][n] for n in ("name", "spec", "unit")
    )


def test_what_is_no_slip_is_refused(perform):
    """A warehouse asks for nothing, goods must be in the catalogue, times must be times."""
    good = {"store": "MD1", "lines": LINES, "confirmed_at": NINE, "due_at": DUE}
    for wrong in ({"store": "CK1"}, {"lines": [{"sku": "no", "qty": 1}]}, {"lines": []}, {"due_at": "soon"}):
        with pytest.raises(WrongInput):
            perform("store_slips.publish", **{**good, **wrong})
    with pytest.raises(NotFound):
        perform("store_slips.close", slip_no="BH2026-000099", closed_by="auto")


def test_a_draft_proposes_what_the_company_has(perform, slip):
    """With the reference the stock is proposed, without it nothing; a second look keeps the number."""
    first = perform("allocations.draft", slip_no=slip["no"], reference=True)
    again = perform(
        "allocations.draft", slip_no=slip["no"], allocation_no=first["allocation_no"], reference=False
    )

    assert [4, 0] == [line["alloc_qty"] for line in first["lines"]]
    assert [None, None] == [line["alloc_qty"] for line in again["lines"]]
    assert [4, 0] == [line["possible"] for line in again["lines"]]
    assert "PH2026-000001" == first["allocation_no"] == again["allocation_no"]


def test_lines_of_one_article_share_its_stock(perform, connection):
    """Thirty-five gloves are given to the first line before the second."""
    lines = [{"sku": "RY-4003", "qty": 30}, {"sku": "RY-4003", "qty": 30}]
    made = perform("store_slips.publish", store="MD1", lines=lines, confirmed_at=NINE, due_at=DUE)["slip"]

    assert [30, 5] == [
        line["possible"] for line in perform("allocations.draft", slip_no=made["no"], reference=True)["lines"]
    ]


def test_an_allocation_keeps_stock_back(perform, connection, slip):
    """Confirmed, it is an order of the store with stock kept back at the warehouse, never at a store."""
    no = perform("allocations.draft", slip_no=slip["no"])["allocation_no"]
    lines = [{**slip["lines"][0], "alloc_qty": 4}, {**slip["lines"][1], "alloc_qty": 0}]
    made = perform("allocations.confirm", allocation_no=no, slip=slip, lines=lines)

    assert [("RY-4001", 4)] == [(line["sku"], line["qty"]) for line in made["lines"]]
    printed = slips.page(connection, made["allocation_slip"]["id"])
    assert (no, False) == (made["allocation_slip"]["number"], "配货号" in printed)
    assert ((1500, 4), (22, 0)) == (lies(connection, "RY-4001", "CK1"), lies(connection, "RY-4001", "MD2"))
    assert [(no, "门店", "已确认")] == [
        (row.no, row.type, row.status) for row in connection.execute(select(order))
    ]
    assert ["已配货"] == list(connection.scalars(select(store_slip.c.state)))


def test_the_store_gets_what_was_picked(perform, connection, slip):
    """Three of four bags were picked: three lie in the store, the fourth is free again in the warehouse."""
    no = perform("allocations.draft", slip_no=slip["no"])["allocation_no"]
    lines = [{**slip["lines"][0], "alloc_qty": 4}]
    perform("allocations.confirm", allocation_no=no, slip=slip, lines=lines)
    picked = [{"sku": "RY-4001", "qty": 4, "picked": 3}]
    perform("shipments.record_picking", order_no=no, outbound_no=no, lines=picked)
    perform("allocations.receive", allocation_no=no, store="MD1")

    assert ((1497, 0), (3, 0)) == (lies(connection, "RY-4001", "CK1"), lies(connection, "RY-4001", "MD1"))
    assert ["已到店"] == list(connection.scalars(select(allocation.c.state)))


def test_what_is_gone_is_not_allocated(perform, connection, slip):
    """Less than confirmed: the error, with nothing written and nothing kept back."""
    no = perform("allocations.draft", slip_no=slip["no"])["allocation_no"]
    connection.execute(update(stock).where(stock.c.location == "CK1").values(qty=3))
    with pytest.raises(ServiceError) as refused:
        perform(
            "allocations.confirm",
            allocation_no=no,
            slip=slip,
            lines=[{**slip["lines"][0], "alloc_qty": 4}],
        )

    assert "insufficient_stock" == refused.value.code
    assert ["草稿"] == list(connection.scalars(select(allocation.c.state)))
    assert [] == list(connection.scalars(select(order.c.no)))


def test_other_stores_make_it_up(perform, connection, short):
    """The fullest store is proposed; pieces are kept back there, moved when reported, the rest is free again."""
    found = perform("transfers.offers", discrepancy=short, to_store="MD1")
    assert [{"offer": "MD3|QJ-3002", "qty": 9}] == found["transfers"]
    assert ["MD3|QJ-3002", "MD2|QJ-3002", "MD4|QJ-3002"] == [each["value"] for each in found["offers"]]
    made = perform("transfers.arrange", discrepancy_no=short["no"], to_store="MD1", **_of(found))["transfers"]
    kept = lies(connection, "QJ-3002", "MD3")
    perform("transfers.report", transfers=[{**made[0], "done_qty": 7, "done_at": "2026-03-02T15:00"}])
    left = perform("transfers.offers", discrepancy=short, to_store="MD1")["missing"]

    assert ((20, 9), (13, 0), (13, 0)) == (
        kept,
        lies(connection, "QJ-3002", "MD3"),
        lies(connection, "QJ-3002", "MD1"),
    )
    assert [2] == [line["missing"] for line in left]
    moves = connection.execute(select(stock_move.c.location, stock_move.c.qty, stock_move.c.kind))
    assert [("MD3", -7, "transfer"), ("MD1", 7, "transfer")] == [tuple(row) for row in moves]


def test_a_report_counts_once_and_never_more_than_arranged(perform, connection, short):
    """Reporting the same move again changes nothing; more than was arranged, or an unknown move, is refused."""
    found = perform("transfers.offers", discrepancy=short, to_store="MD1")
    made = perform("transfers.arrange", discrepancy_no=short["no"], to_store="MD1", **_of(found))["transfers"]
    for wrong in ({"done_qty": 10}, {"done_qty": -1}, {"no": "DB2026-000099"}):
        with pytest.raises(WrongInput):
            perform("transfers.report", transfers=[{**made[0], **wrong}])
    perform("transfers.report", transfers=made)
    perform("transfers.report", transfers=made)

    assert (11, 0) == lies(connection, "QJ-3002", "MD3")


@pytest.mark.parametrize(
    "asked",
    [{"offer": "MD4|QJ-3002", "qty": 4}, {"offer": "MD1|QJ-3002", "qty": 1}, {"offer": "MD3|QJ-3002", "qty": 10},
     {"offer": "MD3|ZP-1002", "qty": 1}, {"offer": "", "qty": 1}],
)  # fmt: skip
def test_who_has_none_gives_none(perform, connection, short, asked):
    """More than a store has, the asking store itself, more than is missing, other goods: refused with words."""
    missing = perform("transfers.offers", discrepancy=short, to_store="MD1")["missing"]
    with pytest.raises(ServiceError) as refused:
        perform(
            "transfers.arrange",
            discrepancy_no=short["no"],
            to_store="MD1",
            missing=missing,
            transfers=[asked],
        )

    assert "no_stock" == refused.value.code
    assert refused.value.message.zh
    assert refused.value.message.en
    assert [] == list(connection.scalars(select(transfer.c.no)))


def test_a_fine_is_recorded_once(perform, connection, slip):
    """Thirteen open pieces at five yuan are 65, on the clerk, in the month of the deadline, however often recorded."""
    asked = {"slip_no": slip["no"], "kind": "slip", "pieces": 13, "rate": 5, "due_at": DUE}
    open_pieces = perform("fines.open_pieces", slip_no=slip["no"], kind="slip")
    first, second = perform("fines.record", **asked), perform("fines.record", **asked)

    assert {"pieces": 13, "overdue": True} == open_pieces
    assert first == second
    assert [("he", Decimal("65.00"), "2026-03")] == [
        (row.person, row.amount, row.month) for row in connection.execute(select(fine))
    ]
    with pytest.raises(WrongInput):
        perform("fines.record", **{**asked, "kind": "other"})


def test_a_month_is_that_of_the_deadline_in_shanghai(perform, slip):
    """A deadline at half past midnight on 1 April in Shanghai is still March in Greenwich, and counts for April."""
    due = datetime(2026, 4, 1, 0, 30, tzinfo=SHANGHAI)
    made = perform("fines.record", slip_no=slip["no"], kind="slip", pieces=1, rate=5, due_at=due)

    assert "2026-04" == made["fine"]["month"]


def test_whoever_took_the_slip_answers_for_it(perform, connection, slip):
    """A colleague who took the task is fined, not the keeper of the store."""
    connection.execute(
        insert(task).values(
            instance_id=7, n=4, definition_id=1, element="open_pending_slip", name="", pool="direct_clerk",
            assignee="tang", rank=0, status="open", opened_at=NINE,
        )
    )  # fmt: skip
    made = perform("fines.record", slip_no=slip["no"], kind="slip", pieces=1, rate=5, due_at=DUE)

    assert "tang" == made["fine"]["person"]


def test_confirmed_in_time_is_in_time(perform, connection, slip):
    """The clock stops at the confirmation, even when the paper is printed a minute after the deadline."""
    connection.execute(
        insert(task).values(
            instance_id=7, n=9, definition_id=1, element="confirm_allocation", name="", pool="direct_clerk",
            rank=0, status="completed", opened_at=NINE, closed_at=DUE, closed_by="he",
        )
    )  # fmt: skip

    assert {"pieces": 0, "overdue": False} == perform("fines.open_pieces", slip_no=slip["no"], kind="slip")


def test_lines_are_counted_where_the_company_says_so(perform, connection, slip, short):
    """By lines, thirteen pieces of two goods are two, and what the stores still owe is one, until it has moved."""
    asked = {"slip_no": slip["no"], "by_line": 1}
    connection.execute(update(store_slip).values(state="待处理"))
    late = perform("fines.open_pieces", kind="slip", **asked)
    owed = perform("fines.open_pieces", kind="discrepancy", **asked)
    found = perform("transfers.offers", discrepancy=short, to_store="MD1")
    made = perform("transfers.arrange", discrepancy_no=short["no"], to_store="MD1", **_of(found))["transfers"]
    perform("transfers.report", transfers=made)

    assert (2, 1) == (late["pieces"], owed["pieces"])
    assert {"pieces": 0, "overdue": False} == perform("fines.open_pieces", kind="discrepancy", **asked)


def test_a_discrepancy_born_late_costs_nothing(perform, connection, slip, short):
    """Nine missing pieces are late, unless the discrepancy was only found after the deadline."""
    asked = {"slip_no": slip["no"], "kind": "discrepancy"}
    before = perform("fines.open_pieces", **asked)
    connection.execute(update(discrepancy).values(found_at=DUE + timedelta(seconds=1)))
    after = perform("fines.open_pieces", **asked)

    assert ({"pieces": 9, "overdue": True}, {"pieces": 9, "overdue": False}) == (before, after)


def test_a_piece_is_charged_once_where_transfers_have_longer(perform, connection, slip, short):
    """The company gives slips twelve hours, transfers 24: what a late slip is short of was charged with the slip."""
    asked = {"slip_no": slip["no"], "kind": "discrepancy"}
    connection.execute(update(store_slip).values(due_at=DUE - timedelta(hours=12)))
    connection.execute(update(discrepancy).values(found_at=DUE - timedelta(hours=12)))
    in_time = perform("fines.open_pieces", **asked)
    connection.execute(update(discrepancy).values(found_at=DUE - timedelta(hours=12) + timedelta(seconds=1)))

    assert (True, False) == (in_time["overdue"], perform("fines.open_pieces", **asked)["overdue"])


def test_points_are_written_once_a_month(perform, connection, slip):
    """A later decision replaces the earlier; points below zero are refused."""
    made = perform("fines.record", slip_no=slip["no"], kind="slip", pieces=1, rate=5, due_at=DUE)["fine"]
    points = {"staff_points": 5, "supervisor_points": 2, "manager_points": 1}
    before = perform("fines.strikes", fine=made)
    perform("fines.deduct", fine=made, strikes=3, **points)
    perform("fines.deduct", fine=made, strikes=3, **{**points, "staff_points": 4}, note="减一分")

    assert ({"strikes": 1, "deducted": False}, True) == (
        before,
        perform("fines.strikes", fine=made)["deducted"],
    )
    assert [(Decimal(4), "减一分")] == [
        (row.staff_points, row.note) for row in connection.execute(select(deduction))
    ]
    with pytest.raises(WrongInput):
        perform("fines.deduct", fine=made, strikes=3, **{**points, "manager_points": -1})


def test_thresholds_have_defaults_and_are_read_by_name(perform, connection):
    """5 and 2 yuan, three strikes, until somebody changes them; older diagrams still read their hours; others are refused."""
    names = ["slip_rate", "discrepancy_rate", "strike_limit"]
    before = perform("settings.read", names=names)["settings"]
    connection.execute(insert(setting).values(key="slip_rate", value="5.50"))

    assert dict(zip(names, (5, 2, 3), strict=True)) == before
    assert Decimal("5.50") == thresholds.value(connection, "slip_rate")
    assert set(thresholds.by_key()) == set(perform("settings.read")["settings"])
    assert {"slip_hours": 24} == perform("settings.read", names=["slip_hours"])["settings"]
    with pytest.raises(WrongInput):
        perform("settings.read", names=["no_such_limit"])
    with pytest.raises(WrongInput):
        thresholds.by_key()["strike_limit"].read("2.5")


def test_everybody_is_told(connection, perform, slip, short):
    """Merchandising is told of the discrepancy."""
    events = list(connection.scalars(select(notification.c.event)))
    assert ["discrepancy_opened"] == events


def _of(found):
    return {"missing": found["missing"], "transfers": found["transfers"]}
