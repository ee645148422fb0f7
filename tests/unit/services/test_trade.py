"""Customers are found, goods priced and reserved, orders moved on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.model.papers import follow_up, shipment, survey, track_event
from engine.model.trade import customer, order, order_line, reservation, stock, stock_move
from engine.services.call import ServiceError, WrongInput
from engine.services.registry import handlers

LINES = [{"sku": "ZP-1001", "qty": 300}, {"sku": "QJ-3002", "qty": 10}]


@pytest.fixture
def placed(perform):
    """An order of 300 cases and ten bottles that are not in stock."""
    quoted = perform("orders.quote", level="B", lines=LINES)
    header = {
        "type": "批发",
        "customer_name": "城北便民商店",
        "customer_id": 3,
        "level": "B",
        "address": "莫干山路 902 号",
    }
    return perform("orders.create", **header, **quoted, ship_time="2026-03-05")["order_no"]


def reached(connection, order_no):
    """How far an order is."""
    return connection.scalars(select(order.c.status).where(order.c.no == order_no)).one()


def on_shelf(connection, sku):
    """(quantity, kept back) of an article."""
    return tuple(connection.execute(select(stock.c.qty, stock.c.reserved).where(stock.c.sku == sku)).one())


def test_a_caller_is_found_by_number_and_name(perform):
    """The very number, or the very name, is the match; others follow for choosing."""
    by_phone = perform("customers.find", phone="138-0001-0003")
    by_name = perform("customers.find", name="宏达超市有限公司")

    assert "城北便民商店" == by_phone["match"]["name"]
    assert by_phone["candidates"][0] == by_phone["match"]
    assert 12 == len(by_phone["candidates"])
    assert ("A", True, "马海涛") == tuple(
        by_name["match"][key] for key in ("level", "is_partner", "recipient")
    )
    assert "宏达超市有限公司 · A 级 · 13800010001" == by_name["match"]["label"]
    assert 2 == len(by_name["match"]["history"])


def test_a_part_of_a_name_is_no_match(perform):
    """A part of a name brings candidates to the top but decides nothing."""
    found = perform("customers.find", name="酒店", phone=None)

    assert found["match"] is None
    assert "金桥酒店管理有限公司" == found["candidates"][0]["name"]
    assert perform("customers.find", name="%")["match"] is None


def test_goods_cost_what_the_class_pays(perform):
    """A class with a rule pays its price, others the list price."""
    prices = {level: perform("products.list", level=level)["products"][0]["unit_price"] for level in "ABC"}

    assert {"A": Decimal("96.00"), "B": Decimal("96.00"), "C": Decimal("96.00")} != prices
    quoted = {level: perform("orders.quote", level=level, lines=LINES[:1])["total"] for level in "ABC"}
    assert {"A": Decimal("5550.00"), "B": Decimal("6000.00"), "C": Decimal("6600.00")} == quoted


def test_an_unknown_article_is_a_business_error(perform):
    """An article that is not in the catalogue throws unknown_product."""
    with pytest.raises(ServiceError) as caught:
        perform("orders.quote", lines=[{"sku": "XX-1", "qty": 1}])

    assert "unknown_product" == caught.value.code


def test_stock_is_compared_with_what_is_ordered(perform, placed):
    """What others have reserved is not available."""
    perform("orders.set_status", order_no=placed, status="已确认")

    checked = perform(
        "inventory.check", lines=[{"sku": "ZP-1001", "qty": 1000}, {"sku": "QJ-3002", "qty": 1}]
    )

    assert [(900, 100), (0, 1)] == [(row["available"], row["short"]) for row in checked["stock"]]
    assert 2 == len(checked["shortage"])


def test_an_order_is_recorded_with_its_numbers(perform, connection, placed):
    """An order gets the next number; a second call with it changes the order, not the number."""
    assert "SO2026-000001" == placed

    perform(
        "orders.create",
        order_no=placed,
        type="批发",
        customer_name="城北便民商店",
        lines=LINES[:1],
        total=6000,
    )

    row = connection.execute(select(order)).one()
    assert ("待确认", Decimal("6000.00"), 7) == (row.status, row.total, row.instance_id)
    assert 1 == len(connection.execute(select(order_line)).all())


def test_the_same_job_acts_once(perform, connection):
    """A job that runs again is answered as before and changes nothing."""
    header = {"type": "批发", "customer_name": "李建国", "lines": [], "total": 0}

    first = perform("orders.create", key="job-1", **header)
    second = perform("orders.create", key="job-1", **header)

    assert first == second
    assert 1 == len(connection.execute(select(order)).all())


def test_confirming_reserves_and_cancelling_gives_back(perform, connection, placed):
    """已确认 keeps back what there is, 已取消 gives it back."""
    perform("orders.set_status", order_no=placed, status="已确认")

    assert (1200, 300) == on_shelf(connection, "ZP-1001")
    assert [("ZP-1001", 300)] == [(row.sku, row.qty) for row in connection.execute(select(reservation))]

    perform("orders.set_status", order_no=placed, status="已取消")
    assert "已取消" == reached(connection, placed)
    assert (1200, 0) == on_shelf(connection, "ZP-1001")


def test_an_order_given_up_before_its_confirmation_is_cancelled(perform, connection, placed):
    """What was recorded is cancelled; where nothing was recorded yet, there is nothing to do."""
    nothing = perform("orders.drop", order_no=None)
    perform("orders.drop", order_no=placed)

    assert ({}, "已取消") == (nothing, reached(connection, placed))


def test_a_completed_order_keeps_nothing_back(perform, connection, placed):
    """Ten fewer were picked than ordered: while the order lives they are kept for it, once it is complete they are free."""
    perform("orders.set_status", order_no=placed, status="已确认")
    picked = [{"sku": "ZP-1001", "qty": 300, "picked": 290}]
    perform("shipments.record_picking", order_no=placed, outbound_no="CK2026-000001", lines=picked)
    perform("orders.set_status", order_no=placed, status="已交付")
    before = on_shelf(connection, "ZP-1001")
    perform("orders.set_status", order_no=placed, status="已完成")

    assert ((910, 10), (910, 0)) == (before, on_shelf(connection, "ZP-1001"))


def test_more_than_was_ordered_counts_as_shipped(perform, connection):
    """310 of 100 and 200 made to order leave: the first line is full, the last one bears the ten beyond it."""
    lines = [{**LINES[0], "qty": qty} for qty in (100, 200)]
    made = perform("orders.create", type="定制", customer_name="城北便民商店", lines=lines, total=5550)[
        "order_no"
    ]
    picked = [{"sku": LINES[0]["sku"], "qty": 310, "picked": 310}]
    perform("shipments.record_picking", order_no=made, outbound_no="CK2026-000001", lines=picked)

    query = select(order_line.c.shipped).where(order_line.c.order_no == made).order_by(order_line.c.n)
    assert [100, 210] == list(connection.scalars(query))


def test_a_status_never_goes_back(perform, connection, placed):
    """A status that is behind is passed over."""
    perform("orders.set_status", order_no=placed, status="已发货")

    perform("orders.set_status", order_no=placed, status="待处理")

    assert "已发货" == reached(connection, placed)
    with pytest.raises(WrongInput):
        perform("orders.set_status", order_no=placed, status="飞走了")
    with pytest.raises(WrongInput):
        perform("orders.set_status", order_no="SO0", status="已发货")


def ship(perform, order_no, batch):
    """One batch of three, created and picked."""
    lines = [{"sku": "ZP-1001", "name": "抽纸", "qty": 100, "picked": 100}]
    perform(
        "shipments.create", order_no=order_no, batch_no=batch, batches=3, recipient="吴国强", address="莫干山路",
        lines=lines, outbound_no="CK2026-000001",
    )  # fmt: skip
    return perform(
        "shipments.record_picking",
        order_no=order_no,
        batch_no=batch,
        outbound_no="CK2026-000001",
        lines=lines,
    )


def test_batches_deliver_the_order_together(perform, connection, placed):
    """The order is 已交付 only when its last batch is; the most advanced batch counts until then."""
    perform("orders.set_status", order_no=placed, status="已确认")
    statuses = []
    for batch in (1, 2, 3):
        ship(perform, placed, batch)
        for status in ("已发货", "已交付"):
            known = {
                "order_no": placed,
                "batch_no": batch,
                "batches": 3,
                "facts": {"carrier": "顺丰", "waybill": f"SF{batch}"},
            }
            perform("orders.set_status", status=status, **known)
            statuses.append(reached(connection, placed))

    assert ["已发货", "已发货", "已发货", "已发货", "已发货", "已交付"] == statuses
    assert (900, 0) == on_shelf(connection, "ZP-1001")
    assert ["SF1", "SF2", "SF3"] == list(
        connection.scalars(select(shipment.c.waybill).order_by(shipment.c.batch_no))
    )
    assert 9 == len(connection.execute(select(track_event)).all())
    assert 300 == connection.scalars(select(order_line.c.shipped).where(order_line.c.sku == "ZP-1001")).one()


def test_picking_more_than_there_is_moves_nothing(perform, connection, placed):
    """insufficient_stock is thrown before anything leaves the shelf."""
    lines = [{"sku": "ZP-1001", "qty": 5, "picked": 5}, {"sku": "QJ-3002", "qty": 10, "picked": 10}]

    with pytest.raises(ServiceError) as caught:
        perform("shipments.record_picking", order_no=placed, outbound_no="CK1", lines=lines)

    assert "insufficient_stock" == caught.value.code
    assert (1200, 0) == on_shelf(connection, "ZP-1001")
    assert [] == connection.execute(select(stock_move)).all()


def test_others_reservations_are_not_picked(perform, connection, placed):
    """What is kept for one order is not there for another."""
    perform("orders.set_status", order_no=placed, status="已确认")

    with pytest.raises(ServiceError):
        perform(
            "shipments.record_picking",
            order_no="SO-other",
            outbound_no="CK1",
            lines=[{"sku": "ZP-1001", "qty": 1000}],
        )


def test_what_a_customer_says_is_remembered(perform, connection):
    """History, address, invoice data, answers and marks find their places."""
    facts = {
        "recipient": "吴太", "phone": "13900000000", "address": "新街 1 号", "title": "城北商贸", "tax_no": "9233",
        "received": True, "matches": True, "intact": False, "score": 4, "comment": "外箱湿",
    }  # fmt: skip
    perform("customers.record", customer_id=3, kind="order", ref="SO1", text="订购抽纸 300 箱", facts=facts)

    found = perform("customers.find", phone="13800010003")["match"]
    assert ("吴太", "13900000000", "新街 1 号", "城北商贸") == tuple(
        found[key] for key in ("recipient", "phone", "address", "title")
    )
    assert "订购抽纸 300 箱" == found["history"][0]
    assert (True, True, False) == tuple(
        connection.execute(select(follow_up.c.received, follow_up.c.matches, follow_up.c.intact)).one()
    )
    assert (4, "外箱湿") == tuple(connection.execute(select(survey.c.score, survey.c.comment)).one())
    assert (
        "92330105MA2B00003A" != connection.scalars(select(customer.c.tax_no).where(customer.c.id == 3)).one()
    )


def test_the_last_order_gives_the_address(perform, placed):
    """The address of the last order is offered before that of the card."""
    assert "莫干山路 902 号" == perform("customers.find", phone="13800010003")["match"]["address"]


def test_missing_inputs_are_named(perform):
    """A job without what it needs fails by name; every job type says what it takes."""
    with pytest.raises(WrongInput, match="lines"):
        perform("inventory.check")
    with pytest.raises(WrongInput, match="qty"):
        perform("inventory.check", lines=[{"sku": "ZP-1001", "qty": "viel"}])

    assert all(service.takes for service in handlers().values())


def test_dates_come_in_any_dress(perform, connection):
    """Dates are taken as dates, as text and as moments of the company's zone."""
    days = []
    for dress in (
        date(2026, 3, 5),
        "2026-03-05",
        "2026-03-05T08:00:00",
        datetime(2026, 3, 4, 17, tzinfo=UTC),
    ):
        made = perform("orders.create", type="批发", customer_name="x", lines=[], total=0, ship_time=dress)
        days.append(connection.scalars(select(order.c.ship_time).where(order.c.no == made["order_no"])).one())

    assert [date(2026, 3, 5)] * 4 == days
