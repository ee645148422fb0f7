"""Starting a process: cards by role, only what one may start."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.audit.chain import brought
from engine.commands import start as starting
from engine.errors import FieldsRefused, Message
from engine.model.work import KeyReused
from engine.queries import starts
from engine.web import answers, directory
from engine.web.headers import writes_markup
from engine.web.i18n import gettext as _
from engine.web.labels import label, sentence
from engine.web.notices import say_next
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("starts", __name__, url_prefix="/starts")


@blueprint.get("")
@logged_in
def page() -> Response:
    """One card for each process the person may start, under the role that gives the right."""
    cards = sorted(((_role(each), _card(each)) for each in starts.for_actor(database(), actor())), key=_order)
    groups = [
        (role, [card for _role, card in found]) for role, found in groupby(cards, key=lambda pair: pair[0])
    ]
    return make_response(render_template("starts.html", groups=groups))


@blueprint.get("/<key>")
@logged_in
@writes_markup
def form(key: str) -> Response:
    """The start form; a process without one is started from its card."""
    found = starts.one(database(), key, actor())
    if found.form is None:
        return make_response(redirect(url_for("starts.page"), code=303))
    return _form_page(found, None, {})


@blueprint.post("/<key>")
@logged_in
@writes_markup
def start(key: str) -> Response:
    """Start, and go straight to the first task when it is one's own.

    The same page sent twice starts once. Sent again with other answers, after a step back in the browser, it starts
    nothing: the answers are shown again with a word on it, and start another instance when they are sent once more.
    """
    found = starts.one(database(), key, actor())
    given = answers.posted(found.form, {})
    if answers.is_row_button():
        return _form_page(found, given, {})
    once = request.form.get("_key", "")[:100] or None
    try:
        begun = starting.start(database(), key, given, actor(), idempotency_key=once, given=brought(given))
    except FieldsRefused as refused:
        return _form_page(found, given, refused.errors, 422)
    except KeyReused:
        return _form_page(found, given, {}, 409, again=True)
    onward = (
        url_for("tasks.view", task_id=begun.tasks[0])
        if begun.tasks
        else url_for("instances.view", instance_id=begun.instance_id)
    )
    return say_next(make_response(redirect(onward, code=303)), "started")


@blueprint.post("/<key>/form")
@logged_in
@writes_markup
def fields(key: str) -> Response:
    """The fields again for what is typed now; nothing is started."""
    found = starts.one(database(), key, actor())
    return make_response(answers.previewed(found.form, {}, url_for("starts.fields", key=key)))


def _form_page(
    found: starts.Start,
    given: Mapping[str, Any] | None,
    errors: Mapping[str, Message],
    status: int = 200,
    *,
    again: bool = False,
) -> Response:
    kept = "" if again else request.form.get("_key")
    page = render_template(
        "start_form.html",
        title=label(found.key, found.name),
        definition_key=found.key,
        key=kept or secrets.token_urlsafe(18),
        again=again,
        form=answers.fields(found.form, given, errors, {}, url_for("starts.fields", key=found.key)),
    )
    return make_response(page, status)


def _card(found: starts.Start) -> dict[str, Any]:
    return {
        "key": found.key,
        "title": label(found.key, found.name),
        "sentence": label(found.key, sentence(found.documentation)),
        "version": found.version,
        "form": found.form is not None,
        "once": secrets.token_urlsafe(18),
    }


def _role(found: starts.Start) -> str:
    mine = sorted(actor().roles.intersection(found.starters))
    return directory.role(mine[0]) if mine else _("Everybody")


def _order(pair: tuple[str, dict[str, Any]]) -> tuple[str, str]:
    return pair[0], str(pair[1]["title"])
