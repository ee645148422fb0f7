"""Prices compared with the rules and with past deals, and what is in doubt until people have settled it (F14.07)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine.errors import Message
from engine.model.production import price_doubt
from engine.model.trade import order, order_line, product
from engine.services.call import Call, ServiceError, Values, WrongInput, count_of, money_of, rows
from engine.services.call import Row as Line
from engine.services.numbers import next_number
from engine.services.products import class_prices
from engine.services.progress import CANCELLED, PENDING

_CENT = Decimal("0.01")


def compare(call: Call) -> Values:
    """Set the price of each line beside the list, the rule of the class (价格执行方案) and the customer's last deal.

    A line costs what was asked for (`asked_price`), else what the rule says, else the list; it differs when that is
    not the rule's price, or the list's where there is no rule. Error unknown_product.
    """
    asked = rows(call.get("lines"), "lines")
    skus = [line.text("sku") for line in asked]
    known = _known(call.connection, skus)
    rules = class_prices(call.connection, call.text("level"), skus, call.today)
    past = _past(call.connection, count_of(call.get("customer_id"), "customer_id"), skus)
    compared = [
        _compared(line.values, known[line.text("sku")], rules, past.get(line.text("sku"))) for line in asked
    ]
    return {
        "lines": compared,
        "total": sum((line["amount"] for line in compared), Decimal("0.00")),
        "differing": sum(line["differs"] for line in compared),
        "customisable": bool(compared) and all(known[sku].customisable for sku in skus),
    }


def open_doubt(call: Call) -> Values:
    """Write down the prices in doubt: what the rules say and what stands on the order."""
    doubted = [
        {
            **{name: line.text(name) for name in ("sku", "name", "spec")},
            "old": money_of(
                line.values.get("rule_price") or line.values.get("list_price") or 0, "rule_price"
            ),
            "new": money_of(line.values.get("unit_price") or 0, "unit_price"),
        }
        for line in rows(call.get("lines"), "lines")
        if line.values.get("differs") is not False
    ]
    number = next_number(call.connection, "JY", call.now)
    facts = {"lines": doubted, "reason": call.text("reason"), "order_no": call.text("order_no")}
    customer_id = count_of(call.get("customer_id"), "customer_id") or None
    call.connection.execute(
        insert(price_doubt).values(
            no=number, instance_id=call.instance_id, customer_id=customer_id, opened_at=call.now, **facts
        )
    )
    return {"doubt": {"no": number, "lines": doubted, "reason": facts["reason"]}}


def settle(call: Call) -> Values:
    """Close a doubt with the prices and specs that people agreed on, and who they were (G32)."""
    number = call.text("doubt_no")
    row = call.connection.execute(select(price_doubt).where(price_doubt.c.no == number)).one_or_none()
    if row is None:
        raise WrongInput("doubt_no", "已有的价格疑问编号", "the number of a price doubt")
    agreed = {line.text("sku"): line for line in rows(call.get("lines"), "lines")}
    settled = [_settled(line, agreed.get(line["sku"])) for line in row.lines]
    who = [dict(each.values) for each in rows(call.get("decided_by"), "decided_by")]
    facts = {"lines": settled, "decided_by": who, "decision": call.text("reason"), "decided_at": call.now}
    call.connection.execute(update(price_doubt).where(price_doubt.c.no == number).values(**facts))
    return {}


def _settled(line: Mapping[str, Any], agreed: Line | None) -> Values:
    """A doubted line with what was agreed; what nobody spoke of stays as it was asked for."""
    price = None if agreed is None else agreed.values.get("unit_price")
    settled = line["new"] if price is None else money_of(price, "unit_price")
    return {**line, "settled": settled, "spec": (agreed.text("spec") if agreed else "") or line["spec"]}


def _compared(
    line: Mapping[str, Any], goods: Row[Any], rules: Mapping[str, Decimal], past: tuple[Decimal, date] | None
) -> Values:
    rule = rules.get(goods.sku)
    expected = goods.price if rule is None else rule
    asked = line.get("asked_price")
    price = expected if asked in (None, "") else money_of(asked, "asked_price")
    named = {name: getattr(goods, name) for name in ("name", "unit")}
    last_price, last_on = past or (None, None)
    qty = count_of(line.get("qty"), "qty")
    return {
        **line,
        **named,
        "spec": line.get("spec") or goods.spec,
        "qty": qty,
        "unit_price": price,
        "amount": (price * qty).quantize(_CENT, ROUND_HALF_UP),
        "list_price": goods.price,
        "rule_price": expected,
        "last_price": last_price,
        "last_on": last_on,
        "differs": price != expected,
    }


def _known(connection: Connection, skus: Collection[str]) -> dict[str, Row[Any]]:
    found = {row.sku: row for row in connection.execute(select(product).where(product.c.sku.in_(skus)))}
    unknown = [sku for sku in skus if sku not in found]
    if unknown:
        message = Message(
            zh=f"没有这些商品：{'、'.join(unknown[:5])}。请核对货号。",
            en=f"There is no product {', '.join(unknown[:5])}. Check the article numbers.",
        )
        raise ServiceError("unknown_product", message)
    return found


def _past(connection: Connection, customer_id: int, skus: Collection[str]) -> dict[str, tuple[Decimal, date]]:
    """At what price the customer last took an article, and when that order came; one not confirmed yet is no deal."""
    if not customer_id:
        return {}
    deals = (
        select(order_line.c.sku, order_line.c.unit_price, order.c.received_at)
        .join(order, order.c.no == order_line.c.order_no)
        .where(
            order.c.customer_id == customer_id,
            order_line.c.sku.in_(skus),
            order.c.status.not_in([PENDING, CANCELLED]),
        )
        .order_by(order.c.received_at)
    )
    return {row.sku: (row.unit_price, row.received_at.date()) for row in connection.execute(deals)}
