"""Who changes a row past the commands, and not the history with it, is found: `restock verify` names what was changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from engine.access import SYSTEM
from engine.commands import users
from engine.commands.deploy import deploy
from engine.model.definitions import decision, definition, resource
from engine.model.history import entry
from engine.model.instances import instance, task
from engine.model.papers import document
from engine.model.people import membership, permission, role, substitution, user
from engine.queries.verify import verify
from engine.services.documents import content_hash
from tests.contract.company import MORNING, Company
from tests.contract.test_history import unlocked

TABLE = Path(__file__).parents[2] / "processes" / "decisions" / "channel.dmn"
PAYLOAD = {"pieces": 20, "store": "文三路直营店"}


@pytest.fixture
def worked(company: Company) -> Company:
    """A company with processes, a table, an order, a paper, and somebody who stands in; nothing in it is wrong."""
    company.deploys("order.form", "order.bpmn", "remind.bpmn")
    deploy(company.db, [(TABLE.name, TABLE.read_bytes())], SYSTEM)
    company.starts("order")
    users.substitute(company.db, "lin", "zhao", MORNING, MORNING + timedelta(days=1), SYSTEM)
    users.set_roles(company.db, "wang", ["general_manager", "finance"], SYSTEM)
    users.set_active(company.db, "liu", False, SYSTEM)
    users.set_totp(company.db, "chen", "JBSWY3DPEHPK3PXP", SYSTEM)
    paper = {"instance_id": 1, "kind": "outbound_slip", "number": "CK2026-000001", "version": 1}
    mark = content_hash("outbound_slip", "CK2026-000001", 1, PAYLOAD)
    with company.db.write() as connection:
        more = {"title": "出库单", "copies": 3, "issued_at": MORNING}
        connection.execute(insert(document).values(**paper, **more, payload=PAYLOAD, hash=mark))
    company.is_sound()
    return company


def _number(login: str) -> Any:
    return select(user.c.id).where(user.c.login == login).scalar_subquery()


ORDER = definition.c.key == "order"

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
    "a paper": ("paper", update(document).values(payload=PAYLOAD | {"pieces": 21})),
    "a paper's number": ("paper", update(document).values(number="CK2026-000002")),
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
    """Diagrams, forms, tables, what runs by which version, whose a task is, papers, people and rights."""
    code, statement = CHANGES[change]
    with worked.db.write() as connection:
        connection.execute(statement)

    assert code in {problem.code for problem in verify(worked.db).problems}


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
