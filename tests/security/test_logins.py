"""Sessions, guesses and starts that would be unsafe (T18, T19, T39)."""

from __future__ import annotations

import base64
import re
import threading
import time
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from sqlalchemy import event, select

from engine.access import SYSTEM
from engine.app import create_app
from engine.commands import passwords, proof, sessions, users
from engine.config import Settings
from engine.demo import PASSWORD
from engine.model.database import Database, assert_fit, connect
from engine.model.people import login_failure, session
from engine.model.trouble import NotOpened
from engine.queries import people
from tests.security.people import Crew


def _cookie(answer: object, name: str = "restock") -> SimpleCookie:
    found = SimpleCookie()
    for each in answer.headers.getlist("Set-Cookie"):  # type: ignore[attr-defined]
        found.load(each)
    return found[name]  # type: ignore[return-value]


def test_session_id_changes_at_login(crew: Crew) -> None:
    """A cookie planted before the login is worth nothing after it; the database knows only hashes of the real ones."""
    client = crew.client()
    client.set_cookie("restock", "planted")
    answer = client.post("/login", data={"login": "lin", "password": PASSWORD})
    given = _cookie(answer).value  # type: ignore[attr-defined]

    assert "planted" != given
    assert len(given) >= 43
    stale = crew.client()
    stale.set_cookie("restock", "planted")
    assert 303 == stale.get("/inbox").status_code
    with crew.db.read() as connection:
        assert given not in {row.id for row in connection.execute(select(session))}


@pytest.mark.parametrize("how", ["logout", "password", "disable", "reset"])
def test_old_cookie_dead_after(crew: Crew, how: str) -> None:
    """After the logout, a new password, being switched off or a reset, no earlier cookie opens anything."""
    device, other = crew.client("lin"), crew.client()
    other.post("/login", data={"login": "lin", "password": PASSWORD})
    assert (200, 200) == (device.get("/inbox").status_code, other.get("/inbox").status_code)

    if how == "logout":
        kept = device.get_cookie("restock").value  # type: ignore[union-attr]
        device.post("/logout")
        device.set_cookie("restock", kept)
    elif how == "password":
        new = {"old": PASSWORD, "new": "a-new-one-4711", "again": "a-new-one-4711"}
        assert 303 == other.post("/account/password", data=new).status_code
    elif how == "disable":
        users.set_active(crew.db, "lin", False, SYSTEM)
    else:
        users.set_password(crew.db, "lin", "a-new-one-4711", SYSTEM)

    assert 303 == device.get("/inbox").status_code
    assert "/login" in device.get("/inbox").location


def test_cookie_flags(crew: Crew) -> None:
    """Every cookie is out of reach of scripts and other sites; over https the session's is bound to this host."""
    https = create_app(Settings(home=crew.company.settings.home, secure_cookies=True), database=crew.db)
    for app, name, secure in ((crew.app, "restock", False), (https, "__Host-restock", True)):
        answer = app.test_client().post("/login", data={"login": "zhao", "password": PASSWORD})
        spoken = app.test_client().post("/account/language", data={"locale": "en"})
        cookie = _cookie(answer, name)
        assert (True, "Lax", "/", "") == (
            cookie["httponly"],
            cookie["samesite"],
            cookie["path"],
            cookie["domain"],
        )
        for each in [*answer.headers.getlist("Set-Cookie"), *spoken.headers.getlist("Set-Cookie")]:
            assert "HttpOnly" in each
            assert "SameSite=Lax" in each
            assert secure == ("Secure" in each)


def test_pages_of_a_session_are_not_kept(crew: Crew) -> None:
    """After the logout the back button finds nothing: pages of a session are not stored."""
    client = crew.client("lin")
    for path in ("/inbox", "/account", "/instances"):
        assert "no-store" in client.get(path).headers["Cache-Control"]
    assert "cache" in client.post("/logout").headers["Clear-Site-Data"]


def test_1000_guesses_stop(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a thousand guesses from four addresses a few are looked at; the rest cost no hash and leave no row."""
    looked: list[str] = []
    monkeypatch.setattr(proof, "matches", lambda _kept, password: looked.append(password) and False)
    for number in range(1_000):
        with pytest.raises((sessions.LoginRefused, sessions.TooManyAttempts)):
            sessions.login(crew.db, "wang", f"guess-{number}", address=f"10.0.{number // 250}.{number % 250}")

    assert proof.MOST_OF_LOGIN == len(looked)
    with crew.db.read() as connection:
        assert 3 * proof.MOST_OF_LOGIN == len(connection.execute(select(login_failure)).all())


def test_one_password_for_everybody_stops(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who tries one password on many logins from one address is stopped as well."""
    looked: list[str] = []
    monkeypatch.setattr(proof, "matches", lambda _kept, password: looked.append(password) and False)
    for number in range(200):
        with pytest.raises((sessions.LoginRefused, sessions.TooManyAttempts)):
            sessions.login(crew.db, f"person{number}", "Summer2026", address="10.9.9.9")

    assert proof.MOST_OF_ADDRESS == len(looked)


def test_unknown_user_same_work(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown, a disabled and a known person cost one hash each, and the answers are the same."""
    users.set_active(crew.db, "wu", False, SYSTEM)
    verified: list[str] = []
    real = passwords._hasher

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            verified.append(kept)
            return real.verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    answers = []
    for login in ("lin", "nobody", "wu"):
        page = crew.client().post("/login", data={"login": login, "password": "wrong-wrong"})
        answers.append((page.status_code, re.sub(rf'value="{login}"|[0-9a-f]{{16,}}', "", page.text)))

    assert 3 == len(verified)
    assert 1 == len(set(answers))


def test_the_hash_for_nobody_costs_what_others_cost() -> None:
    """The parameters of the hash that stands in for an unknown person's are those of a new password's."""
    made = passwords.hashed("a-new-one-4711", "lin")

    assert made.split("$")[1:4] == passwords._DUMMY.split("$")[1:4]
    assert 1 <= passwords.AT_ONCE <= 8


def test_100_logins_hash_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many come at once, no more than a few hashes of 64 MiB are made at the same time."""
    now, most, lock = 0, 0, threading.Lock()

    class Slow:
        def verify(self, *_: str) -> bool:
            nonlocal now, most
            with lock:
                now, most = now + 1, max(most, now + 1)
            time.sleep(0.002)
            with lock:
                now -= 1
            return True

    monkeypatch.setattr(passwords, "_hasher", Slow())
    crowd = [threading.Thread(target=passwords.matches, args=("x", "y")) for _ in range(100)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()

    assert most <= passwords.AT_ONCE


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "1234567",
        "password",
        "PASSWORD",
        " password ",
        "12345678",
        "lin",
        "qwertyuiop",
        "x" * 200,
        "restock1",
    ],
)
def test_weak_password(weak: str) -> None:
    """What everybody guesses, what is short, and what is too long to hash is refused."""
    with pytest.raises(passwords.WeakPassword):
        passwords.hashed(weak, "lin")


def test_long_passwords_count_whole() -> None:
    """Two passwords that differ only in their 128th character are different."""
    kept = passwords.hashed("a" * 127 + "b", "lin")

    assert passwords.matches(kept, "a" * 127 + "b")
    assert not passwords.matches(kept, "a" * 128)


UNSAFE: dict[str, dict[str, object]] = {
    "debug where others reach it": {"debug": True, "host": "0.0.0.0", "trusted_hosts": ("a.example",), "secure_cookies": True},
    "no names of its own": {"host": "0.0.0.0", "secure_cookies": True},
    "cookies over http unasked": {"host": "0.0.0.0", "trusted_hosts": ("a.example",)},
}  # fmt: skip


@pytest.mark.parametrize("name", UNSAFE)
def test_refuses_to_start(name: str, tmp_path: Path) -> None:
    """Settings that would leave the installation open stop it, with a sentence that names the setting."""
    with pytest.raises(ValueError, match="RESTOCK_"):
        Settings(home=tmp_path, **UNSAFE[name])  # type: ignore[arg-type]


def test_refuses_a_database_that_forgets(tmp_path: Path) -> None:
    """A database that does not write commits through to disk is refused."""
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=NORMAL"))
    with pytest.raises(NotOpened, match="refusing to start"):
        assert_fit(database)
    database.close()
    connect(Settings(home=tmp_path)).close()


#: A signed statement about lin of an issuer that nobody asked: none, and with an algorithm that proves nothing.
_STATEMENT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsaW4iLCJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUifQ."
VOUCHED: dict[str, dict[str, str]] = {
    "proxy": {"Remote-User": "lin", "X-Remote-User": "lin", "X-Forwarded-User": "lin", "X-Auth-Request-User": "lin"},
    "certificate": {"X-SSL-Client-Verify": "SUCCESS", "X-SSL-Client-S-DN": "CN=lin"},
    "basic": {"Authorization": f"Basic {base64.b64encode(f'lin:{PASSWORD}'.encode()).decode()}"},
    "bearer": {"Authorization": f"Bearer {_STATEMENT}"},
    "cookie": {"Cookie": f"restock={_STATEMENT}; session={_STATEMENT}"},
}  # fmt: skip


@pytest.mark.parametrize("how", VOUCHED)
def test_nobody_else_vouches_for_anybody(crew: Crew, how: str) -> None:
    """Restock believes its own sessions and tokens alone: no proxy, certificate or issuer says who somebody is."""
    client = crew.app.test_client(use_cookies=False)
    said = VOUCHED[how]
    server = {"REMOTE_USER": "lin", "AUTH_TYPE": "Negotiate", "SSL_CLIENT_S_DN_CN": "lin"}

    assert 303 == client.get("/inbox", headers=said, environ_overrides=server).status_code
    assert 401 == client.get("/api/v1/tasks", headers=said, environ_overrides=server).status_code
    for path in ("/login/callback", "/oauth/callback", "/oidc/callback", "/saml/acs", "/auth/callback"):
        answer = client.get(f"{path}?code=x&state=y", headers=said, environ_overrides=server)
        assert (404, []) == (answer.status_code, answer.headers.getlist("Set-Cookie"))


def test_fresh_database_has_no_login(tmp_path: Path) -> None:
    """A new installation knows nobody, and no known password opens it."""
    app = create_app(Settings(home=tmp_path))
    database = app.extensions["restock.web"]["database"]
    try:
        assert [] == people.all_users(database)
        for login in ("admin", "root", "lin", "system", ""):
            for password in (PASSWORD, "admin", ""):
                answer = app.test_client().post("/login", data={"login": login, "password": password})
                assert answer.status_code in (401, 429)
    finally:
        database.close()
