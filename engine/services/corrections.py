"""What the books say against what was sent: evidence of missing goods, wrong goods found, stock put right."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from engine.model.trade import location, product, stock, stock_move
from engine.services.call import Call, Row, Values, WrongInput, count_of, decimal_of, rows
from engine.services.inventory import warehouse

#: Where returned goods lie that cannot be sold: on the books, and promised to nobody.
BLOCKED = "TH1"


def evidence(call: Call) -> Values:
    """Whether goods are missing: confirmed, refuted or unprovable, from stub, weight and count (F31.03).

    Kilograms. A product that the stub does not show was never packed; a parcel too light by the goods' weight lacks them,
    one of full weight has them; goods lighter than the scale can tell are found by a surplus on the shelf, or not at all.
    """
    missing = rows(call.get("lines"), "lines")
    shelf = [_counted(call, line) for line in missing]
    weight = _grams(call, missing) / Decimal(1000)
    expected, actual = decimal_of(call.get("expected"), "expected"), decimal_of(call.get("actual"), "actual")
    if expected <= 0 or actual <= 0:
        raise WrongInput("actual", "大于零的重量", "a weight above nothing")
    found = "unprovable"
    surplus = bool(shelf) and all(
        row["surplus"] is not None and row["surplus"] >= row["qty"] for row in shelf
    )
    if call.get("all_printed") is not True or surplus:
        found = "confirmed"
    elif weight > decimal_of(call.get("tolerance"), "tolerance"):
        found = "confirmed" if expected - actual >= weight / 2 else "refuted"
    return {"evidence": found, "counts": shelf}


def identify(call: Call) -> Values:
    """The article that a bar code or article number belongs to, with its list price; null for none (F31.08)."""
    text = call.text("barcode")
    query = select(product).where(or_(product.c.barcode == text, product.c.sku == text)).limit(1)
    row = call.connection.execute(query).one_or_none() if text else None
    names = ("sku", "name", "spec", "unit", "price", "weight", "barcode")
    return {"received": {name: getattr(row, name) for name in names} if row is not None else None}


def adjust(call: Call) -> Values:
    """Put the stock right both ways (F31.11): what never left is back, what left by mistake is gone, what returned is in.

    `not_sent` lines go up, `sent_instead` lines down, `returned` lines up: for sale when `sound`, else blocked.
    """
    done = [
        move(call, line.text("sku"), line.count("qty"), "adjust")
        for line in rows(call.get("not_sent"), "not_sent")
    ]
    done += [
        move(call, line.text("sku"), -line.count("qty"), "adjust")
        for line in rows(call.get("sent_instead"), "sent_instead")
    ]
    sound = call.get("sound") is not False
    done += [
        move(call, line.text("sku"), line.count("qty"), "return", to="" if sound else BLOCKED)
        for line in rows(call.get("returned"), "returned")
    ]
    return {"corrections": [each for each in done if each["qty"] != 0]}


def move(call: Call, sku: str, qty: int, kind: str, *, to: str = "") -> Values:
    """Move pieces in (more than nothing) or out of the fullest company location; never out what is not there."""
    place = to or _fullest(call, sku)
    here = (stock.c.sku == sku) & (stock.c.location == place)
    if qty < 0:
        free = call.connection.execute(select(stock.c.qty - stock.c.reserved).where(here)).scalar() or 0
        qty = -min(-qty, max(0, int(free)))
    if qty != 0:
        _write(call, sku, place, qty, kind)
    return {"sku": sku, "location": place, "qty": qty}


def _write(call: Call, sku: str, place: str, qty: int, kind: str) -> None:
    kept = qty if place == BLOCKED else 0
    changed = call.connection.execute(
        update(stock)
        .where(stock.c.sku == sku, stock.c.location == place)
        .values(qty=stock.c.qty + qty, reserved=stock.c.reserved + kept)
    )
    if not changed.rowcount:
        row = {"sku": sku, "location": place, "qty": qty, "reserved": kept, "min_qty": 0}
        call.connection.execute(insert(stock).values(**row))
    moved = {"sku": sku, "location": place, "kind": kind, "qty": qty, "ref": call.text("ticket_no")}
    call.connection.execute(insert(stock_move).values(**moved, at=call.now))


def _fullest(call: Call, sku: str) -> str:
    """Where most of an article lies; the first warehouse where none does."""
    shops = select(location.c.code).where(location.c.kind == "store")
    query = select(stock.c.location).where(
        stock.c.sku == sku, stock.c.location.not_in(shops), stock.c.location != BLOCKED
    )
    most = query.order_by((stock.c.qty - stock.c.reserved).desc(), stock.c.location).limit(1)
    found: str | None = call.connection.execute(most).scalar()
    return found or warehouse(call.connection)


def _counted(call: Call, line: Row) -> Values:
    """An article on the shelf: by the books, by the count if somebody counted, and what is too much."""
    query = select(func.sum(stock.c.qty)).where(stock.c.sku == line.text("sku"))
    shops = select(location.c.code).where(location.c.kind == "store")
    query = query.where(stock.c.location.not_in(shops), stock.c.location != BLOCKED)
    booked = int(call.connection.execute(query).scalar() or 0)
    said: Any = line.values.get("counted")
    counted = None if said in (None, "") else count_of(said, "counted")
    return {
        "sku": line.text("sku"),
        "name": line.text("name"),
        "qty": line.count("qty"),
        "booked": booked,
        "counted": counted,
        "surplus": None if counted is None else counted - booked,
    }


def _grams(call: Call, lines: list[Row]) -> Decimal:
    query = select(product.c.sku, product.c.weight).where(
        product.c.sku.in_([line.text("sku") for line in lines])
    )
    each = {row.sku: row.weight for row in call.connection.execute(query)}
    return Decimal(sum(each.get(line.text("sku"), 0) * line.count("qty") for line in lines))
