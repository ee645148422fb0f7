"""Who does which task, as the catalogue says it, and what they answer when all goes well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DOES = {
    "lin": """answer_call register_request verify_customer check_conditions capture_needs settle_shortage
        confirm_details ask_invoice reconfirm_order offer_help thank_customer fill_outbound_slip correct_document
        fill_dispatch_notice confirm_legible examine_return handle_objection track_arrival contact_customer
        survey_satisfaction""",
    "chen": "check_arrival settle_account issue_invoice",
    "zhou": "archive_documents",
    "wu": "await_return chase_return collect_money",
    "liu": "pick_goods check_quality pack_label confirm_before_ship",
    "sun": """collect_orders plan_delivery assign_delivery load_goods create_waybill monitor_transit
        handle_transit_problem sign_receipt confirm_delivery""",
    "zheng": "handle_opinion write_retrospective",
}
#: Login by element: somebody whose role the catalogue names for it, and nobody else.
WHO = {element: login for login, elements in _DOES.items() for element in elements.split()}
#: Whoever called the process settles what is not paid: customer service in a replenishment.
WHO["resolve_payment"] = "lin"


def _picked(context: Mapping[str, Any]) -> dict[str, Any]:
    return {"lines": [{"picked": int(line["qty"])} for line in context["lines"]]}


def _paid(context: Mapping[str, Any]) -> dict[str, Any]:
    due = str(context["amount_due"])
    return {"arrived": True, "amount_received": float(due), "received_on": "2026-03-02", "account": "基本户"}


#: By element; everything else goes as the page shows it.
ANSWERS: Mapping[str, Any] = {
    "answer_call": {"caller_phone": "13800010001", "rings": 2, "greeted": True},
    "register_request": {
        "channel": "email",
        "customer_name": "宏达超市有限公司",
        "caller_phone": "13800010001",
        "lines": [{"product": "抽纸", "sku": "ZP-1001", "qty": 300}],
    },
    "verify_customer": {"identity_ok": True},
    "check_conditions": {"eligible": True},
    "capture_needs": {"lines": [{"sku": "ZP-1001", "qty": 300}], "payment_method": "对公账户"},
    "confirm_details": {"ship_time": "2026-03-02", "ship_mode": "一次性发货", "freight": "到付"},
    "ask_invoice": {"invoice": False},
    "reconfirm_order": {"readback_ok": True},
    "offer_help": {"more_help": False},
    "thank_customer": {"thanked": True},
    "check_arrival": _paid,
    "issue_invoice": {"invoice_no": "FP-20260302-01"},
    "settle_account": {"method": "对公账户", "received_on": "2026-03-02"},
    "confirm_legible": {"legible": True},
    "examine_return": {"sig_clear": True, "content_ok": True, "requests_clear": True},
    "chase_return": {"contacted": True},
    "collect_orders": {"place": "province"},
    "plan_delivery": {"planned_date": "2026-03-02"},
    "assign_delivery": {"assignee": "孙物流"},
    "pick_goods": _picked,
    "check_quality": {"qty_ok": True, "quality_ok": True},
    "pack_label": {"packed": True, "label": True, "parcels": 3},
    "confirm_before_ship": {"all_correct": True},
    "load_goods": {"collected": True},
    "create_waybill": {"carrier": "零担专线", "waybill": "LD20260302", "eta": "2026-03-10"},
    "monitor_transit": {"state": "arrived"},
    "track_arrival": {"arrived": True, "arrived_at": "2026-03-10T10:00", "condition": "good"},
    "sign_receipt": {"qty_ok": True, "intact": True, "signed_by": "马海涛", "signed_on": "2026-03-10"},
    "confirm_delivery": {"delivered_at": "2026-03-10T10:00"},
    "archive_documents": {
        "outbound_slip_filed": True,
        "dispatch_notice_filed": True,
        "delivery_note_filed": True,
        "courier_slip_filed": True,
        "shelf_ref": "2026-03/17",
    },
    "contact_customer": {"received": True, "matches": True, "intact": True},
    "survey_satisfaction": {"score": 5},
    "handle_opinion": {"action": "已向客人致歉并说明改进办法"},
    "write_retrospective": {"findings": "装箱未加护角,今后易碎货品一律加护角"},
}
