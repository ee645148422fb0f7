"""The ledger of fines by month, for those who answer for it."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from engine import access
from engine.queries import fines
from engine.web.i18n import gettext as _
from engine.web.session import actor, actor_or_none, database, logged_in

blueprint = Blueprint("fines", __name__, url_prefix="/fines")


@blueprint.get("")
@logged_in
def page() -> Response:
    """A month of fines: who, for which slip, how many pieces, how much; totals by person."""
    given = request.args.get("month", "")
    month = given if re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", given) else ""
    found = fines.ledger(database(), actor(), month=month)
    return make_response(render_template("fines.html", ledger=found, kinds=kinds()))


@blueprint.app_context_processor
def links() -> dict[str, Any]:
    """Whether the pages lead this person to the ledger."""
    sees = False
    with suppress(Exception):  # The page that tells of a fault has these links too: better none than no page.
        who = actor_or_none()
        sees = who is not None and access.may(who, "see fines")
    return {"sees_fines": sees}


def kinds() -> dict[str, str]:
    """What a fine can be for."""
    return {"slip": _("Slip processed late"), "discrepancy": _("Transfer late")}
