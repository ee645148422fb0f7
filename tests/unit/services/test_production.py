"""Goods made to order: contracts and doubts, production orders, reports, inspections, what leaves and arrives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.model.papers import document, notification
from engine.model.production import (
    anomaly,
    daily_report,
    dispatch_advice,
    emergency_release,
    inspection,
    production_order,
)
from engine.model.trade import order as orders
from engine.model.trade import payment, reservation, stock, stock_move
from engine.services import endings
from engine.services.call import Call, ServiceError, WrongInput

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
ROLLS = {"sku": "ZD-6002", "qty": 500}
TERMS = {"qty": 500, "tolerance": "±3 %", "packing": "十二卷一箱", "label": "中文", "hints": "色差", "production_date": "2026-03-10"}  # fmt: skip


def rows(connection, table):
    """What stands in a table."""
    return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


@pytest.fixture
def making(perform, ordered):
    """The production order for them."""
    lines = [{"sku": "ZD-6002", "name": "定制盘纸", "qty": 500}]
    return perform(
        "production.order",
        order_no=ordered,
        customer={"name": "启明幼儿园", "phone": "13800010004"},
        lines=lines,
        confirmation={"no": "QS2026-000009", "base_due": "2026-03-20"},
        production={**TERMS, "due_date": "2026-03-18"},
    )["production_order"]


def test_the_confirmation_goes_on_as_production_order(perform, connection, making):
    """One number, two papers; production is bound by its own date; issued anew it is the next version (G21, G27)."""
    again = perform(
        "production.order",
        order_no="SO2026-000001",
        production=TERMS,
        lines=[ROLLS],
        document=making["document"],
        pending_return=True,
    )["production_order"]

    (row,) = rows(connection, production_order)
    assert ("QS2026-000009", 500, date(2026, 3, 18), date(2026, 3, 20)) == (
        making["no"],
        making["qty"],
        making["due"],
        making["confirmed_due"],
    )
    assert ("QS2026-000009", 2, True) == (again["no"], again["document"]["version"], row.pending_return)
    assert {"name": "启明幼儿园", "tolerance": "±3 %", "confirmation_no": "QS2026-000009"}.items() <= making[
        "document"
    ]["payload"].items()
    papers = select(document.c.version, document.c.state).where(document.c.kind == "production_order")
    assert [(1, "void"), (2, "draft")] == [tuple(row) for row in connection.execute(papers)]


@pytest.mark.parametrize("deposit", [Decimal("5000.01"), -1])
def test_a_deposit_larger_than_the_total_is_refused(perform, connection, ordered, deposit):
    """Neither on the confirmation, nor on the production order, nor asked of the customer; as large as the total is fine."""
    buyer = {"name": "启明幼儿园", "phone": "13800010004"}
    fact = {"order_no": ordered, "customer": buyer, "lines": [ROLLS], "total": Decimal("5000.00")}
    for kind, given in (
        ("confirmations.build", {**fact, "production": {**TERMS, "deposit": deposit}}),
        ("production.order", {**fact, "production": {**TERMS, "deposit": deposit}}),
        ("payments.request", {**fact, "purpose": "deposit", "amount_due": deposit}),
    ):
        with pytest.raises(ServiceError) as refused:
            perform(kind, **given)
        assert "deposit_too_large" == refused.value.code
    perform("payments.request", **fact, purpose="deposit", amount_due=5000)
    perform("payments.request", **fact, purpose="deposit", amount_due=5000, reminder=True)

    events = select(notification.c.event, notification.c.text_zh).order_by(notification.c.id)
    asked, reminded = connection.execute(events).all()
    assert ("deposit_requested", "deposit_reminder") == (asked.event, reminded.event)
    assert "须付定金 ¥5,000.00" in asked.text_zh
    assert [("deposit", Decimal("5000.00"))] == [
        (row.purpose, row.amount_due) for row in rows(connection, payment)
    ]
    assert [] == rows(connection, production_order)


def test_a_confirmation_with_terms_of_production(perform, ordered):
    """It is 《销售部客户订单确认书》 with its own series, and says tolerance, packing and deposit."""
    buyer = {"name": "启明幼儿园"}
    fact = {
        "order_no": ordered,
        "customer": buyer,
        "lines": [ROLLS],
        "total": 5000,
        "ship_time": "2026-03-20",
    }
    made = perform("confirmations.build", **fact, production={**TERMS, "deposit": 1500})["confirmation"]
    plain = perform("confirmations.build", **fact)["confirmation"]

    assert ("QS2026-000001", "QR2026-000001") == (made["no"], plain["no"])
    paper = made["document"]
    assert ("销售部客户订单确认书", "±3 %", 1500) == (
        paper["title"],
        paper["payload"]["tolerance"],
        paper["payload"]["deposit"],
    )


def test_daily_reports_add_up(perform, connection, making):
    """300 and 200 are 500 of 500; 20 more are marked as over; nobody makes less than nothing."""
    first = perform("production.report", production_order=making, qty=300, reported_on="2026-03-11")
    second = perform("production.report", production_order=making, qty=200)
    third = perform("production.report", production_order=making["no"], qty=20)

    assert [
        {"done": 300, "ordered": 500, "left": 200, "percent": 60, "over": False},
        {"done": 500, "ordered": 500, "left": 0, "percent": 100, "over": False},
        {"done": 520, "ordered": 500, "left": 0, "percent": 104, "over": True},
    ] == [each["progress"] for each in (first, second, third)]
    assert [(date(2026, 3, 11), 300), (date(2026, 3, 2), 500), (date(2026, 3, 2), 520)] == [
        (row.reported_on, row.done) for row in rows(connection, daily_report)
    ]
    assert ["箱"] * 3 == [each["report"]["payload"]["unit"] for each in (first, second, third)]
    assert (520, "已完工") == tuple(
        connection.execute(select(production_order.c.done, production_order.c.state)).one()
    )
    for wrong in ({"qty": -1}, {"production_order": "QS2026-000404", "qty": 1}):
        with pytest.raises(WrongInput):
            perform("production.report", **{"production_order": making, **wrong})


def test_a_plan_and_an_anomaly(perform, connection, making):
    """A breakdown at 300 of 500 keeps how far it was, the plan of the four, and the new date."""
    perform("production.plan", production_order=making, machines="复卷机 2 号", start_on="2026-03-10")
    perform("production.report", production_order=making, qty=300)
    trouble = perform(
        "production.anomaly", production_order=making, kind="equipment", detail="复卷机停机", done=250
    )["anomaly"]
    four = [{"role": role, "plan": "加班"} for role in ("cs", "sales", "cs_supervisor", "marketing_director")]
    facts = {
        "plan": "调 1 号机，加班两天",
        "participants": four,
        "customer_agrees": True,
        "new_due": "2026-03-22",
    }
    perform("production.settle_anomaly", anomaly_no=trouble["no"], **facts)

    (row,) = rows(connection, anomaly)
    assert (300, 500) == (trouble["done"], trouble["ordered"])
    assert (300, four, True, date(2026, 3, 22)) == (
        row.done,
        row.participants,
        row.customer_agrees,
        row.new_due,
    )
    with pytest.raises(WrongInput):
        perform("production.settle_anomaly", anomaly_no="SC2026-000404", plan="")


@pytest.mark.parametrize(
    ("agrees", "promised"), [(True, date(2026, 3, 22)), (False, date(2026, 3, 20)), (None, date(2026, 3, 20))]
)
def test_a_new_date_counts_once_the_customer_accepts(perform, connection, making, agrees, promised):
    """Order and production order say the date of the emergency plan if it was accepted; production's own date stays."""
    trouble = perform(
        "production.anomaly", production_order=making, kind="equipment", detail="停机", done=300
    )
    facts = {"plan": "加班两天", "participants": [], "customer_agrees": agrees, "new_due": "2026-03-22"}
    perform("production.settle_anomaly", anomaly_no=trouble["anomaly"]["no"], **facts)

    (made,) = rows(connection, production_order)
    assert (promised, date(2026, 3, 18)) == (made.confirmed_due, made.due)
    assert [promised] == [row.ship_time for row in rows(connection, orders)]


def checks(**wrong):
    """What quality and customer service found."""
    good = dict.fromkeys(("qty_ok", "packing_ok", "label_ok", "spec_ok"), True) | {"defects": 0}
    return [{"role": "quality", **good, **wrong}, {"role": "cs", **good}]


def test_goods_are_booked_only_after_they_passed(perform, connection, ordered, making):
    """Three wrong labels: not passed, not booked; after rework a second inspection, then stock kept back for the order."""
    lines = [{"sku": "ZD-6002", "qty": 500}]
    with pytest.raises(ServiceError):
        perform("production.book", production_order=making, lines=lines)
    first = perform(
        "inspections.record", production_order=making, checks=checks(label_ok=False, defects=3), passed=False
    )["inspection"]
    with pytest.raises(ServiceError) as refused:
        perform("production.book", production_order=making, lines=lines)
    before = rows(connection, stock_move)
    second = perform("inspections.record", production_order=making, checks=checks(), passed=True)[
        "inspection"
    ]
    slip = perform("production.book", order_no=ordered, production_order=making, lines=lines)["finished_slip"]

    assert ("not_passed", []) == (refused.value.code, before)
    assert [(1, False, 3), (2, True, 0)] == [
        (each["round"], each["passed"], each["defects"]) for each in (first, second)
    ]
    assert [(1, False), (2, True)] == [(row.round, row.passed) for row in rows(connection, inspection)]
    assert [("in", 500, slip["number"])] == [
        (row.kind, row.qty, row.ref) for row in rows(connection, stock_move)
    ]
    assert [(ordered, "ZD-6002", 500)] == [
        (row.order_no, row.sku, row.qty) for row in rows(connection, reservation)
    ]
    assert "已交库" == connection.execute(select(production_order.c.state)).scalar_one()
    with pytest.raises(WrongInput):
        perform("production.book", production_order=making, lines=[{"sku": "ZP-1001", "qty": 1}])


@pytest.mark.parametrize("said", [checks(defects=1), checks(spec_ok=False), []])
def test_nobody_can_say_passed_when_something_is_wrong(perform, making, said):
    """What is ticked counts, not what is claimed."""
    assert not perform("inspections.record", production_order=making, checks=said, passed=True)["inspection"][
        "passed"
    ]


def test_an_order_made_to_order_keeps_no_stock_back(perform, connection):
    """Confirmed, it leaves others' stock alone; an order from stock keeps its pieces back as ever."""
    for kind in ("定制", "批发"):
        header = {
            "type": kind,
            "customer_name": "启明幼儿园",
            "lines": [{"sku": "ZP-1001", "qty": 5}],
            "total": 0,
        }
        number = perform("orders.create", **header)["order_no"]
        perform("orders.set_status", order_no=number, status="已确认")
        perform("orders.create", order_no=number, **header)

    assert (
        5
        == connection.execute(
            select(stock.c.reserved).where(stock.c.sku == "ZP-1001", stock.c.location == "CK1")
        ).scalar()
    )


def test_an_emergency_ends_with_its_slip(perform, connection, ordered):
    """The supervisor's paper names the day the request to ship is due; the late request closes it."""
    place = {"recipient": "周园长", "phone": "1", "address": "良渚", "lines": [ROLLS]}
    let = perform(
        "ship_requests.authorise",
        order_no=ordered,
        reason="客户停产",
        signer="郑主管",
        slip_due="2026-03-03",
        **place,
    )
    late = perform(
        "ship_requests.issue", order_no=ordered, late=True, emergency_no=let["emergency"]["no"], **place
    )

    (row,) = rows(connection, emergency_release)
    assert ("JF2026-000001", date(2026, 3, 3)) == (let["emergency"]["no"], let["emergency"]["slip_due"])
    assert (late["ship_request"]["number"], "郑主管") == (row.slip_no, row.supervisor)
    assert row.completed_at is not None
    for kind, wrong in (
        ("ship_requests.issue", {"emergency_no": "JF2026-000404"}),
        ("ship_requests.authorise", {"reason": " ", "slip_due": "2026-03-03"}),
    ):
        with pytest.raises(WrongInput):
            perform(kind, order_no=ordered, **place, **wrong)


def test_a_shipping_slip_and_a_receipt_travel_with_goods_made_to_order(perform, connection, ordered):
    """销售发货单 and 到货回单 instead of list and note; the arrival completes the very receipt that travelled."""
    goods = {
        "order_no": ordered,
        "recipient": "周园长",
        "address": "良渚",
        "lines": [ROLLS],
        "outbound_no": "FS2026-000001",
    }
    made = perform("shipments.create", **goods)
    shipped = perform("shipments.facts", order_no=ordered)["shipped"]
    advice = perform(
        "advice.issue",
        order_no=ordered,
        customer={"name": "启明幼儿园"},
        shipped_at="2026-03-20T16:00",
        carrier="浙运物流",
        waybill="ZY001",
        eta="2026-03-22T10:00",
        check_times=[{"at": "2026-03-22T09:00"}, {"at": "2026-03-21T09:00"}],
    )["advice"]
    told = perform(
        "advice.arrived", advice=advice, arrived_at="2026-03-22T09:40", condition="good", signer="周园长"
    )["receipt"]

    assert ("销售发货单", "到货回单") == (made["shipping_list"]["title"], made["delivery_note"]["title"])
    assert ("FH2026-000001", "处理中") == (shipped["no"], shipped["status"])
    assert [21, 22] == [moment.day for moment in advice["check_times"]]
    assert (made["delivery_note"]["number"], 2, "FS2026-000001") == (
        told["number"],
        told["version"],
        told["payload"]["outbound_no"],
    )
    (row,) = rows(connection, dispatch_advice)
    assert ("周园长", datetime(2026, 3, 22, 1, 40, tzinfo=UTC)) == (row.receiver, row.arrived_at)
    assert perform("shipments.facts", order_no="SO2026-000404") == {"shipped": None}
    with pytest.raises(WrongInput):
        perform("advice.arrived", advice={"no": "GZ2026-000404", "version": 1}, arrived_at="2026-03-22T09:40")


def test_a_cancelled_instance_stops_production(perform, connection, making):
    """What is being made stops, its statements count no more; goods that are in stock stay where they are."""
    perform("statements.write", kind="date", department="production", text="3 月 18 日")
    ended = Call(connection, {"reason": "客户停业"}, {}, "end-7", NOW, instance_id=7)
    first, second = endings.settle(ended), endings.settle(ended)

    assert {
        ("production_order", making["no"], "stopped"),
        ("statement", "JQ2026-000001", "withdrawn"),
    } <= set(first)
    assert [] == second
    assert "已中止" == connection.execute(select(production_order.c.state)).scalar_one()


def test_production_is_told_about_in_words(perform, connection):
    """Codes become words of the language, moments the company's time."""
    facts = {"order_no": "SO2026-000001", "anomaly_no": "SC2026-000001", "kind": "equipment", "detail": "停机", "done": 300, "ordered": 500}  # fmt: skip
    perform("notify.send", event="production_anomaly", recipients=[{"role": "cs"}], facts=facts)
    release = {"number": "JF2026-000001", "emergency": True, "recipient": "周园长"}
    perform("notify.send", event="ship_release", recipients=[{"role": "dispatcher"}], facts=release)

    anomaly_told, released = rows(connection, notification)
    assert "（设备故障）：停机。已完成 300 / 500 件" in anomaly_told.text_zh
    assert "equipment broke down" in anomaly_told.text_en
    assert ("手工单后补：是" in released.text_zh, "to follow: yes" in released.text_en) == (True, True)
    assert timedelta(0) == anomaly_told.due_at - anomaly_told.created_at
