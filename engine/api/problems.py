"""Answers of the API: JSON for what was asked, problem+json (RFC 9457) for what went wrong."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response, request
from werkzeug.exceptions import HTTPException

from engine.errors import DeployRefused, FieldsRefused, Finding, Message, RestockError

log = logging.getLogger("restock.api")

_KINDS = {
    400: "unreadable",
    401: "token",
    403: "forbidden",
    404: "not-found",
    409: "conflict",
    422: "refused",
}

_SENTENCES = {
    400: Message(zh="请求无法读取。", en="The request cannot be read."),
    404: Message(zh="没有这个地址。", en="There is no such address."),
    405: Message(zh="该地址不支持此方法。", en="This address does not take this method."),
    413: Message(zh="请求内容过大。", en="The request is too large."),
    415: Message(zh="不支持的内容类型。", en="This type of content is not supported."),
}
_PLAIN = (str, int, bool, datetime, type(None))


class NoToken(RestockError):
    """A bearer token is needed: make one with `restock token LOGIN`."""

    status = 401
    chinese = "需要访问令牌：请用 restock token LOGIN 生成。"


def locale() -> str:
    """The language of the request's sentences: English where it is preferred, else Chinese."""
    preferred = request.accept_languages.best_match(["zh-CN", "zh", "en"])
    return "en" if preferred == "en" else "zh_CN"


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """`value` as a JSON response."""
    return Response(orjson.dumps(value), status, headers=dict(headers or {}), content_type="application/json")


def refuse(error: RestockError) -> Response:
    """The problem a command or the border raised."""
    if error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return fault(error)
    language = locale()
    body: dict[str, Any] = {}
    if error.facts:
        body["facts"] = {
            name: value if isinstance(value, _PLAIN) else str(value) for name, value in error.facts.items()
        }
    if isinstance(error, FieldsRefused):
        body["errors"] = [
            {"field": field, "message": text.text(language)} for field, text in error.errors.items()
        ]
    if isinstance(error, DeployRefused):
        body["findings"] = [finding_shape(finding, language) for finding in error.findings]
    headers = {"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else {}
    if error.status == HTTPStatus.TOO_MANY_REQUESTS and "seconds" in error.facts:
        headers["Retry-After"] = str(error.facts["seconds"])
    if error.status > HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s at %s %s", error, request.method, request.path, exc_info=error)
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "5"
    return problem(error.status, error.message, body, headers)


def refuse_http(error: HTTPException) -> Response:
    """The problem Flask raised before any view was reached: unknown address, wrong method, too large."""
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    status = error.code or 500
    return problem(status, _SENTENCES.get(status, Message(zh=error.name, en=error.name)), headers=headers)


def fault(error: BaseException) -> Response:
    """A fault of ours: no trace for the caller, a number that leads to it in the log."""
    number = secrets.token_hex(4)
    log.error("fault %s at %s %s", number, request.method, request.path, exc_info=error)
    text = Message(
        zh=f"内部故障，已记录，编号 {number}；数据没有改变。",
        en=f"An internal fault was recorded as {number}; nothing was changed.",
    )
    return problem(500, text)


def problem(
    status: int,
    message: Message,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem document."""
    body = {
        "type": f"urn:restock:problem:{_KINDS.get(status, 'http')}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message.text(locale()),
        **(more or {}),
    }
    return Response(
        orjson.dumps(body), status, headers=dict(headers or {}), content_type="application/problem+json"
    )


def finding_shape(finding: Finding, language: str) -> dict[str, Any]:
    """A finding of the deploy check as JSON."""
    return {
        "file": finding.file,
        "element": finding.element,
        "line": finding.line,
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message.text(language),
        "remedy": finding.remedy.text(language),
    }
