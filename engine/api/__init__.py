"""REST API v1: what the pages do, for scripts and programs."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template
from werkzeug.exceptions import HTTPException

from engine.api import definitions, instances, openapi, problems, tasks
from engine.api.caller import EXTENSION
from engine.api.direct import Direct
from engine.api.operations import OPERATIONS
from engine.errors import RestockError
from engine.model.database import Database

__all__ = ["definitions", "init_app", "instances", "tasks"]

PREFIX = "/api/v1"


def init_app(app: Flask, database: Database) -> None:
    """Serve the API below /api/v1 for the people of `database`."""
    app.extensions[EXTENSION] = database
    app.register_blueprint(_blueprint(), url_prefix=PREFIX)
    app.wsgi_app = Direct(app, database, PREFIX)  # type: ignore[method-assign]


def _blueprint() -> Blueprint:
    blueprint = Blueprint("api", __name__, template_folder="templates")
    for operation in OPERATIONS:
        blueprint.add_url_rule(operation.rule, operation.name, operation, methods=[operation.method])
    blueprint.add_url_rule("/openapi.json", "openapi", lambda: problems.answer(openapi.document()))
    blueprint.add_url_rule("/docs", "docs", _docs)
    blueprint.register_error_handler(RestockError, problems.refuse)
    blueprint.register_error_handler(HTTPException, problems.refuse_http)
    blueprint.register_error_handler(Exception, problems.fault)
    return blueprint


def _docs() -> Response:
    """A page that reads the document for people."""
    page = render_template("api/docs.html", operations=OPERATIONS, document=openapi.document(), prefix=PREFIX)
    return Response(page, content_type="text/html; charset=utf-8")
