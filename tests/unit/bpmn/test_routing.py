"""Nobody types whose task it is: the values of text fields are followed to the people of tasks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from engine.bpmn.lint import lint
from engine.bpmn.model import Process
from engine.bpmn.read import read
from engine.bpmn.rules.routing import deciding
from tests.unit.bpmn.drawn import END, START, codes, errors, file, path, script, service, task

ALL = {"order", "other", "typed"}


@dataclass
class Deployed:
    """What is deployed: the form "order" lets people type `boss` and `note`."""

    forms: set[str] = field(default_factory=lambda: ALL)
    decisions: set[str] = field(default_factory=lambda: {"d"})
    processes: set[str] = field(default_factory=set)
    job_types: set[str] = field(default_factory=lambda: {"notify.send"})
    roles: set[str] = field(default_factory=set)
    drawn: dict[str, Process] = field(default_factory=dict)

    def process(self, key: str) -> Process | None:
        """The diagram of a process."""
        return self.drawn.get(key)

    def typed(self, form: str) -> set[str]:
        """What people type by a form."""
        return {"boss", "note"} if form == "order" else set()


def asks(
    name: str = "ask", mapped: str = "", form: str = "order", groups: str = "cs", after: str = ""
) -> str:
    """A task with a form, for a group."""
    inside = (
        f'<zeebe:userTask/><zeebe:formDefinition formId="{form}"/>'
        f'<zeebe:assignmentDefinition candidateGroups="{groups}"/>{mapped}'
    )
    return task("userTask", inside, name, after=after)


def approves(whose: str = "=boss", what: str = "candidateGroups", mapped: str = "", after: str = "") -> str:
    """A task that belongs to whom an expression says."""
    inside = (
        f'<zeebe:userTask/><zeebe:formDefinition formId="other"/>'
        f'<zeebe:assignmentDefinition {what}="{whose}"/>{mapped}'
    )
    return task("userTask", inside, "approve", after=after)


def mapped(*pairs: str) -> str:
    """Inputs and outputs: "in source target"."""
    rows = "".join(
        f'<zeebe:{"input" if way == "in" else "output"} source="={source}" target="{target}"/>'
        for way, source, target in (pair.split(" ") for pair in pairs)
    )
    return f"<zeebe:ioMapping>{rows}</zeebe:ioMapping>"


def looped(over: str, each: str = "one") -> str:
    """A multi-instance marker."""
    return (
        "<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics "
        f'inputCollection="={over}" inputElement="{each}"/></extensionElements></multiInstanceLoopCharacteristics>'
    )


def process(*steps: str) -> str:
    """The steps one after the other."""
    names = [step.split('id="', 1)[1].split('"', 1)[0] for step in steps]
    return file(START + "".join(steps) + END + path("s", *names, "e"))


DECISION = task(
    "businessRuleTask", '<zeebe:calledDecision decisionId="d" resultVariable="boss_role"/>', "decide"
)


def computed(expression: str, result: str) -> str:
    """A script task."""
    return script("work").replace("=1 + 1", f"={expression}").replace("sum_of", result)


TYPED = {
    "at once": (asks(), approves()),
    "as assignee": (asks(), approves(what="assignee")),
    "as candidate": (asks(), approves(what="candidateUsers")),
    "in a list": (asks(), approves("=[boss]")),
    "within an expression": (asks(), approves("=if true then boss else note")),
    "by an output": (asks(mapped=mapped("out boss chosen")), approves("=chosen")),
    "by an input": (asks(), approves("=who", mapped=mapped("in boss who"))),
    "by a script": (asks(), computed("boss", "who"), approves("=who")),
    "by way of several": (
        asks(mapped=mapped("out boss a")), computed("a", "b"), service(mapped("out b c"), "send"), approves("=c"),
    ),
    "by a loop": (asks(), approves("=one", after=looped("[boss]"))),
    "in a part": (asks(mapped=mapped("out {role:boss} slip")), approves("=slip.role")),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_typed_text_does_not_say_whose_task_it_is(name: str) -> None:
    """Directly or through whatever the process does with it."""
    xml = process(*TYPED[name])

    assert {"routed-by-typed-text"} == codes(errors(xml, library=Deployed()))
    assert set() == codes(errors(xml))


SAID = {
    "a fixed group": (asks(), approves("finance")),
    "another variable": (asks(), approves("=chief")),
    "a decision": (asks(), DECISION, approves("=boss_role")),
    "a called process's input": (approves("=owner_role"),),
    "an input that hides it": (
        asks(),
        approves("=boss", mapped=mapped("in chief boss")),
    ),
    "an output that leaves it behind": (asks(mapped=mapped("out approved done")), approves("=boss")),
    "a loop over roles": (asks(), approves("=boss", after=looped("roles", "boss"))),
    "a form without text": (asks(form="other"), approves()),
}


@pytest.mark.parametrize("name", SAID)
def test_what_the_process_says_is_taken(name: str) -> None:
    """Roles of the diagram, of decisions, of services and of the caller."""
    assert set() == codes(errors(process(*SAID[name]), library=Deployed()))


def calls(mapped: str = "", attributes: str = "") -> str:
    """A task that calls the process "p2"."""
    return task("callActivity", f'<zeebe:calledElement processId="p2" {attributes}/>{mapped}', "call")


def called(*steps: str) -> Deployed:
    """What is deployed, with the process "p2" of these steps."""
    (drawn,) = read(process(*steps).encode()).processes
    return Deployed(processes={"p2"}, drawn={"p2": replace(drawn, id="p2")})


ALL_IN, ALL_OUT = 'propagateAllParentVariables="false"', 'propagateAllChildVariables="false"'
ACROSS = {
    "typed inside": ((calls(), approves()), (asks(),)),
    "typed inside, given back by another name": ((calls(mapped("out boss who")), approves("=who")), (asks(),)),
    "typed outside": ((asks(), calls()), (approves(),)),
    "typed outside, given by another name": ((asks(), calls(mapped("in boss who"), ALL_IN)), (approves("=who"),)),
    "through and back": (
        (asks(), calls(mapped("in boss a", "out b who"), ALL_IN), approves("=who")), (computed("a", "b"),),
    ),
}  # fmt: skip
HELD = {
    "not given": ((asks(), calls(mapped("in chief who"), ALL_IN)), (approves("=who"),)),
    "not given back": ((calls("", ALL_OUT), approves()), (asks(),)),
    "something else given back": ((calls(mapped("out chief boss")), approves()), (asks(),)),
    "decided inside": ((asks(), calls(), approves("=boss_role")), (DECISION,)),
}


@pytest.mark.parametrize("name", [*ACROSS, *HELD])
def test_typed_text_is_followed_into_called_processes_and_back(name: str) -> None:
    """By its own name or another, as far as the call gives and takes it."""
    steps, inside = (ACROSS | HELD)[name]
    found = codes(errors(process(*steps), library=called(*inside)))

    assert found == ({"routed-by-typed-text"} if name in ACROSS else set())


def test_processes_that_call_each_other_end() -> None:
    """A process that calls itself, or is called from many places, is followed once."""
    library = called(asks(), calls(), calls().replace('id="call"', 'id="call2"'), approves("=who"))

    assert set() == codes(errors(process(calls(mapped("in chief who"))), library=library))


@pytest.mark.parametrize(
    ("steps", "inside", "expected"),
    [
        ((DECISION, approves("=boss_role")), (), {"d"}),
        ((DECISION, computed("boss_role", "who"), approves("=who")), (), {"d"}),
        ((DECISION, calls(mapped("in boss_role who"))), (approves("=who"),), {"d"}),
        ((calls(), approves("=boss_role")), (DECISION,), {"d"}),
        ((DECISION, approves("=chief")), (), set()),
        ((calls("", ALL_OUT), approves("=boss_role")), (DECISION,), set()),
    ],
    ids=["at once", "by a script", "given to a call", "by a call", "of something else", "not given back"],
)
def test_which_decisions_say_whose_task_it_is(
    steps: tuple[str, ...], inside: tuple[str, ...], expected: set[str]
) -> None:
    """Followed backwards from the people of tasks."""
    (drawn,) = read(process(*steps).encode()).processes

    assert expected == deciding(drawn, called(*inside) if inside else Deployed())


def test_the_finding_names_task_and_variable() -> None:
    """In both languages, with what to do."""
    found = next(
        each
        for each in lint(process(asks(), approves()), library=Deployed())
        if each.code == "routed-by-typed-text"
    )

    assert "approve" == found.element
    assert ("boss" in found.message.zh, "boss" in found.message.en) == (True, True)
    assert "routing = true" in found.remedy.zh
