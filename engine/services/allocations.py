"""配货单: what a store gets of what it asked for, kept back at the company's locations until it is picked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from engine.errors import Message
from engine.model.stores import allocation, store_slip
from engine.model.trade import order, order_line
from engine.services import inventory
from engine.services.call import Call, Row, ServiceError, Values, count_of, mapping_of, rows
from engine.services.documents import issue_paper
from engine.services.kinds import KINDS
from engine.services.numbers import next_number
from engine.services.progress import CONFIRMED
from engine.services.shelves import put
from engine.services.store_slips import ALLOCATED, PENDING, find


def draft(call: Call) -> Values:
    """Make the allocation of a slip, or look at the stock once more for one that is made (F05.04, F05.05).

    `reference` copies what can be supplied into its lines; without it they are left to be filled by hand.
    """
    slip = find(call.connection, call.text("slip_no"))
    no = call.text("allocation_no")
    lines = _standing(call, slip.lines, proposed=call.get("reference") is True)
    if not no:
        no = next_number(call.connection, KINDS["allocation_slip"].prefix, call.now)
        call.connection.execute(
            insert(allocation).values(no=no, slip_no=slip.no, lines=lines, state="草稿", created_at=call.now)
        )
    return {"allocation_no": no, "lines": lines}


def confirm(call: Call) -> Values:
    """Confirm an allocation for shipping: paper of its number, order of the store, stock kept back (F05.05).

    Error insufficient_stock, with nothing done, when a company location no longer has the goods.
    """
    no, slip = call.text("allocation_no"), mapping_of(call.get("slip"), "slip")
    lines = [_shipped(row) for row in rows(call.get("lines"), "lines") if row.count("alloc_qty") > 0]
    wanted = _by_article(lines)
    _require(call, wanted)
    call.connection.execute(insert(order).values(**_order(call, no, slip)))
    call.connection.execute(insert(order_line), [_order_line(no, n, line) for n, line in enumerate(lines, 1)])
    inventory.reserve(call.connection, no, wanted)
    pieces = sum(wanted.values())
    call.connection.execute(
        update(allocation)
        .where(allocation.c.no == no)
        .values(lines=lines, pieces=pieces, state="已确认", confirmed_at=call.now)
    )
    call.connection.execute(
        update(store_slip)
        .where(store_slip.c.no == slip["no"], store_slip.c.state == PENDING)
        .values(state=ALLOCATED)
    )
    payload = {"allocation_no": no, "slip_no": slip["no"], "store": slip["store_name"], "lines": lines}
    paper = issue_paper(call, "allocation_slip", {**payload, "pieces": pieces}, number=no)
    return {"allocation_slip": paper, "lines": lines}


def receive(call: Call) -> Values:
    """Put what was shipped on the store's shelves; what was kept back and not picked is free again."""
    no = call.text("allocation_no")
    sent = call.connection.execute(
        select(order_line.c.sku, order_line.c.shipped).where(order_line.c.order_no == no)
    )
    for line in sent.all():
        if line.shipped > 0:
            put(call, line.sku, call.text("store"), line.shipped, "in", no)
    inventory.release(call.connection, no)
    call.connection.execute(update(allocation).where(allocation.c.no == no).values(state="已到店"))
    return {}


def void_draft(call: Call, slip_no: str) -> None:
    """An allocation that nothing goes out by is void."""
    call.connection.execute(
        update(allocation)
        .where(allocation.c.slip_no == slip_no, allocation.c.state == "草稿")
        .values(state="作废")
    )


def _standing(call: Call, lines: Sequence[Mapping[str, Any]], *, proposed: bool) -> list[Values]:
    """The lines with what the company's locations can give; earlier lines of an article are served first."""
    left = inventory.available(call.connection, {line["sku"]: 0 for line in lines})
    found = []
    for line in lines:
        free = left.get(line["sku"], 0)
        possible = min(free, int(line["qty"]))
        left[line["sku"]] = free - possible
        found.append(
            {**line, "available": free, "possible": possible, "alloc_qty": possible if proposed else None}
        )
    return found


def _shipped(row: Row) -> Values:
    texts = {name: row.text(name) for name in ("sku", "name", "spec", "unit")}
    return {**texts, "qty": row.count("alloc_qty")}


def _by_article(lines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line["sku"]] = wanted.get(line["sku"], 0) + count_of(line["qty"], "qty")
    return wanted


def _require(call: Call, wanted: Mapping[str, int]) -> None:
    free = inventory.available(call.connection, wanted)
    for sku, qty in sorted(wanted.items()):
        if free.get(sku, 0) < qty:
            raise ServiceError(
                "insufficient_stock",
                Message(
                    zh=f"{sku} 各仓位只剩 {free.get(sku, 0)} 件，配不出 {qty} 件。请重新核对。",
                    en=f"Only {free.get(sku, 0)} of {sku} are left, not {qty}. Check the lines again.",
                ),
            )


def _order(call: Call, no: str, slip: Mapping[str, Any]) -> Values:
    return {
        "no": no,
        "instance_id": call.instance_id,
        "type": "门店",
        "source": "store",
        "customer_name": slip["store_name"],
        "recipient": slip["store_name"],
        "address": slip["address"],
        "total": 0,
        "status": CONFIRMED,
        "received_at": call.now,
        "changed_at": call.now,
    }


def _order_line(no: str, n: int, line: Mapping[str, Any]) -> Values:
    return {"order_no": no, "n": n, **line, "unit_price": 0, "amount": 0}
