"""What the people of the demo company usually answer, by element; what is not said here goes as the page shows it.

Where people may do one thing or another, chance decides: mostly all goes well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from engine.clock import COMPANY_ZONE
from engine.feel.values import to_plain

Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Situation:
    """What a person has before them: the task's data, the time, and what chance brings."""

    context: Mapping[str, Any]
    now: datetime
    chance: Random

    @property
    def today(self) -> date:
        """The company's date."""
        return self.now.astimezone(COMPANY_ZONE).date()

    @property
    def moment(self) -> str:
        """The company's time to the minute, as forms take it."""
        return self.now.astimezone(COMPANY_ZONE).strftime("%Y-%m-%dT%H:%M")

    def day(self, later: int) -> str:
        """The date so many days later."""
        return str(self.today + timedelta(days=later))

    def rarely(self, share: float = 0.08) -> bool:
        """Whether something happens that happens in this share of the cases."""
        return self.chance.random() < share

    def data(self, name: str) -> Any:
        """A value of the task's data, as plain data."""
        return to_plain(self.context.get(name))


def usual(element: str, situation: Situation) -> Answers:
    """The usual answers to a task."""
    found = _USUAL.get(element, {})
    return dict(found(situation) if callable(found) else found)


#: Phones of customers in the catalogue of the demo company.
_CALLERS = ("13800010001", "13800010002", "13800010003", "13800010004", "13800010005", "13800010006")
#: What is in stock in plenty: sku and the most that somebody orders.
_GOODS = (("ZP-1006", 6), ("RY-4001", 4), ("YL-5001", 3), ("ZP-1002", 2), ("ZP-1001", 2))
_KINDS = (
    ("查件", "客人问包裹到哪里了"),
    ("催件", "客人催问何时发货"),
    ("少货", "箱内少一件"),
    ("错货", "收到的不是所订的货"),
    ("破损", "外箱压坏，一件破损"),
    ("质量", "用了两次就坏了"),
    ("换货", "想换另一种规格"),
    ("退货", "不想要了，未拆封"),
    ("维修", "压杆松动"),
    ("投诉", "送货员态度不好"),
    ("咨询", "一箱有几包？"),
    ("异常", "途中丢失一件"),
)


def _request(at: Situation) -> Answers:
    sku, most = at.chance.choice(_GOODS)
    return {
        "caller_phone": at.chance.choice(_CALLERS),
        "customer_name": "",
        "lines": [{"product": sku, "sku": sku, "qty": at.chance.randint(1, most)}],
    }


def _needs(at: Situation) -> Answers:
    sku, most = at.chance.choice(_GOODS)
    wanted = at.data("lines") or [{"sku": sku, "qty": at.chance.randint(1, most)}]
    lines = [{"sku": line["sku"], "qty": line["qty"]} for line in wanted if line.get("sku")]
    return {"lines": lines, "payment_method": "对公账户"}


def _paid(at: Situation) -> Answers:
    return {
        "arrived": True,
        "amount_received": float(at.context["amount_due"]),
        "received_on": str(at.today),
        "account": "工行 2201 对公户",
    }


def _picked(at: Situation) -> Answers:
    return {"lines": [{"picked": int(line["qty"])} for line in at.context["lines"]]}


def _moved(at: Situation) -> Answers:
    rows = at.context["transfers"]
    return {"transfers": [{"done_qty": int(row["qty"]), "done_at": at.moment} for row in rows]}


def _ticket(at: Situation) -> Answers:
    kind, description = at.chance.choice(_KINDS)
    line = {"sku": at.chance.choice(_GOODS)[0], "qty": 1}
    return {
        "kind": kind, "description": description, "channel": "phone", "customer_name": "宏达超市有限公司",
        "phone": "13800010001", "lines": [line],
    }  # fmt: skip


def _made_to_order(at: Situation) -> Answers:
    goods = [each for each in at.data("products") or [] if str(each.get("sku")).startswith("ZD-")]
    line = {"sku": at.chance.choice(goods)["sku"] if goods else "ZD-6001", "qty": 500}
    return {"lines": [line], "wanted_date": at.day(25), "payment_method": "对公账户", "complete": True}


def _produced(at: Situation) -> Answers:
    wanted = sum(int(line["qty"]) for line in at.data("lines") or [])
    return {"qty_done": max(wanted, 1), "finished": True}


def _weighed(at: Situation) -> Answers:
    """The parcel was lighter by what the customer misses."""
    expected, missing = (float(at.data(name) or 0) for name in ("expected", "weight"))
    return {"actual": round(max(expected - missing, 0.1), 2)}


def _returned(at: Situation) -> Answers:
    return {"response": "objection" if at.rarely() else "returned"}


def _contact(at: Situation) -> Answers:
    return {"received": True, "matches": True, "intact": not at.rarely(0.03)}


_USUAL: Mapping[str, Answers | Callable[[Situation], Answers]] = {
    "answer_call": lambda at: {"caller_phone": at.chance.choice(_CALLERS), "rings": 2, "greeted": True},
    "register_request": _request,
    "verify_customer": {"identity_ok": True},
    "check_conditions": lambda at: {"eligible": not at.rarely(0.04), "reason": "不在补货范围内"},
    "capture_needs": _needs,
    "confirm_details": lambda at: {"ship_time": at.day(0), "ship_mode": "一次性发货", "freight": "到付"},
    "ask_invoice": {"invoice": False},
    "reconfirm_order": {"readback_ok": True},
    "offer_help": {"more_help": False},
    "check_arrival": _paid,
    "issue_invoice": lambda at: {"invoice_no": f"2633{at.chance.randrange(10**16):016}"},
    "examine_return": {"sig_clear": True, "content_ok": True, "requests_clear": True},
    "confirm_legible": {"legible": True},
    "await_return": _returned,
    "collect_orders": {"place": "province"},
    "plan_delivery": lambda at: {"planned_date": at.day(0), "carrier": "顺丰"},
    "assign_delivery": {"assignee": "孙物流"},
    "pick_goods": _picked,
    "check_quality": {"qty_ok": True, "quality_ok": True},
    "pack_label": {"packed": True, "label": True, "parcels": 3},
    "confirm_before_ship": {"all_correct": True},
    "load_goods": {"collected": True},
    "create_waybill": lambda at: {
        "carrier": "顺丰", "waybill": f"SF{at.chance.randrange(10**13):013}", "eta": at.day(1),
    },
    "monitor_transit": {"state": "arrived"},
    "track_arrival": lambda at: {"arrived": True, "arrived_at": at.moment, "condition": "good"},
    "sign_receipt": lambda at: {"count_ok": True, "intact": True, "signed_by": "马海涛", "signed_on": at.day(0)},
    "confirm_delivery": lambda at: {"delivered_at": at.moment},
    "archive_documents": {
        "outbound_slip_filed": True, "dispatch_notice_filed": True, "delivery_note_filed": True,
        "courier_slip_filed": True, "shelf_ref": "A-2-07",
    },
    "contact_customer": _contact,
    "survey_satisfaction": lambda at: {"score": at.chance.choice((5, 5, 4))},
    "confirm_slip": {"approved": True},
    "open_pending_slip": {"reference": True},
    "confirm_allocation": {"approved": True},
    "report_transfer": _moved,
    "track_transfer": {"resolved": True, "met_note": "缺的由门店改卖同类货品"},
    "manual_close": {"confirm": True},
    "clear_same_day": {"done": True},
    "deduct_performance": {"staff_points": 5, "supervisor_points": 2, "manager_points": 1},
    "register_ticket": _ticket,
    "respond_customer": {"reply": "已致歉，正在核实"},
    "trace_parcel": {"courier": "顺丰", "waybill": "SF1370000000001", "result": "in_transit"},
    "check_outbound_stub": lambda at: {"all_printed": True, "wish": at.chance.choice(("refund", "resend"))},
    "check_weight": _weighed,
    "compare_goods": {"received_barcode": "6901234400032"},
    "verify_by_weight": {"wrong_confirmed": True, "parcel_freight": 12},
    "review_request": {"eligible": True},
    "inspect_goods": {"inspection": "problem"},
    "repair_product": {"fault": "压杆断裂", "repaired": True},
    "resolve_complaint": {"solution": "致歉，下次优先安排", "satisfied": True},
    "negotiate_refund": {"refund_type": "partial"},
    "explain_to_customer": {"explanation": "已详细说明", "accepts_explanation": True},
    "agree_terms": lambda at: {"way": "快递寄回", "return_date": at.day(3), "freight": 15},
    "claim_carrier": {"claim_ref": "已受理"},
    "receive_return": {"condition": "good"},
    "receive_refused": {"condition": "bad"},
    "settle_difference": lambda at: {
        "difference_result": "received" if at.data("difference") > 0 else "paid", "difference_method": "对公账户",
    },
    "refund_payment": {"refund_method": "原路退回", "paid": True},
    "refund_deposit": {"refund_method": "原路退回", "paid": True},
    "track_until_confirmed": {"transaction_confirmed": True},
    "receive_order": _made_to_order,
    "announce_wait": lambda at: {"eta": f"{at.day(1)}T10:00", "thanked": True},
    "check_price_terms": {"price_ok": True, "spec_ok": True, "terms_ok": True},
    "confirm_technical": {"producible": True, "material_ok": True},
    "develop_sample": {"sample_sent": True, "approved": True},
    "state_material": lambda at: {"material_text": "原纸有库存，够本单用", "material_date": at.day(1)},
    "preschedule_production": lambda at: {
        "production_date": at.day(5), "due_date": at.day(18), "due_text": "五日后上机，复卷后十八日内完成",
    },
    "adjust_date": {"sales_ok": False},
    "proofread_confirmation": {"proofread": True},
    "plan_production": lambda at: {
        "machines": "二号机", "staff": "甲班", "start_on": at.day(1), "finish_on": at.day(10),
    },
    "produce": _produced,
    "supervise_production": {"progress": "正常", "quality": "合格", "qty_checked": "500", "time_ok": "按期"},
    "make_emergency_plan": {"plan": "改用一号机，先发三百件", "customer_agrees": True},
    "inspect_product": {"qty_ok": True, "packing_ok": True, "label_ok": True, "spec_ok": True, "defects": 0},
    "review_contract_terms": {"delivery_ok": True, "payment_ok": True, "settlement": "balance"},
    "recheck_ship_request": {"all_correct": True},
    "verify_advice": {"is_true": True, "eta_matches": True},
    "confirm_advice": {"legible": True, "thanked": True},
    "collect_late_return": {"sig_clear": True, "content_ok": True, "requests_clear": True},
}  # fmt: skip
