"""Production orders: issued from what the customer confirmed, planned, reported on day by day, in trouble and out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select, update

from engine.model.production import anomaly, daily_report, production_order
from engine.model.trade import order as orders
from engine.model.trade import order_line
from engine.services import statements
from engine.services.call import (
    Call,
    Values,
    WrongInput,
    count_of,
    date_of,
    mapping_of,
    rows,
    text_of,
)
from engine.services.contracts import check_terms
from engine.services.documents import issue_paper
from engine.services.kinds import KINDS
from engine.services.numbers import next_number

#: How far a production order is, in this order.
ISSUED, MAKING, MADE, BOOKED, STOPPED = "已下达", "生产中", "已完工", "已交库", "已中止"


def order(call: Call) -> Values:
    """Issue the production order: the confirmation in its second state, under the same number (F14.16, F14.22, G27).

    Production is bound by the date of its own statement, not by the confirmation's; `due_date` of the terms is that
    date after a postponement (G22). An earlier `document` makes this the next version. Errors statement_changed when
    a statement does not count, deposit_too_large.
    """
    terms = mapping_of(call.get("production"), "production")
    stated = [mapping_of(each, "statements") for each in call.get("statements") or []]
    for each in stated:
        statements.require(call, each)
    check_terms(call, terms)
    confirmed = mapping_of(call.get("confirmation"), "confirmation")
    before = mapping_of(call.get("document"), "document")
    number = str(before.get("number") or confirmed.get("no") or "")
    number = number or next_number(call.connection, KINDS["production_order"].prefix, call.now)
    values = _values(call, terms, _promised(stated), confirmed)
    paper = issue_paper(call, "production_order", _payload(call, terms, values, number), number=number)
    _write(call, number, {**values, "document_id": paper["id"]})
    _promise(call, call.text("order_no"), values["confirmed_due"])
    return {"production_order": {"no": number, **values, "document": paper}}


def _promised(stated: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """What production stated: the dates and the quantity that bind it."""
    found = [mapping_of(each.get("facts"), "facts") for each in stated if each.get("kind") == "date"]
    return found[-1] if found else {}


def _values(
    call: Call, terms: Mapping[str, Any], promised: Mapping[str, Any], confirmed: Mapping[str, Any]
) -> Values:
    """What the production order says, as its row holds it."""
    dates = {
        "due": terms.get("due_date") or promised.get("due_date"),
        "confirmed_due": call.get("confirmed_due") or terms.get("confirmed_due") or confirmed.get("base_due"),
        "production_date": promised.get("production_date") or terms.get("production_date"),
    }
    pieces = sum(line.count("qty") for line in rows(call.get("lines"), "lines"))
    return {
        "qty": count_of(terms.get("qty"), "qty") or pieces,
        "tolerance": text_of(terms.get("tolerance")),
        "pending_return": call.get("pending_return") is True,
        **{name: text_of(terms.get(name)) for name in ("packing", "label", "hints")},
        "special": call.text("special") or text_of(terms.get("special")),
        **{name: date_of(value, name) for name, value in dates.items()},
    }


def _payload(call: Call, terms: Mapping[str, Any], values: Values, number: str) -> Values:
    """What is printed: the order, its terms and dates, and what has to be kept in mind while it is made."""
    who = mapping_of(call.get("customer"), "customer")
    agreed = mapping_of(call.get("contract"), "contract")
    names = ("delivery_terms", "quality_standard", "payment_terms")
    return {
        **{name: agreed[name] for name in names if agreed.get(name)},
        **terms,
        **values,
        "production_due": values["due"],
        "name": who.get("name"),
        "phone": who.get("phone"),
        "lines": call.get("lines") or [],
        "total": call.get("total"),
        "confirmation_no": number,
        "date": call.today,
    }


def _write(call: Call, number: str, values: Values) -> None:
    """The row of a production order; of one issued anew what has been made stays."""
    known = update(production_order).where(production_order.c.no == number)
    if call.connection.execute(known.values(changed_at=call.now, **values)).rowcount:
        return
    call.connection.execute(
        insert(production_order).values(
            no=number,
            instance_id=call.instance_id,
            order_no=call.text("order_no"),
            state=ISSUED,
            issued_at=call.now,
            changed_at=call.now,
            **values,
        )
    )


def plan(call: Call) -> Values:
    """Write which machines and people make the order, and when (F13.06, F15.13)."""
    row = find(call, call.get("production_order"))
    planned = {name: call.get(name) for name in ("machines", "staff", "start_on", "finish_on")}
    change(call, row, plan=planned, state=MAKING)
    return {}


def report(call: Call) -> Values:
    """Report what was made on a day, on 《生产日报表》 (F14.25); `over` is true beyond what was ordered."""
    row = find(call, call.get("production_order"))
    qty = count_of(call.get("qty"), "qty")
    done = row.done + qty
    if qty < 0:
        raise WrongInput("qty", "不小于零的数量", "a number that is not below zero")
    day = date_of(call.get("reported_on"), "reported_on") or call.today
    ordered = max(1, row.qty)
    progress = {"done": done, "ordered": row.qty, "left": max(0, row.qty - done), "over": done > row.qty}
    progress["percent"] = done * 100 // ordered
    said = {"rate": call.text("rate"), "note": call.text("note")}
    about = {"production_no": row.no, "reported_on": day, "qty": qty, "due": row.due}
    payload = {**about, "unit": _unit(call, row.order_no), **progress, **said}
    paper = issue_paper(call, "production_report", payload, order_no=row.order_no)
    facts = {"no": paper["number"], "document_id": paper["id"], "production_no": row.no, "at": call.now}
    call.connection.execute(insert(daily_report).values(reported_on=day, qty=qty, done=done, **facts, **said))
    change(call, row, done=done, state=MADE if done >= row.qty else MAKING)
    return {"progress": progress, "report": paper}


def _unit(call: Call, order_no: str) -> str:
    """What the pieces of an order are counted in; 件 where its goods differ in that."""
    query = select(order_line.c.unit).where(order_line.c.order_no == order_no).distinct()
    units = list(call.connection.scalars(query))
    return units[0] if len(units) == 1 else "件"


def report_anomaly(call: Call) -> Values:
    """Write down what went wrong in production, which is reported at once (F14.24)."""
    row = find(call, call.get("production_order"))
    number = next_number(call.connection, "SC", call.now)
    said = {"kind": call.text("kind"), "detail": call.text("detail")}
    done = max(row.done, count_of(call.get("done"), "done"))
    call.connection.execute(
        insert(anomaly).values(
            no=number,
            instance_id=call.instance_id,
            production_no=row.no,
            done=done,
            reported_at=call.now,
            **said,
        )
    )
    return {"anomaly": {"no": number, **said, "done": done, "ordered": row.qty}}


def settle_anomaly(call: Call) -> Values:
    """Write the emergency plan and who made it; a new date the customer accepts is the order's date (F14.24)."""
    who = [dict(each.values) for each in rows(call.get("participants"), "participants")]
    agrees, due = call.get("customer_agrees"), date_of(call.get("new_due"), "new_due")
    facts = {
        "plan": call.text("plan"),
        "participants": who,
        "customer_agrees": agrees if isinstance(agrees, bool) else None,
        "new_due": due,
        "settled_at": call.now,
    }
    written = update(anomaly).where(anomaly.c.no == call.text("anomaly_no")).values(**facts)
    if call.connection.execute(written).rowcount != 1:
        raise WrongInput("anomaly_no", "已有的异常编号", "the number of an anomaly")
    if agrees is True and due is not None:
        _put_off(call, due)
    return {}


def _put_off(call: Call, due: date) -> None:
    """Write the date a customer accepted on the production order that the anomaly was in, and on its order."""
    number = select(anomaly.c.production_no).where(anomaly.c.no == call.text("anomaly_no"))
    row = find(call, call.connection.scalars(number).one())
    change(call, row, confirmed_due=due)
    _promise(call, row.order_no, due)


def _promise(call: Call, order_no: str, due: date | None) -> None:
    """The order says the date that the customer was told."""
    if due is not None:
        known = update(orders).where(orders.c.no == order_no)
        call.connection.execute(known.values(ship_time=due, changed_at=call.now))


def find(call: Call, given: object) -> Row[Any]:
    """The production order that a value or a number means. Raises WrongInput."""
    number = text_of(given.get("no") if isinstance(given, Mapping) else given)
    row = call.connection.execute(
        select(production_order).where(production_order.c.no == number).with_for_update()
    ).one_or_none()
    if row is None:
        raise WrongInput("production_order", "已下达的生产指令单", "a production order that was issued")
    return row


def change(call: Call, row: Row[Any], **values: Any) -> None:
    """Write what has become of a production order."""
    call.connection.execute(
        update(production_order).where(production_order.c.no == row.no).values(changed_at=call.now, **values)
    )
