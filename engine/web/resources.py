"""Forms, decision tables and slips: which versions are deployed, and their text to download, change and upload again."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template

from engine.queries import definitions
from engine.web import directory
from engine.web.i18n import gettext as _
from engine.web.session import database, logged_in

blueprint = Blueprint("resources", __name__, url_prefix="/definitions/files")

_TYPES = {"form": "application/json", "dmn": "application/xml", "slip": "text/plain; charset=utf-8"}
_ENDINGS = {"form": ".form", "dmn": ".dmn", "slip": ".html"}


@blueprint.get("")
@logged_in
def page() -> Response:
    """Every form, table and slip with its versions."""
    found = definitions.resources(database())
    groups = {
        kinds()[kind]: [_one(list(rows)) for _key, rows in groupby(same, key=lambda each: each.key)]
        for kind, same in groupby(found, key=lambda each: each.kind)
    }
    return make_response(render_template("resources.html", groups=groups))


@blueprint.get("/<int:resource_id>/download")
@logged_in
def download(resource_id: int) -> Response:
    """The text as it was uploaded; never shown as a document by the browser."""
    it = definitions.resource_file(database(), resource_id)
    response = make_response(it.text)
    response.content_type = _TYPES[it.kind]
    name = f"{it.key}{_ENDINGS[it.kind]}"
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def kinds() -> dict[str, str]:
    """What the files are called."""
    return {"dmn": _("Decision tables"), "form": _("Forms"), "slip": _("Slips")}


def _one(versions: list[definitions.ResourceRow]) -> dict[str, Any]:
    newest = versions[0]
    return {
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
