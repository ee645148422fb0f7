"""The one place where errors become pages: what happened, what is kept, and the two things one can do."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.globals import request_ctx
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from engine.api import problems
from engine.errors import Message, RestockError
from engine.web import i18n, session
from engine.web.i18n import gettext as _
from engine.web.i18n import marked

log = logging.getLogger("restock.web")


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says: its heading, and what the reader can do."""

    title: str
    advice: str


WORDS = {
    400: Words(marked("This request cannot be read"), marked("Go back, reload the page and try again.")),
    401: Words(marked("Please log in"), marked("Log in and try again.")),
    403: Words(
        marked("This is not yours to do"),
        marked("Ask the person who gives out roles, or go back to your inbox."),
    ),
    404: Words(
        marked("There is nothing here for you"),
        marked("The address may be old, the work may be someone else's, or it never existed."),
    ),
    405: Words(
        marked("This address does not work that way"), marked("Go back to the page and use its buttons.")
    ),
    409: Words(
        marked("Something happened meanwhile"),
        marked("Nothing of yours was counted twice. Look at the present state before you go on."),
    ),
    413: Words(
        marked("That is too large"),
        marked(
            "A form may send 4 MB of text and four files of 25 MB. Make pictures smaller, or send fewer at a time; what you typed is saved as a draft."
        ),
    ),
    415: Words(
        marked("This kind of content is not accepted"),
        marked("Send the form of the page, or JSON for the interface."),
    ),
    422: Words(
        marked("This cannot be accepted as it stands"), marked("Go back, correct it and send it again.")
    ),
    429: Words(marked("Too many tries"), marked("Wait a little, then try again.")),
    500: Words(
        marked("A fault on our side"),
        marked(
            "It was recorded and nothing was changed. Try again; if it stays, tell the administrator the number below."
        ),
    ),
    503: Words(
        marked("The database does not answer"), marked("Nothing was half done. Try again in a moment.")
    ),
    507: Words(
        marked("The disk is full"),
        marked("Nothing was changed. Tell the administrator that the server needs room."),
    ),
}


def init_app(app: Flask) -> None:
    """Answer every error with a designed page, or with JSON where the request asked for it."""
    app.register_error_handler(RestockError, _own)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _without_database)
    app.register_error_handler(Exception, _unforeseen)


def answer(status: int, message: Message | None = None, error: Exception | None = None) -> Response:
    """The answer for `status`; a fault of ours gets a number that leads to its trace in the log."""
    response = _drawn(status, message, error)
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _drawn(status: int, message: Message | None, error: Exception | None) -> Response:
    number = ""
    if status >= 500:
        number = secrets.token_hex(4)
        log.error("fault %s at %s %s", number, request.method, request.path, exc_info=error)
    words = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    told = message.text(i18n.locale()) if message and status < 500 else ""
    if _wants_json():
        body = {"error": {"status": status, "message": told or _(words.title), "id": number or None}}
        return make_response(jsonify(body), status)
    g.writes_markup = False
    _recognise()
    facts = getattr(error, "facts", {}) if status < 500 else {}
    try:
        page = render_template(
            "trouble.html",
            status=status,
            title=_(words.title),
            told=told,
            advice=_(words.advice),
            number=number,
            facts=facts,
        )
    except Exception:  # the frame of the page asks what the reader may do, which can be the fault itself
        log.exception("the page about fault %s could not be drawn", number)
        text = f"{_(words.title)} {number}\n"
        return Response(text, status, content_type="text/plain; charset=utf-8")
    return make_response(page, status)


def _own(error: RestockError) -> Response:
    return problems.refuse(error) if _is_api() else answer(error.status, error.message, error)


def _http(error: HTTPException) -> Response:
    if _is_api():
        return problems.refuse_http(error)
    if request_ctx.url_adapter is None:  # no page can be drawn for a host that is not ours
        return Response("400 Bad Request", 400, content_type="text/plain; charset=utf-8")
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())
    response = answer(error.code, error=error)
    for name in ("Allow", "Retry-After"):
        value = dict(error.get_headers()).get(name)
        if value:
            response.headers[name] = value
    return response


def _without_database(error: OperationalError) -> Response:
    if _is_api():
        return problems.fault(error)
    return answer(503, error=error)


def _unforeseen(error: Exception) -> Response:
    return problems.fault(error) if _is_api() else answer(500, error=error)


def _is_api() -> bool:
    return request.path.startswith("/api/")


def _recognise() -> None:
    """Who is asking, for the frame of the page; nobody when even that cannot be found out."""
    try:
        session.actor_or_none()
    except Exception:  # the page about a fault must not fail by the same fault
        log.exception("the session could not be read")
        g.actor = None


def _wants_json() -> bool:
    if request.path == "/healthz":
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"
