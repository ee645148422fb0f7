"""Where the installation asks for two, nobody alone gives themselves a task, a signature or a start (T11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from engine.access import SYSTEM
from engine.commands.deploy import deploy
from engine.config import Settings
from engine.errors import DeployRefused
from engine.queries.history import HistoryEntry, entries
from engine.queries.verify import verify
from tests.company import Company
from tests.security.people import Crew
from tests.security.test_approval import _process

BEFORE = ("ask.bpmn", _process("ask", "general_manager", True))
MINE = ("ask.bpmn", _process("ask", "process_owner", True))


@pytest.fixture
def crew(template: Path, tmp_path: Path) -> Iterator[Crew]:
    """A company that asks for two, in which the general manager approves."""
    company = Company(template, tmp_path)
    company.settings = Settings(home=tmp_path, deploy_by_two=True)
    company.db.settings = company.settings
    made = Crew(company)
    deploy(made.db, [BEFORE], SYSTEM)
    yield made
    company.close()


def deploys(crew: Crew, who: str, *files: tuple[str, bytes]) -> list[str]:
    """Somebody deploys: the codes of what speaks against it, none when it is live."""
    try:
        deploy(crew.db, files, crew.actor(who))
    except DeployRefused as refused:
        return sorted({each.code for each in refused.findings})
    return []


def last(crew: Crew) -> HistoryEntry:
    """The newest entry of the system's history."""
    with crew.db.read() as connection:
        return entries(crew.db, connection, 0)[-1]


def test_who_gives_themselves_the_approval_needs_another_person(crew: Crew) -> None:
    """The same person may try as often as they like; the second person's upload of the same files makes it live."""
    assert ["second-person"] == deploys(crew, "qian", MINE)
    assert ["second-person"] == deploys(crew, "qian", MINE)
    assert ("deploy.propose", "qian") == (last(crew).verb, last(crew).by)

    assert [] == deploys(crew, "admin", MINE)

    assert ("deploy", "admin", "qian") == (last(crew).verb, last(crew).by, last(crew).more["proposed_by"])
    assert [] == [each for each in verify(crew.db).problems if each.code != "file"]


def test_other_files_are_another_proposal(crew: Crew) -> None:
    """Who agrees, agrees to the very files: one more letter is a proposal of its own."""
    assert ["second-person"] == deploys(crew, "qian", MINE)
    other = ("ask.bpmn", MINE[1].replace(b'name="Approve"', b'name="Approve!"'))

    assert ["second-person"] == deploys(crew, "admin", other)
    assert [] == deploys(crew, "qian", other)


def test_a_proposal_ends(crew: Crew) -> None:
    """After a week it counts no more, nor after it was used."""
    assert ["second-person"] == deploys(crew, "qian", MINE)
    crew.company.clock.now += timedelta(days=7)
    assert ["second-person"] == deploys(crew, "admin", MINE)
    assert [] == deploys(crew, "qian", MINE)
    assert ["second-person"] == deploys(crew, "qian", BEFORE)
    assert [] == deploys(crew, "admin", BEFORE)
    assert ["second-person"] == deploys(crew, "admin", MINE)


CHANGES: dict[str, tuple[bytes, bytes]] = {
    "another group": (b'candidateGroups="general_manager"', b'candidateGroups="cs"'),
    "no signature": (b'<zeebe:property name="signature" value="approve"/><zeebe:property name="signature:document" value="paper"/>', b""),
    "another meaning": (b'value="approve"', b'value="review"'),
    "another task": (b'id="approve"', b'id="approves"'),
    "other starters": (b'isExecutable="true">', b'isExecutable="true"><bpmn:extensionElements><zeebe:properties><zeebe:property name="starters" value="process_owner"/></zeebe:properties></bpmn:extensionElements>'),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_changes_who_does_what_needs_two(crew: Crew, name: str) -> None:
    """Groups, signatures, tasks, starters."""
    old, new = CHANGES[name]
    changed = BEFORE[1].replace(old, new)
    if name == "another task":
        changed = (
            changed.replace(b'"approve" target', b'"approves" target')
            .replace(b'targetRef="approve"', b'targetRef="approves"')
            .replace(b'sourceRef="approve"', b'sourceRef="approves"')
        )
    assert changed != BEFORE[1]

    assert ["second-person"] == deploys(crew, "qian", ("ask.bpmn", changed))


def test_a_new_process_needs_two(crew: Crew) -> None:
    """Nobody has seen it yet."""
    new = ("new.bpmn", _process("brand_new", "cs", False))

    assert ["second-person"] == deploys(crew, "qian", new)
    assert [] == deploys(crew, "admin", new)


def table(rule: str, name: str = "whose") -> tuple[str, bytes]:
    """A decision table that answers with a role."""
    return f"{name}.dmn", (
        f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="{name}" namespace="urn:t">'
        f'<decision id="{name}" name="{name}"><decisionTable id="t" hitPolicy="FIRST"><input id="i">'
        '<inputExpression id="ie" typeRef="number"><text>amount</text></inputExpression></input>'
        f'<output id="o" name="{name}" typeRef="string"/><rule id="r"><inputEntry id="e"><text>-</text></inputEntry>'
        f'<outputEntry id="x"><text>"{rule}"</text></outputEntry></rule></decisionTable></decision></definitions>'
    ).encode()


def test_a_decision_that_finds_the_approver_needs_two(crew: Crew) -> None:
    """A row of the table by which a task finds its people is not changed alone; other tables are."""
    decides = (
        b'<bpmn:businessRuleTask id="decide" name="Decide"><bpmn:extensionElements><zeebe:calledDecision '
        b'decisionId="whose" resultVariable="role"/></bpmn:extensionElements><bpmn:incoming>f0</bpmn:incoming>'
        b"<bpmn:outgoing>f1</bpmn:outgoing></bpmn:businessRuleTask>"
        b'<bpmn:sequenceFlow id="f0" sourceRef="begin" targetRef="decide"/>'
    )
    routed = (
        _process("routed", "=[role]", True)
        .replace(b'<bpmn:userTask id="approve"', decides + b'<bpmn:userTask id="approve"')
        .replace(b'id="f1" sourceRef="begin"', b'id="f1" sourceRef="decide"')
        .replace(
            b"<bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>",
            b"<bpmn:outgoing>f0</bpmn:outgoing></bpmn:startEvent>",
        )
    )
    deploy(crew.db, [("routed.bpmn", routed), table("general_manager"), table("x", "other")], SYSTEM)

    assert [] == deploys(crew, "qian", table("general_manager"))
    assert ["second-person"] == deploys(crew, "qian", table("process_owner"))
    assert [] == deploys(crew, "qian", table("y", "other"))
    assert [] == deploys(crew, "admin", table("process_owner"))


def _scripted(role: str, other: str, mapped: str) -> tuple[str, bytes]:
    """The task's group comes from a script, another value from another, and both through the task's inputs."""

    def step(name: str, target: str, expression: str, before: str, after: str) -> str:
        return (
            f'<bpmn:scriptTask id="{name}" name="{name}"><bpmn:extensionElements><zeebe:script '
            f'expression="={expression}" resultVariable="{target}"/></bpmn:extensionElements><bpmn:incoming>{before}'
            f"</bpmn:incoming><bpmn:outgoing>{after}</bpmn:outgoing></bpmn:scriptTask>"
        )

    steps = (
        step("find", "role", role, "f0", "fx")
        + step("reckon", "limit", other, "fx", "f1")
        + '<bpmn:sequenceFlow id="f0" sourceRef="begin" targetRef="find"/>'
        + '<bpmn:sequenceFlow id="fx" sourceRef="find" targetRef="reckon"/>'
    )
    inputs = (
        f'<zeebe:ioMapping><zeebe:input source="={mapped}" target="group"/>'
        '<zeebe:input source="=limit" target="shown"/></zeebe:ioMapping><zeebe:assignmentDefinition'
    )
    made = (
        _process("scripted", "=[group]", True)
        .replace(b'<bpmn:userTask id="approve"', steps.encode() + b'<bpmn:userTask id="approve"')
        .replace(b'id="f1" sourceRef="begin"', b'id="f1" sourceRef="reckon"')
        .replace(
            b"<bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>",
            b"<bpmn:outgoing>f0</bpmn:outgoing></bpmn:startEvent>",
        )
        .replace(b"<zeebe:assignmentDefinition", inputs.encode(), 1)
    )
    return "scripted.bpmn", made


def test_a_script_that_finds_the_approver_needs_two(crew: Crew) -> None:
    """The expression that says whose task it is may stay: what makes its value is judged with it, the rest is not."""
    manager, mine = "&quot;general_manager&quot;", "&quot;process_owner&quot;"
    deploy(crew.db, [_scripted(manager, "1", "role")], SYSTEM)

    assert [] == deploys(crew, "qian", _scripted(manager, "2", "role"))
    assert ["second-person"] == deploys(crew, "qian", _scripted(mine, "2", "role"))
    assert ["second-person"] == deploys(crew, "qian", _scripted(manager, "2", mine))
    assert [] == deploys(crew, "admin", _scripted(mine, "2", "role"))


def _led_past(condition: str, most: str) -> tuple[str, bytes]:
    """Small amounts need no approval; what is small says a script."""
    fork = (
        '<bpmn:scriptTask id="reckon" name="reckon"><bpmn:extensionElements><zeebe:script '
        f'expression="={most}" resultVariable="most"/></bpmn:extensionElements></bpmn:scriptTask>'
        '<bpmn:exclusiveGateway id="small" name="Small?" default="f1"/>'
        '<bpmn:sequenceFlow id="f0" sourceRef="begin" targetRef="reckon"/>'
        '<bpmn:sequenceFlow id="fx" sourceRef="reckon" targetRef="small"/>'
        '<bpmn:sequenceFlow id="f3" sourceRef="small" targetRef="end"><bpmn:conditionExpression>'
        f"={condition}</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    made = (
        _process("ask", "general_manager", True)
        .replace(b'<bpmn:userTask id="approve"', fork.encode() + b'<bpmn:userTask id="approve"')
        .replace(b'id="f1" sourceRef="begin"', b'id="f1" sourceRef="small"')
    )
    for said in (*(f"{kind}>{flow}<" for kind in ("incoming", "outgoing") for flow in ("f1", "f2")),):
        made = made.replace(f"<bpmn:{said}/bpmn:{said.partition('>')[0]}>".encode(), b"")
    return "ask.bpmn", made


def test_a_way_past_the_approval_needs_two(crew: Crew) -> None:
    """A gateway put in front of it, another condition, and what makes the value by which it is passed."""
    small = _led_past("amount &lt; most", "100")

    assert ["second-person"] == deploys(crew, "qian", small)
    assert [] == deploys(crew, "admin", small)
    assert ["second-person"] == deploys(crew, "qian", _led_past("amount &lt; most * 10", "100"))
    assert ["second-person"] == deploys(crew, "qian", _led_past("amount &lt; most", "100000"))
    renamed = (small[0], small[1].replace(b'name="Small?"', b'name="A small amount?"'))
    assert [] == deploys(crew, "qian", renamed)


def test_everything_else_one_may_do_alone(crew: Crew) -> None:
    """Other words, the same files again; and the machine's operator, who could do anything anyway."""
    words = ("ask.bpmn", BEFORE[1].replace(b'name="Approve"', b'name="Please approve"'))

    assert [] == deploys(crew, "qian", words)
    assert [] == deploys(crew, "qian", words)
    assert "proposed_by" not in last(crew).more
    assert deploy(crew.db, [MINE], SYSTEM).definitions[0].changed


def test_without_the_setting_one_is_enough(crew: Crew) -> None:
    """A small company has one process owner."""
    crew.db.settings = Settings(home=crew.company.settings.home)

    assert [] == deploys(crew, "qian", MINE)


def test_page_and_api_say_what_to_do(crew: Crew) -> None:
    """The finding names the process, what changed and the way on; in both languages."""

    def sent() -> dict[str, Any]:
        return {"files": (BytesIO(MINE[1]), "ask.bpmn")}

    answer = crew.call("qian", "POST", "/definitions", data=sent())
    assert (422, ["second-person"]) == (
        answer.status_code,
        [each["code"] for each in answer.json["findings"]],
    )
    assert "approve" in answer.json["findings"][0]["message"]
    page = crew.client("qian").post("/definitions", data=sent())
    assert (422, True) == (page.status_code, "另一位有部署权限的人" in page.text)
    done = crew.client("admin").post("/definitions", data=sent())
    assert 200 == done.status_code
    assert "另一位有部署权限的人" not in done.text
