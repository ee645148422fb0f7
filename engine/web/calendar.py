"""The business calendar: a year with its holidays and make-up days, what the company decided, and who confirmed it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from babel.dates import format_date, get_day_names
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import Row

from engine import access
from engine.calendar import FIRST_YEAR, LAST_YEAR, is_weekday
from engine.commands import rules as commands
from engine.commands.rules import WORKING
from engine.errors import FieldsRefused, Message, Refused
from engine.queries import deadlines, rules
from engine.web import diagram, directory, i18n
from engine.web.i18n import gettext as _
from engine.web.labels import subject
from engine.web.notices import say_next
from engine.web.session import actor, database, logged_in
from engine.web.settings import spoken, today

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@blueprint.get("")
@logged_in
def page() -> Response:
    """A year: every month, every special day with its reason, and the changes."""
    given = request.args.get("year", "")
    number = int(given) if re.fullmatch("[12][0-9]{3}", given) else _today().year
    across = _day(request.args.get("across", ""))
    return _page(min(max(number, FIRST_YEAR), LAST_YEAR), across=across)


@blueprint.post("/days")
@logged_in
def decide() -> Response:
    """Let a day be worked or free."""
    access.require(actor(), "deploy")
    typed = _typed("day", "working", "name", "reason")
    day = _day(typed["day"])
    try:
        commands.decide_day(database(), day, typed["working"] == "1", typed["name"], typed["reason"], actor())
    except Refused as refused:
        return _again(typed, refused, "day")
    return _done(int(typed["day"][:4]), across=typed["day"])


@blueprint.post("/days/restore")
@logged_in
def restore() -> Response:
    """Let a day be as the notice says again."""
    access.require(actor(), "deploy")
    typed = _typed("day", "reason")
    day = _day(typed["day"])
    if day is None:
        raise FieldsRefused({"day": Message(zh="请选择日期。", en="Take a day.")})
    try:
        commands.restore_day(database(), day, typed["reason"], actor())
    except Refused as refused:
        return _again(typed, refused, "reason", form="restore")
    return _done(day.year, across=day.isoformat())


@blueprint.post("/years")
@logged_in
def confirm() -> Response:
    """Say that a year was compared with the notice, or take that back."""
    access.require(actor(), "deploy")
    typed = _typed("year", "confirmed", "reason")
    year = int(typed["year"]) if re.fullmatch("[12][0-9]{3}", typed["year"]) else 0
    try:
        commands.confirm_year(database(), year, typed["confirmed"] == "1", typed["reason"], actor())
    except Refused as refused:
        return _again(typed | {"day": f"{year:04}-01-01"}, refused, "reason", form="year")
    return _done(year)


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[:300] for name in names}


def _day(text: str) -> date | None:
    with suppress(ValueError):
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    return None


def _done(year: int, across: str | None = None) -> Response:
    address = url_for("calendar.page", year=year, across=across)
    return say_next(make_response(redirect(address, code=303)), "rule_changed")


def _again(typed: Mapping[str, str], refused: Refused, otherwise: str, form: str = "day") -> Response:
    """The page with what was typed and what is wrong with it."""
    year = int(typed["day"][:4]) if _DAY.fullmatch(typed["day"]) else 0
    number = year if FIRST_YEAR <= year <= LAST_YEAR else _today().year
    return _page(number, form=form, typed=typed, errors=spoken(refused, otherwise), status=422)


def _page(
    number: int,
    *,
    form: str = "",
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    across: date | None = None,
    status: int = 200,
) -> Response:
    year = rules.year(database(), number)
    language = "zh" if i18n.locale().startswith("zh") else "en"
    names = get_day_names("narrow" if language == "zh" else "abbreviated", locale=language)
    page = render_template(
        "calendar.html",
        year=year,
        today=_today(),
        unsure=[each for each in rules.unsure_years(database(), _today()) if each != number],
        weekdays=[(names[n], get_day_names(locale=language)[n]) for n in range(7)],
        months=[_month(year.days, month, language) for month in range(1, 13)],
        special=[_cell(each) for each in year.days if each.special or each.decided],
        confirmed_by=directory.person(year.confirmed.by) if year.confirmed is not None else "",
        changes=[_change(each) for each in rules.changes(database(), ["day", "year"])],
        may_change=access.may(actor(), "deploy"),
        across=across,
        standing=[_deadline(each) for each in deadlines.across(database(), across, actor())]
        if across
        else [],
        form=form,
        typed=typed or {},
        errors=errors or {},
        first=FIRST_YEAR,
        last=LAST_YEAR,
    )
    return make_response(page, status)


def _deadline(each: deadlines.Deadline) -> dict[str, Any]:
    """A due date or timer that stands, with its instance."""
    step = diagram.of(each.definition_id).name(each.element) or each.element
    return {
        "instance_id": each.instance_id,
        "subject": subject(each),
        "step": _("Timer: %(step)s", step=step) if each.timer else step,
        "at": each.at,
    }


def _month(days: Sequence[rules.Day], month: int, language: str) -> dict[str, Any]:
    """A month as weeks from Monday to Sunday; None where another month's days would stand."""
    mine = [each for each in days if each.day.month == month]
    cells: list[dict[str, Any] | None] = [None] * mine[0].day.weekday()
    cells += [_cell(each) for each in mine]
    cells += [None] * (-len(cells) % 7)
    return {
        "name": format_date(mine[0].day, "LLLL", locale=language),
        "worked": sum(each.working for each in mine),
        "weeks": [cells[n : n + 7] for n in range(0, len(cells), 7)],
    }


def _cell(each: rules.Day) -> dict[str, Any]:
    """A day: how it looks and what it is called."""
    by_weekday = is_weekday(each.day)
    sign = "" if each.working is by_weekday else _("W") if each.working else _("H")
    if each.decided is None and each.special is not None and not each.special.working:
        sign = _("H")
    return {
        "day": each.day,
        "working": each.working,
        "kind": "worked" if sign and each.working else "free" if sign else "" if each.working else "rest",
        "sign": sign,
        "name": _called(each),
        "decided": each.decided is not None,
        "who": directory.person(each.decided.by) if each.decided is not None else "",
        "notice": _by_notice(each),
    }


def _called(each: rules.Day) -> str:
    if each.decided is not None:
        return str(each.decided.name)
    return _special(each)


def _special(each: rules.Day) -> str:
    if each.special is None:
        return ""
    return each.special.zh if i18n.locale().startswith("zh") else each.special.en


def _by_notice(each: rules.Day) -> str:
    """What a decided day is without the decision."""
    if each.special is not None:
        return _special(each)
    return _("working day") if is_weekday(each.day) else _("weekend")


def _change(row: Row[Any]) -> dict[str, Any]:
    spell = _spelled_year if row.kind == "year" else _spelled_day
    return {
        "at": row.at,
        "name": _("The year %(year)s", year=row.key) if row.kind == "year" else row.key,
        "old": spell(row.old),
        "new": spell(row.new),
        "reason": row.reason,
        "who": directory.person(row.by),
    }


def _spelled_year(kept: str | None) -> str:
    return _("was confirmed") if kept else _("not confirmed")


def _spelled_day(kept: str | None) -> str:
    if kept is None:
        return _("as the notice says")
    how, _space, name = kept.partition(" ")
    return _("worked: %(name)s", name=name) if how == WORKING else _("free: %(name)s", name=name)


def _today() -> date:
    return today(database())
