"""Refuses unsafe requests that another site made the browser send."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request

from engine.errors import Forbidden, Message

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_own() -> bool:
    """Whether the request comes from our own pages, or from a program that is no browser.

    Browsers send Sec-Fetch-Site, older ones Origin, with every unsafe request; what sends neither carries no one
    else's cookie. "none" is a request the person typed themselves.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def init_app(app: Flask) -> None:
    """Check every unsafe request before anything else looks at it."""

    @app.before_request
    def refuse_foreign() -> None:
        if request.method not in SAFE and not is_own():
            raise Forbidden(
                Message(
                    zh="该请求来自其他网站，已拒绝：请在本系统的页面上重新操作。",
                    en="This request came from another site and was refused: do it again on our own page.",
                )
            )
