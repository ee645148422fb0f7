"""What every page keeps: headers, origin, rights, and that looking changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.web.support import ORDER, Site, make_site, words

#: Who may come in: "anyone", "people" (logged in), or who sees the thing ("owner": lin started it and holds the task).
ACCESS = {
    "static": "anyone",
    "health.check": "anyone",
    "auth.login": "anyone",
    "auth.enter": "anyone",
    "auth.home": "anyone",
    "auth.logout": "anyone",
    "auth.welcome": "anyone",
    "auth.accept": "anyone",
    "favicon": "anyone",
    "outbox.again": "operator",
    "account.language": "anyone",
    "documents.style": "anyone",
    "inbox.page": "people",
    "inbox.state": "people",
    "starts.page": "people",
    "instances.listing": "people",
    "definitions.page": "people",
    "definitions.view": "people",
    "definitions.download": "people",
    "definitions.diagram_file": "people",
    "outbox.page": "people",
    "customers.page": "ledger",
    "customers.view": "owner",
    "orders.page": "people",
    "orders.view": "owner",
    "stock.page": "people",
    "stock.moves": "people",
    "documents.listing": "people",
    "fines.page": "ledger",
    "store_slips.page": "ledger",
    "tickets.page": "ledger",
    "audit.page": "ledger",
    "audit.take": "ledger",
    "audit.compare": "ledger",
    "account.page": "people",
    "account.look": "people",
    "account.password": "people",
    "account.offer_code": "people",
    "account.code": "people",
    "account.confirm_code": "people",
    "account.remove_code": "people",
    "account.make_token": "people",
    "account.revoke": "people",
    "absence.page": "people",
    "absence.leave": "people",
    "absence.end": "people",
    "people.page": "admin",
    "people.add": "admin",
    "people.view": "admin",
    "people.describe": "admin",
    "people.assign": "admin",
    "people.invite": "admin",
    "people.without_code": "admin",
    "people.admit": "admin",
    "people.shut_out": "admin",
    "people.end_tokens": "admin",
    "tasks.view": "owner",
    "tasks.onward": "people",
    "tasks.form": "owner",
    "tasks.draft": "owner",
    "tasks.complete": "owner",
    "tasks.sign": "owner",
    "tasks.claim": "owner",
    "tasks.release": "owner",
    "tasks.delegate": "owner",
    "instances.view": "owner",
    "instances.retry": "owner",
    "instances.cancel": "owner",
    "documents.view": "owner",
    "documents.pdf": "owner",
    "documents.attachment": "owner",
    "starts.form": "owner",
    "starts.start": "owner",
    "starts.fields": "owner",
    "definitions.deploy": "deployer",
    "calendar.page": "people",
    "resources.page": "people",
    "resources.download": "people",
    "settings.page": "ledger",
    "settings.change": "deployer",
    "calendar.decide": "deployer",
    "calendar.restore": "deployer",
    "calendar.confirm": "deployer",
}


@pytest.fixture(scope="module")
def shared(company, tmp_path_factory: pytest.TempPathFactory):
    """One company for tests that leave it as it is."""
    made = make_site(*company, tmp_path_factory.mktemp("shared"))
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def task(shared: Site) -> str:
    """An open task of customer service."""
    return shared.start(shared.person("lin"))


def addresses(site: Site, task: str) -> list[tuple[str, str, str]]:
    """Endpoint, method and an address of every page route."""
    values = {
        "task_id": task,
        "instance_id": task.split("-", maxsplit=1)[0],
        "task": "1",
        "document_id": "1",
        "customer_id": "1",
        "number": "SO2026-000001",
        "file_id": "none",
        "secret": "unknown",
        "login": "lin",
        "notice_id": "1",
        "definition_id": "1",
        "resource_id": "1",
        "key": "desk",
        "filename": "theme.css",
    }
    found = []
    with site.app.test_request_context():
        for rule in site.app.url_map.iter_rules():
            if rule.endpoint.startswith("api."):
                continue
            address = site.app.url_map.bind("localhost").build(
                rule.endpoint,
                {
                    name: int(v) if v.isdigit() and name.endswith("_id") and name != "task_id" else v
                    for name in rule.arguments
                    for v in [values[name]]
                }
                | ({"task": 1} if "task" in rule.arguments else {}),
            )
            method = "POST" if "POST" in (rule.methods or ()) else "GET"
            found.append((rule.endpoint, method, address))
    return found


def test_every_route_checks_access(shared, task):
    """Each route lets in whom the table says: strangers go to the login, others are told there is nothing."""
    stranger, other = shared.visitor(), shared.person("liu")

    for endpoint, method, address in addresses(shared, task):
        kind = ACCESS[endpoint]
        data = {"decision": "sign"} if method == "POST" else None
        alone = stranger.open(address, method=method, data=data, buffered=True)
        if kind == "anyone":
            assert alone.status_code < 500, (endpoint, alone.status_code)
            continue
        assert (303, True) == (alone.status_code, "/login" in alone.location), endpoint
        if kind == "owner":
            assert 404 == other.open(
                address, method=method, data=data, buffered=True
            ).status_code or endpoint in ("instances.retry", "instances.cancel"), (
                endpoint,
                other.open(address, method=method, data=data, buffered=True).status_code,
            )
        if kind in ("deployer", "operator", "ledger", "admin"):
            assert 403 == other.open(address, method=method, data=data, buffered=True).status_code, endpoint


def test_headers_on_every_response(shared, task):
    """Pages, errors, redirects and files say what may run, and that nobody may frame or guess them."""
    person = shared.person("lin")
    asked = [
        *(
            person.get(path, buffered=True)
            for path in ("/inbox", f"/tasks/{task}", "/nowhere", "/static/theme.css", "/healthz")
        ),
        shared.visitor().get("/inbox"),
        person.post("/inbox"),
        person.post(f"/tasks/{task}/complete", headers={"Sec-Fetch-Site": "cross-site"}),
        person.get("/api/v1/nowhere"),
    ]

    for answer in asked:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "'unsafe-inline'" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "nosniff" == answer.headers["X-Content-Type-Options"]
        assert "same-origin" == answer.headers["Cross-Origin-Opener-Policy"]
        assert "same-origin" == answer.headers["Cross-Origin-Resource-Policy"]


def test_pages_without_own_markup_have_trusted_types(shared):
    """Only the pages that load htmx or the diagram go without Trusted Types."""
    person = shared.person("lin")

    assert "require-trusted-types-for" in person.get("/inbox").headers["Content-Security-Policy"]
    assert "require-trusted-types-for" in person.get("/account").headers["Content-Security-Policy"]
    assert "require-trusted-types-for" not in person.get("/definitions/1").headers["Content-Security-Policy"]


def test_every_unsafe_route_refuses_cross_site(shared, task):
    """No other site can make the browser do anything here, whatever header tells of it."""
    person = shared.person("lin")
    unsafe = [address for _endpoint, method, address in addresses(shared, task) if method == "POST"]
    assert len(unsafe) > 10

    for address in unsafe:
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
        ):
            assert 403 == person.post(address, headers=headers).status_code, (address, headers)


def test_get_changes_nothing(shared, task):
    """Looking at every page leaves every table as it was."""
    person = shared.person("lin")

    def rows() -> dict[str, int]:
        with shared.database.read() as connection:
            names = (
                connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
                .scalars()
                .all()
            )
            return {n: connection.exec_driver_sql(f'SELECT count(*) FROM "{n}"').scalar_one() for n in names}

    before = rows()
    for _endpoint, method, address in addresses(shared, task):
        if method == "GET":
            person.get(address, buffered=True)

    assert before == rows()


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "/\tx",
        "evil",
    ],
)
def test_next_stays_here(shared, onward):
    """After the login nobody is sent to another site."""
    answer = shared.visitor().post(
        "/login", data={"login": "lin", "password": "restock-demo", "next": onward}
    )

    assert "/inbox" == answer.location


def test_next_goes_where_one_wanted(shared, task):
    """Who was asked to log in comes out where they wanted to go."""
    stranger = shared.visitor()
    wanted = stranger.get(f"/tasks/{task}").location

    answer = stranger.post(
        "/login", data={"login": "lin", "password": "restock-demo", "next": f"/tasks/{task}"}
    )

    assert f"next=/tasks/{task}" in wanted.replace("%2F", "/")
    assert f"/tasks/{task}" == answer.location


def test_unknown_host_is_refused(shared):
    """The pages answer only to the names they were given."""
    answer = shared.visitor().get("/login", headers={"Host": "evil.example"})

    assert 400 == answer.status_code


def test_500_tells_no_trace(shared, monkeypatch):
    """A fault of ours shows a number, not its inside."""
    from engine.web import inbox

    monkeypatch.setattr(inbox, "page_number", lambda: 1 / 0)
    person = shared.person("lin")

    answer = person.get("/inbox")

    assert 500 == answer.status_code
    assert "故障编号" in words(answer)
    assert "ZeroDivisionError" not in answer.text
    assert "Traceback" not in answer.text


def test_large_form_is_told_what_to_do(shared, task):
    """A form of 5 MB gets a page that says what to do."""
    answer = shared.person("lin").post(f"/tasks/{task}/complete", data={**ORDER, "name": "x" * 5_000_000})

    assert 413 == answer.status_code
    assert "内容太大" in words(answer)


def test_large_field_among_parts_is_refused_too(shared, task):
    """Files may be large, text may not, however it is sent."""
    part = (
        b'--edge\r\nContent-Disposition: form-data; name="name"\r\n\r\n'
        + b"x" * 5_000_000
        + b"\r\n--edge--\r\n"
    )

    answer = shared.person("lin").post(
        f"/tasks/{task}/complete", data=part, content_type="multipart/form-data; boundary=edge"
    )

    assert 413 == answer.status_code


def test_lost_database_is_a_plain_page(shared, monkeypatch):
    """When the database does not answer, the page says that nothing was half done."""
    from sqlalchemy.exc import OperationalError

    from engine.queries import inbox

    def gone(*_args, **_more):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(inbox, "counts", gone)
    answer = shared.person("lin").get("/inbox")

    assert 503 == answer.status_code
    assert "数据库没有响应" in words(answer)
    assert "5" == answer.headers["Retry-After"]


def test_full_disk_says_whom_to_tell(shared, monkeypatch):
    """Nothing was changed, and the administrator is to be told; no fault of ours."""
    from engine.model.trouble import DiskFull
    from engine.queries import inbox

    def full(*_args, **_more):
        raise DiskFull

    monkeypatch.setattr(inbox, "counts", full)
    answer = shared.person("lin").get("/inbox")

    assert 507 == answer.status_code
    assert "磁盘已满" in words(answer)
    assert "请告诉管理员" in words(answer)


def test_cookie_flags(shared):
    """The session's cookie is for this site's pages only, out of reach of scripts."""
    answer = shared.visitor().post("/login", data={"login": "lin", "password": "restock-demo"})
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("restock="))

    assert all(flag in cookie for flag in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie


def test_diagram_download_is_not_rendered(shared):
    """A diagram comes as a file, never as a page."""
    answer = shared.person("lin").get("/definitions/1/download")

    assert "attachment" in answer.headers["Content-Disposition"]
    assert "application/xml" == answer.content_type.split(";")[0]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_no_inline_script_or_style_in_templates():
    """No template carries script, style or handlers, nor marks anything safe."""
    import re

    folder = Path(__file__).parents[2] / "engine" / "web" / "templates"
    bad = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\son\w+\s*=|\sstyle\s*=|\|\s*safe\b|autoescape\s+false", re.IGNORECASE
    )

    assert [] == [
        file.name for file in folder.rglob("*.html") if bad.search(file.read_text(encoding="utf-8"))
    ]
