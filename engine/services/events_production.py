"""What is told about goods made to order: (subject zh, en), (text zh, en) by event."""

from __future__ import annotations

from collections.abc import Mapping

PRODUCTION: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "waiting_time": (
        ("订单 {order_no} 已受理", "Order {order_no} is in hand"),
        (
            "您好，订单 {order_no}（备忘录 {memo_no}）已受理，我们将于 {eta} 前把确认书或答复送达。感谢您的理解与支持。",
            "Order {order_no} (memo {memo_no}) is in hand: you will have its confirmation, or our answer, by {eta}. Thank you for your patience.",
        ),
    ),
    "price_doubt": (
        ("订单 {order_no} 价格或规格有疑问", "Order {order_no}: price or spec in doubt"),
        (
            "{customer} 的订单 {order_no} 价格或规格有疑问（{doubt_no}）：{reason}。核定之前不能编制确认书，请尽快核实。",
            "Price or spec of order {order_no} ({customer}) is in doubt ({doubt_no}): {reason}. No confirmation can be built until it is settled; please look into it.",
        ),
    ),
    "not_producible": (
        ("订单 {order_no} 无法按要求生产", "Order {order_no} cannot be produced as asked"),
        (
            "技术部确认 {customer} 的订单 {order_no} 无法按要求生产：{reason}。请向客户说明、致歉，并提出建议方案。",
            "The technical department finds that order {order_no} ({customer}) cannot be produced as asked: {reason}. Please explain, apologise and propose something else.",
        ),
    ),
    "statement_void": (
        ("书面说明 {number} 已作废", "Statement {number} is void"),
        (
            "订单 {order_no} 的{statement} {number} 在 {signer} 签字后有改动，原签字作废。请重新书写并签字，签字前不得排产。",
            "{statement} {number} of order {order_no} was changed after {signer} signed it: the signature is void. Write and sign it anew; nothing is scheduled before that.",
        ),
    ),
    "deposit_requested": (
        ("订单 {order_no} 定金通知", "Deposit for order {order_no}"),
        (
            "您好，按合同约定，订单 {order_no} 须付定金 {amount_due}，付款方式：{payment_method}。汇款后请告知我们，到账即下达生产。",
            "By our contract a deposit of {amount_due} is due for order {order_no} ({payment_method}). Please tell us when you have transferred it; production begins as soon as it arrives.",
        ),
    ),
    "deposit_reminder": (
        ("订单 {order_no} 定金提醒", "Reminder: deposit for order {order_no}"),
        (
            "您好，订单 {order_no} 的定金 {amount_due} 尚未到账，到账后才能下达生产。如已汇款请忽略并告知我们。",
            "The deposit of {amount_due} for order {order_no} has not arrived yet; production begins when it does. Please tell us if you have transferred it.",
        ),
    ),
    "deposit_delayed": (
        ("订单 {order_no} 交期顺延", "Order {order_no}: date postponed"),
        (
            "订单 {order_no} 的定金在签回之后 {delayed_days} 天到账，交期相应顺延至 {current_due}。",
            "The deposit for order {order_no} arrived later than the signed confirmation (days: {delayed_days}): the date moves to {current_due}.",
        ),
    ),
    "paid_and_cancelled": (
        ("订单 {order_no} 已取消，货款待处理", "Order {order_no} was cancelled: money to settle"),
        (
            "订单 {order_no}（{customer}）已取消，已收 {amount}，请按合同决定退还或不退。原因：{reason}",
            "Order {order_no} ({customer}) was cancelled after {amount} had been paid: decide by the contract what goes back. Reason: {reason}",
        ),
    ),
    "production_problem": (
        ("生产指令单 {production_no} 督查发现问题", "Production order {production_no}: problem found"),
        (
            "督查生产指令单 {production_no}（订单 {order_no}）发现：{problem}。请及时处理并回报客服。",
            "Supervision of production order {production_no} (order {order_no}) found: {problem}. Please see to it and report back to customer service.",
        ),
    ),
    "production_anomaly": (
        ("订单 {order_no} 生产异常", "Order {order_no}: trouble in production"),
        (
            "订单 {order_no} 生产异常 {anomaly_no}（{kind}）：{detail}。已完成 {done} / {ordered} 件。请会同拟定应急处理方案。",
            "Trouble {anomaly_no} in the production of order {order_no} ({kind}): {detail}. {done} of {ordered} pieces are made. Please make an emergency plan together.",
        ),
    ),
    "anomaly_plan": (
        ("订单 {order_no} 生产情况说明", "Order {order_no}: about its production"),
        (
            "您好，订单 {order_no} 的生产遇到异常（{kind}），处理方案：{plan}。预计完成日期：{new_due}。给您带来不便，敬请谅解。",
            "There was trouble in the production of order {order_no} ({kind}). What we do: {plan}. Expected to be finished: {new_due}. We apologise.",
        ),
    ),
    "daily_report": (
        ("生产日报 {production_no}", "Daily report {production_no}"),
        (
            "订单 {order_no}（生产指令单 {production_no}）今日完成 {qty} 件，累计 {done} / {ordered} 件（{percent}%），尚余 {left} 件。备注：{note}",
            "Order {order_no} (production order {production_no}): {qty} pieces today, {done} of {ordered} in all ({percent}%), {left} to go. Note: {note}",
        ),
    ),
    "production_done": (
        ("订单 {order_no} 成品已交库", "Order {order_no} is finished"),
        (
            "{customer}（{level} 级）的订单 {order_no}（生产指令单 {production_no}）已完成并检验交库，共 {finished_qty} 件。",
            "Order {order_no} of {customer} (class {level}, production order {production_no}) is made, inspected and in stock: {finished_qty} pieces.",
        ),
    ),
    "ship_release": (
        ("发货通知 {number}", "To ship: {number}"),
        (
            "请按 {number} 安排发货（订单 {order_no}）。收货人：{recipient}，电话 {phone}，地址：{address}。紧急发货、手工单后补：{emergency}。",
            "Please ship by {number} (order {order_no}). Recipient: {recipient}, phone {phone}, address: {address}. Emergency, slip to follow: {emergency}.",
        ),
    ),
    "dispatch_advice": (
        ("订单 {order_no} 发货告知书 {number}", "Advice of dispatch {number} for order {order_no}"),
        (
            "您好，订单 {order_no} 已于 {shipped_at} 发出，承运：{carrier}，单号 {waybill}，预计 {eta} 到达，详见发货告知书 {number}。请先验货再签收。",
            "Order {order_no} left on {shipped_at} with {carrier}, waybill {waybill}, expected {eta}; see advice {number}. Please inspect before signing.",
        ),
    ),
    "waybill_posted": (
        ("订单 {order_no} 运单号 {waybill}", "Waybill {waybill} of order {order_no}"),
        (
            "{customer} 的订单 {order_no} 已发货：{carrier} {waybill}，预计 {eta} 到达。请跟进并向客户确认到货。",
            "Order {order_no} of {customer} has left: {carrier} {waybill}, expected {eta}. Please follow it and confirm the arrival with the customer.",
        ),
    ),
}  # fmt: skip
