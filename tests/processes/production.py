"""How an order that is made to measure comes as far as a path begins: its people, and their steps as usual."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.model.instances import task
from engine.model.papers import notification
from engine.model.trade import order as orders
from tests.processes.trade import customer
from tests.processes.walking import Walk

A, B, C = (
    "13800010002",
    "13800010004",
    "13800010007",
)  #: 悦家 (credit), 启明幼儿园 (no deposit), 绿源 (deposit 30 %)
FOUR = {"lin": "cs", "wu": "sales", "zheng": "cs_supervisor", "qin": "marketing_director"}
PRINTED = "ZD-6001"  #: 20.00 yuan, 18.00 for class A
INSPECTORS = {"bai": "quality", "lin": "cs"}
PICKING = ("pick_goods", "check_quality", "pack_label", "confirm_before_ship")
PLANNING = ("collect_orders", "plan_delivery", "assign_delivery")
ON_THE_WAY = ("load_goods", "create_waybill", "monitor_transit", "track_arrival", "confirm_delivery")


def of(walk: Walk, element: str, login: str, role: str, **answers: Any) -> Walk:
    """One of several who are asked the same answers the task of their role."""
    query = select(task.c.n).where(task.c.instance_id == walk.id, task.c.status == "open")
    with walk.company.db.read() as connection:
        found = connection.scalars(query.where(task.c.element == element, task.c.pool.contains(role))).all()
    assert found, (element, role, walk.open)
    mine = next(each for each in walk.company.open(walk.id) if each.id == f"{walk.id}-{found[0]}")
    walk._complete(mine, walk.person(login), answers)
    return walk._stepped()


def task_of(walk: Walk, element: str, login: str, **answers: Any) -> Walk:
    """Somebody else than usual does the oldest task at an element."""
    walk._complete(walk.company.task(element), walk.person(login), answers)
    return walk._stepped()


def taken(walk: Walk, phone: str = B, **answers: Any) -> Walk:
    """The order is taken and complete; price and terms are to be checked."""
    walk.start({"source": "phone", "customer_name": "", "caller_phone": phone}, "lin")
    return walk.do("receive_order", **answers).go("write_memo", "announce_wait")


def technical(walk: Walk, phone: str = B, **answers: Any) -> Walk:
    """Price and terms are right; the technical department is asked."""
    return taken(walk, phone, **answers).do("check_price_terms")


def stated(walk: Walk) -> Walk:
    """Technical and production state in writing and sign."""
    walk.do("state_material").sign("gong", element="sign_material_statement")
    return walk.do("preschedule_production").sign("meng", element="sign_due_statement")


def confirmed(walk: Walk, phone: str = B, **answers: Any) -> Walk:
    """The confirmation goes out."""
    stated(technical(walk, phone, **answers).do("confirm_technical"))
    return walk.go("make_confirmation", "proofread_confirmation")


def returned(walk: Walk) -> Walk:
    """The customer's signed copy comes back without a flaw."""
    kept = walk.attach("await_return", "签回件.pdf")
    return walk.do("await_return", response="returned", return_file=kept).do("examine_return")


def ordered(walk: Walk, phone: str = B) -> Walk:
    """The production order is signed by customer service and the production head."""
    returned(confirmed(walk, phone))
    return walk.sign("lin", "wei")


def inspected(walk: Walk, **answers: Any) -> Walk:
    """Quality control and customer service look at the goods."""
    for login, role in INSPECTORS.items():
        of(walk, "inspect_product", login, role, **answers)
    return walk


def made(walk: Walk) -> Walk:
    """Planned, produced, watched, inspected, packed and booked."""
    walk.go("plan_production", "produce", "supervise_production")
    return inspected(walk).go("pack_and_mark", "book_finished_goods")


def paid(walk: Walk) -> Walk:
    """Money is collected, found on the account and signed for."""
    if "collect_money" in walk.open:
        walk.do("collect_money", promised_date="2026-03-03")
    return walk.do("check_arrival").sign("chen", element="sign_off_payment")


def cleared(walk: Walk) -> Walk:
    """Terms are in order, the balance is there, finance has signed."""
    return paid(walk.do("review_contract_terms")).sign("chen", element="clear_finance")


def requested(walk: Walk) -> Walk:
    """The ship request is written and rechecked, the dispatcher briefed."""
    return walk.go("issue_ship_request", "recheck_ship_request", "brief_dispatcher")


def delivered(walk: Walk) -> Walk:
    """The goods leave, the advice goes out, the goods arrive."""
    walk.go(*PICKING, *PLANNING, "load_goods", "create_waybill")
    walk.go("fill_dispatch_advice", "verify_advice", "confirm_advice")
    return walk.go("monitor_transit", "track_arrival", "confirm_delivery")


def followed_up(walk: Walk) -> Walk:
    """The customer is called the day after the arrival."""
    while "contact_customer" not in walk.open:
        walk.next()
    return walk.go("contact_customer", "survey_satisfaction")


def called(walk: Walk, phone: str = B, qty: int = 500, **more: Any) -> Walk:
    """Another process calls with an order that is taken already: it begins with the technical department."""
    who = customer(walk, phone)
    asked = {"customer_id": who["id"], "level": who["level"], "lines": [{"sku": PRINTED, "qty": qty}]}
    quote = walk.service("orders.quote", **asked)
    where = {name: who[name] for name in ("recipient", "phone", "address")}
    facts = {**asked, **quote, **where, "payment_method": "对公账户", "freight": "到付"}
    made = walk.service(
        "orders.create", **facts, type="定制", customer_name=who["name"], ship_time="2026-03-20"
    )
    known = {name: facts[name] for name in ("lines", "total", "level", "payment_method", "freight", *where)}
    given = {"order_no": made["order_no"], "customer": who, "wanted_date": "2026-03-20", **known, **more}
    return walk.start({"intake_done": True, "source": "phone", "requirements": "", **given})


def confirmed_call(walk: Walk, phone: str = B, **more: Any) -> Walk:
    """Called; technical and production have stated, the confirmation has gone out."""
    stated(called(walk, phone, **more).do("confirm_technical"))
    return walk.go("make_confirmation", "proofread_confirmation")


def making(walk: Walk) -> Walk:
    """Class A, called: the customer returns it later, the order is signed, production has begun."""
    confirmed_call(walk, A).do("await_return", response="cannot_now")
    return walk.sign("lin", "wei").do("plan_production")


def finished(walk: Walk) -> Walk:
    """Class A, called: made and booked."""
    return inspected(making(walk).go("produce", "supervise_production")).go(
        "pack_and_mark", "book_finished_goods"
    )


def planned(walk: Walk, *, agrees: bool) -> Walk:
    """The four make an emergency plan."""
    for login, role in FOUR.items():
        more: dict[str, Any] = {"customer_agrees": agrees} if role == "cs" else {}
        more |= {"new_due": "2026-03-22"} if role == "cs_supervisor" else {}
        of(walk, "make_emergency_plan", login, role, **more)
    return walk


def told(walk: Walk) -> list[str]:
    """What was told, in its order, each once."""
    return list(dict.fromkeys(row.event for row in walk.rows(notification)))


def states(walk: Walk) -> tuple[str, list[str]]:
    """How the instance and the order stand."""
    return walk.status, [row.status for row in walk.rows(orders)]
