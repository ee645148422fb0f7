"""Slips of the stores: published when they are confirmed, closed when the need is met."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select, update

from engine.errors import Message, NotFound
from engine.model.stores import discrepancy, store_keeper, store_slip
from engine.model.trade import location, product
from engine.services.call import Call, Values, WrongInput, rows
from engine.services.documents import issue_paper
from engine.services.moments import moment_of

PENDING, ALLOCATED, TRANSFERRING, CLOSED = "待处理", "已配货", "差异调配中", "审结"

#: Who handles a slip, by what the store belongs to (G19).
HANDLERS = {"加盟": "franchise_cs", "直营": "direct_clerk"}
_LISTED = 500


def choices(call: Call) -> Values:
    """The stores that can ask, all or those of one ownership, and the goods they can ask for."""
    query = select(location).where(location.c.kind == "store").order_by(location.c.code)
    if call.text("ownership"):
        query = query.where(location.c.ownership == call.text("ownership"))
    places = call.connection.execute(query)
    goods = call.connection.execute(
        select(product).where(product.c.listed).order_by(product.c.sku).limit(_LISTED)
    )
    return {
        "stores": [
            {
                "value": row.code,
                "label": f"{row.name}（{row.ownership}）",
                "en": f"{row.name} ({_owned(row)})",
            }
            for row in places
        ],
        "products": [
            {
                "value": row.sku,
                "label": f"{row.name} {row.spec}（{row.unit}）",
                "en": f"{row.name} {row.spec} ({row.unit})",
                **{name: getattr(row, name) for name in ("name", "spec", "unit")},
            }
            for row in goods
        ],
    }


def _owned(row: Row[Any]) -> str:
    owned: str = row.ownership
    return {"直营": "own store", "加盟": "franchise"}.get(owned, owned)


def publish(call: Call) -> Values:
    """Put a confirmed slip among the pending ones, with its number and paper (F05.02).

    The clock runs from `confirmed_at`, whenever this job gets its turn.
    """
    shop = _store(call.connection, call.text("store"))
    if shop.ownership not in HANDLERS:
        raise WrongInput("store", "加盟或直营的店铺", "a store that is franchised or the company's own")
    lines = _lines(call)
    pieces = sum(line["qty"] for line in lines)
    confirmed, due = (moment_of(call.get(name), name) for name in ("confirmed_at", "due_at"))
    payload = {"store": shop.name, "ownership": shop.ownership, "confirmed_at": confirmed, "due_at": due}
    paper = issue_paper(call, "store_slip", {**payload, "lines": lines, "pieces": pieces})
    known = {
        "no": paper["number"],
        "store": shop.code,
        "ownership": shop.ownership,
        "handler_role": HANDLERS[shop.ownership],
        "handler": keeper(call.connection, shop.code),
        "lines": lines,
        "pieces": pieces,
    }
    call.connection.execute(
        store_slip.insert().values(
            **known, instance_id=call.instance_id, confirmed_at=confirmed, due_at=due, state=PENDING
        )
    )
    return {"slip": {**known, "store_name": shop.name, "address": shop.name}}


def close(call: Call) -> Values:
    """Close a slip (审结): it leaves the pending list. Its discrepancy, if any, closes only by hand (G16)."""
    row = find(call.connection, call.text("slip_no"))
    closed_by = call.text("closed_by")
    if row.state != CLOSED:
        call.connection.execute(
            update(store_slip)
            .where(store_slip.c.no == row.no)
            .values(state=CLOSED, closed_by=closed_by, closed_at=call.now)
        )
    if closed_by == "merchandising":
        call.connection.execute(
            update(discrepancy)
            .where(discrepancy.c.slip_no == row.no)
            .values(state=CLOSED, closed_at=call.now)
        )
    return {}


def find(connection: Connection, slip_no: str) -> Row[Any]:
    """A slip by its number. Raises NotFound."""
    row = connection.execute(select(store_slip).where(store_slip.c.no == slip_no)).one_or_none()
    if row is None:
        raise NotFound(Message(zh="没有这张店铺补货单。", en="There is no such store slip."))
    return row


def keeper(connection: Connection, store: str) -> str:
    """The login of the person who answers for a store; "" when nobody is named."""
    query = select(store_keeper.c.person).where(store_keeper.c.location == store)
    return connection.scalars(query).one_or_none() or ""


def _store(connection: Connection, code: str) -> Row[Any]:
    query = select(location).where(location.c.code == code, location.c.kind == "store")
    row = connection.execute(query).one_or_none()
    if row is None:
        raise WrongInput("store", "店铺编码", "the code of a store")
    return row


def _lines(call: Call) -> list[Values]:
    asked = rows(call.get("lines"), "lines")
    skus = [line.text("sku") for line in asked]
    known = {row.sku: row for row in call.connection.execute(select(product).where(product.c.sku.in_(skus)))}
    if not asked or not set(skus) <= set(known):
        raise WrongInput("lines", "目录内货品的明细", "lines of goods in the catalogue")
    return [
        {
            "sku": line.text("sku"),
            "name": known[line.text("sku")].name,
            "spec": " ".join(
                filter(None, (known[line.text("sku")].spec, line.text("color"), line.text("size")))
            ),
            "unit": known[line.text("sku")].unit,
            "qty": line.count("qty"),
        }
        for line in asked
    ]
