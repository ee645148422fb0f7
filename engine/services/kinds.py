"""The kinds of papers: what they are called, how they are numbered, and what their copies are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of paper: its name, the letters of its number series, how many copies it has and what for."""

    title: str
    title_en: str
    prefix: str
    copies: tuple[tuple[str, str], ...] = (("", ""),)


KINDS: Mapping[str, Kind] = {
    "outbound_slip": Kind(
        "出库单",
        "Outbound slip",
        "CK",
        (("存根联", "Stub"), ("仓库联", "Warehouse"), ("记账联", "Bookkeeping")),
    ),
    "dispatch_notice": Kind("发货通知单", "Dispatch notice", "TZ"),
    "shipping_list": Kind("发货清单", "Shipping list", "QD"),
    "delivery_note": Kind("送货单", "Delivery note", "SH"),
    "order_confirmation": Kind("订单确认", "Order confirmation", "QR"),
    "balance_notice": Kind("余款催收通知书", "Balance notice", "YK"),
    "after_sales_record": Kind("售后登记", "After-sales record", "DJ"),
    "store_slip": Kind("店铺补货单", "Store replenishment slip", "BH"),
    "allocation_slip": Kind("配货单", "Allocation slip", "PH"),
    "discrepancy_slip": Kind("店铺补货差异单", "Discrepancy slip", "CY"),
    "customer_memo": Kind("客户信息备忘录", "Customer memo", "BW"),
    "sales_confirmation": Kind("销售部客户订单确认书", "Sales confirmation", "QS"),
    "production_order": Kind(
        "生产指令单",
        "Production order",
        "QS",
        (("生产部联", "Production"), ("技术部联", "Technical department")),
    ),
    "material_statement": Kind("原料储备说明", "Statement of raw material", "YL"),
    "due_date_statement": Kind("交期说明", "Statement of the due date", "JQ"),
    "recipe_confirmation": Kind("工艺配方确认书", "Confirmation of the recipe", "PF"),
    "production_report": Kind("生产日报表", "Daily production report", "RB"),
    "finished_goods_slip": Kind("成品出库单", "Finished-goods slip", "CP"),
    "ship_request": Kind("商品销售发货（申请）通知单", "Request to ship goods sold", "FS"),
    "emergency_release": Kind("紧急发货通知", "Emergency release", "JF"),
    "sales_ship_slip": Kind("销售发货单", "Sales shipping slip", "XF"),
    "dispatch_advice": Kind("发货告知书", "Advice of dispatch", "GZ"),
    "arrival_receipt": Kind("到货回单", "Receipt of arrival", "DH"),
}


def english(title: str) -> str:
    """The English name of a paper or of a copy's purpose; its own where it has none."""
    return _ENGLISH.get(title, title)


_ENGLISH = {kind.title: kind.title_en for kind in KINDS.values()} | {
    purpose: name for kind in KINDS.values() for purpose, name in kind.copies if purpose
}
