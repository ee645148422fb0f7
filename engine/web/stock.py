"""Stock: what lies where, what may be promised, what is below its minimum, and how it came and went."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from engine.queries import stock
from engine.web import directory, trade
from engine.web.i18n import gettext as _
from engine.web.paging import Shown, one_of, page_number
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("stock", __name__, url_prefix="/stock")

SIZE = 50


@blueprint.get("")
@logged_in
def page() -> Response:
    """Products at locations, with what is on hand, kept back, free and least."""
    text, below = request.args.get("q", "").strip()[:100], request.args.get("below") == "1"
    places = directory.kept("places", stock.places)
    asked = {"location": one_of("location", places), "sort": one_of("sort", sorts(), "sku")}
    found = stock.page(database(), actor(), text=text, below=below, page=page_number(), size=SIZE, **asked)
    query = {"q": text, "below": "1" if below else "", **asked}
    page = render_template(
        "stock.html",
        page=Shown(found.rows, found.total, found.page, found.pages),
        asked={"text": text, "below": below, **asked},
        query={name: value for name, value in query.items() if value},
        filtered=bool(text or below or asked["location"]),
        places=places,
        sorts=sorts(),
    )
    return make_response(page)


@blueprint.get("/moves")
@logged_in
def moves() -> Response:
    """How goods came and went: all, of one product, at one location, with the slip behind each move."""
    sku = request.args.get("sku", "").strip()[:50]
    places = directory.kept("places", stock.places)
    asked = {"location": one_of("location", places), "kind": one_of("kind", trade.moves())}
    found = stock.moves(database(), actor(), sku=sku, page=page_number(), size=SIZE, **asked)
    page = render_template(
        "moves.html",
        it=found,
        page=Shown(found.page.rows, found.page.total, found.page.page, found.page.pages),
        asked={"sku": sku, **asked},
        query={name: value for name, value in {"sku": sku, **asked}.items() if value},
        places=places,
        kinds=trade.moves(),
    )
    return make_response(page)


def sorts() -> dict[str, str]:
    """The orders a list of stock can have."""
    return {
        "sku": _("By item number"),
        "name": _("By name"),
        "location": _("By location"),
        "free": _("Least free first"),
        "lacking": _("Most lacking first"),
    }
