"""Look for text as it was typed: percent signs and underscores mean themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement


def contains(column: Any, text: str) -> ColumnElement[bool]:
    """Whether the column holds the text, small and capital letters alike."""
    found: ColumnElement[bool] = column.icontains(text.strip(), autoescape=True)
    return found
