"""Every path of 客户补货, from the call or the message to the follow-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.model.papers import document, notification, ticket
from engine.model.trade import customer_history, order_line, payment, stock
from engine.model.trade import order as orders
from tests.processes.trade import order
from tests.processes.walking import Paths, Walk, path

PROCESS = "customer_replenishment"

NOTHING: Mapping[str, Any] = {}

SHIPPING = (
    *("pick_goods", "check_quality", "pack_label", "confirm_before_ship"),
    *("collect_orders", "plan_delivery", "assign_delivery", "load_goods", "create_waybill"),
)
ARRIVING = ("monitor_transit", "track_arrival", "confirm_delivery")


def called(walk: Walk) -> Walk:
    """马海涛 of 宏达超市 is on the line, known and entitled."""
    return walk.start({"channel": "phone"}, "lin").go("answer_call", "verify_customer", "check_conditions")


def agreed(walk: Walk) -> Walk:
    """The rest of the call, as usual."""
    return walk.go("ask_invoice", "reconfirm_order", "offer_help", "thank_customer")


def written(
    walk: Walk,
    lines: Sequence[Mapping[str, Any]] = (),
    *,
    settled: Mapping[str, Any] = NOTHING,
    details: Mapping[str, Any] = NOTHING,
    **invoice: Any,
) -> Walk:
    """启明幼儿园, class B, orders 300 boxes by e-mail, or these; the confirmation is on its way to them."""
    walk.start({"channel": "email"}, "lin").do(
        "register_request", customer_name="启明幼儿园", caller_phone="13800010004"
    )
    walk.go("verify_customer", "check_conditions").do(
        "capture_needs", **({"lines": [*lines]} if lines else {})
    )
    if settled:
        walk.do("settle_shortage", **settled)
    return walk.do("confirm_details", **details).do("ask_invoice", **invoice)


def statuses(walk: Walk) -> list[str]:
    """How the orders stand."""
    return [row.status for row in walk.rows(orders)]


def reserved(walk: Walk) -> dict[str, int]:
    """What is kept back, by article."""
    return {row.sku: row.reserved for row in walk.rows(stock) if row.reserved}


@path
def test_a_call_ends_in_a_happy_customer(walk: Walk) -> None:
    """Called, paid, signed three times, shipped, archived, followed up: the order is complete and remembered."""
    agreed(called(walk).go("capture_needs", "confirm_details")).go("check_arrival", "fill_outbound_slip")
    walk.sign("lin", "chen", "wang").go("fill_dispatch_notice", *SHIPPING, *ARRIVING)
    walk.do("archive_documents").until(datetime(2026, 3, 11, 1, 0, tzinfo=UTC))
    walk.go("contact_customer", "survey_satisfaction")

    assert ("completed", ["已完成"], {}) == (walk.status, statuses(walk), reserved(walk))
    assert "paid_not_shipped" not in [row.event for row in walk.rows(notification)]
    papers = ("outbound_slip", "dispatch_notice", "shipping_list", "delivery_note")
    assert [(kind, "archived", "2026-03/17") for kind in papers] == [
        (row.kind, row.state, row.shelf_ref) for row in walk.rows(document)
    ]
    assert ["补货 ¥5,550.00，分 1 批"] == [
        row.text for row in walk.rows(customer_history) if row.kind == "order"
    ]


@path
def test_who_is_not_entitled_is_turned_down(walk: Walk) -> None:
    """Without the conditions there is no order, and no work left."""
    walk.start({"channel": "phone"}, "lin").go("answer_call", "verify_customer")
    walk.do("check_conditions", eligible=False, reason="非合伙人不享此价")

    assert ("completed", []) == (walk.status, statuses(walk))


@path
def test_whose_identity_is_not_certain_is_turned_down(walk: Walk) -> None:
    """Conditions alone are not enough: who cannot be identified gets no partner's price."""
    walk.start({"channel": "phone"}, "lin").do("answer_call").do("verify_customer", identity_ok=False)
    walk.do("check_conditions")

    assert ("completed", []) == (walk.status, statuses(walk))


@path
def test_a_written_order_is_confirmed_late_and_lost_on_the_way(walk: Walk) -> None:
    """By e-mail, returned a day late: the date moves by a day. A withdrawn slip is filled in anew. Lost: after-sales."""
    written(walk).wait(days=1)
    kept = walk.attach("await_return", "签回件.pdf")
    walk.do("await_return", response="returned", return_file=kept).go("examine_return", "check_arrival")
    due = walk.variables["consignments"][0]["date"]
    walk.do("fill_outbound_slip").refuse("lin", "名称有误").do(
        "correct_document", action="withdraw", changes="重填"
    )
    walk.do("fill_outbound_slip").sign("lin", "chen", "wang").go("fill_dispatch_notice", *SHIPPING)
    walk.do("monitor_transit", state="problem", problem="丢失")
    walk.do("handle_transit_problem", kind="loss", explanation="货物丢失")

    assert ("2026-03-03", "completed", ["售后中"]) == (due, walk.status, statuses(walk))
    assert ["异常"] == [row.kind for row in walk.rows(ticket)]
    slips = [(row.version, row.state) for row in walk.rows(document) if row.kind == "outbound_slip"]
    assert [(1, "void"), (1, "signed")] == slips


@path
def test_a_written_order_is_not_confirmed(walk: Walk) -> None:
    """A customer who cancels instead of confirming is not asked for money."""
    written(walk).do("await_return", response="cancel")

    assert ("completed", ["已取消"], {}) == (walk.status, statuses(walk), reserved(walk))
    assert ["confirmation"] == [row.event for row in walk.rows(notification)]


def objected(walk: Walk, said: str) -> Walk:
    """The customer objects to the confirmation; customer service has the needs before it again."""
    return walk.do("await_return", response="objection", objection=said)


def returned(walk: Walk) -> Walk:
    """The customer's signed copy is entered and found in order."""
    kept = walk.attach("await_return", "签回件.pdf")
    return walk.do("await_return", response="returned", return_file=kept).go("examine_return")


def corrected(walk: Walk, *lines: Mapping[str, Any], **more: Any) -> Walk:
    """What the customer wants instead is written down."""
    return walk.do("capture_needs", lines=[*lines], changes="按客户意见更正", **more)


def papers(walk: Walk) -> list[tuple[int, str]]:
    """Version and state of the confirmations."""
    return [(row.version, row.state) for row in walk.rows(document) if row.kind == "order_confirmation"]


@path
def test_a_quantity_raised_in_an_objection_is_compared_with_the_stock(walk: Walk) -> None:
    """35 of RY-4003 are there: 30 were confirmed, 60 are wanted now; the customer agrees to wait and confirms that."""
    written(walk, [{"sku": "RY-4003", "qty": 30}])
    before = walk.rows(orders)[0].total
    corrected(objected(walk, "要 60 盒"), {"sku": "RY-4003", "qty": 60})
    asked = (walk.open, [(row["ordered"], row["available"]) for row in walk.variables["shortage"]])
    walk.do("settle_shortage", option="delay", new_date="2026-03-20")
    returned(walk.do("confirm_details", ship_time="2026-03-20").do("ask_invoice"))
    due = walk.rows(payment)[0].amount_due

    assert (["settle_shortage"], [(60, 35)]) == asked
    assert [(1, "void"), (2, "filed")] == papers(walk)
    assert (2 * before, 2 * before, 60) == (walk.rows(orders)[0].total, due, walk.rows(order_line)[0].qty)


@path
def test_an_objection_lowers_raises_and_adds(walk: Walk) -> None:
    """300 become 100 and 20 of another article: so many are kept back, the invoice and the money follow, no more."""
    written(walk, invoice=True)
    corrected(
        objected(walk, "抽纸只要 100 箱"), {"sku": "ZP-1001", "qty": 100}, {"sku": "QJ-3001", "qty": 20}
    )
    walk.do("confirm_details").do("ask_invoice", invoice=True)
    none_yet = reserved(walk)
    returned(walk)
    lines = [(row.sku, row.qty) for row in walk.rows(order_line)]

    assert ({}, {"ZP-1001": 100, "QJ-3001": 20}) == (none_yet, reserved(walk))
    assert [("ZP-1001", 100), ("QJ-3001", 20)] == lines
    total = walk.rows(orders)[0].total
    assert ([total], [total]) == (
        [row.amount_due for row in walk.rows(payment)],
        [line["amount"] for line in walk.variables["invoice_lines"]],
    )
    assert ["按客户意见更正"] == [row.payload["changes"] for row in walk.rows(document) if row.version == 2]


@path
def test_what_went_to_others_meanwhile_is_settled_again(walk: Walk) -> None:
    """30 of 35 are asked for; 20 go to somebody else before it is confirmed: 15 are short, and confirmed anew."""
    written(walk, [{"sku": "RY-4003", "qty": 30}])
    order(walk, sku="RY-4003", qty=20)
    returned(walk)
    asked, short = walk.open, [row["short"] for row in walk.variables["shortage_now"]]
    walk.do("capture_needs", lines=[{"sku": "RY-4003", "qty": 30}], changes="分两批发货")
    walk.do("settle_shortage", option="delay", new_date="2026-03-20")
    returned(walk.do("confirm_details", ship_time="2026-03-20").do("ask_invoice"))

    assert ((["capture_needs"], [15]), ["check_arrival"]) == ((asked, short), walk.open)
    assert [(1, "void"), (2, "filed")] == papers(walk)


@path
def test_a_shortage_that_was_agreed_is_not_asked_about_again(walk: Walk) -> None:
    """60 of 35 by the 20th, agreed and confirmed: it goes on to the payment, with what there is kept back."""
    written(walk, [{"sku": "RY-4003", "qty": 60}], settled={"option": "delay", "new_date": "2026-03-20"})
    returned(walk)

    assert (["check_arrival"], {"RY-4003": 35}) == (walk.open, reserved(walk))


@path
def test_days_before_an_objection_stay(walk: Walk) -> None:
    """Class B, due on the 2nd, objects on the 4th: the 4th stands in the details, batches move too; signed on the 5th."""
    halves = [
        {"date": day, "lines": [{"sku": "ZP-1001", "qty": 150}]} for day in ("2026-03-02", "2026-03-09")
    ]
    written(walk, details={"ship_mode": "分批发货", "batches": halves}).wait(days=2)
    corrected(objected(walk, "第二批要 250 箱"), {"sku": "ZP-1001", "qty": 400})
    proposed = [walk.variables["ship_time"], *(row["date"] for row in walk.variables["batches"])]
    again = {"ship_mode": "分批发货", "ship_time": proposed[0]}
    walk.do("confirm_details", **again)
    not_added_up = walk.open
    more = [{}, {"lines": [{"sku": "ZP-1001", "qty": 250}]}]
    walk.do("confirm_details", **again, batches=more).do("ask_invoice")
    returned(walk.wait(days=1))
    sent = [(row["date"], row["lines"][0]["qty"]) for row in walk.variables["consignments"]]

    assert (["2026-03-04", "2026-03-04", "2026-03-11"], ["confirm_details"]) == (proposed, not_added_up)
    assert [("2026-03-05", 150), ("2026-03-12", 250)] == sent


@path
def test_what_is_short_after_an_objection_is_not_ordered(walk: Walk) -> None:
    """More than there is, and nothing agreed: the order that was recorded is cancelled, its confirmation void."""
    corrected(objected(written(walk), "改要 60 瓶洗洁精"), {"sku": "QJ-3002", "qty": 60})
    walk.do("settle_shortage", option="cancel")

    assert ("completed", ["已取消"], {}) == (walk.status, statuses(walk), reserved(walk))
    assert [(1, "void")] == papers(walk)


@path
def test_all_is_made_to_order_after_an_objection(walk: Walk) -> None:
    """What was ordered from stock is made to order instead: its order is cancelled, that of production goes on."""
    corrected(objected(written(walk), "改印商标"), {"sku": "ZD-6001", "qty": 60})
    walk.do("settle_shortage", option="make", made_date="2026-03-20")

    assert (["confirm_technical"], [("批发", "已取消"), ("定制", "待确认")]) == (
        walk.open,
        [(row.type, row.status) for row in walk.rows(orders)],
    )


@path
def test_a_paid_order_is_cancelled_with_its_slip(walk: Walk) -> None:
    """The manager refuses, the customer gives up: slip void, stock free, the money goes back, the order is cancelled."""
    agreed(called(walk).go("capture_needs", "confirm_details")).go("check_arrival", "fill_outbound_slip")
    walk.sign("lin", "chen").refuse("wang", "客人来电不要了")
    walk.do("correct_document", action="cancel", changes="客人取消")
    freed, asked = reserved(walk), walk.open
    walk.do("refund_batch")

    assert ({}, ["refund_batch"]) == (freed, asked)
    assert ("completed", ["已取消"], ["void"]) == (
        walk.status,
        statuses(walk),
        [row.state for row in walk.rows(document)],
    )
    assert [("full", 5550), ("refund", -5550)] == [(r.purpose, r.amount_received) for r in walk.rows(payment)]


@path
def test_no_more_leaves_than_was_agreed_and_paid(walk: Walk) -> None:
    """300 boxes are paid: the outbound slip takes 300 and not one more."""
    agreed(called(walk).go("capture_needs", "confirm_details")).go("check_arrival")
    with pytest.raises(AssertionError, match=r"lines\[0\].qty"):
        walk.do("fill_outbound_slip", lines=[{"qty": 301}])
    walk.do("fill_outbound_slip", lines=[{"qty": 300}])

    assert ["sign_document"] == walk.open


@path
def test_what_was_paid_and_never_left_is_told(walk: Walk) -> None:
    """300 boxes are paid, the slip was lowered to 290: when the order is complete finance and service hear of ¥185."""
    agreed(called(walk).go("capture_needs", "confirm_details")).do("check_arrival")
    walk.do("fill_outbound_slip", lines=[{"qty": 290}]).sign("lin", "chen", "wang")
    walk.go("fill_dispatch_notice", *SHIPPING, *ARRIVING).do("archive_documents")
    before = [row for row in walk.rows(notification) if row.event == "paid_not_shipped"]
    walk.until(datetime(2026, 3, 11, 1, 0, tzinfo=UTC)).go("contact_customer", "survey_satisfaction")
    told = [row for row in walk.rows(notification) if row.event == "paid_not_shipped"]

    assert ([], ["财务", "客服"]) == (before, [row.recipient for row in told])
    assert all("多 ¥185.00" in row.text_zh for row in told)
    assert ("completed", ["已完成"], {}) == (walk.status, statuses(walk), reserved(walk))


@path
def test_one_of_two_batches_is_cancelled(walk: Walk) -> None:
    """Two batches: the slip of one is withdrawn for good and paid back; the other goes its way to the end."""
    batches = [
        {"date": "2026-03-02", "lines": [{"sku": "ZP-1001", "qty": 100}]},
        {"date": "2026-03-02", "lines": [{"sku": "ZP-1001", "qty": 200}]},
    ]
    called(walk).go("capture_needs").do("confirm_details", ship_mode="分批发货", batches=batches)
    agreed(walk).go("check_arrival", "fill_outbound_slip", "fill_outbound_slip")
    walk.refuse("lin", "第一批不要了").do("correct_document", action="cancel", changes="客人减量")
    kept = reserved(walk)
    walk.do("refund_batch").sign("lin", "chen", "wang").go("fill_dispatch_notice", *SHIPPING, *ARRIVING)
    walk.do("archive_documents").until(datetime(2026, 3, 11, 1, 0, tzinfo=UTC))
    walk.go("contact_customer", "survey_satisfaction")

    assert (1, ("completed", ["已完成"], {})) == (len(kept), (walk.status, statuses(walk), reserved(walk)))
    assert [("full", 5550), ("refund", -1850)] == [(r.purpose, r.amount_received) for r in walk.rows(payment)]


@path
def test_a_long_call_and_no_money(walk: Walk) -> None:
    """Another product for what is out of stock, batches that do not add up, one more wish; and then nobody pays."""
    short = [{"sku": "QJ-3002", "qty": 60}]
    called(walk).do("capture_needs", lines=short, payment_method="指定银行卡")
    walk.do("settle_shortage", option="substitute", shortage=[{"substitute_sku": "QJ-3001"}])
    halves = [{"date": day, "lines": [{"sku": "QJ-3001", "qty": 20}]} for day in ("2026-03-02", "2026-03-09")]
    walk.do("confirm_details", ship_mode="分批发货", batches=halves)
    not_added_up = walk.open
    walk.do("confirm_details").do("ask_invoice").do("reconfirm_order", readback_ok=False)
    misread = walk.open
    walk.go("confirm_details", "ask_invoice", "reconfirm_order").do("offer_help", more_help=True)
    walk.do("capture_needs", lines=[{"sku": "QJ-3001", "qty": 60}], payment_method="指定银行卡")
    agreed(walk.do("confirm_details"))
    kept = reserved(walk)
    walk.wait(days=4).do("resolve_payment", agreement="cancel", agreement_note="客人资金困难")

    assert (["confirm_details"], ["confirm_details"]) == (not_added_up, misread)
    assert ({"QJ-3001": 60}, {}) == (kept, reserved(walk))
    assert ("completed", ["已取消"]) == (walk.status, statuses(walk))
    assert [Decimal("612.00")] == [row.total for row in walk.rows(orders)]


@path
def test_out_of_stock_and_no_way_out(walk: Walk) -> None:
    """What is not there and cannot be replaced, delayed or split is not ordered."""
    called(walk).do("capture_needs", lines=[{"sku": "QJ-3002", "qty": 60}]).do(
        "settle_shortage", option="cancel"
    )

    assert ("completed", []) == (walk.status, statuses(walk))


@path
def test_what_can_be_made_is_made_to_order(walk: Walk) -> None:
    """It gets an order of its own and goes to production; what is short besides is settled then; the rest waits for nothing."""
    wanted = [{"sku": "ZD-6001", "qty": 500}, {"sku": "QJ-3002", "qty": 60}, {"sku": "ZP-1001", "qty": 300}]
    called(walk).do("capture_needs", lines=wanted)
    walk.do("settle_shortage", option="make", made_date="2026-03-20")
    both = walk.open
    with pytest.raises(AssertionError, match="options: Another product, A later date, In batches, No order"):
        walk.do("settle_shortage", option="make", made_date="2026-03-20")
    walk.do("settle_shortage", option="substitute", shortage=[{"substitute_sku": "QJ-3001"}])
    agreed(walk.do("confirm_details")).do("check_arrival")

    assert ["confirm_technical", "settle_shortage"] == sorted(both)
    assert ["confirm_technical", "fill_outbound_slip"] == sorted(walk.open)
    assert [("定制", "待确认"), ("批发", "待处理")] == [(row.type, row.status) for row in walk.rows(orders)]
    assert ["QJ-3001", "ZP-1001"] == [line["sku"] for line in walk.variables["lines"]]


@path
def test_everything_is_made_to_order(walk: Walk) -> None:
    """Nothing is left in stock of the order: production has all of it, and its end is the end."""
    called(walk).do("capture_needs", lines=[{"sku": "ZD-6001", "qty": 60}])
    walk.do("settle_shortage", option="make", made_date="2026-03-20")
    asked = walk.open
    walk.do("confirm_technical", producible=False, technical_note="没有模具")
    walk.do("propose_alternative", customer_choice="cancel")

    assert ["confirm_technical"] == asked
    assert ("completed", ["已取消"]) == (walk.status, statuses(walk))


@path
def test_a_delay_is_kept_to(walk: Walk) -> None:
    """Agreed for the 20th because stock is short: paid on the 2nd, it begins on the 20th and not before."""
    called(walk).do("capture_needs", lines=[{"sku": "QJ-3002", "qty": 60}])
    walk.do("settle_shortage", option="delay", new_date="2026-03-20")
    agreed(walk.do("confirm_details", ship_time="2026-03-20")).do("check_arrival")
    walk.until(datetime(2026, 3, 19, 15, 59, 59, tzinfo=UTC))
    before = walk.open
    walk.wait(seconds=1)

    assert ([], ["fill_outbound_slip"]) == (before, walk.open)


@path
def test_a_split_begins_with_what_is_there(walk: Walk) -> None:
    """35 of 60 are there: these go first, the rest on a day agreed; one slip each, none for more than the 60."""
    called(walk).do("capture_needs", lines=[{"sku": "RY-4003", "qty": 60}]).do(
        "settle_shortage", option="split"
    )
    parts = (("2026-03-02", 35), ("2026-03-16", 25))
    batches = [{"date": day, "lines": [{"sku": "RY-4003", "qty": qty}]} for day, qty in parts]
    agreed(walk.do("confirm_details", ship_mode="分批发货", batches=batches)).do("check_arrival")
    first = walk.open
    with pytest.raises(AssertionError, match=r"lines\[0\].qty"):
        walk.do("fill_outbound_slip", lines=[{"qty": 61}])
    walk.until(datetime(2026, 3, 15, 16, 0, tzinfo=UTC))

    assert (["fill_outbound_slip"], ["fill_outbound_slip"] * 2) == (first, walk.open)


def test_every_flow_is_taken(paths: Paths) -> None:
    """No flow of the definition is left out by these paths."""
    assert set() == paths.never_taken()


def test_every_documented_step_is_reached(paths: Paths) -> None:
    """Every element is completed on some path, and with it every documented step."""
    assert set() == paths.never_reached()
