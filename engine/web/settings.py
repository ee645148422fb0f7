"""The settings: every limit that changes without a new diagram, with its source, its default and its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import Row

from engine import access
from engine.clock import COMPANY_ZONE
from engine.commands import rules as commands
from engine.errors import FieldsRefused, Message, Refused
from engine.model.database import Database
from engine.queries import rules
from engine.services.thresholds import Setting, Threshold, by_key
from engine.web import directory, formats, i18n
from engine.web.i18n import gettext as _
from engine.web.i18n import marked
from engine.web.notices import say_next
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("settings", __name__, url_prefix="/settings")

#: Which process the steps of a source belong to, in the order of the page; its name where it is not deployed.
PROCESSES = {
    "F05": ("store_replenishment", marked("Store replenishment")),
    "F31": ("after_sales", marked("After-sales service")),
    "F14": ("production_order", marked("Made to order")),
}


@dataclass(frozen=True, slots=True)
class Editing:
    """The setting being changed, what was typed, and what is wrong with it."""

    key: str = ""
    value: str = ""
    reason: str = ""
    errors: Mapping[str, str] | None = None


@blueprint.get("")
@logged_in
def page() -> Response:
    """All settings by process; one of them open for change when asked."""
    access.require(actor(), "see rules")
    key = request.args.get("edit", "")
    threshold = by_key().get(key) if access.may(actor(), "deploy") else None
    held = rules.settings(database(), actor())
    now = next((each.value for each in held if threshold and each.threshold.key == key), "")
    return _page(held, Editing(key, str(now)) if threshold else Editing())


@blueprint.post("")
@logged_in
def change() -> Response:
    """Let one setting hold from now on; what is wrong is said at its field."""
    access.require(actor(), "deploy")
    key, value, reason = (request.form.get(name, "")[:1000] for name in ("key", "value", "reason"))
    try:
        commands.change_setting(database(), key, value, reason, actor())
    except commands.NoSuchSetting:
        raise
    except Refused as refused:
        errors = spoken(refused, "value")
        held = rules.settings(database(), actor())
        return _page(held, Editing(key, value, reason, errors), 422)
    address = url_for("settings.page", _anchor=key)
    return say_next(make_response(redirect(address, code=303)), "rule_changed")


def today(db: Database) -> date:
    """The day it is in the company."""
    return db.now().astimezone(COMPANY_ZONE).date()


def spoken(refused: Refused, otherwise: str) -> dict[str, str]:
    """What is wrong, by field; at the field `otherwise` when it belongs to none."""
    errors: Mapping[str, Message] = (
        refused.errors if isinstance(refused, FieldsRefused) else {otherwise: refused.message}
    )
    return {field: message.text(i18n.locale()) for field, message in errors.items()}


def _page(held: Iterable[rules.Held], editing: Editing, status: int = 200) -> Response:
    page = render_template(
        "settings.html",
        groups=_groups(held),
        unsure=rules.unsure_years(database(), today(database())),
        editing=editing,
        changes=[_change(each) for each in rules.changes(database(), ["setting"])],
        may_change=access.may(actor(), "deploy"),
    )
    return make_response(page, status)


def _groups(held: Iterable[rules.Held]) -> dict[str, list[dict[str, Any]]]:
    """The settings under the name of the process they rule; those of none under the company."""
    names = dict(directory.processes())
    titles = {prefix: names.get(key) or _(name) for prefix, (key, name) in PROCESSES.items()}
    found: dict[str, list[dict[str, Any]]] = {title: [] for title in (*titles.values(), _("The company"))}
    for each in held:
        found[titles.get(each.threshold.source[:3], _("The company"))].append(_row(each))
    return {title: rows for title, rows in found.items() if rows}


def _row(each: rules.Held) -> dict[str, Any]:
    threshold = each.threshold
    return {
        "key": threshold.key,
        "name": _said(threshold.label),
        "source": threshold.source,
        "kind": threshold.kind,
        "unit": _said(threshold.measured),
        "expected": _said(threshold.expected),
        "value": shown(threshold, each.value),
        "usual": shown(threshold, threshold.usual),
        "changed": each.changed,
        "at": each.last.at if each.last is not None else None,
        "who": directory.person(each.last.by) if each.last is not None else "",
    }


def _change(row: Row[Any]) -> dict[str, Any]:
    threshold = by_key().get(row.key)
    return {
        "at": row.at,
        "name": _said(threshold.label) if threshold else row.key,
        "old": _text(threshold, row.old),
        "new": _text(threshold, row.new),
        "reason": row.reason,
        "who": directory.person(row.by),
    }


def _text(threshold: Threshold | None, kept: str | None) -> str:
    if threshold is None:
        return kept or ""
    return shown(threshold, threshold.usual if kept is None else threshold.read(kept))


def shown(threshold: Threshold, value: Setting) -> str:
    """A setting as people read it: yuan, a number with its unit, yes or no, words."""
    if isinstance(value, str):
        return value or _("not set")
    if threshold.kind == "flag":
        return _("yes") if value else _("no")
    if threshold.kind == "money":
        return formats.money(Decimal(value))
    return f"{formats.number(value)} {_said(threshold.measured)}".strip()


def _said(message: Message) -> str:
    return message.text(i18n.locale())
