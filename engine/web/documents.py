"""Slips: numbered papers as they are printed."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("documents", __name__, url_prefix="/documents")
