"""Money: asked for, reminded of, received and invoiced (F01.09)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

from engine.model.trade import invoice, payment
from engine.model.upsert import upsert
from engine.services.call import Call, Values, WrongInput, date_of, mapping_of, money_of, rows
from engine.services.contracts import check_deposit
from engine.services.documents import issue_paper
from engine.services.notices import queue
from engine.services.numbers import next_number
from engine.services.orders import advance, find


def request(call: Call) -> Values:
    """Ask the customer for a payment, or remind them of one. Error deposit_too_large for one above the order's total."""
    if call.text("purpose") == "deposit":
        _check_deposit(call)
    reminder = call.get("reminder") is True
    requested = _requested(call, reminder=reminder)
    if call.text("purpose") == "full" and not reminder:
        advance(call, call.text("order_no"), "待支付")
    about = "deposit" if call.text("purpose") == "deposit" else "payment"
    _tell(call, f"{about}_reminder" if reminder else f"{about}_requested", {})
    return {"payment": requested}


def balance_notice(call: Call) -> Values:
    """Issue the balance notice (余款催收通知书) and ask the customer for the balance with it."""
    requested = _requested(call, purpose="balance")
    customer = mapping_of(call.get("customer"), "customer")
    payload = {
        "name": customer.get("name"),
        "order_no": call.text("order_no"),
        "finished_qty": call.get("finished_qty"),
        "amount_due": requested["amount_due"],
        "payment_no": requested["no"],
        "date": call.today,
    }
    paper = issue_paper(call, "balance_notice", payload)
    _tell(call, "balance_notice", {"number": paper["number"]}, paper)
    return {"balance_notice": paper, "payment": requested}


def record(call: Call) -> Values:
    """Write that the money arrived, and the invoice where one was issued; a settlement may come without a request."""
    asked = mapping_of(call.get("payment"), "payment") or _requested(call)
    number = str(asked.get("no") or "")
    amount = money_of(call.get("amount_received") or 0, "amount_received")
    day = date_of(call.get("received_on"), "received_on") or call.today
    received = {"amount_received": amount, "received_on": day}
    values = {"state": "paid", "account": call.text("account"), **received}
    if call.connection.execute(update(payment).where(payment.c.no == number).values(**values)).rowcount != 1:
        raise WrongInput("payment", "已申请的付款", "a payment that was requested")
    if call.text("invoice_no"):
        _invoice(call, number, amount)
    return {"payment": {**asked, "state": "paid", **received}}


def record_part(call: Call) -> Values:
    """Write what has come of a settlement as a payment of its own, paid; nothing when nothing has come (F23.15)."""
    amount = money_of(call.get("amount_received") or 0, "amount_received")
    if amount > 0:
        day = date_of(call.get("received_on"), "received_on") or call.today
        _enter(call, call.text("purpose") or "settlement", amount, call.text("payment_method"), day)
    return {}


def _check_deposit(call: Call) -> None:
    row = find(call.connection, call.text("order_no"))
    if row is not None:
        check_deposit(money_of(call.get("amount_due") or 0, "amount_due"), row.total)


def refund(call: Call) -> Values:
    """Write that money went back to the customer: a payment below nothing, so that all of an order add up."""
    amount = money_of(call.get("amount"), "amount")
    if amount < 0:
        raise WrongInput("amount", "不小于零的金额", "an amount that is not below nothing")
    if amount > 0:
        _enter(call, "refund", -amount, call.text("method"), call.today)
    return {}


def _enter(call: Call, purpose: str, amount: Decimal, method: str, day: date) -> None:
    call.connection.execute(
        insert(payment).values(
            no=next_number(call.connection, "SK", call.now),
            order_no=call.text("order_no"),
            purpose=purpose,
            method=method,
            amount_due=amount,
            amount_received=amount,
            received_on=day,
            state="paid",
            requested_at=call.now,
        )
    )


def _requested(call: Call, *, purpose: str = "", reminder: bool = False) -> Values:
    """The open payment of this order and purpose, made when there is none."""
    amount = money_of(call.get("amount_due") or 0, "amount_due")
    wanted = {"order_no": call.text("order_no"), "purpose": purpose or call.text("purpose") or "full"}
    query = select(payment).where(*(payment.c[name] == value for name, value in wanted.items()))
    row = call.connection.execute(query.where(payment.c.state == "requested")).first()
    if row is None:
        number = next_number(call.connection, "SK", call.now)
        fixed = {
            "no": number,
            "method": call.text("payment_method"),
            "state": "requested",
            "requested_at": call.now,
        }
        call.connection.execute(insert(payment).values(amount_due=amount, **fixed, **wanted))
        return _shape(number, wanted["purpose"], amount, call.now)
    if reminder:
        call.connection.execute(
            update(payment).where(payment.c.no == row.no).values(reminders=payment.c.reminders + 1)
        )
    return _shape(row.no, row.purpose, row.amount_due, row.requested_at)


def _shape(number: str, purpose: str, amount: Decimal, at: Any) -> Values:
    return {"no": number, "state": "requested", "purpose": purpose, "amount_due": amount, "requested_at": at}


def _tell(call: Call, event: str, more: Mapping[str, Any], *papers: Values) -> None:
    facts = {name: call.get(name) for name in ("order_no", "amount_due", "payment_method")}
    queue(call, event, [mapping_of(call.get("customer"), "customer")], {**facts, **more}, papers)


def _invoice(call: Call, payment_no: str, received: Decimal) -> None:
    lines = rows(call.get("invoice_lines") or [], "invoice_lines")
    billed = [line.values.get("amount") for line in lines]
    # What stands on the invoice counts; the last payment may have been only the rest of it.
    whole = sum((money_of(each, "invoice_lines") for each in billed if each is not None), Decimal(0))
    amount = received if not billed or None in billed else whole
    values = {
        "order_no": call.text("order_no"),
        "payment_no": payment_no,
        "title": call.text("title"),
        "tax_no": call.text("tax_no"),
        "lines": call.get("invoice_lines") or [],
        "amount": amount,
        "issued_at": call.now,
    }
    statement = upsert(call.connection, invoice).values(no=call.text("invoice_no"), **values)
    call.connection.execute(statement.on_conflict_do_update(index_elements=["no"], set_=values))
