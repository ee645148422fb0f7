"""Who sees an instance need not see all its values (T10)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.access import SYSTEM
from engine.commands import users
from engine.commands.complete import complete
from engine.commands.deploy import deploy
from engine.commands.start import start
from engine.errors import DeployRefused
from tests.company import Company
from tests.security.people import Crew
from tests.security.test_approval import HEAD, _process

#: The value nobody may find where it is not theirs to see; it has no other meaning.
SECRET = "canary-4711"

#: One process calls another; a task of customer service, with the secret's field in its form or without.
OUTER = (
    f'{HEAD}<bpmn:process id="outer" name="outer" isExecutable="true"><bpmn:startEvent id="begin">'
    '<bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent><bpmn:callActivity id="call" name="Call">'
    '<bpmn:extensionElements><zeebe:calledElement processId="inner" propagateAllParentVariables="true"/>'
    "</bpmn:extensionElements><bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>"
    '</bpmn:callActivity><bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>'
    '<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="call"/>'
    '<bpmn:sequenceFlow id="f2" sourceRef="call" targetRef="end"/></bpmn:process></bpmn:definitions>'
).encode()
FORM = {
    "id": "asking", "type": "default", "schemaVersion": 19, "executionPlatform": "Camunda Cloud",
    "executionPlatformVersion": "8.8.0",
    "components": [{"type": "textfield", "id": "f", "key": "iban", "label": "账号"}],
}  # fmt: skip


def hiding(process: bytes, roles: str = "general_manager", name: str = "iban") -> bytes:
    """The process, with the secret's variable for these roles only."""
    said = f'<zeebe:properties><zeebe:property name="seen_by:{name}" value="{roles}"/></zeebe:properties>'
    return process.replace(
        b'isExecutable="true">',
        f'isExecutable="true"><bpmn:extensionElements>{said}</bpmn:extensionElements>'.encode(),
    )


@pytest.fixture(scope="module")
def crew(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """A company in which customer service works on instances with a value for the general manager."""
    made = Crew(Company(template, tmp_path_factory.mktemp("exposure")))
    shown = _process("shown", "cs", False).replace(
        b"<zeebe:userTask/>", b'<zeebe:userTask/><zeebe:formDefinition formId="asking"/>'
    )
    files = [
        ("plain.bpmn", hiding(_process("plain", "cs,general_manager", False))),
        ("shown.bpmn", hiding(shown)),
        ("inner.bpmn", hiding(_process("inner", "cs", False))),
        ("outer.bpmn", hiding(OUTER, "general_manager,finance")),
        ("asking.form", json.dumps(FORM).encode()),
    ]
    deploy(made.db, files, SYSTEM)
    yield made
    made.company.close()


def begin(crew: Crew, key: str) -> tuple[int, str]:
    """Lin begins one; its number and its task."""
    begun = start(crew.db, key, {"iban": SECRET, "amount": 12}, crew.actor("lin"))
    return begun.instance_id, crew.company.open(begun.instance_id)[0].id


def seen(crew: Crew, who: str, number: int, task: str = "") -> list[str]:
    """Where somebody finds the secret of an instance: on its page, by the API, at its task."""
    pages = [f"/instances/{number}", f"/instances/{number}?tab=variables"]
    calls = [f"/instances/{number}", f"/instances/{number}/history"]
    if task:
        pages.append(f"/tasks/{task}")
        calls.append(f"/tasks/{task}")
    answers = {path: crew.client(who).get(path) for path in pages}
    answers |= {f"api {path}": crew.call(who, "GET", path) for path in calls}
    assert {200} == {each.status_code for each in answers.values()}
    return [path for path, each in answers.items() if SECRET in each.text]


def test_history_hides_fields(crew: Crew) -> None:
    """Who began it, and the operator, see that there is such a value and for whom, not the value; all else they see."""
    number, task = begin(crew, "plain")

    for who, what in (("lin", task), ("qian", "")):
        assert [] == seen(crew, who, number, what)
    page = crew.client("lin").get(f"/instances/{number}?tab=variables").text
    assert "仅总经理可见" in page
    assert 6 == len(seen(crew, "wang", number, task))
    assert 4 == len(seen(crew, "shen", number))


def test_api_returns_listed_fields_only(crew: Crew) -> None:
    """A task's values and an instance's, by the API, are without what is not for the caller."""
    number, task = begin(crew, "plain")

    assert {"amount": 12} == crew.call("lin", "GET", f"/instances/{number}").json["variables"]
    assert {"amount": 12} == crew.call("lin", "GET", f"/tasks/{task}").json["values"]
    (first,) = crew.call("lin", "GET", f"/instances/{number}/history").json["items"]
    assert {"amount": {"old": None, "new": 12}} == first["changes"]
    assert SECRET == crew.call("wang", "GET", f"/tasks/{task}").json["values"]["iban"]


def test_a_form_shows_what_it_asks_for(crew: Crew) -> None:
    """Who has the task sees the fields of its form; the rest of the page stays without."""
    number, task = begin(crew, "shown")

    assert [f"/tasks/{task}", f"api /tasks/{task}"] == seen(crew, "lin", number, task)
    complete(crew.db, task, {"iban": SECRET + "2"}, crew.actor("lin"))
    assert [] == seen(crew, "lin", number)


def test_a_called_process_is_heard_too(crew: Crew) -> None:
    """Where two processes of an instance name the variable, only whom both name sees it."""
    number, _task = begin(crew, "outer")

    assert [] == seen(crew, "lin", number)
    users.set_roles(crew.db, "zhao", ["cs", "finance"], SYSTEM)
    assert [] == seen(crew, "zhao", number)
    users.set_roles(crew.db, "zhao", ["cs", "general_manager"], SYSTEM)
    assert 4 == len(seen(crew, "zhao", number))


@pytest.mark.parametrize(("name", "roles"), [("", "finance"), (" ", "finance"), ("iban", " , ")])
def test_a_rule_without_variable_or_role_is_refused(crew: Crew, name: str, roles: str) -> None:
    """Half a rule would hide nothing, or everything."""
    with pytest.raises(DeployRefused) as refused:
        deploy(crew.db, [("plain.bpmn", hiding(_process("plain", "cs", False), roles, name))], SYSTEM)

    assert "seen-by" in {each.code for each in refused.value.findings}
