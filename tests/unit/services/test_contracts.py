"""What is settled before goods are made: contracts and deposits, prices in doubt, the memo of what was asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from engine.model.production import contract, memo, price_doubt
from engine.model.trade import customer
from engine.services.call import ServiceError, WrongInput

ROLLS = {"sku": "ZD-6002", "qty": 500}


def who(connection, name):
    """The id of a customer of the demo company."""
    return connection.scalars(select(customer.c.id).where(customer.c.name == name)).one()


def rows(connection, table):
    """What stands in a table."""
    return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def test_a_contract_says_the_deposit(perform, connection):
    """30 % of 10,000 yuan for class C, nothing for a class A customer on credit; nobody without one has credit."""
    low = perform("contracts.read", customer_id=who(connection, "绿源净水工程队"), total=Decimal("10000.00"))
    high = perform("contracts.read", customer_id=who(connection, "悦家生活用品连锁"), total=10000)
    none = perform("contracts.read", customer_id=None, total=10000)

    assert ("deposit_balance", Decimal("0.3"), Decimal("3000.00"), True) == tuple(
        low["contract"][name] for name in ("payment_terms", "deposit_rate", "deposit_due", "in_force")
    )
    assert ("credit", 0, Decimal("0.00")) == tuple(
        high["contract"][name] for name in ("payment_terms", "deposit_rate", "deposit_due")
    )
    assert ("prepaid", Decimal("0.00"), False) == tuple(
        none["contract"][name] for name in ("payment_terms", "deposit_due", "in_force")
    )


def test_an_expired_contract_is_none(perform, connection):
    """The day after its last a contract holds no more; the newest of several counts."""
    customer_id = who(connection, "李建国")
    for number, since, until, terms in (
        ("HT-1", date(2025, 1, 1), None, "prepaid"),
        ("HT-2", date(2026, 1, 1), date(2026, 3, 1), "credit"),
    ):
        dates = {"valid_from": since, "valid_to": until}
        connection.execute(
            insert(contract).values(no=number, customer_id=customer_id, payment_terms=terms, **dates)
        )
    last = perform("contracts.read", customer_id=customer_id, now=datetime(2026, 3, 1, 15, 59, tzinfo=UTC))
    next_day = perform("contracts.read", customer_id=customer_id, now=datetime(2026, 3, 1, 16, tzinfo=UTC))

    assert ("HT-2", "HT-1") == (last["contract"]["no"], next_day["contract"]["no"])


def test_a_price_that_is_asked_for_is_compared(perform, ordered, connection):
    """9.50 asked, 10.00 by the rule: it differs; beside it stands what the customer paid last. Class A pays its rule."""
    asked = perform(
        "prices.compare",
        customer_id=who(connection, "启明幼儿园"),
        level="B",
        lines=[{**ROLLS, "asked_price": "9.50", "spec": "幅宽 90 毫米"}],
    )
    rule = perform("prices.compare", level="A", lines=[ROLLS])
    stocked = perform("prices.compare", level="A", lines=[ROLLS, {"sku": "ZP-1001", "qty": 1}])

    (line,) = asked["lines"]
    assert (
        Decimal("9.50"),
        Decimal("10.00"),
        Decimal("10.00"),
        Decimal("10.00"),
        date(2026, 3, 2),
        True,
    ) == tuple(
        line[name] for name in ("unit_price", "list_price", "rule_price", "last_price", "last_on", "differs")
    )
    assert (Decimal("4750.00"), 1, True, "幅宽 90 毫米") == (
        asked["total"],
        asked["differing"],
        asked["customisable"],
        line["spec"],
    )
    assert (Decimal("4500.00"), 0, None) == (rule["total"], rule["differing"], rule["lines"][0]["last_price"])
    assert stocked["customisable"] is False
    with pytest.raises(ServiceError) as refused:
        perform("prices.compare", lines=[{"sku": "no", "qty": 1}])
    assert "unknown_product" == refused.value.code


def test_an_order_nobody_confirmed_is_no_past_deal(perform, ordered, connection):
    """What was asked for in an order that is still to be confirmed, or was cancelled, is no price the customer paid."""
    buyer, later = who(connection, "启明幼儿园"), datetime(2026, 3, 5, 2, tzinfo=UTC)
    for status in ("", "已取消"):
        lines = perform("prices.compare", level="B", lines=[{**ROLLS, "asked_price": "9.50"}])["lines"]
        asked = {"type": "定制", "customer_id": buyer, "customer_name": "启明幼儿园", "total": 4750}
        number = perform("orders.create", **asked, lines=lines, now=later)["order_no"]
        if status:
            perform("orders.set_status", order_no=number, status=status)

    (line,) = perform("prices.compare", customer_id=buyer, level="B", lines=[ROLLS])["lines"]
    assert Decimal("10.00") == line["last_price"]


def test_a_doubt_keeps_what_was_settled_and_by_whom(perform, connection, ordered):
    """Old, asked and settled price stand side by side with those who decided."""
    lines = perform("prices.compare", level="B", lines=[{**ROLLS, "asked_price": Decimal("9.50")}])["lines"]
    doubt = perform("price_doubts.open", order_no=ordered, lines=lines, reason="低于执行价")["doubt"]
    deciders = [{"role": "sales", "name": "吴销售", "note": "老客户"}]
    settled = [{"sku": "ZD-6002", "unit_price": Decimal("9.80")}]
    perform("price_doubts.settle", doubt_no=doubt["no"], lines=settled, decided_by=deciders)

    (row,) = rows(connection, price_doubt)
    assert ("JY2026-000001", "低于执行价", deciders) == (row.no, row.reason, row.decided_by)
    assert [(Decimal("10.00"), Decimal("9.50"), Decimal("9.80"))] == [
        (line["old"], line["new"], line["settled"]) for line in row.lines
    ]
    with pytest.raises(WrongInput):
        perform("price_doubts.settle", doubt_no="JY2026-000099")


def test_a_memo_is_complete_when_every_item_is_ticked(perform, connection):
    """A further version of the memo keeps its number; one tick missing is not complete."""
    facts = {"customer_name": "启明幼儿园", "source": "phone", "lines": [ROLLS]}
    first = perform("memos.write", **facts, ticks={"spec_ok": True, "packing_ok": False})["memo"]
    second = perform(
        "memos.write",
        **facts,
        ticks={"spec_ok": True, "packing_ok": True},
        memo=first,
        eta="2026-03-02T15:00",
    )["memo"]

    assert [(1, False), (2, True)] == [(row.version, row.complete) for row in rows(connection, memo)]
    assert first["no"] == second["no"]
    assert datetime(2026, 3, 2, 7, tzinfo=UTC) == second["eta"]
    with pytest.raises(WrongInput):
        perform("memos.write", **facts, ticks={}, eta="soon")
