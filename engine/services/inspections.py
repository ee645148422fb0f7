"""Finished goods: inspected by the factory standard, made again where they fail, put into stock where they pass."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select

from engine.errors import Message
from engine.model.production import inspection
from engine.model.trade import order_line
from engine.services import inventory, orders
from engine.services.call import Call, ServiceError, Values, WrongInput, rows
from engine.services.call import Row as Line
from engine.services.documents import issue_paper
from engine.services.numbers import next_number
from engine.services.production import BOOKED, change, find
from engine.services.progress import CANCELLED, PENDING, later
from engine.services.shelves import put

_CHECKS = ("qty_ok", "packing_ok", "label_ok", "spec_ok")


def record(call: Call) -> Values:
    """Record what quality and customer service found (F14.26).

    Passed when both found quantity, packing, labels and spec right and nothing faulty; a caller who says it did not
    pass is believed, one who says it did is not.
    """
    row = find(call, call.get("production_order"))
    found = [_checked(each) for each in rows(call.get("checks"), "checks")]
    number = next_number(call.connection, "JC", call.now)
    before = _last(call, row.no)
    outcome = {
        "round": 1 if before is None else before.round + 1,
        "passed": bool(found) and all(map(_flawless, found)) and call.get("passed") is not False,
        "defects": max((check["defects"] for check in found), default=0),
    }
    call.connection.execute(
        insert(inspection).values(no=number, production_no=row.no, checks=found, at=call.now, **outcome)
    )
    return {"inspection": {"no": number, **outcome}}


def _checked(check: Line) -> Values:
    said = {name: check.text(name) for name in ("role", "findings")}
    ticks = {name: check.values.get(name) is True for name in _CHECKS}
    return {**said, **ticks, "defects": check.count("defects")}


def _flawless(check: Values) -> bool:
    return all(check[name] for name in _CHECKS) and check["defects"] == 0


def book(call: Call) -> Values:
    """Put inspected goods into stock on a 成品出库单, kept back for their order; `note` says why it is not what was ordered.

    Error not_passed when the last inspection failed or there was none.
    """
    row = find(call, call.get("production_order"))
    last = _last(call, row.no)
    if last is None or not last.passed:
        message = Message(
            zh=f"生产指令单 {row.no} 的成品尚未检验合格，不能交库。",
            en=f"The goods of production order {row.no} have not passed inspection and cannot be booked.",
        )
        raise ServiceError("not_passed", message)
    return {"finished_slip": _put(call, row, last)}


def _put(call: Call, order: Row[Any], passed: Row[Any]) -> Values:
    """The goods on the shelf and the slip that says so."""
    lines = _goods(call, order)
    place = inventory.warehouse(call.connection)
    pieces = sum(line["qty"] for line in lines)
    facts = {"production_no": order.no, "inspection_no": passed.no, "location": place, "pieces": pieces}
    payload = {**facts, "lines": lines, "date": call.today, "ordered": order.qty, "note": call.text("note")}
    paper = issue_paper(call, "finished_goods_slip", payload, order_no=order.order_no)
    for line in lines:
        put(call, line["sku"], place, line["qty"], "in", paper["number"])
    change(call, order, booked=order.booked + pieces, state=BOOKED)
    _keep_back(call, order.order_no)
    return paper


def _goods(call: Call, order: Row[Any]) -> list[Values]:
    """What is booked: the pieces given by article, in the words of the order."""
    names = ("sku", "name", "spec", "unit")
    query = select(order_line).where(order_line.c.order_no == order.order_no).order_by(order_line.c.n)
    known = {row.sku: {name: getattr(row, name) for name in names} for row in call.connection.execute(query)}
    given = rows(call.get("lines"), "lines")
    strange = [line.text("sku") for line in given if line.text("sku") not in known]
    if strange or not given:
        raise WrongInput("lines", "订单上的货品", "goods of the order")
    return [{**known[line.text("sku")], "qty": line.count("qty")} for line in given]


def _keep_back(call: Call, order_no: str) -> None:
    """The order that was produced for comes first."""
    row = orders.find(call.connection, order_no)
    if row is not None and later(row.status, PENDING) and row.status != CANCELLED:
        inventory.reserve(call.connection, order_no, orders.wanted(call.connection, order_no))


def _last(call: Call, production_no: str) -> Row[Any] | None:
    query = select(inspection).where(inspection.c.production_no == production_no)
    return call.connection.execute(query.order_by(inspection.c.round.desc()).limit(1)).one_or_none()
