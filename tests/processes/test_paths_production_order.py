"""Every path of 定制生产: price, statements, the customer's return, the gate by class, production, money, shipping."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete

from engine.commands.operate import set_variables
from engine.model.papers import document
from engine.model.production import production_order, statement
from engine.model.trade import order as orders
from engine.model.trade import product
from tests.company import Company
from tests.processes import test_paths_production_order_money as money
from tests.processes.production import (
    FOUR,
    PICKING,
    PLANNING,
    PRINTED,
    A,
    B,
    called,
    cleared,
    confirmed_call,
    delivered,
    finished,
    followed_up,
    inspected,
    made,
    making,
    of,
    ordered,
    planned,
    requested,
    returned,
    stated,
    states,
    taken,
    told,
)
from tests.processes.walking import Paths, Walk, path

PROCESS = "production_order"

MORE = (money,)  #: Modules with further paths of this definition.


@path
def test_class_b_from_the_call_to_the_follow_up(walk: Walk) -> None:
    """Class B without deposit: returned the same day, made, balance paid and cleared, shipped, followed up."""
    ordered(walk)
    made(walk)
    cleared(walk)
    requested(walk)
    delivered(walk)
    followed_up(walk)

    assert ("completed", ["已完成"]) == (walk.status, [row.status for row in walk.rows(orders)])


@path
def test_what_is_missing_is_asked_for(walk: Walk) -> None:
    """An article that is not there any more and an incomplete order: both come back before anything is recorded."""
    walk.start({"source": "fax", "customer_name": "", "caller_phone": B}, "lin")
    with walk.company.db.write() as connection:
        connection.execute(delete(product).where(product.c.sku == "ZD-6004"))
    walk.do("receive_order", lines=[{"sku": "ZD-6004", "qty": 5}]).go("write_memo")
    again = walk.open
    walk.do("receive_order", lines=[{"sku": PRINTED, "qty": 500}], complete=False, missing="收货时间不详")
    walk.go("clarify_order", "write_memo", "announce_wait")

    assert (["receive_order"], ["check_price_terms"]) == (again, walk.open)
    assert ["waiting_time"] == told(walk)


@path
def test_a_price_in_doubt_is_settled_by_three(walk: Walk) -> None:
    """9.50 asked against 10.00: three are asked until sales and the director agree; then the order bears their price."""
    taken(walk, lines=[{"sku": "ZD-6002", "qty": 100, "asked_price": 9.5}])
    walk.do("check_price_terms", doubt="客户所提单价低于执行方案")
    asked = walk.open
    rounds = ({"wu": 9.5, "zheng": 9.5, "qin": 10}, {"wu": 9.8, "zheng": 9.5, "qin": 9.8})
    for prices in rounds:
        for login, price in prices.items():
            of(walk, "resolve_price_doubt", login, FOUR[login], lines=[{"unit_price": price}])

    assert ["resolve_price_doubt"] * 3 == asked
    assert (["confirm_technical"], 980) == (walk.open, walk.variables["total"])
    assert [980] == [row.total for row in walk.rows(orders)]
    assert ["waiting_time", "price_doubt"] == told(walk)


@path
def test_a_recipe_confirmed_in_vain_cancels_the_order(walk: Walk) -> None:
    """The old recipe insisted on goes into writing and back to technical; still impossible, the order is cancelled."""
    called(walk).do("confirm_technical", producible=False, technical_note="老工艺的设备已停用")
    walk.do("propose_alternative", customer_choice="old_recipe")
    walk.do("confirm_recipe", recipe_file=walk.attach("confirm_recipe", "配方.pdf"))
    walk.do("confirm_technical", producible=False, technical_note="仍然做不了")

    assert ("completed", ["已取消"]) == states(walk)
    assert (["recipe"], ["not_producible"]) == ([row.kind for row in walk.rows(statement)], told(walk))


@path
def test_a_changed_recipe_is_accepted(walk: Walk) -> None:
    """A changed recipe is told to the customer, who accepts it: the material statement comes next."""
    called(walk).do("confirm_technical", recipe_changed=True, technical_note="改用再生浆")
    walk.do("propose_alternative", customer_choice="accept")

    assert ["state_material"] == walk.open


@path
def test_the_customer_gives_it_up(walk: Walk) -> None:
    """What cannot be made and is not wanted otherwise is cancelled."""
    called(walk).do("confirm_technical", producible=False, technical_note="幅宽超出设备")
    walk.do("propose_alternative", customer_choice="cancel")

    assert ("completed", ["已取消"]) == states(walk)


@path
def test_a_sample_until_it_is_approved(walk: Walk) -> None:
    """A sample first, as the customer asked; the second one is approved and the order goes on."""
    called(walk, sample_wanted=True).do("confirm_technical")
    walk.do("develop_sample", approved=False, sample_next="again").do("develop_sample")

    assert ["state_material"] == walk.open


@path
def test_a_sample_that_becomes_a_development(walk: Walk) -> None:
    """What needs a new product goes to development; this order ends there."""
    called(walk).do("confirm_technical", producible=False, technical_note="需要新配方")
    walk.do("propose_alternative", customer_choice="sample")
    walk.do("develop_sample", approved=False, sample_next="develop")

    assert ("completed", ["已取消"]) == states(walk)


@path
def test_oral_and_unsigned_statements_block(walk: Walk) -> None:
    """Neither an oral nor an unsigned statement lets production schedule, nor customer service confirm."""
    called(walk).do("confirm_technical").do("state_material", material_given="oral")
    opened = [walk.open]
    walk.do("state_material").refuse("gong", "数量写错", element="sign_material_statement")
    opened.append(walk.open)
    walk.do("state_material").sign("gong", element="sign_material_statement")
    walk.do("preschedule_production", due_given="oral")
    opened.append(walk.open)
    walk.do("preschedule_production").refuse("meng", "日期写错", element="sign_due_statement")
    opened.append(walk.open)
    walk.do("preschedule_production").sign("meng", element="sign_due_statement")

    assert [["state_material"]] * 2 + [["preschedule_production"]] * 2 == opened
    assert ["make_confirmation"] == walk.open


def test_nobody_promises_a_day_that_has_gone_by(company: Company) -> None:
    """Production's dates lie ahead when they are stated: yesterday is refused at its field."""
    walk = called(Walk(company, False, PROCESS)).do("confirm_technical").do("state_material")
    walk.sign("gong", element="sign_material_statement")

    with pytest.raises(AssertionError, match="due_date"):
        walk.do("preschedule_production", due_date="2026-02-28")
    with pytest.raises(AssertionError, match="production_date"):
        walk.do("preschedule_production", production_date="2026-02-28")

    assert ["preschedule_production"] == walk.open


def test_fewer_promised_than_ordered_is_said_before_the_confirmation(company: Company) -> None:
    """Production states 400 of 500: who makes the confirmation reads it, and settles the quantity first."""
    walk = called(Walk(company, False, PROCESS)).do("confirm_technical").do("state_material")
    walk.sign("gong", element="sign_material_statement").do("preschedule_production", due_qty=400)
    walk.sign("meng", element="sign_due_statement")

    page = company.person("lin").get(f"/tasks/{company.task('make_confirmation').id}").text_content()
    assert "生产部只答应 400，订购 500" in page.replace("\xa0", " ")


@path
def test_statements_changed_before_they_are_signed_are_stated_anew(walk: Walk) -> None:
    """What is signed is not what was written: it does not count, and the department states it again."""
    called(walk).do("confirm_technical")
    opened = []
    for kind, writes, signs, by in (
        ("material_statement", "state_material", "sign_material_statement", "gong"),
        ("due_statement", "preschedule_production", "sign_due_statement", "meng"),
    ):
        walk.do(writes)
        changed = {**walk.variables[kind], "text": "改过的说明"}
        set_variables(walk.company.db, walk.id, {kind: changed}, "笔误", walk.person("qian"))
        opened.append(walk.sign(by, element=signs).open)
        walk.do(writes).sign(by, element=signs)

    assert [["state_material"], ["preschedule_production"]] == opened
    assert ["make_confirmation"] == walk.open


@path
def test_the_date_is_loosened_and_the_customer_cancels(walk: Walk) -> None:
    """A wrong proof comes back, a later date counts once sales agrees; a customer who cancels ends it."""
    stated(called(walk).do("confirm_technical"))
    walk.do("make_confirmation", loosen=True).do("adjust_date")
    loosened = walk.variables["confirmed_due"]
    walk.do("proofread_confirmation", proofread=False, proof_note="包装写错").go("make_confirmation")
    walk.go("adjust_date", "proofread_confirmation").do("await_return", response="cancel")

    assert "2026-03-25" == loosened
    assert ("completed", ["已取消"]) == states(walk)
    assert {"void"} == {row.state for row in walk.rows(document)}
    assert ["withdrawn", "withdrawn"] == [row.void_why for row in walk.rows(statement)]


@path
def test_a_larger_quantity_is_stated_anew(walk: Walk) -> None:
    """The customer wants 600: material and date are stated again before production is ordered."""
    confirmed_call(walk).do("await_return", response="objection", objection="改为 600 箱")
    walk.do("handle_objection", lines=[{"qty": 600}], changes="600 箱")
    returned(walk)

    assert (["state_material"], 600) == (walk.open, walk.variables["lines"][0]["qty"])


@path
def test_days_before_an_objection_move_both_dates(walk: Walk) -> None:
    """Class B objects to the packing on the next day: production's date and the customer's move by that day, no more."""
    confirmed_call(walk).wait(days=1).do("await_return", response="objection", objection="包装要加厚")
    returned(walk.do("handle_objection", changes="包装加厚"))

    (made,) = walk.rows(production_order)
    assert (date(2026, 3, 21), date(2026, 3, 21)) == (made.due, made.confirmed_due)
    assert ["sign_document"] == walk.open


@path
def test_a_statement_changed_after_signing_is_void(walk: Walk) -> None:
    """Somebody changes the date statement after it was signed: no production order, everything is stated again."""
    confirmed_call(walk)
    changed = {**walk.variables["due_statement"], "text": "4 月 20 日完成"}
    operator = walk.person("qian")
    set_variables(walk.company.db, walk.id, {"due_statement": changed}, "改期", operator)
    returned(walk)

    assert ["state_material"] == walk.open
    assert [] == [row for row in walk.rows(document) if row.kind == "production_order"]


@path
def test_class_a_returns_it_later(walk: Walk) -> None:
    """Class A goes into production at once; its return is a matter of its own, asked for until it is flawless."""
    making(walk)
    main = (walk.id, walk.open)
    late = next(each for each in walk.company.open() if each.element == "collect_late_return")
    walk.id = int(late.id.split("-")[0])
    for clear in (False, True):
        kept = walk.attach("collect_late_return", "补传.pdf")
        walk.do("collect_late_return", late_file=kept, sig_clear=clear)

    assert ["produce", "supervise_production"] == main[1]
    assert main[0] != walk.id
    assert "completed" == walk.status
    assert ["filed"] == [row.state for row in walk.rows(document) if row.kind == "sales_confirmation"]


@path
def test_an_order_confirmed_anew_has_one_late_return(walk: Walk) -> None:
    """The production order is withdrawn, the order confirmed anew and not returned: the open matter collects the new one."""
    confirmed_call(walk, A).do("await_return", response="cannot_now").refuse("lin", "数量写错")
    walk.do("correct_document", action="withdraw", changes="与客户重新确认")
    walk.go("make_confirmation", "proofread_confirmation").do("await_return", response="cannot_now")
    late = [each.id for each in walk.company.open() if each.element == "collect_late_return"]
    walk.id = int(late[0].split("-")[0])
    walk.do("collect_late_return", late_file=walk.attach("collect_late_return", "补传.pdf"))

    assert (1, "completed") == (len(late), walk.status)
    papers = [row for row in walk.rows(document) if row.kind == "sales_confirmation"]
    assert [(1, "void"), (2, "filed")] == [(row.version, row.state) for row in papers]
    assert 1 == len({row.number for row in papers})


def confirmed_anew(walk: Walk) -> Walk:
    """Customer service refuses the production order; the order is confirmed anew, and this time returned."""
    walk.refuse("lin", "数量写错").do("correct_document", action="withdraw", changes="与客户重新确认")
    return returned(walk.go("make_confirmation", "proofread_confirmation"))


@path
def test_a_return_of_the_new_confirmation_ends_the_late_one(walk: Walk) -> None:
    """Confirmed anew and returned: nobody is asked for the return of what was replaced."""
    confirmed_anew(confirmed_call(walk, A).do("await_return", response="cannot_now"))

    papers = [row for row in walk.rows(document) if row.kind == "sales_confirmation"]
    assert [(1, "void"), (2, "filed")] == [(row.version, row.state) for row in papers]
    assert ["sign_document"] == walk.company.elements()
    assert "completed" == walk.company.status(walk.id + 1)
    assert {"return_file", "signer"} == set(papers[-1].facts)


@path
def test_after_a_late_return_a_new_confirmation_asks_for_no_other(walk: Walk) -> None:
    """Returned late, then confirmed anew and returned: both papers are there, and nothing is left to collect."""
    confirmed_call(walk, A).do("await_return", response="cannot_now")
    walk.do("collect_late_return", late_file=walk.attach("collect_late_return", "补传.pdf"))
    confirmed_anew(walk)

    assert ["sign_document"] == walk.company.elements()
    papers = [row.facts for row in walk.rows(document) if row.kind == "sales_confirmation"]
    assert [True, None] == [facts.get("late") for facts in papers]


def cancelled_later(walk: Walk) -> Walk:
    """Class A: released without its return, confirmed anew, and this time cancelled by the customer."""
    confirmed_call(walk, A).do("await_return", response="cannot_now").refuse("lin", "数量写错")
    walk.do("correct_document", action="withdraw", changes="与客户重新确认")
    return walk.go("make_confirmation", "proofread_confirmation").do("await_return", response="cancel")


@path
def test_an_order_cancelled_later_collects_no_return(walk: Walk) -> None:
    """Who cancels is not asked for the return of the confirmation that came before."""
    cancelled_later(walk)

    assert (("completed", ["已取消"]), []) == (states(walk), walk.company.elements())


@path
def test_the_late_return_of_a_cancelled_order_is_let_go(walk: Walk) -> None:
    """The matter of the late return ends of itself with its order."""
    cancelled_later(walk).id += 1

    assert "completed" == walk.status


@path
def test_trouble_in_production_and_a_second_inspection(walk: Walk) -> None:
    """An anomaly is planned for by four until the customer accepts; a daily report nobody fills in is let go; rework."""
    making(walk).do("produce", qty_done=100, finished=False)
    walk.do("supervise_production", problem="印刷偏色").until(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    walk.do("enter_daily_report")
    walk.do("produce", qty_done=300, finished=False, anomaly_found=True).do("report_anomaly")
    planned(planned(walk, agrees=False), agrees=True).wait(days=1)
    unreported = "enter_daily_report" in walk.open
    walk.go("produce", "supervise_production")
    inspected(walk, label_ok=False, defects=3, findings="3 件标签错")
    rework = walk.open
    inspected(walk.go("produce", "supervise_production"))

    assert unreported
    assert (["produce", "supervise_production"], ["pack_and_mark"]) == (rework, walk.open)
    assert "2026-03-22" == walk.variables["confirmed_due"]
    assert {"production_problem", "daily_report", "production_anomaly", "anomaly_plan"} <= set(told(walk))


@path
def test_another_quantity_than_ordered_is_booked_with_its_reason(walk: Walk) -> None:
    """510 of 500 without a word, or none at all, are not booked; with the reason they are, and the slip says it."""
    inspected(making(walk).go("produce", "supervise_production")).do("pack_and_mark")
    for wrong, told_at in ((510, "finish_note"), (0, "finished\\[0\\].qty")):
        with pytest.raises(AssertionError, match=told_at):
            walk.do("book_finished_goods", finished=[{"qty": wrong}])
    walk.do("book_finished_goods", finished=[{"qty": 510}], finish_note="尾卷一并完成，客户要")

    (slip,) = [row.payload for row in walk.rows(document) if row.kind == "finished_goods_slip"]
    assert (510, 500, "尾卷一并完成，客户要") == (slip["pieces"], slip["ordered"], slip["note"])


@path
def test_an_emergency_ships_before_its_slip(walk: Walk) -> None:
    """Terms reviewed twice; a slip found wrong; the first emergency refused, the second released, its slip due tomorrow."""
    finished(walk).do("review_contract_terms", delivery_ok=False, terms_note="收货时间未定")
    walk.do("review_contract_terms", settlement="monthly").go("issue_ship_request")
    walk.do("recheck_ship_request", all_correct=False, recheck_note="电话错")
    walk.do("issue_ship_request", urgent=True, urgent_reason="客户断货")
    walk.refuse("zheng", "先开单", element="authorise_emergency")
    walk.do("issue_ship_request", urgent=True, urgent_reason="客户断货")
    walk.sign("zheng", element="authorise_emergency")
    walk.do("brief_dispatcher").do("complete_late_slip")
    walk.do("fill_dispatch_advice").do("verify_advice", is_true=False, advice_defect="尚未发出")
    walk.go(*PICKING, *PLANNING, "load_goods", "create_waybill", "fill_dispatch_advice", "verify_advice")
    walk.do("confirm_advice", legible=False).do("confirm_advice")
    walk.do("monitor_transit", state="problem", problem="车辆事故")
    walk.do("handle_transit_problem", kind="loss", explanation="全损", eta="2026-03-12")

    assert "completed" == walk.status
    assert {"emergency_release", "ship_request", "dispatch_advice"} <= {
        row.kind for row in walk.rows(document)
    }
    assert not {"balance_notice"} & {row.kind for row in walk.rows(document)}


def test_every_flow_is_taken(paths: Paths) -> None:
    """No flow of the definition is left out by these paths."""
    assert set() == paths.never_taken()


def test_every_documented_step_is_reached(paths: Paths) -> None:
    """Every element is completed on some path, and with it every documented step."""
    assert set() == paths.never_reached()
