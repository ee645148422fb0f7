"""The headers that keep a page to itself: no foreign script, no frame, no guessing of types."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
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
        for name, value in _ALWAYS.items():
            headers.setdefault(name, value)
        headers.setdefault(
            "Content-Security-Policy", content_policy(writes_markup=g.get("writes_markup", False))
        )
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        if request.is_secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
