"""The short way through the API: a script's plain request needs none of what pages need.

Flask's contexts, hooks and routing cost as much as the work of a small request. Whatever is unusual here, an address
or parameter with escapes, a browser's headers, a foreign host, a large or missing body, goes Flask's way, which
knows what to do with it; and what goes wrong on the way is told by Flask's handlers, so that there is one of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response
from werkzeug.exceptions import SecurityError
from werkzeug.wsgi import get_host

from engine.api.border import MAX_BYTES
from engine.api.caller import identify
from engine.api.operations import OPERATIONS, Operation
from engine.model.database import Database
from engine.web import headers

_PLAIN_TASK = re.compile(r"[0-9-]{1,40}", re.ASCII)
_PLAIN_QUERY = re.compile(r"[A-Za-z0-9_.=&-]*", re.ASCII)
#: What a browser's page sends with a request that changes something; Flask's hooks judge it.
_OF_BROWSERS = ("HTTP_SEC_FETCH_SITE", "HTTP_ORIGIN")

Found = tuple[Operation, dict[str, str], dict[str, str], bytes]


class Direct:
    """A WSGI application in front of Flask's."""

    def __init__(self, app: Flask, database: Database, prefix: str) -> None:
        self._app = app
        self._otherwise: WSGIApplication = app.wsgi_app
        self._database = database
        self._prefix = prefix + "/"
        self._trusts = _trust(app.config["TRUSTED_HOSTS"])
        self._operations = {_key(each.method, each.path[1:]): each for each in OPERATIONS if each.direct}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a plain request, or pass it on."""
        found = self._find(environ) if environ["PATH_INFO"].startswith(self._prefix) else None
        if found is None:
            return self._otherwise(environ, start_response)
        operation, path, query, body = found
        try:
            caller = identify(self._database, environ)
            response = operation.carry_out(caller, path, query, body)
        except Exception as error:  # noqa: BLE001 -- Flask's handlers tell every kind as they should
            return self._refuse(error, environ)(environ, start_response)
        return _send(response, environ, start_response)

    def _find(self, environ: WSGIEnvironment) -> Found | None:
        """The operation and what it is given; None when anything about the request is not plain."""
        address: str = environ["PATH_INFO"][len(self._prefix) :]
        operation = self._operations.get(_key(environ["REQUEST_METHOD"], address))
        if operation is None or not self._trusts(environ.get("HTTP_HOST", "")) or environ["SCRIPT_NAME"]:
            return None
        asked: str = environ["QUERY_STRING"]
        if not _PLAIN_QUERY.fullmatch(asked) or any(name in environ for name in _OF_BROWSERS):
            return None
        pairs = [pair.partition("=") for pair in asked.split("&") if pair]
        query = {name: value for name, _, value in pairs}
        parts = address.split("/")
        path = {"task": parts[1]} if len(parts) > 1 else {}
        if len(query) < len(pairs) or (path and not _PLAIN_TASK.fullmatch(path["task"])):
            return None
        size = environ.get("CONTENT_LENGTH") or "0"
        if not operation.body:
            return operation, path, query, b""
        if (
            not (size.isascii() and size.isdigit())
            or int(size) > MAX_BYTES
            or "HTTP_TRANSFER_ENCODING" in environ
        ):
            return None
        return operation, path, query, environ["wsgi.input"].read(int(size))

    def _refuse(self, error: Exception, environ: WSGIEnvironment) -> Response:
        with self._app.request_context(environ):
            told = self._app.make_response(self._app.handle_user_exception(error))
            return self._app.process_response(told)


def _key(method: str, address: str) -> tuple[str, ...]:
    """What tells operations apart: the parts of the address without the one that names a task."""
    first, *more = address.split("/")
    return (method, first, "*" if more else "", *more[1:])


def _send(response: Response, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    sent = [*response.headers, *headers.of_data(secure=environ["wsgi.url_scheme"] == "https")]
    start_response(response.status, sent)
    return (response.get_data(),)


def _trust(hosts: Any) -> Callable[[str], bool]:
    """Whether a Host header names one of `hosts`, as Werkzeug judges it."""

    @lru_cache(maxsize=64)
    def trusts(host: str) -> bool:
        try:
            return bool(get_host({"wsgi.url_scheme": "http", "HTTP_HOST": host, "SERVER_NAME": ""}, hosts))
        except SecurityError:
            return False

    return trusts
