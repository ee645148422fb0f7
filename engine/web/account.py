"""One's own account: language, look, password."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.commands import sessions, users
from engine.errors import FieldsRefused, Message, RestockError
from engine.web import directory, i18n, session
from engine.web.i18n import gettext as _
from engine.web.notices import say_next
from engine.web.session import actor, actor_or_none, database, logged_in, own_path

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@logged_in
def page() -> Response:
    """Language, look and password."""
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
    response = say_next(make_response(redirect(url_for("account.page"), code=303)), "look")
    theme = request.form.get("theme", "")
    if theme in session.THEMES:
        session.remember(response, session.THEME_COOKIE, theme)
    return _speak(response, request.form.get("locale", ""))


@blueprint.post("/password")
@logged_in
def password() -> Response:
    """Change the password; the present one proves who asks. All other sessions end."""
    who, given = actor(), request.form
    old, new, again = (given.get(field, "") for field in ("old", "new", "again"))
    if new != again:
        return _page({"again": _("The two do not agree.")}, 422)
    try:
        fresh = sessions.change_password(
            database(),
            who,
            old,
            new,
            address=request.remote_addr or "",
            agent=request.user_agent.string[:300],
        )
    except FieldsRefused as refused:
        return _page({field: text.text(i18n.locale()) for field, text in refused.errors.items()}, 422)
    except RestockError as refused:
        if refused.status >= 500:
            raise
        return _page({"old": _sentence(refused.message)}, refused.status)
    response = say_next(make_response(redirect(url_for("account.page"), code=303)), "password")
    session.start(response, fresh)
    return response


def _page(errors: Mapping[str, str], status: int = 200) -> Response:
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
    )
    return make_response(page, status)


def _speak(response: Response, locale: str) -> Response:
    if locale in i18n.LOCALES:
        session.remember(response, i18n.COOKIE, locale)
        who = actor_or_none()
        if who is not None:
            users.set_locale(database(), who, locale)
    return response


def _sentence(message: Message) -> str:
    return message.text(i18n.locale())
