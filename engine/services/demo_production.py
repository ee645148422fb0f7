"""What made-to-order goods need in the demo company: contracts of every kind, goods that are printed or cut as asked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from engine.model.production import contract
from engine.model.trade import customer, customer_history, price_rule, product

_SINCE = date(2026, 1, 1)

#: customer, terms of payment, deposit, delivery, settlement, quality, until
_CONTRACTS = (
    (
        "宏达超市有限公司", "credit", "0", "送货到店，提前一天电话预约", "月结 30 天，对公转账",
        "按《产品出厂标准》一级品验收", None,
    ),
    (
        "悦家生活用品连锁", "credit", "0", "送至总仓 3 号门，随货附送货单", "月结 45 天，对公转账",
        "按《产品出厂标准》一级品验收，色差不大于 1.5", None,
    ),
    (
        "华东会展服务有限公司", "credit", "0", "展馆货梯口交货，须在布展日前一天到", "会后 15 天结清",
        "按样张验收", date(2027, 12, 31),
    ),
    (
        "启明幼儿园", "deposit_balance", "0", "送至后勤处，周一至周五 8:00–16:00", "完工后付清货款再发货",
        "按《产品出厂标准》，须附检测报告", None,
    ),
    (
        "金桥酒店管理有限公司", "deposit_balance", "0.2", "送至员工通道，周二送货", "定金 20%，余款发货前付清",
        "按《产品出厂标准》一级品验收", None,
    ),
    (
        "绿源净水工程队", "deposit_balance", "0.3", "自提或到付", "定金 30%，余款发货前付清",
        "按《产品出厂标准》合格品验收", None,
    ),
    (
        "四季青服装批发行", "deposit_balance", "0.3", "物流到付", "定金 30%，余款发货前付清，信用停用期间不赊销",
        "按《产品出厂标准》合格品验收", date(2026, 12, 31),
    ),
    ("新起点烘焙工作室", "prepaid", "0", "快递到付", "款到发货", "按《产品出厂标准》合格品验收", None),
)  # fmt: skip

#: sku, name, brand, spec, unit, case, barcode, grams, list price, class A, class B, millilitres
_GOODS = (
    ("ZD-6001", "定制印字抽纸", "南湖", "3 层 120 抽 ×24 包，外包印客户标识", "箱", 24, "6901234600014", 4700, "20.00", "18.00", "20.00", 42000),
    ("ZD-6002", "定制盘纸", "南湖", "幅宽 100 毫米，直径 240 毫米 ×12 卷", "箱", 12, "6901234600021", 7400, "10.00", "9.00", "10.00", 54000),
    ("ZD-6003", "定制纸杯", "家易", "250 毫升 ×1000 只，双色印刷", "箱", 1000, "6901234600038", 3900, "95.00", "84.00", "90.00", 60000),
    ("ZD-6004", "定制购物袋", "家易", "牛皮纸 32×12×26 厘米 ×250 只", "箱", 250, "6901234600045", 8800, "210.00", "188.00", "199.00", 48000),
)  # fmt: skip

#: customer, what is remembered of earlier orders made for them
_HISTORY = (
    ("悦家生活用品连锁", "2025-09-18 定制印字抽纸 800 箱，¥18.00/箱，确认书三天后补传，按期交货"),
    ("启明幼儿园", "2025-10-22 定制盘纸 300 箱，¥10.00/箱，确认书晚一天回传，交期顺延一天"),
    ("绿源净水工程队", "2025-11-05 定制印字抽纸 200 箱，¥20.00/箱，定金 30% 到账后下单"),
    ("四季青服装批发行", "2025-07-16 定制购物袋 120 箱，¥210.00/箱，坚持老工艺，配方已书面确认"),
)


def seed(connection: Connection) -> None:
    """Put contracts and goods made to order where there are none; nothing is done a second time."""
    if connection.execute(select(contract.c.no).limit(1)).first() is not None:
        return
    for article in _GOODS:
        _offer(connection, article)
    for place, row in enumerate(_CONTRACTS, 1):
        _agree(connection, f"HT2026-{place:06d}", row)
    for name, text in _HISTORY:
        _remember(connection, name, text)


def _offer(connection: Connection, row: tuple[Any, ...]) -> None:
    names = ("sku", "name", "brand", "spec", "unit", "case_size", "barcode", "weight")
    goods = dict(zip(names, row[:8], strict=True))
    connection.execute(
        insert(product).values(price=Decimal(row[8]), volume=row[11], customisable=True, **goods)
    )
    rules = (("A", row[9]), ("B", row[10]))
    fixed = {"sku": row[0], "valid_from": _SINCE}
    connection.execute(
        insert(price_rule), [{**fixed, "level": level, "price": Decimal(price)} for level, price in rules]
    )


def _agree(connection: Connection, number: str, row: tuple[Any, ...]) -> None:
    name, terms, deposit, delivery, settlement, quality, until = row
    found = connection.scalars(select(customer.c.id).where(customer.c.name == name)).one_or_none()
    if found is not None:
        facts = {"payment_terms": terms, "delivery_terms": delivery, "settlement": settlement}
        dates = {"valid_from": _SINCE, "valid_to": until}
        connection.execute(
            insert(contract).values(
                no=number,
                customer_id=found,
                deposit_rate=Decimal(deposit),
                quality_standard=quality,
                **facts,
                **dates,
            )
        )


def _remember(connection: Connection, name: str, text: str) -> None:
    found = connection.execute(select(customer).where(customer.c.name == name)).one_or_none()
    if found is not None:
        entry = {"customer_id": found.id, "kind": "note", "ref": "", "text": text, "facts": {}}
        before = found.created_at + timedelta(days=280)  # the customer's other notes are of a later day
        connection.execute(insert(customer_history).values(**entry, at=before))
