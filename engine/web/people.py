"""The administrator's pages of people: who there is, their roles, and how they get in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine import access
from engine.commands import staff, tokens, users
from engine.commands.staff import Details
from engine.errors import NotFound, RestockError
from engine.queries import people
from engine.web import directory
from engine.web.notices import say_next
from engine.web.refusals import beside
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("")
@logged_in
def page() -> Response:
    """Everybody, and the form for somebody new."""
    access.require(actor(), "admin")
    return _list({})


@blueprint.post("")
@logged_in
def add() -> Response:
    """Somebody new; this answer alone shows the link by which they choose a password."""
    login = request.form.get("login", "").strip()
    try:
        secret = staff.add(database(), actor(), login, _details(), request.form.getlist("roles"), **_proof())
    except RestockError as refused:
        return beside(refused, "password", _list, "add-")
    directory.forget()
    return _one(login, {}, link=secret)


@blueprint.get("/<login>")
@logged_in
def view(login: str) -> Response:
    """One person."""
    access.require(actor(), "admin")
    return _one(login, {})


@blueprint.post("/<login>")
@logged_in
def describe(login: str) -> Response:
    """Change name and addresses."""
    return _do(login, "details", lambda: staff.describe(database(), actor(), login, _details()))


@blueprint.post("/<login>/roles")
@logged_in
def assign(login: str) -> Response:
    """Give exactly the roles that are ticked."""
    roles = request.form.getlist("roles")
    return _do(login, "roles", lambda: staff.assign(database(), actor(), login, roles, **_proof()))


@blueprint.post("/<login>/link")
@logged_in
def invite(login: str) -> Response:
    """Make a one-time link; this answer alone shows it."""
    try:
        secret = staff.invite(database(), actor(), login, **_proof())
    except RestockError as refused:
        return beside(refused, "password", partial(_one, login), "link-")
    return _one(login, {}, link=secret)


@blueprint.post("/<login>/code")
@logged_in
def without_code(login: str) -> Response:
    """Switch off the codes of a lost device."""
    return _do(login, "code", lambda: staff.without_code(database(), actor(), login, **_proof()))


@blueprint.post("/<login>/admit")
@logged_in
def admit(login: str) -> Response:
    """Let them in again."""
    return _do(login, "admit", lambda: staff.admit(database(), actor(), login, **_proof()))


@blueprint.post("/<login>/stop")
@logged_in
def shut_out(login: str) -> Response:
    """Let them in no more."""
    return _do(login, "stop", lambda: users.set_active(database(), login, False, actor()))


@blueprint.post("/<login>/tokens")
@logged_in
def end_tokens(login: str) -> Response:
    """Make all tokens of their scripts worthless."""
    return _do(login, "tokens", lambda: tokens.revoke_tokens(database(), login, actor()))


def _do(login: str, form: str, change: Callable[[], object]) -> Response:
    """Back to the person after the change, or their page with what was refused beside its field of the form."""
    access.require(actor(), "admin")
    try:
        change()
    except RestockError as refused:
        return beside(refused, "password", partial(_one, login), f"{form}-")
    directory.forget()
    return say_next(make_response(redirect(url_for("people.view", login=login), code=303)), "person_changed")


def _details() -> Details:
    given = {name: " ".join(request.form.get(name, "").split()) for name in Details.__slots__}
    return Details(**given)


def _proof() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("password", "code")}


def _list(errors: Mapping[str, str], status: int = 200) -> Response:
    everybody = [(each, directory.roles(each.roles)) for each in people.all_users(database())]
    page = render_template("people.html", errors=errors, everybody=everybody, all_roles=_roles())
    return make_response(page, status)


def _one(login: str, errors: Mapping[str, str], status: int = 200, link: str = "") -> Response:
    found = next((each for each in people.all_users(database()) if each.login == login), None)
    if found is None:
        raise NotFound
    page = render_template(
        "person.html",
        errors=errors,
        person=found,
        all_roles=_roles(),
        tokens=people.tokens(database(), login),
        link=url_for("auth.welcome", secret=link, _external=True) if link else "",
    )
    return make_response(page, status)


def _roles() -> list[tuple[str, str]]:
    """Key and name of every role, in the order of the procedures where they have one."""
    return sorted(
        ((key, directory.role(key)) for key, _zh, _en in people.all_roles(database())), key=lambda r: r[1]
    )
