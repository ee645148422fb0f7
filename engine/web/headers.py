"""The headers that keep a page to itself: no foreign script, no frame, no guessing of types."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Response, g, request

P = ParamSpec("P")
R = TypeVar("R")

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "frame-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "object-src": "'none'",
}

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}

_LASTING = "max-age=31536000"


@cache
def content_policy(*, writes_markup: bool = False, inner_frame: bool = False) -> str:
    """The Content-Security-Policy of a page.

    `writes_markup`: the page's scripts (htmx, the diagram viewer) build markup themselves, so Trusted Types stay off.
    `inner_frame`: the answer may be framed by our own pages, as a slip is.
    """
    policy = dict(_POLICY)
    if inner_frame:
        policy["frame-ancestors"] = "'self'"
    if not writes_markup:
        policy["require-trusted-types-for"] = "'script'"
        policy["trusted-types"] = "'none'"
    return "; ".join(f"{name} {value}" for name, value in policy.items())


@cache
def of_data(*, secure: bool) -> tuple[tuple[str, str], ...]:
    """The headers of an answer that is no page; `secure`: it goes out over https."""
    more = {"Content-Security-Policy": content_policy(), "Cache-Control": "no-store"}
    lasting = {"Strict-Transport-Security": _LASTING} if secure else {}
    return tuple((_ALWAYS | more | lasting).items())


def writes_markup(view: Callable[P, R]) -> Callable[P, R]:
    """A view whose page loads htmx or the diagram viewer."""

    @wraps(view)
    def marked(*args: P.args, **kwargs: P.kwargs) -> R:
        g.writes_markup = True
        return view(*args, **kwargs)

    return marked


def init_app(app: Flask) -> None:
    """Send the headers with every response: pages, errors, redirects and static files."""

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        policy = content_policy(writes_markup=g.get("writes_markup", False))
        wanted = _ALWAYS | {"Content-Security-Policy": policy}
        if request.endpoint != "static":
            wanted["Cache-Control"] = "no-store"
        if request.is_secure:
            wanted["Strict-Transport-Security"] = _LASTING
        given = {name.lower() for name in headers.keys()}  # noqa: SIM118 -- iterating gives pairs
        headers.extend({name: value for name, value in wanted.items() if name.lower() not in given})
        return response
