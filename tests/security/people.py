"""People of the demo company at their browsers and with their tokens, and somebody who is nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.access import SYSTEM, Actor
from engine.commands.sessions import login
from engine.commands.start import start
from engine.commands.tokens import create_token
from engine.demo import PASSWORD
from engine.model.database import Database
from engine.queries.people import actor
from tests.company import Company


@dataclass
class Crew:
    """The people of one company; "" is somebody who has not logged in."""

    company: Company
    _secrets: dict[str, str] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        """The company's database."""
        return self.company.db

    @cached_property
    def app(self) -> Flask:
        """The pages and the API."""
        return self.company.app

    def actor(self, name: str) -> Actor:
        """Who somebody is for the commands."""
        return actor(self.db, name)

    def client(self, name: str = "") -> FlaskClient:
        """A browser, logged in unless it is nobody's."""
        client = self.app.test_client()
        if name:
            client.set_cookie("restock", self.secret(name))
        return client

    def secret(self, name: str) -> str:
        """What the cookie of a login holds."""
        if name not in self._secrets:
            self._secrets[name] = login(self.db, name, PASSWORD)
        return self._secrets[name]

    def forget(self) -> None:
        """The cookies and tokens that are known are worth nothing any more."""
        self._secrets.clear()
        self._tokens.clear()

    def token(self, name: str) -> str:
        """A bearer token."""
        if name not in self._tokens:
            self._tokens[name] = create_token(self.db, name, "test", SYSTEM)
        return self._tokens[name]

    def call(self, name: str, method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
        """A request to the API; `body` is sent as JSON, bytes as they are."""
        headers = {"Accept-Language": "en", **more.pop("headers", {})}
        if name:
            headers["Authorization"] = f"Bearer {self.token(name)}"
        if isinstance(body, bytes):
            more |= {"data": body, "content_type": "application/json"}
        elif body is not None:
            more["json"] = body
        return self.app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **more)

    def replenish(self, name: str = "lin") -> str:
        """Begin the main job; the id of its first task."""
        return start(self.db, "customer_replenishment", {"channel": "phone"}, self.actor(name)).tasks[0]
