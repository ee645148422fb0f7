"""待处理补货单: the slips of the stores that are not closed, and those that were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, or_, select

from engine import access
from engine.access import Actor
from engine.model.database import Database
from engine.model.instances import instance
from engine.model.people import user
from engine.model.stores import discrepancy, store_slip
from engine.model.trade import location
from engine.queries.finding import contains
from engine.queries.instance import visible
from engine.queries.listing import count_of
from engine.services.store_slips import CLOSED


@dataclass(frozen=True, slots=True)
class Page:
    """One page of slips, and how many there are in all."""

    rows: Sequence[Row[Any]]
    total: int
    page: int
    pages: int


def page(
    db: Database, actor: Actor, *, closed: bool | None = False, text: str = "", page: int = 1, size: int = 50
) -> Page:
    """The pending slips, the most urgent first; the closed ones, the newest first (F05.02, F05.08); None: all.

    `text` is looked for in the slip's number and the store's name. `visible` says whether the actor may open the instance. Raises Forbidden for who has nothing to do with slips.
    """
    access.require(actor, "see slips")
    wanted = []
    if closed is not None:
        wanted.append((store_slip.c.state == CLOSED) if closed else (store_slip.c.state != CLOSED))
    if text.strip():
        wanted.append(or_(contains(store_slip.c.no, text), contains(location.c.name, text)))
    joined = store_slip.join(location, location.c.code == store_slip.c.store, isouter=True)
    seen = select(instance.c.id).where(instance.c.id == store_slip.c.instance_id, visible(actor)).exists()
    query = (
        select(
            store_slip,
            location.c.name.label("store_name"),
            func.coalesce(user.c.name, store_slip.c.handler).label("handler_name"),
            discrepancy.c.no.label("discrepancy_no"),
            discrepancy.c.pieces.label("short"),
            discrepancy.c.due_at.label("transfer_due"),
            seen.label("visible"),
        )
        .select_from(joined)
        .join(user, user.c.login == store_slip.c.handler, isouter=True)
        .join(discrepancy, discrepancy.c.slip_no == store_slip.c.no, isouter=True)
        .where(*wanted)
    )
    order = {True: store_slip.c.closed_at.desc(), False: store_slip.c.due_at}
    first = store_slip.c.confirmed_at.desc() if closed is None else order[closed]
    with db.read() as connection:
        total = connection.execute(count_of(joined, wanted)).scalar_one()
        rows = connection.execute(
            query.order_by(first, store_slip.c.no).limit(size).offset((max(1, page) - 1) * size)
        ).all()
    return Page(rows, total, page, max(1, -(-total // size)))
