"""Acceptance scenarios 1, 3–7, 9, 11 and 12 of the catalogue and two bad inputs, through the web pages.

Each is worked twice: by one server, and by a server that comes back from the database alone after every step.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

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
from tests.company import Company, answers_form, trouble
from tests.processes.answers import POINTS
from tests.processes.made_to_order import (
    DUE,
    MADE,
    ROLLS,
    TISSUES,
    A,
    B,
    C,
    arrived,
    at,
    booked,
    came_back,
    confirmable,
    date_stated,
    do,
    due,
    inspected,
    issued,
    made,
    making,
    material_stated,
    ordered,
    priced,
    rows,
    sent,
    shanghai,
    shipped,
    sign,
    told,
)
from tests.processes.reloading import reloading

#: Every story is told twice.
pytestmark = reloading


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
    company.wait_until(shanghai(21, 8, 59))
    assert {"monitor_transit", "collect_late_return"} == set(company.elements())
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


def test_a_production_order_is_gone_through_before_it_is_signed(company: Company) -> None:
    """Point by point: one left out is told beside it and nothing is signed; a refusal needs none; the paper has them."""
    sent(company, B)
    came_back(company)
    all_but_one = dict.fromkeys(POINTS, True) | {"tolerance": False}
    company.person("lin").client.post("/account/language", data={"locale": "en"})
    unsigned = company.person("lin").sign("sign_document", points=all_but_one)
    boxes = [each for each in answers_form(unsigned).iter("input") if each.get("type") == "checkbox"]
    wrong = [each for each in boxes if each.get("aria-invalid")]

    assert (422, ["Tolerance"]) == (unsigned.status_code, [each.label.text.strip() for each in wrong])
    assert wrong == [each for each in boxes if not each.checked]
    sign(company, "lin", "sign_document", points=dict.fromkeys(POINTS, True))
    sign(company, "wei", "sign_document", decision="refuse", comment="交期太紧")
    assert "correct_document" in company.elements()
    do(company, "lin", "correct_document", action="resubmit", changes="已与生产部商定")
    making(company)

    (paper,) = [
        row for row in rows(company, document) if row.kind == "production_order" and row.state == "signed"
    ]
    ticked = dict.fromkeys(POINTS, True)
    assert [ticked, ticked] == [each["points"] for each in paper.facts["decisions"]]
    page = company.person("shen").get(f"/documents/{paper.id}").text_content()
    assert 2 * len(POINTS) <= page.count("☑")


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
