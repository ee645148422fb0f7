"""Who reaches what: every route of the pages and of the API, asked by everybody (T9)."""

from __future__ import annotations

import itertools
import re
from io import BytesIO

import pytest
from sqlalchemy import insert

from engine.commands.attach import attach
from engine.feel.values import to_json
from engine.model.papers import document
from engine.model.trade import order
from engine.services import pdf_maker
from engine.services.documents import content_hash
from tests import samples
from tests.security.people import Crew

#: Who asks: nobody, who started the instance and holds its task, another role, the auditor, the process owner.
ASKERS = ("", "lin", "liu", "shen", "qian")

#: What each of them meets: "in" (whatever the answer to an empty form is), or the refusal.
KINDS = {
    "public": ("in", "in", "in", "in", "in"),
    #: Whoever knows the secret; nobody does.
    "secret": ("404", "404", "404", "404", "404"),
    "people": ("login", "in", "in", "in", "in"),
    #: Nobody has the token that is asked for.
    "token": ("login", "404", "404", "404", "404"),
    "seen": ("login", "in", "404", "in", "in"),
    "done": ("login", "in", "404", "403", "403"),
    "held": ("login", "in", "404", "in", "in"),
    "started": ("login", "in", "404", "404", "404"),
    "operated": ("login", "403", "403", "403", "in"),
    #: Who serves customers, and who watches.
    "served": ("login", "in", "403", "in", "403"),
    #: Customers are known to those who serve them, and to those who answer for the money.
    "known": ("login", "in", "403", "in", "403"),
    "known one": ("login", "in", "404", "in", "404"),
    #: Orders and stock are everybody's who works with them.
    "traded": ("login", "in", "in", "in", "403"),
    "traded one": ("login", "in", "in", "in", "404"),
    #: Who supplies the shops, and who watches.
    "supplied": ("login", "403", "403", "in", "in"),
    #: Fines are seen by those who answer for them.
    "fined": ("login", "403", "403", "in", "403"),
    #: People and their rights are the administrator's.
    "administered": ("login", "403", "403", "403", "403"),
    #: The history as a whole is the auditor's.
    "audited": ("login", "403", "403", "in", "403"),
    #: Nothing is broken, so that even the operator finds nothing to repair.
    "repaired": ("login", "403", "403", "403", "404"),
    "deployed": ("login", "403", "403", "403", "in"),
    #: The rules are seen by who makes them, and who watches.
    "ruled": ("login", "403", "403", "in", "in"),
}

#: Every route; one that is not named here fails the test.
ROUTES = {
    "static": "public",
    "favicon": "public",
    "health.check": "public",
    "auth.home": "public",
    "auth.login": "public",
    "auth.enter": "public",
    "auth.logout": "public",
    "auth.welcome": "public",
    "auth.accept": "secret",
    "account.language": "public",
    "documents.style": "public",
    "api.openapi": "public",
    "api.docs": "public",
    "inbox.page": "people",
    "inbox.state": "people",
    "starts.page": "people",
    "instances.listing": "people",
    "definitions.page": "people",
    "definitions.view": "people",
    "definitions.diagram_file": "people",
    "definitions.download": "people",
    "outbox.page": "people",
    "customers.page": "known",
    "customers.view": "known one",
    "orders.page": "traded",
    "orders.view": "traded one",
    "stock.page": "traded",
    "stock.moves": "traded",
    "documents.listing": "people",
    "tickets.page": "served",
    "store_slips.page": "supplied",
    "fines.page": "fined",
    "audit.page": "audited",
    "audit.take": "audited",
    "audit.compare": "audited",
    "account.page": "people",
    "account.look": "people",
    "account.password": "people",
    "account.offer_code": "people",
    "account.code": "people",
    "account.confirm_code": "people",
    "account.remove_code": "people",
    "account.make_token": "people",
    "account.revoke": "token",
    "absence.page": "people",
    "absence.leave": "people",
    "absence.end": "token",
    "people.page": "administered",
    "people.add": "administered",
    "people.view": "administered",
    "people.describe": "administered",
    "people.assign": "administered",
    "people.invite": "administered",
    "people.without_code": "administered",
    "people.admit": "administered",
    "people.shut_out": "administered",
    "people.end_tokens": "administered",
    "tasks.onward": "people",
    "api.list_definitions": "people",
    "api.list_versions": "people",
    "api.show_xml": "people",
    "api.list_instances": "people",
    "api.list_tasks": "people",
    "tasks.view": "seen",
    "tasks.form": "seen",
    "instances.view": "seen",
    "documents.view": "seen",
    "documents.pdf": "seen",
    "documents.attachment": "seen",
    "api.show_instance": "seen",
    "api.show_history": "seen",
    "api.show_task": "seen",
    "tasks.complete": "done",
    "tasks.sign": "done",
    "tasks.draft": "done",
    "tasks.claim": "done",
    "tasks.delegate": "done",
    "api.complete_task": "done",
    "api.sign_task": "done",
    "api.claim_task": "done",
    "tasks.release": "held",
    "api.release_task": "held",
    "starts.form": "started",
    "starts.start": "started",
    "starts.fields": "started",
    "api.start_instance": "started",
    "instances.retry": "operated",
    "instances.cancel": "operated",
    "outbox.again": "repaired",
    "api.cancel": "operated",
    "api.retry_step": "operated",
    "api.publish_message": "operated",
    "calendar.page": "people",
    "resources.page": "people",
    "resources.download": "people",
    "settings.page": "ruled",
    "settings.change": "deployed",
    "calendar.decide": "deployed",
    "calendar.restore": "deployed",
    "calendar.confirm": "deployed",
    "definitions.deploy": "deployed",
    "api.deploy_files": "deployed",
}

BODIES = {
    "api.start_instance": {"definition": "customer_replenishment", "variables": {"channel": "phone"}},
    "api.sign_task": {"decision": "sign", "password": "wrong"},
    "api.cancel": {"reason": "because"},
    "api.retry_step": {"task": 99},
    "api.publish_message": {"name": "nobody waits for it"},
}


def test_every_route_has_its_row(shared: Crew) -> None:
    """A new route must say whom it lets in."""
    assert set(ROUTES) == {rule.endpoint for rule in shared.app.url_map.iter_rules()}


@pytest.mark.parametrize("kind", KINDS)
def test_every_route_checks_access(shared: Crew, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each route, asked by everybody: whom the table does not let in meets the refusal it says, and nothing else."""
    monkeypatch.setattr(pdf_maker, "make", lambda _page: b"%PDF")
    found = {}
    for endpoint in (name for name, said in ROUTES.items() if said == kind):
        found[endpoint] = tuple(_asked(shared, endpoint, who) for who in ASKERS)

    assert dict.fromkeys(found, KINDS[kind]) == found


def test_what_is_not_there_looks_like_what_is_not_yours(shared: Crew) -> None:
    """The answer for somebody else's task or instance is that for one that does not exist."""
    task = shared.replenish()
    number = task.split("-")[0]

    for theirs, nowhere in (
        (f"/tasks/{task}", "/tasks/99999-1"),
        (f"/instances/{number}", "/instances/99999"),
        (f"/instances/{number}/history", "/instances/99999/history"),
    ):
        answers = [shared.call("liu", "GET", path) for path in (theirs, nowhere)]
        assert answers[0].json == answers[1].json
        assert (404, 404) == tuple(answer.status_code for answer in answers)


def test_lists_hold_only_ones_own(shared: Crew) -> None:
    """Neither tasks nor instances of others are listed, counted or found by searching."""
    number = int(shared.replenish().split("-")[0])

    for path in ("/instances", "/instances?status=running", f"/tasks?instance={number}", "/tasks"):
        mine, theirs = (shared.call(who, "GET", path).json for who in ("lin", "liu"))
        assert mine["total"] > 0
        assert (0, []) == (theirs["total"], theirs["items"])


def test_an_access_rule_that_fails_lets_nobody_in(shared: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the rule itself crashes the answer is a fault, never the task."""
    task = shared.replenish()

    def crash(*_: object) -> bool:
        raise RuntimeError("secret of the rule")

    page = shared.client("lin")
    monkeypatch.setattr("engine.access.may", crash)
    answers = [page.get(f"/tasks/{task}"), shared.call("lin", "GET", f"/tasks/{task}")]

    assert [500, 500] == [answer.status_code for answer in answers]
    assert not any("secret of the rule" in answer.text or "Traceback" in answer.text for answer in answers)


def _asked(crew: Crew, endpoint: str, who: str) -> str:
    """How the route answers this person, about an instance that nobody has touched."""
    rule = next(rule for rule in crew.app.url_map.iter_rules() if rule.endpoint == endpoint)
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    path = _filled(crew, rule.rule)
    if endpoint.startswith("api."):
        body = BODIES.get(endpoint, {}) if method == "POST" and endpoint != "api.deploy_files" else None
        files = {"data": {"files": (BytesIO(b"?"), "x.txt")}} if endpoint == "api.deploy_files" else {}
        answer = crew.call(who, method, path.removeprefix("/api/v1"), body, **files)
    else:
        data = {"decision": "sign", "password": "wrong"} if method == "POST" else None
        answer = crew.client(who).open(path, method=method, data=data, buffered=True)
    if answer.status_code == 401 and not who and endpoint != "auth.enter":
        return "login"
    if endpoint == "auth.logout":
        crew.forget()
    elif answer.status_code == 303 and answer.location.split("?")[0] == "/login":
        return "login"
    assert answer.status_code < 500 or answer.status_code == 503, (endpoint, who, answer.text)
    return str(answer.status_code) if answer.status_code in (403, 404) else "in"


_numbers = itertools.count(1)


def _filled(crew: Crew, rule: str) -> str:
    """An address of the route, about things of customer service."""
    if "<" not in rule:
        return rule
    task = crew.replenish()
    instance = task.split("-")[0]
    values = {
        "task": task,
        "task_id": task,
        "instance": instance,
        "instance_id": instance,
        "key": "customer_replenishment",
    }
    values |= {
        "definition": "customer_replenishment",
        "version": "1",
        "definition_id": "1",
        "resource_id": "1",
        "filename": "theme.css",
    }
    values |= {"secret": "nothing", "notice_id": "1", "login": "lin"}
    if "number" in rule:
        values["number"] = _order(crew, int(instance))
    values["customer_id"] = "1"
    if "document_id" in rule:
        values["document_id"] = str(_paper(crew, int(instance)))
    if "file_id" in rule:
        values["file_id"] = _file(crew, task)
    if "instance_id" in rule:
        values["task"] = "1"
    return re.sub(r"<(?:[a-z]+(?:\([^)]*\))?:)?(\w+)>", lambda found: values[found[1]], rule)


def _order(crew: Crew, instance: int) -> str:
    number = f"SO-{next(_numbers)}"
    row = {
        "no": number, "instance_id": instance, "type": "批发", "customer_name": "宏达超市有限公司", "total": 1,
        "status": "待确认", "received_at": crew.db.now(), "changed_at": crew.db.now(),
    }  # fmt: skip
    with crew.db.write() as connection:
        connection.execute(insert(order).values(row))
    return number


def _paper(crew: Crew, instance: int) -> int:
    number = f"CK-{next(_numbers)}"
    payload = {"lines": []}
    row = {
        "kind": "outbound_slip", "number": number, "version": 1, "title": "出库单", "order_no": "X", "batch_no": None,
        "copies": 3, "payload": payload, "hash": content_hash("outbound_slip", number, 1, to_json(payload)),
        "instance_id": instance, "state": "draft", "issued_at": crew.db.now(),
    }  # fmt: skip
    with crew.db.write() as connection:
        return int(connection.execute(insert(document).values(row).returning(document.c.id)).scalar_one())


def _file(crew: Crew, task: str) -> str:
    return attach(crew.db, task, "photo", "照片.png", BytesIO(samples.png()), crew.actor("lin")).id
