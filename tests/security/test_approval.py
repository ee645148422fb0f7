"""Nobody approves what is theirs to ask for, under another's name, or what they have not seen (T11, T12, T35 to T37)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.access import SYSTEM
from engine.commands import users
from engine.commands.deploy import deploy
from engine.commands.start import start
from engine.demo import PASSWORD
from engine.errors import DeployRefused
from engine.model.database import Database
from engine.model.definitions import definition
from engine.model.instances import signature
from engine.queries.verify import verify
from tests.company import Company
from tests.security.people import Crew

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0"
  id="a" targetNamespace="urn:a" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
"""


def _process(key: str, groups: str, signed: bool) -> bytes:
    """A process of one task, for `groups`, that is a signature or not."""
    proof = '<zeebe:property name="signature" value="approve"/><zeebe:property name="signature:document" value="paper"/>'
    return (
        f'{HEAD}<bpmn:process id="{key}" name="{key}" isExecutable="true"><bpmn:startEvent id="begin">'
        f'<bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent><bpmn:userTask id="approve" name="Approve">'
        f'<bpmn:extensionElements><zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="{groups}"/>'
        f"<zeebe:properties>{proof if signed else ''}</zeebe:properties></bpmn:extensionElements>"
        f"<bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>"
        f'<bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>'
        f'<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="approve"/>'
        f'<bpmn:sequenceFlow id="f2" sourceRef="approve" targetRef="end"/></bpmn:process></bpmn:definitions>'
    ).encode()


@pytest.fixture(scope="module")
def office(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """A company in which the general manager approves what others ask for."""
    crew = Crew(Company(template, tmp_path_factory.mktemp("office")))
    files = [
        ("ask.bpmn", _process("ask", "general_manager", True)),
        ("route.bpmn", _process("route", "=whose", False)),
    ]
    deploy(crew.db, files, SYSTEM)
    yield crew
    crew.company.close()


def _asks(crew: Crew, who: str = "lin", key: str = "ask", **values: object) -> str:
    """Somebody asks; the id of the task of approving."""
    begun = start(crew.db, key, {"paper": {"amount": 100}, **values}, crew.actor(who))
    return crew.company.open(begun.instance_id)[0].id


def _sign(crew: Crew, who: str, task: str, **more: object) -> int:
    body = {"decision": "sign", "password": PASSWORD, **more}
    return crew.call(who, "POST", f"/tasks/{task}/sign", body).status_code


def test_applicant_cannot_become_approver(office: Crew) -> None:
    """Neither the one who asks, nor an operator, an auditor or an administrator who sees the task, approves it."""
    task = _asks(office)

    found = {who: _sign(office, who, task) for who in ("lin", "zhao", "qian", "shen", "admin")}
    assert {"lin": 404, "zhao": 404, "qian": 403, "shen": 403, "admin": 403} == found
    for who in ("qian", "admin"):
        claimed = office.call(who, "POST", f"/tasks/{task}/claim").status_code
        passed = office.client(who).post(f"/tasks/{task}/delegate", data={"to": who}).status_code
        assert (403, 403) == (claimed, passed)
    assert [] == _signatures(office, task)


def test_approval_is_not_passed_to_the_applicant(office: Crew) -> None:
    """The approver passes it on to nobody of another role."""
    task = _asks(office)

    assert 422 == office.client("wang").post(f"/tasks/{task}/delegate", data={"to": "lin"}).status_code
    assert 404 == office.call("lin", "GET", f"/tasks/{task}").status_code


@pytest.mark.parametrize(
    "whose", ["*", "@lin", ["*"], ["finance,cs"], ["@lin"], ["finance", "*"], [" * "], ["**"]], ids=str
)
def test_a_group_from_data_is_one_role(office: Crew, whose: object) -> None:
    """A value that is used as a group never makes a task everybody's, a person's, or another role's besides."""
    task = _asks(office, key="route", whose=whose)

    assert 404 == office.call("lin", "GET", f"/tasks/{task}").status_code


@pytest.mark.parametrize("marked", [False, True])
def test_a_deployment_that_lets_people_type_the_approver_is_refused(office: Crew, marked: bool) -> None:
    """Who asks would name the group that approves; only a field that is meant to say so, and says so, may."""
    field = {"type": "textfield", "id": "f", "key": "whose", "label": "谁审批"}
    form = {
        "id": "naming", "type": "default", "schemaVersion": 19, "executionPlatform": "Camunda Cloud",
        "executionPlatformVersion": "8.8.0",
        "components": [field | ({"properties": {"routing": "true"}} if marked else {})],
    }  # fmt: skip
    asking = _process("asking", "=whose", False).replace(
        b'<bpmn:startEvent id="begin">',
        b'<bpmn:startEvent id="begin"><bpmn:extensionElements><zeebe:formDefinition formId="naming"/>'
        b"</bpmn:extensionElements>",
    )
    files = [("asking.bpmn", asking), ("naming.form", json.dumps(form).encode())]

    if marked:
        assert ["asking", "naming"] == sorted(
            each.key for each in deploy(office.db, files, SYSTEM).definitions
        )
        return
    with pytest.raises(DeployRefused) as refused:
        deploy(office.db, files, SYSTEM)
    assert ["routed-by-typed-text"] == [
        each.code for each in refused.value.findings if each.severity == "error"
    ]


def test_what_is_called_cannot_be_started(office: Crew) -> None:
    """Processes that others call are started by nobody, administrators included, through page or API."""
    with office.db.read() as connection:
        rows = connection.execute(select(definition.c.key).where(definition.c.starters == "")).all()
    assert {"approval_signatures", "payment_invoice"} <= {row.key for row in rows}
    for (key,) in rows:
        for who in ("lin", "qian", "admin"):
            assert 404 == office.call(who, "POST", "/instances", {"definition": key}).status_code
            assert 404 == office.client(who).post(f"/starts/{key}").status_code


def test_message_start_needs_right(office: Crew) -> None:
    """A message that could start or move an instance is sent by operators only."""
    for who, status in (("lin", 403), ("shen", 403), ("wang", 403), ("qian", 200)):
        assert status == office.call(who, "POST", "/messages", {"name": "ticket_opened"}).status_code


def test_signature_needs_second_proof(office: Crew) -> None:
    """A stolen token or open page signs nothing: a wrong password is told at its field, and the plain way is closed."""
    task = _asks(office)

    wrong = office.call(
        "wang", "POST", f"/tasks/{task}/sign", {"decision": "sign", "password": "guess-guess"}
    )
    assert (422, ["password"]) == (wrong.status_code, [each["field"] for each in wrong.json["errors"]])
    assert 422 == office.call("wang", "POST", f"/tasks/{task}/complete", {"values": {}}).status_code
    assert 422 == office.call("wang", "POST", f"/tasks/{task}/sign", {"decision": "sign"}).status_code
    assert [] == _signatures(office, task)


def test_admin_cannot_sign_as_user(office: Crew) -> None:
    """Not even who can set passwords signs in another's name unseen: the reset stands in the history."""
    task = _asks(office)
    users.set_password(office.db, "wang", "set-by-admin-4711", office.actor("admin"))
    assert 403 == _sign(office, "admin", task, password="set-by-admin-4711")

    with office.db.read() as connection:
        sql = "SELECT body FROM entry WHERE instance_id = 0 ORDER BY seq DESC LIMIT 1"
        body = str(connection.exec_driver_sql(sql).scalar_one())
    assert '"actor":"admin"' in body
    assert '"login":"wang"' in body
    assert "4711" not in body
    users.set_password(office.db, "wang", PASSWORD, SYSTEM)
    office.forget()


def test_stale_view_cannot_be_signed(office: Crew) -> None:
    """Who names what they saw signs that and nothing else, on the page and through the API."""
    task = _asks(office)
    shown = office.call("wang", "GET", f"/tasks/{task}").json["shown_hash"]
    page = {"decision": "sign", "password": PASSWORD, "_shown": "0" * 64}

    assert 409 == _sign(office, "wang", task, shown_hash="0" * 64)
    assert 409 == office.client("wang").post(f"/tasks/{task}/sign", data=page).status_code
    assert [] == _signatures(office, task)
    assert 200 == _sign(office, "wang", task, shown_hash=shown)


def test_signature_binds_what_was_shown(office: Crew) -> None:
    """The row keeps the hash of the document and of all that was shown; another document has another."""
    one, other = _asks(office), _asks(office, paper={"amount": 101})
    shown = office.call("wang", "GET", f"/tasks/{one}").json["shown_hash"]
    assert (200, 200) == (_sign(office, "wang", one), _sign(office, "wang", other))

    first, second = _signatures(office, one)[0], _signatures(office, other)[0]
    assert shown == first.values_hash
    assert first.document_hash != second.document_hash


CHANGES = [
    "signer = 'chen'", "signer_name = '陈会计'", "meaning = 'review'", "decision = 'refuse'", "comment = 'never'",
    "document_hash = 'x'", "values_hash = 'x'", "document = 'other'", "task = 99", "on_behalf = 'lin'",
    "at = at + 1", "void_seq = 2", "instance_id = instance_id + 1000",
]  # fmt: skip


@pytest.mark.parametrize("change", [*CHANGES, "DELETE"])
def test_signature_cannot_be_moved(office: Crew, tmp_path: Path, change: str) -> None:
    """Whatever is changed in a signature's row in the database, and when it is taken away: `verify` says so."""
    if not _signatures(office):
        _sign(office, "wang", _asks(office))
    path = tmp_path / "copy.db"
    with closing(sqlite3.connect(office.company.settings.home / "company.db")) as source:
        source.execute("VACUUM INTO ?", (str(path),))
    copy = Database(f"sqlite:///{path}")
    assert [] == [each for each in verify(copy).problems if each.code != "file"]

    where = "WHERE rowid = (SELECT min(rowid) FROM signature)"
    with copy.write() as connection:
        sql = (
            f"DELETE FROM signature {where}"
            if change == "DELETE"
            else f"UPDATE signature SET {change} {where}"
        )
        connection.exec_driver_sql(sql)

    found = {each.code for each in verify(copy).problems}
    copy.close()
    assert "signature" in found


def test_both_names_recorded(office: Crew) -> None:
    """Who stands in signs under their own name, and the history and the signature have the absent one's as well."""
    now = office.db.now()
    users.substitute(
        office.db, "wang", "chen", now - timedelta(hours=1), now + timedelta(hours=1), office.actor("wang")
    )
    task = _asks(office)
    assert 200 == _sign(office, "chen", task)

    assert [("chen", "wang")] == [(row.signer, row.on_behalf) for row in _signatures(office, task)]
    entries = office.call("lin", "GET", f"/instances/{task.split('-')[0]}/history").json["items"]
    assert ("chen", "wang") in {(each["actor"], each["on_behalf_of"]) for each in entries}
    office.company.clock.now = now + timedelta(hours=2)
    assert 404 == office.call("chen", "GET", f"/tasks/{_asks(office)}").status_code


def _signatures(crew: Crew, task: str = "") -> list[object]:
    query = select(signature)
    if task:
        query = query.where(signature.c.instance_id == int(task.split("-", maxsplit=1)[0]))
    with crew.db.read() as connection:
        return list(connection.execute(query))
