"""The tickets of after-sales: look one up, and go on to the instance that handles it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from engine.queries import tickets
from engine.services.tickets import CLOSED, HANDLED, KINDS, OPENED, STOPPED, TRACKED
from engine.web.i18n import gettext as _
from engine.web.paging import Shown, page_number
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("tickets", __name__, url_prefix="/tickets")

SIZE = 50


@blueprint.get("")
@logged_in
def page() -> Response:
    """Tickets by number, customer, kind and state, the newest first."""
    text = request.args.get("q", "").strip()[:100]
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    asked = {"kind": kind if kind in kinds() else "", "state": state if state in states() else ""}
    db = database()
    found = tickets.page(db, actor(), text=text, page=page_number(), size=SIZE, **asked)
    with db.read() as connection:
        now = db.now(connection)
    query = {name: value for name, value in {"q": text, **asked}.items() if value}
    shown = Shown(found.rows, found.total, found.page, found.pages)
    page = render_template(
        "tickets.html",
        page=shown,
        given=found.given,
        now=now,
        asked={"text": text, **asked},
        query=query,
        kinds=kinds(),
        states=states(),
        closed=CLOSED,
    )
    return make_response(page)


def kinds() -> dict[str, str]:
    """What a ticket can be about."""
    names = (
        _("Trace"),
        _("Urge"),
        _("Missing goods"),
        _("Wrong goods"),
        _("Damage"),
        _("Quality"),
        _("Exchange"),
        _("Return"),
        _("Repair"),
        _("Complaint"),
        _("Question"),
        _("Anomaly"),
    )
    return dict(zip(KINDS, names, strict=True))


def states() -> dict[str, tuple[str, str]]:
    """How far a ticket is, with word and colour."""
    return {
        OPENED: (_("opened"), "wait"),
        HANDLED: (_("being handled"), "open"),
        TRACKED: (_("being tracked"), "open"),
        CLOSED: (_("transaction confirmed"), "done"),
        STOPPED: (_("stopped with its instance"), "cancelled"),
    }
