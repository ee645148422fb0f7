"""待处理补货单: the slips of the stores that are not closed, and those that were."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from engine import access
from engine.access import Actor
from engine.model.database import Database
from engine.model.people import user
from engine.model.stores import discrepancy, store_slip
from engine.model.trade import location
from engine.queries.finding import holding
from engine.queries.listing import Found, open_to
from engine.services.store_slips import CLOSED

_JOINED = store_slip.outerjoin(location, location.c.code == store_slip.c.store)
_SHOWN = (
    select(
        store_slip,
        location.c.name.label("store_name"),
        func.coalesce(user.c.name, store_slip.c.handler).label("handler_name"),
        discrepancy.c.no.label("discrepancy_no"),
        discrepancy.c.pieces.label("short"),
        discrepancy.c.due_at.label("transfer_due"),
    )
    .select_from(_JOINED)
    .outerjoin(user, user.c.login == store_slip.c.handler)
    .outerjoin(discrepancy, discrepancy.c.slip_no == store_slip.c.no)
)
#: By whether the slips are closed; None: all.
_FIRST: dict[bool | None, Any] = {
    None: store_slip.c.confirmed_at.desc(),
    True: store_slip.c.closed_at.desc(),
    False: store_slip.c.due_at,
}


def find(db: Database, actor: Actor, *, closed: bool | None = False, text: str = "") -> Found:
    """The pending slips, the most urgent first; the closed ones, the newest first (F05.02, F05.08); None: all.

    `text` is looked for in the slip's number and the store's name. Raises Forbidden for who has nothing to do with them.
    """
    access.require(actor, "see slips")
    done = store_slip.c.state == CLOSED
    conditions = [
        *([] if closed is None else [done if closed else ~done]),
        *holding(text, store_slip.c.no, location.c.name),
    ]
    query = _SHOWN.add_columns(open_to(actor, store_slip.c.instance_id).label("seen"))
    return Found(db, query.order_by(_FIRST[closed], store_slip.c.no), _JOINED, conditions)
