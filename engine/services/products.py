"""Goods and what a class of customers pays for them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, or_, select

from engine.model.trade import price_rule, product
from engine.services.call import Call, Values

#: So many a list of a form can hold.
_LISTED = 500


def list_products(call: Call) -> Values:
    """The goods on offer, priced for the customer's class (F01.03)."""
    found = call.connection.execute(
        select(product).where(product.c.listed).order_by(product.c.sku).limit(_LISTED)
    ).all()
    prices = class_prices(call.connection, call.text("level"), [row.sku for row in found], call.today)
    return {
        "products": [
            {
                "value": row.sku,
                "label": f"{row.name} {row.spec}（{row.unit}）",
                "en": f"{row.name} {row.spec} ({row.unit})",
                **{name: getattr(row, name) for name in ("sku", "name", "spec", "unit")},
                "unit_price": prices.get(row.sku, row.price),
            }
            for row in found
        ]
    }


def class_prices(connection: Connection, level: str, skus: Collection[str], day: date) -> dict[str, Decimal]:
    """The prices that the rules of a class give on a day, by article; those without a rule are left out."""
    rules = select(price_rule.c.sku, price_rule.c.price).where(
        price_rule.c.sku.in_(skus),
        price_rule.c.level == level,
        price_rule.c.valid_from <= day,
        or_(price_rule.c.valid_to.is_(None), price_rule.c.valid_to >= day),
    )
    return {row.sku: row.price for row in connection.execute(rules.order_by(price_rule.c.valid_from))}
