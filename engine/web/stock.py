"""Stock: what lies where, what may be promised, what is below its minimum, and how it came and went."""

from __future__ import annotations

from flask import Blueprint, Response, request

from engine.queries import stock
from engine.web import directory, lists, trade
from engine.web.i18n import gettext as _
from engine.web.paging import one_of
from engine.web.session import actor, database, logged_in
from engine.web.sheets import Columns

blueprint = Blueprint("stock", __name__, url_prefix="/stock")


@blueprint.get("")
@logged_in
def page() -> Response:
    """Products at locations, with what is on hand, kept back, free and least."""
    below = request.args.get("below") == "1"
    places = directory.kept("places", stock.places)
    asked = {"location": one_of("location", places), "sort": one_of("sort", sorts(), "sku")}
    return lists.show(
        "stock.html",
        stock.find(database(), actor(), text=lists.text(), below=below, **asked),
        {"q": lists.text(), "below": "1" if below else "", **asked},
        columns(),
        places=places,
        sorts=sorts(),
    )


@blueprint.get("/moves")
@logged_in
def moves() -> Response:
    """How goods came and went: all, of one product, at one location, with the slip behind each move."""
    sku = request.args.get("sku", "").strip()[:50]
    places = directory.kept("places", stock.places)
    asked = {
        "sku": sku,
        "location": one_of("location", places),
        "kind": one_of("kind", trade.moves()),
    }
    return lists.show(
        "moves.html",
        stock.moves(database(), actor(), **asked),
        asked,
        move_columns(),
        it=stock.lying(database(), actor(), sku, asked["location"]) if sku else None,
        places=places,
        kinds=trade.moves(),
    )


def columns() -> Columns:
    """The columns of the list as CSV."""
    return {
        _("Item number"): lambda row: row.sku,
        _("Item"): lambda row: row.name,
        _("Specification"): lambda row: row.spec,
        _("Location"): lambda row: row.place or row.location,
        _("On hand"): lambda row: row.qty,
        _("Kept back"): lambda row: row.reserved,
        _("Free"): lambda row: row.free,
        _("Minimum"): lambda row: row.min_qty,
        _("Unit"): lambda row: row.unit,
        _("State"): lambda row: _("below minimum") if row.below else "",
    }


def move_columns() -> Columns:
    """The columns of the book of moves as CSV."""
    return {
        _("When"): lambda row: row.at,
        _("Item number"): lambda row: row.sku,
        _("Item"): lambda row: row.name,
        _("Location"): lambda row: row.place or row.location,
        _("Kind"): lists.worded("kind", trade.moves()),
        _("Quantity"): lambda row: row.qty,
        _("Unit"): lambda row: row.unit,
        _("Slip or ticket"): lambda row: row.ref,
    }


def sorts() -> dict[str, str]:
    """The orders a list of stock can have."""
    return {
        "sku": _("By item number"),
        "name": _("By name"),
        "location": _("By location"),
        "free": _("Least free first"),
        "lacking": _("Most lacking first"),
    }
