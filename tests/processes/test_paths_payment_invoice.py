"""Every path of 收款开票: money is asked for, waited for, signed for where it must be, and invoiced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from engine.model.papers import document, notification
from engine.model.trade import invoice, payment
from engine.model.trade import order as orders
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
def test_a_longer_wait_is_agreed(walk: Walk) -> None:
    """On the fourth day the customer promises to pay: the wait begins again, with its reminders."""
    due(walk).wait(days=4)
    walk.do("resolve_payment", agreement="extend", promised_date="2026-03-08", agreement_note="月初付款")
    walk.wait(days=1)
    walk.do("check_arrival", received_on="2026-03-07")

    assert ("completed", 4) == (walk.status, sum(event == "payment_reminder" for event, _who in told(walk)))


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
    asked = [row.amount_due for row in walk.rows(payment)]
    walk.do("check_arrival").sign("chen", element="sign_off_payment").do("issue_invoice")

    assert ([Decimal(550)], "completed") == (asked, walk.status)
    assert [Decimal(5550)] == [row.amount for row in walk.rows(invoice)]


def test_every_flow_is_taken(paths: Paths) -> None:
    """No flow of the definition is left out by these paths."""
    assert set() == paths.never_taken()


def test_every_documented_step_is_reached(paths: Paths) -> None:
    """Every element is completed on some path, and with it every documented step."""
    assert set() == paths.never_reached()
