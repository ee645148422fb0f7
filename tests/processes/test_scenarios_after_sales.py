"""Acceptance scenarios 17 (its after-sales part), 23, 26 and 27, and bad inputs, through the web pages."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import lxml.html
import pytest
from sqlalchemy import Table, func, insert, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine.access import SYSTEM
from engine.commands.library import Library
from engine.commands.start import begin
from engine.model.after_sales import compensation
from engine.model.definitions import definition
from engine.model.instances import instance
from engine.model.papers import document, notification, ticket
from engine.model.trade import order, order_line, product, stock
from engine.model.work import working
from engine.services.call import Call
from engine.services.registry import handlers
from tests import samples
from tests.company import Company, Person, answers_form, form_data, multi
from tests.processes.reloading import reloading

A = "13800010001"  #: 宏达超市, class A
JPEG = samples.jpeg()


def rows(company: Company, table: Table) -> list[Any]:
    """What stands in a table, oldest first."""
    with company.db.read() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def delivered(company: Company, price: str, grams: int, qty: int = 1, *, sku: str = "CS-9001") -> str:
    """The number of an order for pieces of an article at this price and weight, paid, shipped and delivered."""
    with company.db.write() as connection:
        known = {"sku": sku, "name": "礼品杯", "spec": "350 毫升", "unit": "只", "barcode": "690999900001"}
        goods = {**known, "price": Decimal(price), "weight": grams, "volume": 800}
        connection.execute(insert(product).values(goods))
        connection.execute(insert(stock).values(sku=sku, location="CK1", qty=50, reserved=0, min_qty=0))

        def serve(service: str, **variables: Any) -> Any:
            key = f"before-{service}-{variables.get('status', '')}"
            return handlers()[service](Call(connection, variables, {}, key, company.clock.now))

        who = serve("customers.find", phone=A)["match"]
        asked = {"customer_id": who["id"], "level": "C", "lines": [{"sku": sku, "qty": qty}]}
        facts = {**asked, **serve("orders.quote", **asked), "customer_name": who["name"], "type": "批发"}
        where = {name: who[name] for name in ("recipient", "phone", "address")}
        number: str = serve("orders.create", **facts, **where, ship_time="2026-03-02")["order_no"]
        serve("orders.set_status", order_no=number, status="已确认")
        sent = {"order_no": number, "batch_no": 1, "outbound_no": "CK2026-000900", "lines": facts["lines"]}
        serve("shipments.create", **sent, **where)
        serve("shipments.record_picking", **sent)
        serve("orders.set_status", order_no=number, status="已交付")
    return number


def report(company: Company, kind: str, order_no: str) -> Person:
    """赵敏 records what a customer reports and answers them."""
    zhao = company.person("zhao")
    zhao.start("after_sales", kind=kind)
    told = {"customer_name": "宏达超市", "description": "客人来电反映", "channel": "phone"}
    zhao.do("register_ticket", order_no=order_no, **told)
    zhao.do("respond_customer", reply="非常抱歉，已登记核实")
    return zhao


def photograph(company: Company, person: Person, *photos: bytes) -> Any:
    """Upload photos with the open task as a browser does."""
    url = f"/tasks/{company.task('collect_photos').id}"
    data: dict[str, Any] = multi(form_data(answers_form(person.get(url))))
    data["_file:photos"] = [
        FileStorage(BytesIO(each), f"照片{n}.jpg", content_type="image/jpeg")
        for n, each in enumerate(photos, 1)
    ]
    boundary, body = encode_multipart(data)
    kind = f"multipart/form-data; boundary={boundary}"
    answer = person.client.post(f"{url}/complete", data=body, content_type=kind)
    company.work()
    return answer


def said_beside(answer: Any, field: str) -> str:
    """What the page says beside one field."""
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    control = page.xpath(f"//*[@name='_file:{field}']")[0]
    named = control.get("aria-describedby", "").split()
    return " ".join(page.get_element_by_id(each).text_content() for each in named)


def ledger(company: Company) -> list[tuple[str, Decimal, str]]:
    """What was given: kind, yuan, state."""
    return [(row.kind, row.amount, row.state) for row in rows(company, compensation)]


def register(company: Company, **facts: Any) -> None:
    """The case is registered, and tracked until it is confirmed."""
    zhao = company.person("zhao")
    zhao.do("record_ticket", resolution="已按约定处理", **facts)
    zhao.do("track_until_confirmed", transaction_confirmed=True)


def send(company: Company) -> None:
    """Warehouse and logistics send it, and it arrives."""
    liu, sun = company.person("liu"), company.person("sun")
    liu.do("pick_goods", lines=[{"picked": 1}])
    liu.do("check_quality", qty_ok=True, quality_ok=True)
    liu.do("pack_label", packed=True, label=True, parcels=1)
    liu.do("confirm_before_ship", all_correct=True)
    sun.do("collect_orders", place="province")
    sun.do("plan_delivery")
    sun.do("assign_delivery", assignee="孙物流")
    sun.do("load_goods", collected=True)
    sun.do("create_waybill", waybill="KD002", eta="2026-03-04")
    sun.do("monitor_transit", state="arrived")
    company.person("lin").do("track_arrival", arrived=True, arrived_at="2026-03-04T10:00", condition="good")
    sun.do("confirm_delivery", delivered_at="2026-03-04T10:00")


def missing(company: Company, order_no: str, *, actual: str, wish: str = "refund") -> Person:
    """Goods are missing: stub in order, and the scale of the courier says this."""
    zhao = report(company, "少货", order_no)
    zhao.do("check_outbound_stub", all_printed=True, wish=wish)
    company.person("liu").do("check_weight", actual=actual)
    return zhao


@reloading
def test_23_small_and_unprovable_is_paid_back(company: Company) -> None:
    """8 yuan, 0.1 kg, unprovable: 8 yuan are paid back directly, nothing is sent, the case is registered."""
    missing(company, delivered(company, "8.00", 100), actual="0.05")
    asked = company.elements()
    company.person("chen").do("refund_payment", refund_method="原路退回", paid=True)
    register(company)

    assert (["refund_payment"], [("refund", Decimal("8.00"), "paid")]) == (asked, ledger(company))
    kinds = [row.kind for row in rows(company, document)]
    assert ("after_sales_record" in kinds, "outbound_slip" in kinds) == (True, False)
    assert ["交易确认"] == [row.state for row in rows(company, ticket)]


@reloading
def test_23_larger_goods_are_sent_again(company: Company) -> None:
    """260 yuan, the customer chooses resend: apology, a new outbound slip, tracked to the confirmation."""
    order_no = delivered(company, "260.00", 100)
    zhao = missing(company, order_no, actual="0.05")
    zhao.do("negotiate_missing", apologised=True, choice="resend")
    slips = [(row.number, row.order_no) for row in rows(company, document) if row.kind == "outbound_slip"]
    send(company)
    register(company)
    company.wait(days=4)

    assert [("CK2026-000001", order_no)] == slips
    assert [("resend", Decimal("260.00"), "given")] == ledger(company)
    assert [48] == [row.qty for row in rows(company, stock) if row.sku == "CS-9001"]
    assert [("交易确认", "已完成")] == [
        (each.state, found.status)
        for each, found in zip(rows(company, ticket), rows(company, order), strict=True)
    ]
    assert ["contact_customer"] == company.elements()


def damage(company: Company, **found: Any) -> Person:
    """One cup of 120 yuan arrives damaged, with a photo."""
    zhao = report(company, "破损", delivered(company, "120.00", 400))
    assert 303 == photograph(company, zhao, JPEG).status_code
    zhao.do("assess_damage", **found)
    return zhao


@reloading
def test_26_slight_damage(company: Company) -> None:
    """Slight, paid 120: an allowance of 12.00."""
    damage(company, level="slight")
    chen = company.person("chen")
    text = chen.get(f"/tasks/{company.task('refund_payment').id}").text_content()
    chen.do("refund_payment", refund_method="原路退回", paid=True)
    register(company, damage_level="slight")

    assert "¥12.00" in text
    assert [("allowance", Decimal("12.00"), "paid")] == ledger(company)
    assert ["slight"] == [row.damage_level for row in rows(company, ticket)]


@reloading
def test_26_severe_and_kept(company: Company) -> None:
    """Severe and kept: a partial or full refund, 120 at most; the full one is what was paid, nobody types it."""
    zhao = damage(company, level="severe", keeps=True)
    zhao.do("negotiate_refund", refund_type="partial", amount="120.01")
    again = company.elements()
    zhao.do("negotiate_refund", refund_type="full")
    company.person("chen").do("refund_payment", refund_method="原路退回", paid=True)

    assert (["negotiate_refund"], [("refund", Decimal("120.00"), "paid")]) == (again, ledger(company))


@reloading
def test_26_severe_and_returned(company: Company) -> None:
    """Severe and returned: who pays the freight is recorded with the refund."""
    zhao = damage(company, level="severe")
    zhao.do("negotiate_return", freight_payer="company", freight="18")
    zhao.do("agree_terms", way="快递寄回", return_date="2026-03-06")
    company.person("liu").do("receive_return", condition="bad")
    company.person("chen").do("refund_payment", refund_method="原路退回", paid=True)

    (row,) = rows(company, compensation)
    assert ("refund", Decimal(120), "company", Decimal(18)) == (
        row.kind,
        row.amount,
        row.freight_payer,
        row.freight,
    )
    lying = {
        each.location: (each.qty, each.reserved) for each in rows(company, stock) if each.sku == "CS-9001"
    }
    assert {"CK1": (49, 0), "TH1": (1, 1)} == lying


@reloading
def test_27_misuse_is_explained(company: Company) -> None:
    """Misuse: an explanation, and nothing else."""
    zhao = report(company, "质量", delivered(company, "120.00", 400))
    zhao.do("check_misuse", misuse=True, misuse_findings="微波炉加热金属描边")
    asked = company.elements()
    zhao.do("explain_to_customer", explanation="说明书写明不可微波", accepts_explanation=True)
    register(company)

    assert (["explain_to_customer"], []) == (asked, ledger(company))


@reloading
def test_27_who_insists_gets_an_exchange(company: Company) -> None:
    """The discount is refused, an exchange insisted on: exchanged, the company pays the freight."""
    zhao = report(company, "质量", delivered(company, "120.00", 400))
    zhao.do("check_misuse", misuse_findings="按说明使用")
    zhao.do("negotiate_discount", accepted=False, insists="exchange")
    zhao.do("agree_terms", way="快递寄回", return_date="2026-03-06")
    company.person("liu").do("receive_return", condition="bad")
    company.person("liu").do("exchange_goods", received_back=True, sent=True)
    send(company)
    company.person("bai").do("test_recovered", cause="釉面开裂", prevention="出厂前加检")
    register(company)

    (row,) = rows(company, compensation)
    assert ("exchange", Decimal(120), "company") == (row.kind, row.amount, row.freight_payer)


@reloading
def test_27_a_dearer_model_is_paid_for_before_it_leaves(company: Company) -> None:
    """Exchanged for a dearer model: finance collects the difference first; a reason is asked only where it is let go."""
    zhao = report(company, "质量", delivered(company, "120.00", 400))
    zhao.do("check_misuse", misuse_findings="按说明使用")
    zhao.do("negotiate_discount", accepted=False, insists="exchange")
    zhao.do("agree_terms", way="快递寄回", return_date="2026-03-06", model="QJ-3001", qty=20)
    company.person("liu").do("receive_return", condition="bad")
    chen = company.person("chen")
    asked = company.elements()
    unsaid = chen.try_to("settle_difference", difference_result="waived")
    chen.do("settle_difference", difference_result="received", difference_method="对公账户")

    (row,) = rows(company, compensation)
    assert (["settle_difference"], 422) == (asked, unsaid.status_code)
    assert ("difference", "received", "对公账户", True) == (row.kind, row.state, row.method, row.amount < 0)
    assert ["exchange_goods"] == company.elements()


def test_17_the_ticket_of_a_follow_up_starts_its_process(company: Company) -> None:
    """What a follow-up found damaged is a ticket already: its process runs, and the ticket leads to it."""
    _followed_up(company, delivered(company, "120.00", 400))
    company.wait(days=1)
    company.person("lin").do(
        "contact_customer", received=True, matches=True, intact=False, problem="杯口破损"
    )

    (opened,) = rows(company, ticket)
    with company.db.read() as connection:
        found = connection.execute(select(instance).where(instance.c.id == opened.instance_id)).one()
    assert ("破损", "登记", "running") == (opened.kind, opened.state, found.status)
    assert "respond_customer" in company.elements()
    assert opened.no in company.person("zhao").get("/tickets?kind=破损").text_content()


def _followed_up(company: Company, order_no: str) -> None:
    """The follow-up of an order begins, as the process that calls it would begin it."""
    with working(company.db) as work:
        newest = select(func.max(definition.c.id)).where(definition.c.key == "follow_up")
        library = Library(company.db, work.connection, 1)
        which = library.definition(work.connection.execute(newest).scalar_one())
        line = work.connection.execute(select(order_line).where(order_line.c.order_no == order_no)).one()
        find = Call(work.connection, {"phone": A}, {}, "before", company.clock.now)
        values = {
            "order_no": order_no,
            "batch_no": 1,
            "customer": handlers()["customers.find"](find)["match"],
            "phone": A,
            "lines": [{"sku": line.sku, "name": line.name, "qty": line.qty}],
            "arrived_on": "2026-03-02",
            "documents": [],
        }
        begin(work, library, which, values, SYSTEM, newest=1)
    company.work()


def test_two_photos_of_30_mb(company: Company) -> None:
    """Two photos of 30 MB are refused beside their field, each by its name and with the limit; smaller ones are taken."""
    zhao = report(company, "破损", delivered(company, "120.00", 400))
    large = photograph(company, zhao, JPEG + b"0" * 30_000_000, JPEG + b"0" * 30_000_000)
    beside = said_beside(large, "photos")
    open_then = company.elements()
    small = photograph(company, zhao, JPEG, JPEG)

    assert (422, ["collect_photos"]) == (large.status_code, open_then)
    assert [f"“照片{n}.jpg”超过 25 MB" in beside for n in (1, 2)] == [True, True]
    assert (303, ["assess_damage"]) == (small.status_code, company.elements())


@pytest.mark.parametrize(
    ("photo", "zh", "en"),
    [
        (b"%PDF-1.7", "的内容不是 .jpg 文件", "is no .jpg file"),
        (b"<html><script>alert(1)</script>", "的内容不是 .jpg 文件", "is no .jpg file"),
        (samples.png(), "的内容不是 .jpg 文件", "is no .jpg file"),
        (samples.jpeg(65_000, 65_000), "65000×65000 像素", "65000 × 65000 pixels"),
        (JPEG[:28], "已损坏或不完整", "is damaged"),
        (b"", "的内容不是 .jpg 文件", "is no .jpg file"),
    ],
)
def test_what_is_no_photo_is_told_beside_its_field(company: Company, photo: bytes, zh: str, en: str) -> None:
    """A document, a page, another kind, a bomb of pixels, half a picture: refused in words, in both languages."""
    zhao = report(company, "破损", delivered(company, "120.00", 400))
    for locale, words in (("zh_CN", zh), ("en", en)):
        zhao.client.post("/account/language", data={"locale": locale})
        answer = photograph(company, zhao, JPEG, photo)
        assert (422, True) == (answer.status_code, words in said_beside(answer, "photos"))
    assert ["collect_photos"] == company.elements()


def test_the_manager_is_told_at_24_hours(company: Company) -> None:
    """A ticket of Monday ten past nine without an answer: at ten past nine on Tuesday it is in time, a second later not."""
    zhao = company.person("zhao")
    zhao.start("after_sales", kind="咨询", customer_name="张秀英", description="几层纸？")
    zhao.do("register_ticket")
    company.wait(hours=24)
    early = rows(company, notification)
    company.wait(seconds=1)

    assert ([], ["response_overdue"]) == (early, [row.event for row in rows(company, notification)])


def test_tickets_are_found(company: Company) -> None:
    """Tickets are looked up by number, customer, kind and state; who serves no customers sees none."""
    report(company, "破损", delivered(company, "120.00", 400))
    zhao, (opened,) = company.person("zhao"), rows(company, ticket)
    hits = [
        opened.no in zhao.get(f"/tickets?{query}").text_content()
        for query in (f"q={opened.no}", "q=宏达", "kind=破损", "state=处理中", "kind=少货", "q=悦家")
    ]
    (link,) = [each for each in zhao.get("/tickets").iter("a") if opened.no in each.text_content()]

    assert [True, True, True, True, False, False] == hits
    assert f"/instances/{opened.instance_id}" == link.get("href")
    assert company.person("liu").client.get("/tickets").status_code in (403, 404)


def slightly_damaged(company: Company, order_no: str) -> int:
    """A ticket about slight damage, answered; its instance."""
    report(company, "破损", order_no)
    with company.db.read() as connection:
        return int(connection.execute(select(func.max(instance.c.id))).scalar_one())


def settle(company: Company) -> None:
    """The oldest damage ticket is assessed as slight, and its allowance paid."""
    zhao = company.person("zhao")
    assert 303 == photograph(company, zhao, JPEG).status_code
    zhao.do("assess_damage", level="slight")
    company.person("chen").do("refund_payment", refund_method="原路退回", paid=True)
