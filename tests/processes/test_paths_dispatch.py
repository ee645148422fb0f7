"""Every path of 发货: goods are picked, checked, packed, carried, watched and handed over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine.bpmn.moved import Thrown
from engine.commands import post
from engine.model.instances import SYSTEM as NOBODY
from engine.model.papers import document, notification, shipment, ticket
from engine.model.trade import order as orders
from engine.model.trade import stock, stock_move
from engine.model.work import working
from tests.processes.trade import order, slip
from tests.processes.walking import Paths, Walk, path

PROCESS = "dispatch"

PICKING = ("pick_goods", "check_quality", "pack_label", "confirm_before_ship")
PLANNING = ("collect_orders", "plan_delivery", "assign_delivery")
LEAVING = ("load_goods", "create_waybill")
ARRIVING = ("monitor_transit", "track_arrival", "confirm_delivery")


def told_checks(walk: Walk, times: list[datetime]) -> None:
    """The process that called says when to ask after the goods."""
    with working(walk.company.db) as work:
        work.lock(NOBODY)
        post.send(work, [Thrown("checks_told", walk.rows(orders)[0].no, {"check_times": times})], [])
    walk.wait(seconds=0)


def booked(walk: Walk, qty: int) -> None:
    """So many boxes of tissues lie in the warehouse, as its books say."""
    with walk.company.db.write() as connection:
        connection.execute(
            update(stock).where(stock.c.sku == "ZP-1001", stock.c.location == "CK1").values(qty=qty)
        )


def to_ship(walk: Walk, *, qty: int = 300, batches: int = 1) -> Walk:
    """A signed slip for boxes of tissues is handed to the warehouse."""
    about = order(walk, qty=qty)
    papers = {"outbound_slip": slip(walk, about), "dispatch_notice": slip(walk, about, "dispatch_notice")}
    facts = {
        "batch_no": 1,
        "batches": batches,
        "ship_date": "2026-03-02",
        "ship_mode": "一次性发货",
        "invoice": False,
    }
    kept = {
        name: about[name]
        for name in ("order_no", "customer", "recipient", "phone", "address", "lines", "freight")
    }
    return walk.start({**kept, **papers, **facts, "other": None})


def on_the_road(walk: Walk) -> Walk:
    """The goods have left with a carrier and are expected on 10 March."""
    return to_ship(walk).go(*PICKING, *PLANNING, *LEAVING)


def told(walk: Walk) -> list[tuple[str, str]]:
    """What was told to whom."""
    return [(row.event, row.recipient) for row in walk.rows(notification)]


def state(walk: Walk) -> tuple[str, list[str], list[str]]:
    """How the instance, the order and the shipment stand."""
    return walk.status, [row.status for row in walk.rows(orders)], [row.status for row in walk.rows(shipment)]


def on_hand(walk: Walk) -> tuple[int, int]:
    """Tissues in stock, and how many of them are kept back."""
    row: Any = next(each for each in walk.rows(stock) if each.sku == "ZP-1001")
    return row.qty, row.reserved


@path
def test_a_carrier_delivers(walk: Walk) -> None:
    """300 boxes go to another town: a freight line is proposed, stock goes down, everybody hears of it."""
    to_ship(walk)
    kept = on_hand(walk)
    walk.go(*PICKING, "collect_orders")
    proposed = (walk.variables["delivery"]["mode"], walk.variables["delivery"]["carrier"])
    walk.go("plan_delivery", "assign_delivery", *LEAVING, *ARRIVING)

    assert ("completed", ["已交付"], ["已交付"]) == state(walk)
    assert ("freight_line", "零担专线") == proposed
    assert ((1200, 300), (900, 0)) == (kept, on_hand(walk))
    assert [-300] == [row.qty for row in walk.rows(stock_move)]
    assert [("order_shipped", "马海涛"), ("goods_arrived", "客服"), ("goods_arrived", "销售")] == told(walk)
    assert {"shipping_list": "filed", "delivery_note": "filed"}.items() <= {
        (row.kind, row.state) for row in walk.rows(document)
    }


@path
def test_our_own_car_brings_it_and_the_customer_signs(walk: Walk) -> None:
    """In town our own car goes, and the driver has the customer count, look and sign before delivery is confirmed."""
    to_ship(walk).go(*PICKING).do("collect_orders", place="same_city")
    walk.do("plan_delivery", vehicle="浙A12345", staff="孙物流", route="文三路").go(
        "assign_delivery", *LEAVING
    )
    walk.go("monitor_transit", "track_arrival")
    asked = walk.open
    walk.go("sign_receipt", "confirm_delivery")

    assert (["sign_receipt"], "completed") == (asked, walk.status)
    assert ["马海涛"] == [row.facts["received_by"] for row in walk.rows(shipment)]


@path
def test_what_does_not_pass_is_picked_again(walk: Walk) -> None:
    """Goods that fail the check before shipping go back to picking; stock moves only for what passed."""
    to_ship(walk).do("pick_goods").do("check_quality", quality_ok=False, quality_note="两箱受潮")
    failed = (walk.open, on_hand(walk))
    walk.go(*PICKING, *PLANNING, *LEAVING, *ARRIVING)

    assert (["collect_orders", "pick_goods"], (1200, 300)) == (sorted(failed[0]), failed[1])
    assert ("completed", (900, 0)) == (walk.status, on_hand(walk))


@path
def test_fewer_than_ordered_leave_only_with_the_customers_word(walk: Walk) -> None:
    """290 of 300 picked: nobody can tick the quantity as right; with the customer's word, said with whom, 290 leave."""
    to_ship(walk).do("pick_goods", lines=[{"picked": 290}])
    with pytest.raises(AssertionError, match="quality_note"):
        walk.do("check_quality", qty_ok=True)
    walk.do("check_quality", qty_ok=True, quality_note="少 10 箱")
    again = (sorted(walk.open), on_hand(walk))
    walk.do("pick_goods", lines=[{"picked": 290}])
    with pytest.raises(AssertionError, match="short_note"):
        walk.do("check_quality", qty_ok=None, short_agreed=True)
    walk.do("check_quality", qty_ok=None, short_agreed=True, short_note="与马先生商定，余 10 箱下批补发")

    assert (["collect_orders", "pick_goods"], (1200, 300)) == again
    assert (["collect_orders", "pack_label"], 910) == (sorted(walk.open), on_hand(walk)[0])
    assert [[290]] == [
        [line["picked"] for line in row.payload["lines"]]
        for row in walk.rows(document)
        if row.kind == "delivery_note"
    ]


@path
def test_nothing_at_all_does_not_leave(walk: Walk) -> None:
    """Nothing was picked: the customer's word for fewer is not asked, it is picked again."""
    to_ship(walk).do("pick_goods", lines=[{"picked": 0}])
    walk.do("check_quality", qty_ok=None, quality_note="货位空")

    assert ["collect_orders", "pick_goods"] == sorted(walk.open)


@path
def test_more_than_there_is_cannot_be_picked(walk: Walk) -> None:
    """The books have fewer than were picked: the picker is asked again and reads why, nothing has moved."""
    to_ship(walk)
    booked(walk, 100)
    walk.go("pick_goods", "check_quality")
    failed, why = (walk.open, on_hand(walk)), walk.variables["pick_problem"]
    booked(walk, 1200)
    walk.go(*PICKING, *PLANNING, *LEAVING, *ARRIVING)

    assert (["collect_orders", "pick_goods"], (100, 300)) == (sorted(failed[0]), failed[1])
    assert ["还缺 200 件" in why["zh"], "200 missing" in why["en"]] == [True, True]
    assert "completed" == walk.status


@path
def test_a_delay_is_explained_and_watched_on(walk: Walk) -> None:
    """A delay is told to the customer with its new date; the goods are watched until they are there."""
    on_the_road(walk).do("monitor_transit", state="problem", problem="高速封路")
    walk.do("handle_transit_problem", kind="delay", eta="2026-03-12", explanation="高速封路，延误两天")
    expected = walk.company.waiting()[0][2]
    walk.go(*ARRIVING)

    texts = [(row.text_zh, row.text_en) for row in walk.rows(notification)]
    assert datetime(2026, 3, 12, 10, 0, tzinfo=UTC) == expected
    assert ("运输异常：延误。" in texts[1][0], ": delay." in texts[1][1]) == (True, True)
    assert f"订单 {walk.rows(orders)[0].no} 于 2026-03-10 10:00 到货，状况：完好。" == texts[-1][0]
    assert [("transit_problem", "马海涛"), ("transit_problem", "客服")] == told(walk)[1:3]
    assert "completed" == walk.status


@path
def test_lost_goods_become_a_claim(walk: Walk) -> None:
    """What is lost is told to the customer and becomes a ticket that after-sales handles; nobody confirms a delivery."""
    on_the_road(walk).do("monitor_transit", state="problem", problem="整车丢失")
    walk.do("handle_transit_problem", kind="loss", explanation="货物丢失，立即补发")

    assert ("completed", ["已发货"], ["已发货"]) == state(walk)
    (told_customer, _) = [row for row in walk.rows(notification) if row.event == "transit_problem"]
    assert "货物丢失，立即补发 预计到达：无法送达。" in told_customer.text_zh
    assert "Expected arrival: it cannot be delivered." in told_customer.text_en
    assert [("异常", "货物丢失，立即补发")] == [(row.kind, row.description) for row in walk.rows(ticket)]
    assert "respond_customer" in walk.company.elements()


@path
def test_at_the_expected_time_customer_service_asks(walk: Walk) -> None:
    """Nobody entered an arrival by 18:00 of the expected day: customer service asks, and asks again when it is late."""
    on_the_road(walk).until(datetime(2026, 3, 10, 9, 59, 59, tzinfo=UTC))
    before = walk.open
    walk.wait(seconds=1)
    at_six = walk.open
    walk.do("track_arrival", arrived=False, eta="2026-03-11").go(*ARRIVING)

    assert (["monitor_transit"], ["track_arrival"], "completed") == (before, at_six, walk.status)


@path
def test_the_times_on_the_advice_count(walk: Walk) -> None:
    """Told two times to check before the expected day, customer service asks at each, then at 18:00 of that day."""
    on_the_road(walk)
    times = [datetime(2026, 3, 8, 1, tzinfo=UTC), datetime(2026, 3, 9, 6, 30, tzinfo=UTC)]
    told_checks(walk, times)
    asked = []
    for due in (*times, datetime(2026, 3, 10, 10, tzinfo=UTC)):
        before = walk.until(due - timedelta(seconds=1)).open
        asked.append((before, walk.until(due).open))
        walk.do("track_arrival", arrived=False, eta="2026-03-10")

    assert [(["monitor_transit"], ["track_arrival"])] * 3 == asked


@path
def test_the_first_of_two_batches_does_not_end_the_order(walk: Walk) -> None:
    """With a batch still to come a delivered one leaves the order on its way."""
    to_ship(walk, batches=2).go(*PICKING, *PLANNING, *LEAVING, *ARRIVING)

    assert ("completed", ["已发货"], ["已交付"]) == state(walk)


def test_every_flow_is_taken(paths: Paths) -> None:
    """No flow of the definition is left out by these paths."""
    assert set() == paths.never_taken()


def test_every_documented_step_is_reached(paths: Paths) -> None:
    """Every element is completed on some path, and with it every documented step."""
    assert set() == paths.never_reached()
