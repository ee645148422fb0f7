"""Deployed processes: versions as a timeline, the diagram, deployment by upload, download."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from engine import access
from engine.commands import deploy as deploying
from engine.errors import DeployRefused, Finding, Message
from engine.queries import definitions
from engine.web import diagram, directory, files, i18n, marks
from engine.web.headers import writes_markup
from engine.web.i18n import gettext as _
from engine.web.labels import label
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("definitions", __name__, url_prefix="/definitions")

KINDS = (".bpmn", ".dmn", ".form", ".html")
MOST_FILES = 300


@blueprint.get("")
@logged_in
def page() -> Response:
    """All processes with their versions and how many instances run on each."""
    return _page()


@blueprint.post("")
@logged_in
def deploy() -> Response:
    """Check the files and deploy them together; the findings are shown either way."""
    access.require(actor(), "deploy")
    given = [(file.filename or "", file.read()) for file in request.files.getlist("files") if file.filename]
    note = request.form.get("note", "").strip()[:200]
    wrong = _wrong([name for name, _content in given])
    if wrong:
        return _page(wrong=wrong, note=note, status=422)
    try:
        done = deploying.deploy(database(), given, actor(), note=note)
    except DeployRefused as refused:
        return _page(findings=refused.findings, refused=True, note=note, status=422)
    directory.forget()
    return _page(deployed=done, findings=done.findings)


@blueprint.get("/<int:definition_id>")
@logged_in
@writes_markup
def view(definition_id: int) -> Response:
    """One version: its diagram, and its steps as a table."""
    it = definitions.one(database(), definition_id)
    drawn = diagram.of(definition_id)
    page = render_template(
        "definition.html",
        it={"id": it.id, "key": it.key, "title": label(it.key, it.name), "version": it.version},
        marks=marks.of_definition(drawn),
        steps=list(drawn.steps()),
    )
    return make_response(page)


@blueprint.get("/<int:definition_id>/diagram")
@logged_in
def diagram_file(definition_id: int) -> Response:
    """The diagram's text for the viewer; never shown as a document by the browser."""
    return _file(definition_id)


@blueprint.get("/<int:definition_id>/download")
@logged_in
def download(definition_id: int) -> Response:
    """The diagram's text as deployed, to keep."""
    return _file(definition_id)


def _file(definition_id: int) -> Response:
    it = definitions.one(database(), definition_id)
    content = definitions.file(database(), definition_id)
    response = files.download(content, f"{it.key}-v{it.version}.bpmn", "application/xml")
    # A version never changes.
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _wrong(names: list[str]) -> str:
    """What is wrong with the choice of files, before anything is read; "" when nothing is."""
    if not names:
        return _("Choose at least one .bpmn, .dmn, .form or .html file.")
    if len(names) > MOST_FILES:
        return _("Choose at most %(most)d files at once.", most=MOST_FILES)
    others = [name for name in names if not name.lower().endswith(KINDS)]
    if others:
        return _("Only .bpmn, .dmn, .form and .html files can be deployed, not %(name)s.", name=others[0])
    return ""


def _page(
    *,
    wrong: str = "",
    deployed: deploying.Deployed | None = None,
    findings: list[Finding] | None = None,
    refused: bool = False,
    note: str = "",
    status: int = 200,
) -> Response:
    newest = definitions.list_all(database())
    processes = [_process(each.key, definitions.versions(database(), each.key)) for each in newest]
    page = render_template(
        "definitions.html",
        processes=sorted(processes, key=lambda each: str(each["title"])),
        may_deploy=access.may(actor(), "deploy"),
        deployed=_deployed(deployed) if deployed else None,
        findings=[_finding(each) for each in findings or []],
        refused=refused,
        wrong=wrong,
        note=note,
    )
    return make_response(page, status)


def _process(key: str, versions: list[definitions.DefinitionRow]) -> dict[str, Any]:
    return {
        "key": key,
        "title": label(key, versions[0].name),
        "versions": [
            {
                "id": each.id,
                "version": each.version,
                "at": each.deployed_at,
                "who": directory.person(each.deployed_by),
                "note": each.note,
                "running": each.running,
            }
            for each in versions
        ],
    }


def _deployed(done: deploying.Deployed) -> dict[str, Any]:
    lines = [
        _("%(name)s: version %(version)d", name=label(each.key, each.name), version=each.version)
        if each.changed
        else _(
            "%(name)s: unchanged, version %(version)d", name=label(each.key, each.name), version=each.version
        )
        for each in done.definitions
    ]
    return {"release": done.release, "definitions": lines}


def _finding(each: Finding) -> dict[str, Any]:
    language = i18n.locale()
    told: tuple[Message, Message] = (each.message, each.remedy)
    return {
        "file": each.file,
        "line": each.line,
        "element": each.element,
        "severity": each.severity,
        "text": told[0].text(language),
        "remedy": told[1].text(language),
    }
