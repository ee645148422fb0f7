"""Papers: look one up, and see it as it is printed, on the page or as PDF."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from engine.queries import attachments, papers
from engine.services import pdf_maker, slips
from engine.services.kinds import KINDS
from engine.web import files, i18n, lists, trade
from engine.web.headers import content_policy
from engine.web.i18n import gettext as _
from engine.web.labels import subject
from engine.web.paging import one_of
from engine.web.session import actor, database, logged_in
from engine.web.sheets import Columns

blueprint = Blueprint("documents", __name__, url_prefix="/documents")

MOST_COPIES = 9


@blueprint.get("")
@logged_in
def listing() -> Response:
    """The papers a person may read, by number, customer, kind and state."""
    asked = {
        "kind": one_of("kind", KINDS),
        "state": one_of("state", trade.paper_states()),
        "sort": one_of("sort", sorts(), "new"),
    }
    return lists.show(
        "documents.html",
        papers.find(database(), actor(), text=lists.text(), **asked),
        {"q": lists.text(), **asked},
        columns(),
        kinds=kinds(),
        states=trade.paper_states(),
        standing=papers.standing,
        about=about,
        sorts=sorts(),
    )


def about(row: Any) -> str:
    """Whom a paper is about: the customer of its order, or what its instance names first."""
    return row.customer_name or (subject(row) or "").split(" · ")[0]


def columns() -> Columns:
    """The columns of the list as CSV."""
    titles, states = kinds(), trade.paper_states()
    return {
        _("Number"): lambda row: row.number,
        _("Version"): lambda row: row.version,
        _("Document"): lambda row: titles.get(row.kind, row.title),
        _("About"): about,
        _("Order"): lambda row: row.order_no,
        _("State"): lambda row: states[papers.standing(row.kind, row.state)][0],
        _("Shelf"): lambda row: row.shelf_ref,
        _("Issued"): lambda row: row.issued_at,
        _("Instance"): lambda row: row.instance_id if row.seen else None,
    }


def kinds() -> dict[str, str]:
    """The kinds of papers, by name."""
    english = i18n.locale().startswith("en")
    return {key: kind.title_en if english else kind.title for key, kind in KINDS.items()}


def sorts() -> dict[str, str]:
    """The orders a list of papers can have."""
    return {"new": _("Newest first"), "old": _("Oldest first"), "number": _("By number")}


@blueprint.get("/<int:document_id>")
@logged_in
def view(document_id: int) -> Response:
    """The paper with all its copies, or with those of `copy`, ready to print, with the way back above it."""
    number = papers.require_readable(database(), document_id, actor())
    copies = _copies()
    bar = render_template(
        "parts/paper_bar.html",
        document_id=document_id,
        number=number,
        copy=copies[0] if copies else None,
        locale=i18n.locale().replace("_", "-"),
    )
    with database().read() as connection:
        page = slips.page(
            connection, document_id, copies=copies, stylesheet=url_for("documents.style"), bar=bar
        )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = content_policy(inner_frame=True)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@blueprint.get("/<int:document_id>.pdf")
@logged_in
def pdf(document_id: int) -> Response:
    """The paper as PDF, where the system can make one."""
    number = papers.require_readable(database(), document_id, actor())
    with database().read() as connection:
        page = slips.page(connection, document_id, copies=_copies())
    return files.download(pdf_maker.make(page), f"{number}.pdf", "application/pdf")


@blueprint.get("/slip.css")
def style() -> Response:
    """The look of papers; nothing in it is secret."""
    response = make_response(slips.stylesheet())
    response.content_type = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _copies() -> tuple[int, ...] | None:
    given = request.args.get("copy", "")
    return (int(given),) if given.isascii() and given.isdigit() and 0 < int(given) <= MOST_COPIES else None


@blueprint.get("/of/<int:instance_id>/<file_id>")
@logged_in
def attachment(instance_id: int, file_id: str) -> Response:
    """A file that somebody gave with a form, to keep."""
    found = attachments.one(database(), instance_id, file_id, actor())
    return files.download(found.path, found.name, "application/octet-stream")
