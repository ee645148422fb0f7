"""The outbox: what the processes told people outside."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, url_for

from engine import access
from engine.connectors import outbox as delivery
from engine.queries import outbox
from engine.web import directory, i18n, lists
from engine.web.i18n import gettext as _
from engine.web.notices import say_next
from engine.web.session import actor, database, logged_in
from engine.web.sheets import Columns

blueprint = Blueprint("outbox", __name__, url_prefix="/outbox")


@blueprint.get("")
@logged_in
def page() -> Response:
    """Messages to people, the newest first: to whom, what, and whether they went out."""
    found = outbox.find(database(), actor(), text=lists.text())
    return lists.show("outbox.html", found, {"q": lists.text()}, columns(), told=_told)


@blueprint.post("/<int:notice_id>/again")
@logged_in
def again(notice_id: int) -> Response:
    """Send once more what could not be delivered."""
    access.require(actor(), "operate")
    db = database()
    with db.write() as connection:
        delivery.send_again(connection, notice_id, db.now(connection))
    return say_next(make_response(redirect(url_for("outbox.page"), code=303)), "again")


def _told(each: Any) -> dict[str, Any]:
    """A notice in the person's language."""
    english = i18n.locale().startswith("en")
    state, mark = states().get(each.state, (each.state, "soft"))
    return {
        "recipient": _recipient(each),
        "channel": channels().get(each.channel, each.channel),
        "subject": each.subject_en if english else each.subject_zh,
        "text": each.text_en if english else each.text_zh,
        "state": state,
        "mark": mark,
        "again": url_for("outbox.again", notice_id=each.id)
        if each.state == "failed" and access.may(actor(), "operate")
        else None,
    }


def _recipient(each: Any) -> str:
    """The role or person told, with the address where it says more."""
    address = "" if each.address in ("", each.recipient) else f" {each.address}"
    return directory.recipient(each.recipient) + address


def columns() -> Columns:
    """The columns of the list as CSV."""
    english = i18n.locale().startswith("en")
    return {
        _("When"): lambda row: row.created_at,
        _("To"): _recipient,
        _("Channel"): lists.worded("channel", channels()),
        _("Subject"): lambda row: row.subject_en if english else row.subject_zh,
        _("Message"): lambda row: row.text_en if english else row.text_zh,
        _("State"): lists.worded("state", states()),
        _("Instance"): lambda row: row.instance_id if row.seen else None,
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
