"""A small company with one process, and people at their browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from engine import access
from engine.app import create_app
from engine.commands import deploy, users
from engine.config import Settings
from engine.migrations import upgrade
from engine.model.database import Database

FILES = Path(__file__).parent / "files"
PASSWORD = "restock-demo"

ROLES = {
    "cs": ("客服", "Customer service", ()),
    "finance": ("财务", "Finance", ()),
    "warehouse": ("仓储中心", "Warehouse", ()),
    "process_owner": ("流程负责人", "Process owner", ("deploy", "operate")),
}
PEOPLE = {
    "lin": ("林晓雨", "cs"),
    "zhao": ("赵敏", "cs"),
    "chen": ("陈会计", "finance"),
    "liu": ("刘仓", "warehouse"),
    "qian": ("钱流程", "process_owner"),
}


@dataclass
class Site:
    """The application and its database."""

    app: Flask
    database: Database

    def visitor(self) -> FlaskClient:
        """Somebody who has not logged in."""
        return self.app.test_client()

    def person(self, login: str, *, locale: str = "zh_CN") -> FlaskClient:
        """A person at their browser, logged in."""
        client = self.visitor()
        client.set_cookie("restock_locale", locale)
        answer = client.post("/login", data={"login": login, "password": PASSWORD})
        assert 303 == answer.status_code, answer.text
        return client

    def start(self, client: FlaskClient) -> str:
        """Start the desk process; the id of its first task."""
        answer = client.post("/starts/desk", data={"_key": ""})
        assert 303 == answer.status_code, answer.text
        return answer.location.rsplit("/", 1)[1]

    def to_signing(self, client: FlaskClient) -> str:
        """Start and fill in an order; the id of the signing task."""
        task = self.start(client)
        answer = client.post(f"/tasks/{task}/complete", data=ORDER)
        assert 303 == answer.status_code, answer.text
        return f"{task.split('-')[0]}-{self.open_task(task.split('-')[0])}"

    def open_task(self, instance_id: str) -> int:
        """The number of the instance's open task."""
        with self.database.read() as connection:
            sql = "SELECT n FROM task WHERE status = 'open' AND instance_id = ?"
            return int(connection.exec_driver_sql(sql, (int(instance_id),)).scalar_one())


ORDER = {"name": "和顺商行 🚚", "qty": "300", "invoice": ""}


def make_site(folder: Path) -> Site:
    """A fresh company in `folder`."""
    settings = Settings(home=folder)
    database = Database(settings.database_url)
    database.settings = settings
    upgrade(database)
    for key, (zh, en, permissions) in ROLES.items():
        users.define_role(database, key, zh, en, access.SYSTEM, permissions=permissions)
    for login, (name, role) in PEOPLE.items():
        users.create_user(database, login, name, access.SYSTEM, password=PASSWORD, roles=(role,))
    files = [(file.name, file.read_bytes()) for file in sorted(FILES.iterdir())]
    deploy.deploy(database, files, access.SYSTEM)
    return Site(create_app(settings, database=database), database)


@dataclass
class Recorded:
    """What a database was asked."""

    statements: list[str]
    commits: int = 0


@contextmanager
def recorded(database: Database) -> Iterator[Recorded]:
    """Counts statements and commits of writing transactions while it is open."""
    seen = Recorded([])

    def statement(_connection, _cursor, text, *_rest) -> None:
        if not text.startswith(("BEGIN", "PRAGMA")):
            seen.statements.append(text)
        if text == "BEGIN IMMEDIATE":
            seen.commits += 1

    event.listen(database.engine, "before_cursor_execute", statement)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", statement)


def words(answer: TestResponse) -> str:
    """What a page says, without its tags."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def hidden(answer: TestResponse, name: str) -> str:
    """The value of a hidden field of the page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    return unescape(found[1]) if found else ""
