"""The paths of 定制生产 for money: deposits that come, come late, do not come or are too much, and balances."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.commands.rules import change_setting
from engine.model.papers import document, notification
from engine.model.production import production_order, statement
from engine.model.trade import order as orders
from engine.model.trade import order_line, payment
from tests.processes.production import (
    C,
    called,
    cleared,
    confirmed_call,
    delivered,
    followed_up,
    inspected,
    made,
    ordered,
    paid,
    requested,
    returned,
    stated,
    states,
    task_of,
    told,
)
from tests.processes.walking import Walk, path

PROCESS = "production_order"


@path
def test_no_deposit_no_order(walk: Walk) -> None:
    """Class C: the deposit is asked for; who will not pay it is cancelled."""
    returned(confirmed_call(walk, C))
    while "resolve_payment" not in walk.open:
        walk.next()
    task_of(walk, "resolve_payment", "wu", agreement="cancel", agreement_note="客户不付")

    assert ("completed", ["已取消"]) == states(walk)


@path
def test_a_deposit_releases_the_order(walk: Walk) -> None:
    """Class C: released when the deposit is there; a withdrawn production order goes back to the confirmation."""
    returned(confirmed_call(walk, C))
    before = walk.open
    paid(walk)
    released = walk.open
    walk.sign("lin").refuse("wei", "包装要求不明").do("correct_document", action="withdraw", changes="重做")

    assert (["check_arrival"], ["sign_document"], ["make_confirmation"]) == (before, released, walk.open)


@path
def test_money_that_does_not_come(walk: Walk) -> None:
    """Class B: finance finds money missing and it is collected again; who does not pay the rest is cancelled."""
    returned(confirmed_call(walk)).sign("lin").refuse("wei", "交期太紧")
    walk.do("correct_document", action="resubmit", changes="已与生产部商定").sign("lin", "wei")
    made(walk)
    paid(walk.do("review_contract_terms"))
    walk.refuse("chen", "账上不足", element="clear_finance").do("state_missing", missing_amount=500)
    asked = walk.variables["balance_due"]
    walk.do("collect_money")
    while "resolve_payment" not in walk.open:
        walk.next()
    task_of(walk, "resolve_payment", "wu", agreement="cancel", agreement_note="客户不付")

    assert (500, ("completed", ["已取消"])) == (asked, states(walk))
    kept = {
        "sales_confirmation": "filed",
        "production_order": "signed",
        "balance_notice": "void",
    }  # The newest.
    assert kept.items() <= {row.kind: row.state for row in walk.rows(document)}.items()
    (said,) = [row for row in walk.rows(notification) if row.event == "paid_and_cancelled"]
    assert ("财务", True) == (said.recipient, "已收 ¥10,000.00" in said.text_zh)


@path
def test_a_deposit_of_everything_leaves_no_balance(walk: Walk) -> None:
    """A deposit as large as the total is taken, a larger one refused; nothing is collected after production."""
    stated(called(walk, C).do("confirm_technical"))
    with pytest.raises(AssertionError, match="deposit"):
        walk.do("make_confirmation", deposit=10000.01)
    walk.do("make_confirmation", deposit=10000).do("proofread_confirmation")
    paid(returned(walk)).sign("lin", "wei")
    made(walk).do("review_contract_terms")

    assert ["clear_finance"] == walk.open
    assert 0 == walk.variables["balance_due"]


@path
def test_a_deposit_above_what_was_made_is_paid_back(walk: Walk) -> None:
    """All 10,000.00 paid before; 480 of 500 at 20.00 finished: 400.00 go back, then finance signs and it may ship."""
    stated(called(walk, C).do("confirm_technical"))
    walk.do("make_confirmation", deposit=10000).do("proofread_confirmation")
    paid(returned(walk)).sign("lin", "wei").go("plan_production", "produce", "supervise_production")
    inspected(walk).do("pack_and_mark")
    walk.do("book_finished_goods", finished=[{"qty": 480}], finish_note="20 箱报废")
    walk.do("review_contract_terms")
    asked = (walk.open, walk.variables["deposit_surplus"], walk.variables["balance_due"])
    walk.do("refund_deposit").sign("chen", element="clear_finance")

    assert (["refund_deposit"], 400, 0) == asked
    assert [("deposit", Decimal("10000.00")), ("refund", Decimal("-400.00"))] == [
        (row.purpose, row.amount_received) for row in walk.rows(payment)
    ]
    assert ["issue_ship_request"] == walk.open


@path
def test_a_late_deposit_moves_the_date_where_the_rule_says_so(walk: Walk) -> None:
    """Returned on 1 March, paid two days later: the customer and sales are told the new date; production has it, too."""
    change_setting(walk.company.db, "delay_on_deposit", "1", "新规定", walk.person("qian"))
    returned(confirmed_call(walk, C)).wait(days=2)
    paid(walk)

    (made,) = walk.rows(production_order)
    assert (date(2026, 3, 22), date(2026, 3, 22)) == (made.due, made.confirmed_due)
    assert [date(2026, 3, 22)] == [row.ship_time for row in walk.rows(orders)]
    said = [(row.recipient, row.text_zh) for row in walk.rows(notification) if row.event == "deposit_delayed"]
    assert ["绿源净水工程队", "销售"] == [who for who, _ in said]
    assert all("2026-03-22" in text for _, text in said)


@path
def test_who_cancels_after_the_deposit_leaves_it_to_finance(walk: Walk) -> None:
    """The production order is withdrawn and the customer then cancels: nothing is to be made, 3,000.00 are to be settled."""
    paid(returned(confirmed_call(walk, C)))
    walk.sign("lin").refuse("wei", "包装要求不明").do("correct_document", action="withdraw", changes="重做")
    walk.go("make_confirmation", "proofread_confirmation").do("await_return", response="cancel")

    assert ("completed", ["已取消"]) == states(walk)
    assert ["已中止"] == [row.state for row in walk.rows(production_order)]
    assert {"void"} == {row.state for row in walk.rows(document)}
    assert ["withdrawn", "withdrawn"] == [row.void_why for row in walk.rows(statement)]
    (said,) = [row for row in walk.rows(notification) if row.event == "paid_and_cancelled"]
    assert ("财务", True) == (said.recipient, "已收 ¥3,000.00" in said.text_zh)


@path
def test_more_than_was_ordered_is_paid_and_shipped(walk: Walk) -> None:
    """510 of 500 finished: 10,200.00 are collected, 510 leave, and at the end nobody is told that anything is owed."""
    inspected(ordered(walk).go("plan_production", "produce", "supervise_production")).do("pack_and_mark")
    walk.do("book_finished_goods", finished=[{"qty": 510}], finish_note="尾卷一并完成，客户要")
    followed_up(delivered(requested(cleared(walk))))

    assert ("completed", ["已完成"]) == states(walk)
    assert [510] == [row.shipped for row in walk.rows(order_line)]
    assert [("balance", Decimal("10200.00"))] == [
        (row.purpose, row.amount_received) for row in walk.rows(payment)
    ]
    assert "paid_not_shipped" not in told(walk)
