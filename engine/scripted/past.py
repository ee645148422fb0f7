"""What happened in the demo company before you came: instances of every process, left at places worth a look.

Each story is a generator that gives the time to let pass; all of them share one timeline, so that clocks run out,
reminders go out and fines fall due at their own moments.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select

from engine.clock import COMPANY_ZONE
from engine.model.database import Database
from engine.model.instances import instance
from engine.model.trade import order
from engine.scripted.staff import Clock, Open, Staff

_REGULAR = "宏达超市有限公司"

Story = Iterator[timedelta]
#: Answers by element, over the usual ones.
Given = dict[str, Mapping[str, Any]]

#: Between two tasks, when nothing keeps anybody.
_PACE = timedelta(minutes=3)
#: Until somebody looks again, when nothing is to be done.
_PAUSE = timedelta(minutes=30)


def happen(db: Database, now: datetime) -> int:
    """Play the stories up to `now`; how many instances there are then. Nothing happens where there are some already.

    They happen through a connection of their own, whose clock is theirs.
    """
    if _count(db):
        return 0
    clock = Clock(now)
    past = Database(db.url.render_as_string(hide_password=False), clock=clock)
    past.settings = db.settings
    try:
        _play(Staff(past, clock, Random(7)), now)  # noqa: S311 - the same past everywhere
        return _count(past)
    finally:
        past.close()


def _count(db: Database) -> int:
    asked = select(func.count()).select_from(instance).where(instance.c.definition_id.is_not(None))
    with db.read() as connection:
        return int(connection.execute(asked).scalar_one())


def _play(staff: Staff, now: datetime) -> None:
    """One step of whichever story is the next, until all have come to `now` or to their ends."""
    line = [
        (_begin(now, days, hour), number, tell(staff)) for number, (days, hour, tell) in enumerate(STORIES)
    ]
    heapq.heapify(line)
    staff.clock.now = line[0][0]
    while line and line[0][0] < now:
        moment, number, story = heapq.heappop(line)
        staff.wait(moment)
        pause = next(story, None)
        if pause is not None:
            heapq.heappush(line, (staff.clock.now + pause, number, story))
    staff.wait(now)


def _begin(now: datetime, days: int, hour: int) -> datetime:
    """So many days ago at this hour of the company's day; a story of today begins when the day is young enough."""
    local = now.astimezone(COMPANY_ZONE) - timedelta(days=days)
    planned = local.replace(hour=hour, minute=7, second=0, microsecond=0)
    return planned if days else min(planned, now - timedelta(hours=2))


def _until(staff: Staff, number: int, *places: str, **given: Mapping[str, Any]) -> Story:
    """Work on an instance until a task at one of these elements (or "element:role") is open, or to its end."""
    while True:
        staff.wait()
        found = staff.open(number)
        if any(_stands(one, place) for one in found for place in places):
            return
        if found:
            staff.do(found[0], given.get(found[0].element))
            yield _PACE
        elif _is_over(staff, number):
            return
        else:
            yield _PAUSE


def _stands(one: Open, place: str) -> bool:
    element, _, role = place.partition(":")
    return one.element == element and role in ("", one.pool)


def _is_over(staff: Staff, number: int) -> bool:
    with staff.db.read() as connection:
        status = connection.execute(select(instance.c.status).where(instance.c.id == number)).scalar_one()
    return bool(status != "running")


def _call(
    *places: str, phone: str = "13800010001", sku: str = "ZP-1001", qty: int = 30, **given: Any
) -> Callable[[Staff], Story]:
    """A customer on the telephone, followed until one of these places."""

    def story(staff: Staff) -> Story:
        number = staff.start("customer_replenishment", "lin", channel="phone")
        said: Given = {
            "answer_call": {"caller_phone": phone, "rings": 2, "greeted": True},
            "check_conditions": {"eligible": True},
            "capture_needs": {"lines": [{"sku": sku, "qty": qty}], "payment_method": "对公账户"},
            "contact_customer": {"received": True, "matches": True, "intact": True},
        }
        yield from _until(staff, number, *places, **(said | given))

    return story


def _written_order(staff: Staff) -> Story:
    """An order by e-mail whose confirmation the customer does not send back: its date moves day by day."""
    number = staff.start("customer_replenishment", "lin", channel="email")
    asked = {"customer_name": "启明幼儿园", "caller_phone": "13800010004"}
    lines = [{"product": "洗洁精", "sku": "QJ-3001", "qty": 48}]
    said: Given = {"register_request": asked | {"lines": lines}, "check_conditions": {"eligible": True}}
    yield from _until(staff, number, "await_return", **said)


def _batches(staff: Staff) -> Story:
    """Three shipments, a week between each: the first has left."""
    first = staff.clock.now.astimezone(COMPANY_ZONE).date()
    plan = [
        {"date": str(first + timedelta(days=7 * week)), "lines": [{"sku": "ZP-1002", "qty": 40}]}
        for week in range(3)
    ]
    details = {"ship_time": str(first), "ship_mode": "分批发货", "freight": "到付", "batches": plan}
    yield from _call(phone="13800010002", sku="ZP-1002", qty=120, confirm_details=details)(staff)


def _slip(
    *places: str, store: str = "MD1", late: bool = False, sku: str = "RY-4001", qty: int = 4
) -> Callable[[Staff], Story]:
    """A store's slip, followed until one of these places; `late`: left lying until its clock has run out."""

    def story(staff: Staff) -> Story:
        number = staff.start("store_replenishment", "tian", store=store)
        said = {"create_slip": {"store": store, "lines": [{"sku": sku, "qty": qty}]}}
        yield from _until(staff, number, "open_pending_slip", **said)
        if late:
            yield timedelta(hours=25)
        yield from _until(staff, number, *places)

    return story


def _made_to_order(*places: str, by: tuple[str, str], given: Given | None = None) -> Callable[[Staff], Story]:
    """Goods made to order, followed until one of these places."""

    def story(staff: Staff) -> Story:
        number = staff.start(
            "production_order", "lin", source="phone", customer_name=by[0], caller_phone=by[1]
        )
        yield from _until(staff, number, *places, **(given or {}))

    return story


def _ticket(
    kind: str, description: str, *places: str, sku: str = "ZP-1001", qty: int = 1, **given: Any
) -> Callable[[Staff], Story]:
    """A complaint, followed until one of these places."""

    def story(staff: Staff) -> Story:
        about = {
            "kind": kind, "description": description, "channel": "phone", "customer_name": _REGULAR,
            "phone": "13800010001", "order_no": _first_order(staff), "lines": [{"sku": sku, "qty": qty}],
        }  # fmt: skip
        number = staff.start("after_sales", "zhao", **about)
        yield from _until(staff, number, *places, **({"register_ticket": about} | given))

    return story


def _first_order(staff: Staff) -> str:
    with staff.db.read() as connection:
        asked = select(func.min(order.c.no)).where(order.c.customer_name == _REGULAR)
        return str(connection.execute(asked).scalar_one() or "")


_CLASS_A = "悦家生活用品连锁", "13800010002"
_CLASS_B = "启明幼儿园", "13800010004"
_CLASS_C = "绿源净水工程队", "13800010007"
_RETURNED_LATER: Given = {"await_return": {"response": "cannot_now"}}
_BROKEN_DOWN: Given = {
    "produce": {"qty_done": 300, "finished": False, "anomaly_found": True},
    "report_anomaly": {"anomaly_kind": "equipment", "anomaly_detail": "二号机复卷轴断裂，已停机"},
}
_URGENT: Given = {"issue_ship_request": {"urgent": True, "urgent_reason": "客户门店明天开业"}}
_DOUBTED: Given = {
    "check_price_terms": {
        "price_ok": False,
        "spec_ok": True,
        "terms_ok": True,
        "doubt": "客户报 9.50，价目 10.00",
    },
}

#: Days ago, hour of the day, and what happened.
STORIES: tuple[tuple[int, int, Callable[[Staff], Story]], ...] = (
    (9, 9, _call(ask_invoice={"invoice": True})),
    (8, 10, _batches),
    (8, 14, _made_to_order("recheck_ship_request", "authorise_emergency", by=_CLASS_A, given=_URGENT)),
    (7, 9, _made_to_order("clear_finance", by=_CLASS_C)),
    (3, 14, _made_to_order("await_return", by=_CLASS_B)),
    (1, 14, _made_to_order("resolve_price_doubt", by=_CLASS_B, given=_DOUBTED)),
    (5, 9, _ticket("咨询", "抽纸一箱有几包？")),
    (4, 11, _written_order),
    (2, 8, _made_to_order("make_emergency_plan", by=_CLASS_A, given=_RETURNED_LATER | _BROKEN_DOWN)),
    # Three on one day, so that they are of one month whenever this is played: the third is the third strike.
    (2, 9, _slip("manual_close", late=True)),
    (2, 10, _slip("clear_same_day", late=True, sku="RY-4004")),
    (2, 11, _slip("clear_same_day", "deduct_performance", late=True, sku="RY-4002")),
    (2, 10, _call("check_arrival", phone="13800010005", sku="ZP-1003", qty=12)),
    (2, 14, _ticket("破损", "外箱压坏，三包破损", "assess_damage", qty=3)),
    (1, 9, _call("sign_document:general_manager", phone="13800010006", sku="BG-2001", qty=50)),
    (1, 10, _call("track_arrival", phone="13800010002", sku="YL-5001", qty=60)),
    (1, 11, _ticket("少货", "签收后清点少 4 箱，物流称已全部送达", "negotiate_missing", qty=4)),
    (1, 15, _ticket("投诉", "送货员把货放在楼下就走了", "investigate_complaint")),
    (0, 8, _call("settle_shortage", phone="13800010004", sku="QJ-3002", qty=60)),
    (0, 8, _slip("report_transfer", sku="RY-4003", qty=40)),
    (0, 9, _ticket("错货", "订的抽纸，收到卷纸", "verify_by_weight")),
)
