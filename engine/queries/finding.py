"""Conditions of what a person asks for; what is not asked for makes none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_


def same(column: Any, wanted: object) -> list[ColumnElement[bool]]:
    """That the column is as wanted; nothing for "" and None."""
    return [] if wanted in ("", None) else [column == wanted]


def holding(text: str, *columns: Any) -> list[ColumnElement[bool]]:
    """That one of the columns holds the text; nothing for no text."""
    return [or_(*(contains(column, text) for column in columns))] if text.strip() else []


def like(text: str) -> str:
    """The pattern of everything that holds the text as it was typed, "%" and "_" too; "/" escapes."""
    plain = text.strip().replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"%{plain}%"


def contains(column: Any, text: str) -> ColumnElement[bool]:
    """Whether the column holds the text, small and capital letters alike."""
    found: ColumnElement[bool] = column.ilike(like(text), escape="/")
    return found
