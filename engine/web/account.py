"""One's own account: language, look, password, one-time codes, tokens."""

from __future__ import annotations

from collections.abc import Mapping

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.commands import second_factor, sessions, tokens, users
from engine.errors import NotFound, RestockError
from engine.queries import people
from engine.web import directory, i18n, session
from engine.web.i18n import gettext as _
from engine.web.notices import say_next
from engine.web.refusals import beside
from engine.web.session import actor, actor_or_none, database, logged_in, own_path

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@logged_in
def page() -> Response:
    """Language, look, password, one-time codes and tokens."""
    return _page({})


@blueprint.post("/language")
def language() -> Response:
    """Switch the language, for this device and, when logged in, for the person."""
    onward = own_path(request.form.get("next"), url_for("inbox.page"))
    return _speak(make_response(redirect(onward, code=303)), request.form.get("locale", ""))


@blueprint.post("/look")
@logged_in
def look() -> Response:
    """Keep language and theme."""
    response = _back("look")
    theme = request.form.get("theme", "")
    if theme in session.THEMES:
        session.remember(response, session.THEME_COOKIE, theme)
    return _speak(response, request.form.get("locale", ""))


@blueprint.post("/password")
@logged_in
def password() -> Response:
    """Change the password; the present one proves who asks. All other sessions and all tokens end."""
    who, given = actor(), request.form
    old, new, again = (given.get(field, "") for field in ("old", "new", "again"))
    if new != again:
        return _page({"again": _("The two do not agree.")}, 422)
    try:
        fresh = sessions.change_password(database(), who, old, new, agent=request.user_agent.string)
    except RestockError as refused:
        return beside(refused, "old", _page)
    return _logged_in_anew(fresh, "password")


@blueprint.post("/code/offer")
@logged_in
def offer_code() -> Response:
    """Make a secret for one-time codes, for somebody who gives their password again."""
    try:
        second_factor.offer(database(), actor(), request.form.get("password", ""))
    except RestockError as refused:
        return beside(refused, "password", _page, "code-")
    return make_response(redirect(url_for("account.code"), code=303))


@blueprint.get("/code")
@logged_in
def code() -> Response:
    """The offered secret, to be taken by an app; without one back to the account."""
    try:
        return _code_page({})
    except NotFound:
        return make_response(redirect(url_for("account.page"), code=303))


@blueprint.post("/code/confirm")
@logged_in
def confirm_code() -> Response:
    """Switch one-time codes on by the first of them."""
    try:
        fresh = second_factor.confirm(
            database(), actor(), request.form.get("code", ""), agent=request.user_agent.string
        )
    except NotFound:
        return make_response(redirect(url_for("account.page"), code=303))
    except RestockError as refused:
        return beside(refused, "code", _code_page)
    return _logged_in_anew(fresh, "code_on")


@blueprint.post("/code/remove")
@logged_in
def remove_code() -> Response:
    """Switch one-time codes off, by password and code."""
    given = request.form
    try:
        fresh = second_factor.remove(
            database(),
            actor(),
            given.get("password", ""),
            given.get("code", ""),
            agent=request.user_agent.string,
        )
    except RestockError as refused:
        return beside(refused, "password", _page, "code-")
    return _logged_in_anew(fresh, "code_off")


@blueprint.post("/tokens")
@logged_in
def make_token() -> Response:
    """Make a token for somebody who gives their password again; this answer alone shows it."""
    given = request.form
    try:
        made = tokens.own_token(
            database(),
            actor(),
            given.get("name", ""),
            given.get("days", 0, type=int),
            password=given.get("password", ""),
            code=given.get("code", ""),
        )
    except RestockError as refused:
        return beside(refused, "password", _page, "token-")
    return _page({}, made=made)


@blueprint.post("/tokens/<key>/revoke")
@logged_in
def revoke(key: str) -> Response:
    """Make one of one's tokens worthless."""
    tokens.revoke_token(database(), key, actor())
    return _back("revoked")


def _page(errors: Mapping[str, str], status: int = 200, made: str = "") -> Response:
    page = render_template(
        "account.html",
        errors=errors,
        role_names=sorted(directory.role(role) for role in actor().roles),
        themes=[("auto", _("as the device")), ("light", _("light")), ("dark", _("dark"))],
        fields=[
            ("old", _("Present password"), "current-password"),
            ("new", _("New password"), "new-password"),
            ("again", _("New password again"), "new-password"),
        ],
        tokens=people.tokens(database(), actor().login),
        made=made,
        days=tokens.DAYS,
        longest=tokens.LONGEST,
    )
    return make_response(page, status)


def _code_page(errors: Mapping[str, str], status: int = 200) -> Response:
    secret = second_factor.offered(database(), actor())
    drawn = segno.make(second_factor.address(secret, actor().login), error="m")
    page = render_template(
        "code.html",
        errors=errors,
        picture=drawn.svg_data_uri(scale=5, border=4, light="#fff"),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )
    return make_response(page, status)


def _logged_in_anew(secret: str, said: str) -> Response:
    """Back to the account with the new session, in a browser that stays known."""
    response = _back(said)
    session.start(response, secret)
    session.know_device(response, actor().login)
    return response


def _back(said: str) -> Response:
    return say_next(make_response(redirect(url_for("account.page"), code=303)), said)


def _speak(response: Response, locale: str) -> Response:
    if locale in i18n.LOCALES:
        session.remember(response, i18n.COOKIE, locale)
        who = actor_or_none()
        if who is not None:
            users.set_locale(database(), who, locale)
    return response
