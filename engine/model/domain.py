"""All tables of the trade together; importing this module registers them."""

from __future__ import annotations

from engine.model import after_sales, calendar, papers, production, stores, trade

__all__ = ["after_sales", "calendar", "papers", "production", "stores", "trade"]
