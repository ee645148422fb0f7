"""Who changes a row past the commands, and not the history with it, is found: `restock verify` names what was changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from engine.access import SYSTEM
from engine.commands import users
from engine.commands.deploy import deploy
from engine.model.definitions import decision, definition, release, resource, start_event
from engine.model.history import entry
from engine.model.instances import instance, job, task
from engine.model.papers import document
from engine.model.people import membership, permission, role, substitution, user
from engine.queries.verify import verify
from engine.services.call import Call, Values
from engine.services.documents import content_hash, issue_paper
from tests.contract import diagrams
from tests.contract.company import MORNING, Company
from tests.contract.copies import Template, prepared
from tests.contract.test_history import unlocked

TABLE = Path(__file__).parents[2] / "processes" / "decisions" / "channel.dmn"
PAYLOAD = {"pieces": 20, "store": "文三路直营店"}


@pytest.fixture(scope="module")
def template(empty: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """The company, prepared once."""
    with prepared(*empty, tmp_path_factory.mktemp("prepared"), _work) as it:
        yield it


@pytest.fixture
def worked(template: Template, tmp_path: Path) -> Iterator[Company]:
    """A company with processes, a table, an order, a paper, and somebody who stands in; nothing in it is wrong."""
    with template.copy(tmp_path) as company:
        yield company


def _work(company: Company) -> None:
    company.deploys("order.form", "order.bpmn", "remind.bpmn", "daily.bpmn", "on_claim.bpmn")
    deploy(company.db, [(TABLE.name, TABLE.read_bytes())], SYSTEM)
    company.starts("order")
    _slip(company)
    users.substitute(company.db, "lin", "zhao", MORNING, MORNING + timedelta(days=1), SYSTEM)
    users.set_roles(company.db, "wang", ["general_manager", "finance"], SYSTEM)
    users.set_active(company.db, "liu", False, SYSTEM)
    users.set_totp(company.db, "chen", "JBSWY3DPEHPK3PXP", SYSTEM)
    company.is_sound()


def _slip(company: Company) -> None:
    """A paper that a service issued, and an older version of it which is void by that."""

    def issue(call: Call) -> Values:
        before = issue_paper(call, "outbound_slip", PAYLOAD | {"pieces": 30})
        issue_paper(call, "outbound_slip", PAYLOAD, before)
        return {}

    company.handlers["stock.book"] = issue
    company.deploys("ship.bpmn")
    company.completes(company.starts("ship", "liu").tasks[0], "liu")
    assert 1 == company.works()


def _number(login: str) -> Any:
    return select(user.c.id).where(user.c.login == login).scalar_subquery()


ORDER = definition.c.key == "order"
CLAIM = start_event.c.kind == "message"
DAILY = (job.c.instance_id == 0) & (job.c.kind == "timer")
ANOTHER_START = {
    "definition_id": select(definition.c.id).where(ORDER).scalar_subquery(),
    "element": "start",
    "kind": "message",
    "name": "claim",
}
SLIP = document.c.version == 2
FORGED = {
    "payload": PAYLOAD | {"pieces": 21},
    "hash": content_hash("outbound_slip", "CK2026-000001", 2, PAYLOAD | {"pieces": 21}),
}
PUT_IN = {
    "instance_id": 2,
    "kind": "outbound_slip",
    "number": "CK2026-000002",
    "version": 1,
    "title": "出库单",
    "copies": 3,
    "issued_at": MORNING,
    "payload": PAYLOAD,
    "hash": content_hash("outbound_slip", "CK2026-000002", 1, PAYLOAD),
}

CHANGES: dict[str, tuple[str, Any]] = {
    "a diagram": (
        "deployed",
        update(definition).where(ORDER).values(file=b"(\xb5/\xfd\x00X\x11\x00\x00<a/>"),
    ),
    "the hash of a diagram": ("deployed", update(definition).where(ORDER).values(hash="0" * 64)),
    "the release of a diagram": ("deployed", update(definition).where(ORDER).values(release=7)),
    "a version that never was": ("deployed", update(definition).where(ORDER).values(version=2)),
    "who may start": ("deployed", update(definition).where(ORDER).values(starters=",warehouse,")),
    "the start form": ("deployed", update(definition).where(ORDER).values(start_form="other")),
    "a form": ("deployed", update(resource).where(resource.c.kind == "form").values(text="{}")),
    "a lost form": ("deployed", delete(resource).where(resource.c.kind == "form")),
    "a table": ("deployed", update(resource).where(resource.c.kind == "dmn").values(text="<definitions/>")),
    "where a decision stands": ("deployed", update(decision).values(key="another")),
    "a lost decision": ("deployed", delete(decision)),
    "a name": ("deployed", update(definition).where(ORDER).values(name="another")),
    "who deployed": ("deployed", update(definition).where(ORDER).values(deployed_by="wang")),
    "when it was deployed": ("deployed", update(resource).values(deployed_at=MORNING + timedelta(days=1))),
    "a process put to rest": ("deployed", update(definition).where(ORDER).values(state="retired")),
    "a release gone": ("deployed", delete(release).where(release.c.id == 2)),
    "a release put in": ("deployed", insert(release).values(id=99, at=MORNING, by="eve")),
    "who released": ("deployed", update(release).where(release.c.id == 1).values(by="eve")),
    "why it was released": ("deployed", update(release).where(release.c.id == 1).values(note="agreed")),
    "a start event gone": ("start", delete(start_event).where(CLAIM)),
    "a start event put in": ("start", insert(start_event).values(ANOTHER_START)),
    "the message that begins a process": ("start", update(start_event).where(CLAIM).values(name="order")),
    "the time that begins a process": ("start", update(start_event).where(~CLAIM).values(name="R/PT1M")),
    "when a process begins next": (
        "start",
        update(start_event).where(~CLAIM).values(due_at=MORNING + timedelta(days=30)),
    ),
    "a beginning put off": ("start", update(job).where(DAILY).values(due_at=MORNING + timedelta(days=30))),
    "a beginning that never comes": ("start", delete(job).where(DAILY)),
    "the process of an instance": (
        "definition",
        update(instance)
        .where(instance.c.id == 1)
        .values(definition_id=select(definition.c.id).where(definition.c.key == "remind").scalar_subquery()),
    ),
    "the release of an instance": (
        "definition",
        update(instance).where(instance.c.id == 1).values(release=1),
    ),
    "who started": ("starter", update(instance).where(instance.c.id == 1).values(starter="wang")),
    "whose task it is": ("task", update(task).where(task.c.instance_id == 1).values(pool="warehouse")),
    "which task it is": ("task", update(task).where(task.c.instance_id == 1).values(element="approve")),
    "a paper": ("paper", update(document).where(SLIP).values(payload=PAYLOAD | {"pieces": 21})),
    "a paper and its fingerprint": ("paper", update(document).where(SLIP).values(FORGED)),
    "a paper's number": ("paper", update(document).where(SLIP).values(number="CK2026-000002")),
    "a paper's order": ("paper", update(document).where(SLIP).values(order_no="DD20260001")),
    "whose paper it is": ("paper", update(document).where(SLIP).values(instance_id=1)),
    "a paper signed by nobody": ("paper", update(document).where(SLIP).values(state="signed")),
    "a void paper that counts": ("paper", update(document).where(~SLIP).values(state="draft")),
    "a paper gone": ("paper", delete(document).where(SLIP)),
    "a paper put in": ("paper", insert(document).values(PUT_IN)),
    "a paper nobody can read": ("paper", text("UPDATE document SET payload = '{'")),
    "a role given": (
        "rights",
        insert(membership).values(user_id=_number("lin"), role="general_manager"),
    ),
    "a role taken": ("rights", delete(membership).where(membership.c.user_id == _number("wang"))),
    "somebody let in again": ("rights", update(user).where(user.c.login == "liu").values(active=True)),
    "codes switched off": ("rights", update(user).where(user.c.login == "chen").values(totp="")),
    "a person put in": (
        "rights",
        insert(user).values(login="eve", name="Eve", active=True, created_at=MORNING),
    ),
    "a person gone": ("rights", delete(user).where(user.c.login == "liu")),
    "a permission": ("rights", insert(permission).values(role="cs", name="deploy")),
    "a role put in": ("rights", insert(role).values(key="auditor", zh="审计", en="auditor")),
    "a longer absence": ("rights", update(substitution).values(until=MORNING + timedelta(days=90))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_past_the_commands_is_named(worked: Company, change: str) -> None:
    """Diagrams, forms, tables, releases, what begins and runs by which version, whose a task is, papers, rights."""
    code, statement = CHANGES[change]
    with worked.db.write() as connection:
        connection.execute(statement)

    assert code in {problem.code for problem in verify(worked.db).problems}


def test_a_process_without_a_name_is_called_by_its_id(company: Company) -> None:
    """A diagram need not name its process; nothing is wrong with that."""
    name, content = diagrams.file("remind.bpmn")
    nameless = content.replace(b'<bpmn:process id="remind" name="remind"', b'<bpmn:process id="remind"')
    assert nameless != content

    deploy(company.db, [(name, nameless)], SYSTEM, job_types={"notify"})

    company.is_sound()


def test_processes_begin_again_and_again_as_the_history_says(worked: Company) -> None:
    """A day later the process has begun and is set for the next day; another day put in is found."""
    for _day in range(3):
        worked.clock.passes(days=1)
        worked.works()
        worked.is_sound()
    tomorrow = worked.clock.now + timedelta(days=1)

    with worked.db.write() as connection:
        connection.execute(update(job).where(DAILY).values(due_at=tomorrow + timedelta(hours=1)))

    (found,) = verify(worked.db).problems
    assert "morning does not begin its process when the history says" == found.text


def _rewrite(connection: Connection, seq: int, body: str) -> None:
    connection.execute(update(entry).where(entry.c.instance_id == 0, entry.c.seq == seq).values(body=body))


@pytest.mark.parametrize(
    "body",
    ['{"verb":"deploy"', '{"files":7,"verb":"deploy"}', '["verb":"rule."]', '{"a":' * 9999, '"verb":"user."'],
)
def test_an_entry_that_cannot_be_read_does_not_end_the_check(worked: Company, body: str) -> None:
    """The chain says which entry it is, and everything after it is still checked."""
    with worked.db.write() as connection:
        unlocked(worked.db, connection)
        _rewrite(connection, 2, body)
        connection.execute(CHANGES["codes switched off"][1])

    found = {problem.code: problem.text for problem in verify(worked.db).problems}

    assert "entry 2 does not follow from the one before" == found["chain"]
    assert "rights" in found


def test_a_signature_whose_entry_cannot_be_read_is_named(worked: Company) -> None:
    """An entry that begins like a signature's and breaks off is a finding, not the end of the command."""
    with worked.db.write() as connection:
        unlocked(worked.db, connection)
        _rewrite(connection, 2, '{"signature":{"at":"2026')
        _rewrite(connection, 3, '{"voided":["0"')

    assert "chain" in {problem.code for problem in verify(worked.db).problems}
