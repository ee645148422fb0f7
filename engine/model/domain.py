"""All tables of the trade together; importing this module registers them."""

from __future__ import annotations

from engine.model import papers, trade

__all__ = ["papers", "trade"]
