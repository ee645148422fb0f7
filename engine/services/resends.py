"""What is sent once more: its slips, and its row in the ledger."""

from __future__ import annotations

from sqlalchemy import func, select

from engine.model.papers import shipment
from engine.services.call import Call, Values, money_of
from engine.services.compensations import enter
from engine.services.documents import issue_paper


def print_slips(call: Call) -> Values:
    """Print 出库单 and 发货通知单 for a further consignment of the order, and enter it in the ledger (F31.04, F31.06)."""
    last = select(func.max(shipment.c.batch_no)).where(shipment.c.order_no == call.text("order_no"))
    number = (call.connection.execute(last).scalar() or 0) + 1
    names = ("recipient", "phone", "address", "lines", "freight")
    payload = {name: call.get(name) for name in names}
    payload.update(
        name=call.text("customer_name"), date=call.today, remarks=f"售后补发 {call.text('ticket_no')}"
    )
    slip = issue_paper(call, "outbound_slip", payload)
    notice = issue_paper(
        call, "dispatch_notice", {**payload, "outbound_no": slip["number"], "invoice": False}
    )
    enter(call, call.text("kind") or "resend", money_of(call.get("amount") or 0, "amount"), "given")
    return {"outbound_slip": slip, "dispatch_notice": notice, "resend_no": number}
