"""A form in a real browser: it follows what is typed, keeps the cursor and what is typed meanwhile, and needs no script."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from werkzeug import Request, Response

import engine
from engine.form import Page

STATIC = Path(engine.__file__).parent / "web/static"

pytestmark = pytest.mark.browser

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'"
PAGE = """<!doctype html><html lang="zh"><title>form</title>
<meta name="htmx-config" content='{{"includeIndicatorStyles": false, "allowEval": false}}'>
<link rel="stylesheet" href="/static/vendor/bootstrap.min.css"><link rel="stylesheet" href="/static/theme.css">
<link rel="stylesheet" href="/static/form.css">{scripts}<main class="page">{form}</main></html>"""
SCRIPTS = '<script src="/static/vendor/htmx.min.js" defer></script><script type="module" src="/static/form/form.js"></script>'


class Silent(WSGIRequestHandler):
    def log_message(self, *_args):
        pass


class Desk:
    """Serves one form: draws it, previews it, keeps drafts, and notes what is submitted."""

    def __init__(self, form) -> None:
        self.form = form
        self.drafts: list[dict] = []
        self.done: list[dict] = []
        self.hold = threading.Event()
        self.hold.set()
        self.page = Page(action_url="/done", preview_url="/preview", draft_url="/draft")

    def __call__(self, environ, start_response):
        return self.answer(Request(environ))(environ, start_response)

    def answer(self, request: Request) -> Response:
        if request.path.startswith("/static/"):
            kind = "text/css" if request.path.endswith(".css") else "text/javascript"
            return Response((STATIC / request.path.removeprefix("/static/")).read_bytes(), mimetype=kind)
        if request.path == "/preview":
            values, errors = self.form.preview(request.form, {})
            self.hold.wait(5)
            return Response(self.form.fields(values, errors, {}, "zh_CN", self.page), mimetype="text/html")
        if request.path == "/draft":
            self.drafts.append(self.form.from_post(request.form, {}))
            return Response("saved", mimetype="text/html")
        return self.draw(request)

    def draw(self, request: Request) -> Response:
        scripts = "" if "plain" in request.args or "plain=1" in (request.referrer or "") else SCRIPTS
        values, errors = self.form.initial({}), {}
        if request.method == "POST":
            values, errors = self.form.preview(request.form, {})
            if "_action" not in request.form:
                checked = self.form.check(values, {})
                errors = checked.errors
                self.done.append(checked.values)
        drawn = self.form.render(values, errors, {}, "zh_CN", self.page)
        headers = {"Content-Security-Policy": POLICY}
        return Response(PAGE.format(scripts=scripts, form=drawn), mimetype="text/html", headers=headers)


@pytest.fixture
def desk(form):
    """A served form with a condition, a computed total, a list and a required name."""
    lines = [
        {"type": "textfield", "id": "s", "key": "sku", "label": "货号"},
        {"type": "number", "id": "q", "key": "quantity", "label": "数量"},
    ]
    desk = Desk(
        form(
            {"type": "textfield", "key": "name", "label": "名称", "validate": {"required": True}},
            {"type": "checkbox", "key": "split", "label": "分批"},
            {"type": "textarea", "key": "why", "label": "原因", "conditional": {"hide": "=not(split)"}},
            {"type": "dynamiclist", "path": "lines", "label": "货品", "components": lines},
            {"type": "expression", "key": "total", "expression": "=sum(lines.quantity)"},
            {"type": "text", "text": "合计 {{total}}"},
        )
    )
    server = make_server("127.0.0.1", 0, desk, handler_class=Silent)
    desk.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield desk
    desk.hold.set()
    server.shutdown()
    server.server_close()


def require_file(path: Path) -> None:
    """Skip without the browser assets, or fail where nothing may be skipped."""
    if not path.exists():
        (pytest.fail if os.environ.get("RESTOCK_REQUIRE_ALL") else pytest.skip)(
            f"{path.name} is missing: run `make install`"
        )


@pytest.fixture
def tab(chromium):
    """A browser tab that fails the test on any script or policy error."""
    require_file(STATIC / "vendor/htmx.min.js")
    tab = chromium.new_page()
    tab.set_default_timeout(30_000)
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield tab
    tab.context.close()
    assert [line for line in complaints if "favicon" not in line] == []


def test_follows_what_is_typed(desk, tab):
    """Conditions, computed values and rows follow in place; what is typed meanwhile and the cursor stay."""
    tab.goto(desk.address)
    tab.get_by_label("分批").check()
    tab.get_by_label("原因").wait_for()

    tab.locator("#f-lines-0-quantity").fill("3")
    desk.hold.clear()
    with tab.expect_request("**/preview"):
        tab.locator("#f-name").focus()
    tab.keyboard.type("和顺商行")
    tab.keyboard.press("ArrowLeft")
    desk.hold.set()
    tab.get_by_text("合计 3").wait_for()
    tab.keyboard.type("大")

    assert "和顺商大行" == tab.locator("#f-name").input_value()
    tab.get_by_role("button", name="加一行").click()
    tab.locator("#f-lines-1-sku").wait_for()
    assert "和顺商大行" == tab.locator("#f-name").input_value()


def test_keeps_drafts(desk, tab):
    """What is typed is kept a moment later, without leaving the field."""
    tab.goto(desk.address)
    tab.locator("#f-name").press_sequentially("和顺")

    tab.get_by_text("saved").wait_for()

    assert "和顺" == desk.drafts[-1]["name"]


def test_works_without_scripts(desk, tab):
    """Rows, errors and the submission work with plain posts, and Enter submits rather than removing a row."""
    tab.goto(f"{desk.address}?plain=1")
    tab.get_by_role("button", name="加一行").click()
    tab.locator("#f-lines-1-quantity").fill("5")
    tab.locator("#f-lines-1-quantity").press("Enter")
    tab.locator("#f-errors a").click()
    tab.keyboard.type("和顺")
    tab.get_by_role("button", name="提交").last.click()
    tab.locator("#f-errors").wait_for(state="detached")

    rows = [{"sku": "", "quantity": None}, {"sku": "", "quantity": 5}]
    assert {"name": "和顺", "split": False, "lines": rows, "total": None} == desk.done[-1]


@pytest.mark.parametrize("plain", ["?plain=1", ""])
def test_is_open_to_everybody(desk, tab, plain, root):
    """axe finds nothing to object to, neither in the fresh form nor in one with errors."""
    axe = root / "frontend/node_modules/axe-core/axe.min.js"
    require_file(axe)

    def violations() -> list[str]:
        tab.evaluate(axe.read_text(encoding="utf-8"))
        found = tab.evaluate("axe.run(document.querySelector('main'))")["violations"]
        return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]

    tab.goto(desk.address + plain)
    fresh = violations()
    tab.get_by_role("button", name="提交").last.click()
    tab.locator("#f-errors").wait_for()

    assert [] == fresh + violations()
