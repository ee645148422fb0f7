"""Bad input has a defined answer: beside its field, in both languages, with what was typed kept; or the task again.

Photos that are too large are with the scenarios of after-sales, deposits and statements with those of production, a
person who left with those of store replenishment.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select, update

from engine.access import SYSTEM
from engine.bpmn.model import Scope
from engine.bpmn.read import read
from engine.commands.tokens import create_token
from engine.model.papers import ticket
from engine.model.stores import store_slip, transfer
from engine.model.trade import stock
from engine.queries.verify import verify
from engine.services.registry import handlers
from tests.company import ROOT, Company, Person, answers_form, trouble
from tests.processes.after_sales import TISSUES, delivered, reported
from tests.processes.test_scenarios_store_replenishment import begun, confirmed
from tests.processes.walking import Walk

BOTTLES = "QJ-3002"  #: In stores only: MD4 has three.


@pytest.fixture
def company(template: Path, tmp_path: Path) -> Iterator[Company]:
    """A company of one's own; whatever was typed in it, nothing failed and everything agrees in the end."""
    made = Company(template, tmp_path)
    yield made
    made.expect_no_trouble()
    problems = verify(made.db).problems
    made.close()
    assert [] == problems


def rows(company: Company, table: Table) -> list[Any]:
    """What stands in a table, oldest first."""
    with company.db.read() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def speaking(person: Person, locale: str) -> Person:
    """The person, with pages of that language."""
    person.client.post("/account/language", data={"locale": locale})
    return person


def beside(answer: Any, field: str) -> str:
    """What a page says beside a field, and that the field is marked for screen readers."""
    form = answers_form(answer)
    control = next(each for each in form.iter("input", "select", "textarea") if each.get("name") == field)
    assert "true" == control.get("aria-invalid")
    told = [form.get_element_by_id(name) for name in control.get("aria-describedby").split()]
    return " ".join(said(each) for each in told)


def said(shown: Any) -> str:
    """What a page or a part of it says, with plain spaces."""
    return " ".join(shown.text_content().split())


def slip_to_confirm(company: Company) -> str:
    """The task of confirming a slip of two boxes; its page."""
    begun(company)
    company.person("tian").do("create_slip", store="MD1", lines=[{"sku": TISSUES, "qty": 2}])
    return f"/tasks/{company.task('confirm_slip').id}"


# --- a slip confirmed twice ---------------------------------------------------------------------------------------


def test_a_double_click_confirms_a_slip_once(company: Company) -> None:
    """The same page sent twice is answered twice alike; there is one slip."""
    url, shi = slip_to_confirm(company), company.person("shi")
    form = dict(answers_form(shi.get(url)).form_values()) | {"approved": "true"}

    answers = [shi.client.post(f"{url}/complete", data=form) for _ in range(2)]
    company.work()

    assert [303, 303] == [each.status_code for each in answers]
    assert (1, ["open_pending_slip"]) == (len(rows(company, store_slip)), company.elements())


@pytest.mark.parametrize(
    ("locale", "told"), [("zh_CN", "没有重复计入"), ("en", "Nothing of yours was counted twice")]
)
def test_two_people_confirm_a_slip_once(company: Company, locale: str, told: str) -> None:
    """Who comes second, from a page of before, is told who was first, with 409; there is one slip."""
    url, second = slip_to_confirm(company), speaking(company.person("admin"), locale)
    page = dict(answers_form(second.get(url)).form_values()) | {"approved": "true"}
    company.person("shi").do("confirm_slip", approved=True)

    late = second.client.post(f"{url}/complete", data=page)

    text = " ".join(late.get_data(as_text=True).split())
    assert (409, True, True) == (late.status_code, "石店长" in text, told in text)
    assert 1 == len(rows(company, store_slip))


def test_the_api_confirms_a_slip_once(company: Company) -> None:
    """A replay with the same key gets the first answer, one with another key or none a conflict; there is one slip."""
    task = slip_to_confirm(company).removeprefix("/tasks/")
    token = create_token(company.db, "shi", "script", SYSTEM)
    client = company.app.test_client()

    def send(key: str) -> int:
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        answer = client.post(
            f"/api/v1/tasks/{task}/complete", json={"values": {"approved": True}}, headers=headers
        )
        company.work()
        return int(answer.status_code)

    assert [200, 200, 409, 409] == [send("first"), send("first"), send("second"), send("")]
    assert 1 == len(rows(company, store_slip))


# --- a transfer from a store that has none ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "no_choice", "too_many"),
    [("zh_CN", "请从选项中选择", "不能大于 3"), ("en", "Choose", "at most 3")],
)
def test_a_transfer_from_a_store_that_has_none(
    company: Company, locale: str, no_choice: str, too_many: str
) -> None:
    """A store without the goods is no choice, and nobody gives more than it has: 422 at the field, typed values kept."""
    confirmed(company, {BOTTLES: 12})
    he = speaking(company.person("he"), locale)
    he.do("open_pending_slip")
    he.do("check_lines")
    url = f"/tasks/{company.task('arrange_transfer').id}/complete"
    none = he.client.post(url, data={"transfers[0].offer": f"MD4|{TISSUES}", "transfers[0].qty": "1"})
    many = he.try_to("arrange_transfer", transfers=[{"offer": f"MD4|{BOTTLES}", "qty": 4}])

    assert (422, 422) == (none.status_code, many.status_code)
    assert (no_choice in trouble(none), too_many in beside(many, "transfers[0].qty")) == (True, True), (
        trouble(none)
    )
    assert "4" == answers_form(many).fields["transfers[0].qty"]
    assert [] == rows(company, transfer)


@pytest.mark.parametrize(
    ("locale", "reason"), [("zh_CN", "MD4 没有 3 件 QJ-3002 可调"), ("en", "MD4 has not got 3 of QJ-3002")]
)
def test_a_store_that_sold_its_goods_meanwhile(company: Company, locale: str, reason: str) -> None:
    """Between the page and the reservation the goods are gone: nothing is kept back, the task is back with the reason."""
    confirmed(company, {BOTTLES: 12})
    he = speaking(company.person("he"), locale)
    he.do("open_pending_slip")
    he.do("check_lines")
    answer = he.try_to("arrange_transfer", transfers=[{"offer": f"MD4|{BOTTLES}", "qty": 3}])
    with company.db.write() as connection:
        here = (stock.c.sku == BOTTLES, stock.c.location == "MD4")
        connection.execute(update(stock).where(*here).values(qty=0))
    company.work()

    page = said(he.get(f"/tasks/{company.task('arrange_transfer').id}"))
    assert (303, True, []) == (answer.status_code, reason in page, rows(company, transfer))
    with company.db.read() as connection:
        assert 0 == connection.execute(select(func.sum(stock.c.reserved))).scalar_one()


@pytest.mark.parametrize(
    ("locale", "reason"), [("zh_CN", "只剩 0 件，配不出 4 件"), ("en", "Only 0 of RY-4001")]
)
def test_an_allocation_whose_goods_went_elsewhere(company: Company, locale: str, reason: str) -> None:
    """Goods that another order took before the allocation was issued: the lines are checked again, with the reason."""
    confirmed(company, {"RY-4001": 4})
    he = speaking(company.person("he"), locale)
    he.do("open_pending_slip")
    he.do("check_lines")
    he.try_to("confirm_allocation", approved=True)
    with company.db.write() as connection:
        connection.execute(
            update(stock).where(stock.c.sku == "RY-4001", stock.c.location == "CK1").values(qty=0)
        )
    company.work()

    assert reason in said(he.get(f"/tasks/{company.task('check_lines').id}"))


# --- a ticket about what was not ordered --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("zh_CN", "没有订单 SO2026-000777：请核对单号。"),
        ("en", "There is no order SO2026-000777: check the number."),
    ],
)
def test_a_ticket_for_an_order_that_does_not_exist(company: Company, locale: str, told: str) -> None:
    """Told beside the number at once, when the case is begun and when it is registered; nothing is opened."""
    zhao = speaking(company.person("zhao"), locale)
    case = {"kind": "错货", "customer_name": "宏达超市", "description": "收到的不是订的", "channel": "phone"}
    page = answers_form(zhao.get("/starts/after_sales"))
    data = dict(page.form_values()) | case | {"order_no": "SO2026-000777"}
    begun = zhao.client.post("/starts/after_sales", data=data)
    zhao.start("after_sales", **case, order_no="")
    registered = zhao.try_to("register_ticket", order_no="SO2026-000777")

    assert (422, 422) == (begun.status_code, registered.status_code)
    for answer in (begun, registered):
        assert told in beside(answer, "order_no")
        assert ("SO2026-000777", "宏达超市") == tuple(
            answers_form(answer).fields[n] for n in ("order_no", "customer_name")
        )
    assert ([], ["register_ticket"]) == (rows(company, ticket), company.elements())


@pytest.mark.parametrize(
    ("locale", "told"), [("zh_CN", "没有订过 ZP-9999"), ("en", "ZP-9999 is not on order")]
)
def test_a_ticket_for_an_article_that_was_not_ordered(company: Company, locale: str, told: str) -> None:
    """The task comes back with the reason and everything that was typed."""
    order_no = delivered(Walk(company, False, "after_sales"))["order_no"]
    zhao = speaking(company.person("zhao"), locale)
    case = {"kind": "错货", "customer_name": "宏达超市", "description": "收到的不是订的", "channel": "phone"}
    zhao.start("after_sales", **case, order_no=order_no)
    zhao.do("register_ticket", lines=[{"sku": "ZP-9999", "qty": 1}])

    page = zhao.get(f"/tasks/{company.task('register_ticket').id}")
    kept = answers_form(page).fields
    assert told in said(page)
    assert (order_no, "收到的不是订的", "ZP-9999") == tuple(
        kept[n].strip() for n in ("order_no", "description", "lines[0].sku")
    )
    assert [] == rows(company, ticket)


def test_the_api_says_which_field_names_no_order(company: Company) -> None:
    """A problem with the field and its sentence, 422; the task stays."""
    reported(Walk(company, False, "after_sales"), "咨询")
    company.person("zhao").start(
        "after_sales", kind="错货", channel="phone", customer_name="宏达", description="x"
    )
    token = create_token(company.db, "zhao", "script", SYSTEM)
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    values = {
        "kind": "错货",
        "channel": "phone",
        "customer_name": "宏达",
        "description": "x",
        "order_no": "SO1",
        "lines": [],
    }
    url = f"/api/v1/tasks/{company.task('register_ticket').id}/complete"

    answer = company.app.test_client().post(url, json={"values": values}, headers=headers)

    assert 422 == answer.status_code
    assert "There is no order SO1: check the number." in answer.get_data(as_text=True)


# --- an order for what is not sold --------------------------------------------------------------------------------


def test_an_article_that_is_not_in_the_catalogue(company: Company) -> None:
    """It cannot be chosen: a page that sends it all the same is told so beside the article, and the task stays."""
    walk = Walk(company, False, "customer_replenishment").start({"channel": "phone"}, "lin")
    walk.go("answer_call", "verify_customer", "check_conditions")
    lin, url = company.person("lin"), f"/tasks/{company.task('capture_needs').id}"
    form = answers_form(lin.get(url))
    data = dict(form.form_values()) | {
        "lines[0].sku": "ZP-9999",
        "lines[0].qty": "3",
        "payment_method": "对公账户",
    }

    answer = lin.client.post(f"{url}/complete", data=data)

    assert (422, ["capture_needs"]) == (answer.status_code, company.elements())
    assert "请从选项中选择" in beside(answer, "lines[0].sku")


# --- made to order what nobody makes ------------------------------------------------------------------------------


def test_what_nobody_makes_is_not_made_to_order(company: Company) -> None:
    """The page does not offer it, and the API names what can be chosen."""
    walk = Walk(company, False, "customer_replenishment").start({"channel": "phone"}, "lin")
    walk.go("answer_call", "verify_customer", "check_conditions")
    walk.do("capture_needs", lines=[{"sku": BOTTLES, "qty": 60}])
    url = f"/tasks/{company.task('settle_shortage').id}"
    token = create_token(company.db, "lin", "script", SYSTEM)
    asked = {"values": {"option": "make", "made_date": "2026-03-20"}}

    page = answers_form(company.person("lin").get(url))
    answer = company.app.test_client().post(
        f"/api/v1{url}/complete", json=asked, headers={"Authorization": f"Bearer {token}"}
    )

    offered = [each.get("value") for each in page.iter("input") if each.get("type") == "radio"]
    assert ["substitute", "delay", "split", "cancel"] == offered
    assert 422 == answer.status_code
    told = {each["field"]: each for each in answer.get_json()["errors"]}
    assert "请从选项中选择：换其他货品、延期发货、先发有货的，其余分批、取消订单。" in str(told["option"])


# --- weight 0 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", ["0", "-1"])
@pytest.mark.parametrize(("locale", "told"), [("zh_CN", "不能小于 0.001"), ("en", "at least 0.001")])
def test_a_weight_of_nothing(company: Company, locale: str, told: str, weight: str) -> None:
    """A parcel cannot weigh nothing: both fields say so, the typed weight stays, and so does the task."""
    walk = reported(Walk(company, False, "after_sales"), "少货")
    walk.do("check_outbound_stub", all_printed=True, wish="refund")
    liu = speaking(company.person("liu"), locale)

    answer = liu.try_to("check_weight", expected=weight, actual=weight)

    assert 422 == answer.status_code
    for field in ("expected", "actual"):
        assert told in beside(answer, field)
        assert weight == answers_form(answer).fields[field]
    assert ["check_weight"] == company.elements()


# --- nothing a person can mend becomes an incident ----------------------------------------------------------------

#: Business errors without a boundary event, and what keeps them from happening: a field offers or allows nothing else.
PREVENTED = {
    ("customer_replenishment", "unknown_product"): "articles are chosen from the catalogue",
    ("customer_confirmation", "deposit_too_large"): "the deposit was checked where it was typed",
    ("payment_invoice", "deposit_too_large"): "the deposit was checked where it was typed",
    ("production_order", "deposit_too_large"): "the deposit was checked where it was typed",
    ("production_order", "not_passed"): "only what has passed inspection is booked",
}


def uncaught(scope: Scope, around: tuple[frozenset[str], ...] = ()) -> Iterator[str]:
    """The business errors of services that no boundary event of theirs, or around them, catches."""
    for element in scope.elements.values():
        boundaries = [b.event for b in scope.boundaries(element.id) if b.event is not None]
        caught = (frozenset(e.code for e in boundaries if e.kind == "error"), *around)
        service = handlers().get(element.extension("taskDefinition", "type") or "")
        for code in service.errors if service is not None else ():
            if not any({code, ""} & codes for codes in caught):
                yield code
        if element.inner is not None:
            yield from uncaught(element.inner, caught)


@pytest.mark.parametrize("path", sorted((ROOT / "processes").glob("*.bpmn")), ids=lambda path: path.stem)
def test_what_a_service_refuses_comes_back_to_a_person(path: Path) -> None:
    """Every business error of a service is caught in the diagram, or what leads to it is refused at its field before."""
    process = read(path.read_bytes()).processes[0]

    found = {(process.id, code) for code in uncaught(process.content)}

    assert found <= set(PREVENTED), "draw an error boundary event that leads back to the task"
