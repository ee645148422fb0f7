"""A small installation behind the API: one process of ten tasks, a clerk, a colleague of another role, an owner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from benchmarks import workload
from engine.access import SYSTEM
from engine.app import create_app
from engine.commands.deploy import deploy
from engine.commands.tokens import create_token
from engine.commands.users import create_user
from engine.config import Settings
from engine.migrations import upgrade
from engine.model.database import Database, connect
from engine.roles import define_missing

FILES = [("ten_tasks.bpmn", workload.ten_tasks()), ("measured.form", workload.FORM.encode())]


class Client:
    """Somebody who calls the API with their token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def get(self, path: str, **more: Any) -> TestResponse:
        """The answer to GET."""
        return self.client.get(f"/api/v1{path}", headers=self.headers, **more)

    def post(self, path: str, body: Any = None, key: str = "", **more: Any) -> TestResponse:
        """The answer to POST with a JSON body."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        if body is not None:
            more["json"] = body
        return self.client.post(f"/api/v1{path}", headers=headers, **more)

    def start(self) -> str:
        """A new instance of the ten tasks; its first task."""
        answer = self.post("/instances", {"definition": "ten_tasks"})
        assert 201 == answer.status_code, answer.json
        return str(answer.json["tasks"][0])


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An installation with the measured process."""
    database = connect(Settings(home=tmp_path_factory.mktemp("api")))
    upgrade(database)
    define_missing(database)
    for login, role in (("lin", "cs"), ("zhao", "cs"), ("liu", "warehouse"), ("qian", "process_owner")):
        create_user(database, login, login.title(), SYSTEM, roles=(role,))
    deploy(database, FILES, SYSTEM)
    yield database
    database.close()


@pytest.fixture(scope="module")
def app(database: Database) -> Flask:
    """The application over it."""
    return create_app(database.settings, database=database)


@pytest.fixture(scope="module")
def as_(app: Flask, database: Database) -> Callable[[str], Client]:
    """The API as somebody."""
    return lambda login: Client(app.test_client(), create_token(database, login, "test", SYSTEM))


@pytest.fixture(scope="module")
def lin(as_: Callable[[str], Client]) -> Client:
    """A clerk who may start and do the tasks."""
    return as_("lin")
