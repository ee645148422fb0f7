"""Look for text as it was typed: percent signs and underscores mean themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement


def like(text: str) -> str:
    """The pattern of everything that holds the text; "/" escapes."""
    plain = text.strip().replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"%{plain}%"


def contains(column: Any, text: str) -> ColumnElement[bool]:
    """Whether the column holds the text, small and capital letters alike."""
    found: ColumnElement[bool] = column.ilike(like(text), escape="/")
    return found
