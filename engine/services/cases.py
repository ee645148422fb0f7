"""The facts of an after-sales case: the order, what of it is affected, what it is worth and weighs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select

from engine.errors import Message
from engine.model.papers import shipment
from engine.model.trade import order_line, product
from engine.services import orders, tickets
from engine.services.call import Call, ServiceError, Values, count_of, decimal_of, mapping_of, rows, text_of
from engine.services.customers import known
from engine.services.shipments import packed

_THOUSAND = Decimal(1000)
_ZERO = Decimal("0.00")
#: Kinds that are about pieces of an order.
_ABOUT_GOODS = frozenset({"查件", "少货", "错货", "破损", "质量", "换货", "退货"})


def load(call: Call) -> Values:
    """Everything that is known about a ticket when somebody begins to work on it.

    `expected_weight`: kilograms of the batch the ticket names, by its shipping list; of the whole order where it names
    none.
    """
    row = tickets.begin(call, text_of(mapping_of(call.get("ticket"), "ticket").get("no")))
    order = orders.find(call.connection, row.order_no) if row.order_no else None
    lines = _order_lines(call, row)
    whole = [(line["sku"], line["ordered"]) for line in lines]
    texts = {name: getattr(row, name) for name in ("kind", "channel", "description", "order_no", "batch_no")}
    return {
        "facts": {
            **texts,
            "customer": known(call, row.customer_id) or _stranger(call, row),
            **_destination(order),
            **_parcel(call, row),
            "lines": lines,
            "promised": order.ship_time if order is not None else None,
            "expected_weight": _weight(call, packed(call.connection, row.order_no, row.batch_no) or whole),
        }
    }


def measure(call: Call) -> Values:
    """Note that the customer was answered; what the affected pieces cost (as paid), weigh and take up.

    More pieces than were ordered count as those ordered: nobody is compensated for what was never bought. Error
    nothing_affected when the ticket is about goods and no piece is named.
    """
    affected = [line for line in map(_affected, rows(call.get("lines"), "lines")) if line["qty"] > 0]
    if not affected and call.text("kind") in _ABOUT_GOODS:
        raise ServiceError(
            "nothing_affected",
            Message(zh="请填写有问题的件数。", en="Enter how many pieces are affected."),
        )
    tickets.answered(call, call.text("ticket_no"))
    sizes = [(line["sku"], line["qty"]) for line in affected]
    return {
        "lines": affected,
        "value": sum((line["amount"] for line in affected), _ZERO),
        "weight": _weight(call, sizes),
        "volume": _measured(call, sizes, "volume"),
    }


def _order_lines(call: Call, row: Row[Any]) -> list[Values]:
    """The lines of the order with the pieces that the ticket is about; all of them where it does not say."""
    said: dict[str, int] = {}
    for told in rows(row.lines, "lines"):
        said[told.text("sku")] = said.get(told.text("sku"), 0) + told.count("qty")
    query = select(order_line).where(order_line.c.order_no == row.order_no).order_by(order_line.c.n)
    names, found = ("sku", "name", "spec", "unit", "unit_price"), []
    for line in call.connection.execute(query).all() if row.order_no else []:
        qty = min(line.qty, said.get(line.sku, 0)) if row.lines else line.qty
        said[line.sku] = said.get(line.sku, 0) - qty
        found.append({**{name: getattr(line, name) for name in names}, "ordered": line.qty, "qty": qty})
    return found


def _affected(line: Any) -> Values:
    qty = max(0, min(line.count("qty"), count_of(line.values.get("ordered"), "ordered")))
    price = decimal_of(line.values.get("unit_price") or 0, "unit_price")
    return {**line.values, "qty": qty, "amount": (price * qty).quantize(Decimal("0.01"))}


def _weight(call: Call, sizes: list[tuple[str, int]]) -> Decimal:
    return _measured(call, sizes, "weight")


def _measured(call: Call, sizes: list[tuple[str, int]], name: str) -> Decimal:
    """Kilograms or litres of so many pieces."""
    query = select(product.c.sku, product.c[name].label("each"))
    each = {
        row.sku: row.each
        for row in call.connection.execute(query.where(product.c.sku.in_([s for s, _ in sizes])))
    }
    return sum((Decimal(each.get(sku, 0) * qty) for sku, qty in sizes), Decimal(0)) / _THOUSAND


def _destination(order: Row[Any] | None) -> Values:
    names = ("recipient", "phone", "address", "freight")
    return {name: getattr(order, name) if order is not None else "" for name in names}


def _parcel(call: Call, row: Row[Any]) -> Values:
    """The carrier and waybill of what was sent last."""
    query = select(shipment).where(shipment.c.order_no == row.order_no)
    if row.batch_no is not None:
        query = query.where(shipment.c.batch_no == row.batch_no)
    sent = call.connection.execute(query.order_by(shipment.c.no.desc()).limit(1)).one_or_none()
    return {name: getattr(sent, name) if sent is not None else "" for name in ("carrier", "waybill")}


def _stranger(call: Call, row: Row[Any]) -> Values:
    """Somebody who is not on file, as far as they said who they are."""
    unknown = dict.fromkeys(("email", "recipient", "address", "title", "tax_no", "level"), "")
    return {
        "id": None,
        "name": row.customer_name,
        "phone": call.text("phone"),
        "preferred_channel": "phone",
        **unknown,
    }
