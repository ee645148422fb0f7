"""Lists to look up: a page of what was asked for, or all of it as CSV; the same rows for the same people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, make_response, render_template, request

from engine.queries.listing import Found
from engine.web import sheets
from engine.web.paging import page_number
from engine.web.sheets import Columns

SIZE = 50


def text() -> str:
    """What is searched for, "" nothing."""
    return request.args.get("q", "").strip()[:100]


def show(template: str, found: Found, asked: Mapping[str, Any], columns: Columns, **more: Any) -> Response:
    """The list `found`; `asked` is what the address asks for, under the names it has there.

    `columns` are those of the CSV, which the address asks for with `format=csv`; `more` is for the template.
    """
    if sheets.wanted():
        return sheets.answer(found.each(), columns)
    page = render_template(
        template,
        page=found.page(page_number(), SIZE),
        asked=asked,
        query={name: value for name, value in asked.items() if value},
        filtered=any(value for name, value in asked.items() if name != "sort"),
        **more,
    )
    return make_response(page)


def worded(name: str, words: Mapping[str, Any]) -> Callable[[Any], str]:
    """A column of states or kinds in words, which may come with the colour of their chip."""
    plain = {key: found if isinstance(found, str) else found[0] for key, found in words.items()}
    return lambda row: str(plain.get(getattr(row, name), getattr(row, name)))
