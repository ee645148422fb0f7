"""What was agreed with a customer: terms of payment, delivery and quality, and the deposit that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from engine.errors import Message
from engine.model.production import contract
from engine.services.call import Call, ServiceError, Values, count_of, money_of

#: Somebody without a contract in force pays before anything leaves (G39).
_NONE: Values = {
    "no": "",
    "payment_terms": "prepaid",
    "deposit_rate": 0,
    "delivery_terms": "",
    "settlement": "",
    "quality_standard": "",
    "valid_from": None,
    "valid_to": None,
    "in_force": False,
}
_CENT = Decimal("0.01")


def read(call: Call) -> Values:
    """The contract with a customer that is in force today, and the deposit it asks of `total` (F14.07, F15.10)."""
    customer_id = count_of(call.get("customer_id"), "customer_id")
    row = in_force(call.connection, customer_id, call.today)
    terms = (
        dict(_NONE) if row is None else {**{name: getattr(row, name) for name in _NONE if name != "in_force"}}
    )
    rate = Decimal(terms["deposit_rate"])
    total = money_of(call.get("total") or 0, "total")
    due = (total * rate).quantize(_CENT, ROUND_HALF_UP)
    share = int(rate) if rate == rate.to_integral_value() else rate.normalize()
    return {"contract": {**terms, "deposit_rate": share, "deposit_due": due, "in_force": row is not None}}


def in_force(connection: Connection, customer_id: int, day: date) -> Row[Any] | None:
    """The newest contract that holds on a day."""
    query = select(contract).where(
        contract.c.customer_id == customer_id,
        contract.c.valid_from <= day,
        or_(contract.c.valid_to.is_(None), contract.c.valid_to >= day),
    )
    newest = query.order_by(contract.c.valid_from.desc(), contract.c.no.desc()).limit(1)
    return connection.execute(newest).one_or_none()


def check_terms(call: Call, terms: Mapping[str, Any]) -> None:
    """The same for the deposit that terms of production ask for, if any, against the `total` in hand."""
    if terms.get("deposit") is not None:
        check_deposit(money_of(terms["deposit"], "deposit"), money_of(call.get("total") or 0, "total"))


def check_deposit(deposit: Decimal, total: Decimal) -> None:
    """Raise ServiceError deposit_too_large for a deposit above the order's total, or below nothing."""
    if not 0 <= deposit <= total:
        raise ServiceError(
            "deposit_too_large",
            Message(
                zh=f"定金 ¥{deposit:,.2f} 须在零与订单总额 ¥{total:,.2f} 之间：请更正定金或总额。",
                en=f"A deposit of ¥{deposit:,.2f} must lie between nothing and the order's total of ¥{total:,.2f}: "
                "correct the one or the other.",
            ),
        )
