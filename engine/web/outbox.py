"""The outbox: what the processes told people outside."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine import access
from engine.connectors import outbox as delivery
from engine.queries import outbox
from engine.web import directory, i18n
from engine.web.i18n import gettext as _
from engine.web.notices import say_next
from engine.web.paging import Shown, page_number
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("outbox", __name__, url_prefix="/outbox")

SIZE = 50


@blueprint.get("")
@logged_in
def page() -> Response:
    """Messages to people, the newest first: to whom, what, and whether they went out."""
    text = request.args.get("q", "").strip()[:100]
    found = outbox.page(database(), actor(), text=text, page=page_number(), size=SIZE)
    rows = [_row(each) for each in found.rows]
    shown = Shown(rows, found.total, found.page, found.pages)
    return make_response(
        render_template("outbox.html", page=shown, text=text, query={"q": text} if text else {})
    )


@blueprint.post("/<int:notice_id>/again")
@logged_in
def again(notice_id: int) -> Response:
    """Send once more what could not be delivered."""
    access.require(actor(), "operate")
    db = database()
    with db.write() as connection:
        delivery.send_again(connection, notice_id, db.now(connection))
    return say_next(make_response(redirect(url_for("outbox.page"), code=303)), "again")


def _row(each: outbox.Notice) -> dict[str, Any]:
    english = i18n.locale().startswith("en")
    state, mark = states().get(each.state, (each.state, "soft"))
    return {
        "at": each.created_at,
        "recipient": directory.recipient(each.recipient)
        + (f" {each.address}" if each.address not in ("", each.recipient) else ""),
        "channel": channels().get(each.channel, each.channel),
        "subject": each.subject_en if english else each.subject_zh,
        "text": each.text_en if english else each.text_zh,
        "instance_id": each.instance_id if each.seen else None,
        "state": state,
        "mark": mark,
        "again": url_for("outbox.again", notice_id=each.id)
        if each.state == "failed" and access.may(actor(), "operate")
        else None,
        "error": each.error,
    }


def states() -> dict[str, tuple[str, str]]:
    """The states of a message, with word and colour."""
    return {
        "queued": (_("waits"), "wait"),
        "shown": (_("shown here"), "open"),
        "sent": (_("sent"), "done"),
        "failed": (_("not delivered"), "late"),
    }


def channels() -> dict[str, str]:
    """The ways a message can go."""
    return {
        "email": _("e-mail"),
        "sms": _("text message"),
        "page": _("on this page"),
        "phone": _("phone"),
        "fax": _("fax"),
    }
