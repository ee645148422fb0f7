"""Whoever sends more than the form asks for changes nothing with it, on every form that is shipped (T7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from engine import form as forms
from engine.access import SYSTEM
from engine.commands.deploy import deploy
from engine.commands.start import start
from engine.queries.definitions import list_all
from tests.company import ROOT, Company
from tests.security.people import Crew

FORMS = {path.stem: forms.read(path.read_bytes()) for path in sorted((ROOT / "forms").glob("*.form"))}


def _asked(form: forms.Form) -> set[str]:
    asked = form.keys()
    return {key.path.split(".")[0].split("[")[0] for key in asked}


def _names() -> list[str]:
    """Every name a variable has in a shipped diagram or form, and some that are nobody's."""
    diagrams = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "processes").glob("*.bpmn"))
    found = set(re.findall(r'<zeebe:(?:input|output) [^>]*target="([^"]+)"', diagrams))
    found |= {name for form in FORMS.values() for name in _asked(form)}
    return sorted(found | {"typename", "__class__", "decision", "signature", "status", "assignee", "客户"})


NAMES = _names()
KEPT = dict.fromkeys(NAMES, "kept")


def _diagram() -> bytes:
    """A process that gives customer service every shipped form at once."""
    flows, tasks = [], []
    for number, form in enumerate(FORMS.values()):
        flows.append(f'<bpmn:sequenceFlow id="f{number}" sourceRef="split" targetRef="t{number}"/>')
        tasks.append(
            f'<bpmn:userTask id="t{number}" name={quoteattr(form.id)}><bpmn:extensionElements><zeebe:userTask/>'
            f'<zeebe:formDefinition formId={quoteattr(form.id)}/><zeebe:assignmentDefinition candidateGroups="cs"/>'
            f"</bpmn:extensionElements><bpmn:incoming>f{number}</bpmn:incoming>"
            f"<bpmn:outgoing>e{number}</bpmn:outgoing></bpmn:userTask>"
            f'<bpmn:endEvent id="end{number}"><bpmn:incoming>e{number}</bpmn:incoming></bpmn:endEvent>'
        )
        flows.append(f'<bpmn:sequenceFlow id="e{number}" sourceRef="t{number}" targetRef="end{number}"/>')
    out = "".join(f"<bpmn:outgoing>f{number}</bpmn:outgoing>" for number in range(len(FORMS)))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0"
  id="all" targetNamespace="urn:all" modeler:executionPlatform="Camunda Cloud"
  modeler:executionPlatformVersion="8.8.0">
<bpmn:process id="all_forms" name="All forms" isExecutable="true">
<bpmn:startEvent id="begin"><bpmn:outgoing>go</bpmn:outgoing></bpmn:startEvent>
<bpmn:sequenceFlow id="go" sourceRef="begin" targetRef="split"/>
<bpmn:parallelGateway id="split"><bpmn:incoming>go</bpmn:incoming>{out}</bpmn:parallelGateway>
{"".join(tasks)}{"".join(flows)}</bpmn:process></bpmn:definitions>""".encode()


@pytest.fixture(scope="module")
def desk(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Crew, int, dict[str, str]]]:
    """A clerk with every form open in one instance; its number, and the tasks by form."""
    crew = Crew(Company(template, tmp_path_factory.mktemp("desk")))
    deploy(crew.db, [("all.bpmn", _diagram())], SYSTEM)
    begun = start(crew.db, "all_forms", KEPT, crew.actor("lin"))
    tasks = {task.element: task.id for task in crew.company.open(begun.instance_id)}
    yield crew, begun.instance_id, {stem: tasks[f"t{number}"] for number, stem in enumerate(FORMS)}
    crew.company.close()


@pytest.mark.parametrize("stem", FORMS)
def test_only_writable_fields_come_out_of_a_form(stem: str) -> None:
    """Each variable alone: refused at its name, or a field of this form."""
    form = FORMS[stem]

    for name in NAMES:
        checked = form.check({name: "taken"}, KEPT)
        assert set(checked.values) <= _asked(form)
        if name not in _asked(form):
            assert name in checked.errors
            assert {} == checked.values


@pytest.mark.parametrize("stem", FORMS)
def test_extra_fields_change_nothing(desk: tuple[Crew, int, dict[str, str]], stem: str) -> None:
    """All names of the instance's variables at once, through the API and the page: 422, and all is as it was."""
    crew, instance, tasks = desk
    foreign = [name for name in NAMES if name not in _asked(FORMS[stem])]
    taken = dict.fromkeys(NAMES, "taken")

    told = crew.call("lin", "POST", f"/tasks/{tasks[stem]}/complete", {"values": taken})
    page = crew.client("lin").post(f"/tasks/{tasks[stem]}/complete", data=taken | {"_key": ""})

    assert (422, 422) == (told.status_code, page.status_code)
    assert set(foreign) <= {each["field"] for each in told.json["errors"]}
    assert KEPT == _variables(crew, instance)


def test_a_start_form_takes_only_its_fields(desk: tuple[Crew, int, dict[str, str]]) -> None:
    """What a person may start asks for something or takes nothing that it does not ask for."""
    crew, *_ = desk
    told = crew.call("lin", "POST", "/instances", {"definition": "customer_replenishment", "variables": KEPT})

    assert 422 == told.status_code
    assert {name for name in NAMES if name not in _asked(FORMS["start-customer-replenishment"])} <= {
        each["field"] for each in told.json["errors"]
    }


@pytest.mark.parametrize(
    ("who", "process", "asked"),
    [
        ("lin", "customer_replenishment", {"channel"}),
        ("zhao", "after_sales", {"kind", "channel"}),
    ],
)
def test_a_start_form_must_be_answered(
    desk: tuple[Crew, int, dict[str, str]], who: str, process: str, asked: set[str]
) -> None:
    """What a page would propose is no answer: through the API every required field is demanded by name."""
    crew, *_ = desk
    told = crew.call(who, "POST", "/instances", {"definition": process})

    assert (422, asked) == (told.status_code, {each["field"] for each in told.json["errors"]})


def test_what_people_start_has_a_start_form(desk: tuple[Crew, int, dict[str, str]]) -> None:
    """A process without a start form takes any variables from who may start it: none of the shipped ones does."""
    crew, *_ = desk
    with crew.db.read() as connection:
        rows = connection.exec_driver_sql("SELECT key, starters, start_form FROM definition").all()

    assert {"all_forms"} == {key for key, starters, form in rows if starters and not form}
    assert len(rows) == len(list_all(crew.db))


def _variables(crew: Crew, instance: int) -> dict[str, Any]:
    return crew.company.variables(instance)
