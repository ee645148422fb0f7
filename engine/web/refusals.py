"""What was refused, said on the page it was asked from."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from engine.errors import FieldsRefused, RestockError
from engine.web import i18n


def beside(
    refused: RestockError, field: str, show: Callable[[dict[str, str], int], Response], form: str = ""
) -> Response:
    """The page again by `show`, with what was refused beside its field of the form, or beside `field`.

    Raises `refused` itself where no correction helps: what is not there or not allowed, and the machine's faults.
    """
    if refused.status in (403, 404) or refused.status >= 500:
        raise refused
    texts = refused.errors if isinstance(refused, FieldsRefused) else {field: refused.message}
    response = show(
        {f"{form}{name}": text.text(i18n.locale()) for name, text in texts.items()}, refused.status
    )
    if refused.facts.get("seconds"):
        response.headers["Retry-After"] = str(refused.facts["seconds"])
    return response
