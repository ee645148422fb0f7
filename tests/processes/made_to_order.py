"""An order for goods made to order, taken through the pages step by step by the people whose work it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import Table, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine.model.papers import confirmation, notification
from engine.model.production import production_order
from tests.company import Company, Task, answers_form, form_data, multi, trouble
from tests.processes.answers import POINTS

#: Of class A on credit, of class B without a deposit, of class C with a deposit of 30 %.
A, B, C = (
    ("悦家生活用品连锁", "13800010002"),
    ("启明幼儿园", "13800010004"),
    ("绿源净水工程队", "13800010007"),
)
TISSUES, ROLLS = "ZD-6001", "ZD-6002"  #: 20.00 and 10.00 yuan in the list
DUE = date(2026, 3, 20)
TICKS = [
    "customer",
    "contact",
    "product",
    "spec",
    "qty",
    "price",
    "payment",
    "date",
    "packing",
    "address",
    "special",
]


def shanghai(day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """A moment of March 2026 in Shanghai."""
    return datetime(2026, 3, 1, hour, minute, second, tzinfo=UTC) + timedelta(days=day - 1, hours=-8)


def do(company: Company, login: str, element: str, **answers: Any) -> None:
    """Somebody does the oldest open task at an element."""
    company.person(login).do(element, **answers)


def sign(company: Company, login: str, element: str, **said: Any) -> None:
    """Somebody signs, or refuses to."""
    answer = company.person(login).sign(element, **said)
    assert 303 == answer.status_code, trouble(answer)


def ordered(company: Company, who: tuple[str, str], sku: str, qty: int, **line: Any) -> None:
    """An order by telephone, up to its memo; the prices are looked at next."""
    name, phone = who
    company.person("lin").start("production_order", source="phone", customer_name=name, caller_phone=phone)
    goods = [{"sku": sku, "qty": qty, **line}]
    facts = {"wanted_date": "2026-03-20", "payment_method": "对公账户", "freight": "到付", "complete": True}
    do(company, "lin", "receive_order", lines=goods, **facts)
    do(company, "lin", "write_memo", **{f"{name}_ok": True for name in TICKS})
    do(company, "lin", "announce_wait", eta="2026-03-02T15:00", thanked=True)


def priced(company: Company) -> None:
    """Price, spec and terms are as agreed."""
    do(company, "lin", "check_price_terms", price_ok=True, spec_ok=True, terms_ok=True)


def stated(company: Company) -> None:
    """Technical states the material, production the dates: made on the 10th, finished on the 20th; both sign."""
    do(company, "gong", "confirm_technical", producible=True, material_ok=True)
    material_stated(company)
    sign(company, "gong", "sign_material_statement")
    date_stated(company)
    sign(company, "meng", "sign_due_statement")


def material_stated(company: Company) -> None:
    """Technical writes what there is of raw material."""
    said = {"material_text": "原纸 18 吨，本单需 2.4 吨，足够", "material_date": "2026-03-06"}
    do(company, "gong", "state_material", material_given="written", **said)


def date_stated(company: Company) -> None:
    """Production writes when it makes and finishes the goods."""
    dates = {"production_date": "2026-03-10", "due_date": "2026-03-20"}
    do(company, "meng", "preschedule_production", due_given="written", due_text="3 月 20 日复卷完成", **dates)


def confirmable(company: Company, who: tuple[str, str], sku: str = ROLLS) -> None:
    """An order for 500, priced and stated; the confirmation is to be made."""
    ordered(company, who, sku, 500)
    priced(company)
    stated(company)


MADE = {"tolerance": "±3%", "packing": "纸箱，每托 40 箱", "label": "中文标签", "hints": "首件对样"}


def sent(company: Company, who: tuple[str, str], sku: str = ROLLS) -> None:
    """Its confirmation goes out on 2 March at ten, due 20 March."""
    confirmable(company, who, sku)
    company.wait_until(shanghai(2, 10))
    do(company, "lin", "make_confirmation", **MADE)
    do(company, "lin", "proofread_confirmation", proofread=True)


def came_back(company: Company, **found: bool) -> None:
    """The signed copy comes in and is examined: flawless unless said otherwise."""
    url = f"/tasks/{company.task('await_return').id}"
    wu = company.person("wu")
    data: dict[str, Any] = multi(form_data(answers_form(wu.get(url))))
    data |= {"response": ["returned"], "return_signer": ["周园长"]}
    data["_file:return_file"] = [
        FileStorage(BytesIO(b"%PDF-1.4"), "签回件.pdf", content_type="application/pdf")
    ]
    boundary, body = encode_multipart(data)
    answer = wu.client.post(
        f"{url}/complete", data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )
    assert 303 == answer.status_code, trouble(answer)
    company.work()
    checks = {"sig_clear": True, "content_ok": True, "requests_clear": True, **found}
    defect = {} if all(checks.values()) else {"defect": "印章模糊，看不清单位名称"}
    do(company, "lin", "examine_return", **checks, **defect)


def making(company: Company) -> None:
    """The production order is signed by two, and production has planned it."""
    for login in ("lin", "wei"):
        sign(company, login, "sign_document", points=dict.fromkeys(POINTS, True))
    dates = {"start_on": "2026-03-10", "finish_on": "2026-03-20"}
    do(company, "meng", "plan_production", machines="复卷机 2 号", staff="甲班", **dates)


def made(company: Company) -> None:
    """Everything is produced, under the eyes of the assistant."""
    do(company, "meng", "produce", qty_done=500, finished=True)
    seen = {"progress": "按计划", "quality": "合格", "qty_checked": "500", "time_ok": "准时"}
    do(company, "su", "supervise_production", **seen)


def inspected(company: Company, **wrong: Any) -> None:
    """Quality and customer service inspect; what quality finds wrong is said."""
    good = dict.fromkeys(("qty_ok", "packing_ok", "label_ok", "spec_ok"), True) | {"defects": 0}
    found = {**good, **wrong}
    do(company, "bai", "inspect_product", **found, **({"findings": "三箱标签印错"} if wrong else {}))
    do(company, "lin", "inspect_product", **good)


def booked(company: Company) -> None:
    """Packed, marked and in stock."""
    do(company, "meng", "pack_and_mark", packed=True)
    do(company, "bai", "book_finished_goods")


def rows(company: Company, table: Table) -> list[Any]:
    """What stands in a table, oldest first."""
    with company.db.read() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def told(company: Company, event: str) -> list[str]:
    """Who was told about an event."""
    return [row.recipient for row in rows(company, notification) if row.event == event]


def due(company: Company) -> list[tuple[date, int]]:
    """When the confirmation says the goods are finished, and by how many days that has moved."""
    return [(row.current_due, row.postponed_days) for row in rows(company, confirmation)]


def issued(company: Company) -> list[tuple[date, date, bool]]:
    """Production orders: due to production, due to the customer, whether the return is still to come."""
    return [(row.due, row.confirmed_due, row.pending_return) for row in rows(company, production_order)]


def at(company: Company, element: str) -> list[Task]:
    """The open tasks at an element."""
    return [task for task in company.open() if task.element == element]


def shipped(company: Company) -> None:
    """The goods leave on 20 March, and the customer is told."""
    company.wait_until(shanghai(20))
    do(company, "liu", "pick_goods", lines=[{"picked": 500}])
    do(company, "liu", "check_quality", qty_ok=True, quality_ok=True)
    do(company, "liu", "pack_label", packed=True, label=True, parcels=5)
    do(company, "liu", "confirm_before_ship", all_correct=True)
    do(company, "sun", "collect_orders", place="province")
    do(company, "sun", "plan_delivery")
    do(company, "sun", "assign_delivery", assignee="孙物流")
    do(company, "sun", "load_goods", collected=True)
    do(company, "sun", "create_waybill", waybill="ZY001", eta="2026-03-22")
    way = {"shipped_at": "2026-03-20T16:00", "carrier": "浙运物流", "waybill": "ZY001", "eta": "2026-03-22"}
    do(company, "ding", "fill_dispatch_advice", **way, check_times=[{"at": "2026-03-21T09:00"}])
    do(company, "lin", "verify_advice", is_true=True, eta_matches=True)
    do(company, "lin", "confirm_advice", legible=True, thanked=True)


def arrived(company: Company) -> None:
    """Asked after on the 21st, as the advice says, they arrive on the 22nd; the customer is content the day after."""
    company.wait_until(shanghai(21, 9))
    do(company, "lin", "track_arrival", arrived=False, eta="2026-03-22")
    company.wait_until(shanghai(22, 10))
    do(company, "sun", "monitor_transit", state="arrived")
    do(company, "lin", "track_arrival", arrived=True, arrived_at="2026-03-22T09:40", condition="good")
    do(company, "sun", "confirm_delivery", delivered_at="2026-03-22T09:50")
    company.wait_until(shanghai(23, 9))
    do(company, "lin", "contact_customer", received=True, matches=True, intact=True)
    do(company, "lin", "survey_satisfaction", score=5)
