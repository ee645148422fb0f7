"""Acceptance scenarios 13, 15, 16 and 17 of the catalogue, worked through the web pages by the demo company's people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from engine.model.instances import instance, message
from engine.model.papers import document, document_copy, follow_up, notification, ticket
from engine.model.trade import order, payment, stock
from engine.queries.verify import verify
from tests.company import Company, Person, answers_form, form_data, set_field
from tests.processes.made_to_order import came_back

A, B = "13800010001", "13800010004"  #: 宏达超市, class A; 启明幼儿园, class B
ADDRESS = "浙江省杭州市西湖区文三路 118 号宏达超市一楼收货处"


@pytest.fixture
def company(template: Path, tmp_path: Path) -> Iterator[Company]:
    """A company of one's own; whatever happened in it, everything agrees in the end."""
    made = Company(template, tmp_path)
    yield made
    problems = verify(made.db).problems
    made.close()
    assert [] == problems


def shanghai(day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """A moment of March 2026 in Shanghai."""
    return datetime(2026, 3, 1, hour, minute, second, tzinfo=UTC) + timedelta(days=day - 1, hours=-8)


def order_by_phone(company: Company, *, qty: int, phone: str = A, **details: Any) -> Person:
    """林晓雨 takes an order for boxes of tissues by telephone, all at once and today unless said otherwise."""
    lin = company.person("lin")
    lin.start("customer_replenishment", channel="phone")
    lin.do("answer_call", caller_phone=phone, rings=2, greeted=True)
    lin.do("verify_customer", identity_ok=True)
    lin.do("check_conditions", eligible=True)
    lin.do("capture_needs", lines=[{"sku": "ZP-1001", "qty": qty}], payment_method="对公账户")
    lin.do("confirm_details", **{"ship_mode": "一次性发货", "freight": "到付", **details})
    lin.do("ask_invoice")
    lin.do("reconfirm_order", readback_ok=True)
    lin.do("offer_help")
    lin.do("thank_customer", thanked=True)
    return lin


def pay(company: Company, amount: str, day: str) -> None:
    """陈会计 finds the money in the account."""
    company.person("chen").do(
        "check_arrival", arrived=True, amount_received=amount, received_on=day, account="基本户"
    )


def sign_by(company: Company, *logins: str) -> None:
    """These people sign the slip, one after the other."""
    for login in logins:
        assert 303 == company.person(login).sign("sign_document").status_code


def ship(company: Company, qty: int, *, eta: str) -> None:
    """Warehouse and logistics send one consignment on its way."""
    liu, sun = company.person("liu"), company.person("sun")
    liu.do("pick_goods", lines=[{"picked": qty}])
    liu.do("check_quality", qty_ok=True, quality_ok=True)
    liu.do("pack_label", packed=True, label=True, parcels=3)
    liu.do("confirm_before_ship", all_correct=True)
    sun.do("collect_orders", place="province")
    sun.do("plan_delivery")
    sun.do("assign_delivery", assignee="孙物流")
    sun.do("load_goods", collected=True)
    sun.do("create_waybill", waybill="LD001", eta=eta)


def arrive(company: Company, at: str) -> None:
    """One consignment arrives, and its papers are put away."""
    company.person("sun").do("monitor_transit", state="arrived")
    company.person("lin").do("track_arrival", arrived=True, arrived_at=at, condition="good")
    company.person("sun").do("confirm_delivery", delivered_at=at)
    slips = ("outbound_slip_filed", "dispatch_notice_filed", "delivery_note_filed", "courier_slip_filed")
    company.person("zhou").do("archive_documents", **dict.fromkeys(slips, True), shelf_ref="2026-03/17")


def rows(company: Company, table: Table) -> list[Any]:
    """What stands in a table, oldest first."""
    with company.db.read() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def told(company: Company) -> list[tuple[str, str]]:
    """What was told to whom: event and recipient."""
    return [(row.event, row.recipient) for row in rows(company, notification)]


def papers(company: Company) -> list[tuple[str, str]]:
    """The papers and how they stand."""
    return [(row.kind, row.state) for row in rows(company, document)]


def announced(company: Company) -> list[str]:
    """Tickets whose message has begun after-sales, or waits for it where that is not deployed."""
    waits = [row.key for row in rows(company, message) if row.name == "ticket_opened"]
    return waits + [
        company.variables(row.id)["ticket"]["no"] for row in rows(company, instance) if row.id > 1
    ]


def read(company: Company, login: str, url: str) -> str:
    """What somebody reads on a page."""
    return " ".join(company.person(login).get(url).text_content().split())


def test_13_three_signatures(company: Company) -> None:
    """A paid slip for 300 units: with the third signature, not before, bookkeeping gets its copy and the warehouse goes."""
    lin = order_by_phone(company, qty=300)
    pay(company, "5550", "2026-03-02")
    lin.do("fill_outbound_slip")

    before = [_reached(company)]
    for login, turn in (("lin", 1), ("chen", 2), ("wang", 3)):
        assert (
            404 == company.person("liu").client.get(f"/tasks/{company.task('sign_document').id}").status_code
        )
        sign_by(company, login)
        before += [_reached(company)] if turn < 3 else []

    assert [(False, ["sign_document"], [("outbound_slip", "draft")], [])] * 3 == before
    assert [("outbound_slip", "signed")] == papers(company)
    assert [(3, "记账联", "finance")] == [
        (r.copy_no, r.purpose, r.holder) for r in rows(company, document_copy)
    ]

    lin.do("fill_dispatch_notice")

    slip, notice = rows(company, document)
    letter = rows(company, notification)[-1]
    assert [("ledger_copy", "财务"), ("warehouse_dispatch", "仓储中心")] == told(company)[-2:]
    assert [slip.number, notice.number] == [each["number"] for each in letter.documents]
    assert _walked(company, "notify_warehouse")
    for number in (slip.number, notice.number):
        assert number in read(company, "shen", "/instances/1?tab=documents")
        assert number in read(company, "liu", "/outbox")
        assert number not in read(company, "wu", "/outbox")
    for name in ("林晓雨", "陈会计", "王总"):
        assert name in read(company, "shen", "/instances/1?tab=signatures")


def _walked(company: Company, element: str) -> bool:
    entries = company.history()
    return any(move.element == element for entry in entries for move in entry.moves)


def _reached(company: Company) -> tuple[bool, list[str], list[tuple[str, str]], list[str]]:
    """Whether the warehouse was notified, what is open, which papers there are, and what bookkeeping holds."""
    held = [row.holder for row in rows(company, document_copy)]
    return _walked(company, "notify_warehouse"), company.elements(), papers(company), held


def test_15_unpaid(company: Company) -> None:
    """6,000 due and not arrived: no slip; reminders on days 1, 2 and 3; then it is decided whether to cancel."""
    lin = order_by_phone(company, qty=300, phone=B)
    company.person("chen").do("check_arrival", arrived=False)
    reminders = []
    for day in (1, 2, 3, 4):
        company.wait_until(shanghai(2 + day, 8, 59, 59))
        early = told(company).count(("payment_reminder", "启明幼儿园"))
        company.wait_until(shanghai(2 + day))
        reminders.append((early, told(company).count(("payment_reminder", "启明幼儿园")), company.elements()))

    finance, decision = ["check_arrival"], ["resolve_payment"]
    assert [(0, 1, finance), (1, 2, finance), (2, 3, finance), (3, 3, decision)] == reminders
    assert ("6000.00", [], False) == (
        str(rows(company, payment)[0].amount_due),
        papers(company),
        _walked(company, "ship_batches"),
    )
    assert "应付 ¥6,000.00" in read(company, "lin", "/outbox")

    lin.do("resolve_payment", agreement="cancel", agreement_note="客人不再需要")

    assert ("completed", "已取消", []) == (company.status(), rows(company, order)[0].status, papers(company))


def test_16_batches_and_address(company: Company) -> None:
    """300 units as three times 100, on 1, 8 and 15 March, to the address of before: three slips, notices, follow-ups."""
    company.clock.now = shanghai(-1)
    days = (1, 8, 15)
    batches = [{"date": f"2026-03-{day:02}", "lines": [{"sku": "ZP-1001", "qty": 100}]} for day in days]
    lin = order_by_phone(company, qty=300, ship_mode="分批发货", ship_time="2026-03-01", batches=batches)
    pay(company, "5550", "2026-02-27")
    assert ADDRESS == rows(company, order)[0].address

    begun = []
    for day in days:
        company.wait_until(shanghai(day, 0) - timedelta(seconds=1))
        early = company.elements()
        company.wait_until(shanghai(day))
        begun.append((early, company.elements()))
        lin.do("fill_outbound_slip")
        sign_by(company, "lin", "chen", "wang")
        lin.do("fill_dispatch_notice")
        ship(company, 100, eta=f"2026-03-{day + 2:02}")
        company.wait_until(shanghai(day + 2))
        arrive(company, f"2026-03-{day + 2:02}T08:30")
        company.wait_until(shanghai(day + 3))
        lin.do("contact_customer", received=True, matches=True, intact=True)
        lin.do("survey_satisfaction", score=5)

    assert [([], ["fill_outbound_slip"])] * 3 == begun
    kinds = [row.kind for row in rows(company, document)]
    assert (3, 3, 3) == (
        kinds.count("outbound_slip"),
        kinds.count("dispatch_notice"),
        len(rows(company, follow_up)),
    )
    slips = [row for row in rows(company, document) if row.kind == "outbound_slip"]
    assert [(n, 100) for n in (1, 2, 3)] == [(r.batch_no, r.payload["lines"][0]["qty"]) for r in slips]
    assert ["2026-03-01", "2026-03-08", "2026-03-15"] == [row.payload["date"] for row in slips]
    assert ("completed", "已完成") == (company.status(), rows(company, order)[0].status)


def test_16_the_address_is_proposed_not_asked_for(company: Company) -> None:
    """The page shows recipient, telephone and address of before, locked until the customer wants another."""
    lin = company.person("lin")
    lin.start("customer_replenishment", channel="phone")
    lin.do("answer_call", caller_phone=A, rings=2, greeted=True)
    lin.do("verify_customer", identity_ok=True)
    lin.do("check_conditions", eligible=True)
    lin.do("capture_needs", lines=[{"sku": "ZP-1001", "qty": 300}], payment_method="对公账户")

    url = f"/tasks/{company.task('confirm_details').id}"
    form = answers_form(lin.get(url))
    asked = {"recipient", "phone", "address"} & set(form.fields)
    text = " ".join(form.text_content().split())
    set_field(form, "reuse_address", False)
    other = lin.again(url, form_data(form))

    assert (set(), True) == (asked, all(each in text for each in ("马海涛", A, ADDRESS)))
    assert [ADDRESS] == [each.value for each in other.iter("input") if each.get("name") == "address"]


def test_17_follow_up(company: Company) -> None:
    """Arrived on 10 March: the customer is called on the 11th at nine, and what is not intact becomes a damage ticket."""
    lin = order_by_phone(company, qty=300)
    pay(company, "5550", "2026-03-02")
    lin.do("fill_outbound_slip")
    sign_by(company, "lin", "chen", "wang")
    lin.do("fill_dispatch_notice")
    ship(company, 300, eta="2026-03-10")
    company.wait_until(shanghai(10, 10))
    arrive(company, "2026-03-10T10:00")

    company.wait_until(shanghai(11, 8, 59, 59))
    early = company.elements()
    company.wait_until(shanghai(11))
    at_nine = company.elements()
    lin.do("contact_customer", received=True, matches=True, intact=False, problem="两箱外箱破损，内装受潮")

    (opened,) = rows(company, ticket)
    assert ([], ["contact_customer"]) == (early, at_nine)
    assert ("破损", "宏达超市有限公司", "两箱外箱破损，内装受潮") == (
        opened.kind,
        opened.customer_name,
        opened.description,
    )
    assert [opened.no] == announced(company)
    assert shanghai(12) == opened.respond_by

    company.person("zheng").do("write_retrospective", findings="外箱加护角")

    assert ("completed", "售后中") == (company.status(), rows(company, order)[0].status)


def test_an_objection_is_compared_with_the_stock(company: Company) -> None:
    """By e-mail 30 of 35 there are; the customer wants 60: 25 are short, two batches are agreed, confirmed and paid."""
    lin, wu = company.person("lin"), company.person("wu")
    lin.start("customer_replenishment", channel="email")
    asked = {"product": "一次性手套", "sku": "RY-4003", "qty": 30}
    lin.do("register_request", customer_name="启明幼儿园", caller_phone=B, lines=[asked])
    lin.do("verify_customer", identity_ok=True)
    lin.do("check_conditions", eligible=True)
    lin.do("capture_needs", lines=[{"sku": "RY-4003", "qty": 30}], payment_method="对公账户")
    once = {"ship_time": "2026-03-02", "ship_mode": "一次性发货", "freight": "到付"}
    lin.do("confirm_details", **once)
    lin.do("ask_invoice", invoice=True, title="启明幼儿园", tax_no="91330106MA27X00004")
    wu.do("await_return", response="objection", objection="要 60 盒")

    page = " ".join(lin.get(f"/tasks/{company.task('capture_needs').id}").text_content().split())
    lin.do("capture_needs", lines=[{"qty": 60}], changes="30 盒改为 60 盒")
    short = [row["short"] for row in company.variables(1)["shortage"]]
    lin.do("settle_shortage", option="split")
    parts = (("2026-03-02", 35), ("2026-03-16", 25))
    batches = [{"date": day, "lines": [{"sku": "RY-4003", "qty": qty}]} for day, qty in parts]
    lin.do("confirm_details", ship_mode="分批发货", batches=batches)
    lin.do("ask_invoice")
    came_back(company)
    confirmed = rows(company, order)[0]
    kept = {row.sku: row.reserved for row in rows(company, stock) if row.reserved}
    pay(company, "294", "2026-03-02")
    company.person("chen").do("issue_invoice", invoice_no="FP-20260302-01")

    assert ("要 60 盒" in page, [25]) == (True, short)
    assert ("待支付", {"RY-4003": 35}) == (confirmed.status, kept)
    billed = [line["amount"] for line in company.variables(1)["invoice_lines"]]
    assert (294, [294], [294]) == (
        confirmed.total,
        [row.amount_due for row in rows(company, payment)],
        billed,
    )
    papers_of = [(row.version, row.state, row.payload["changes"]) for row in rows(company, document)]
    assert [(1, "void", None), (2, "filed", "30 盒改为 60 盒")] == papers_of[:2]
    assert ["fill_outbound_slip"] == company.elements()
