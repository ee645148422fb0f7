"""Shipments: their slips, and what was picked for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.model.papers import document, shipment, track_event
from engine.model.trade import order_line
from engine.services.call import Call, Values, count_of, date_of, rows
from engine.services.documents import as_value, issue_paper
from engine.services.inventory import take
from engine.services.numbers import next_number
from engine.services.orders import made_to_order
from engine.services.progress import find_shipment, later, track

_PRINTED = (
    "order_no",
    "batch_no",
    "customer_name",
    "recipient",
    "phone",
    "address",
    "lines",
    "freight",
    "invoice",
)

#: What goes with the goods, by whether they were made to order.
_SLIPS = {False: ("shipping_list", "delivery_note"), True: ("sales_ship_slip", "arrival_receipt")}


def create(call: Call) -> Values:
    """Make the shipment of a batch with 发货清单 (it names the 出库单) and 送货单; a batch not yet sent keeps its numbers.

    What was made to order leaves on 《销售发货单》 and 《到货回单》 instead (F14.30, F14.38).
    """
    order_no, batch_no = call.text("order_no"), count_of(call.get("batch_no"), "batch_no") or 1
    row = find_shipment(call.connection, order_no, batch_no)
    if row is None or not later("已发货", row.status):
        number = _new(call, order_no, batch_no)
        papers: dict[str, Values] = {}
    else:
        number = row.no
        papers = _issued(call.connection, order_no, batch_no)
    kinds = _SLIPS[made_to_order(call.connection, order_no)]
    payload = {name: call.get(name) for name in _PRINTED}
    payload.update(
        outbound_no=call.text("outbound_no"),
        shipment_no=number,
        batch_no=batch_no,
        date=date_of(call.get("ship_date"), "ship_date") or call.today,
    )
    return {
        "shipment": {"no": number, "batch_no": batch_no},
        **{
            name: issue_paper(call, kind, payload, papers.get(kind))
            for name, kind in zip(("shipping_list", "delivery_note"), kinds, strict=True)
        },
    }


def record_picking(call: Call) -> Values:
    """Take what was picked out of stock. Error insufficient_stock when there is less than that."""
    order_no = call.text("order_no")
    picked: dict[str, int] = {}
    for line in rows(call.get("lines"), "lines"):
        count = line.count("picked" if line.values.get("picked") is not None else "qty")
        picked[line.text("sku")] = picked.get(line.text("sku"), 0) + count
    take(call, order_no, picked, call.text("outbound_no"))
    _mark_shipped(call, order_no, picked)
    return {"picking_no": next_number(call.connection, "JH", call.now)}


def facts(call: Call) -> Values:
    """What is known so far of the newest shipment of an order or batch; null before there is one."""
    batch_no = count_of(call.get("batch_no"), "batch_no") or 1
    row = find_shipment(call.connection, call.text("order_no"), batch_no)
    if row is None:
        return {"shipped": None}
    left = select(track_event.c.at).where(
        track_event.c.shipment_no == row.no, track_event.c.status == "已发货"
    )
    said = {name: row.facts.get(name) for name in ("eta", "shipped_at")}
    said["shipped_at"] = (
        said["shipped_at"] or call.connection.scalars(left.order_by(track_event.c.id)).first()
    )
    names = ("no", "status", "carrier", "waybill")
    return {"shipped": {**{name: getattr(row, name) for name in names}, **said}}


def packed(connection: Connection, order_no: str, batch_no: int | None) -> list[tuple[str, int]]:
    """What lies in the parcel of a batch by its newest slip: article and pieces; nothing where no batch is named."""
    if batch_no is None:
        return []
    papers = _issued(connection, order_no, batch_no)
    newest = next((papers[kinds[0]] for kinds in _SLIPS.values() if kinds[0] in papers), None)
    lines = rows(newest["payload"].get("lines"), "lines") if newest is not None else []
    return [(line.text("sku"), line.count("qty")) for line in lines]


def _new(call: Call, order_no: str, batch_no: int) -> str:
    number = next_number(call.connection, "FH", call.now)
    batches = call.get("batches")
    call.connection.execute(
        insert(shipment).values(
            no=number,
            order_no=order_no,
            batch_no=batch_no,
            batches=len(batches) if isinstance(batches, list) else max(1, count_of(batches, "batches")),
            outbound_no=call.text("outbound_no"),
            status="处理中",
            created_at=call.now,
        )
    )
    track(call, number, "处理中", "")
    return number


def _issued(connection: Connection, order_no: str, batch_no: int) -> dict[str, Values]:
    """The newest slips of a batch by kind."""
    found = connection.execute(
        select(document)
        .where(
            document.c.order_no == order_no,
            document.c.batch_no == batch_no,
            document.c.kind.in_([kind for kinds in _SLIPS.values() for kind in kinds]),
        )
        .order_by(document.c.id)
    )
    return {row.kind: as_value(row) for row in found}


def _mark_shipped(call: Call, order_no: str, picked: Mapping[str, int]) -> None:
    """Spread what was picked over the order's lines of that article.

    Goods made to order may be finished in more pieces than ordered: the last line bears what is beyond it.
    """
    left: dict[str, Any] = dict(picked)
    query = select(order_line).where(order_line.c.order_no == order_no).order_by(order_line.c.n)
    lines = call.connection.execute(query).all()
    made = made_to_order(call.connection, order_no)
    last = {line.sku: line.n for line in lines} if made else {}
    for line in lines:
        count = left.get(line.sku, 0)
        if last.get(line.sku) != line.n:
            count = min(count, line.qty - line.shipped)
        if count > 0:
            left[line.sku] -= count
            call.connection.execute(
                update(order_line)
                .where(order_line.c.order_no == order_no, order_line.c.n == line.n)
                .values(shipped=order_line.c.shipped + count)
            )
