"""The ledger of fines by month, for those who answer for it."""

from __future__ import annotations

import re

from flask import Blueprint, Response, make_response, render_template, request

from engine.queries import fines
from engine.web import lists, sheets
from engine.web.i18n import gettext as _
from engine.web.session import actor, database, logged_in
from engine.web.sheets import Columns

blueprint = Blueprint("fines", __name__, url_prefix="/fines")


@blueprint.get("")
@logged_in
def page() -> Response:
    """A month of fines: who, for which slip, how many pieces, how much; totals by person."""
    given = request.args.get("month", "")
    month = given if re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", given) else ""
    found = fines.ledger(database(), actor(), month=month)
    if sheets.wanted():
        return sheets.answer(found.rows, columns())
    query = {"month": found.month}
    return make_response(render_template("fines.html", ledger=found, kinds=kinds(), query=query))


def columns() -> Columns:
    """The columns of a month's fines as CSV."""
    return {
        _("Number"): lambda row: row.no,
        _("Month"): lambda row: row.month,
        _("Person"): lambda row: row.person_name,
        _("For"): lists.worded("kind", kinds()),
        _("Slip"): lambda row: row.slip_no,
        _("Store"): lambda row: row.store_name or row.store,
        _("Deadline"): lambda row: row.due_at,
        _("Pieces"): lambda row: row.pieces,
        _("Rate"): lambda row: row.rate,
        _("Amount"): lambda row: row.amount,
    }


def kinds() -> dict[str, str]:
    """What a fine can be for."""
    return {"slip": _("Slip processed late"), "discrepancy": _("Transfer late")}
