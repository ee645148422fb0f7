"""Every path of 收款开票: money is asked for, waited for, signed for where it must be, and invoiced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from engine.model.papers import document, notification
from engine.model.trade import invoice, payment
from engine.model.trade import order as orders
from tests.company import Company
from tests.processes.trade import order
from tests.processes.walking import Paths, Walk, path

PROCESS = "payment_invoice"

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
INVOICE = {
    "title": "宏达超市有限公司",
    "tax_no": "91330100MA2A00001X",
    "invoice_lines": [{"item": "抽纸", "amount": 5550}],
}


def due(walk: Walk, purpose: str = "full", *, amount: int = 5550, invoiced: bool = False) -> Walk:
    """Money is due for an order of 300 boxes at 18.50."""
    about = order(walk)
    timing = "settlement" if purpose == "settlement" else "with_goods"
    facts = {"purpose": purpose, "amount_due": amount, "payment_method": "对公账户", "invoice_timing": timing}
    wanted = {"invoice": invoiced, **(INVOICE if invoiced else {}), "owner_role": "cs", "finished_qty": 300}
    return walk.start({"order_no": about["order_no"], "customer": about["customer"], **facts, **wanted})


def told(walk: Walk) -> list[tuple[str, str]]:
    """What was told to whom."""
    return [(row.event, row.recipient) for row in walk.rows(notification)]


def paid(walk: Walk) -> list[tuple[str, str, Decimal]]:
    """Payments: state, purpose and what came."""
    return [(row.state, row.purpose, row.amount_received) for row in walk.rows(payment)]


@path
def test_the_whole_sum_arrives(walk: Walk) -> None:
    """The customer is asked for the whole sum; it arrives; customer service is told; the payment stands in the books."""
    due(walk).do("check_arrival")

    assert ("completed", [("paid", "full", Decimal(5550))]) == (walk.status, paid(walk))
    assert [("payment_requested", "宏达超市有限公司"), ("payment_received", "客服")] == told(walk)
    assert ["待支付"] == [row.status for row in walk.rows(orders)]


@path
def test_an_invoice_goes_with_the_goods(walk: Walk) -> None:
    """Who wants an invoice gets it before the goods leave: finance issues it right after the arrival."""
    due(walk, invoiced=True).go("check_arrival", "issue_invoice")

    assert "completed" == walk.status
    assert [("FP-20260302-01", Decimal(5550))] == [(row.no, row.amount) for row in walk.rows(invoice)]


@path
def test_too_little_is_not_enough(walk: Walk) -> None:
    """Nothing came, then a part of it: finance is asked again until all is there."""
    due(walk).do("check_arrival", arrived=False).do("check_arrival", amount_received=5000)
    asked = walk.open
    walk.do("check_arrival")

    assert (["check_arrival"], "completed") == (asked, walk.status)


@path
def test_unpaid_is_reminded_three_times_then_cancelled(walk: Walk) -> None:
    """Reminders after one, two and three days; on the fourth it is decided: cancelled."""
    due(walk).do("check_arrival", arrived=False)
    seen = []
    for day in (1, 2, 3):
        walk.until(MORNING + timedelta(days=day))
        seen.append((len(walk.rows(notification)) - 1, walk.open))
    walk.until(MORNING + timedelta(days=4))
    at_four = walk.open
    walk.do("resolve_payment", agreement="cancel", agreement_note="客人不要了")

    assert [(1, ["check_arrival"]), (2, ["check_arrival"]), (3, ["check_arrival"])] == seen
    assert (["resolve_payment"], "completed", [("requested", "full", None)]) == (
        at_four,
        walk.status,
        paid(walk),
    )
    assert [3] == [row.reminders for row in walk.rows(payment)]


@path
def test_what_has_come_is_kept_when_the_rest_never_does(walk: Walk) -> None:
    """5,000.00 of 5,550.00 came and the customer gives up: the books have the part, so that somebody can settle it."""
    due(walk).do("check_arrival", amount_received=5000).wait(days=4)
    walk.do("resolve_payment", agreement="cancel", agreement_note="客人不要了")

    assert ("completed", [("requested", "full", None), ("paid", "full", 5000)]) == (walk.status, paid(walk))


@path
def test_what_finance_does_not_sign_for_has_not_come(walk: Walk) -> None:
    """A deposit entered by mistake is not signed for; the customer gives up: nothing stands in the books."""
    due(walk, "deposit", amount=1665).do("check_arrival").refuse(
        "chen", "记错户头", element="sign_off_payment"
    )
    walk.wait(days=4).do("resolve_payment", agreement="cancel", agreement_note="客人不要了")

    assert ("completed", [("requested", "deposit", None)]) == (walk.status, paid(walk))


@path
def test_the_rest_of_a_settlement_that_never_comes(walk: Walk) -> None:
    """5,000.00 came at the settlement and the rest does not: the part stands in the books once."""
    due(walk, "settlement").do("settle_account", amount_received=5000, amount_ok=False).wait(days=4)
    walk.do("resolve_payment", agreement="cancel", agreement_note="不再付款")

    assert [("paid", "settlement", 5000), ("requested", "settlement", None)] == paid(walk)


@path
def test_a_longer_wait_is_agreed(walk: Walk) -> None:
    """On the fourth day the customer promises to pay on the 8th: the next reminder is due on the 9th, not before."""
    due(walk).wait(days=4)
    walk.do("resolve_payment", agreement="extend", promised_date="2026-03-08", agreement_note="月初付款")
    reminders = []
    for day in (8, 9):
        walk.until(datetime(2026, 3, day, 1, 0, tzinfo=UTC))
        reminders.append(sum(event == "payment_reminder" for event, _who in told(walk)))
    walk.do("check_arrival", received_on="2026-03-09")

    assert ([3, 4], "completed") == (reminders, walk.status)


@path
def test_a_promise_that_is_not_kept_is_reminded_of_and_decided_again(walk: Walk) -> None:
    """Reminders on the three days after the promised one at nine, and on the fourth it is decided anew (G07)."""
    due(walk).wait(days=4)
    walk.do("resolve_payment", agreement="extend", promised_date="2026-03-20", agreement_note="月底付款")
    seen = []
    for day in (20, 21, 22, 23, 24):
        walk.until(datetime(2026, 3, day, 1, 0, tzinfo=UTC))
        seen.append((sum(event == "payment_reminder" for event, _who in told(walk)), walk.open))

    asked = ["check_arrival"]
    assert [(3, asked), (4, asked), (5, asked), (6, asked), (6, ["resolve_payment"])] == seen


@path
def test_a_longer_wait_without_a_date_counts_from_its_agreement(walk: Walk) -> None:
    """Nobody named a day: reminders on the three days after the agreement."""
    due(walk).wait(days=4, hours=6)
    walk.do("resolve_payment", agreement="extend", agreement_note="客人出差")
    seen = []
    for day in (6, 7, 9, 10):
        walk.until(datetime(2026, 3, day, 8, 0, tzinfo=UTC))
        seen.append(sum(event == "payment_reminder" for event, _who in told(walk)))

    assert ([3, 4, 6, 6], ["resolve_payment"]) == (seen, walk.open)


@path
def test_a_deposit_is_signed_for(walk: Walk) -> None:
    """Finance signs that a deposit arrived; who is not sure refuses, and the account is looked at again."""
    due(walk, "deposit", amount=1665).do("check_arrival").refuse(
        "chen", "户名不符", element="sign_off_payment"
    )
    again = walk.open
    walk.do("check_arrival").sign("chen", element="sign_off_payment")

    assert (["check_arrival"], "completed") == (again, walk.status)
    assert [("paid", "deposit", Decimal(1665))] == paid(walk)


@path
def test_a_balance_is_called_for(walk: Walk) -> None:
    """A balance goes out as a notice, sales collects it, finance signs that it arrived."""
    due(walk, "balance", amount=3885).go("collect_money", "check_arrival").sign(
        "chen", element="sign_off_payment"
    )

    assert ("completed", [("paid", "balance", Decimal(3885))]) == (walk.status, paid(walk))
    assert ["balance_notice"] == [row.kind for row in walk.rows(document)]
    assert [("balance_notice", "宏达超市有限公司"), ("payment_received", "客服")] == told(walk)


@path
def test_a_settlement_that_is_right(walk: Walk) -> None:
    """After delivery finance settles: the amount is right, nothing is asked for, the invoice follows."""
    due(walk, "settlement", invoiced=True)
    walk.do("settle_account", amount_received=5550, amount_ok=True).do("issue_invoice")

    assert ("completed", [("paid", "settlement", Decimal(5550))]) == (walk.status, paid(walk))
    assert ["FP-20260302-01"] == [row.no for row in walk.rows(invoice)]


@path
def test_a_settlement_with_a_rest(walk: Walk) -> None:
    """Something is missing at the settlement: the customer is asked for the rest, and invoiced for the whole."""
    due(walk, "settlement", invoiced=True).do("settle_account", amount_received=5000, amount_ok=False)
    asked = [(row.state, row.amount_due) for row in walk.rows(payment)]
    walk.do("check_arrival").sign("chen", element="sign_off_payment").do("issue_invoice")

    assert ([("paid", 5000), ("requested", 550)], "completed") == (asked, walk.status)
    assert [("paid", "settlement", 5000), ("paid", "settlement", 550)] == paid(walk)
    assert 5550 == sum(row.amount_received for row in walk.rows(payment))
    assert [Decimal(5550)] == [row.amount for row in walk.rows(invoice)]


@path
def test_a_settlement_of_which_nothing_came(walk: Walk) -> None:
    """Nothing has come: there is no part to record, the whole is asked for as one payment."""
    due(walk, "settlement").do("settle_account", amount_received=0, amount_ok=False)
    walk.do("check_arrival").sign("chen", element="sign_off_payment")

    assert ("completed", [("paid", "settlement", 5550)]) == (walk.status, paid(walk))


def test_more_than_is_due_is_no_part(company: Company) -> None:
    """A part is less than the whole: an amount at or above what is due is refused at its field, nothing recorded."""
    walk = due(Walk(company, False, PROCESS), "settlement")

    with pytest.raises(AssertionError, match=r"'amount_received': 'Must be at most 5549[.]99"):
        walk.do("settle_account", amount_received=5550, amount_ok=False)

    assert ([], ["settle_account"]) == (walk.rows(payment), walk.open)


def test_less_than_is_due_is_not_right(company: Company) -> None:
    """Who ticks that the amount is right has received all of it: 5,549.99 of 5,550.00 are refused at their field."""
    walk = due(Walk(company, False, PROCESS), "settlement")

    with pytest.raises(AssertionError, match=r"'amount_received': 'Must be at least 5550"):
        walk.do("settle_account", amount_received=5549.99, amount_ok=True)

    assert ([], ["settle_account"]) == (walk.rows(payment), walk.open)


def test_every_flow_is_taken(paths: Paths) -> None:
    """No flow of the definition is left out by these paths."""
    assert set() == paths.never_taken()


def test_every_documented_step_is_reached(paths: Paths) -> None:
    """Every element is completed on some path, and with it every documented step."""
    assert set() == paths.never_reached()
