"""Scenario 13 as its people live it: real server, real browser, real jobs, and the power going in the middle."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page

from engine.cli.store import furnish
from engine.config import Settings
from engine.demo import PASSWORD
from engine.form.shadowed import input_name
from engine.migrations import upgrade
from engine.model.database import connect

pytestmark = pytest.mark.browser

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
LONG_AGO = (TODAY - timedelta(days=3)).isoformat()


class Server:
    """`restock run --demo` in a process of its own, that can be killed and started again on the same files."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve, and return when the first page can be asked for."""
        environment = {**os.environ, "PORT": str(self.port), "RESTOCK_HOME": str(self.home)}
        command = [sys.executable, "-c", "from engine.cli import main; main()", "run", "--demo"]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the server ended"
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=2).close()
            except OSError:
                time.sleep(0.1)  # nothing tells from outside that a port will soon be open
            else:
                return
        pytest.fail("the server did not answer within a minute")

    def kill(self) -> None:
        """As if the power went."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The demo company before anything has happened in it, served."""
    made = Server(tmp_path / "home")
    database = connect(Settings(home=made.home))
    upgrade(database)
    furnish(database, with_past=False)
    database.close()
    made.start()
    yield made
    made.kill()


class Clerk:
    """Somebody with a browser window of their own."""

    def __init__(self, browser: Browser, server: Server, login: str) -> None:
        self.server = server
        self.page: Page = browser.new_context(
            base_url=server.address, locale="zh-CN", viewport={"width": 1280, "height": 900}
        ).new_page()
        self.page.goto("/login")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url("**/inbox")

    def find(self, title: str) -> None:
        """Open the task with this title from the inbox; its jobs may still be at work, so ask again for a while."""
        for _ in range(240):
            self.page.goto("/inbox")
            link = self.page.get_by_role("link", name=re.compile(f"^{title}"))
            if link.count():
                link.first.click()
                self.page.wait_for_url("**/tasks/*")
                return
            self.page.wait_for_timeout(250)
        pytest.fail(f"{title} is not in the inbox: {self.page.inner_text('main')[:500]}")

    def fill(self, **values: Any) -> None:
        """Fill fields by their names, as far as they show, waiting for those that others bring."""
        for name, value in values.items():
            field = self.page.locator(f'#answers [name="{input_name(name)}"]:not([type=hidden])').first
            field.wait_for()
            kind = field.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
            if kind == "radio":
                self.page.locator(f'#answers [name="{input_name(name)}"][value="{value}"]').check()
            elif kind == "checkbox":
                field.set_checked(bool(value))
            elif kind == "select":
                field.select_option(str(value))
            else:
                field.fill(str(value))
                field.blur()

    def send(self) -> None:
        """Press the page's own button, and see that it was taken."""
        before = self.page.url
        self.page.locator("#answers button.btn-accent").last.click()
        self.page.wait_for_url(lambda url: url != before)

    def do(self, title: str, **values: Any) -> None:
        """Open, fill and send one task."""
        self.find(title)
        self.fill(**values)
        self.send()

    def sign(self) -> None:
        """Sign what the page shows, with the password again."""
        self.find("签字")
        self.page.fill("[name=password]", PASSWORD)
        before = self.page.url
        self.page.locator("button[name=decision][value=sign]").click()
        self.page.wait_for_url(lambda url: url != before)


def test_13_in_a_browser_through_a_kill(chromium: Browser, server: Server) -> None:
    """From the call to the follow-up: three people sign, the server is killed between two signatures, nothing is lost."""
    lin = Clerk(chromium, server, "lin")
    lin.page.goto("/starts/customer_replenishment")
    lin.fill(channel="phone")
    lin.send()
    lin.do("接听电话", caller_phone="13800010001", rings=2, greeted=True)
    lin.do("核实客人信息", identity_ok=True)
    lin.do("审核补货条件", eligible=True)
    lin.do("询问客人需求", **{"lines[0].sku": "ZP-1001", "lines[0].qty": 300, "payment_method": "对公账户"})
    lin.do("确认订单详情", ship_mode="一次性发货", freight="到付")
    lin.do("询问开票情况")
    lin.do("再次确认", readback_ok=True)
    lin.do("提供其他帮助")
    lin.do("感谢客人", thanked=True)

    chen = Clerk(chromium, server, "chen")
    chen.do(
        "核对货款到账", arrived=True, amount_received="5550", received_on=TODAY.isoformat(), account="基本户"
    )
    lin.do("填写《出库单》")
    lin.sign()
    server.kill()
    server.start()
    chen.sign()
    wang = Clerk(chromium, server, "wang")
    wang.sign()

    lin.do("填写《发货通知单》")
    ship(chromium, server)
    lin.do("查询到货", arrived=True, arrived_at=f"{LONG_AGO}T10:00", condition="good")
    Clerk(chromium, server, "sun").do("确认送达", delivered_at=f"{LONG_AGO}T10:00")
    lin.do("联系客人", received=True, matches=True, intact=True)
    lin.do("满意度回访", score=5)

    auditor = Clerk(chromium, server, "shen")
    auditor.page.goto("/instances/1")
    auditor.page.wait_for_selector("[data-drawn]")
    text = auditor.page.inner_text("main")
    assert "链完整" in text
    auditor.page.goto("/instances/1?tab=signatures")
    signed = auditor.page.inner_text("main")
    assert [True] * 3 == [name in signed for name in ("林晓雨", "陈会计", "王总")]


def ship(chromium: Browser, server: Server) -> None:
    """Warehouse and logistics send the goods on their way."""
    liu, sun = Clerk(chromium, server, "liu"), Clerk(chromium, server, "sun")
    liu.do("拣货", **{"lines[0].picked": 300})
    liu.do("发货前检查", qty_ok=True, quality_ok=True)
    liu.do("包装贴标", packed=True, label=True, parcels=3)
    liu.do("发货前确认", all_correct=True)
    sun.do("汇总订单", place="province")
    sun.do("制定配送计划")
    sun.do("安排配送", assignee="孙物流")
    sun.do("装车交运", collected=True)
    sun.do(
        "填快递单", waybill="LD001", eta=LONG_AGO
    )  # expected days ago: tracking goes straight to customer service
