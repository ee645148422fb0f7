"""How the trade stood before a process was called: a customer, their order, the slip for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.processes.walking import Walk


def customer(walk: Walk, phone: str = "13800010001") -> dict[str, Any]:
    """A customer of the demo company as the processes know them; 宏达超市, class A, unless another number is given."""
    found: dict[str, Any] = walk.service("customers.find", phone=phone)["match"]
    return found


def order(
    walk: Walk,
    *,
    sku: str = "ZP-1001",
    qty: int = 300,
    phone: str = "13800010001",
    more: Iterable[tuple[str, int]] = (),
) -> dict[str, Any]:
    """A confirmed order, of `more` articles too, with its stock kept back: what processes are called with."""
    who = customer(walk, phone)
    lines = [{"sku": article, "qty": pieces} for article, pieces in [(sku, qty), *more]]
    asked = {"customer_id": who["id"], "level": who["level"], "lines": lines}
    quote = walk.service("orders.quote", **asked)
    where = {name: who[name] for name in ("recipient", "phone", "address")}
    facts = {
        **asked,
        **quote,
        **where,
        "customer_name": who["name"],
        "ship_time": "2026-03-20",
        "freight": "到付",
    }
    made = walk.service(
        "orders.create", **facts, type="批发", payment_method="对公账户", ship_mode="一次性发货"
    )
    walk.service("orders.set_status", order_no=made["order_no"], status="已确认")
    kept = ("lines", "total", "level", "recipient", "phone", "address", "ship_time", "freight")
    return {"customer": who, "order_no": made["order_no"], **{name: facts[name] for name in kept}}


def slip(walk: Walk, about: dict[str, Any], kind: str = "outbound_slip") -> dict[str, Any]:
    """The slip of an order, one batch of one."""
    payload = {"name": about["customer"]["name"], "phone": about["phone"], "lines": about["lines"]}
    asked = {"kind": kind, "order_no": about["order_no"], "batch_no": 1, "payload": payload}
    made: dict[str, Any] = walk.service("documents.issue", **asked)["document"]
    return made
