"""The short way of plain requests: the same answers as Flask's way, and only plain requests take it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.access import SYSTEM
from engine.api.direct import Direct
from engine.app import create_app
from engine.commands.tokens import create_token
from engine.config import Settings
from engine.model.database import Database
from tests.api.conftest import Client

#: A browser's header: with it, a request goes Flask's way.
BROWSER = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def passed_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of requests that went on to Flask."""
    assert isinstance(app.wsgi_app, Direct)
    seen: list[str] = []
    flask = app.wsgi_app._otherwise

    def noting(environ: dict[str, Any], start_response: Any) -> Any:
        seen.append(environ["PATH_INFO"])
        return flask(environ, start_response)

    monkeypatch.setattr(app.wsgi_app, "_otherwise", noting)
    return seen


def told(answer: TestResponse) -> tuple[int, list[tuple[str, str]], Any]:
    """What an answer says, its headers in any order."""
    return answer.status_code, sorted(answer.headers), answer.get_json(silent=True)


def both(lin: Client, method: str, path: str, **more: Any) -> list[TestResponse]:
    """The answers of both ways."""
    return [
        lin.client.open(f"/api/v1{path}", method=method, headers=lin.headers | extra, **more)
        for extra in ({}, BROWSER)
    ]


def test_both_ways_give_the_same_answers(lin: Client, passed_on: list[str]) -> None:
    """Status, headers and body, of a list, a task and what is refused."""
    task = lin.start()
    instance = task.split("-")[0]
    for path in (
        f"/tasks?instance={instance}&candidate=me&state=open",
        "/tasks?page=2",
        "/tasks",
        f"/tasks/{task}",
        "/tasks?page=0",
        "/tasks?nobody=1",
        "/tasks/1-1",
        "/tasks/1-",
    ):
        passed_on.clear()
        direct, flask = both(lin, "GET", path)

        assert told(flask) == told(direct), path
        assert 1 == len(passed_on), path


def test_both_ways_refuse_the_same(lin: Client, passed_on: list[str]) -> None:
    """Wrong bodies, wrong fields and repeated completions are told in the same words."""
    task = lin.start()
    for body in (
        {"json": {"values": {"amount": -1}}},
        {"json": {"x": 1}},
        {"data": b"{"},
        {"data": b"\xff"},
        {},
    ):
        direct, flask = both(lin, "POST", f"/tasks/{task}/complete", **body)
        assert told(flask) == told(direct), body
        assert 400 <= direct.status_code < 500
    lin.post(f"/tasks/{task}/complete", {"values": {"amount": 1}})
    direct, flask = both(lin, "POST", f"/tasks/{task}/complete", json={"values": {"amount": 1}})

    assert told(flask) == told(direct)
    assert 409 == direct.status_code


def test_what_is_done_without_an_answer(lin: Client, passed_on: list[str]) -> None:
    """Taking a task and giving it back: 204 both ways, and not a byte."""
    one, other = lin.start(), lin.start()
    for verb in ("claim", "release"):
        direct, _ = both(lin, "POST", f"/tasks/{one}/{verb}")
        flask = lin.client.post(f"/api/v1/tasks/{other}/{verb}", headers=lin.headers | BROWSER)

        assert (204, b"") == (direct.status_code, direct.data)
        assert told(flask) == told(direct)


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/tasks?text=%00", {}),
        ("/tasks?page=1&page=2", {}),
        ("/tasks?definition=%E8%A1%A5%E8%B4%A7", {}),
        ("/tasks/", {}),
        ("/tasks//complete", {}),
        ("/tasks/1-1%00", {}),
        ("/instances", {}),
        ("/openapi.json", {}),
        ("/tasks", {"method": "HEAD"}),
        ("/tasks", {"method": "DELETE"}),
        ("/tasks", {"base_url": "http://elsewhere.example"}),
        ("/tasks", {"headers": {"Origin": "http://elsewhere.example"}}),
        ("/tasks/1-1/complete", {"method": "POST", "data": b" " * 1_000_001}),
    ],
    ids=str,
)
def test_what_is_unusual_goes_the_other_way(
    lin: Client, passed_on: list[str], path: str, more: dict[str, Any]
) -> None:
    """Escapes, repeated parameters, other methods, foreign hosts, large bodies: Flask knows what to do."""
    headers = lin.headers | more.pop("headers", {})
    lin.client.open(f"/api/v1{path}", headers=headers, **more)

    assert 1 == len(passed_on)


def test_a_fault_is_told_without_its_trace(lin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 with a number, as everywhere."""

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("engine.api.tasks.inbox.page", broken)
    answer = lin.get("/tasks")

    assert 500 == answer.status_code
    assert "application/problem+json" == answer.content_type
    assert b"ZeroDivisionError" not in answer.data


def test_every_hook_of_the_pages_is_known(app: Flask) -> None:
    """A hook that comes to Flask's way must be looked at here: does the short way need it too?"""
    before = {hook.__qualname__.split(".")[-1] for hook in app.before_request_funcs[None]}
    after = {hook.__qualname__.split(".")[-1] for hook in app.after_request_funcs[None]}

    assert {"number", "refuse_foreign", "refuse_nul", "widen"} == before
    assert {"protect", "keep", "forget", "look_again"} == after
    assert {None} >= set(app.teardown_request_funcs)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_behind_a_proxy_the_caller_keeps_their_address(
    database: Database, scheme: str, as_: Callable[[str], Client]
) -> None:
    """The forwarded address stands in the history, and https is told to stay https."""
    app = create_app(Settings(proxies=1), database=database)
    token = create_token(database, "lin", "proxy", SYSTEM)
    headers = {
        "Authorization": f"Bearer {token}",
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": scheme,
        "X-Forwarded-Host": "localhost",
    }
    client = app.test_client()
    begun = client.post("/api/v1/instances", json={"definition": "ten_tasks"}, headers=headers)
    with database.read() as connection:
        body = connection.exec_driver_sql(
            "SELECT body FROM entry ORDER BY instance_id DESC, seq DESC LIMIT 1"
        ).scalar_one()

    assert '"address":"203.0.113.7"' in body
    assert (scheme == "https") == ("Strict-Transport-Security" in begun.headers)
