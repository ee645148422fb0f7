"""Plays the main job in a demo company of its own and takes the pictures of the documentation: `make pictures`."""
# ruff: noqa: INP001, T201 - run as a program, and says what it does

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, Page

from docs.browser import chromium
from engine.cli.store import furnish
from engine.config import Settings
from engine.migrations import upgrade
from engine.model.database import connect

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
PASSWORD = "restock-demo"  # noqa: S105 - printed by every demo company
WIDE, NARROW = 1280, 390
#: Half seconds to wait for a task: a busy machine takes its time.
PATIENCE = 120

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()
#: So early, that nine o'clock of the day after, when the follow-up call is due, is over at any hour of today.
ARRIVAL = TODAY - timedelta(days=2)

#: The call: name of the task, and what is filled in. Everything else stays as the page proposes it.
CALL: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "接听电话",
        {"caller_phone": "13800010001", "rings": "2", "customer_name": "宏达超市有限公司", "greeted": True},
    ),
    ("核实客人信息", {"identity_ok": True}),
    ("审核补货条件", {"eligible": True}),
    (
        "询问客人需求",
        {"lines[0].sku": "ZP-1001", "lines[0].qty": "300", "payment_method": "对公账户"},
    ),
    ("确认订单详情", {"ship_time": str(TODAY), "freight": "到付", "ship_mode": "一次性发货"}),
    ("询问开票情况", {"invoice": True}),
    ("再次确认", {"readback_ok": True}),
    ("提供其他帮助", {}),
    ("感谢客人", {"thanked": True}),
)
ARRIVED = {
    "arrived": True,
    "amount_received": "5550",
    "received_on": str(TODAY),
    "account": "工行 2201 对公户",
}
INVOICED = {"invoice_no": "26330000000012345678"}
SHIPPING: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("liu", "拣货", {"lines[0].picked": "300"}),
    ("liu", "发货前检查", {"qty_ok": True, "quality_ok": True}),
    ("liu", "包装贴标", {"packed": True, "label": True, "parcels": "13"}),
    ("sun", "汇总订单", {"place": "province"}),
    ("sun", "制定配送计划", {"delivery_mode": "express", "carrier": "顺丰", "planned_date": str(TODAY)}),
    ("sun", "安排配送", {"assignee": "孙物流"}),
    ("liu", "发货前确认", {"all_correct": True}),
    ("sun", "装车交运", {"collected": True}),
    (
        "sun",
        "填快递单",
        {"carrier": "顺丰", "waybill": "SF1370000000001", "eta": str(TODAY + timedelta(days=1))},
    ),
    ("sun", "跟踪运输", {"state": "arrived"}),
    ("lin", "查询到货", {"arrived": True, "arrived_at": f"{ARRIVAL}T10:00", "condition": "good"}),
    ("sun", "确认送达", {"delivered_at": f"{ARRIVAL}T10:00"}),
)
FILED = ("outbound_slip_filed", "dispatch_notice_filed", "delivery_note_filed", "courier_slip_filed")
AFTERWARDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("zhou", "资料存档", {**dict.fromkeys(FILED, True), "shelf_ref": "A-2-07"}),
    ("lin", "联系客人", {"received": True, "matches": True, "intact": True}),
    ("lin", "满意度回访", {"score": "5"}),
)


@contextmanager
def company() -> Iterator[str]:
    """The address of a demo company that lives as long as the pictures are taken."""
    with tempfile.TemporaryDirectory(prefix="restock-pictures-") as home:
        database = connect(Settings(home=Path(home)))
        upgrade(database)
        furnish(database, with_past=False)
        database.close()
        serving = subprocess.Popen(  # noqa: S603 - our own command
            [str(Path(sys.executable).with_name("restock")), "run", "--demo"],
            env={**os.environ, "RESTOCK_HOME": home, "PORT": "0", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield _address(serving)
        finally:
            serving.terminate()
            serving.wait(timeout=20)


def _address(serving: subprocess.Popen[str]) -> str:
    for line in serving.stdout or ():
        found = re.search(r"http://\S+", line)
        if found:
            return found[0]
    raise SystemExit("The demo company did not start.")


@dataclass
class Office:
    """People of the demo company at their browsers."""

    browser: Browser
    address: str
    pages: dict[tuple[str, int, str], Page] = field(default_factory=dict)

    def sit(self, login: str, width: int = WIDE, theme: str = "light") -> Page:
        """The page of somebody who has logged in, in Chinese."""
        key = (login, width, theme)
        if key not in self.pages:
            context = self.browser.new_context(
                base_url=self.address, locale="zh-CN", color_scheme="dark" if theme == "dark" else "light",
                viewport={"width": width, "height": 820}, is_mobile=width == NARROW, has_touch=width == NARROW,
                device_scale_factor=2 if width == NARROW else 1,
            )  # fmt: skip
            self.pages[key] = context.new_page()
            self._log_in(self.pages[key], login)
        return self.pages[key]

    def _log_in(self, page: Page, login: str) -> None:
        page.goto("/login")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/inbox*")

    def start(self, login: str) -> None:
        """A call comes in."""
        page = self.sit(login)
        page.goto("/starts/customer_replenishment")
        page.check("input[value=phone]")
        page.click("#content form .btn-accent:visible")
        page.wait_for_url("**/tasks/**")

    def open(self, login: str, title: str) -> Page:
        """A task from the inbox, which may still be on its way there."""
        page = self.sit(login)
        for _ in range(PATIENCE):
            if page.locator("h1").first.inner_text().strip() == title and "/tasks/" in page.url:
                return page
            page.goto("/inbox")
            row = page.locator(".work a", has_text=title)
            if row.count():
                row.first.click()
                page.wait_for_load_state()
            else:
                page.wait_for_timeout(500)
        raise RuntimeError(f"{title} did not come into the inbox of {login}.")

    def fill(self, login: str, title: str, answers: dict[str, Any]) -> Page:
        """A task with its answers filled in."""
        page = self.open(login, title)
        for name, value in answers.items():
            _answer(page, name, value)
        return page

    def do(self, login: str, title: str, answers: dict[str, Any]) -> None:
        """A task, done."""
        page = self.fill(login, title, answers)
        _send(page, ".actions .btn-accent")

    def sign(self, login: str) -> None:
        """The paper that waits for this person, signed."""
        page = self.open(login, "签字")
        page.fill("#password", PASSWORD)
        _send(page, "button[value=sign]")


def _answer(page: Page, name: str, value: Any) -> None:
    named = (
        f':is([name="{name}"], [name=".{name}"])'  # a name that browsers use themselves has a dot before it
    )
    controls = page.locator(f"{named}:not([type=hidden])")
    controls.first.wait_for(timeout=20_000)
    kind = controls.first.evaluate("e => e.tagName == 'INPUT' ? e.type : e.tagName")
    if kind == "radio":
        page.locator(f'{named}[value="{value}"]').check(force=True)
    elif kind == "checkbox":
        controls.first.set_checked(value, force=True)
    elif kind == "SELECT":
        controls.first.select_option(value)
    else:
        controls.first.fill(value)
        controls.first.blur()
    page.wait_for_timeout(350)  # fields that depend on this one come or go


def _send(page: Page, button: str) -> None:
    before = page.url
    page.locator(button).click()
    page.wait_for_load_state()
    page.wait_for_timeout(300)
    wrong = page.locator(".invalid-feedback:visible")
    if page.url.split("/")[-2:] == before.split("/")[-2:] and wrong.count():
        raise RuntimeError(f"{before}: {wrong.all_inner_texts()}")


def keep(name: str, page: Page, *, height: int = 820, of: str | None = None, top: str | None = None) -> None:
    """Write a picture of what a screen of `height` shows, of the element `of`, or from the element `top` on.

    256 colours: text on paper never misses the others.
    """
    page.set_viewport_size({"width": page.evaluate("innerWidth"), "height": height})
    if top:
        page.locator(top).first.evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 16)")
    else:
        page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(400)
    taken = page.locator(of).first.screenshot() if of else page.screenshot()
    image = Image.open(BytesIO(taken)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    image.save(FOLDER / f"{name}.png", optimize=True)
    print(f"{name}.png {image.width}×{image.height} {(FOLDER / f'{name}.png').stat().st_size // 1024} KB")


def play(office: Office) -> None:
    """From the call to the follow-up, with a picture wherever something is to be seen."""
    call(office, pictures=True)
    office.do("chen", "核对货款到账", ARRIVED)
    office.do("chen", "开具发票", INVOICED)
    office.do("lin", "填写《出库单》", {})
    office.sign("lin")
    office.sign("chen")
    keep("signing", office.open("wang", "签字"), height=1240)
    office.sign("wang")
    office.do("lin", "填写《发货通知单》", {})
    before, after = SHIPPING[:2], SHIPPING[2:]
    for login, title, answers in before:
        office.do(login, title, answers)
    meanwhile(office)
    for login, title, answers in after:
        office.do(login, title, answers)
    for login, title, answers in AFTERWARDS:
        office.do(login, title, answers)
    looking_back(office)
    changing(office)


def call(office: Office, *, pictures: bool = False, until: str = "", **caller: str) -> None:
    """A customer is on the phone, until the task named is open; other callers give other answers to the first."""
    office.start("lin")
    for title, answers in CALL:
        if title == until:
            return
        given = {name: caller.get(name, value) for name, value in answers.items()}
        page = office.fill("lin", title, given)
        if pictures and title == "询问客人需求":
            keep("task", page, height=1080)
            phone = office.sit("lin", NARROW)
            phone.goto(page.url)
            keep("phone", phone, height=844)
        office.do("lin", title, given)


def meanwhile(office: Office) -> None:
    """Several things at once: goods being packed, a paper to sign, and more calls."""
    call(office, caller_phone="13800010004", customer_name="启明幼儿园")
    office.do("chen", "核对货款到账", {**ARRIVED, "amount_received": "6000"})
    office.do("chen", "开具发票", INVOICED)
    office.do("lin", "填写《出库单》", {})
    office.sit("lin").goto("/inbox")
    call(office, until="确认订单详情", caller_phone="13800010005", customer_name="金桥酒店管理有限公司")
    call(office, until="审核补货条件", caller_phone="13800010006", customer_name="江南大学城图文店")
    page = office.sit("lin")
    page.goto("/inbox")
    page.locator(".work button", has_text="领取").last.click()
    page.goto("/inbox")
    keep("inbox", page, height=520)
    page = office.sit("lin", theme="dark")
    page.goto("/instances/1")
    page.wait_for_selector("[data-drawn=yes]")
    keep("dark", page, height=760)


def looking_back(office: Office) -> None:
    """What an auditor sees afterwards."""
    page = office.sit("shen")
    page.goto("/instances/1")
    page.wait_for_selector("[data-drawn=yes]")
    page.click("[data-zoom=fit]")
    keep("instance", page, height=1160)
    page.goto("/instances/1?tab=signatures")
    keep("signatures", page, height=330, top="main > p:last-of-type")
    page.goto("/instances/1?tab=documents")
    page.locator("#parts a", has_text="出库单").first.click()
    page.wait_for_load_state()
    keep("slip", page, of="article.slip")
    page = office.sit("lin")
    page.goto("/orders/SO2026-000001")
    keep("order", page, height=900)


def changing(office: Office) -> None:
    """A diagram that cannot be run exactly is refused."""
    diagram = (ROOT / "processes" / "follow_up.bpmn").read_text(encoding="utf-8")
    broken = diagram.replace('duration("P1D"))', 'duration("P1D")').replace(
        "contact-customer", "contact-client"
    )
    page = office.sit("qian")
    page.goto("/definitions")
    page.set_input_files(
        "#files", {"name": "follow_up.bpmn", "mimeType": "text/xml", "buffer": broken.encode()}
    )
    page.click("form[enctype] button")
    page.wait_for_selector("#findings-title")
    keep("refused", page, height=700)


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with company() as address, chromium() as browser:
        play(Office(browser, address))


if __name__ == "__main__":
    main()
