"""Orders: look one up, and see its goods, consignments, money, papers and what came after."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from engine.queries import orders
from engine.queries.papers import standing
from engine.web import directory, documents, lists, trade
from engine.web.i18n import gettext as _
from engine.web.paging import one_of
from engine.web.records import lines
from engine.web.session import actor, database, logged_in
from engine.web.sheets import Columns
from engine.web.tickets import kinds, states

blueprint = Blueprint("orders", __name__, url_prefix="/orders")


@blueprint.get("")
@logged_in
def page() -> Response:
    """Orders by number, customer, status and kind, the newest first."""
    customer = request.args.get("customer", "")
    number = int(customer) if customer.isascii() and customer.isdigit() and len(customer) < 19 else None
    asked = {
        "status": one_of("status", trade.order_states()),
        "kind": one_of("kind", trade.order_types()),
        "sort": one_of("sort", sorts(), "new"),
    }
    return lists.show(
        "orders.html",
        orders.find(database(), actor(), text=lists.text(), customer_id=number, **asked),
        {"q": lists.text(), "customer": number, **asked},
        columns(),
        states=trade.order_states(),
        types=trade.order_types(),
        sorts=sorts(),
    )


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


def columns() -> Columns:
    """The columns of the list as CSV."""
    return {
        _("Order"): lambda row: row.no,
        _("Customer"): lambda row: row.customer_name,
        _("Class then"): lambda row: row.level,
        _("Kind"): lists.worded("type", trade.order_types()),
        _("State"): lists.worded("status", trade.order_states()),
        _("Received"): lambda row: row.received_at,
        _("Ships on"): lambda row: row.ship_time,
        _("Recipient"): lambda row: row.recipient,
        _("Phone"): lambda row: row.phone,
        _("Address"): lambda row: row.address,
        _("Total"): lambda row: row.total,
    }


def sorts() -> dict[str, str]:
    """The orders a list of orders can have."""
    return {
        "new": _("Newest first"),
        "old": _("Oldest first"),
        "ship": _("By shipping date"),
        "total": _("Largest first"),
        "customer": _("By customer"),
    }
