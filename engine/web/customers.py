"""Customers: look one up, and see what the company remembers about them."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from engine.queries import customers
from engine.web import directory, outbox, trade
from engine.web.i18n import gettext as _
from engine.web.paging import Shown, one_of, page_number
from engine.web.records import lines
from engine.web.session import actor, database, logged_in
from engine.web.tickets import kinds, states

blueprint = Blueprint("customers", __name__, url_prefix="/customers")

SIZE = 50


@blueprint.get("")
@logged_in
def page() -> Response:
    """Customers by name, telephone, class and credit."""
    text = request.args.get("q", "").strip()[:100]
    asked = {
        "level": one_of("level", trade.levels()),
        "credit": one_of("credit", trade.trust()),
        "sort": one_of("sort", sorts(), "name"),
    }
    found = customers.page(database(), actor(), text=text, page=page_number(), size=SIZE, **asked)
    query = {name: value for name, value in {"q": text, **asked}.items() if value}
    page = render_template(
        "customers.html",
        page=Shown(found.rows, found.total, found.page, found.pages),
        asked={"text": text, **asked},
        query=query,
        filtered=bool(text or asked["level"] or asked["credit"]),
        levels=trade.levels(),
        credits=trade.trust(),
        sorts=sorts(),
        person=directory.person,
    )
    return make_response(page)


@blueprint.get("/<int:customer_id>")
@logged_in
def view(customer_id: int) -> Response:
    """One customer: card, addresses, contacts, history, and what was done for them."""
    found = customers.view(database(), customer_id, actor())
    page = render_template(
        "customer.html",
        it=found,
        card=found.card,
        credits=trade.trust(),
        channels={**outbox.channels(), "portal": _("customer portal")},
        memories=trade.memories(),
        terms=trade.terms(),
        order_states=trade.order_states(),
        ticket_kinds=kinds(),
        ticket_states=states(),
        instances=lines(found.instances),
        person=directory.person,
    )
    return make_response(page)


def sorts() -> dict[str, str]:
    """The orders a list of customers can have."""
    return {
        "name": _("By name"),
        "level": _("By class"),
        "recent": _("Last order first"),
        "new": _("Newest first"),
    }
