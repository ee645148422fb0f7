"""The demo company's trade: customers of every class, household and paper goods, stock that does not suffice for all."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from engine.clock import utc_now
from engine.model.instances import setting
from engine.model.trade import (
    customer,
    customer_address,
    customer_contact,
    customer_history,
    location,
    price_rule,
    product,
    stock,
)
from engine.services import demo_after_sales, demo_production, demo_stores

COMPANY = "南湖百货贸易有限公司"

_FIRST_DAY = date(2026, 1, 1)

#: name, kind, class, partner, phone, email, channel, credit, tax no., invoice item, recipient, address, history
_CUSTOMERS: tuple[tuple[Any, ...], ...] = (
    (
        "宏达超市有限公司", "unit", "A", True, "13800010001", "caigou@hongda.example", "phone", "ok",
        "91330100MA2A00001X", "日用百货", "马海涛", "浙江省杭州市西湖区文三路 118 号宏达超市一楼收货处",
        ("2026-01-12 订购抽纸 200 箱，分两批发货，当日付款", "长期合作伙伴，享合伙人价，门店仓位小，习惯分批"),
    ),
    (
        "悦家生活用品连锁", "unit", "A", True, "13800010002", "order@yuejia.example", "email", "ok",
        "91330100MA2A00002Y", "日用百货", "沈丽娟", "浙江省杭州市滨江区江南大道 588 号悦家总仓 3 号门",
        ("2026-02-03 投诉外箱破损 2 箱，已补发", "2025-12-20 年度返利已结清"),
    ),
    (
        "城北便民商店", "unit", "B", False, "13800010003", "", "sms", "ok",
        "92330105MA2B00003A", "纸品", "吴国强", "浙江省杭州市拱墅区莫干山路 902 号",
        ("2026-02-18 订购卷纸 30 提，到付",),
    ),
    (
        "启明幼儿园", "unit", "B", False, "13800010004", "houqin@qiming.example", "email", "ok",
        "52330106MJ8700004B", "清洁用品", "周园长", "浙江省杭州市余杭区良渚街道古墩路 1688 号启明幼儿园后勤处",
        ("2026-01-08 订购洗手液 60 瓶，需随货发票",),
    ),
    (
        "金桥酒店管理有限公司", "unit", "B", False, "13800010005", "purchase@jinqiao.example", "phone", "ok",
        "91330104MA2C00005C", "酒店用品", "陈志远", "浙江省杭州市上城区解放路 26 号金桥酒店员工通道",
        ("2025-11-30 订购擦手纸 120 箱", "2026-02-25 回访满意，希望周二送货"),
    ),
    (
        "江南大学城图文店", "unit", "B", True, "13800010006", "", "phone", "ok",
        "92330109MA2D00006D", "办公用纸", "林小东", "浙江省杭州市萧山区市心北路 333 号",
        ("2026-03-01 订购 A4 复印纸 50 箱",),
    ),
    (
        "绿源净水工程队", "unit", "C", False, "13800010007", "", "sms", "ok",
        "", "", "许建明", "浙江省湖州市吴兴区织里镇利济西路 77 号", ("2025-10-11 首次下单，先款后货",),
    ),
    (
        "张秀英", "person", "C", False, "13800010008", "", "phone", "ok",
        "", "", "张秀英", "浙江省嘉兴市南湖区中山东路 201 号 5 幢 602 室",
        ("2026-02-09 订购垃圾袋 10 卷",),
    ),
    (
        "李建国", "person", "C", False, "13800010009", "", "sms", "ok",
        "", "", "李建国", "上海市松江区九亭镇涞亭南路 15 弄 8 号", (),
    ),
    (
        "四季青服装批发行", "unit", "C", False, "13800010010", "siji@siji.example", "email", "blocked",
        "92330104MA2E00010E", "包装用品", "方敏", "浙江省杭州市上城区杭海路 31 号",
        ("2025-09-02 货款拖欠 45 天，已停信用",),
    ),
    (
        "新起点烘焙工作室", "unit", "C", False, "13800010011", "", "phone", "new",
        "", "", "何晓", "浙江省杭州市临平区南苑街道迎宾路 505 号", (),
    ),
    (
        "华东会展服务有限公司", "unit", "A", False, "13800010012", "office@hdhz.example", "fax", "ok",
        "91310115MA1F00012F", "会议用品", "顾莹", "上海市浦东新区龙阳路 2345 号 W3 馆 2 号货梯",
        ("2026-01-22 订购瓶装水 400 箱，确认函以传真回传",),
    ),
)  # fmt: skip

#: sku, name, brand, spec, unit, case, barcode, grams, list price, class A, class B, on hand, least
_PRODUCTS: tuple[tuple[Any, ...], ...] = (
    ("ZP-1001", "抽纸", "南湖", "3 层 120 抽 ×24 包", "箱", 24, "6901234100017", 4600, "22.00", "18.50", "20.00", 1200, 200),
    ("ZP-1002", "卷纸", "南湖", "4 层 140 克 ×10 卷", "提", 10, "6901234100024", 1450, "19.80", "16.80", "18.00", 800, 150),
    ("ZP-1003", "擦手纸", "南湖", "单层 200 抽 ×20 包", "箱", 20, "6901234100031", 5200, "68.00", "58.00", "63.00", 260, 60),
    ("ZP-1004", "厨房用纸", "柔洁", "2 层 75 节 ×8 卷", "提", 8, "6901234100048", 1600, "26.50", "22.90", "24.50", 340, 80),
    ("ZP-1005", "湿巾", "柔洁", "80 抽带盖", "包", 24, "6901234100055", 420, "9.90", "7.60", "8.80", 90, 120),
    ("ZP-1006", "餐巾纸", "南湖", "单层 270×270 毫米 100 张", "包", 48, "6901234100062", 180, "3.20", "2.60", "2.90", 2400, 400),
    ("ZP-1007", "大盘纸", "南湖", "2 层 240 米 ×12 卷", "箱", 12, "6901234100079", 7200, "96.00", "82.00", "89.00", 75, 40),
    ("BG-2001", "A4 复印纸", "翰文", "70 克 500 张 ×5 包", "箱", 5, "6901234200014", 12500, "118.00", "102.00", "109.00", 430, 100),
    ("BG-2002", "收银纸", "翰文", "57×50 毫米 ×100 卷", "箱", 100, "6901234200021", 6800, "85.00", "72.00", "78.00", 66, 30),
    ("QJ-3001", "洗洁精", "清露", "柠檬 1.29 千克", "瓶", 12, "6901234300011", 1350, "12.80", "10.20", "11.50", 620, 120),
    ("QJ-3002", "洗手液", "清露", "芦荟 500 毫升", "瓶", 24, "6901234300028", 560, "11.50", "9.20", "10.40", 0, 100),
    ("QJ-3003", "消毒液", "清露", "2.5 升", "桶", 6, "6901234300035", 2650, "28.00", "23.50", "25.80", 150, 60),
    ("QJ-3004", "洗衣液", "清露", "薰衣草 3 千克", "桶", 4, "6901234300042", 3150, "39.90", "33.80", "36.90", 210, 60),
    ("QJ-3005", "地面清洁剂", "清露", "5 升", "桶", 4, "6901234300059", 5200, "46.00", "39.00", "42.50", 48, 24),
    ("RY-4001", "垃圾袋", "家易", "45×50 厘米 30 只 ×5 卷", "组", 40, "6901234400018", 380, "12.90", "9.80", "11.20", 1500, 300),
    ("RY-4002", "保鲜膜", "家易", "30 厘米 ×60 米", "卷", 30, "6901234400025", 310, "13.50", "10.80", "12.00", 275, 90),
    ("RY-4003", "一次性手套", "家易", "PE 100 只", "盒", 50, "6901234400032", 110, "5.60", "4.20", "4.90", 35, 100),
    ("RY-4004", "抹布", "家易", "超细纤维 30×30 厘米 10 条", "包", 20, "6901234400049", 260, "15.80", "12.60", "14.00", 410, 80),
    ("RY-4005", "拖把", "家易", "免手洗平板", "把", 6, "6901234400056", 1250, "59.00", "48.00", "53.00", 84, 20),
    ("YL-5001", "瓶装水", "山泉里", "550 毫升 ×24 瓶", "箱", 24, "6901234500015", 13500, "28.80", "23.60", "26.00", 960, 240),
)  # fmt: skip

_LOCATIONS = (
    ("CK1", "仓储中心", "warehouse", "", "liu"),
    ("MD1", "文三路直营店", "store", "直营", ""),
    ("MD2", "良渚加盟店", "store", "加盟", ""),
)


def seed(connection: Connection, now: datetime | None = None) -> None:
    """Fill an empty trade; nothing is done where there are customers already."""
    if connection.execute(select(customer.c.id).limit(1)).first() is not None:
        return
    moment = now or utc_now()
    _fill(connection, location, ("code", "name", "kind", "ownership", "manager"), _LOCATIONS)
    _seed_products(connection)
    for place, row in enumerate(_CUSTOMERS):
        _seed_customer(connection, row, moment - timedelta(days=400 - place))
    demo_stores.seed(connection)
    demo_after_sales.seed(connection)
    demo_production.seed(connection)
    if not connection.execute(select(setting).where(setting.c.key == "company_name")).first():
        connection.execute(insert(setting).values(key="company_name", value=COMPANY))


def _fill(
    connection: Connection, table: Table, names: tuple[str, ...], rows: tuple[tuple[Any, ...], ...]
) -> None:
    connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def _seed_products(connection: Connection) -> None:
    names = ("sku", "name", "brand", "spec", "unit", "case_size", "barcode", "weight", "price")
    goods = tuple((*row[:8], Decimal(row[8])) for row in _PRODUCTS)
    _fill(connection, product, names, goods)
    rules = tuple(
        (row[0], level, _FIRST_DAY, Decimal(price))
        for row in _PRODUCTS
        for level, price in (("A", row[9]), ("B", row[10]))
    )
    _fill(connection, price_rule, ("sku", "level", "valid_from", "price"), rules)
    lying = tuple((row[0], "CK1", row[11], row[12]) for row in _PRODUCTS)
    _fill(connection, stock, ("sku", "location", "qty", "min_qty"), lying)


def _seed_customer(connection: Connection, row: tuple[Any, ...], since: datetime) -> None:
    name, kind, level, partner, phone, email, channel, credit, tax_no, item, recipient, address, history = row
    values = {
        "name": name, "kind": kind, "level": level, "is_partner": partner, "phone": phone, "email": email,
        "preferred_channel": channel, "credit": credit, "title": name if tax_no else "", "tax_no": tax_no,
        "invoice_item": item, "salesperson": "wu", "created_at": since,
    }  # fmt: skip
    key = (connection.execute(insert(customer).values(**values)).inserted_primary_key or (None,))[0]
    where = {"customer_id": key, "recipient": recipient, "phone": phone, "address": address}
    connection.execute(insert(customer_address).values(**where, used_at=since))
    if kind == "unit":
        connection.execute(
            insert(customer_contact).values(customer_id=key, name=recipient, phone=phone, signs=True)
        )
    for days, text in enumerate(history):
        entry = {"customer_id": key, "kind": "note", "ref": "", "text": text, "facts": {}}
        connection.execute(insert(customer_history).values(**entry, at=since + timedelta(days=300 - days)))
