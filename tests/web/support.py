"""A small company with one process, and people at their browsers."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from engine import access
from engine.app import create_app
from engine.commands import deploy, sessions, users
from engine.config import Settings
from engine.migrations import upgrade
from engine.model.database import Database

FILES = Path(__file__).parent / "files"
PASSWORD = "restock-demo"

ROLES = {
    "cs": ("客服", "Customer service", ()),
    "finance": ("财务", "Finance", ()),
    "warehouse": ("仓储中心", "Warehouse", ()),
    "line_manager": ("主管及经理", "Supervisor and manager", ()),
    "direct_clerk": ("直营文员", "Clerk for own stores", ()),
    "auditor": ("审计", "Auditor", ("audit",)),
    "process_owner": ("流程负责人", "Process owner", ("deploy", "operate")),
    "admin": ("管理员", "Administrator", ("admin", "operate", "deploy", "audit")),
}
PEOPLE = {
    "lin": ("林晓雨", "cs"),
    "zhao": ("赵敏", "cs"),
    "chen": ("陈会计", "finance"),
    "liu": ("刘仓", "warehouse"),
    "guan": ("管经理", "line_manager"),
    "he": ("何文员", "direct_clerk"),
    "shen": ("沈审计", "auditor"),
    "qian": ("钱流程", "process_owner"),
    "admin": ("管理员", "admin"),
}


@dataclass
class Site:
    """The application and its database, with everybody's logins."""

    app: Flask
    database: Database
    secrets: dict[str, str]

    def visitor(self) -> FlaskClient:
        """Somebody who has not logged in."""
        return self.app.test_client()

    def person(self, login: str, *, locale: str = "zh_CN") -> FlaskClient:
        """A person at their browser, logged in before."""
        client = self.visitor()
        client.set_cookie("restock_locale", locale)
        client.set_cookie("restock", self.secrets[login])
        return client

    def enter(self, login: str) -> FlaskClient:
        """A person who logs in now, on another device."""
        client = self.visitor()
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


def make_company(folder: Path) -> dict[str, str]:
    """A database in `folder` with roles, people, their logins and the desk process; the secrets of the logins."""
    database = _opened(folder)
    upgrade(database)
    for key, (zh, en, permissions) in ROLES.items():
        users.define_role(database, key, zh, en, access.SYSTEM, permissions=permissions)
    for login, (name, role) in PEOPLE.items():
        users.create_user(database, login, name, access.SYSTEM, password=PASSWORD, roles=(role,))
    secrets = {login: sessions.login(database, login, PASSWORD) for login in PEOPLE}
    deploy.deploy(
        database, [(file.name, file.read_bytes()) for file in sorted(FILES.iterdir())], access.SYSTEM
    )
    database.close()
    return secrets


def make_site(company: Path, secrets: dict[str, str], folder: Path) -> Site:
    """The application on a copy of the company: hashing everybody's password anew would take seconds."""
    with closing(sqlite3.connect(company / "restock.db")) as source:
        source.execute("VACUUM INTO ?", (str(folder / "restock.db"),))
    database = _opened(folder)
    return Site(create_app(Settings(home=folder), database=database), database, secrets)


def _opened(folder: Path) -> Database:
    settings = Settings(home=folder)
    database = Database(settings.database_url)
    database.settings = settings
    return database


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

    def commit(connection) -> None:
        seen.commits += not connection.get_execution_options().get("restock_reads")

    event.listen(database.engine, "before_cursor_execute", statement)
    event.listen(database.engine, "commit", commit)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", statement)
        event.remove(database.engine, "commit", commit)


def words(answer: TestResponse) -> str:
    """What a page says, without its tags."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def hidden(answer: TestResponse, name: str) -> str:
    """The value of a hidden field of the page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    return unescape(found[1]) if found else ""
