"""Customers: look one up, and see what the company remembers about them."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from engine.queries import customers
from engine.web import directory, lists, outbox, trade
from engine.web.i18n import gettext as _
from engine.web.paging import one_of
from engine.web.records import lines
from engine.web.session import actor, database, logged_in
from engine.web.sheets import Columns
from engine.web.tickets import kinds, states

blueprint = Blueprint("customers", __name__, url_prefix="/customers")


@blueprint.get("")
@logged_in
def page() -> Response:
    """Customers by name, telephone, class and credit."""
    asked = {
        "level": one_of("level", trade.levels()),
        "credit": one_of("credit", trade.trust()),
        "sort": one_of("sort", sorts(), "name"),
    }
    return lists.show(
        "customers.html",
        customers.find(database(), actor(), text=lists.text(), **asked),
        {"q": lists.text(), **asked},
        columns(),
        levels=trade.levels(),
        credits=trade.trust(),
        sorts=sorts(),
        person=directory.person,
    )


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


def columns() -> Columns:
    """The columns of the list as CSV."""
    return {
        _("Customer"): lambda row: row.name,
        _("Class"): lambda row: row.level,
        _("Phone"): lambda row: row.phone,
        _("E-mail"): lambda row: row.email,
        _("Tax number"): lambda row: row.tax_no,
        _("Credit"): lists.worded("credit", trade.trust()),
        _("Salesperson"): lambda row: directory.person(row.salesperson),
        _("Orders"): lambda row: row.orders,
        _("Last order"): lambda row: row.last_order,
    }


def sorts() -> dict[str, str]:
    """The orders a list of customers can have."""
    return {
        "name": _("By name"),
        "level": _("By class"),
        "recent": _("Last order first"),
        "new": _("Newest first"),
    }
