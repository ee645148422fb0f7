"""The auditor's page: a checkpoint of the whole history to keep outside, and the comparison with one kept before."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from engine import access
from engine.audit import checkpoint
from engine.audit.checkpoint import Checkpoint, NoCheckpoint
from engine.queries.verify import Problem, Report, counted, take_checkpoint, verify
from engine.web import files, i18n
from engine.web.i18n import gettext as _
from engine.web.i18n import marked
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

#: So many problems are listed; `restock verify` names all.
MOST = 100

WORDS = {
    "chain": marked("An entry does not follow from the one before."),
    "head": marked("The instance and its last entry do not agree."),
    "no_instance": marked("There are entries of an instance that does not exist."),
    "gone": marked("The whole history that the checkpoint saw is gone."),
    "shorter": marked("Entries that the checkpoint saw are missing at the end."),
    "rewritten": marked("The history that the checkpoint saw was rewritten."),
    "root": marked("The fingerprint of the whole is another than the checkpoint says."),
}


@blueprint.get("")
@logged_in
def page() -> Response:
    """How large the history is, a checkpoint to take away, and a place to compare one."""
    access.require(actor(), "audit")
    return _page()


@blueprint.get("/checkpoint")
@logged_in
def take() -> Response:
    """The checkpoint of this moment, as a file. Raises Forbidden, NotWhole."""
    access.require(actor(), "audit")
    taken = take_checkpoint(database())
    return files.download(checkpoint.write(taken).encode(), taken.name, "text/plain; charset=utf-8")


@blueprint.post("/compare")
@logged_in
def compare() -> Response:
    """Prove that the present history continues the one that an uploaded checkpoint saw; changes nothing."""
    access.require(actor(), "audit")
    given = request.files.get("checkpoint")
    if not given:
        return _page(error=_("Choose the checkpoint file."), status=422)
    try:
        then = checkpoint.read(given.read())
    except NoCheckpoint as refused:
        return _page(error=refused.message.text(i18n.locale()), status=422)
    report = verify(database(), states=False, checkpoints=[then])
    return _page(then, report, status=200)


def _page(
    then: Checkpoint | None = None, report: Report | None = None, error: str = "", status: int = 200
) -> Response:
    problems = report.problems if report else []
    page = render_template(
        "audit.html",
        counted=counted(database()),
        then=then,
        report=report,
        problems=[(each.instance_id, _said(each)) for each in problems[:MOST]],
        error=error,
    )
    return make_response(page, status)


def _said(problem: Problem) -> str:
    return _(WORDS[problem.code]) if problem.code in WORDS else problem.text
