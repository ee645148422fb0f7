"""The pages as an accessibility checker sees them: narrow and wide, light and dark, in both languages."""

from __future__ import annotations

import re

import pyotp
import pytest

from engine.access import SYSTEM
from engine.commands import tokens, users
from tests.browser.support import LOOKS, TWO_LOOKS, follow
from tests.web.records import ORDER, trade
from tests.web.support import PASSWORD, Site

pytestmark = pytest.mark.browser

CUT = """[document.documentElement, ...document.querySelectorAll(".table-wrap")].some(
    each => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)"""


def places(site: Site) -> dict[str, str]:
    """Every kind of page, with something on it."""
    lin = site.person("lin")
    task = site.start(lin)
    signing = site.to_signing(lin)
    return {
        "inbox": "/inbox",
        "empty inbox": "/inbox?scope=mine",
        "nothing found": "/inbox?q=zzz",
        "task": f"/tasks/{task}",
        "starts": "/starts",
        "instances": "/instances",
        "instance": f"/instances/{signing.split('-')[0]}",
        "variables": f"/instances/{signing.split('-')[0]}?tab=variables",
        "documents": f"/instances/{signing.split('-')[0]}?tab=documents",
        "definitions": "/definitions",
        "definition": "/definitions/1",
        "outbox": "/outbox",
        "account": "/account",
        "missing": "/nowhere",
    }


@pytest.mark.parametrize(("theme", "width", "locale"), LOOKS)
def test_no_accessibility_violation(desk, violations, theme, width, locale):
    """No page has anything the checker objects to, nor is wider than its screen."""
    page = desk.sit("lin", theme=theme, width=width, locale=locale)

    found = {}
    for name, address in places(desk.site).items():
        page.goto(address)
        if page.query_selector("[data-diagram]"):
            page.wait_for_selector("[data-drawn]")
        wide = page.evaluate("document.documentElement.scrollWidth") > width
        found[name] = violations(page) + (["wider than the screen"] if wide else [])

    assert {} == {name: each for name, each in found.items() if each}


@pytest.mark.parametrize(("theme", "width", "locale"), LOOKS)
def test_rules_are_accessible(desk, violations, theme, width, locale):
    """The same for settings, one of them open for change, and for a confirmed and an unconfirmed year."""
    owner = desk.sit("qian", theme=theme, width=width, locale=locale)

    found = {}
    for address in ("/settings?edit=refund_limit", "/calendar?year=2026", "/calendar?year=2027"):
        owner.goto(address)
        wide = owner.evaluate("document.documentElement.scrollWidth") > width
        found[address] = violations(owner) + (["wider than the screen"] if wide else [])

    assert {} == {name: each for name, each in found.items() if each}


#: The look-up pages, each with somebody who works with it.
LOOKUPS = {
    "/customers": "lin",
    "/customers?q=zzz": "lin",
    "/customers/1": "lin",
    "/orders": "liu",
    f"/orders/{ORDER}": "lin",
    "/stock": "liu",
    "/stock/moves": "liu",
    "/stock/moves?sku=ZP-1001": "lin",
    "/documents": "lin",
    "/tickets": "lin",
    "/store-slips": "he",
    "/fines": "guan",
    "/instances/1": "guan",
}


@pytest.mark.parametrize(("theme", "width", "locale"), [*LOOKS, ("light", 800, "en")])
def test_look_up_pages_are_accessible(desk, violations, theme, width, locale):
    """Visited by those who use them, no look-up page has a violation, nor is it or a table cut by its screen."""
    trade(desk.site, int(desk.site.start(desk.site.person("lin")).split("-")[0]))
    people = {
        login: desk.sit(login, theme=theme, width=width, locale=locale) for login in {*LOOKUPS.values()}
    }

    found = {}
    for address, login in LOOKUPS.items():
        page = people[login]
        assert 200 == page.goto(address).status, address
        if page.query_selector("[data-diagram]"):
            page.wait_for_selector("[data-drawn]")
        wide = page.evaluate(CUT)
        found[address] = violations(page) + (["wider than the screen"] if wide else [])

    assert {} == {name: each for name, each in found.items() if each}


@pytest.mark.parametrize(("theme", "width", "locale"), LOOKS)
def test_signing_and_deploying_are_accessible(desk, violations, theme, width, locale):
    """The same for the pages of others: signing, deploying with findings, the login."""
    signing = desk.site.to_signing(desk.site.person("lin"))
    finance = desk.sit("chen", theme=theme, width=width, locale=locale)
    owner = desk.sit("qian", theme=theme, width=width, locale=locale)

    finance.goto(f"/tasks/{signing}")
    found = violations(finance)
    follow(finance, "button[value=refuse]")
    found += violations(finance)
    owner.goto("/definitions")
    owner.set_input_files(
        "#files", {"name": "broken.bpmn", "mimeType": "text/xml", "buffer": b"<definitions/>"}
    )
    follow(owner, "form[enctype] button")
    owner.wait_for_selector("#findings-title")
    found += violations(owner)
    finance.context.clear_cookies(name="restock")
    finance.goto("/login")
    found += violations(finance)

    assert [] == found


@pytest.mark.parametrize(("theme", "width", "locale"), TWO_LOOKS)
def test_people_are_accessible(desk, violations, theme, width, locale):
    """The same for the administrator's pages: the list, somebody new refused and added, roles refused, shut out."""
    users.define_role(desk.site.database, "admin", "管理员", "Administrator", SYSTEM, permissions=["admin"])
    users.set_roles(desk.site.database, "chen", ["admin"], SYSTEM)
    page = desk.sit("chen", theme=theme, width=width, locale=locale)
    found = {}

    def look(name):
        wide = page.evaluate("document.documentElement.scrollWidth") > width
        found[name] = violations(page) + (["wider than the screen"] if wide else [])

    page.goto("/people")
    page.fill("#add-login", "mai")
    page.fill("#add-name", "麦新人")
    page.check("#add-role-cs")
    for name, password in (("refused", "guess-guess"), ("added", PASSWORD)):
        page.fill("#add-password", password)
        follow(page, "form[action$='/people'] button")
        look(name)
    page.goto("/people/lin")
    page.fill("#roles-password", "guess-guess")
    follow(page, "form[action$='/roles'] button")
    look("roles")
    follow(page, "form[action$='/stop'] button")
    look("shut out")

    assert {name: [] for name in found} == found


def be_away(page, look):
    """Let 林晓雨 do one's tasks today, with a wrong password first."""
    page.goto("/account/absence")
    page.select_option("#away-stand_in", "lin")
    page.fill("#away-last", page.input_value("#away-first"))
    page.fill("#away-password", "guess-guess")
    follow(page, "form[action$='/absence'] button")
    look("not away", page)
    page.fill("#away-password", PASSWORD)
    follow(page, "form[action$='/absence'] button")
    look("away", page)


@pytest.mark.parametrize(("theme", "width", "locale"), TWO_LOOKS)
def test_account_and_audit_are_accessible(desk, violations, theme, width, locale, tmp_path):
    """The same for tokens, one-time codes, being away, and the auditor's checkpoint, good and bad."""
    database, found = desk.site.database, {}
    tokens.create_token(database, "lin", "夜间报表 nightly report", SYSTEM, days=30)
    users.define_role(database, "auditor", "审计", "Auditor", SYSTEM, permissions=["audit"])
    users.set_roles(database, "chen", ["auditor"], SYSTEM)
    person = desk.sit("lin", theme=theme, width=width, locale=locale)
    auditor = desk.sit("chen", theme=theme, width=width, locale=locale)

    def look(name, page):
        wide = page.evaluate("document.documentElement.scrollWidth") > width
        found[name] = violations(page) + (["wider than the screen"] if wide else [])

    person.goto("/account")
    look("account", person)
    person.fill("#token-name", "周报 weekly report")
    person.fill("#token-password", "guess-guess")
    follow(person, "form[action$='/account/tokens'] button")
    look("no token", person)
    person.fill("#token-password", PASSWORD)
    follow(person, "form[action$='/account/tokens'] button")
    look("token", person)
    person.fill("#code-password", "guess-guess")
    follow(person, "form[action$='/code/offer'] button")
    look("refused", person)
    person.fill("#code-password", PASSWORD)
    follow(person, "form[action$='/code/offer'] button")
    look("code", person)
    person.fill("#code", "000000")
    follow(person, "form[action$='/code/confirm'] button")
    look("wrong code", person)
    secret = person.inner_text(".secret").replace(" ", "")
    person.fill("#code", pyotp.TOTP(secret).now())
    follow(person, "form[action$='/code/confirm'] button")
    person.wait_for_selector("#code-now")
    look("codes on", person)

    be_away(auditor, look)

    auditor.goto("/audit")
    look("audit", auditor)
    with auditor.expect_download() as taken:
        auditor.click("a[download]")
    kept = tmp_path / "kept.txt"
    taken.value.save_as(kept)
    auditor.set_input_files("#checkpoint", kept)
    follow(auditor, "form[action$='/compare'] button")
    auditor.wait_for_selector(".note.done")
    look("agrees", auditor)
    changed = re.sub(r"(?m)^(0 [0-9]+) [0-9a-f]{8}$", r"\1 00000000", kept.read_text())
    auditor.set_input_files(
        "#checkpoint", {"name": "kept.txt", "mimeType": "text/plain", "buffer": changed.encode()}
    )
    follow(auditor, "form[action$='/compare'] button")
    auditor.wait_for_selector("#found")
    look("differs", auditor)

    assert {} == {name: each for name, each in found.items() if each}
