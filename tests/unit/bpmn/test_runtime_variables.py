"""Variables where work ends before its time: nothing that was done is undone, and nothing comes back that was changed."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn import runtime
from engine.bpmn.merge import changed, same
from engine.bpmn.moved import SetVariables

from .walking import Walk, diagram, path, service, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
LATE = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
ERROR = '<error id="E1" errorCode="E1"/>'


def boundary(host: str, definition: str = LATE, *, interrupting: bool = True) -> str:
    """A boundary event "b" with a task "after" and an end behind it."""
    return (
        f'<boundaryEvent id="b" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">{definition}'
        f'</boundaryEvent>{user("after")}<endEvent id="b_end"/>{path("b", "after", "b_end")}'
    )


def sub(body: str, marker: str = "") -> str:
    """A sub-process "A"."""
    return f'<subProcess id="A">{marker}<startEvent id="is"/><endEvent id="ie"/>{body}</subProcess>'


def around(body: str, *, outside: str = "") -> str:
    """A process of the sub-process "A" and what hangs on it."""
    return diagram(START + END + body + path("s", "A", "e"), outside=outside)


ROW = user("a") + user("c") + path("is", "a", "c", "ie")


def seen(walk: Walk, element: str) -> dict[str, Any]:
    """The variables that an open task sees."""
    return walk.tasks[walk.number(element)].data


def test_an_interrupted_subprocess_keeps_what_was_done_in_it() -> None:
    """A deadline cancels what is open, not what a person has answered before; the instance shows it all along."""
    walk = Walk(around(sub(ROW) + boundary("A")), variables={"x": 0})

    walk.complete("a", x=1, y=2)
    assert {"x": 1, "y": 2} == walk.variables
    walk.fire("b")

    assert {"x": 1, "y": 2} == seen(walk, "after")
    assert {"x": 1, "y": 2} == walk.complete("after").variables


def test_a_reminder_beside_a_subprocess_sees_what_was_done_in_it() -> None:
    """Its branch begins with the variables as they stand, and they are no contradiction at the end."""
    walk = Walk(around(sub(ROW) + boundary("A", interrupting=False)), variables={"x": 0})

    walk.complete("a", x=1).fire("b")
    assert {"x": 1} == seen(walk, "after")
    walk.complete("c", x=0).complete("after", told=True)

    assert ("completed", {"x": 0, "told": True}) == (walk.status, walk.variables)


def test_output_mappings_hold_back_what_they_do_not_name_even_when_interrupted() -> None:
    """What a sub-process with output mappings made of other variables stays inside."""
    mapping = (
        '<extensionElements><zeebe:ioMapping><zeebe:output source="=y" target="y"/></zeebe:ioMapping>'
        "</extensionElements>"
    )
    walk = Walk(around(sub(ROW, mapping) + boundary("A")), variables={"x": 0})

    walk.complete("a", x=1, y=2).fire("b")

    assert {"x": 0} == seen(walk, "after")


def test_a_service_error_leaves_what_was_done_before_it() -> None:
    """The error of a job takes along its values, and the work of the sub-process before it stands."""
    inner = user("a") + service("w") + path("is", "a", "w", "ie")
    caught = boundary("A", '<errorEventDefinition errorRef="E1"/>')
    walk = Walk(around(sub(inner) + caught, outside=ERROR))

    walk.complete("a", x=1).failed("w", "E1", why="sold out")

    assert {"x": 1, "why": "sold out", "errorCode": "E1", "errorMessage": ""} == seen(walk, "after")


def test_an_error_end_does_not_carry_variables_out_of_a_round() -> None:
    """The rounds of a multi-instance are isolated, also from whoever catches their error."""
    marker = (
        "<multiInstanceLoopCharacteristics><extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=[1, 2]" inputElement="item"/></extensionElements>'
        "</multiInstanceLoopCharacteristics>"
    )
    thrown = '<endEvent id="thrown"><errorEventDefinition errorRef="E1"/></endEvent>'
    body = f'<startEvent id="is"/>{thrown}{user("a")}{path("is", "a", "thrown")}'
    caught = boundary("A", '<errorEventDefinition errorRef="E1"/>')
    walk = Walk(around(f'<subProcess id="A">{marker}{body}</subProcess>' + caught, outside=ERROR))

    walk.complete("a", x=1)

    assert {} == seen(walk, "after")


def test_terminating_keeps_what_finished_branches_did() -> None:
    """A terminate end cancels open work; what other branches did to the variables stands, its own comes first."""
    end = '<parallelGateway id="f"/><endEvent id="t"><terminateEventDefinition/></endEvent>'
    ways = path("s", "f", "a", "e") + path("f", "c", "t")
    walk = Walk(diagram(START + END + end + user("a") + user("c") + ways), variables={"z": 0})

    walk.complete("a", x=1, z=1).complete("c", y=2, z=2)

    assert ("completed", {"x": 1, "y": 2, "z": 2}) == (walk.status, walk.variables)


REMINDED = (
    '<parallelGateway id="f"/><parallelGateway id="j"/>'
    + user("first")
    + user("again")
    + user("other")
    + user("rest")
    + '<boundaryEvent id="b" attachedToRef="again" cancelActivity="false">'
    + LATE
    + f'</boundaryEvent>{service("remind")}<endEvent id="b_end"/>{path("b", "remind", "b_end")}'
    + path("f", "first", "again", "j", "rest")
    + path("f", "other", "j")
)


@pytest.mark.parametrize("inside", [False, True])
def test_a_reminder_does_not_bring_back_what_its_branch_changed_later(inside: bool) -> None:
    """What a branch did before a reminder, and again after it, is no second opinion when both are done."""
    ways = path("is", "f") + path("rest", "ie")
    body = sub(REMINDED + ways) if inside else REMINDED
    flows = path("s", "A", "e") if inside else path("s", "f") + path("rest", "e")
    walk = Walk(diagram(START + END + body + flows), variables={"answer": "none"})

    walk.complete("first", answer="no").fire("b").did("remind", reminded=1)
    walk.complete("again", answer="yes").complete("other", seen=True)
    assert "yes" == seen(walk, "rest")["answer"] == walk.variables["answer"]
    walk.complete("rest")

    assert ("completed", {}) == (walk.status, walk.incidents)
    assert {"answer": "yes", "reminded": 1, "seen": True} == walk.variables


def test_the_last_of_several_reminders_does_not_bring_it_back_either() -> None:
    """One reminder ends without a change while the other is still open beside the join."""
    late = LATE.replace("timeDuration", "timeCycle").replace("PT1H", "R2/PT1H")
    body = REMINDED.replace(LATE, late).replace(service("remind"), user("remind"))
    walk = Walk(diagram(START + END + body + path("s", "f") + path("rest", "e")))

    walk.complete("first", answer="no").fire("b").fire("b")
    walk.complete("again", answer="yes").complete("other").complete("remind").complete("rest")
    assert "yes" == walk.variables["answer"]
    walk.complete("remind", reminded=1)

    assert ("completed", {"answer": "yes", "reminded": 1}) == (walk.status, walk.variables)


def test_what_an_operator_sets_reaches_open_tasks_in_subprocesses() -> None:
    """It is as if it had always been so: a branch that sets it back is the only one that changed it."""
    split = (
        '<parallelGateway id="f"/>'
        + user("a")
        + user("c")
        + path("is", "f", "a", "ie")
        + path("f", "c", "ie")
    )
    walk = Walk(around(sub(split)), variables={"rate": 0})

    walk.advance(SetVariables({"rate": 5}))
    assert [5, 5] == [task.data["rate"] for task in runtime.look(walk.shelf, walk.state).tasks]
    walk.complete("a", rate=0).complete("c")

    assert {"rate": 0} == walk.variables


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [([1], [True], False), ({"a": [0]}, {"a": [False]}, False), ([1, {"a": 2}], [1, {"a": 2}], True)],
)
def test_truth_values_within_lists_and_contexts_are_not_numbers(
    left: Any, right: Any, expected: bool
) -> None:
    """A list in which 1 became true has changed, and is stored as it is."""
    assert expected == same(left, right)
    assert ({} if expected else {"v": right}) == changed({"v": left}, {"v": right})
