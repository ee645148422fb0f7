"""Every path of 售后服务: one ticket for each kind of problem, from the first answer to the confirmed transaction."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from engine.bpmn.moved import Thrown
from engine.commands import post
from engine.feel.values import from_plain
from engine.model.instances import SYSTEM as NOBODY
from engine.model.instances import instance
from engine.model.papers import document, notification, ticket
from engine.model.trade import order as orders
from engine.model.work import working
from tests.processes import test_paths_after_sales_goods as goods
from tests.processes.after_sales import (
    COMPLETE,
    DONE,
    GLOVES,
    MOP,
    TISSUES,
    booked,
    called_back,
    delivered,
    given,
    moves,
    reported,
    sent_again,
    standing,
    without_order,
)
from tests.processes.trade import order
from tests.processes.walking import Paths, Walk, path

PROCESS = "after_sales"

MORE = (goods,)  #: Modules with further paths of this definition.


@path
def test_an_order_that_does_not_exist_is_asked_for_again(walk: Walk) -> None:
    """A ticket about no order, or an article that is not on it, opens nothing; the right number and article do."""
    about = delivered(walk)
    walk.start({}, "zhao").do("register_ticket", kind="错货", order_no="", lines=[])
    first = (walk.open, walk.rows(ticket))
    walk.do("register_ticket", order_no=about["order_no"], lines=[{"sku": "ZP-9999", "qty": 1}])
    second = (walk.open, walk.rows(ticket))
    walk.do("register_ticket", lines=[{"sku": TISSUES, "qty": 1}])

    assert first == second == (["register_ticket"], [])
    assert ["respond_customer"] == walk.open
    assert ("处理中", "售后中")[1:] == tuple(row.status for row in walk.rows(orders))


@path
def test_a_ticket_of_another_process_goes_on_here(walk: Walk) -> None:
    """A ticket that a follow-up opened starts an instance by message, with its number and the order's facts."""
    about = delivered(walk)
    asked = {
        "kind": "破损",
        "channel": "phone",
        "description": "外箱破损",
        "customer_id": about["customer"]["id"],
    }
    made = walk.service("tickets.open", order_no=about["order_no"], lines=about["lines"], **asked)["ticket"]
    with working(walk.company.db) as work:
        work.lock(NOBODY)
        values = {"ticket": made, "order_no": about["order_no"], "customer_id": about["customer"]["id"]}
        post.send(
            work, [Thrown("ticket_opened", made["no"], {n: from_plain(v) for n, v in values.items()})], []
        )
    walk.wait(seconds=0)
    with walk.company.db.read() as connection:
        walk.id = connection.execute(select(func.max(instance.c.id))).scalar_one()
    asked_first = walk.open
    walk.do("respond_customer")

    assert (["respond_customer"], [walk.id]) == (asked_first, [row.instance_id for row in walk.rows(ticket)])
    assert ("处理中", ["collect_photos"]) == (walk.rows(ticket)[0].state, walk.open)


@path
def test_the_manager_hears_of_an_answer_that_is_late(walk: Walk) -> None:
    """24 hours and a second without an answer are reported to the line manager, and the task stays; at 24:00:00 nobody is."""
    about = delivered(walk)
    walk.start({}, "zhao").do("register_ticket", kind="咨询", order_no=about["order_no"])
    walk.wait(hours=24)
    before = len(walk.rows(notification))
    walk.wait(seconds=1)
    told = [(row.event, row.recipient) for row in walk.rows(notification)[before:]]
    still = walk.open
    walk.go("respond_customer", "answer_question", "record_ticket")

    assert ([("response_overdue", "主管及经理")], ["respond_customer"]) == (told, still)
    assert ("completed", ["交易确认"], ["已交付"]) == standing(walk)


@path
def test_damage_of_no_piece_is_asked_for_again(walk: Walk) -> None:
    """A ticket about goods that names no piece comes back; one piece is enough."""
    about = delivered(walk)
    walk.start({}, "zhao").do("register_ticket", kind="破损", order_no=about["order_no"])
    walk.do("respond_customer", lines=[{"qty": 0}])
    again = walk.open
    walk.do("respond_customer", lines=[{"qty": 1}])

    assert (["respond_customer"], ["collect_photos"]) == (again, walk.open)


@path
def test_goodwill_for_a_complaint_stays_within_the_limit(walk: Walk) -> None:
    """A complaint about no goods: the supervisor may grant something, up to the refund limit."""
    without_order(walk, "投诉").go("calm_complaint", "investigate_complaint")
    walk.do("resolve_complaint", satisfied=False).do("explain_to_customer", accepts_explanation=False)
    walk.do("judge_insistence", grant=True, goodwill_amount=500).do("refund_payment")

    assert [("refund", Decimal("200.00"), "paid")] == given(walk)


@path
def test_a_parcel_on_its_way_is_traced_until_it_is_confirmed(walk: Walk) -> None:
    """A trace is answered and tracked; while the transaction is not confirmed it is looked at again on the day agreed."""
    reported(walk, "查件").go("trace_parcel", "record_ticket")
    tracked = walk.rows(ticket)[0].state
    walk.do("track_until_confirmed", transaction_confirmed=False, check_on="2026-03-05")
    between = walk.open
    walk.next().go("track_until_confirmed")

    assert ("跟踪中", []) == (tracked, between)
    assert COMPLETE == standing(walk)
    assert ["DJ2026-000001"] == [
        row.number for row in walk.rows(document) if row.kind == "after_sales_record"
    ]


@path
def test_a_lost_parcel_is_sent_again(walk: Walk) -> None:
    """A lost parcel is negotiated: sent again, with a new outbound slip and real goods from stock."""
    reported(walk, "查件").do("trace_parcel", result="lost").do("negotiate_missing", choice="resend")
    slips = [row.order_no for row in walk.rows(document) if row.kind == "outbound_slip"]
    called_back(sent_again(walk))

    assert 1 == len(slips)
    assert [("resend", Decimal("37.00"), "given")] == given(walk)
    assert {"CK1": (1188, 0)} == booked(walk, TISSUES)
    assert COMPLETE == standing(walk)


@path
def test_what_is_late_is_apologised_for(walk: Walk) -> None:
    """Past the promised date the customer gets an apology, and shipping is arranged."""
    about = order(walk)
    walk.until(walk.company.clock.now + timedelta(days=20))
    walk.start({}, "zhao").do("register_ticket", kind="催件", order_no=about["order_no"], lines=[])
    walk.go("respond_customer", "arrange_shipping", *DONE)

    assert ["late_apology"] == [row.event for row in walk.rows(notification)]
    assert ("completed", ["交易确认"], ["已确认"]) == standing(walk)


@path
def test_what_is_not_due_yet_is_explained(walk: Walk) -> None:
    """A parcel that is not shipped has no waybill, and is not due: the customer is asked for patience; nobody apologises."""
    about = order(walk)
    walk.start({}, "zhao").do("register_ticket", kind="查件", order_no=about["order_no"], lines=[])
    walk.do("respond_customer").do("trace_parcel", result="not_shipped", courier="", waybill="")
    walk.go("explain_wait", "arrange_shipping", *DONE)

    assert ([], "completed") == (walk.rows(notification), walk.status)


@path
def test_small_missing_goods_that_nobody_can_prove_are_paid_back(walk: Walk) -> None:
    """One box of gloves: too light for the scale, cheap and compact: paid back at once, nothing sent, no stock moved."""
    reported(walk, "少货", sku=GLOVES, hit=1).go("check_outbound_stub").do("check_weight", actual=1.1)
    asked = walk.open
    called_back(walk.do("refund_payment"))

    assert ["refund_payment"] == asked
    assert [("refund", Decimal("4.20"), "paid")] == given(walk)
    assert ([], COMPLETE) == (moves(walk), standing(walk))


@path
def test_larger_missing_goods_are_negotiated_and_paid_back(walk: Walk) -> None:
    """Two boxes left out weigh nine kilograms: confirmed by the scale, back on the books, paid back as agreed."""
    reported(walk, "少货").go("check_outbound_stub").do("check_weight", actual=36.8)
    walk.do("negotiate_missing", choice="refund").do("refund_payment")

    assert ([("adjust", TISSUES, 2)], [("refund", Decimal("37.00"), "paid")]) == (moves(walk), given(walk))
    assert {"CK1": (1192, 0)} == booked(walk, TISSUES)


@path
def test_what_the_stub_left_out_is_on_the_books_still(walk: Walk) -> None:
    """The slip said eight of ten boxes: eight left the books, so the two that are missing are not added again."""
    about = order(walk, sku=TISSUES, qty=10)
    about["lines"][0]["qty"] = 8
    shipped = {"order_no": about["order_no"], "batch_no": 1, "outbound_no": "CK2026-000900"}
    walk.service("shipments.record_picking", **shipped, lines=about["lines"])
    walk.service("orders.set_status", order_no=about["order_no"], status="已交付")
    walk.start({}, "zhao").do("register_ticket", kind="少货", order_no=about["order_no"], lines=[])
    walk.do("respond_customer", lines=[{"qty": 2}]).do("check_outbound_stub", all_printed=False)
    walk.do("check_weight", actual=36.8).do("negotiate_missing", choice="refund").do("refund_payment")

    assert ([], [("refund", Decimal("37.00"), "paid")]) == (moves(walk), given(walk))
    assert {"CK1": (1192, 2)} == booked(walk, TISSUES)


@path
def test_what_is_not_missing_is_explained(walk: Walk) -> None:
    """A parcel of full weight lacked nothing: explained, registered, nobody is compensated."""
    reported(walk, "少货").go("check_outbound_stub").do("check_weight", actual=46).go(
        "explain_to_customer", *DONE
    )

    assert ([], [], COMPLETE) == (given(walk), moves(walk), standing(walk))


@path
def test_a_customer_who_ordered_so_and_insists_is_refused(walk: Walk) -> None:
    """The goods are those ordered: explained; who insists is refused by the supervisor unless they make an exception."""
    reported(walk, "错货").do("compare_goods", same_as_order=True)
    walk.do("explain_to_customer", accepts_explanation=False).do("judge_insistence").do("record_ticket")

    assert (COMPLETE, []) == (standing(walk), given(walk))


@path
def test_a_goodwill_payment_is_an_exception(walk: Walk) -> None:
    """The supervisor may pay something as an exception, never more than was paid."""
    reported(walk, "质量").do("check_misuse", misuse=True).do(
        "explain_to_customer", accepts_explanation=False
    )
    walk.do("judge_insistence", grant=True, goodwill_amount=500, judgement="老客户，破例")
    walk.do("refund_payment")

    assert [("refund", Decimal("37.00"), "paid")] == given(walk)


@path
def test_a_repair(walk: Walk) -> None:
    """What can be repaired is; nothing else is due."""
    without_order(walk, "维修").go("repair_product", *DONE)

    assert ("completed", ["交易确认"], []) == standing(walk)


@path
def test_what_cannot_be_repaired_is_exchanged(walk: Walk) -> None:
    """A repair that fails becomes an exchange."""
    reported(walk, "维修", sku=MOP).do("repair_product", repaired=False)

    assert ["agree_terms"] == walk.open


@path
def test_a_complaint_is_calmed_investigated_and_resolved(walk: Walk) -> None:
    """A complaint is heard first, then looked into, then resolved."""
    without_order(walk, "投诉").go("calm_complaint", "investigate_complaint", "resolve_complaint", *DONE)

    assert ("completed", ["交易确认"], []) == standing(walk)


@path
def test_an_anomaly_is_settled_by_several_departments(walk: Walk) -> None:
    """An anomaly names criterion, owner and departments; a refund follows when one is due."""
    reported(walk, "异常").do("handle_anomaly", anomaly_remedy="refund").do("refund_payment")

    assert [("refund", Decimal("37.00"), "paid")] == given(walk)


def test_every_flow_is_taken(paths: Paths) -> None:
    """No flow of the definition is left out by these paths."""
    assert set() == paths.never_taken()


def test_every_documented_step_is_reached(paths: Paths) -> None:
    """Every element is completed on some path, and with it every documented step."""
    assert set() == paths.never_reached()
