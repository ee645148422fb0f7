"""What a request must be like: token, language, JSON, addresses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from engine.access import SYSTEM
from engine.commands.tokens import revoke_tokens
from engine.commands.users import set_active
from engine.model.database import Database
from tests.api.conftest import Client


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer  ", "Bearer nobody", "Basic bGluOng=", "bearer\trst_x"]
)
def test_without_a_token_nothing_is_told(app: Flask, header: str) -> None:
    """401 with the way to a token, for every address alike."""
    for path in ("/tasks", "/instances/1", "/definitions"):
        answer = app.test_client().get(f"/api/v1{path}", headers={"Authorization": header} if header else {})

        assert (401, "Bearer") == (answer.status_code, answer.headers["WWW-Authenticate"])


def test_a_login_on_the_pages_is_no_token(app: Flask) -> None:
    """Cookies count for nothing, so that no other site's form can call the API."""
    client = app.test_client()
    client.set_cookie("restock_session", "anything")

    assert 401 == client.get("/api/v1/tasks").status_code


def test_tokens_end(as_: Callable[[str], Client], database: Database) -> None:
    """A revoked token and one of a person who was let out are worth nothing."""
    zhao = as_("zhao")
    revoke_tokens(database, "zhao", SYSTEM)
    assert 401 == zhao.get("/tasks").status_code

    again = as_("zhao")
    set_active(database, "zhao", False, SYSTEM)
    assert 401 == again.get("/tasks").status_code
    set_active(database, "zhao", True, SYSTEM)


def test_problems_speak_both_languages(lin: Client) -> None:
    """Chinese unless English is preferred."""
    chinese = lin.client.get("/api/v1/tasks?page=0", headers=lin.headers | {"Accept-Language": "zh-CN"}).json
    english = lin.get("/tasks?page=0").json

    assert "参数 page 的取值不当。" == chinese["detail"]
    assert "The parameter page has a value that does not fit." == english["detail"]


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page=１", "page=99999999999999999999999", "state=closed", "candidate=lin",
     "instance=0", "instance=9223372036854775808", "unknown=1"],
)  # fmt: skip
def test_a_wrong_parameter_is_refused(lin: Client, query: str) -> None:
    """400, never a list that silently ignored it."""
    assert 400 == lin.get(f"/tasks?{query}").status_code


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"values": NaN}',
        b'{"values": {}, "values": {}}',
        b"[" * 50_000,
        b'{"values": {"a": "\\u0000"}}',
    ],
    ids=lambda body: repr(body[:12]),
)
def test_unreadable_json_is_refused(lin: Client, body: bytes) -> None:
    """400 with what is wrong, before anything is looked up."""
    answer = lin.client.post("/api/v1/tasks/1-1/complete", data=body, headers=lin.headers)

    assert 400 == answer.status_code
    assert answer.json["detail"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"definition"}),
        ({"definition": 7}, {"definition"}),
        ({"definition": "a", "variables": []}, {"variables"}),
        ({"definition": "a", "business_key": "x" * 201}, {"business_key"}),
        ({"definition": "a", "owner": "lin"}, {"owner"}),
    ],
)
def test_a_wrong_shape_names_the_fields(lin: Client, body: dict[str, object], fields: set[str]) -> None:
    """422 with every field that does not fit, unknown ones included."""
    answer = lin.post("/instances", body)

    assert 422 == answer.status_code
    assert fields == {problem["field"] for problem in answer.json["errors"]}


@pytest.mark.parametrize(
    "task", ["1", "1-", "a-b", "0-1", "1-0", "99999999999999999999-1", "1-99999999999999999999", "１-１"]
)
def test_a_wrong_task_number_is_not_found(lin: Client, task: str) -> None:
    """No text in the address makes a fault."""
    assert 404 == lin.get(f"/tasks/{task}").status_code
    assert 404 == lin.post(f"/tasks/{task}/complete", {"values": {}}).status_code


def test_unknown_addresses_answer_as_problems(lin: Client) -> None:
    """Also where no operation is reached."""
    answers = [lin.get("/nothing"), lin.get("/instances/99999999999999999999"), lin.post("/definitions/a")]

    assert [404, 404, 405] == [answer.status_code for answer in answers]
    assert {"application/problem+json"} == {answer.content_type for answer in answers}


def test_too_large_is_refused(lin: Client) -> None:
    """One megabyte is the most a JSON body may have."""
    answer = lin.post("/instances", {"definition": "ten_tasks", "variables": {"text": "x" * 1_000_001}})

    assert 413 == answer.status_code
