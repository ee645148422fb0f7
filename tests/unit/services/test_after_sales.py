"""After-sales: evidence of missing goods, allowances to the cent, stock put right both ways, tickets to their end."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.model.after_sales import compensation
from engine.model.papers import ticket
from engine.model.trade import order, stock, stock_move
from engine.services import slips
from engine.services.call import ServiceError, WrongInput

TISSUES, GLOVES = "ZP-1001", "RY-4003"  #: 4.6 kg and 0.11 kg a piece
LINE = {"sku": TISSUES, "name": "抽纸", "qty": 2, "ordered": 10, "unit_price": Decimal("18.50")}


@pytest.fixture
def delivered(perform):
    """The number of a delivered order of ten boxes of tissues."""
    quoted = perform("orders.quote", level="A", lines=[{"sku": TISSUES, "qty": 10}])
    header = {"type": "批发", "customer_name": "宏达超市有限公司", "customer_id": 1, "level": "A"}
    number = perform("orders.create", **header, **quoted)["order_no"]
    perform("orders.set_status", order_no=number, status="已交付")
    return number


@pytest.fixture
def opened(perform, delivered):
    """A damage ticket about two of the boxes."""
    lines = [{"sku": TISSUES, "qty": 2}]
    return perform("tickets.register", kind="破损", order_no=delivered, lines=lines)["ticket"]


def found(perform, **said):
    """What the evidence says about two boxes missing from a parcel of 46 kg."""
    usual = {"lines": [LINE], "all_printed": True, "expected": 46, "actual": 46, "tolerance": Decimal("0.2")}
    return perform("inventory.evidence", **{**usual, **said})["evidence"]


def lying(connection, sku):
    """Pieces of an article in the company's places: on the books, kept back."""
    query = select(stock).where(stock.c.sku == sku, stock.c.location.in_(("CK1", "TH1")))
    return {row.location: (row.qty, row.reserved) for row in connection.execute(query)}


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        ({}, "refuted"),
        ({"all_printed": False}, "confirmed"),
        ({"actual": Decimal("36.8")}, "confirmed"),
        ({"actual": Decimal("41.4")}, "confirmed"),
        ({"actual": Decimal("41.41")}, "refuted"),
        ({"lines": [{"sku": GLOVES, "qty": 1}]}, "unprovable"),
        ({"lines": [{"sku": GLOVES, "qty": 1, "counted": 36}]}, "confirmed"),
        ({"lines": [{"sku": GLOVES, "qty": 1, "counted": 35}]}, "unprovable"),
    ],
)
def test_evidence(perform, said, evidence):
    """Stub, weight and count confirm or refute; what the scale cannot tell is unprovable."""
    assert evidence == found(perform, **said)


@pytest.mark.parametrize("said", [{"actual": 0}, {"expected": 0}, {"actual": -1}])
def test_a_weight_is_more_than_nothing(perform, said):
    """A parcel that weighs nothing is a mistake, not evidence."""
    with pytest.raises(WrongInput):
        found(perform, **said)


@pytest.mark.parametrize(
    ("price", "qty", "percent", "amount"),
    [("120", 1, 10, "12.00"), ("18.50", 3, 10, "5.55"), ("0.05", 1, 10, "0.01"), ("120", 1, 15, "18.00")],
)
def test_allowance(connection, perform, price, qty, percent, amount):
    """The percentage of the paid price of the affected pieces, half a cent up, once in the ledger."""
    lines = [{"sku": TISSUES, "qty": qty, "unit_price": Decimal(price)}]
    asked = {"ticket_no": "TK1", "lines": lines, "percent": percent}

    first = perform("compensations.allow", key="job-1", **asked)
    again = perform("compensations.allow", key="job-1", **asked)
    perform("compensations.pay", ticket_no="TK1", kind="allowance", amount=first["amount"], method="原路退回")

    assert first == again == {"amount": Decimal(amount)}
    (row,) = connection.execute(select(compensation)).all()
    assert (Decimal(amount), "paid", "原路退回") == (row.amount, row.state, row.method)


def test_a_refund_instead_of_an_allowance_settles_it(connection, perform):
    """The supervisor does not sign an allowance and less is paid back: the ledger has that payment, and nothing open."""
    allowed = {"ticket_no": "TK1", "lines": [{**LINE, "qty": 200}], "percent": 10}
    perform("compensations.allow", **allowed)

    perform("compensations.pay", ticket_no="TK1", kind="refund", amount=Decimal(300), method="对公账户")

    (row,) = connection.execute(select(compensation)).all()
    assert ("refund", Decimal(300), "paid", "对公账户") == (row.kind, row.amount, row.state, row.method)


def test_nobody_pays_to_be_compensated(perform):
    """A refund below nothing is refused."""
    with pytest.raises(WrongInput):
        perform("compensations.pay", ticket_no="TK1", kind="refund", amount=-1)


def test_stock_is_put_right_both_ways(connection, perform):
    """What never left comes back on the books, what left instead goes off, what returned comes in or is blocked."""
    asked = {"not_sent": [{"sku": TISSUES, "qty": 2}], "sent_instead": [{"sku": GLOVES, "qty": 2}]}
    perform("inventory.adjust", ticket_no="TK1", **asked, returned=[])
    perform("inventory.adjust", ticket_no="TK1", returned=[{"sku": GLOVES, "qty": 2}], sound=False)

    assert {"CK1": (1202, 0)} == lying(connection, TISSUES)
    assert {"CK1": (33, 0), "TH1": (2, 2)} == lying(connection, GLOVES)
    assert ["adjust", "adjust", "return"] == list(
        connection.scalars(select(stock_move.c.kind).order_by(stock_move.c.id))
    )


def test_no_more_leaves_the_books_than_is_there(connection, perform):
    """A correction stops at nothing."""
    perform("inventory.adjust", ticket_no="TK1", sent_instead=[{"sku": GLOVES, "qty": 99}])

    assert {"CK1": (0, 0)} == lying(connection, GLOVES)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "错货", "order_no": "SO2026-999999"},
        {"kind": "错货"},
        {"kind": "投诉", "order_no": "SO2026-999999"},
    ],
)
def test_a_ticket_needs_an_order_that_exists(connection, perform, said):
    """No ticket about an order that does not exist, nor without one where there must be one."""
    with pytest.raises(ServiceError) as refused:
        perform("tickets.register", **said)

    assert "unknown_order" == refused.value.code
    assert [] == connection.execute(select(ticket)).all()


def test_an_article_must_be_on_the_order(perform, delivered):
    """What was never ordered cannot be missing."""
    with pytest.raises(ServiceError):
        perform("tickets.register", kind="少货", order_no=delivered, lines=[{"sku": GLOVES, "qty": 1}])


def test_a_case_knows_its_order(perform, opened):
    """The paid price, the affected pieces, the customer and the weight of the whole order."""
    facts = perform("tickets.load", ticket=opened)["facts"]

    (line,) = facts["lines"]
    assert (10, 2, Decimal("18.50")) == (line["ordered"], line["qty"], line["unit_price"])
    assert ("宏达超市有限公司", Decimal(46)) == (facts["customer"]["name"], facts["expected_weight"])


def test_a_case_about_a_batch_knows_what_the_batch_weighs(perform, delivered):
    """Three of the ten boxes went in batch 2: its parcel weighs 13.8 kg, not the 46 kg of the order."""
    sent = {"order_no": delivered, "batch_no": 2, "outbound_no": "CK1"}
    where = {
        "customer_name": "宏达超市有限公司",
        "recipient": "马海涛",
        "phone": "13800010001",
        "address": "杭州",
    }
    perform("shipments.create", **sent, **where, freight="到付", lines=[{**LINE, "qty": 3}])
    asked = {"kind": "少货", "order_no": delivered, "customer_name": "宏达超市有限公司"}

    about = perform("tickets.open", **asked, batch_no=2, lines=[{"sku": TISSUES, "qty": 3}])["ticket"]

    assert Decimal("13.8") == perform("tickets.load", ticket=about)["facts"]["expected_weight"]


def test_pieces_of_an_article_on_two_lines_are_counted_once(perform):
    """An article ordered on two lines, six pieces reported: four of the first line and two of the second."""
    asked = {"type": "批发", "customer_name": "宏达超市有限公司", "customer_id": 1, "level": "A"}
    lines = [
        {**LINE, "qty": qty, "unit": "箱", "spec": "", "amount": Decimal("18.50") * qty} for qty in (4, 5)
    ]
    number = perform("orders.create", **asked, lines=lines, total=Decimal("166.50"))["order_no"]

    opened = perform("tickets.register", kind="破损", order_no=number, lines=[{"sku": TISSUES, "qty": 6}])
    facts = perform("tickets.load", **opened)["facts"]

    assert [4, 2] == [line["qty"] for line in facts["lines"]]


def test_nobody_is_compensated_for_more_than_was_bought(perform, opened):
    """Twelve of ten pieces count as ten; pieces that are well do not count."""
    asked = [{**LINE, "qty": 12}, {**LINE, "sku": GLOVES, "qty": 0}]

    measured = perform("tickets.measure", ticket_no=opened["no"], lines=asked)

    assert ([10], Decimal("185.00")) == ([line["qty"] for line in measured["lines"]], measured["value"])
    assert (Decimal(46), Decimal(420)) == (measured["weight"], measured["volume"])


def test_a_ticket_about_goods_names_pieces(perform, opened):
    """Damage of no piece is a mistake; a question may be about none."""
    with pytest.raises(ServiceError) as refused:
        perform("tickets.measure", ticket_no=opened["no"], kind="破损", lines=[{**LINE, "qty": 0}])
    asked = perform("tickets.measure", ticket_no=opened["no"], kind="咨询", lines=[])

    assert ("nothing_affected", Decimal(0)) == (refused.value.code, asked["value"])


def test_a_ticket_from_its_first_answer_to_its_end(connection, perform, delivered, opened):
    """登记 → 处理中 → 跟踪中 → 交易确认; the order is in after-sales, and completed with its last ticket."""
    other = perform("tickets.register", kind="少货", order_no=delivered)["ticket"]
    steps = [_standing(connection, opened["no"])]
    perform("tickets.load", ticket=opened)
    perform("tickets.measure", ticket_no=opened["no"], lines=[])
    steps.append(_standing(connection, opened["no"]))
    record = perform("tickets.record", ticket_no=opened["no"], order_no=delivered, resolution="折让")[
        "registration"
    ]
    steps.append(_standing(connection, opened["no"]))
    perform("tickets.close", ticket_no=opened["no"])
    steps.append(_standing(connection, opened["no"]))
    perform("tickets.close", ticket_no=other["no"])

    after = "售后中"
    assert [("登记", "已交付"), ("处理中", after), ("跟踪中", after), ("交易确认", after)] == steps
    assert ("交易确认", "已完成") == _standing(connection, other["no"])
    assert "DJ2026-000001" == record["number"]


def test_a_complete_order_is_in_after_sales_while_its_ticket_is_open(connection, perform, delivered):
    """Reported after the order was complete: in after-sales until the ticket is confirmed; a question changes nothing."""
    perform("orders.set_status", order_no=delivered, status="已完成")
    asked = perform("tickets.register", kind="咨询", order_no=delivered)["ticket"]
    perform("tickets.load", ticket=asked)
    question = _standing(connection, asked["no"])
    perform("tickets.close", ticket_no=asked["no"])
    late = perform("tickets.register", kind="质量", order_no=delivered)["ticket"]
    perform("tickets.load", ticket=late)
    served = _standing(connection, late["no"])
    perform("tickets.close", ticket_no=late["no"])

    assert ["已完成", "售后中", "已完成"] == [question[1], served[1], _standing(connection, late["no"])[1]]


def test_an_order_does_not_end_while_a_ticket_is_open(connection, perform, opened, delivered):
    """The last batch was followed up, but somebody works on a ticket: in after-sales, complete with the ticket."""
    perform("orders.set_status", order_no=delivered, status="已完成")
    meanwhile = _standing(connection, opened["no"])
    perform("tickets.close", ticket_no=opened["no"])

    assert (("登记", "售后中"), ("交易确认", "已完成")) == (meanwhile, _standing(connection, opened["no"]))


def test_an_order_whose_ticket_was_confirmed_meanwhile_is_complete(connection, perform, opened, delivered):
    """The ticket of an early batch was confirmed before the last batch came: nothing is left in after-sales."""
    perform("tickets.close", ticket_no=opened["no"])
    perform("orders.set_status", order_no=delivered, status="售后中")

    assert ("交易确认", "已完成") == _standing(connection, opened["no"])


def test_the_record_is_printed(connection, perform, delivered, opened):
    """The slip 售后登记 names customer, model, degree of damage, outcome and who pays the freight."""
    asked = {"ticket_no": opened["no"], "order_no": delivered, "resolution": "退货退款", "model": "抽纸"}
    told = {"damage_level": "severe", "freight_payer": "company", "freight": 15, "amount": Decimal("37.00")}
    paper = perform("tickets.record", **asked, **told, lines=[{**LINE, "amount": Decimal("37.00")}])[
        "registration"
    ]

    text = slips.page(connection, paper["id"])

    wanted = ("售后登记", "DJ2026-000001", "宏达超市有限公司", "抽纸", "严重", "退货退款", "37.00", "公司")
    assert [] == [each for each in wanted if each not in text]


def _standing(connection, number):
    """How a ticket and its order stand."""
    query = select(ticket.c.state, order.c.status).join(order, order.c.no == ticket.c.order_no)
    return tuple(connection.execute(query.where(ticket.c.no == number)).one())
