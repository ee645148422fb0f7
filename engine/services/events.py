"""What can be told, event by event: subject and text in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import Message
from engine.services.events_production import PRODUCTION


@dataclass(frozen=True, slots=True)
class Notice:
    """An event's subject and text; `{name}` stands for a fact."""

    subject: Message
    text: Message


def _notice(subject: tuple[str, str], text: tuple[str, str]) -> Notice:
    return Notice(Message(zh=subject[0], en=subject[1]), Message(zh=text[0], en=text[1]))


NOTICES: Mapping[str, Notice] = {
    "response_overdue": _notice(
        ("售后超时未回复 {ticket_no}", "After-sales answer overdue {ticket_no}"),
        (
            "工单 {ticket_no}（{kind}，{customer}）登记后 24 小时仍未回复客户，最迟应在 {respond_by} 前回复。请督促处理。",
            "Ticket {ticket_no} ({kind}, {customer}) has had no answer within 24 hours; it was due by {respond_by}. Please see to it.",
        ),
    ),
    "late_apology": _notice(
        ("订单 {order_no} 延迟发货致歉", "Order {order_no} is late"),
        (
            "您好，非常抱歉，订单 {order_no} 未能在承诺的 {promised} 前发出，我们正在加紧安排发货。感谢您的耐心。",
            "We are sorry: order {order_no} did not leave by {promised} as promised. We are seeing to it now. Thank you for your patience.",
        ),
    ),
    "warehouse_dispatch": _notice(
        ("发货通知 {order_no}", "Dispatch notice {order_no}"),
        (
            "请按出库单 {outbound_no}、发货通知单 {notice_no} 备货发货。收货人：{recipient}，电话 {phone}，地址：{address}。发货日期：{date}。",
            "Please pick and ship by outbound slip {outbound_no} and dispatch notice {notice_no}. Recipient: {recipient}, phone {phone}, address: {address}. Date: {date}.",
        ),
    ),
    "paid_not_shipped": _notice(
        ("订单 {order_no} 多收货款待处理", "Order {order_no}: paid for more than was shipped"),
        (
            "订单 {order_no}（{customer}）已完成，已收货款比实际发出的货多 {amount}。请与客户商定补发或退还。",
            "Order {order_no} ({customer}) is complete, and {amount} more was paid than the goods that left cost. Settle with the customer whether they follow or the money goes back.",
        ),
    ),
    "ledger_copy": _notice(
        ("{title} {number} {purpose}", "{title} {number}, copy {copy_no}"),
        (
            "{title} {number} 第 {copy_no} 联（{purpose}）已转交，请查收。",
            "Copy {copy_no} ({purpose}) of {title} {number} has been handed to you.",
        ),
    ),
    "sign_reminder": _notice(
        ("待签字：{document} {number}", "To sign: {document} {number}"),
        ("{document} {number} 正在等待您签字。", "{document} {number} is waiting for your signature."),
    ),
    "payment_requested": _notice(
        ("订单 {order_no} 付款通知", "Payment for order {order_no}"),
        (
            "您好，订单 {order_no} 应付 {amount_due}，付款方式：{payment_method}。汇款后请告知我们，到账即安排发货。",
            "Please transfer {amount_due} for order {order_no} ({payment_method}) and tell us afterwards; we ship as soon as it arrives.",
        ),
    ),
    "payment_reminder": _notice(
        ("订单 {order_no} 付款提醒", "Reminder: payment for order {order_no}"),
        (
            "您好，订单 {order_no} 的货款 {amount_due} 尚未到账，请尽快安排付款。如已汇款请忽略并告知我们。",
            "The {amount_due} for order {order_no} has not arrived yet. Please transfer it, or tell us if you have done so.",
        ),
    ),
    "balance_notice": _notice(
        ("订单 {order_no} 余款通知", "Balance of order {order_no}"),
        (
            "您好，订单 {order_no} 余款 {amount_due}，详见余款催收通知书 {number}。款到后安排发货。",
            "The balance of order {order_no} is {amount_due}, see notice {number}. We ship when it has arrived.",
        ),
    ),
    "payment_received": _notice(
        ("订单 {order_no} 货款已到账", "Payment of order {order_no} has arrived"),
        ("订单 {order_no} 的货款 {amount_received} 已到账。", "{amount_received} for order {order_no} has arrived."),
    ),
    "order_shipped": _notice(
        ("订单 {order_no} 已发货", "Order {order_no} is on its way"),
        (
            "您好，订单 {order_no} 已发货，承运：{carrier}，单号 {waybill}，预计 {eta} 到达。{invoice}请先验货再签收。",
            "Order {order_no} is on its way with {carrier}, waybill {waybill}, expected {eta}. {invoice}Please inspect before signing.",
        ),
    ),
    "transit_problem": _notice(
        ("订单 {order_no} 运输异常", "Order {order_no}: problem in transit"),
        (
            "订单 {order_no}（单号 {waybill}）运输异常：{kind}。{explanation} 预计到达：{eta}。给您带来不便，深表歉意。",
            "Order {order_no} (waybill {waybill}): {kind}. {explanation} Expected arrival: {eta}. We apologise.",
        ),
    ),
    "goods_arrived": _notice(
        ("订单 {order_no} 已到货", "Order {order_no} has arrived"),
        ("订单 {order_no} 于 {arrived_at} 到货，状况：{condition}。", "Order {order_no} arrived {arrived_at}: {condition}."),
    ),
    "confirmation": _notice(
        ("订单 {order_no} 确认函 {no}", "Confirmation {no} of order {order_no}"),
        (
            "您好，请核对订单 {order_no} 的确认函 {no}（合计 {total}），签字盖章后当日回传。确认码：{code}。",
            "Please check confirmation {no} of order {order_no} (total {total}), sign it and return it today. Code: {code}.",
        ),
    ),
    "confirmation_postponed": _notice(
        ("订单 {order_no} 交期顺延", "Order {order_no}: date postponed"),
        (
            "订单 {order_no} 的确认函尚未回传，交期顺延 {postponed_days} 天至 {current_due}。",
            "The confirmation of order {order_no} has not come back: the date moves by {postponed_days} days to {current_due}.",
        ),
    ),
    "discrepancy_opened": _notice(
        ("店铺补货差异单 {number}", "Discrepancy slip {number}"),
        (
            "{store} 的补货单 {slip_no} 有 {pieces} 件公司各仓位无货，已开差异单 {number}，须在 {due} 前调配完毕，请跟踪。",
            "{pieces} pieces of slip {slip_no} ({store}) are in no company location: discrepancy slip {number}. The transfers are due by {due}; please follow them.",
        ),
    ),
    "transfer_arranged": _notice(
        ("店铺间调拨 {number}", "Transfer between stores {number}"),
        ("请按差异单 {number} 调货给 {store}：{moves}。", "For discrepancy slip {number}, please send to {store}: {moves_en}."),
    ),
    "slip_overdue": _notice(
        ("通报：补货单 {slip_no} 逾期", "Notice: slip {slip_no} is late"),
        (
            "补货单 {slip_no}（{store}）截至 {due} 未{what}：{pieces} 件，每件 {rate}，{person} 赞助 {amount}。须于今日 23:59 前跟踪处理完毕。",
            "Slip {slip_no} ({store}) was not {what_en} by {due}: {pieces} pieces at {rate}, {amount} on {person}. It is to be cleared today by 23:59.",
        ),
    ),
    "refund_due": _notice(
        ("订单 {order_no} 已取消，请退款", "Order {order_no} was cancelled: refund"),
        (
            "订单 {order_no}（{customer}）已取消，已收 {amount}，请安排退款。原因：{reason}",
            "Order {order_no} ({customer}) was cancelled after {amount} had been paid: please refund. Reason: {reason}",
        ),
    ),
    "exchange_charge": _notice(
        ("换货差价待收 {ticket_no}", "Exchange {ticket_no}: the customer pays a difference"),
        (
            "工单 {ticket_no}（订单 {order_no}）换成别的型号，客人应补 {amount}。",
            "Ticket {ticket_no} (order {order_no}) is exchanged for another model: the customer owes {amount}.",
        ),
    ),
    "exchange_refund": _notice(
        ("换货差价待退 {ticket_no}", "Exchange {ticket_no}: a difference goes back"),
        (
            "工单 {ticket_no}（订单 {order_no}）换成别的型号，应退客人 {amount}。",
            "Ticket {ticket_no} (order {order_no}) is exchanged for another model: {amount} go back to the customer.",
        ),
    ),
    "fine_person_left": _notice(
        ("{person} 已离职，赞助 {no} 待定", "{person} has left: fine {no}"),
        (
            "补货单 {slip_no} 逾期，责任人 {person} 已离职，{amount}（台账 {no}）已照记，请主管及经理决定如何处理。",
            "Slip {slip_no} is late and {person}, who answers for it, has left: {amount} stands on the ledger as {no}. Please decide what is to be done.",
        ),
    ),
    **{event: _notice(*texts) for event, texts in PRODUCTION.items()},
}  # fmt: skip
