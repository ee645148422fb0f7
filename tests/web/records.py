"""A little trade for the look-up pages: a customer, their order and what followed, one of each."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, insert

from engine.model.papers import confirmation, document, shipment, ticket, track_event
from engine.model.production import anomaly, contract, inspection, price_doubt, production_order, statement
from engine.model.stores import fine, store_slip
from engine.model.trade import (
    customer,
    customer_address,
    customer_contact,
    customer_history,
    invoice,
    location,
    order,
    order_line,
    payment,
    product,
    reservation,
    stock,
    stock_move,
)
from tests.web.support import Site

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
ORDER = "SO2026-000001"


def trade(site: Site, instance_id: int) -> None:
    """Rows of everything, all about the order that an instance took."""
    mine = {"instance_id": instance_id}
    _customer(site)
    money = {"total": Decimal(5550), "received_at": NOW, "changed_at": NOW}
    head = {
        "no": ORDER,
        **mine,
        "type": "批发",
        "customer_id": 1,
        "customer_name": "和顺商行",
        "level": "A",
        **money,
    }
    _fill(
        site, order, {**head, "status": "已发货", "ship_time": date(2026, 11, 20), "address": "文三路 118 号"}
    )
    price = {"qty": 300, "unit_price": Decimal("18.50"), "amount": Decimal(5550)}
    _fill(
        site, order_line, {"order_no": ORDER, "n": 1, "sku": "ZP-1001", "name": "抽纸", "unit": "箱", **price}
    )
    _fill(
        site,
        shipment,
        {"no": "FH1", "order_no": ORDER, "status": "已发货", "waybill": "LD1", "created_at": NOW},
    )
    _fill(
        site,
        track_event,
        {"shipment_no": "FH1", "status": "处理中", "at": NOW},
        {"shipment_no": "FH1", "status": "已发货", "at": NOW},
    )
    asked = {"order_no": ORDER, "purpose": "full", "amount_due": Decimal(5550), "requested_at": NOW}
    _fill(site, payment, {"no": "SK1", **asked, "state": "requested", "reminders": 2})
    _fill(
        site,
        invoice,
        {"no": "FP1", "order_no": ORDER, "title": "和顺商行", "amount": Decimal(5550), "issued_at": NOW},
    )
    _papers(site, mine)
    _fill(
        site,
        confirmation,
        {"no": "QR1", "version": 1, "order_no": ORDER, "code": "1", "document_id": 1, "built_on": NOW.date()},
    )
    reported = {
        "kind": "破损",
        "order_no": ORDER,
        "customer_id": 1,
        "customer_name": "和顺商行",
        "state": "登记",
    }
    _fill(site, ticket, {"no": "TK1", **reported, **mine, "opened_at": NOW, "respond_by": NOW})
    _production(site, mine)
    _stock(site)
    _shop(site, mine)


def _fill(site: Site, table: Table, *rows: dict[str, Any]) -> None:
    with site.database.write() as connection:
        connection.execute(insert(table), list(rows))


def _production(site: Site, mine: dict[str, Any]) -> None:
    line = {
        "sku": "ZP-1001",
        "name": "抽纸",
        "old": Decimal(20),
        "new": Decimal("18.50"),
        "settled": Decimal(19),
    }
    _fill(site, price_doubt, {"no": "YY1", **mine, "order_no": ORDER, "lines": [line], "opened_at": NOW})
    said = {"department": "technical", "text": "原料齐备", "hash": "", "document_id": 1, "written_at": NOW}
    signed = {"signer": "he", "signer_name": "何文员", "signed_at": NOW}
    _fill(
        site,
        statement,
        {"no": "YL1", "version": 1, **mine, "order_no": ORDER, "kind": "material", **said, **signed},
    )
    made = {
        "qty": 500,
        "done": 300,
        "booked": 100,
        "due": NOW.date(),
        "confirmed_due": NOW.date(),
        "state": "生产中",
    }
    when = {"document_id": 1, "pending_return": True, "issued_at": NOW, "changed_at": NOW}
    _fill(site, production_order, {"no": "QS1", **mine, "order_no": ORDER, **made, **when})
    broken = {"kind": "设备", "detail": "停机", "done": 300, "reported_at": NOW}
    _fill(site, anomaly, {"no": "YC1", **mine, "production_no": "QS1", **broken})
    rounds = ({"no": f"JY{n}", "round": n, "defects": 3 * (2 - n), "passed": n == 2} for n in (1, 2))
    _fill(site, inspection, *({**each, "production_no": "QS1", "checks": [], "at": NOW} for each in rounds))


def _customer(site: Site) -> None:
    _fill(
        site,
        customer,
        {
            "id": 1,
            "name": "和顺商行",
            "level": "A",
            "is_partner": True,
            "phone": "13800010001",
            "created_at": NOW,
        },
    )
    _fill(site, customer_contact, {"customer_id": 1, "name": "马海涛", "phone": "13800010001", "signs": True})
    _fill(
        site,
        customer_address,
        {"customer_id": 1, "recipient": "马海涛", "address": "文三路 118 号", "used_at": NOW},
    )
    _fill(site, customer_history, {"customer_id": 1, "kind": "note", "text": "习惯分批", "at": NOW})
    terms = {
        "payment_terms": "deposit_balance",
        "deposit_rate": Decimal("0.3"),
        "valid_from": date(2026, 1, 1),
    }
    _fill(site, contract, {"no": "HT1", "customer_id": 1, **terms})


def _papers(site: Site, mine: dict[str, Any]) -> None:
    plain = {
        "version": 1,
        "order_no": ORDER,
        "copies": 1,
        "payload": {},
        "hash": "ab" * 32,
        "issued_at": NOW,
        **mine,
    }
    _fill(
        site,
        document,
        {"id": 1, "kind": "outbound_slip", "number": "CK1", "title": "出库单", **plain},
        {"id": 2, "kind": "dispatch_notice", "number": "TZ1", "title": "发货通知单", **plain},
    )


def _stock(site: Site) -> None:
    _fill(
        site, product, {"sku": "ZP-1001", "name": "抽纸", "spec": "3 层", "unit": "箱", "price": Decimal(22)}
    )
    _fill(site, location, {"code": "CK1", "name": "仓储中心", "kind": "warehouse"})
    _fill(site, stock, {"sku": "ZP-1001", "location": "CK1", "qty": 1200, "reserved": 300, "min_qty": 1000})
    _fill(site, reservation, {"order_no": ORDER, "sku": "ZP-1001", "location": "CK1", "qty": 300})
    _fill(
        site,
        stock_move,
        {"sku": "ZP-1001", "location": "CK1", "kind": "out", "qty": -300, "ref": "CK1", "at": NOW},
        {"sku": "ZP-1001", "location": "CK1", "kind": "adjust", "qty": 4, "ref": "TK1", "at": NOW},
    )


def _shop(site: Site, mine: dict[str, Any]) -> None:
    store = {"store": "CK1", "ownership": "直营", "handler_role": "direct_clerk", "lines": [], "pieces": 5}
    _fill(
        site,
        store_slip,
        {"no": "BH1", **mine, **store, "confirmed_at": NOW, "due_at": NOW, "state": "待处理"},
    )
    fined = {
        "slip_no": "BH1",
        "kind": "slip",
        "month": "2026-11",
        "person": "he",
        "person_name": "何文员",
        "store": "CK1",
    }
    _fill(
        site,
        fine,
        {
            "no": "FK1",
            **mine,
            **fined,
            "pieces": 5,
            "rate": 5,
            "amount": 25,
            "due_at": NOW,
            "recorded_at": NOW,
        },
    )
