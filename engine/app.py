"""The composition root of the pages: settings -> database -> blueprints."""

from __future__ import annotations

import importlib
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from engine import api
from engine.config import Settings
from engine.migrations import upgrade
from engine.model.database import Database, connect
from engine.web import (
    assets,
    border,
    directory,
    files,
    formats,
    headers,
    i18n,
    notices,
    origin,
    places,
    session,
    trouble,
)
from engine.web.limiter import Limiter

#: Modules whose `blueprint` is served.
BLUEPRINTS = (
    "engine.web.health",
    "engine.web.auth",
    "engine.web.inbox",
    "engine.web.tasks",
    "engine.web.starts",
    "engine.web.instances",
    "engine.web.definitions",
    "engine.web.documents",
    "engine.web.outbox",
    "engine.web.people",
    "engine.web.customers",
    "engine.web.orders",
    "engine.web.stock",
    "engine.web.tickets",
    "engine.web.fines",
    "engine.web.store_slips",
    "engine.web.resources",
    "engine.web.settings",
    "engine.web.calendar",
    "engine.web.absence",
    "engine.web.account",
    "engine.web.audit",
)

#: What each part adds to the application, in the order requests meet them.
PARTS = (headers, trouble, session, origin, border, i18n, formats, directory, assets, files, notices, places)

FORM_BYTES = 4 * 1024 * 1024


def create_app(settings: Settings | None = None, *, database: Database | None = None) -> Flask:
    """The web application of one installation.

    Without a `database` the one that `settings` names is opened and brought to today's version.
    """
    settings = settings or Settings()
    app = Flask("engine.web", static_folder="static", template_folder="templates")
    app.config.update(limits(settings))
    opened = database or _open(settings)
    app.extensions["restock.web"] = {"settings": settings, "database": opened}
    for part in PARTS:
        part.init_app(app)
    for name in BLUEPRINTS:
        app.register_blueprint(importlib.import_module(name).blueprint)
    api.init_app(app, opened)
    if settings.requests_per_minute:
        app.wsgi_app = Limiter(app.wsgi_app, settings.requests_per_minute)  # type: ignore[method-assign]
    if settings.proxies:  # the outermost: everything behind it sees the caller's own address
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def limits(settings: Settings) -> dict[str, Any]:
    """Bounds on what a request may send, and who it may pretend to talk to."""
    hosts = [*settings.trusted_hosts] or ["127.0.0.1", "localhost", "[::1]"]
    return {
        "MAX_CONTENT_LENGTH": FORM_BYTES,
        "MAX_FORM_MEMORY_SIZE": FORM_BYTES,
        "MAX_FORM_PARTS": 2000,
        "TRUSTED_HOSTS": hosts,
        "TEMPLATES_AUTO_RELOAD": settings.debug,
    }


def _open(settings: Settings) -> Database:
    database = connect(settings)
    upgrade(database)
    return database
