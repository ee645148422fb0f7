"""Whether the application can work: for whoever watches it."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from engine import __version__
from engine.model.trouble import Unavailable
from engine.web.session import database

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def check() -> tuple[Response, int]:
    """200 when the database answers, 503 when it does not."""
    try:
        with database().read() as connection:
            connection.execute(select(1))
    except (Unavailable, SQLAlchemyError):
        return jsonify({"status": "down", "database": "unreachable", "version": __version__}), 503
    return jsonify({"status": "ok", "database": "ok", "version": __version__}), 200
