"""Every documented step stands in the diagrams, in both languages, with its form and its decision table."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from engine import dmn, form
from engine.bpmn import lint
from engine.bpmn.model import Element, Process, Scope
from engine.bpmn.read import read
from engine.roles import ROLES
from engine.services.registry import handlers

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "processes").glob("*.bpmn"))
FORMS = sorted((ROOT / "forms").glob("*.form"))
TABLES = sorted((ROOT / "processes/decisions").glob("*.dmn"))
HERE = Path(__file__).parent

CHINESE = re.compile(r"[\u4e00-\u9fff]")
STEPS = re.compile(r"\[((?:F\d\d\.(?:\d\d|R\d) ?)+)\] ")
#: What says nothing by itself: it only routes, begins or ends.
SILENT = {"exclusiveGateway", "parallelGateway", "startEvent", "endEvent"}

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@cache
def process(file: Path) -> Process:
    """The file's process, read once."""
    return read(file.read_bytes(), file.name).processes[0]


def elements(file: Path) -> list[Element]:
    """Every element of the file, sub-processes' content included."""
    return list(process(file).content.walk())


def scopes(scope: Scope) -> Iterator[Scope]:
    """The scope and those inside it."""
    yield scope
    for element in scope.elements.values():
        if element.inner is not None:
            yield from scopes(element.inner)


def rows(path: Path) -> set[tuple[str, str, str]]:
    """Source step, file and element of each row of a traceability table."""
    with path.open(encoding="utf-8", newline="") as text:
        return {(row["source_step"], row["definition"], row["element"]) for row in csv.DictReader(text)}


def steps(documentation: str) -> list[str]:
    """The source steps in the brackets that documentation begins with."""
    found = STEPS.match(documentation)
    return found[1].split() if found else []


def names(file: Path) -> set[str]:
    """Everything a person reads on a diagram."""
    found = {process(file).name, *(lane.name for lane in process(file).lanes)}
    for scope in scopes(process(file).content):
        found |= {element.name for element in scope.elements.values()}
        found |= {flow.name for flow in scope.flows.values()}
    return found - {""}


def english() -> dict[tuple[str, str], str]:
    """The English labels by process and Chinese name."""
    with (ROOT / "processes/i18n/en.po").open("rb") as text:
        return {(m.context or "", str(m.id)): str(m.string) for m in read_po(text) if m.id}


@each_file
def test_no_documented_step_is_lost(file: Path) -> None:
    """Each row of the catalogue's traceability names an element that is drawn and names the step in its documentation."""
    wanted = {(step, element) for step, name, element in rows(HERE / "traceability.csv") if name == file.name}
    assert wanted
    drawn = {element.id: steps(element.documentation) for element in elements(file)}
    assert [] == sorted(f"{element} {step}" for step, element in wanted if step not in drawn.get(element, []))


def test_the_rows_are_those_of_the_catalogue() -> None:
    """The copy beside this test holds the catalogue's rows of the definitions drawn so far, all of them."""
    mine = rows(HERE / "traceability.csv")
    catalogue = ROOT.parent / "shared/domain/traceability.csv"
    names_drawn = {file.name for file in FILES}
    known = rows(catalogue) if catalogue.is_file() else mine
    assert {row for row in known if row[1] in names_drawn} == mine


@each_file
def test_every_step_says_what_to_do_and_why(file: Path) -> None:
    """Documentation: source steps in brackets, a Chinese paragraph, an English one."""
    silent = [
        element.id
        for element in elements(file)
        if element.kind not in SILENT
        and not (
            steps(element.documentation)
            and CHINESE.search(element.documentation.split("\n\n")[0])
            and not CHINESE.search(element.documentation.split("\n\n")[-1])
        )
    ]
    assert [] == silent


@each_file
def test_every_name_has_its_english(file: Path) -> None:
    """en.po has one entry for each name on the diagram, without Chinese in it, and none that is not drawn."""
    labels = {name: text for (context, name), text in english().items() if context == file.stem}
    assert names(file) == set(labels)
    assert [] == [name for name, text in labels.items() if not text or CHINESE.search(text)]


@each_file
def test_every_user_task_has_a_form_of_its_own(file: Path) -> None:
    """The form is called like the element, lies in forms/, and is deployed with the diagram."""
    for element in elements(file):
        if element.kind == "userTask":
            assert element.id.replace("_", "-") == element.extension("formDefinition", "formId")
            assert "deployment" == element.extension("formDefinition", "bindingType")
            assert (ROOT / "forms" / f"{element.id.replace('_', '-')}.form").is_file()


@each_file
def test_every_user_task_says_what_happens_next(file: Path) -> None:
    """In both languages, on the page of the task."""
    tasks = [each for each in elements(file) if each.kind == "userTask"]

    assert [] == [each.id for each in tasks if not {"then", "then:en"} <= set(each.properties)]


@each_file
def test_every_user_task_belongs_to_a_role(file: Path) -> None:
    """Inside a sub-process no lane says who; everywhere else the lane is a role or the task names its candidates."""
    lanes = {lane.id for lane in process(file).lanes}
    for element in elements(file):
        if element.kind == "userTask":
            named = element.extension("assignmentDefinition", "candidateGroups")
            assert named or element.lane in lanes
            assert named or element.lane not in {"owner", "requester", "signatory"}


def test_every_form_is_used_by_one_task() -> None:
    """No form is left over, none is shared."""
    used = [
        form_id
        for file in FILES
        for e in elements(file)
        if (form_id := e.extension("formDefinition", "formId"))
    ]
    assert sorted(used) == sorted(file.stem for file in FORMS)


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_forms_are_clean_and_speak_english(file: Path) -> None:
    """The form check finds nothing: no unknown property, no missing label, no missing English."""
    assert [] == [str(finding) for finding in form.lint(file.read_text(encoding="utf-8"), file.name)]


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_decision_tables_have_no_gap_and_no_overlap(file: Path) -> None:
    """Each table answers every input exactly once."""
    assert file.stem in dmn.read(file.read_bytes()).ids()
    assert [] == [str(finding) for finding in dmn.check(file.read_bytes(), file.name)]


class Deployed:
    """What lies in the folders, as the check of a deployment asks for it."""

    forms = frozenset(file.stem for file in FORMS)
    decisions = frozenset(name for file in TABLES for name in dmn.read(file.read_bytes()).ids())
    processes = frozenset(file.stem for file in FILES)
    job_types = frozenset(handlers())
    roles = frozenset(role.key for role in ROLES)

    def process(self, key: str) -> Process | None:
        """The diagram of a process."""
        file = ROOT / "processes" / f"{key}.bpmn"
        return process(file) if file in FILES else None

    def typed(self, key: str) -> frozenset[str]:
        """The variables into which people type any text by this form."""
        file = ROOT / "forms" / f"{key}.form"
        return form.read(file.read_text(encoding="utf-8")).typed() if key else frozenset()


@each_file
def test_the_deployment_check_finds_nothing(file: Path) -> None:
    """Every construct runs exactly, and everything a diagram refers to is there."""
    assert [] == [str(finding) for finding in lint(file.read_bytes(), file.name, library=Deployed())]


@each_file
def test_services_are_given_what_they_take(file: Path) -> None:
    """Each job's inputs are names its service takes, none that it needs is missing, and what is used it gives."""
    services = handlers()
    for element in elements(file):
        service = services.get(element.extension("taskDefinition", "type") or "")
        if service is None:
            continue
        given = {mapping.target for mapping in element.inputs}
        takes = {name.removesuffix("?") for name in service.takes}
        needs = {name for name in service.takes if not name.endswith("?")}
        assert (element.id, set()) == (element.id, given - takes)
        assert (element.id, set()) == (element.id, needs - given)


@each_file
def test_calls_pass_only_what_they_map(file: Path) -> None:
    """A called process sees its inputs and gives back its outputs, and is bound to its release."""
    for element in elements(file):
        if element.kind == "callActivity":
            assert "false" == element.extension("calledElement", "propagateAllChildVariables")
            assert "false" == element.extension("calledElement", "propagateAllParentVariables")
            assert "deployment" == element.extension("calledElement", "bindingType")
            assert element.inputs
            assert element.outputs


def test_the_warehouse_is_out_of_reach_before_the_third_signature() -> None:
    """Every way from the outbound slip to the warehouse leads through the sign-off and its yes."""
    content = process(ROOT / "processes/customer_replenishment.bpmn").content
    batch = content.elements["ship_batches"].inner
    assert batch is not None
    blocked = {"signed_gate_to_send_ledger_copy"}
    reached, queue = set[str](), ["batch_start"]
    while queue:
        here = queue.pop()
        reached.add(here)
        following = [
            flow.target for flow in batch.flows.values() if flow.source == here and flow.id not in blocked
        ]
        queue += [target for target in following if target not in reached]
    assert "sign_outbound_slip" in reached
    assert reached.isdisjoint({"notify_warehouse", "dispatch_goods", "send_ledger_copy"})
    assert '= "signed"' in (batch.flows["signed_gate_to_send_ledger_copy"].condition or "")
