"""Order confirmations: built for the customer to sign, their date moved while the answer is missing."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import insert, update

from engine.model.papers import confirmation
from engine.services.call import Call, Values, WrongInput, count_of, date_of, mapping_of
from engine.services.contracts import check_terms
from engine.services.documents import issue_paper

_PRINTED = (
    "order_no", "level", "lines", "total", "recipient", "phone", "address", "ship_time",
    "payment_method", "freight", "special", "changes",
)  # fmt: skip


#: What goods made to order add (《销售部客户订单确认书》, F14.13).
_PRODUCED = (
    "product_no", "customer_no", "payment_terms", "deposit_rate", "deposit", "due_date", "production_date", "tolerance",
    "packing", "label", "special", "hints", "quality_standard",
)  # fmt: skip


def build(call: Call) -> Values:
    """Build the confirmation of an order with a code of its own; after changes a further version of it.

    With terms of production it is 《销售部客户订单确认书》. Error deposit_too_large for a deposit above the total.
    """
    terms = mapping_of(call.get("production"), "production")
    check_terms(call, terms)
    previous = mapping_of(call.get("previous"), "previous")
    code = f"{secrets.randbelow(1_000_000):06d}"
    base_due = date_of(call.get("ship_time"), "ship_time")
    customer = mapping_of(call.get("customer"), "customer")
    payload = {name: call.get(name) for name in _PRINTED}
    payload.update(name=customer.get("name"), code=code, date=call.today)
    payload |= {name: terms[name] for name in _PRODUCED if terms.get(name) is not None}
    before = mapping_of(previous.get("document"), "previous.document")
    paper = issue_paper(
        call, "sales_confirmation" if terms else "order_confirmation", payload, before or None
    )
    built = {"no": paper["number"], "version": paper["version"], "code": code}
    dates = {"built_on": call.today, "base_due": base_due}
    call.connection.execute(
        insert(confirmation).values(
            order_no=call.text("order_no"), document_id=paper["id"], current_due=base_due, **built, **dates
        )
    )
    return {"confirmation": {**built, **dates, "document": paper}}


def postpone(call: Call) -> Values:
    """Move the due date by the calendar days since the confirmation was sent; the same at every repetition."""
    sent = date_of(call.get("sent_on"), "sent_on")
    base = date_of(call.get("base_due"), "base_due")
    if sent is None or base is None:
        raise WrongInput("base_due, sent_on", "日期", "dates")
    days = max(0, (call.today - sent).days)
    due = base + timedelta(days=days)
    built = mapping_of(call.get("confirmation"), "confirmation")
    call.connection.execute(
        update(confirmation)
        .where(
            confirmation.c.no == str(built.get("no")),
            confirmation.c.version == count_of(built.get("version"), "version"),
        )
        .values(current_due=due, postponed_days=days)
    )
    return {}
