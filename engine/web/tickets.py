"""The tickets of after-sales: look one up, and go on to the instance that handles it."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.queries import tickets
from engine.services.tickets import CLOSED, HANDLED, KINDS, OPENED, STOPPED, TRACKED
from engine.web import lists
from engine.web.i18n import gettext as _
from engine.web.paging import one_of
from engine.web.session import actor, database, logged_in
from engine.web.sheets import Columns

blueprint = Blueprint("tickets", __name__, url_prefix="/tickets")


@blueprint.get("")
@logged_in
def page() -> Response:
    """Tickets by number, customer, kind and state, the newest first."""
    asked = {"kind": one_of("kind", kinds()), "state": one_of("state", states())}
    return lists.show(
        "tickets.html",
        tickets.find(database(), actor(), text=lists.text(), **asked),
        {"q": lists.text(), **asked},
        columns(),
        now=database().now(),
        kinds=kinds(),
        states=states(),
    )


def columns() -> Columns:
    """The columns of the list as CSV."""
    return {
        _("Ticket"): lambda row: row.no,
        _("Opened"): lambda row: row.opened_at,
        _("Kind"): lists.worded("kind", kinds()),
        _("Customer"): lambda row: row.customer_name,
        _("Order"): lambda row: row.order_no,
        _("What was reported"): lambda row: row.description,
        _("How it was settled"): lambda row: row.resolution,
        _("State"): lists.worded("state", states()),
        _("Answer due"): lambda row: row.respond_by,
        _("First answer"): lambda row: row.responded_at,
        _("Paid back"): lambda row: row.given,
    }


def kinds() -> dict[str, str]:
    """What a ticket can be about."""
    names = (
        _("Parcel enquiry"),
        _("Shipping reminder"),
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
