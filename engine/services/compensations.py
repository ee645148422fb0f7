"""The ledger of compensations: allowances, gifts and money given back, each agreed once and settled once."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import insert, update

from engine.model.after_sales import compensation
from engine.services.call import Call, Values, WrongInput, count_of, decimal_of, money_of, rows
from engine.services.corrections import move
from engine.services.numbers import next_number

_CENT = Decimal("0.01")


def allow(call: Call) -> Values:
    """The allowance on the paid price of the affected pieces, in yuan, rounded half up to cents (F31.14, G43)."""
    percent = decimal_of(call.get("percent"), "percent")
    paid = sum(
        (
            decimal_of(line.values.get("unit_price") or 0, "unit_price") * line.count("qty")
            for line in rows(call.get("lines"), "lines")
        ),
        Decimal(0),
    )
    amount = (paid * percent / 100).quantize(_CENT, ROUND_HALF_UP)
    enter(call, "allowance", amount, "agreed")
    return {"amount": amount}


def gift(call: Call) -> Values:
    """Leave wrongly sent goods of this value with the customer and take them off the books (F31.10, G42).

    Goods in no catalogue are on no books: only their value is entered. Without a value it is that of the list.
    """
    listed = Decimal(0)
    for line in rows(call.get("goods"), "goods"):
        move(call, line.text("sku"), -line.count("qty"), "gift")
        listed += decimal_of(line.values.get("unit_price") or 0, "unit_price") * line.count("qty")
    said = call.get("value")
    enter(call, "gift", money_of(listed if said is None else said, "value"), "given")
    return {}


def pay(call: Call) -> Values:
    """Write that finance gave the money back; what was agreed before is settled by it, also as a refund instead.

    The difference of an exchange is settled by itself. Raises WrongInput below nothing.
    """
    kind, amount = call.text("kind") or "refund", money_of(call.get("amount"), "amount")
    if amount < 0:
        raise WrongInput("amount", "不小于零的金额", "an amount that is not below nothing")
    paid = {
        "kind": kind,
        "amount": amount,
        "method": call.text("method"),
        "state": "paid",
        "at": call.now,
        **_freight(call),
    }
    agreed = (compensation.c.ticket_no == call.text("ticket_no")) & (compensation.c.kind != "difference")
    settled = call.connection.execute(
        update(compensation).where(agreed, compensation.c.state == "agreed").values(**paid)
    )
    if not settled.rowcount:
        enter(call, kind, amount, "paid")
    return {}


def enter(call: Call, kind: str, amount: Decimal, state: str) -> None:
    """Add a row about the ticket, order and customer among the inputs."""
    call.connection.execute(
        insert(compensation).values(
            no=next_number(call.connection, "BC", call.now),
            ticket_no=call.text("ticket_no"),
            order_no=call.text("order_no"),
            customer_id=count_of(call.get("customer_id"), "customer_id") or None,
            kind=kind,
            amount=amount,
            method=call.text("method"),
            state=state,
            at=call.now,
            **_freight(call),
        )
    )


def _freight(call: Call) -> Values:
    return {
        "freight_payer": call.text("freight_payer"),
        "freight": money_of(call.get("freight_cost") or 0, "freight_cost"),
    }
