"""Addresses of static files that change when the file does, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, redirect, request, url_for


def init_app(app: Flask) -> None:
    """Give the templates `asset(name)`, and let versioned files be kept."""
    folder = Path(app.static_folder or "")
    marks: dict[str, str] = {}

    def asset(name: str) -> str:
        if name not in marks or app.config["TEMPLATES_AUTO_RELOAD"]:
            file = folder / name
            marks[name] = hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "none"
        return url_for("static", filename=name, v=marks[name])

    app.jinja_env.globals["asset"] = asset
    app.add_url_rule("/favicon.ico", "favicon", lambda: redirect(asset("mark.svg"), code=301))

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static":
            lasting = response.status_code == 200 and "v" in request.args
            response.headers["Cache-Control"] = (
                "public, max-age=31536000, immutable" if lasting else "no-cache"
            )
        return response
