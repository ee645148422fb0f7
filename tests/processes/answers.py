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
    "tian": "create_slip",
    "shi": "confirm_slip",
    "he": """open_pending_slip check_lines confirm_allocation arrange_transfer report_transfer clear_same_day""",
    "mei": "track_transfer manual_close",
    "guan": "deduct_performance",
    "zhao": """register_ticket respond_customer trace_parcel explain_wait arrange_shipping check_outbound_stub
        compare_goods collect_photos verify_by_weight negotiate_discount assess_damage negotiate_return check_misuse
        review_request answer_question handle_anomaly calm_complaint investigate_complaint resolve_complaint
        negotiate_missing negotiate_refund explain_to_customer agree_terms claim_carrier record_ticket track_until_confirmed""",
    "ji": "repair_product",
    "bai": "inspect_goods test_recovered book_finished_goods",
    "gong": "confirm_technical develop_sample confirm_recipe state_material sign_material_statement",
    "meng": """preschedule_production sign_due_statement plan_production produce report_anomaly enter_daily_report
        pack_and_mark""",
    "su": "supervise_production",
    "ding": "fill_dispatch_advice",
}
#: Login by element: somebody whose role the catalogue names for it, and nobody else.
WHO = {element: login for login, elements in _DOES.items() for element in elements.split()}
#: Whoever called the process settles what is not paid: customer service in a replenishment.
WHO["resolve_payment"] = "lin"
WHO |= dict.fromkeys(("check_weight", "receive_return", "receive_refused", "exchange_goods"), "liu")
WHO |= dict.fromkeys(
    [
        "receive_order",
        "clarify_order",
        "write_memo",
        "announce_wait",
        "check_price_terms",
        "make_confirmation",
        "adjust_date",
        "proofread_confirmation",
        "review_contract_terms",
        "issue_ship_request",
        "recheck_ship_request",
        "brief_dispatcher",
        "complete_late_slip",
        "verify_advice",
        "confirm_advice",
        "collect_late_return",
    ],
    "lin",
)
WHO |= {"propose_alternative": "wu", "state_missing": "chen"}
WHO |= {
    "refund_payment": "chen",
    "refund_batch": "chen",
    "refund_deposit": "chen",
    "settle_difference": "chen",
    "approve_refund": "zheng",
    "judge_insistence": "zheng",
}


def _picked(context: Mapping[str, Any]) -> dict[str, Any]:
    return {"lines": [{"picked": int(line["qty"])} for line in context["lines"]]}


def _paid(context: Mapping[str, Any]) -> dict[str, Any]:
    due = str(context["amount_due"])
    return {"arrived": True, "amount_received": float(due), "received_on": "2026-03-02", "account": "基本户"}


def _moved(context: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "transfers": [
            {"done_qty": int(row["qty"]), "done_at": "2026-03-02T09:00"} for row in context["transfers"]
        ]
    }


def _all_made(context: Mapping[str, Any]) -> dict[str, Any]:
    return {"qty_done": int(sum(line["qty"] for line in context["lines"])), "finished": True}


def _gone_through(context: Mapping[str, Any]) -> dict[str, Any]:
    """A production order is signed once every point of it is ticked."""
    is_order = context["document"]["kind"] == "production_order"
    return {"points": dict.fromkeys(POINTS, True)} if is_order else {}


#: What of a production order is gone through before it is signed.
POINTS = ("terms", "qty", "due", "production_date", "tolerance", "packing", "special")

_TICKS = [
    "customer_ok",
    "contact_ok",
    "product_ok",
    "spec_ok",
    "qty_ok",
    "price_ok",
    "payment_ok",
    "date_ok",
    "packing_ok",
    "address_ok",
    "special_ok",
]

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
    "sign_receipt": {"count_ok": True, "intact": True, "signed_by": "马海涛", "signed_on": "2026-03-10"},
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
    "write_retrospective": {"findings": "装箱未加护角，今后易碎货品一律加护角"},
    "create_slip": {"store": "MD1", "lines": [{"sku": "RY-4001", "qty": 4}]},
    "confirm_slip": {"approved": True},
    "open_pending_slip": {"reference": True},
    "confirm_allocation": {"approved": True},
    "report_transfer": _moved,
    "track_transfer": {"resolved": True},
    "manual_close": {"confirm": True},
    "clear_same_day": {"done": True},
    "deduct_performance": {"staff_points": 5, "supervisor_points": 2, "manager_points": 1},
    "register_ticket": {"channel": "phone", "customer_name": "宏达超市", "description": "客人来电反映"},
    "respond_customer": {"reply": "已致歉，正在核实"},
    "trace_parcel": {
        "courier": "合同快递",
        "waybill": "KD1",
        "result": "in_transit",
        "trace_note": "已到杭州",
    },
    "explain_wait": {"wait_reason": "还没到承诺的发货日"},
    "arrange_shipping": {"ship_date": "2026-03-03"},
    "check_outbound_stub": {"all_printed": True, "wish": "refund"},
    "compare_goods": {"received_barcode": "6901234400032"},
    "verify_by_weight": {"wrong_confirmed": True, "parcel_freight": 12},
    "negotiate_return": {"freight_payer": "company", "freight": 15},
    "check_misuse": {"misuse_findings": "按说明使用，确有质量问题"},
    "review_request": {"eligible": True},
    "inspect_goods": {"inspection": "problem"},
    "repair_product": {"fault": "压杆断裂", "repaired": True},
    "answer_question": {"answer": "每箱 24 包"},
    "handle_anomaly": {
        "criterion": "途中丢失",
        "owner": "孙物流",
        "departments": "物流部、仓储中心",
        "solution": "补发并向承运人索赔",
    },
    "calm_complaint": {"acknowledged": True},
    "investigate_complaint": {"facts_found": "送货迟了两天", "responsible": "物流部"},
    "resolve_complaint": {"solution": "致歉，下次优先安排", "satisfied": True},
    "negotiate_missing": {"apologised": True},
    "negotiate_refund": {"refund_type": "partial"},
    "explain_to_customer": {"explanation": "已详细说明", "accepts_explanation": True},
    "judge_insistence": {"judgement": "依据充分，不予退款"},
    "refund_batch": {"refund_method": "原路退回", "paid": True},
    "refund_deposit": {"refund_method": "原路退回", "paid": True},
    "settle_difference": {"difference_method": "对公账户"},
    "refund_payment": {"refund_method": "原路退回", "paid": True},
    "agree_terms": {"way": "快递寄回", "return_date": "2026-03-05", "freight": 15},
    "claim_carrier": {"claim_ref": "已受理"},
    "receive_return": {"condition": "good"},
    "receive_refused": {"condition": "bad"},
    "exchange_goods": {"received_back": True, "sent": True},
    "test_recovered": {"cause": "装配不良", "prevention": "出厂前加检"},
    "record_ticket": {"resolution": "已按约定处理"},
    "track_until_confirmed": {"transaction_confirmed": True},
    "receive_order": {
        "lines": [{"sku": "ZD-6001", "qty": 500}],
        "wanted_date": "2026-03-20",
        "payment_method": "对公账户",
        "freight": "到付",
        "complete": True,
    },
    "clarify_order": {"clarified": True},
    "write_memo": dict.fromkeys(_TICKS, True),
    "announce_wait": {"eta": "2026-03-02T12:00", "thanked": True},
    "check_price_terms": {"price_ok": True, "spec_ok": True, "terms_ok": True},
    "resolve_price_doubt": {"decided_by": "采购经理"},
    "confirm_technical": {"producible": True, "material_ok": True},
    "propose_alternative": {"apologised": True, "proposal": "改用现有工艺"},
    "develop_sample": {"sample_sent": True, "approved": True},
    "confirm_recipe": {"recipe": "老工艺:木浆 100%,两层", "recipe_signer": "周园长"},
    "state_material": {
        "material_given": "written",
        "material_text": "木浆储备 12 吨,足够本单",
        "material_date": "2026-03-05",
    },
    "preschedule_production": {
        "due_given": "written",
        "production_date": "2026-03-10",
        "due_date": "2026-03-20",
        "due_text": "3 月 10 日上机,3 月 20 日复卷完成",
    },
    "make_confirmation": {"packing": "每箱 24 包", "label": "客户标识", "hints": "首件送样核对印刷"},
    "adjust_date": {"sales_ok": True, "adjusted_date": "2026-03-25"},
    "proofread_confirmation": {"proofread": True},
    "plan_production": {
        "machines": "2 号复卷机",
        "staff": "甲班",
        "start_on": "2026-03-10",
        "finish_on": "2026-03-19",
    },
    "produce": _all_made,
    "report_anomaly": {"anomaly_kind": "equipment", "anomaly_detail": "复卷机断刀,停机一天"},
    "make_emergency_plan": {"plan": "加开夜班,按期交货"},
    "supervise_production": {
        "progress": "按计划",
        "quality": "抽检合格",
        "qty_checked": "500",
        "time_ok": "按期",
    },
    "enter_daily_report": {"report_qty": 100, "report_rate": 99.5},
    "inspect_product": dict.fromkeys(("qty_ok", "packing_ok", "label_ok", "spec_ok"), True),
    "pack_and_mark": {"packed": True},
    "review_contract_terms": {"delivery_ok": True, "payment_ok": True, "settlement": "balance"},
    "recheck_ship_request": {"all_correct": True},
    "brief_dispatcher": {"repeated_back": True},
    "complete_late_slip": {"slip_written": True},
    "sign_document": _gone_through,
    "fill_dispatch_advice": {
        "shipped_at": "2026-03-02T16:00",
        "carrier": "零担专线",
        "waybill": "LD20260302",
        "eta": "2026-03-10",
        "check_times": [{"at": "2026-03-09T10:00"}],
    },
    "verify_advice": {"is_true": True, "eta_matches": True},
    "confirm_advice": {"legible": True, "thanked": True},
    "collect_late_return": {
        "sig_clear": True,
        "content_ok": True,
        "requests_clear": True,
        "late_signer": "周园长",
    },
}
