"""The administrator's pages of people: somebody new, their roles, their way in; each change with the own password."""

from __future__ import annotations

import re

import lxml.html
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.access import SYSTEM
from engine.commands import tokens, users
from engine.queries import people
from engine.queries.people import Person
from engine.queries.verify import verify
from tests.web.support import PASSWORD, Site

MAI = {
    "login": "mai",
    "name": "麦新人",
    "email": "mai@example.com",
    "phone": "138 0000 0000",
    "roles": ["cs", "finance"],
}


@pytest.fixture
def admin(site: Site) -> FlaskClient:
    """The administrator."""
    return site.person("admin")


def known(site: Site, login: str) -> Person:
    """A person as the lists have them."""
    return next(each for each in people.all_users(site.database) if each.login == login)


def told(answer: TestResponse) -> list[str]:
    """What is said beside fields."""
    page = lxml.html.fromstring(answer.text)
    return [" ".join(each.text_content().split()) for each in page.find_class("invalid-feedback")]


def link_on(answer: TestResponse) -> str:
    """The path of the one-time link that a page shows."""
    shown = lxml.html.fromstring(answer.text).find_class("secret")[0].text_content()
    found = re.fullmatch(r"http://localhost(/welcome/\S+)", shown.strip())
    assert found
    return found[1]


def test_somebody_new_chooses_a_password_and_works(site: Site, admin: FlaskClient) -> None:
    """Added with roles and addresses, a link shown once, a password that nobody else knows, the first login."""
    answer = admin.post("/people", data={**MAI, "password": PASSWORD})
    assert 200 == answer.status_code
    mai = known(site, "mai")
    assert (MAI["name"], MAI["email"], MAI["phone"], ("cs", "finance")) == (
        mai.name,
        mai.email,
        mai.phone,
        mai.roles,
    )
    assert not mai.has_password
    assert "尚未设置密码" in admin.get("/people").text
    assert 'class="secret"' not in admin.get("/people/mai").text

    chosen = {"new": "a sentence of my own", "again": "a sentence of my own"}
    assert 303 == site.visitor().post(link_on(answer), data=chosen).status_code

    entered = site.visitor().post("/login", data={"login": "mai", "password": chosen["new"]})
    assert 303 == entered.status_code
    assert known(site, "mai").has_password
    assert () == tuple(verify(site.database).problems)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"login": "Mai Li"}, "登录名只能由小写字母"),
        ({"login": "lin"}, "该登录名已被使用"),
        ({"name": " "}, "请填写姓名"),
        ({"email": "mai at home"}, "邮箱地址不正确"),
        ({"phone": "call me"}, "电话号码不正确"),
        ({"roles": ["wizard"]}, "没有这个岗位"),
        ({"password": "guess-guess"}, "密码不正确"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field(
    site: Site, admin: FlaskClient, given: dict[str, str], said: str
) -> None:
    """Nobody is added, and what was typed is still there."""
    answer = admin.post("/people", data={**MAI, "password": PASSWORD, **given})

    assert 422 == answer.status_code
    assert [True] == [said in each for each in told(answer)]
    page = lxml.html.fromstring(answer.text)
    if "email" not in given:
        assert [MAI["email"]] == page.xpath("//input[@name='email']/@value")
    assert "mai" not in {each.login for each in people.all_users(site.database)}


def test_roles_change_at_once(site: Site, admin: FlaskClient) -> None:
    """What is ticked holds, with the history of it; a wrong password changes nothing and keeps the ticks."""
    wrong = admin.post("/people/lin/roles", data={"roles": ["finance"], "password": "guess-guess"})
    assert 422 == wrong.status_code
    ticked = lxml.html.fromstring(wrong.text).xpath("//input[@name='roles'][@checked]/@value")
    assert (["finance"], ("cs",)) == (ticked, known(site, "lin").roles)

    assert (
        303 == admin.post("/people/lin/roles", data={"roles": ["finance"], "password": PASSWORD}).status_code
    )

    assert frozenset({"finance"}) == people.actor(site.database, "lin").roles
    assert () == tuple(verify(site.database).problems)


def test_name_and_addresses_change(site: Site, admin: FlaskClient) -> None:
    """The history has both; what is no address is told at the field and nothing changes."""
    wrong = admin.post("/people/lin", data={"name": "林晓雨", "email": "no address", "phone": ""})
    assert (422, ["邮箱地址不正确。"], "") == (wrong.status_code, told(wrong), known(site, "lin").email)

    admin.post("/people/lin", data={"name": "林晓雨", "email": "lin@example.com", "phone": ""})

    assert "lin@example.com" == known(site, "lin").email
    with site.database.read() as connection:
        sql = "SELECT body FROM entry WHERE body LIKE '%user.change%'"
        assert '"email":["","lin@example.com"]' in connection.exec_driver_sql(sql).scalar_one()


def test_shut_out_and_let_in_again(site: Site, admin: FlaskClient) -> None:
    """At once, with logins and tokens; letting in again takes the password."""
    lin = site.enter("lin")
    token = tokens.create_token(site.database, "lin", "夜间报表", SYSTEM)
    assert 303 == admin.post("/people/lin/stop").status_code
    assert 303 == lin.get("/inbox").status_code
    assert people.by_token(site.database, token) is None
    assert "已停用" in admin.get("/people").text

    assert 422 == admin.post("/people/lin/admit", data={"password": "guess-guess"}).status_code
    assert not known(site, "lin").active
    admin.post("/people/lin/admit", data={"password": PASSWORD})

    assert known(site, "lin").active
    assert site.enter("lin")


def test_the_last_administrator_stays(site: Site, admin: FlaskClient) -> None:
    """Neither shut out nor without the role, until somebody else may administer."""
    stopped = admin.post("/people/admin/stop")
    changed = admin.post("/people/admin/roles", data={"roles": ["cs"], "password": PASSWORD})
    assert [(422, True)] * 2 == [(each.status_code, "没有管理员" in each.text) for each in (stopped, changed)]
    assert (True, ("admin",)) == (known(site, "admin").active, known(site, "admin").roles)

    users.set_roles(site.database, "shen", ["admin", "auditor"], SYSTEM)
    admin.post("/people/admin/roles", data={"roles": ["cs"], "password": PASSWORD})

    assert ("cs",) == known(site, "admin").roles


def test_a_lost_device_and_tokens(site: Site, admin: FlaskClient) -> None:
    """Codes are switched off with the password, tokens end by a click, a link lets them choose a password anew."""
    users.set_totp(site.database, "lin", "JBSWY3DPEHPK3PXP", SYSTEM)
    tokens.create_token(site.database, "lin", "夜间报表", SYSTEM)
    assert "夜间报表" in admin.get("/people/lin").text

    assert 422 == admin.post("/people/lin/code", data={"password": "guess-guess"}).status_code
    assert known(site, "lin").has_code
    admin.post("/people/lin/code", data={"password": PASSWORD})
    admin.post("/people/lin/tokens")
    refused = admin.post("/people/lin/link", data={"password": "guess-guess"})
    link = link_on(admin.post("/people/lin/link", data={"password": PASSWORD}))

    assert (422, ["密码不正确。"]) == (refused.status_code, told(refused))
    assert (False, []) == (known(site, "lin").has_code, people.tokens(site.database, "lin"))
    assert 200 == site.visitor().get(link).status_code
    assert 404 == admin.get("/people/nobody").status_code
