"""商品销售发货(申请)通知单: nothing leaves without it, but on the supervisor's word, and then it follows (F14.30–32)."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from engine.model.people import role
from engine.model.production import emergency_release
from engine.services.call import Call, Values, WrongInput, date_of, mapping_of
from engine.services.documents import issue_paper

_PRINTED = ("customer_name", "recipient", "phone", "address", "lines", "freight", "requirements", "requester")


def issue(call: Call) -> Values:
    """Issue the request by which the dispatcher writes 《销售发货单》; a late one ends an emergency release."""
    emergency = call.text("emergency_no")
    payload = {**_printed(call), "emergency_no": emergency or None, "late": call.get("late") is True}
    before = mapping_of(call.get("document"), "document")
    paper = issue_paper(call, "ship_request", payload, before or None)
    if emergency:
        done = (
            update(emergency_release)
            .where(emergency_release.c.no == emergency)
            .values(slip_no=paper["number"], completed_at=call.now)
        )
        if call.connection.execute(done).rowcount != 1:
            raise WrongInput("emergency_no", "已有的紧急发货编号", "the number of an emergency release")
    return {"ship_request": paper}


def authorise(call: Call) -> Values:
    """Let goods leave before their slip, on a paper of its own; the slip is due on a given day (F14.32, G30)."""
    due = date_of(call.get("slip_due"), "slip_due")
    if due is None or not call.text("reason"):
        raise WrongInput("slip_due, reason", "补单日期和原因", "the day the slip is due, and a reason")
    facts = {"reason": call.text("reason"), "supervisor": call.text("signer"), "slip_due": due}
    paper = issue_paper(call, "emergency_release", {**_printed(call), **facts})
    number = paper["number"]
    call.connection.execute(
        insert(emergency_release).values(
            no=number,
            instance_id=call.instance_id,
            order_no=call.text("order_no"),
            released_at=call.now,
            **facts,
        )
    )
    return {"emergency": {"no": number, "slip_due": due}, "emergency_slip": paper}


def _printed(call: Call) -> Values:
    """What both papers say of the goods and where they go."""
    made = mapping_of(call.get("production_order"), "production_order")
    known = {name: call.get(name) for name in _PRINTED if call.get(name) is not None}
    if known.get("requester"):
        known["requester"] = _name(call, str(known["requester"]))
    return {**known, "production_no": made.get("no"), "date": call.today}


def _name(call: Call, requester: str) -> str:
    """What a role is called; anybody else is named already."""
    found = call.connection.scalars(select(role.c.zh).where(role.c.key == requester)).one_or_none()
    return found or requester
