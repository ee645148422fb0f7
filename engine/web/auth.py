"""Logging in and out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.commands import sessions
from engine.commands.passwords import WeakPassword
from engine.errors import RestockError
from engine.web import i18n, session
from engine.web.i18n import gettext as _
from engine.web.notices import say_next
from engine.web.session import own_path

blueprint = Blueprint("auth", __name__)


@blueprint.get("/")
def home() -> Response:
    """The inbox is the front page."""
    return make_response(redirect(url_for("inbox.page"), code=303))


@blueprint.get("/login")
def login() -> Response:
    """The login page; who is logged in already goes on."""
    onward = own_path(request.args.get("next"), url_for("inbox.page"))
    if session.actor_or_none() is not None:
        return make_response(redirect(onward, code=303))
    return _form(onward, request.args.get("name", "")[:100], "")


@blueprint.post("/login")
def enter() -> Response:
    """Check login and password; an unknown name is answered like a wrong password."""
    onward = own_path(request.form.get("next"), url_for("inbox.page"))
    name, password = request.form.get("login", "").strip().lower()[:100], request.form.get("password", "")
    try:
        secret = sessions.login(
            session.database(),
            name,
            password,
            code=request.form.get("code", ""),
            address=request.remote_addr or "",
            agent=request.user_agent.string,
            device=session.device(),
        )
    except RestockError as refused:
        if refused.status >= 500:
            raise
        return _form(onward, name, refused.message.text(i18n.locale()), refused)
    response = make_response(redirect(onward, code=303))
    session.start(response, secret)
    session.know_device(response, name)
    return response


@blueprint.post("/logout")
def logout() -> Response:
    """End the session here and in the database."""
    given = session.secret()
    if given:
        sessions.logout(session.database(), given)
    response = make_response(redirect(url_for("auth.login"), code=303))
    session.end(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/welcome/<secret>")
def welcome(secret: str) -> Response:
    """Where a one-time link leads: choose a password. The link counts only when it is used."""
    return make_response(render_template("welcome.html", errors={}))


@blueprint.post("/welcome/<secret>")
def accept(secret: str) -> Response:
    """Set the password and go on to the login, with the name filled in."""
    new, again = request.form.get("new", ""), request.form.get("again", "")
    if new != again:
        return make_response(
            render_template("welcome.html", errors={"again": _("The two do not agree.")}), 422
        )
    try:
        name = sessions.redeem(session.database(), secret, new)
    except WeakPassword as weak:
        return make_response(
            render_template("welcome.html", errors={"new": weak.message.text(i18n.locale())}), 422
        )
    return say_next(make_response(redirect(url_for("auth.login", name=name), code=303)), "welcome")


def _form(onward: str, name: str, told: str, refused: RestockError | None = None) -> Response:
    page = render_template("login.html", next=onward, login=name, told=told, code_asked=refused is not None)
    response = make_response(page, refused.status if refused else 200)
    wait = refused.facts.get("seconds") if refused else None
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
