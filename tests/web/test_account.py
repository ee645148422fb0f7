"""One's own account: one-time codes and tokens, and the browser that stays known."""

from __future__ import annotations

import re
import time

import lxml.html
import pyotp
import pytest
from flask.testing import FlaskClient

from engine.access import SYSTEM
from engine.commands import tokens, users
from engine.queries import people
from tests.web.support import PASSWORD, Site


@pytest.fixture
def lin(site: Site) -> FlaskClient:
    """Somebody who has just logged in."""
    return site.enter("lin")


def words(page: str) -> str:
    """What a page says."""
    return " ".join(lxml.html.fromstring(page).text_content().split())


def secret_on(page: str) -> str:
    """The secret that a page shows as text."""
    return lxml.html.fromstring(page).find_class("secret")[0].text_content().replace(" ", "")


def test_codes_are_set_up_and_switched_off(site: Site, lin: FlaskClient) -> None:
    """Password, picture, first code: on. Password and code: off. The browser stays logged in throughout."""
    assert 303 == lin.get("/account/code").status_code
    wrong = lin.post("/account/code/offer", data={"password": "guess-guess"})
    assert (422, True) == (wrong.status_code, "密码不正确" in words(wrong.text))

    page = lin.post("/account/code/offer", data={"password": PASSWORD}, follow_redirects=True)
    secret = secret_on(page.text)
    assert "data:image/svg+xml" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    refused = lin.post("/account/code/confirm", data={"code": "12345"})
    assert (422, secret) == (refused.status_code, secret_on(refused.text))

    first = pyotp.TOTP(secret).at(time.time())
    on = lin.post("/account/code/confirm", data={"code": first}, follow_redirects=True)
    assert (200, True) == (on.status_code, "动态验证码已启用" in words(on.text))
    assert 401 == site.visitor().post("/login", data={"login": "lin", "password": PASSWORD}).status_code

    replayed = lin.post("/account/code/remove", data={"password": PASSWORD, "code": first})
    assert (422, True) == (replayed.status_code, "只能用一次" in words(replayed.text))
    fresh = pyotp.TOTP(secret).at(time.time() + 30)
    off = lin.post("/account/code/remove", data={"password": PASSWORD, "code": fresh}, follow_redirects=True)
    assert (200, True) == (off.status_code, "动态验证码已停用" in words(off.text))
    site.enter("lin")


def test_a_refused_login_offers_the_code(site: Site) -> None:
    """After any refusal the field for a code stands open, whether the person has codes, or exists at all."""
    assert "open" not in re.findall(r"<details[^>]*mb-4[^>]*>", site.visitor().get("/login").text)[0]
    for login in ("lin", "nobody"):
        page = site.visitor().post("/login", data={"login": login, "password": "guess-guess"})
        assert "open" in re.findall(r"<details[^>]*mb-4[^>]*>", page.text)[0]


def test_tokens_are_seen_and_revoked(site: Site, lin: FlaskClient) -> None:
    """Name and last use stand on the page, the token itself nowhere; revoked it is worth nothing."""
    secret = tokens.create_token(site.database, "lin", "夜间报表", SYSTEM)
    other = tokens.create_token(site.database, "chen", "财务", SYSTEM)
    page = lin.get("/account").text
    assert "夜间报表" in words(page)
    assert "从未" in words(page)
    assert "财务" not in words(page)
    assert secret not in page

    assert people.by_token(site.database, secret)
    assert "从未" not in words(lin.get("/account").text)
    (address,) = re.findall(r'action="(/account/tokens/[^"]+)"', page)
    assert 404 == site.enter("chen").post(address).status_code
    assert "令牌已撤销" in words(lin.post(address, follow_redirects=True).text)

    assert None is people.by_token(site.database, secret)
    assert 404 == lin.post(address).status_code
    assert people.by_token(site.database, other)


def test_one_makes_a_token_oneself(site: Site, lin: FlaskClient) -> None:
    """Password again, purpose and end; the answer shows it, no page after it; it does what its maker may, not more."""
    wanted = {"name": " 夜间  报表 ", "days": "30", "password": PASSWORD}
    for wrong, told in (
        ({"password": "guess-guess"}, "密码不正确"),
        ({"name": " "}, "说明令牌的用途"),
        ({"name": "一\n\u202e二"}, "说明令牌的用途"),
        ({"days": "36500"}, "请选择有效期"),
        ({"days": "x"}, "请选择有效期"),
    ):
        refused = lin.post("/account/tokens", data=wanted | wrong)
        assert (422, True) == (refused.status_code, told in words(refused.text))
    assert [] == people.tokens(site.database, "lin")

    page = lin.post("/account/tokens", data=wanted)

    made = secret_on(page.text)
    (kept,) = people.tokens(site.database, "lin")
    assert ("夜间 报表", 30) == (kept.name, (kept.expires_at - kept.created_at).days)
    assert "no-store" in page.headers["Cache-Control"]
    assert made not in lin.get("/account").text
    lins = people.actor(site.database, "lin")
    assert (lins.login, lins.roles, lins.permissions) == (
        (by := people.by_token(site.database, made)).login,
        by.roles,
        by.permissions,
    )
    users.set_roles(site.database, "lin", [], SYSTEM)
    assert frozenset() == people.by_token(site.database, made).roles


def test_who_has_codes_makes_a_token_with_one(site: Site, lin: FlaskClient) -> None:
    """The password alone makes none, and a code counts once."""
    secret = pyotp.random_base32()
    users.set_totp(site.database, "lin", secret, SYSTEM)
    lin = site.visitor()
    now = pyotp.TOTP(secret).at(time.time())
    assert 303 == lin.post("/login", data={"login": "lin", "password": PASSWORD, "code": now}).status_code

    wanted = {"name": "x", "days": "7", "password": PASSWORD}
    for code in ("", now):
        refused = lin.post("/account/tokens", data=wanted | {"code": code})
        assert (422, True) == (refused.status_code, "只能用一次" in words(refused.text))

    fresh = pyotp.TOTP(secret).at(time.time() + 30)
    assert secret_on(lin.post("/account/tokens", data=wanted | {"code": fresh}).text)


def test_a_new_password_ends_tokens(site: Site, lin: FlaskClient) -> None:
    """Whoever changes the password is rid of everything that was opened with the old one."""
    secret = tokens.create_token(site.database, "lin", "x", SYSTEM)
    new = {"old": PASSWORD, "new": "a-new-one-4711", "again": "a-new-one-4711"}

    assert "全部令牌已失效" in words(lin.post("/account/password", data=new, follow_redirects=True).text)

    assert None is people.by_token(site.database, secret)


def test_a_known_browser_gets_in_while_strangers_guess(site: Site, lin: FlaskClient) -> None:
    """Thirty wrong guesses from everywhere stop new browsers for a while, not the one she always uses."""
    lin.post("/logout")
    for number in range(30):
        guess = {"login": "lin", "password": "guess-guess"}
        answer = site.visitor().post(
            "/login", data=guess, environ_base={"REMOTE_ADDR": f"203.0.113.{number}"}
        )
        assert 401 == answer.status_code

    right = {"login": "lin", "password": PASSWORD}
    stranger = site.visitor().post("/login", data=right)
    assert (429, True) == (stranger.status_code, int(stranger.headers["Retry-After"]) > 800)
    assert "不受别人猜测的影响" in words(stranger.text)
    assert 303 == lin.post("/login", data=right).status_code
    lin.post("/logout")
    assert 303 == lin.post("/login", data=right | {"login": " LIN "}).status_code


def test_a_disabled_person_is_out(site: Site, lin: FlaskClient) -> None:
    """Session, token and known browser end together."""
    secret = tokens.create_token(site.database, "lin", "x", SYSTEM)

    users.set_active(site.database, "lin", False, SYSTEM)

    assert 303 == lin.get("/inbox").status_code
    assert None is people.by_token(site.database, secret)
    assert 401 == lin.post("/login", data={"login": "lin", "password": PASSWORD}).status_code
