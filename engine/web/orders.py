"""Orders: look one up, and see its goods, consignments, money, papers and what came after."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from engine.queries import orders
from engine.queries.papers import standing
from engine.web import directory, documents, trade
from engine.web.i18n import gettext as _
from engine.web.paging import Shown, one_of, page_number
from engine.web.records import lines
from engine.web.session import actor, database, logged_in
from engine.web.tickets import kinds, states

blueprint = Blueprint("orders", __name__, url_prefix="/orders")

SIZE = 50


@blueprint.get("")
@logged_in
def page() -> Response:
    """Orders by number, customer, status and kind, the newest first."""
    text, customer = request.args.get("q", "").strip()[:100], request.args.get("customer", "")
    asked = {
        "status": one_of("status", trade.order_states()),
        "kind": one_of("kind", trade.order_types()),
        "sort": one_of("sort", sorts(), "new"),
    }
    number = int(customer) if customer.isascii() and customer.isdigit() and len(customer) < 19 else None
    found = orders.page(
        database(), actor(), text=text, customer_id=number, page=page_number(), size=SIZE, **asked
    )
    query = {"q": text, "customer": number, **asked}
    page = render_template(
        "orders.html",
        page=Shown(found.rows, found.total, found.page, found.pages),
        asked={"text": text, "customer": number, **asked},
        query={name: value for name, value in query.items() if value},
        filtered=bool(text or number or asked["status"] or asked["kind"]),
        states=trade.order_states(),
        types=trade.order_types(),
        sorts=sorts(),
    )
    return make_response(page)


@blueprint.get("/<number>")
@logged_in
def view(number: str) -> Response:
    """One order."""
    found = orders.view(database(), number, actor())
    page = render_template(
        "order.html",
        it=found,
        head=found.head,
        states=trade.order_states(),
        types=trade.order_types(),
        production_states=trade.production_states(),
        statements=trade.statements(),
        purposes=trade.purposes(),
        payment_states=trade.payment_states(),
        papers=documents.kinds(),
        paper_states=trade.paper_states(),
        standing=standing,
        ticket_kinds=kinds(),
        ticket_states=states(),
        instances=lines(found.instances),
        invoice={directory.called(name): value for name, value in found.head.invoice.items() if value},
    )
    return make_response(page)


def sorts() -> dict[str, str]:
    """The orders a list of orders can have."""
    return {
        "new": _("Newest first"),
        "old": _("Oldest first"),
        "ship": _("By shipping date"),
        "total": _("Largest first"),
        "customer": _("By customer"),
    }
