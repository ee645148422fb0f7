"""Papers as they are printed: on the page, as PDF, and their style sheet."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request, url_for

from engine.queries import attachments, instance
from engine.services import documents as papers
from engine.services import pdf_maker, slips
from engine.web import files
from engine.web.headers import content_policy
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("documents", __name__, url_prefix="/documents")

MOST_COPIES = 9


@blueprint.get("/<int:document_id>")
@logged_in
def view(document_id: int) -> Response:
    """The paper with all its copies, or with those of `copy`, ready to print."""
    _require_visible(document_id)
    with database().read() as connection:
        page = slips.page(connection, document_id, copies=_copies(), stylesheet=url_for("documents.style"))
    response = make_response(page)
    response.headers["Content-Security-Policy"] = content_policy(inner_frame=True)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@blueprint.get("/<int:document_id>.pdf")
@logged_in
def pdf(document_id: int) -> Response:
    """The paper as PDF, where the system can make one."""
    number = _require_visible(document_id)
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


def _require_visible(document_id: int) -> str:
    """The paper's number. Raises NotFound unless the person sees the instance that issued it."""
    with database().read() as connection:
        row = papers.one(connection, document_id)
    instance.require_visible(database(), row.instance_id, actor())
    return str(row.number)


def _copies() -> tuple[int, ...] | None:
    given = request.args.get("copy", "")
    return (int(given),) if given.isascii() and given.isdigit() and 0 < int(given) <= MOST_COPIES else None


@blueprint.get("/of/<int:instance_id>/<file_id>")
@logged_in
def attachment(instance_id: int, file_id: str) -> Response:
    """A file that somebody gave with a form, to keep."""
    found = attachments.one(database(), instance_id, file_id, actor())
    return files.download(found.path, found.name, "application/octet-stream")
