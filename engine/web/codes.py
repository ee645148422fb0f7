"""What people call the values that decision tables and services give: codes that no form offers as a choice."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Message
from engine.services.kinds import KINDS

_REMEDIES = {
    "accept": Message(zh="受理", en="accepted"),
    "allowance": Message(zh="折让", en="allowance"),
    "apologise": Message(zh="致歉并尽快发货", en="apologise and ship"),
    "delist": Message(zh="下架并联系客人", en="delist and contact the customer"),
    "discount": Message(zh="折价", en="discount"),
    "explain": Message(zh="说明", en="explain"),
    "gift": Message(zh="赠送", en="gift"),
    "negotiate": Message(zh="与客人商量", en="settle with the customer"),
    "none": Message(zh="无", en="none"),
    "proceed": Message(zh="继续", en="go on"),
    "refund": Message(zh="退款", en="refund"),
    "refuse": Message(zh="不受理", en="refused"),
    "resend": Message(zh="补发", en="send again"),
    "return": Message(zh="退货", en="return"),
    "settle": Message(zh="协商退款", en="refund by agreement"),
    "swap": Message(zh="退换", en="exchange or return"),
}
_SIGNED = {
    "sign": Message(zh="同意", en="signed"),
    "signed": Message(zh="已签", en="signed"),
    "refuse": Message(zh="拒签", en="refused"),
    "refused": Message(zh="拒签", en="refused"),
}
_WHY = {
    "changed": Message(zh="签字后有改动", en="changed after signing"),
    "missing": Message(zh="没有书面说明", en="nothing in writing"),
    "unsigned": Message(zh="没有签字", en="not signed"),
    "void": Message(zh="已作废", en="void"),
}
_COPIES = {
    purpose: Message(zh=purpose, en=name.lower())
    for kind in KINDS.values()
    for purpose, name in kind.copies
    if purpose
}
_KINDS = {key: Message(zh=kind.title, en=kind.title_en) for key, kind in KINDS.items()}

#: Of a variable or field: what each of its codes is called.
CODES: Mapping[str, Mapping[str, Message]] = {
    "answer": _REMEDIES,
    "channel": {
        "fax": Message(zh="传真", en="fax"),
        "portal": Message(zh="门户", en="portal"),
        "sms": Message(zh="短信", en="text message"),
    },
    "close": {
        "auto": Message(zh="自动审结", en="closed by itself"),
        "manual": Message(zh="人工审结", en="closed by hand"),
    },
    "confirmation_result": {
        "cancelled": Message(zh="已取消", en="cancelled"),
        "confirmed": Message(zh="已确认", en="confirmed"),
        "objection": Message(zh="有异议", en="objection"),
        "pending_return": Message(zh="待补传", en="return follows"),
    },
    "consolidation": {
        "keep": Message(zh="单独发", en="on its own"),
        "merge": Message(zh="与其他订单合并", en="with other orders"),
        "split": Message(zh="按批分开", en="in batches"),
    },
    "damage_decision": _REMEDIES,
    "decision": {**_REMEDIES, **_SIGNED},
    "document_kind": _KINDS,
    "evidence": {
        "confirmed": Message(zh="证实少发", en="shown to be missing"),
        "refuted": Message(zh="并未少发", en="shown not to be missing"),
        "unprovable": Message(zh="查不实", en="cannot be shown"),
    },
    "freight_payer": {
        "company": Message(zh="公司承担", en="the company"),
        "customer": Message(zh="客人承担", en="the customer"),
    },
    "invoice_timing": {"with_goods": Message(zh="随货寄出", en="with the goods")},
    "kind": _KINDS,
    "mode": {
        "express": Message(zh="快递", en="express"),
        "freight_line": Message(zh="零担专线", en="freight line"),
        "own_vehicle": Message(zh="自有车辆", en="own vehicle"),
    },
    "material_why": _WHY,
    "due_why": _WHY,
    "material_decision": _SIGNED,
    "due_decision": _SIGNED,
    "produce_outcome": {
        "anomaly": Message(zh="有异常", en="something is wrong"),
        "continue": Message(zh="继续", en="goes on"),
        "finished": Message(zh="已完工", en="finished"),
    },
    "sample_result": {
        "again": Message(zh="再打样", en="another sample"),
        "approved": Message(zh="客户认可", en="approved"),
        "develop": Message(zh="转新品开发", en="to product development"),
    },
    "next": {
        "balance": Message(zh="催收余款", en="collect the balance"),
        "review": Message(zh="再审合同条款", en="review the terms again"),
        "ship": Message(zh="发货", en="ship"),
        "slip": Message(zh="先开发货申请单", en="write the ship request"),
    },
    "payment_decision": _SIGNED,
    "purpose": {
        **_COPIES,
        "balance": Message(zh="余款", en="balance"),
        "deposit": Message(zh="定金", en="deposit"),
        "full": Message(zh="全款", en="in full"),
        "settlement": Message(zh="结算", en="settlement"),
    },
    "quality_decision": _REMEDIES,
    "refund_kind": {
        "allowance": Message(zh="破损折让", en="allowance for damage"),
        "discount": Message(zh="折价", en="discount"),
        "refund": Message(zh="退款", en="refund"),
    },
    "remedy": _REMEDIES,
    "return_decision": _REMEDIES,
    "shortage_decision": _REMEDIES,
    "sign_result": _SIGNED,
    "state": {
        "archived": Message(zh="已存档", en="archived"),
        "draft": Message(zh="未签", en="not signed"),
        "filed": Message(zh="已归档", en="filed"),
        "paid": Message(zh="已到账", en="paid"),
        "requested": Message(zh="已请款", en="requested"),
        "signed": Message(zh="已签", en="signed"),
        "void": Message(zh="作废", en="void"),
    },
    "swap_kind": {
        "exchange": Message(zh="换货", en="exchange"),
        "return": Message(zh="退货", en="return"),
    },
    "urge_answer": _REMEDIES,
    "wrong_decision": _REMEDIES,
}


def named(variable: str, value: str, locale: str) -> str:
    """What `value` of `variable` is called; "" when it is no code."""
    found = CODES.get(variable, {}).get(value)
    return "" if found is None else found.text(locale)
