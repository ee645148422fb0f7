"""客户信息备忘录: what a customer asked for, ticked off item by item, and when they hear from us (F14.05, F14.06)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import insert

from engine.model.production import memo
from engine.services.call import Call, Values, count_of, mapping_of
from engine.services.documents import issue_paper
from engine.services.moments import moment_of

_ITEMS = (
    "source", "lines", "requirements", "delivery_date", "payment_method", "recipient", "phone", "address",
    "packing", "label", "tolerance", "special",
)  # fmt: skip

#: What is ticked off, in words.
_WORDS = {
    "customer": ("客户名称", "Customer"),
    "customer_ok": ("客户名称", "Customer"),
    "contact_ok": ("联系人与电话", "Contact and telephone"),
    "product_ok": ("产品编号与名称", "Product number and name"),
    "lines_ok": ("产品明细", "Lines"),
    "spec_ok": ("规格", "Spec"),
    "qty_ok": ("数量", "Quantity"),
    "price_ok": ("单价", "Price"),
    "payment_ok": ("付款方式", "Payment"),
    "date_ok": ("交货日期", "Delivery date"),
    "due_ok": ("交货日期", "Delivery date"),
    "packing_ok": ("包装与标签", "Packing and label"),
    "address_ok": ("收货地址", "Delivery address"),
    "special_ok": ("特殊要求", "Special requests"),
}


def write(call: Call) -> Values:
    """Write the memo, or its next version after something was clarified; complete when every item is ticked."""
    items = {name: call.get(name) for name in _ITEMS if call.get(name) is not None}
    ticks = {name: value is True for name, value in mapping_of(call.get("ticks"), "ticks").items()}
    complete = bool(ticks) and all(ticks.values())
    eta = None if call.get("eta") is None else moment_of(call.get("eta"), "eta")
    before = mapping_of(mapping_of(call.get("memo"), "memo").get("document"), "memo.document")
    checked = [{"zh": zh, "en": en, "ok": ticks[name]} for name, (zh, en) in _named(ticks)]
    shown = {**items, "checked": checked, "eta": eta, "name": call.text("customer_name"), "date": call.today}
    paper = issue_paper(call, "customer_memo", shown, before or None)
    call.connection.execute(
        insert(memo).values(
            no=paper["number"],
            version=paper["version"],
            instance_id=call.instance_id,
            order_no=call.text("order_no"),
            customer_id=count_of(call.get("customer_id"), "customer_id") or None,
            customer_name=call.text("customer_name"),
            items=items,
            ticks=ticks,
            complete=complete,
            eta=eta,
            document_id=paper["id"],
            written_at=call.now,
        )
    )
    written = {"no": paper["number"], "version": paper["version"], "complete": complete, "eta": eta}
    return {"memo": {**written, "document": paper}}


def _named(ticks: Mapping[str, bool]) -> list[tuple[str, tuple[str, str]]]:
    """The ticks with what they are called, in the order of the confirmation's items."""
    places = {name: place for place, name in enumerate(_WORDS)}
    names = sorted(ticks, key=lambda name: (places.get(name, len(places)), name))
    return [(name, _WORDS.get(name, (name, name))) for name in names]
