"""A little trade of the small company, and rows to make it a large one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, insert, update

from engine.access import SYSTEM, Actor
from engine.commands import users
from engine.model.instances import instance
from engine.model.papers import document, shipment, ticket, track_event
from engine.model.production import contract
from engine.model.stores import allocation, store_slip
from engine.model.trade import (
    customer,
    customer_address,
    customer_history,
    location,
    order,
    order_line,
    payment,
    product,
    reservation,
    stock,
    stock_move,
)
from tests.contract.company import Company

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def fill(company: Company, table: Table, *rows: dict[str, Any]) -> None:
    """Put rows into a table."""
    with company.db.write() as connection:
        connection.execute(insert(table), list(rows))


def someone(number: int, **facts: Any) -> dict[str, Any]:
    """A customer."""
    known = {"id": number, "name": f"客户{number:05}", "level": "ABC"[number % 3], "phone": f"138{number:08}"}
    return {**known, "credit": "ok", "created_at": NOW + timedelta(minutes=number), **facts}


def an_order(number: int, **facts: Any) -> dict[str, Any]:
    """An order of a customer."""
    known = {
        "no": f"SO2026-{number:06}",
        "instance_id": 0,
        "type": "批发",
        "customer_id": 1,
        "total": Decimal(number),
    }
    when = NOW + timedelta(minutes=number)
    names = {"customer_name": "和顺商行", "status": "已确认"}
    return {**known, **names, "received_at": when, "changed_at": when, **facts}


def a_paper(id_: int, **facts: Any) -> dict[str, Any]:
    """An outbound slip."""
    known = {
        "id": id_,
        "instance_id": 0,
        "kind": "outbound_slip",
        "number": f"CK2026-{id_:06}",
        "version": 1,
    }
    rest = {"title": "出库单", "copies": 3, "payload": {}, "hash": "", "state": "draft"}
    return {**known, **rest, "issued_at": NOW + timedelta(minutes=id_), **facts}


def small(company: Company) -> None:
    """Two customers, an order that lin's instance took, its goods, papers and a ticket."""
    company.deploys("order.form", "order.bpmn", "both.bpmn", *(f"branch-{n}.form" for n in range(8)))
    mine = company.starts("order").instance_id
    fill(
        company,
        customer,
        someone(1, name="和顺商行", level="A"),
        someone(2, name="100%_乐购", credit="blocked"),
    )
    used = {"customer_id": 1, "recipient": "马海涛", "address": "文三路 118 号", "used_at": NOW}
    fill(company, customer_address, used)
    fill(company, customer_history, {"customer_id": 1, "kind": "note", "text": "习惯分批", "at": NOW})
    fill(
        company,
        contract,
        {"no": "HT-1", "customer_id": 1, "payment_terms": "credit", "valid_from": date(2026, 1, 1)},
    )
    fill(
        company,
        order,
        an_order(1, instance_id=mine),
        an_order(2, customer_id=2, status="待支付", type="定制"),
    )
    line = {"order_no": "SO2026-000001", "n": 1, "sku": "ZP-1001", "name": "抽纸", "unit": "箱", "qty": 300}
    fill(company, order_line, {**line, "unit_price": Decimal("18.50"), "amount": Decimal(5550)})
    sent = {"order_no": "SO2026-000001", "status": "已发货", "created_at": NOW}
    fill(company, shipment, {"no": "FH2026-000001", **sent})
    fill(
        company,
        track_event,
        *({"shipment_no": "FH2026-000001", "status": s, "at": NOW} for s in ("处理中", "已发货")),
    )
    asked = {"order_no": "SO2026-000001", "purpose": "full", "amount_due": Decimal(5550), "state": "paid"}
    fill(company, payment, {"no": "SK2026-000001", **asked, "requested_at": NOW})
    fill(
        company,
        document,
        a_paper(1, instance_id=mine, order_no="SO2026-000001"),
        a_paper(2, order_no="SO2026-000002"),
        a_paper(3, kind="dispatch_notice", number="TZ2026-000001", order_no="SO2026-000001"),
    )
    reported = {"kind": "破损", "order_no": "SO2026-000001", "customer_id": 1, "state": "登记"}
    fill(company, ticket, {"no": "TK2026-000001", **reported, "opened_at": NOW, "respond_by": NOW})
    goods = {"unit": "箱", "price": Decimal(22)}
    fill(
        company,
        product,
        {"sku": "ZP-1001", "name": "抽纸", **goods},
        {"sku": "ZP-1002", "name": "卷纸", **goods},
    )
    fill(
        company,
        location,
        {"code": "CK1", "name": "仓储中心", "kind": "warehouse"},
        {"code": "MD1", "name": "文三路店", "kind": "store"},
    )
    held = {"reserved": 300, "min_qty": 200}
    fill(
        company,
        stock,
        {"sku": "ZP-1001", "location": "CK1", "qty": 900, **held},
        {"sku": "ZP-1002", "location": "CK1", "qty": 499, **held},
        {"sku": "ZP-1001", "location": "MD1", "qty": 5, "reserved": 0, "min_qty": 0},
    )
    fill(company, reservation, {"order_no": "SO2026-000001", "sku": "ZP-1001", "location": "CK1", "qty": 300})
    moved = {"sku": "ZP-1001", "location": "CK1", "at": NOW}
    fill(
        company,
        stock_move,
        {**moved, "kind": "out", "qty": -300, "ref": "CK2026-000001"},
        {**moved, "location": "MD1", "kind": "in", "qty": 5, "ref": "PH2026-000001"},
    )
    times = {"confirmed_at": NOW, "due_at": NOW}
    store = {"store": "MD1", "ownership": "直营", "handler_role": "direct_clerk", "lines": [], "pieces": 5}
    fill(
        company, store_slip, {"no": "BH2026-000001", "instance_id": mine, **store, **times, "state": "待处理"}
    )
    fill(
        company,
        allocation,
        {
            "no": "PH2026-000001",
            "slip_no": "BH2026-000001",
            "lines": [],
            "state": "已确认",
            "created_at": NOW,
        },
    )
    with company.db.write() as connection:
        connection.execute(
            update(instance).where(instance.c.id == mine).values(subject="文三路店 · BH2026-000001")
        )


def as_role(company: Company, role: str) -> Actor:
    """Somebody of a role that nobody of the small company has."""
    users.define_role(
        company.db, role, role, role, SYSTEM, permissions=["audit"] if role == "auditor" else []
    )
    users.create_user(company.db, f"one_of_{role}", role, SYSTEM, roles=[role])
    return company.person(f"one_of_{role}")
