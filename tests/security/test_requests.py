"""Requests that mean no good, on every route of the pages and of the API (T16, T17, T27, T29 to T33)."""

from __future__ import annotations

import hashlib
import logging
import re
from typing import Any

import pytest
from sqlalchemy import Connection, text
from werkzeug.test import TestResponse

from engine.app import create_app
from engine.config import Settings
from engine.connectors.letter import Letter, Undeliverable
from engine.connectors.smtp import compose
from engine.errors import Message
from engine.model.history import entry
from engine.web.session import own_path
from tests.security.people import Crew

SAFE = {"GET", "HEAD", "OPTIONS"}
CROSS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "", "Origin": "http://localhost"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Origin": ""},
]


def _path(rule: str, task: str) -> str:
    """An address of a route, about the task."""
    number = task.split("-", maxsplit=1)[0]
    values = {"task": task, "task_id": task, "instance": number, "instance_id": number, "definition_id": "1"}
    values |= {
        "key": "customer_replenishment",
        "definition": "customer_replenishment",
        "version": "1",
        "document_id": "1",
    }
    values |= {"customer_id": "1", "number": "x", "resource_id": "1"}
    values |= {"file_id": "x", "secret": "x", "notice_id": "1", "filename": "theme.css", "login": "x"}
    if "instance_id" in rule:
        values["task"] = "1"
    return re.sub(r"<(?:[a-z]+(?:\([^)]*\))?:)?(\w+)>", lambda found: values[found[1]], rule)


def _everything(connection: Connection) -> str:
    """A fingerprint of every row; sessions and tokens note when they were used."""
    tables = connection.execute(
        text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('session', 'token')")
    ).scalars()
    rows = [(name, connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()) for name in sorted(tables)]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _state(crew: Crew) -> str:
    with crew.db.read() as connection:
        return _everything(connection)


@pytest.fixture(scope="module")
def task(shared: Crew) -> str:
    """An open task of customer service; everybody's token is made."""
    for name in ("lin", "qian", "admin"):
        shared.token(name)
        shared.secret(name)
    return shared.replenish()


@pytest.mark.parametrize("headers", CROSS, ids=str)
def test_every_unsafe_route_refuses_cross_site(shared: Crew, task: str, headers: dict[str, str]) -> None:
    """No other site makes the browser of an administrator do anything, on any route, login and API included."""
    before = _state(shared)
    for rule in shared.app.url_map.iter_rules():
        for method in set(rule.methods or ()) - SAFE:
            sent = (
                headers | {"Authorization": f"Bearer {shared.token('admin')}"}
                if rule.endpoint.startswith("api.")
                else headers
            )
            answer = shared.client("admin").open(
                _path(rule.rule, task), method=method, headers=sent, data={"a": "b"}
            )
            assert 403 == answer.status_code, (rule, answer.status_code)

    assert before == _state(shared)


def test_get_changes_nothing(shared: Crew, task: str) -> None:
    """Looking at everything, as everybody, through pages and API, leaves every row as it was."""
    before = _state(shared)
    for rule in shared.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "pdf" not in rule.rule:
            for name in ("", "lin", "qian"):
                path = _path(rule.rule, task)
                if rule.endpoint.startswith("api."):
                    shared.call(name, "GET", path.removeprefix("/api/v1"))
                else:
                    shared.client(name).get(path, buffered=True)

    assert before == _state(shared)


def test_methods_cannot_be_disguised(shared: Crew, task: str) -> None:
    """No header or field turns one method into another, and HEAD does what GET does: nothing."""
    before = _state(shared)
    client = shared.client("lin")
    for disguise in (
        {"X-HTTP-Method-Override": "POST"},
        {"X-HTTP-Method": "POST"},
        {"X-Method-Override": "POST"},
    ):
        assert 405 == client.get(f"/tasks/{task}/claim?_method=POST", headers=disguise).status_code
    assert 405 == client.head(f"/tasks/{task}/claim").status_code
    assert 405 == client.delete(f"/tasks/{task}").status_code

    assert before == _state(shared)


def test_headers_on_every_response(shared: Crew, task: str) -> None:
    """Every route, right or wrong, asked by anybody, keeps its page to itself."""
    answers: list[TestResponse] = []
    for rule in shared.app.url_map.iter_rules():
        if "pdf" in rule.rule:
            continue
        for name in ("", "lin"):
            answers.append(shared.client(name).open(_path(rule.rule, task), method="GET", buffered=True))
            answers.append(shared.client(name).open(_path(rule.rule, task), method="PUT", buffered=True))
    answers += [
        shared.client().get("/inbox", headers={"Host": "evil.example"}),
        shared.client("lin").post("/inbox", headers={"Origin": "http://evil.example"}),
        shared.client("lin").post(
            f"/tasks/{task}/complete",
            data=b"x=" + b"y" * 5_000_000,
            content_type="application/x-www-form-urlencoded",
        ),
        shared.client().get("/" + "a" * 5000),
    ]

    for answer in answers:
        headers, policy = answer.headers, answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy or "frame-ancestors 'self'" in policy
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & set(
            policy.replace(";", " ").split()
        )
        assert ("nosniff", "same-origin", "same-origin") == (
            headers["X-Content-Type-Options"], headers["Cross-Origin-Opener-Policy"], headers["Cross-Origin-Resource-Policy"],
        )  # fmt: skip
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
        assert "Access-Control-Allow-Origin" not in headers
        assert "Cache-Control" in headers


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https://evil.example",
        "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "data:text/html,x",
        "/\r\nSet-Cookie: a=b", "//evil.example/%2f..", "/\\/evil.example", "evil.example", "", "@evil.example", ".evil.example",
        "http:///evil.example", "/x:80@evil.example", "\u2028//evil.example",
    ],
)  # fmt: skip
def test_next(shared: Crew, onward: str) -> None:
    """After login and language nobody is sent to another site, nor to an address with a header in it."""
    assert "/inbox" == own_path(onward, "/inbox")
    for answer in (
        shared.client().post("/account/language", data={"locale": "en", "next": onward}),
        shared.client("lin").get("/login", query_string={"next": onward}),
    ):
        assert (303, "/inbox") == (answer.status_code, answer.location)
        assert "a=b" not in str(answer.headers)


def test_forged_forwarded_for_in_audit(shared: Crew) -> None:
    """Without a proxy the headers of one are not believed: the history has the address the request came from."""
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Real-Ip": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
    begun = shared.call(
        "lin",
        "POST",
        "/instances",
        {"definition": "customer_replenishment", "variables": {"channel": "phone"}},
        headers=forged,
    )

    with shared.db.read() as connection:
        bodies = connection.execute(entry.select().where(entry.c.instance_id == begun.json["id"])).all()
    assert bodies
    assert not any("6.6.6.6" in row.body for row in bodies)
    assert '"address":"127.0.0.1"' in bodies[0].body


def test_only_as_many_proxies_as_set_are_believed(shared: Crew) -> None:
    """Behind one proxy the last address counts, whatever the client put before it."""
    behind = create_app(Settings(home=shared.company.settings.home, proxies=1), database=shared.db)
    headers = {"X-Forwarded-For": "6.6.6.6, 10.0.0.7", "Authorization": f"Bearer {shared.token('lin')}"}
    begun = behind.test_client().post(
        "/api/v1/instances",
        json={"definition": "customer_replenishment", "variables": {"channel": "phone"}},
        headers=headers,
    )

    with shared.db.read() as connection:
        row = connection.execute(entry.select().where(entry.c.instance_id == begun.json["id"])).first()
    assert '"address":"10.0.0.7"' in row.body


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost@evil.example", "127.0.0.1:80@evil.example", ""],
)
def test_evil_host(shared: Crew, host: str) -> None:
    """The pages answer only to their own names, and no answer repeats another."""
    for path in ("/login", "/inbox", "/api/v1/tasks", "/nowhere", "/healthz"):
        answer = shared.client().get(path, headers={"Host": host})
        assert answer.status_code == 400 or not host
        assert "evil.example" not in answer.text + str(answer.headers)


def test_a_form_of_5_mb_is_answered(shared: Crew, task: str) -> None:
    """Too large is said on a page, in words, and costs neither the session nor the task."""
    client = shared.client("lin")
    before = _state(shared)
    large = b"x" * 5_000_000
    plain = b"comment=" + large
    parts = b'--b\r\nContent-Disposition: form-data; name="comment"\r\n\r\n' + large + b"\r\n--b--\r\n"
    for kind, body in (
        ("application/x-www-form-urlencoded", plain),
        ("multipart/form-data; boundary=b", parts),
    ):
        for path in (
            f"/tasks/{task}/complete",
            f"/tasks/{task}/draft",
            "/starts/customer_replenishment",
            "/login",
        ):
            answer = client.post(path, data=body, content_type=kind)
            assert 413 == answer.status_code, (path, kind, answer.status_code)
            assert "<h1" in answer.text
    told = shared.call("lin", "POST", f"/tasks/{task}/complete", b'{"values": {"a": "' + large + b'"}}')
    assert (413, "application/problem+json") == (told.status_code, told.content_type)

    assert before == _state(shared)
    assert 200 == client.get(f"/tasks/{task}").status_code


def test_limits(shared: Crew, task: str) -> None:
    """Parts, names, depth and page numbers without end are refused or cut, and fast."""
    client = shared.client("lin")
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'
    parts: dict[str, Any] = {
        "data": part * 2_100 + b"--b--\r\n",
        "content_type": "multipart/form-data; boundary=b",
    }
    asked: list[TestResponse] = [
        client.post(f"/tasks/{task}/complete", **parts),
        client.post(f"/tasks/{task}/draft", data={f"lines[{n}].sku": "x" for n in range(20_000)}),
        client.post(f"/tasks/{task}/form", data={"a" + "[0]" * 20_000: "x"}),
        client.post(f"/tasks/{task}/form", data={"a." * 20_000: "x"}),
        client.get("/inbox?page=99999"),
        client.get("/instances?page=" + "9" * 4000),
        client.get("/instances?q=" + "x" * 50_000),
        shared.call("lin", "GET", "/tasks?page=1000000"),
    ]

    assert not [answer for answer in asked if answer.status_code >= 500]
    assert 413 == asked[0].status_code


@pytest.mark.parametrize(
    "term",
    ["%", "_", "\\", "%%", "\\%", "'", "' OR 1=1 --", '"', "*", "x' UNION SELECT password FROM user --"],
)
def test_search_is_literal(shared: Crew, task: str, term: str) -> None:
    """What one searches for is a text, in every search of pages and API: it finds nothing where nothing holds it."""
    assert task
    for path in ("/instances", "/inbox", "/outbox"):
        answer = shared.client("lin").get(
            path, query_string={"q": term, "process": term, "role": term, "status": term, "sort": term}
        )
        assert 200 == answer.status_code
        assert f"/tasks/{task}" not in answer.text
    found = shared.call("lin", "GET", "/instances", query_string={"text": term})
    assert (200, 0) == (found.status_code, found.json["total"])


NASTY = [
    "\r\nSet-Cookie: a=b",
    "\nBcc: evil@example.com",
    "\r",
    "\u2028Bcc: x",
    "\x0bX: y",
    "a\x85b: c",
    "%0d%0aX: y",
]


@pytest.mark.parametrize("nasty", NASTY)
def test_newlines_everywhere(shared: Crew, task: str, nasty: str, caplog: pytest.LogCaptureFixture) -> None:
    """A line break in whatever one sends becomes neither a header, nor a line of the log, nor a line of a mail's head."""
    client = shared.client("lin")
    with caplog.at_level(logging.INFO):
        answers: list[Any] = [
            client.get("/login", query_string={"next": "/inbox" + nasty}),
            client.post("/account/look", data={"theme": nasty, "locale": nasty}),
            client.post(f"/tasks/{task}/claim", data={"back": nasty}),
            client.post(f"/tasks/{task}/delegate", data={"to": nasty}),
            client.get("/instances", query_string={"q": nasty}),
            client.get("/nowhere" + nasty.replace("%", "%25")),
            shared.call("lin", "POST", "/instances", {"definition": nasty, "business_key": nasty}),
        ]
        client.post(f"/tasks/{task}/release")
    for answer in answers:
        assert answer.status_code < 500
        assert not any("\n" in value or "\r" in value for value in answer.headers.values())
        assert {"a", "Bcc", "X"}.isdisjoint(answer.headers.keys())
    assert not [
        record
        for record in caplog.records
        if "Set-Cookie: a=b" in record.getMessage() and "\n" in record.getMessage()
    ]

    words = Message(zh="订单" + nasty, en="Order" + nasty)
    try:
        mail = compose(
            Letter(
                key="k" + nasty, address="a@example.com", recipient="林" + nasty, subject=words, text=words
            ),
            "r@example.com",
        )
    except Undeliverable:
        return
    head = mail.as_bytes().split(b"\n\n")[0].decode()
    assert not re.search(r"^(Bcc|Set-Cookie|X):", head, re.MULTILINE)


def test_500_has_no_trace(shared: Crew, task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours, on pages and API, has a number and neither its inside nor a way on."""
    client, token = shared.client("lin"), shared.token("lin")

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("password=hunter2 in /srv/secret.py")

    monkeypatch.setattr("engine.queries.task.view", crash)
    page = client.get(f"/tasks/{task}")
    problem = shared.app.test_client().get(
        f"/api/v1/tasks/{task}", headers={"Authorization": f"Bearer {token}"}
    )

    for answer in (page, problem):
        assert 500 == answer.status_code
        assert not {"hunter2", "Traceback", "RuntimeError", "engine/", "secret.py"} & set(
            re.split(r"[\s\"<>=]", answer.text)
        )
        assert "hunter2" not in answer.text
        assert re.search(r"\b[0-9a-f]{8}\b", answer.text)
