"""The pages as a person uses them: menu, keyboard, drafts, lost connections, without scripts."""

from __future__ import annotations

import re

import pytest

from tests.browser.support import follow
from tests.web.support import FILES

pytestmark = pytest.mark.browser


def test_menu_fits_and_opens_by_keyboard(desk, violations):
    """The administrator's whole menu fits 800 pixels in English; its groups open and close without a mouse."""
    page = desk.sit("admin", width=800, locale="en")
    page.goto("/stock")

    assert 800 >= page.evaluate("document.documentElement.scrollWidth")
    assert 60 > page.evaluate("document.querySelector('.bar').getBoundingClientRect().height")
    ends = "[...document.querySelectorAll('.places > *, .bar-end > *')].map(e => e.getBoundingClientRect().right)"
    assert 800 >= max(page.evaluate(ends))
    page.focus(".places summary")
    page.keyboard.press("Enter")
    assert page.is_visible(".places details[open] a[href='/orders']")
    assert [] == violations(page)
    page.keyboard.press("Escape")
    assert not page.is_visible(".places a[href='/orders']")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders")


def test_search_is_one_key_away(desk):
    """The slash goes to the search of a look-up page; in a field it is a slash."""
    page = desk.sit("lin")
    page.goto("/orders")

    page.keyboard.press("/")
    page.keyboard.type("SO/1")

    assert "SO/1" == page.input_value("#search")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders?q=SO*")


def test_menu_works_without_scripts(desk):
    """The groups of the menu open without scripts."""
    page = desk.sit("lin", scripts=False)
    page.goto("/inbox")

    page.click(".places summary")
    follow(page, ".places a[href='/customers']")

    assert "/customers" in page.url


def test_diagram_shows_where_it_stands(desk):
    """The diagram is drawn under the page's own policy, with the done path, the present step and who was there."""
    signing = desk.site.to_signing(desk.site.person("lin"))
    page = desk.sit("lin")

    page.goto(f"/instances/{signing.split('-')[0]}")
    page.wait_for_selector("[data-drawn=yes]")

    assert "✓ 林晓雨" in page.inner_text("#diagram")
    assert "财务" in page.inner_text(".badge-on-canvas.open")
    assert page.is_visible(".bjs-powered-by")
    page.click("[data-element-id=take_order]")
    assert page.locator("[data-timeline] tbody tr:visible").count() == 1
    page.click("[data-show-all]")
    assert page.locator("[data-timeline] tbody tr:visible").count() > 1


def test_replay(desk):
    """The slider goes back to the first step and tells when it was."""
    signing = desk.site.to_signing(desk.site.person("lin"))
    page = desk.sit("lin")
    page.goto(f"/instances/{signing.split('-')[0]}")
    page.wait_for_selector("[data-drawn=yes]")

    page.focus("#replay")
    page.keyboard.press("Home")

    assert 0 == page.locator(".badge-on-canvas").count()
    page.keyboard.press("ArrowRight")
    assert "林晓雨" in page.inner_text("output")


def test_work_by_keyboard(desk):
    """Search, move, claim and open without a mouse."""
    lin = desk.site.person("lin")
    desk.site.start(lin)
    desk.site.start(lin)
    page = desk.sit("lin")
    page.goto("/inbox")

    page.keyboard.press("j")
    page.keyboard.press("j")
    assert 1 == page.evaluate(
        "[...document.querySelectorAll('.work > li')].indexOf(document.activeElement.closest('li'))"
    )
    with page.expect_navigation():
        page.keyboard.press("c")
    page.wait_for_selector("[role=status]")
    page.keyboard.press("/")
    assert "search" == page.evaluate("document.activeElement.id")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/tasks/"))


def test_new_work_appears_by_itself(desk):
    """Coming back to the inbox shows what came in meanwhile, without reloading by hand."""
    page = desk.sit("zhao")
    page.goto("/inbox")
    assert 0 == page.locator(".work > li").count()

    desk.site.start(desk.site.person("lin"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    page.wait_for_selector(".work > li")


def test_typing_is_kept_without_a_button(desk):
    """What one types is saved by itself and is there after closing the page."""
    task = desk.site.start(desk.site.person("lin"))
    page = desk.sit("lin")
    page.goto(f"/tasks/{task}")

    with page.expect_response(re.compile("/draft")):
        page.fill("#f-name", "嘉业超市 🛒")
    page.wait_for_selector("[data-draft-status]:has-text('草稿已保存')")
    page.goto("/inbox")
    page.goto(f"/tasks/{task}")

    assert "嘉业超市 🛒" == page.input_value("#f-name")


def test_lost_connection_says_what_is_kept(desk):
    """Without a connection the page says so, and saves when it is back."""
    task = desk.site.start(desk.site.person("lin"))
    page = desk.sit("lin")
    page.goto(f"/tasks/{task}")

    page.context.set_offline(True)
    page.fill("#f-name", "断线")
    page.wait_for_selector(".toast-line")
    with page.expect_response(re.compile("/draft")):
        page.context.set_offline(False)
    page.goto(f"/tasks/{task}")

    assert "断线" == page.input_value("#f-name")
    desk.complaints[:] = [each for each in desk.complaints if "ERR_INTERNET_DISCONNECTED" not in each]


def test_conditions_follow_the_answers(desk):
    """A field appears when the answer asks for it, without leaving the page or losing what was typed."""
    task = desk.site.start(desk.site.person("lin"))
    page = desk.sit("lin")
    page.goto(f"/tasks/{task}")

    page.fill("#f-name", "和顺商行")
    page.check("#f-invoice")
    page.wait_for_selector("#f-title")

    assert "和顺商行" == page.input_value("#f-name")


def test_works_without_scripts(desk):
    """Start, fill in and send with scripts switched off."""
    page = desk.sit("lin", scripts=False)

    page.goto("/starts")
    follow(page, "form[action='/starts/desk'] button")
    page.fill("#f-name", "无脚本")
    page.fill("#f-qty", "5")
    follow(page, "button.btn-accent:visible")

    page.goto("/instances")
    assert "无脚本" in page.inner_text("main")


def test_every_target_on_a_phone_can_be_hit(desk):
    """Buttons and fields of the task page are at least 44 pixels high on a phone."""
    task = desk.site.start(desk.site.person("lin"))
    page = desk.sit("lin", width=390)
    page.goto(f"/tasks/{task}")

    small = page.evaluate(
        """[...document.querySelectorAll('.btn, .form-control, .form-select, .places a')]
           .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))"""
    )

    assert [] == small


def test_names_are_text(desk):
    """Names, labels and documentation that look like markup are shown as they are, on every page."""
    import io

    evil = '"><img src=x onerror=window.__xss=1><script>window.__xss=1</script>'
    escaped = evil.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    diagram = (FILES / "desk.bpmn").read_text(encoding="utf-8")
    for name in ("前台接单", "填写订单", "来单", "财务签字", "您好，请问要订什么？", "问清货品和数量。"):
        diagram = diagram.replace(name, name + escaped)
    form = (
        (FILES / "desk_order.form")
        .read_text(encoding="utf-8")
        .replace('"客户名称"', '"客户名称' + evil.replace('"', "'") + '"')
    )
    answer = desk.site.person("qian").post(
        "/definitions",
        data={
            "files": [
                (io.BytesIO(diagram.encode()), "desk.bpmn"),
                (io.BytesIO(form.encode()), "desk_order.form"),
            ]
        },
    )
    assert 200 == answer.status_code, answer.text
    lin = desk.site.person("lin")
    task = desk.site.start(lin)
    lin.post(f"/tasks/{task}/complete", data={"name": evil, "qty": "1", "invoice": ""})
    instance = task.split("-")[0]
    signing = f"{instance}-{desk.site.open_task(instance)}"
    other = desk.site.start(lin)

    person, finance = desk.sit("qian"), desk.sit("chen")
    addresses = [
        "/inbox?scope=all",
        f"/tasks/{other}",
        "/instances",
        f"/instances/{instance}",
        f"/instances/{instance}?tab=variables",
        "/definitions",
        "/definitions/2",
        f"/instances/{other.split('-')[0]}",
    ]
    for page, address in [
        *((person, each) for each in addresses),
        (finance, f"/tasks/{signing}"),
        (finance, "/starts"),
    ]:
        page.goto(address)
        if page.query_selector("[data-diagram]"):
            page.wait_for_selector("[data-drawn=yes]")
        assert page.evaluate("window.__xss === undefined"), address
