"""Every path of 客户确认: the confirmation goes out, comes back signed the same day, or the date moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine.model.papers import confirmation, document, notification
from engine.model.trade import order as orders
from tests.processes.trade import order
from tests.processes.walking import Paths, Walk, path

PROCESS = "customer_confirmation"

A_BY_MAIL, B_BY_MAIL, A_BY_FAX = "13800010002", "13800010004", "13800010012"


#: What is agreed about goods that are made to order.
TERMS = {"production": {"payment_terms": "月结", "deposit": 0, "tolerance": "±3%"}}


def sent(walk: Walk, phone: str = B_BY_MAIL, *, qty: int = 500, **more: Any) -> Walk:
    """A confirmation of an order due on 20 March goes out on 2 March at ten; 启明幼儿园, class B, by e-mail."""
    walk.until(datetime(2026, 3, 2, 2, tzinfo=UTC))
    about = order(walk, qty=qty, phone=phone)
    return walk.start({**about, "payment_method": "对公账户", "channel": "email", "special": None, **more})


def came_back(walk: Walk) -> Walk:
    """The customer's signed copy is entered."""
    kept = walk.attach("await_return", "签回件.pdf")
    return walk.do("await_return", response="returned", return_file=kept, return_signer="周园长")


def due_dates(walk: Walk) -> list[tuple[date, int]]:
    """When each version of the confirmation says the goods are due, and by how many days that has moved."""
    return [(row.current_due, row.postponed_days) for row in walk.rows(confirmation)]


def events(walk: Walk) -> list[str]:
    """What was told, in its order."""
    return [row.event for row in walk.rows(notification)]


@path
def test_a_flawless_return_the_same_day(walk: Walk) -> None:
    """Class B, 500 units, returned at 23:50 on the day it was sent: the due date stays 20 March."""
    sent(walk).until(datetime(2026, 3, 2, 15, 50, tzinfo=UTC))
    came_back(walk).do("examine_return")

    assert ("completed", [(date(2026, 3, 20), 0)]) == (walk.status, due_dates(walk))
    assert "2026-03-20" == walk.variables["ship_time"]
    assert (["filed"], ["confirmation"]) == ([row.state for row in walk.rows(document)], events(walk))


@path
def test_every_day_without_a_return_moves_the_date(walk: Walk) -> None:
    """Class B, back on the third day after: two midnights and one more have passed, 20 March becomes 23 March."""
    sent(walk)
    moved = []
    for midnight in (3, 4, 5):
        walk.until(datetime(2026, 3, midnight - 1, 15, 59, 59, tzinfo=UTC))
        before = due_dates(walk)
        walk.wait(seconds=1)
        moved.append((before, due_dates(walk)))
    came_back(walk.wait(hours=9)).do("examine_return")

    due = [(date(2026, 3, 20) + timedelta(days=days), days) for days in range(4)]
    assert [([due[n]], [due[n + 1]]) for n in range(3)] == moved
    assert ("completed", [due[3]], "2026-03-23") == (
        walk.status,
        due_dates(walk),
        walk.variables["ship_time"],
    )
    assert ["confirmation", *["confirmation_postponed"] * 6] == events(walk)


@path
def test_class_a_is_never_postponed(walk: Walk) -> None:
    """Made to order for class A: nothing moves at midnight, and the order goes on with its return pending."""
    sent(walk, A_BY_MAIL, **TERMS).wait(days=1)
    walk.do("await_return", response="cannot_now")

    assert ("completed", [(date(2026, 3, 20), 0)]) == (walk.status, due_dates(walk))
    assert "cannot_now" == walk.variables["response"]


@path
def test_only_class_a_may_return_it_later(walk: Walk) -> None:
    """To class B and C "later" is not offered, and is refused when somebody sends it all the same."""
    sent(walk, **TERMS)
    with pytest.raises(AssertionError, match="response"):
        walk.do("await_return", response="cannot_now")

    assert ["await_return"] == walk.open


@path
def test_goods_from_stock_wait_for_the_confirmation(walk: Walk) -> None:
    """Only production may begin before the return: what is sold from stock goes on when it is confirmed, class A too."""
    sent(walk, A_BY_MAIL)
    with pytest.raises(AssertionError, match="response"):
        walk.do("await_return", response="cannot_now")

    assert ["await_return"] == walk.open


@path
def test_a_fax_is_sent_until_it_is_legible(walk: Walk) -> None:
    """A fax that cannot be read is sent once more; then the wait for the return begins."""
    sent(walk, A_BY_FAX).do("confirm_legible", legible=False).do("confirm_legible")
    came_back(walk).do("examine_return")

    assert ("completed", ["confirmation", "confirmation"]) == (walk.status, events(walk))


@path
def test_an_objection_makes_a_new_version(walk: Walk) -> None:
    """The customer wants 290 and the 25th: the corrected confirmation goes out again and the new date is the base."""
    sent(walk, **TERMS).do("await_return", response="objection", objection="只要 290 箱，25 日到")
    changed = {"lines": [{"qty": 290}], "ship_time": "2026-03-25", "changes": "290 箱，25 日"}
    came_back(walk.do("handle_objection", **changed)).do("examine_return")

    assert ("completed", 5800, 290) == (
        walk.status,
        walk.variables["total"],
        walk.variables["lines"][0]["qty"],
    )
    assert [(date(2026, 3, 20), 0), (date(2026, 3, 25), 0)] == due_dates(walk)
    assert ["void", "filed"] == [row.state for row in walk.rows(document)]


@path
def test_an_objection_does_not_bring_days_back(walk: Walk) -> None:
    """Class B objects on the third day: the 22nd is proposed; returned a day after the correction it is the 23rd."""
    sent(walk, **TERMS).wait(days=2).do("await_return", response="objection", objection="只要 290 箱")
    walk.wait(days=1).do("handle_objection", lines=[{"qty": 290}], changes="290 箱")
    proposed = due_dates(walk)
    came_back(walk.wait(days=1)).do("examine_return")

    assert [(date(2026, 3, 22), 2), (date(2026, 3, 22), 0)] == proposed
    assert ("2026-03-23", 3) == (walk.variables["ship_time"], walk.variables["postponed_days"])


@path
def test_an_objection_of_class_a_moves_nothing(walk: Walk) -> None:
    """Class A objects on the third day: the date stays as it was."""
    sent(walk, A_BY_MAIL, **TERMS).wait(days=2)
    walk.do("await_return", response="objection", objection="只要 290 箱")
    came_back(walk.do("handle_objection", lines=[{"qty": 290}], changes="290 箱")).do("examine_return")

    assert ("2026-03-20", 0) == (walk.variables["ship_time"], walk.variables["postponed_days"])


@path
def test_an_objection_to_goods_from_stock_goes_back(walk: Walk) -> None:
    """What is sold from stock is not corrected here: who asked for the confirmation looks at the stock again."""
    sent(walk).do("await_return", response="objection", objection="改为 600 箱")

    assert ("completed", "objection", "改为 600 箱") == (
        walk.status,
        walk.variables["response"],
        walk.variables["objection"],
    )
    assert (500, ["draft"]) == (walk.variables["lines"][0]["qty"], [row.state for row in walk.rows(document)])


@path
def test_a_bad_return_is_asked_for_again(walk: Walk) -> None:
    """An unreadable stamp is rejected and asked for again; the days go on counting from the day it was sent."""
    came_back(sent(walk)).do("examine_return", sig_clear=False, defect="印章不清").do("chase_return")
    came_back(walk.wait(days=1)).wait(days=2).do("examine_return")

    assert ("completed", [(date(2026, 3, 21), 1)]) == (walk.status, due_dates(walk))
    assert "2026-03-21" == walk.variables["ship_time"]


@path
def test_the_customer_cancels(walk: Walk) -> None:
    """A customer who cancels ends it: the order is cancelled and its stock is free again."""
    sent(walk).do("await_return", response="cancel")

    assert ("completed", ["已取消"]) == (walk.status, [row.status for row in walk.rows(orders)])


def test_every_flow_is_taken(paths: Paths) -> None:
    """No flow of the definition is left out by these paths."""
    assert set() == paths.never_taken()


def test_every_documented_step_is_reached(paths: Paths) -> None:
    """Every element is completed on some path, and with it every documented step."""
    assert set() == paths.never_reached()
