"""Acceptance scenarios 1, 3–7, 9, 11 and 12 of the catalogue and two bad inputs, through the web pages.

Each is worked twice: by one server, and by a server that comes back from the database alone after every step.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine.commands.operate import set_variables
from engine.model.papers import confirmation, document, notification
from engine.model.production import (
    anomaly,
    daily_report,
    inspection,
    price_doubt,
    production_order,
    statement,
)
from engine.model.trade import order, order_line, payment, stock, stock_move
from engine.queries.people import actor
from engine.queries.verify import verify
from tests.company import Company, Task, answers_form, form_data, multi, trouble

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


class Reborn(Company):
    """A company whose server stops after every step; what is asked next comes from the database alone."""

    def work(self) -> None:
        super().work()
        self._people.clear()
        self.restart()


@pytest.fixture(params=[Company, Reborn], ids=["one server", "a new server after each step"])
def company(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[Company]:
    """A company of one's own, Monday, 2 March 2026, nine o'clock; in the end everything agrees."""
    made: Company = request.param(template, tmp_path)
    yield made
    problems = verify(made.db).problems
    made.close()
    assert [] == problems


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
    sign(company, "lin", "sign_document")
    sign(company, "wei", "sign_document")
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


def test_1_b_returns_on_the_same_day(company: Company) -> None:
    """500 units, sent 2 March 10:00, due 20 March, back flawless at 23:50: due stays, the production order is issued."""
    sent(company, B)
    company.wait_until(shanghai(2, 23, 50))
    before = issued(company)
    came_back(company)

    assert ([], [(DUE, DUE, False)]) == (before, issued(company))
    assert [(DUE, 0)] == due(company)
    company.wait_until(shanghai(3))
    assert ([(DUE, 0)], ["sign_document"]) == (due(company), company.elements())
    assert [("启明幼儿园", "定制", "已确认", Decimal("5000.00"), DUE)] == [
        (row.customer_name, row.type, row.status, row.total, row.ship_time) for row in rows(company, order)
    ]
    numbers = {row.kind: row.number for row in rows(company, document)}
    assert "QS2026-000001" == numbers["sales_confirmation"] == numbers["production_order"]


def test_3_a_without_return(company: Company) -> None:
    """A cannot return on 2 March: production begins on 2 March, due 20 March; "collect late return" stays open."""
    sent(company, A)
    do(company, "wu", "await_return", response="cannot_now")
    at_once = issued(company)
    company.wait_until(shanghai(5))

    assert [(DUE, DUE, True)] == at_once == issued(company)
    assert [(DUE, 0)] == due(company)
    assert [shanghai(2, 10)] == [row.issued_at for row in rows(company, production_order)]
    assert ["2"] == [task.id.split("-")[0] for task in at(company, "collect_late_return")]


def test_4_c_with_deposit(company: Company) -> None:
    """10,000 yuan, 30 % deposit: back the same day, 3,000 yuan on 4 March; released on the 4th, not earlier, due unchanged."""
    sent(company, C, TISSUES)
    came_back(company)
    before = [issued(company)]
    company.wait_until(shanghai(3, 23, 59, 59))
    before.append(issued(company))
    company.wait_until(shanghai(4, 15))
    money = {"amount_received": "3000", "received_on": "2026-03-04", "account": "基本户"}
    do(company, "chen", "check_arrival", arrived=True, **money)
    sign(company, "chen", "sign_off_payment")

    assert [[], []] == before
    assert [("deposit", Decimal("3000.00"), Decimal("3000.00"), date(2026, 3, 4))] == [
        (row.purpose, row.amount_due, row.amount_received, row.received_on) for row in rows(company, payment)
    ]
    assert [(DUE, DUE, False)] == issued(company)
    assert [shanghai(4, 15)] == [row.issued_at for row in rows(company, production_order)]
    assert ([(DUE, 0)], Decimal("10000.00")) == (due(company), rows(company, order)[0].total)


def test_5_an_unreadable_stamp(company: Company) -> None:
    """The return is rejected and asked for again; the date moves at midnight; the flawless one of 3 March is good for 21 March."""
    sent(company, B)
    came_back(company, sig_clear=False)
    rejected = (company.elements(), issued(company), due(company))
    do(company, "wu", "chase_return", contacted=True)
    company.wait_until(shanghai(3, 0))
    moved = (company.elements(), issued(company), due(company))
    company.wait_until(shanghai(3, 11))
    came_back(company)

    later = DUE + timedelta(days=1)
    assert (["chase_return"], [], [(DUE, 0)]) == rejected
    assert (["await_return"], [], [(later, 1)]) == moved
    assert ["启明幼儿园", "销售"] == told(company, "confirmation_postponed")
    assert ([(later, later, False)], [(later, 1)]) == (issued(company), due(company))


def test_6_a_price_in_doubt(company: Company) -> None:
    """List 10.00, order 9.50: salesperson, supervisor and director are asked; nothing is confirmed before they settle it."""
    ordered(company, B, ROLLS, 500, asked_price="9.50")
    do(company, "lin", "check_price_terms", price_ok=False, spec_ok=True, doubt="低于执行价", terms_ok=True)

    three = {"sales", "cs_supervisor", "marketing_director"}
    assert {"resolve_price_doubt"} == set(company.elements())
    assert three == {task.pool for task in company.open()}
    assert ["销售", "客服主管", "营销总监"] == told(company, "price_doubt")
    names = {"wu": "吴销售", "zheng": "郑主管", "qin": "秦总监"}
    for price in (("9.50", "10", "10"), ("9.80", "10", "9.80")):
        for (login, name), one in zip(names.items(), price, strict=True):
            assert {"resolve_price_doubt"} == set(company.elements())
            assert [] == rows(company, confirmation)
            do(company, login, "resolve_price_doubt", lines=[{"unit_price": one}], decided_by=name)

    assert ["confirm_technical"] == company.elements()
    (doubt,) = rows(company, price_doubt)
    assert [(Decimal("10.00"), Decimal("9.50"), Decimal("9.80"))] == [
        (line["old"], line["new"], line["settled"]) for line in doubt.lines
    ]
    assert set(names.values()) == {each["name"] for each in doubt.decided_by}
    assert [Decimal("9.80")] == [row.unit_price for row in rows(company, order_line)]
    assert Decimal("4900.00") == rows(company, order)[0].total


def test_7_an_oral_statement_is_void(company: Company) -> None:
    """Without a signed statement of the material there is nothing for production to schedule; with it there is."""
    ordered(company, B, ROLLS, 500)
    priced(company)
    do(company, "gong", "confirm_technical", producible=True, material_ok=True)
    do(company, "gong", "state_material", material_given="oral")
    oral = company.elements()
    material_stated(company)
    sign(company, "gong", "sign_material_statement", decision="refuse", comment="数量写错")
    refused = company.elements()
    material_stated(company)
    unsigned = company.elements()
    sign(company, "gong", "sign_material_statement")

    assert [["state_material"], ["state_material"], ["sign_material_statement"]] == [oral, refused, unsigned]
    assert ["preschedule_production"] == company.elements()
    assert [(1, "", "oral"), (2, "", "replaced"), (3, "龚技术", "")] == [
        (row.version, row.signer_name, row.void_why) for row in rows(company, statement)
    ]
    assert ["void", "void", "signed"] == [
        row.state for row in rows(company, document) if row.kind == "material_statement"
    ]


def test_9_a_ships_without_a_balance_notice(company: Company) -> None:
    """Class A with the contract in order: no balance notice, the request to ship; delivered while its return is open still."""
    sent(company, A)
    do(company, "wu", "await_return", response="cannot_now")
    making(company)
    made(company)
    inspected(company)
    booked(company)
    do(company, "lin", "review_contract_terms", delivery_ok=True, payment_ok=True, settlement="monthly")

    assert {"issue_ship_request", "collect_late_return"} == set(company.elements())
    do(company, "lin", "issue_ship_request")
    do(company, "lin", "recheck_ship_request", all_correct=True)
    do(company, "lin", "brief_dispatcher", repeated_back=True)
    shipped(company)
    arrived(company)

    kinds = [row.kind for row in rows(company, document)]
    assert "balance_notice" not in kinds
    assert [] == rows(company, payment)
    assert {"ship_request", "sales_ship_slip", "dispatch_advice", "arrival_receipt"} <= set(kinds)
    assert ["collect_late_return"] == company.elements()
    assert ("completed", "running", "已完成") == (
        company.status(1),
        company.status(2),
        rows(company, order)[0].status,
    )


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
    """They arrive on 22 March, and the customer is content the day after."""
    company.wait_until(shanghai(22, 10))
    do(company, "sun", "monitor_transit", state="arrived")
    do(company, "lin", "track_arrival", arrived=True, arrived_at="2026-03-22T09:40", condition="good")
    do(company, "sun", "confirm_delivery", delivered_at="2026-03-22T09:50")
    company.wait_until(shanghai(23, 9))
    do(company, "lin", "contact_customer", received=True, matches=True, intact=True)
    do(company, "lin", "survey_satisfaction", score=5)


def test_11_a_breakdown_at_300_of_500(company: Company) -> None:
    """Production reports it; customer service, sales, supervisor and director make the plan; the customer hears of it."""
    sent(company, B)
    came_back(company)
    making(company)
    company.wait_until(shanghai(12, 17))
    do(company, "meng", "enter_daily_report", report_qty=300)
    do(company, "meng", "produce", qty_done=300, anomaly_found=True)
    do(company, "meng", "report_anomaly", anomaly_kind="equipment", anomaly_detail="复卷机主轴断裂，停机两天")

    plans = at(company, "make_emergency_plan")
    four = ["cs", "cs_supervisor", "marketing_director", "sales"]
    assert four == sorted(task.pool for task in plans)
    assert ["客服", "客服主管", "营销总监", "销售"] == sorted(told(company, "production_anomaly"))
    assert [] == told(company, "anomaly_plan")
    for login, more in (
        ("lin", {"customer_agrees": True}),
        ("wu", {}),
        ("zheng", {"new_due": "2026-03-22"}),
        ("qin", {}),
    ):
        do(company, login, "make_emergency_plan", plan="调 1 号机，加班两天", **more)

    (row,) = rows(company, anomaly)
    assert (300, date(2026, 3, 22), True, four) == (
        row.done,
        row.new_due,
        row.customer_agrees,
        sorted(each["role"] for each in row.participants),
    )
    assert [(date(2026, 3, 12), 300)] == [
        (each.reported_on, each.done) for each in rows(company, daily_report)
    ]
    assert ["启明幼儿园"] == told(company, "anomaly_plan")
    said = [each.text_zh for each in rows(company, notification) if each.event == "anomaly_plan"]
    assert "设备故障" in said[0]
    assert "2026-03-22" in said[0]
    assert "produce" in company.elements()


def test_12_three_wrong_labels(company: Company) -> None:
    """500 inspected, three labels wrong: not passed, not booked; rework, a second inspection, then 500 in stock."""
    sent(company, B)
    came_back(company)
    making(company)
    made(company)
    inspected(company, label_ok=False, defects=3)
    failed = (
        rows(company, stock_move),
        "produce" in company.elements(),
        "pack_and_mark" in company.elements(),
    )
    made(company)
    inspected(company)
    booked(company)

    assert ([], True, False) == failed
    assert [(1, False, 3), (2, True, 0)] == [
        (row.round, row.passed, row.defects) for row in rows(company, inspection)
    ]
    assert [(ROLLS, "in", 500)] == [(row.sku, row.kind, row.qty) for row in rows(company, stock_move)]
    assert [(500, 500)] == [(row.qty, row.reserved) for row in rows(company, stock) if row.sku == ROLLS]
    assert ["review_contract_terms"] == company.elements()


def test_a_deposit_larger_than_the_total(company: Company) -> None:
    """5,000.01 yuan of 5,000 are refused at the form, with the reason; nothing is sent; 5,000 are taken."""
    confirmable(company, B)
    answer = company.person("lin").try_to("make_confirmation", **MADE, deposit="5000.01")
    waits = company.elements()

    assert (422, ["make_confirmation"]) == (answer.status_code, waits)
    assert "5" in trouble(answer)
    do(company, "lin", "make_confirmation", **MADE, deposit="5000")
    assert ["proofread_confirmation"] == company.elements()
    assert [] == rows(company, confirmation)


def test_a_statement_changed_after_signing(company: Company) -> None:
    """Somebody with the right changes production's signed date: the signature is void, all see it, it is stated anew."""
    sent(company, B)
    values = company.variables()["due_statement"]
    later = {**values, "facts": {**values["facts"], "due_date": "2026-03-27"}}
    set_variables(company.db, 1, {"due_statement": later}, "客户催货", actor(company.db, "qian"))
    company.work()
    came_back(company)

    assert ["state_material"] == company.elements()
    assert {"material": "", "date": "changed"} == {row.kind: row.void_why for row in rows(company, statement)}
    assert ["客服", "生产部", "销售"] == told(company, "statement_void")
    assert [] == issued(company)
    page = company.person("shen").get("/instances/1?tab=documents").text_content()
    assert "作废" in page
    material_stated(company)
    sign(company, "gong", "sign_material_statement")
    date_stated(company)
    sign(company, "meng", "sign_due_statement")
    assert ["make_confirmation"] == company.elements()
    assert {1: ["changed", "replaced"], 2: ["", ""]} == {
        version: sorted(row.void_why for row in rows(company, statement) if row.version == version)
        for version in (1, 2)
    }
