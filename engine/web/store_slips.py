"""待处理补货单: the slips of the stores, for those who write, handle and follow them."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.queries import store_slips
from engine.web import lists
from engine.web.i18n import gettext as _
from engine.web.paging import one_of
from engine.web.session import actor, database, logged_in
from engine.web.sheets import Columns

blueprint = Blueprint("store_slips", __name__, url_prefix="/store-slips")


@blueprint.get("")
@logged_in
def page() -> Response:
    """The pending slips with their deadlines; the closed ones when asked; with a search, both."""
    usual = "all" if lists.text() else "0"
    which = one_of("closed", scopes(), usual)
    closed = {"0": False, "1": True}.get(which)
    return lists.show(
        "store_slips.html",
        store_slips.find(database(), actor(), closed=closed, text=lists.text()),
        {"q": lists.text(), "closed": "" if which == usual else which},
        columns(),
        closed=closed is True,
        which=which,
        scopes=scopes(),
        states=states(),
    )


def columns() -> Columns:
    """The columns of the list as CSV."""
    return {
        _("Slip"): lambda row: row.no,
        _("Discrepancy slip"): lambda row: row.discrepancy_no,
        _("Store"): lambda row: row.store_name or row.store,
        _("Handled by"): lambda row: row.handler_name,
        _("Pieces"): lambda row: row.pieces,
        _("Pieces short"): lambda row: row.short,
        _("Confirmed"): lambda row: row.confirmed_at,
        _("Deadline"): lambda row: row.transfer_due or row.due_at,
        _("Closed at"): lambda row: row.closed_at,
        _("State"): lists.worded("state", states()),
    }


def scopes() -> dict[str, str]:
    """Which slips can be asked for."""
    return {"0": _("Pending slips"), "1": _("Closed slips"), "all": _("All slips")}


def states() -> dict[str, tuple[str, str]]:
    """The states of a slip, with word and colour."""
    return {
        "待处理": (_("pending"), "wait"),
        "已配货": (_("allocated"), "open"),
        "差异调配中": (_("being transferred"), "open"),
        "审结": (_("closed"), "done"),
    }
