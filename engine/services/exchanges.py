"""Exchanges: what can be had instead, what is sent for what comes back, and who owes whom the difference."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select, update

from engine.model.after_sales import compensation
from engine.model.trade import product
from engine.money import yuan
from engine.services.call import Call, Row, Values, WrongInput, decimal_of, rows
from engine.services.compensations import enter
from engine.services.notices import queue
from engine.services.products import class_prices, list_products

_CENT = Decimal("0.01")


def models(call: Call) -> Values:
    """What can be sent: the affected articles first, then all on offer, priced for the customer's class (F06.08)."""
    affected = [line.text("sku") for line in rows(call.get("lines"), "lines")]
    offered = {row["sku"]: row for row in list_products(call)["products"]}
    known = {sku: offered.get(sku) or _offer(call, sku) for sku in affected}
    first = [_option(row, "同款：", "Same article: ") for row in known.values() if row is not None]
    rest = [_option(row) for sku, row in offered.items() if sku not in known]
    return {"models": [*first, *rest]}


def price(call: Call) -> Values:
    """What is sent instead, and the difference in yuan: above nothing the customer pays it (F06.08, F31.10).

    The same article again is sent as it was ordered, whatever it costs today. A difference is noted on the ledger of
    the ticket, seen from the customer, and finance is told. A return sends nothing and differs in nothing.
    """
    lines = rows(call.get("lines"), "lines")
    model = _named(lines)
    if call.text("swap_kind") != "exchange":
        return {"send_lines": [], "difference": Decimal("0.00"), "model": model}
    sku = call.text("sku")
    if not sku or sku in {line.text("sku") for line in lines}:
        return {"send_lines": [line.values for line in lines], "difference": Decimal("0.00"), "model": model}
    sent = _sent(call, sku)
    difference = sent["amount"] - sum((_paid(line) for line in lines), Decimal(0))
    if difference:
        _note(call, difference)
    return {"send_lines": [sent], "difference": difference, "model": f"{sent['name']} {sent['spec']}".strip()}


def settle(call: Call) -> Values:
    """Write how the agreed difference was settled: received from the customer, paid back to them, or waived."""
    if call.text("result") not in ("received", "paid", "waived"):
        raise WrongInput("result", "received、paid 或 waived", "received, paid or waived")
    agreed = (
        compensation.c.ticket_no == call.text("ticket_no"),
        compensation.c.kind == "difference",
        compensation.c.state == "agreed",
    )
    settled = {"state": call.text("result"), "method": call.text("method"), "at": call.now}
    call.connection.execute(update(compensation).where(*agreed).values(**settled))
    return {}


def _offer(call: Call, sku: str) -> Values | None:
    """An article that is no longer on the list can still be sent again."""
    row = call.connection.execute(select(product).where(product.c.sku == sku)).one_or_none()
    if row is None:
        return None
    prices = class_prices(call.connection, call.text("level"), [sku], call.today)
    names = {name: getattr(row, name) for name in ("sku", "name", "spec", "unit")}
    article = f"{row.name} {row.spec}"
    labels = {"label": f"{article}（{row.unit}）", "en": f"{article} ({row.unit})"}
    return {"value": sku, **labels, **names, "unit_price": prices.get(sku, row.price)}


def _option(row: Values, same: str = "", same_en: str = "") -> Values:
    price_text = yuan(row["unit_price"])
    label, english = f"{same}{row['label']} {price_text}", f"{same_en}{row['en']} {price_text}"
    return {**row, "label": label, "en": english}


def _sent(call: Call, sku: str) -> Values:
    qty = Row(call.variables).count("qty")
    offer = _offer(call, sku)
    if offer is None or qty < 1:
        raise WrongInput("sku", "目录内的货号和件数", "an article of the catalogue, and how many")
    amount = (offer["unit_price"] * qty).quantize(_CENT, ROUND_HALF_UP)
    kept = {name: offer[name] for name in ("sku", "name", "spec", "unit", "unit_price")}
    return {**kept, "qty": qty, "amount": amount}


def _paid(line: Row) -> Decimal:
    return decimal_of(line.values.get("amount") or 0, "amount")


def _note(call: Call, difference: Decimal) -> None:
    """Enter the difference on the ledger as what the customer gets, and tell finance which way it goes."""
    enter(call, "difference", -difference, "agreed")
    event = "exchange_charge" if difference > 0 else "exchange_refund"
    facts: dict[str, Any] = {name: call.text(name) for name in ("ticket_no", "order_no")}
    queue(call, event, [{"role": "finance"}], {**facts, "amount": abs(difference)})


def _named(lines: Sequence[Row]) -> str:
    return f"{lines[0].text('name')} {lines[0].text('spec')}".strip() if lines else ""
