"""What no address and no form may hold, refused before anything looks at it.

NUL, parts of a form without a name, and numbers no database has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter, Map

#: Numbers of rows have 64 bits; a larger one in an address names nothing.
LARGEST = 2**63 - 1


class RowNumber(IntegerConverter):
    """A whole number that can be the number of a row: all others are no address of ours."""

    def __init__(self, map: Map, max: int = LARGEST, **more: Any) -> None:  # noqa: A002 (Werkzeug's names)
        super().__init__(map, max=max, **more)


class StrictForms(FormDataParser):
    """Reads forms as Werkzeug does, and refuses NUL, which PostgreSQL cannot keep in a text."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """As its parent; 400 for a form that holds NUL, or a part without a name, which nobody could ask for."""
        read = super().parse(stream, mimetype, content_length, options)
        if None in read[1] or None in read[2]:
            for file in (each for files in read[2].listvalues() for each in files):
                file.close()
            abort(400)
        _refuse_nul(_texts(read[1]))
        return read


class StrictRequest(Request):
    """A request whose forms hold nothing but text that can be kept."""

    form_data_parser_class = StrictForms


def init_app(app: Flask) -> None:
    """Set up before the first route is added: routes keep the converters they were made with."""
    app.request_class = StrictRequest
    app.url_map.converters["int"] = RowNumber

    @app.before_request
    def refuse_nul() -> None:
        _refuse_nul((request.path, *_texts(request.args)))


def _texts(given: MultiDict[str, str]) -> Iterable[str]:
    for name, value in given.items(multi=True):
        yield name
        yield value


def _refuse_nul(texts: Iterable[str]) -> None:
    if any("\0" in text for text in texts):
        abort(400)
