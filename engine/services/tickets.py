"""After-sales tickets: opened here, handled by their own process."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from engine.model.papers import ticket
from engine.services.call import Call, Values, count_of
from engine.services.numbers import next_number

#: The customer hears from us within a day, whatever the kind (G46).
_RESPONSE = timedelta(hours=24)


def open_ticket(call: Call) -> Values:
    """Open a ticket about an order."""
    number = next_number(call.connection, "TK", call.now)
    batch = call.get("batch_no")
    values = {
        name: call.text(name) for name in ("kind", "order_no", "customer_name", "channel", "description")
    }
    call.connection.execute(
        insert(ticket).values(
            no=number,
            batch_no=None if batch is None else count_of(batch, "batch_no"),
            customer_id=count_of(call.get("customer_id"), "customer_id") or None,
            lines=call.get("lines") or [],
            state="登记",
            opened_at=call.now,
            respond_by=call.now + _RESPONSE,
            **values,
        )
    )
    opened = {"no": number, "kind": values["kind"], "opened_at": call.now, "respond_by": call.now + _RESPONSE}
    return {"ticket": opened}
