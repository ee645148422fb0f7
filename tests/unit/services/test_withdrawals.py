"""What is taken back before it is shipped, what goes back in money, and what is sent instead of what came back."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.model.after_sales import compensation
from engine.model.papers import notification
from engine.model.trade import order_line, payment, product, stock
from engine.services import endings, existing
from engine.services.call import Call, WrongInput
from engine.web import left

TISSUES, MOP = "ZP-1001", "RY-4005"


@pytest.fixture
def order_no(perform):
    """A confirmed order of 100 boxes at 18.50 for a class A customer, paid."""
    quote = perform("orders.quote", level="A", lines=[{"sku": TISSUES, "qty": 100}])
    made = perform("orders.create", type="批发", customer_name="宏达", level="A", **quote)["order_no"]
    perform("orders.set_status", order_no=made, status="已确认")
    asked = perform(
        "payments.request",
        purpose="full",
        order_no=made,
        customer={"name": "宏达"},
        amount_due=quote["total"],
    )
    perform("payments.record", **asked, order_no=made, amount_received=quote["total"])
    return made


def kept(connection):
    """Pieces kept back in all."""
    return sum(connection.scalars(select(stock.c.reserved)))


def test_a_part_is_taken_back(perform, connection, order_no):
    """Thirty of a hundred boxes: thirty are free again, and their price goes back."""
    before = kept(connection)

    answer = perform("orders.withdraw", order_no=order_no, lines=[{"sku": TISSUES, "qty": 30}])

    assert (Decimal("555.00"), 30) == (answer["refund_due"], before - kept(connection))


def test_what_was_shipped_is_not_taken_back(perform, connection, order_no):
    """Ninety have left: of a hundred only ten can be taken back."""
    connection.execute(update(order_line).values(shipped=90))

    answer = perform("orders.withdraw", order_no=order_no, lines=[{"sku": TISSUES, "qty": 100}])

    assert Decimal("185.00") == answer["refund_due"]


def test_no_more_goes_back_than_was_paid(perform, connection, order_no):
    """Half was paid: half goes back, and afterwards nothing more."""
    connection.execute(update(payment).values(amount_received=Decimal(925)))
    asked = {"order_no": order_no, "lines": [{"sku": TISSUES, "qty": 100}]}
    first = perform("orders.withdraw", **asked)["refund_due"]
    perform("payments.refund", order_no=order_no, amount=first, method="原路退回")
    second = perform("orders.withdraw", **asked)["refund_due"]

    paid = connection.scalars(select(payment.c.amount_received).order_by(payment.c.no)).all()
    assert (Decimal(925), Decimal(0)) == (first, second)
    assert [Decimal(925), Decimal(-925)] == paid


def test_strange_lines_give_nothing_back(perform, order_no):
    """An article that was not ordered is worth nothing here."""
    answer = perform("orders.withdraw", order_no=order_no, lines=[{"sku": MOP, "qty": 5}])

    assert Decimal(0) == answer["refund_due"]


def test_a_refund_below_nothing_is_none(perform, connection, order_no):
    """Nothing is written for nothing, and a refund below nothing is refused."""
    perform("payments.refund", order_no=order_no, amount=0)

    with pytest.raises(WrongInput):
        perform("payments.refund", order_no=order_no, amount=-1)
    assert ["full"] == connection.scalars(select(payment.c.purpose)).all()


def test_the_models_begin_with_what_came_back(perform, connection):
    """The same article stands first and says so, also when it is no longer on offer; prices are the customer's."""
    connection.execute(update(product).where(product.c.sku == MOP).values(listed=False))

    models = perform("exchanges.models", level="A", lines=[{"sku": MOP, "qty": 1}])["models"]

    assert (MOP, True, True) == (
        models[0]["value"],
        models[0]["label"].startswith("同款："),
        models[0]["en"].startswith("Same article:"),
    )
    assert {Decimal("18.50")} == {row["unit_price"] for row in models if row["value"] == TISSUES}
    assert 1 == [row["value"] for row in models].count(MOP)


LINES = [{"sku": TISSUES, "name": "抽纸", "spec": "", "qty": 2, "unit_price": "18.50", "amount": "37.00"}]


@pytest.mark.parametrize(
    ("asked", "sent", "difference"),
    [
        ({"swap_kind": "return"}, [], "0.00"),
        ({"swap_kind": "exchange"}, [TISSUES], "0.00"),
        ({"swap_kind": "exchange", "sku": TISSUES, "qty": 9}, [TISSUES], "0.00"),
        ({"swap_kind": "exchange", "sku": MOP, "qty": 2}, [MOP], "59.00"),
    ],
)
def test_what_is_sent_instead(perform, asked, sent, difference):
    """A return sends nothing; the same article goes out as it was ordered; another costs its price."""
    answer = perform("exchanges.price", ticket_no="TK1", level="A", lines=LINES, **asked)

    assert (sent, Decimal(difference)) == ([row["sku"] for row in answer["send_lines"]], answer["difference"])


def test_a_difference_stands_on_the_ledger(perform, connection):
    """What the customer owes is below nothing on the ledger of what they got; finance is told once."""
    perform("exchanges.price", ticket_no="TK1", level="A", swap_kind="exchange", lines=LINES, sku=MOP, qty=2)

    row = connection.execute(select(compensation)).one()
    assert ("TK1", "difference", Decimal("-59.00"), "agreed") == (
        row.ticket_no,
        row.kind,
        row.amount,
        row.state,
    )
    assert ["exchange_charge"] == connection.scalars(select(notification.c.event)).all()


@pytest.mark.parametrize("asked", [{"sku": "no", "qty": 1}, {"sku": MOP, "qty": 0}, {"sku": MOP}])
def test_what_cannot_be_sent_is_refused(perform, asked):
    """An article that is not there, and no piece of one that is."""
    with pytest.raises(WrongInput):
        perform("exchanges.price", ticket_no="TK1", swap_kind="exchange", lines=LINES, **asked)


@pytest.mark.parametrize(
    ("kind", "value", "is_missing"),
    [
        ("order", "SO2026-999999", True),
        ("product", TISSUES, False),
        ("product", f" {TISSUES} ", False),
        ("product", "no", True),
        ("ticket", "TK0", True),
        ("order", "", False),
        ("order", None, False),
        ("nothing we keep", "x", False),
    ],
)
def test_a_number_that_a_form_names_must_be_one(connection, kind, value, is_missing):
    """What is not there is told in both languages with the number; nothing given is nothing to tell."""
    told = existing.missing(connection, kind, value)

    assert is_missing == (told is not None)
    assert told is None or (str(value) in told.zh and str(value) in told.en)


def test_two_orders_of_one_instance_are_both_given_back(perform, connection, order_no, now):
    """Each paid order of a cancelled instance is cancelled, and finance hears of each."""
    quote = perform("orders.quote", level="A", lines=[{"sku": MOP, "qty": 1}])
    second = perform("orders.create", type="定制", customer_name="宏达", level="A", **quote)["order_no"]
    asked = perform(
        "payments.request",
        purpose="full",
        order_no=second,
        customer={"name": "宏达"},
        amount_due=quote["total"],
    )
    perform("payments.record", **asked, order_no=second, amount_received=quote["total"])

    told = endings.settle(Call(connection, {"reason": "停业"}, {}, "ended-7", now, 7))

    assert {("order", order_no, "cancelled"), ("order", second, "cancelled")} <= set(told)
    notices = connection.execute(select(notification).where(notification.c.event == "refund_due")).all()
    assert [True, True] == [any(no in row.text_zh for row in notices) for no in (order_no, second)]


def test_everything_left_behind_has_its_sentence():
    """Whatever a handler of endings tells, the page of the instance can say."""
    tree = ast.parse(Path(endings.__file__).read_text(encoding="utf-8"))
    told = {
        (node.value.elts[0].value, node.value.elts[2].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple)
        if all(isinstance(node.value.elts[n], ast.Constant) for n in (0, 2))
    }

    assert len(told) > 10
    assert told <= set(left._sentences("x"))
