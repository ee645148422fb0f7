"""待处理补货单: the slips of the stores, for those who write, handle and follow them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from engine import access
from engine.queries import store_slips
from engine.web.i18n import gettext as _
from engine.web.paging import Shown, page_number
from engine.web.session import actor, actor_or_none, database, logged_in

blueprint = Blueprint("store_slips", __name__, url_prefix="/store-slips")

SIZE = 50


@blueprint.get("")
@logged_in
def page() -> Response:
    """The pending slips with their deadlines; the closed ones when asked."""
    closed = request.args.get("closed") == "1"
    found = store_slips.page(database(), actor(), closed=closed, page=page_number(), size=SIZE)
    shown = Shown(found.rows, found.total, found.page, found.pages)
    query = {"closed": "1"} if closed else {}
    return make_response(
        render_template("store_slips.html", page=shown, closed=closed, query=query, states=states())
    )


@blueprint.app_context_processor
def links() -> dict[str, Any]:
    """Whether the pages lead this person to the slips."""
    who = actor_or_none()
    return {"sees_slips": who is not None and access.may(who, "see slips")}


def states() -> dict[str, tuple[str, str]]:
    """The states of a slip, with word and colour."""
    return {
        "待处理": (_("pending"), "wait"),
        "已配货": (_("allocated"), "open"),
        "差异调配中": (_("being transferred"), "open"),
        "审结": (_("closed"), "done"),
    }
