"""待处理补货单: the slips of the stores, for those who write, handle and follow them."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from engine.queries import store_slips
from engine.web.i18n import gettext as _
from engine.web.paging import Shown, one_of, page_number
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("store_slips", __name__, url_prefix="/store-slips")

SIZE = 50


@blueprint.get("")
@logged_in
def page() -> Response:
    """The pending slips with their deadlines; the closed ones when asked; with a search, both."""
    text = request.args.get("q", "").strip()[:100]
    which = one_of("closed", scopes(), "all" if text else "0")
    closed = {"0": False, "1": True}.get(which)
    found = store_slips.page(database(), actor(), closed=closed, text=text, page=page_number(), size=SIZE)
    page = render_template(
        "store_slips.html",
        page=Shown(found.rows, found.total, found.page, found.pages),
        closed=closed is True,
        asked={"text": text, "closed": which},
        query={"closed": which, **({"q": text} if text else {})},
        scopes=scopes(),
        states=states(),
    )
    return make_response(page)


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
