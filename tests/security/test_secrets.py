"""A planted secret is found nowhere but where it must be (T22)."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyotp
import pytest
import zstandard
from sqlalchemy import select

from engine.access import SYSTEM
from engine.commands import devices, sessions, tokens, users
from engine.config import Settings
from engine.connectors.outbox import connectors, deliver_due
from engine.model.papers import notification
from engine.services.call import Call
from engine.services.registry import handlers
from tests.company import Company
from tests.security.people import Crew

MAIL, SMS = "mail-canary-7Qz", "sms-canary-7Qz"
PASSWORD, WRONG = "login-canary-7Qz", "wrong-canary-7Qz"


@pytest.fixture
def crew(template: Path, tmp_path: Path) -> Iterator[Crew]:
    """A company whose installation holds secrets of every sort; its ways out lead nowhere."""
    company = Company(template, tmp_path)
    company.settings = Settings(
        home=tmp_path,
        smtp=f"smtps://mailer:{MAIL}@127.0.0.1:1",
        sms="https://127.0.0.1:1/send",
        sms_token=SMS,
        sms_hosts=("127.0.0.1",),
    )
    company.db.settings = company.settings
    yield Crew(company)
    company.close()


def planted(crew: Crew) -> dict[str, str]:
    """Use every secret for what it is for, and type some where they do not belong; what they are, by name."""
    db = crew.db
    users.create_user(db, "mi", "米密", SYSTEM, password=PASSWORD, roles=["cs", "admin"])
    found = {"mail": MAIL, "sms": SMS, "password": PASSWORD, "wrong password": WRONG}
    found["token"] = tokens.create_token(db, "mi", "script", SYSTEM)
    found["session"] = sessions.login(db, "mi", PASSWORD)
    found["device"] = devices.remember(db, "mi")
    found["link"] = sessions.one_time_link(db, "zhao", SYSTEM)
    found["code"] = pyotp.random_base32()
    client = crew.client()
    client.set_cookie("restock", found["session"])
    client.set_cookie("restock_device", found["device"])
    task = crew.replenish("mi")
    assert 200 == client.get(f"/tasks/{task}").status_code
    client.post("/account/password", data={"old": WRONG, "new": PASSWORD + "2", "again": PASSWORD + "2"})
    crew.client().post("/login", data={"login": "mi", "password": WRONG})
    headers = {"Authorization": f"Bearer {found['token']}"}
    signed = crew.app.test_client().post(
        f"/api/v1/tasks/{task}/sign", json={"decision": "sign", "password": WRONG}, headers=headers
    )
    assert signed.status_code in (404, 422)
    assert sessions.redeem(db, found["link"], "another-one-4711") == "zhao"
    users.set_totp(db, "mi", found["code"], SYSTEM)
    _sent(crew)
    return found


def _sent(crew: Crew) -> None:
    """A mail and a text message that both ways out fail to deliver."""
    to = [
        {"name": "米密", "email": "mi@example.com", "channel": "email"},
        {"name": "米密", "phone": "13800010003", "channel": "sms"},
    ]
    facts = {"order_no": "SO1", "condition": "完好"}
    with crew.db.write() as connection:
        values = {"event": "goods_arrived", "recipients": to, "facts": facts}
        handlers()["notify.send"](Call(connection, values, {}, "job-1", crew.db.now(), instance_id=1))
    assert 0 == deliver_due(crew.db, connectors(crew.company.settings), crew.db.now())
    with crew.db.read() as connection:
        rows = connection.execute(select(notification).where(notification.c.key.startswith("job-1"))).all()
    assert all(row.error for row in rows if row.state != "shown")
    assert rows


def database_text(crew: Crew) -> str:
    """All that the database holds, states unpacked."""
    with closing(sqlite3.connect(crew.company.settings.home / "company.db")) as raw:
        texts = list(raw.iterdump())
        states = [state for (state,) in raw.execute("SELECT state FROM instance WHERE state != ''")]
    unpack = zstandard.ZstdDecompressor()
    texts += [unpack.decompress(state, max_output_size=10_000_000).decode() for state in states if state]
    return "\n".join(texts)


def pages(crew: Crew) -> Iterator[tuple[str, str]]:
    """Every page and list that needs no more than a login, and one instance, as those see it who see most."""
    fixed = [
        rule.rule
        for rule in crew.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "<" not in rule.rule and "static" not in rule.endpoint
    ]
    for who in ("shen", "admin"):
        for path in [*fixed, "/instances/1", "/instances/1?tab=variables", "/tasks/1-3"]:
            answer = crew.client(who).get(path, buffered=True)
            yield f"{who} {path}", answer.text + str(answer.headers)
        for path in ("/instances/1", "/instances/1/history", "/tasks", "/instances"):
            yield f"{who} api {path}", crew.call(who, "GET", path).text


def test_no_secret_leaves(crew: Crew, caplog: pytest.LogCaptureFixture) -> None:
    """Not into the database (but the secret of one-time codes, which has to be there once), pages, API, logs or letters."""
    caplog.set_level(logging.DEBUG)
    secrets = planted(crew)
    kept, shown = database_text(crew), dict(pages(crew))

    assert 1 == kept.count(secrets["code"])
    assert [] == [name for name, secret in secrets.items() if name != "code" and secret in kept]
    assert [] == [(name, place) for place, text in shown.items() for name, s in secrets.items() if s in text]
    assert [] == [name for name, secret in secrets.items() if secret in caplog.text]
    # The search is not blind: what must be there is found by it.
    assert hashlib.sha256(secrets["token"].encode()).hexdigest() in kept
    assert "米密" in kept
    assert any("米密" in text for text in shown.values())


def test_ways_out_do_not_tell_their_secrets(crew: Crew) -> None:
    """What a fault report or a debugger prints of them leaves password and token out."""
    said = repr(connectors(crew.company.settings))

    assert "127.0.0.1" in said
    assert MAIL not in said
    assert SMS not in said
