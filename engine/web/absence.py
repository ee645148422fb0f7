"""While I am away: who does one's tasks meanwhile, and for whom one does them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.clock import COMPANY_ZONE
from engine.commands import absence, users
from engine.errors import RestockError
from engine.queries import people
from engine.web import directory
from engine.web.i18n import gettext as _
from engine.web.notices import say_next
from engine.web.refusals import beside
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("absence", __name__, url_prefix="/account/absence")


@blueprint.get("")
@logged_in
def page() -> Response:
    """Who stands in for whom, and the form to say it."""
    return _page({})


@blueprint.post("")
@logged_in
def leave() -> Response:
    """Say who does one's tasks, and give the password again."""
    given = request.form
    try:
        absence.leave(
            database(),
            actor(),
            given.get("stand_in", ""),
            _day("first"),
            _day("last"),
            role=given.get("role") or None,
            password=given.get("password", ""),
            code=given.get("code", ""),
        )
    except RestockError as refused:
        return beside(refused, "password", _page, "away-")
    return _back("away")


@blueprint.post("/end")
@logged_in
def end() -> Response:
    """Have this person stand in no more, from now on."""
    users.end_substitution(database(), actor().login, request.form.get("stand_in", ""), actor())
    return _back("back")


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None


def _page(errors: Mapping[str, str], status: int = 200) -> Response:
    who = actor()
    found = people.absences(database(), who.login)
    today = database().now().astimezone(COMPANY_ZONE).date()
    page = render_template(
        "absence.html",
        errors=errors,
        away=[_row(each, each.stand_in) for each in found if each.absent == who.login],
        stands_in=[_row(each, each.absent) for each in found if each.stand_in == who.login],
        colleagues=directory.colleagues(who.login),
        own_roles=sorted((directory.role(role), role) for role in who.roles),
        today=today.isoformat(),
        latest=(today + timedelta(days=absence.LONGEST - 1)).isoformat(),
    )
    return make_response(page, status)


def _row(each: people.Absence, other: str) -> dict[str, str]:
    """One of them in words; it ends at midnight after its last day, or at any moment where the operator said so."""
    last = each.until - timedelta(seconds=1)
    days = {"since": each.since, "last": last}
    spoken = {name: moment.astimezone(COMPANY_ZONE).date().isoformat() for name, moment in days.items()}
    where = directory.role(each.role) if each.role else _("everything")
    return {**spoken, "login": other, "name": directory.person(other), "where": where}


def _back(said: str) -> Response:
    return say_next(make_response(redirect(url_for("absence.page"), code=303)), said)
