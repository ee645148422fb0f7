"""店铺间调配: what no company location has comes from other stores."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from engine.errors import Message
from engine.model import trade
from engine.model.stores import discrepancy, store_slip, transfer
from engine.model.trade import location, product, stock
from engine.services.allocations import void_draft
from engine.services.call import Call, Row, ServiceError, Values, WrongInput, mapping_of, rows
from engine.services.documents import issue_paper
from engine.services.moments import moment_of
from engine.services.notices import queue
from engine.services.numbers import next_number
from engine.services.shelves import put
from engine.services.store_slips import CLOSED, TRANSFERRING, find


def open_discrepancy(call: Call) -> Values:
    """Write down what the company cannot supply, and tell merchandising (F05.06, F05.07)."""
    slip = find(call.connection, call.text("slip_no"))
    short = [_short(row) for row in rows(call.get("lines"), "lines")]
    lines = [line for line in short if line["qty"] > 0]
    pieces = sum(line["qty"] for line in lines)
    found, due = (moment_of(call.get(name), name) for name in ("found_at", "due_at"))
    store_name = _name(call.connection, slip.store)
    payload = {"slip_no": slip.no, "store": store_name, "due_at": due, "lines": lines, "pieces": pieces}
    paper = issue_paper(call, "discrepancy_slip", payload)
    no = paper["number"]
    call.connection.execute(
        insert(discrepancy).values(
            no=no, slip_no=slip.no, lines=lines, pieces=pieces, state="调配中", found_at=found, due_at=due
        )
    )
    call.connection.execute(
        update(store_slip)
        .where(store_slip.c.no == slip.no, store_slip.c.state != CLOSED)
        .values(state=TRANSFERRING)
    )
    void_draft(call, slip.no)
    facts = {"number": no, "slip_no": slip.no, "store": store_name, "pieces": pieces, "due": due}
    queue(call, "discrepancy_opened", [{"role": "merchandising"}], facts, [paper])
    return {"discrepancy": {"no": no, "lines": lines, "pieces": pieces}}


def offers(call: Call) -> Values:
    """What is still missing, which other stores could give it, and a proposal of who gives how much (F05.06)."""
    paper, to_store = mapping_of(call.get("discrepancy"), "discrepancy"), call.text("to_store")
    every = still_missing(call.connection, str(paper.get("no")), paper.get("lines"))
    lines = [line for line in every if line["missing"] > 0]
    found = _offers(call.connection, [line["sku"] for line in lines], to_store)
    return {"missing": lines, "offers": found, "transfers": _proposal(lines, found)}


def still_missing(connection: Connection, no: str, lines: object) -> list[Values]:
    """What of a discrepancy has not been moved yet, an entry an article with `missing` pieces."""
    done = _moved(connection, no)
    still: dict[str, Values] = {}
    for row in rows(lines, "lines"):
        line = still.setdefault(row.text("sku"), {**row.values, "qty": 0})
        line["qty"] += row.count("qty")
    return [{**line, "missing": max(0, line["qty"] - done.get(sku, 0))} for sku, line in still.items()]


def arrange(call: Call) -> Values:
    """Keep pieces back at the stores that give them, and tell the stores (F05.06).

    Error no_stock, with nothing kept back, when a store has not got them, or more is asked than is missing.
    """
    no, to_store = call.text("discrepancy_no"), call.text("to_store")
    missing = {row.text("sku"): row.count("missing") for row in rows(call.get("missing"), "missing")}
    asked = [row for row in rows(call.get("transfers"), "transfers") if row.count("qty") > 0]
    made = [_arranged(call, no, to_store, row, missing) for row in asked]
    if made:
        moves = [f"{each['from_name']} → {each['name']} {each['qty']} {each['unit']}" for each in made]
        told = {"moves": "；".join(moves), "moves_en": "; ".join(moves)}
        facts = {"number": no, "store": _name(call.connection, to_store), **told}
        queue(call, "transfer_arranged", [{"role": "store"}], facts)
    return {"transfers": made}


def report(call: Call) -> Values:
    """Move what really went from store to store; what was kept back and did not go is free again (F05.08)."""
    for row in rows(call.get("transfers"), "transfers"):
        planned = call.connection.execute(
            select(transfer).where(transfer.c.no == row.text("no"))
        ).one_or_none()
        done = row.count("done_qty")
        if planned is None or not 0 <= done <= planned.qty:
            raise WrongInput(
                "transfers", "已安排的调拨，件数不超过所安排", "arranged moves, no more than arranged"
            )
        if planned.state == "待调拨":
            _move(call, planned, done, row)
    return {}


def _short(row: Row) -> Values:
    texts = {name: row.text(name) for name in ("sku", "name", "spec", "unit")}
    return {**texts, "qty": row.count("qty") - row.count("alloc_qty")}


def _moved(connection: Connection, no: str) -> dict[str, int]:
    query = select(transfer.c.sku, func.sum(transfer.c.done_qty).label("done"))
    found = connection.execute(query.where(transfer.c.discrepancy_no == no).group_by(transfer.c.sku))
    return {row.sku: int(row.done or 0) for row in found}


def _offers(connection: Connection, skus: list[str], to_store: str) -> list[Values]:
    free = (stock.c.qty - stock.c.reserved).label("free")
    query = (
        select(
            stock.c.sku,
            stock.c.location,
            free,
            location.c.name.label("store"),
            product.c.name,
            product.c.unit,
        )
        .join(location, location.c.code == stock.c.location)
        .join(product, product.c.sku == stock.c.sku)
        .where(stock.c.sku.in_(skus), location.c.kind == "store", location.c.code != to_store, free > 0)
        .order_by(stock.c.sku, free.desc(), stock.c.location)
    )
    return [
        {
            "value": f"{row.location}|{row.sku}",
            "label": f"{row.store} · {row.name} · {row.free} {row.unit}",
            "sku": row.sku,
            "free": int(row.free),
        }
        for row in connection.execute(query)
    ]


def _proposal(lines: list[Values], found: list[Values]) -> list[Values]:
    """The fullest stores first, until nothing is missing."""
    proposed = []
    for line in lines:
        left = line["missing"]
        for offer in (each for each in found if each["sku"] == line["sku"]):
            if left > 0:
                proposed.append({"offer": offer["value"], "qty": min(left, offer["free"])})
                left -= offer["free"]
    return proposed


def _arranged(call: Call, no: str, to_store: str, row: Row, missing: dict[str, int]) -> Values:
    from_store, _, sku = row.text("offer").partition("|")
    qty = row.count("qty")
    kept = call.connection.execute(
        update(stock)
        .where(stock.c.sku == sku, stock.c.location == from_store, stock.c.qty - stock.c.reserved >= qty)
        .values(reserved=stock.c.reserved + qty)
    )
    if kept.rowcount != 1 or from_store == to_store:
        raise _refused(
            f"{from_store} 没有 {qty} 件 {sku} 可调。", f"{from_store} has not got {qty} of {sku}."
        )
    missing[sku] = missing.get(sku, 0) - qty
    if missing[sku] < 0:
        raise _refused(f"{sku} 调拨超过所缺件数。", f"More of {sku} is moved than is missing.")
    values = {
        "no": next_number(call.connection, "DB", call.now),
        "sku": sku,
        "from_store": from_store,
        "qty": qty,
    }
    call.connection.execute(
        insert(transfer).values(
            **values, discrepancy_no=no, to_store=to_store, done_qty=0, state="待调拨", arranged_at=call.now
        )
    )
    goods = call.connection.execute(select(product).where(product.c.sku == sku)).one()
    store_name = _name(call.connection, from_store)
    shown = {"name": goods.name, "unit": goods.unit, "from_name": store_name}
    return {**values, **shown, "label": f"{store_name} · {goods.name}", "done_qty": qty}


def _refused(zh: str, en: str) -> ServiceError:
    return ServiceError("no_stock", Message(zh=zh, en=en))


def _move(call: Call, planned: Any, done: int, row: Row) -> None:
    at = moment_of(row.values["done_at"], "done_at") if row.values.get("done_at") else call.now
    call.connection.execute(
        update(trade.stock)
        .where(stock.c.sku == planned.sku, stock.c.location == planned.from_store)
        .values(reserved=stock.c.reserved - planned.qty)
    )
    if done > 0:
        put(call, planned.sku, planned.from_store, -done, "transfer", planned.no)
        put(call, planned.sku, planned.to_store, done, "transfer", planned.no)
    call.connection.execute(
        update(transfer)
        .where(transfer.c.no == planned.no)
        .values(done_qty=done, done_at=at, reported_at=call.now, state="已调拨")
    )


def _name(connection: Connection, code: str) -> str:
    return connection.scalars(select(location.c.name).where(location.c.code == code)).one_or_none() or code
