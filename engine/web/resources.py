"""Forms, decision tables and slips: which versions are deployed, and their text to download, change and upload again."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, Response, make_response, render_template, url_for

from engine.queries import definitions
from engine.web import diagram, directory, documents, files
from engine.web.i18n import gettext as _
from engine.web.labels import label
from engine.web.session import database, logged_in

blueprint = Blueprint("resources", __name__, url_prefix="/definitions/files")

_TYPES = {"form": "application/json", "dmn": "application/xml", "slip": "text/plain; charset=utf-8"}
_ENDINGS = {"form": ".form", "dmn": ".dmn", "slip": ".html"}


@blueprint.get("")
@logged_in
def page() -> Response:
    """Every form, table and slip with the steps that use it and its versions."""
    found, used = definitions.resources(database()), _used()
    groups = {
        kinds()[kind]: [_one(list(rows), used) for _key, rows in groupby(same, key=lambda each: each.key)]
        for kind, same in groupby(found, key=lambda each: each.kind)
    }
    return make_response(render_template("resources.html", groups=groups))


@blueprint.get("/<int:resource_id>/download")
@logged_in
def download(resource_id: int) -> Response:
    """The text as it was uploaded; never shown as a document by the browser."""
    it = definitions.resource_file(database(), resource_id)
    return files.download(it.text.encode(), f"{it.key}{_ENDINGS[it.kind]}", _TYPES[it.kind])


def kinds() -> dict[str, str]:
    """What the files are called."""
    return {"dmn": _("Decision tables"), "form": _("Forms"), "slip": _("Slips")}


def _used() -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Kind and key of a file -> the steps of the newest diagrams that use it, in the order of these."""
    tables = definitions.decision_files(database())
    used: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for each in definitions.list_all(database()):
        drawn = diagram.of(each.id)
        for kind, key, element in drawn.uses():
            file = ("form", key) if kind == "form" else ("dmn", tables.get(key, ""))
            start = drawn.kind(element) == "startEvent"
            step = {
                "process": label(each.key, each.name),
                "step": _("Start") if start else drawn.name(element) or element,
                "address": url_for(
                    "definitions.view", definition_id=each.id, _anchor=None if start else f"step-{element}"
                ),
            }
            used.setdefault(file, []).append(step)
    return used


def _one(
    versions: list[definitions.ResourceRow], used: dict[tuple[str, str], list[dict[str, Any]]]
) -> dict[str, Any]:
    newest = versions[0]
    return {
        "name": documents.kinds().get(newest.key, "") if newest.kind == "slip" else "",
        "used": used.get((newest.kind, newest.key), []),
        "file": f"{newest.key}{_ENDINGS[newest.kind]}",
        "versions": [
            {
                "id": each.id,
                "version": each.version,
                "at": each.deployed_at,
                "who": directory.person(each.deployed_by),
            }
            for each in versions
        ],
    }
