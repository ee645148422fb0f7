"""The page of an instance that has stopped, as those see it who wait and those who can mend it."""

from __future__ import annotations

import pytest

from engine.access import SYSTEM
from engine.commands import incidents
from engine.errors import Message
from engine.model.work import working
from tests.browser.support import LOOKS, follow

pytestmark = pytest.mark.browser

WHY = Message(zh="服务出错：打印机没有响应。", en="The service failed: the printer does not answer.")
SAID = {
    "zh_CN": ("打印机没有响应", "可以重试的人", "取消该实例"),
    "en": ("the printer does not answer", "It can be tried again by", "Cancel this instance"),
}


@pytest.mark.parametrize(("theme", "width", "locale"), LOOKS)
def test_a_stopped_instance(desk, violations, theme, width, locale):
    """Who waits reads what failed and who can help; an operator tries again, or cancels with a reason."""
    number, task = desk.site.start(desk.site.person("lin")).split("-")
    with working(desk.site.database) as work:
        work.lock(int(number))
        incidents.note(work, SYSTEM, int(task), work.task(int(task)).element, "job", WHY)
    why, helpers, cancel = SAID[locale]
    shown = {}
    for login in ("lin", "admin"):
        page = desk.sit(login, theme=theme, width=width, locale=locale)
        page.goto(f"/instances/{number}")
        page.wait_for_selector("[data-drawn]")
        shown[login] = page.inner_text("main")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if login == "admin":
            page.click("#cancel summary")
        assert [] == violations(page)

    assert (True, True) == (why in shown["lin"], why in shown["admin"])
    assert (True, False) == (helpers in shown["lin"], cancel in shown["lin"])
    assert (False, True) == (helpers in shown["admin"], cancel in shown["admin"])
    follow(page, f"form[action$='/retry/{task}'] button")
    assert why not in page.inner_text(".head ~ .note, main > .head")
    page.click("#cancel summary")
    page.fill("#reason", "演示用，取消" if locale == "zh_CN" else "for show only")
    follow(page, "#cancel button")
    page.wait_for_selector(".chip.cancelled")
    assert [] == violations(page)
