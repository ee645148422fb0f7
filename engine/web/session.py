"""Who is asking: the session behind the cookie, and pages that need one."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypedDict, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.exceptions import Unauthorized

from engine.access import Actor
from engine.commands import devices
from engine.commands.proof import DEVICE_LASTS
from engine.config import Settings
from engine.model.database import Database
from engine.queries import people

P = ParamSpec("P")
R = TypeVar("R")

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "restock_theme"
YEAR = timedelta(days=365)


class _Shelter(TypedDict):
    path: str
    secure: bool
    httponly: bool
    samesite: str


@dataclass(frozen=True, slots=True)
class Look:
    """How this device shows the pages."""

    theme: str


def database() -> Database:
    """The installation's database."""
    return cast("Database", current_app.extensions["restock.web"]["database"])


def settings() -> Settings:
    """The installation's settings."""
    return cast("Settings", current_app.extensions["restock.web"]["settings"])


def cookie_name() -> str:
    """Name of the session's cookie; `__Host-` binds it to this host where cookies are https only."""
    return "__Host-restock" if settings().secure_cookies else "restock"


def secret() -> str:
    """What the session's cookie holds, "" without one."""
    return request.cookies.get(cookie_name(), "")


def actor_or_none() -> Actor | None:
    """The person logged in, or None."""
    if "actor" not in g:
        given = secret()
        g.actor = (
            people.by_session(database(), given, request_id=g.request_id, address=request.remote_addr or "")
            if given
            else None
        )
        g.locale = g.actor.locale if g.actor else ""
    return cast("Actor | None", g.actor)


def actor() -> Actor:
    """The person logged in; only for views behind `logged_in`."""
    found = actor_or_none()
    if found is None:
        raise LookupError("a view without @logged_in asked who is there")
    return found


def logged_in(view: Callable[P, R]) -> Callable[P, R | Response]:
    """A view for people with a session; others are asked to log in and come back."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if actor_or_none() is not None:
            return view(*args, **kwargs)
        if _is_script():
            raise Unauthorized
        return cast("Response", redirect(url_for("auth.login", next=_way_back()), code=303))

    guarded.needs_login = True  # type: ignore[attr-defined]
    return guarded


def _is_script() -> bool:
    """Whether a script of a page asks: it must not put the login page where the form stands."""
    accepts = request.accept_mimetypes
    wants_json = (
        accepts.best_match(["text/html", "application/json"], default="text/html") == "application/json"
    )
    return "HX-Request" in request.headers or wants_json


def _way_back() -> str | None:
    """The page to come back to after the login: this one, or the one whose form was sent too late."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    return came_from.path if came_from.netloc == request.host and came_from.path else None


def start(response: Response, given: str) -> None:
    """Put a fresh session's secret into the cookie."""
    remember(response, cookie_name(), given, timedelta(hours=settings().session_hours))


def end(response: Response) -> None:
    """Take the session's cookie away."""
    forget(response, cookie_name())


def device() -> str:
    """What this browser keeps since somebody logged in with it, "" when nobody has."""
    return request.cookies.get(_device_cookie(), "")[:100]


def know_device(response: Response, login: str) -> None:
    """Know this browser as one of the person's from now on: guesses of strangers will not keep them out here."""
    remember(response, _device_cookie(), devices.remember(database(), login, device()), DEVICE_LASTS)


def _device_cookie() -> str:
    return f"{cookie_name()}_device"


def remember(response: Response, name: str, value: str, lasting: timedelta = YEAR) -> None:
    """Keep something in a cookie: no script reads it, no other site's form sends it."""
    response.set_cookie(name, value, max_age=lasting, **_shelter())


def forget(response: Response, name: str) -> None:
    """Take a cookie away."""
    response.delete_cookie(name, **_shelter())


def _shelter() -> _Shelter:
    return {"path": "/", "secure": settings().secure_cookies, "httponly": True, "samesite": "Lax"}


def own_path(given: str | None, otherwise: str) -> str:
    """`given` if it is a path of this site, else `otherwise`: nobody is sent elsewhere."""
    if not given or not given.startswith("/") or given.startswith(("//", "/\\")):
        return otherwise
    if any(letter in given for letter in "\\\r\n\t") or ":" in given.split("?", 1)[0]:
        return otherwise
    return given


def init_app(app: Flask) -> None:
    """Number the request, and tell the templates who is there and what they said last."""

    @app.before_request
    def number() -> None:
        g.request_id = secrets.token_hex(8)
        g.locale = ""

    @app.context_processor
    def who() -> dict[str, object]:
        theme = request.cookies.get(THEME_COOKIE, "auto")
        return {
            "actor": g.get("actor"),
            "look": Look(theme if theme in THEMES else "auto"),
        }
