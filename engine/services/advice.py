"""发货告知书: what the customer is told about goods on their way, and the receipt when they arrive (F14.34–38)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from engine.model.papers import document
from engine.model.production import dispatch_advice
from engine.services.call import Call, Values, WrongInput, count_of, date_of, mapping_of
from engine.services.documents import as_value, issue_paper
from engine.services.moments import moment_of

_PRINTED = ("carrier", "waybill", "vehicle", "driver", "recipient", "phone", "address", "lines")


def issue(call: Call) -> Values:
    """Write the advice, or its next version when something in it was not true; check times in their order."""
    dates = {
        "shipped_at": moment_of(call.get("shipped_at"), "shipped_at"),
        "eta": date_of(call.get("eta"), "eta"),
    }
    if dates["eta"] is None:
        raise WrongInput("eta", "预计到货日期", "the day it is expected")
    checks = _checks(call.get("check_times"))
    before = mapping_of(mapping_of(call.get("advice"), "advice").get("document"), "advice.document")
    customer = mapping_of(call.get("customer"), "customer")
    payload = {name: call.get(name) for name in _PRINTED if call.get(name) is not None}
    payload |= {"name": customer.get("name"), "date": call.today, "check_times": checks}
    paper = issue_paper(call, "dispatch_advice", {**payload, **dates, "eta": call.get("eta")}, before or None)
    key = {"no": paper["number"], "version": paper["version"]}
    call.connection.execute(
        insert(dispatch_advice).values(
            instance_id=call.instance_id,
            order_no=call.text("order_no"),
            carrier=call.text("carrier"),
            waybill=call.text("waybill"),
            check_times=checks,
            document_id=paper["id"],
            **key,
            **dates,
        )
    )
    return {"advice": {**key, **dates, "check_times": checks, "document": paper}}


def arrived(call: Call) -> Values:
    """Note the arrival on 《到货回单》, the one that travelled with the goods if there is one (F14.37, F14.38)."""
    given = mapping_of(call.get("advice"), "advice")
    number, version = str(given.get("no")), count_of(given.get("version"), "version")
    facts = {
        "arrived_at": moment_of(call.get("arrived_at"), "arrived_at"),
        "condition": call.text("condition"),
        "receiver": call.text("signer"),
    }
    same = (dispatch_advice.c.no == number, dispatch_advice.c.version == version)
    found = call.connection.execute(select(dispatch_advice).where(*same)).one_or_none()
    if found is None:
        raise WrongInput("advice", "已开出的发货告知书", "an advice that was issued")
    call.connection.execute(update(dispatch_advice).where(*same).values(**facts))
    said = mapping_of(mapping_of(given.get("document"), "document").get("payload"), "payload")
    travelled = _travelled(call, found.order_no)
    payload = {**(travelled.payload if travelled else {}), **said, **facts, "advice_no": number}
    before = travelled and as_value(travelled)
    paper = issue_paper(call, "arrival_receipt", payload, before, order_no=found.order_no)
    return {"receipt": paper}


def _travelled(call: Call, order_no: str) -> Any:
    """The receipt that was printed for the way."""
    query = select(document).where(document.c.kind == "arrival_receipt", document.c.order_no == order_no)
    newest = query.order_by(document.c.number.desc(), document.c.version.desc()).limit(1)
    return call.connection.execute(newest).one_or_none() if order_no else None


def _checks(value: Any) -> list[Any]:
    """The moments at which somebody looks after the goods; a list of moments, or of rows with `at`."""
    given = value if isinstance(value, list) else []
    moments = [each.get("at") if isinstance(each, dict) else each for each in given]
    return sorted(moment_of(each, "check_times") for each in moments if each not in (None, ""))
