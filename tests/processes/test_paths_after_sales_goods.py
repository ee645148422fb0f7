"""The paths of 售后服务 for goods: wrong, damaged, faulty, exchanged, returned."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.model.after_sales import compensation
from engine.model.papers import document, notification
from engine.queries.task import form
from tests import samples
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
)
from tests.processes.walking import Walk, path

PROCESS = "after_sales"


def wrong(walk: Walk, sku: str = GLOVES, **found: Any) -> Walk:
    """Gloves came instead of what was ordered; photos and weight prove it."""
    reported(walk, "错货", sku=sku).do("compare_goods")
    walk.do("collect_photos", photos=walk.attach("collect_photos", "photo.jpg", samples.jpeg()))
    return walk.do("verify_by_weight", **found)


@path
def test_what_was_left_out_is_sent_again(walk: Walk) -> None:
    """An omission is negotiated and sent; the pieces go back on the books before they leave again."""
    wrong(walk, TISSUES, wrong_confirmed=False, omitted=True).do("negotiate_missing", choice="resend")
    called_back(sent_again(walk))

    assert [("adjust", TISSUES, 2)] == moves(walk)
    assert {"CK1": (1190, 0)} == booked(walk, TISSUES)


@path
def test_wrong_goods_worth_more_than_the_freight_come_back(walk: Walk) -> None:
    """Returned for money: the ordered goods back on the books, the wrong ones off and in again, sound, the money paid."""
    wrong(walk, TISSUES, wrong_value=12.01)
    walk.do("agree_terms", swap_kind="return").go("receive_return", "refund_payment")

    assert [("adjust", TISSUES, 2), ("adjust", GLOVES, -2), ("return", GLOVES, 2)] == moves(walk)
    assert [("refund", Decimal("37.00"), "paid")] == given(walk)
    assert ("company", Decimal("15.00")) == (
        walk.rows(compensation)[0].freight_payer,
        walk.rows(compensation)[0].freight,
    )


@path
def test_wrong_goods_worth_as_much_as_the_freight_get_a_discount(walk: Walk) -> None:
    """Equal counts as below: a discount is offered and paid; the goods stay with the customer and leave the books."""
    wrong(walk, TISSUES, wrong_value=12).do("negotiate_discount", accepted=True, amount=5.5).do(
        "refund_payment"
    )

    assert [("discount", Decimal("5.50"), "paid")] == given(walk)
    assert [("adjust", TISSUES, 2), ("adjust", GLOVES, -2)] == moves(walk)


@path
def test_who_declines_the_discount_keeps_the_goods_as_a_gift(walk: Walk) -> None:
    """A declined discount makes a gift of the wrong goods; what was ordered is paid back or sent."""
    wrong(walk, TISSUES, wrong_value=11.2).do("negotiate_discount", accepted=False)
    walk.do("negotiate_missing", choice="refund").do("refund_payment")

    assert [("gift", GLOVES, -2), ("adjust", TISSUES, 2)] == moves(walk)
    assert [("gift", Decimal("11.20"), "given"), ("refund", Decimal("37.00"), "paid")] == given(walk)


def unknown(walk: Walk, **found: Any) -> Walk:
    """Something came that is in no catalogue: nobody knows its price but who looked at it."""
    reported(walk, "错货").do("compare_goods", received_barcode="0000")
    walk.do("collect_photos", photos=walk.attach("collect_photos", "photo.jpg", samples.jpeg()))
    return walk.do("verify_by_weight", **found)


@path
def test_what_is_in_no_catalogue_is_not_booked_in(walk: Walk) -> None:
    """Unknown goods come back: only the ordered ones, which never left, are back on the books."""
    unknown(walk, wrong_value=30).do("agree_terms", swap_kind="return")
    walk.go("receive_return", "refund_payment")

    assert ([("adjust", TISSUES, 2)], {"CK1": (1192, 0)}) == (moves(walk), booked(walk, TISSUES))


@path
def test_a_gift_that_is_in_no_catalogue_has_its_value(walk: Walk) -> None:
    """Unknown goods stay with the customer: the ledger has what they were said to be worth."""
    unknown(walk, wrong_value=9.5).do("negotiate_discount", accepted=False)

    assert ([("gift", Decimal("9.50"), "given")], [("adjust", TISSUES, 2)]) == (given(walk), moves(walk))


def damaged(walk: Walk, *, hit: int = 2, **level: Any) -> Walk:
    """Goods arrived damaged; photos show how much."""
    reported(walk, "破损", qty=20, hit=hit)
    walk.do("collect_photos", photos=walk.attach("collect_photos", "photo.jpg", samples.jpeg()))
    return walk.do("assess_damage", **level)


@path
def test_slight_damage_gets_ten_percent(walk: Walk) -> None:
    """Two boxes at 18.50: an allowance of 3.70, paid by finance and settled once in the ledger."""
    damaged(walk, level="slight")
    agreed = given(walk)
    called_back(walk.do("refund_payment"))

    assert [("allowance", Decimal("3.70"), "agreed")] == agreed
    assert ([("allowance", Decimal("3.70"), "paid")], COMPLETE) == (given(walk), standing(walk))


@path
def test_severe_damage_comes_back(walk: Walk) -> None:
    """Severe and returned: the freight payer is recorded, what cannot be sold is blocked, the money is paid back."""
    damaged(walk, level="severe", keeps=False).do("negotiate_return", freight_payer="customer", freight=18)
    walk.do("agree_terms").do("receive_return", condition="bad").do("refund_payment")

    assert {"CK1": (1180, 0), "TH1": (2, 2)} == booked(walk, TISSUES)
    row = walk.rows(compensation)[0]
    assert ("refund", Decimal("37.00"), "customer", Decimal("15.00")) == (
        row.kind,
        row.amount,
        row.freight_payer,
        row.freight,
    )


@path
def test_a_large_refund_needs_the_supervisor(walk: Walk) -> None:
    """Kept though severe: never more than was paid; above 200 yuan the supervisor signs, or it is negotiated again."""
    damaged(walk, hit=20, level="severe", keeps=True).do("negotiate_refund", amount=370.01)
    too_much = walk.open
    walk.do("negotiate_refund", amount=300).refuse("zheng", "可修复，金额偏高", "approve_refund")
    refused = walk.open
    walk.do("negotiate_refund", amount=200.01).sign("zheng", element="approve_refund")
    signed = walk.open
    walk.do("refund_payment")

    assert [["negotiate_refund"], ["negotiate_refund"], ["refund_payment"]] == [too_much, refused, signed]
    assert [("refund", Decimal("200.01"), "paid")] == given(walk)


@path
def test_what_was_refused_at_the_door_is_sent_again(walk: Walk) -> None:
    """Refused at the door: sent again at once; the carrier is held to it, and what it brings back is blocked."""
    damaged(walk, level="severe", refused_at_door=True)
    asked = {"claim_carrier", "pick_goods"} & {*walk.open}
    called_back(sent_again(walk))
    meanwhile, claim = (walk.status, walk.open), walk.company.task("claim_carrier")
    shown = form(walk.company.db, claim.id, walk.person("zhao"))[1]["waybill"]
    walk.do("claim_carrier").do("receive_refused")

    assert ({"claim_carrier", "pick_goods"}, ("running", ["claim_carrier"])) == (asked, meanwhile)
    assert ("", True) == (shown, walk.variables["waybill"] != "")
    assert ([("resend", Decimal("37.00"), "given")], COMPLETE) == (given(walk), standing(walk))
    assert {"CK1": (1178, 0), "TH1": (2, 2)} == booked(walk, TISSUES)


@path
def test_what_the_carrier_lost_after_a_refusal_is_booked_nowhere(walk: Walk) -> None:
    """Of two boxes refused at the door none comes back: the claim stands, the stock has nothing more."""
    damaged(walk, level="severe", refused_at_door=True)
    walk.do("claim_carrier", claim_amount=37).do("receive_refused", returned=[{"qty": 0}])

    assert (37, [("resend", Decimal("37.00"), "given")]) == (walk.variables["claim_amount"], given(walk))
    assert {"CK1": (1180, 0)} == booked(walk, TISSUES)


@path
def test_a_fault_gets_a_discount(walk: Walk) -> None:
    """No misuse: a discount is offered first, never above what was paid."""
    reported(walk, "质量").do("check_misuse").do("negotiate_discount", accepted=True, amount=99).do(
        "refund_payment"
    )

    assert [("discount", Decimal("37.00"), "paid")] == given(walk)


@path
def test_who_insists_gets_an_exchange_freight_free(walk: Walk) -> None:
    """The discount is declined, an exchange insisted on: the company pays the freight, quality tests what came back."""
    reported(walk, "质量", sku=MOP).do("check_misuse").do(
        "negotiate_discount", accepted=False, insists="exchange"
    )
    payer = walk.variables["freight_payer"]
    walk.do("agree_terms").do("receive_return", condition="bad").do("exchange_goods")
    sent_again(walk).do("test_recovered")
    called_back(walk)

    assert ("company", [("exchange", Decimal("96.00"), "given")]) == (payer, given(walk))
    assert {"CK1": (72, 0), "TH1": (2, 2)} == booked(walk, MOP)
    assert COMPLETE == standing(walk)


@path
def test_a_return_within_the_conditions_is_accepted(walk: Walk) -> None:
    """Intact goods come back at the customer's freight and go on sale again."""
    reported(walk, "退货").do("review_request").do("inspect_goods", inspection="intact")
    payer = walk.variables["freight_payer"]
    walk.go("agree_terms", "receive_return", "refund_payment")

    assert ("customer", {"CK1": (1192, 0)}) == (payer, booked(walk, TISSUES))


@path
def test_a_return_of_fewer_pieces_pays_for_those(walk: Walk) -> None:
    """One of the two affected boxes comes back: no more than it cost is agreed; where nothing came, nothing goes on."""
    reported(walk, "退货").do("review_request").do("inspect_goods", inspection="problem")
    with pytest.raises(AssertionError, match="refund_amount"):
        walk.do("agree_terms", lines=[{"qty": 1}], refund_amount=18.51)
    walk.do("agree_terms", lines=[{"qty": 1}], refund_amount=18.5)
    with pytest.raises(AssertionError, match="qty"):
        walk.do("receive_return", returned=[{"qty": 0}])
    walk.go("receive_return", "refund_payment")

    assert [("refund", Decimal("18.50"), "paid")] == given(walk)
    assert {"CK1": (1191, 0)} == booked(walk, TISSUES)


@path
def test_of_a_return_only_what_came_back_is_paid(walk: Walk) -> None:
    """30.00 yuan were agreed for two boxes of 37.00 and one came: half of it, and the record names one box."""
    reported(walk, "退货").do("review_request").do("inspect_goods", inspection="problem")
    walk.do("agree_terms", refund_amount=30).do("receive_return", returned=[{"qty": 1}])
    walk.go("refund_payment", *DONE[:1])

    assert [("refund", Decimal("15.00"), "paid")] == given(walk)
    (paper,) = [row for row in walk.rows(document) if row.kind == "after_sales_record"]
    assert [(TISSUES, 1, Decimal("18.50"))] == [
        (line["sku"], line["qty"], line["amount"]) for line in paper.payload["lines"]
    ]


@path
def test_a_refund_negotiated_again_is_at_most_for_what_came_back(walk: Walk) -> None:
    """Twelve of twenty boxes came, the supervisor refuses their 222.00: negotiated again, in full is 222.00, not 370.00."""
    reported(walk, "退货", qty=20, hit=20).do("review_request").do("inspect_goods", inspection="problem")
    walk.do("agree_terms").do("receive_return", returned=[{"qty": 12}])
    walk.refuse("zheng", "先与客人再谈", "approve_refund").do("negotiate_refund", refund_type="full")
    walk.sign("zheng", element="approve_refund").do("refund_payment")

    assert [("refund", Decimal("222.00"), "paid")] == given(walk)


@path
def test_of_an_exchange_only_what_came_back_is_sent(walk: Walk) -> None:
    """Three mops for three boxes were agreed, two boxes came: two mops leave, and the difference is that of two."""
    reported(walk, "换货", hit=3).do("review_request").do("inspect_goods", inspection="intact")
    walk.do("agree_terms", swap_kind="exchange", model=MOP, qty=3).do("receive_return", returned=[{"qty": 2}])
    walk.do("settle_difference", difference_result="received").do("exchange_goods")

    assert [("difference", Decimal("-59.00"), "received")] == given(walk)[:1]
    assert [(MOP, 2)] == [(line["sku"], line["qty"]) for slip in sent(walk) for line in slip.payload["lines"]]


@path
def test_of_several_articles_each_has_its_own_quantity(walk: Walk) -> None:
    """Two boxes and a mop are affected: one box comes back, the mop stays; none at all is refused."""
    about = delivered(walk, more=[(MOP, 1)])
    walk.start({}, "zhao").do("register_ticket", kind="退货", order_no=about["order_no"], lines=[])
    walk.do("respond_customer", lines=[{"qty": 2}, {"qty": 1}]).do("review_request")
    walk.do("inspect_goods", inspection="problem")
    with pytest.raises(AssertionError, match="qty"):
        walk.do("agree_terms", lines=[{"qty": 0}, {"qty": 0}])
    with pytest.raises(AssertionError, match="qty"):
        walk.do("agree_terms", lines=[{"qty": 3}, {"qty": 0}])
    walk.do("agree_terms", lines=[{"qty": 1}, {"qty": 0}], refund_amount=18.5).go(
        "receive_return", "refund_payment"
    )

    assert [("refund", Decimal("18.50"), "paid")] == given(walk)
    assert [("return", TISSUES, 1)] == moves(walk)


@path
def test_an_exchange_outside_the_conditions_is_refused(walk: Walk) -> None:
    """What does not meet the conditions is not inspected but explained."""
    reported(walk, "换货").do("review_request", eligible=False, reason="已过七天").go(
        "explain_to_customer", *DONE
    )

    assert (COMPLETE, []) == (standing(walk), given(walk))


@path
def test_a_dearer_model_is_sent_and_the_difference_is_the_customers(walk: Walk) -> None:
    """Tissues come back, two mops go out: each article moves by its own pieces, finance collects 59.00 first.

    What a customer owes cannot go back the way it was paid.
    """
    reported(walk, "换货").do("review_request").do("inspect_goods", inspection="intact")
    walk.do("agree_terms", swap_kind="exchange", model=MOP, qty=2).do("receive_return")
    unpaid = walk.open
    with pytest.raises(AssertionError, match="difference_method"):
        walk.do("settle_difference", difference_result="received", difference_method="原路退回")
    walk.do("settle_difference", difference_result="received").do("exchange_goods")
    sent_again(walk).do("test_recovered")
    registered = called_back(walk).rows(document)[-1]

    charged = ("difference", Decimal("-59.00"), "received")
    assert (["settle_difference"], [charged, ("exchange", Decimal("96.00"), "given")]) == (
        unpaid,
        given(walk),
    )
    assert ({"CK1": (1192, 0)}, {"CK1": (82, 0)}) == (booked(walk, TISSUES), booked(walk, MOP))
    assert [MOP] == [line["sku"] for slip in sent(walk) for line in slip.payload["lines"]]
    assert [("财务", True)] == [("财务", "59.00" in row.text_zh) for row in told(walk, "exchange_charge")]
    assert ("拖把", Decimal("59.00")) == (registered.payload["model"][:2], registered.payload["to_pay"])


@path
def test_a_cheaper_model_is_sent_and_the_difference_goes_back(walk: Walk) -> None:
    """Two mops of 48.00 become two pairs of gloves of 4.20: finance gives 87.60 back."""
    reported(walk, "换货", sku=MOP).do("review_request").do("inspect_goods", inspection="intact")
    walk.do("agree_terms", swap_kind="exchange", model=GLOVES, qty=2).do("receive_return")
    walk.do("settle_difference", difference_result="paid", difference_method="原路退回").do("exchange_goods")

    assert ("difference", Decimal("87.60"), "paid") == given(walk)[0]
    assert [True] == ["87.60" in row.text_zh for row in told(walk, "exchange_refund")]


@path
def test_a_difference_is_let_go_with_its_reason(walk: Walk) -> None:
    """Finance collects nothing, and says why: the goods leave, the ledger says so, the record claims no payment."""
    reported(walk, "换货").do("review_request").do("inspect_goods", inspection="intact")
    walk.do("agree_terms", swap_kind="exchange", model=MOP, qty=2).do("receive_return")
    with pytest.raises(AssertionError, match="difference_note"):
        walk.do("settle_difference", difference_result="waived")
    walk.do("settle_difference", difference_result="waived", difference_note="老客人，经理同意免收")

    assert ("difference", Decimal("-59.00"), "waived") == given(walk)[0]
    assert ["exchange_goods"] == walk.open
    sent_again(walk.do("exchange_goods")).go("test_recovered", "record_ticket")
    (paper,) = [row for row in walk.rows(document) if row.kind == "after_sales_record"]
    assert (0, 0) == (paper.payload["to_pay"], paper.payload["to_get"])


@path
def test_the_same_article_again_costs_nothing_more(walk: Walk) -> None:
    """What comes back is replaced as it was ordered: no difference, nobody in finance is told."""
    reported(walk, "换货", sku=MOP).do("review_request").do("inspect_goods", inspection="problem")
    walk.do("agree_terms", swap_kind="exchange").go("receive_return", "exchange_goods")

    assert ([("exchange", Decimal("96.00"), "given")], []) == (given(walk), told(walk, "exchange_charge"))
    assert [MOP] == [line["sku"] for slip in sent(walk) for line in slip.payload["lines"]]


def sent(walk: Walk) -> list[Any]:
    """The outbound slips by which something was sent again."""
    return [row for row in walk.rows(document) if row.kind == "outbound_slip"]


def told(walk: Walk, event: str) -> list[Any]:
    """The notices of an event."""
    return [row for row in walk.rows(notification) if row.event == event]
