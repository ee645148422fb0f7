"""User, service and decision tasks, sub-processes, called processes, multi-instance."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from engine.bpmn import runtime
from engine.bpmn.moved import Cancel, Complete, JobGaveUp, SetVariables, Stale
from engine.errors import Message

from .walking import Walk, diagram, path, script, service, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def mapping(**kinds: dict[str, str]) -> str:
    """An ioMapping; input={"target": "feel"}."""
    items = "".join(
        f'<zeebe:{kind} source="={source}" target="{target}"/>'
        for kind, m in kinds.items()
        for target, source in m.items()
    )
    return f"<zeebe:ioMapping>{items}</zeebe:ioMapping>"


def multi(collection: str, *, sequential: bool = False, completion: str = "", out: str = "=answer") -> str:
    """Multi-instance over a list, "item" in, "answers" out."""
    end = f"<completionCondition>={completion}</completionCondition>" if completion else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"><extensionElements>'
        f'<zeebe:loopCharacteristics inputCollection="={collection}" inputElement="item" '
        f'outputCollection="answers" outputElement="{out}"/></extensionElements>{end}</multiInstanceLoopCharacteristics>'
    )


def test_user_task_says_for_whom_until_when_and_with_which_form() -> None:
    """Assignment, schedule, priority and properties are evaluated when the task opens."""
    task = (
        '<userTask id="a" name="签字"><extensionElements><zeebe:userTask/>'
        '<zeebe:formDefinition formId="sign-slip" bindingType="deployment"/>'
        '<zeebe:assignmentDefinition assignee="=who" candidateGroups="=[role, &quot;cs&quot;]" candidateUsers="lin, zhao"/>'
        '<zeebe:taskSchedule dueDate="=date and time(day)" followUpDate="2026-03-05"/>'
        '<zeebe:priorityDefinition priority="80"/><zeebe:properties><zeebe:property name="signature" value="approve"/>'
        '<zeebe:property name="signature:document" value="slip"/></zeebe:properties></extensionElements></userTask>'
    )
    variables = {"who": "lin", "role": "finance", "day": "2026-03-04T18:00:00+08:00"}

    (opened,) = Walk(diagram(START + END + task + path("s", "a", "e")), variables=variables).tasks.values()

    assert ("lin", ("finance", "cs"), ("lin", "zhao")) == (
        opened.assignee,
        opened.candidate_groups,
        opened.candidate_users,
    )
    assert (datetime(2026, 3, 4, 10, tzinfo=UTC), datetime(2026, 3, 4, 16, tzinfo=UTC)) == (
        opened.due,
        opened.follow_up,
    )
    assert ("sign-slip", "deployment", 80) == (opened.form, opened.form_binding, opened.priority)
    assert {"signature": "approve", "document": "slip"} == opened.signature


def test_a_lane_gives_the_role_when_the_task_names_nobody() -> None:
    """Without candidates the lane's role may take the task."""
    lanes = '<laneSet id="ls"><lane id="warehouse"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    walk = Walk(diagram(lanes + START + END + '<userTask id="a"/>' + path("s", "a", "e")))

    assert [("warehouse",)] == [t.candidate_groups for t in walk.tasks.values()]


def test_results_go_through_output_mappings_when_there_are_any() -> None:
    """Only mapped values leave; inputs are local to the element."""
    extra = mapping(input={"x": "n * 2"}, output={"total": "x + fee", "who": "by"})
    walk = Walk(
        diagram(START + END + service("w", extra) + user("z") + path("s", "w", "z", "e")), variables={"n": 3}
    )

    assert {"x": 6} == walk.jobs[walk.number("w")].variables
    walk.did("w", fee=1, by="邮政", secret=1)

    assert {"n": 3, "total": 7, "who": "邮政"} == walk.tasks[walk.number("z")].data


def test_without_output_mappings_results_join_the_variables_but_locals_do_not() -> None:
    """A value for a local name stays local."""
    walk = Walk(
        diagram(START + END + service("w", mapping(input={"x": "1"})) + user("z") + path("s", "w", "z", "e"))
    )
    walk.did("w", x=5, y=6)

    assert {"y": 6} == walk.tasks[walk.number("z")].data


def test_a_job_that_gave_up_waits_for_a_person() -> None:
    """The incident names the cause; retry offers the job again."""
    walk = Walk(diagram(START + END + service("w") + path("s", "w", "e")))
    walk.advance(JobGaveUp(walk.number("w"), Message(zh="连接失败", en="no connection")))

    assert ["no connection"] == [i.message.en for i in walk.incidents.values()]
    walk.retry("w")
    assert "completed" == walk.did("w", ok=True).status


def test_script_and_decision_set_their_variable() -> None:
    """Both run inside the step; the decision's rules are told for the history."""
    table = SimpleNamespace(
        trace=lambda _, context, **_present: SimpleNamespace(value=context["n"] + 1, rules=(2,))
    )
    decide = (
        '<businessRuleTask id="d"><extensionElements><zeebe:calledDecision decisionId="level" resultVariable="level"/>'
        "</extensionElements></businessRuleTask>"
    )
    xml = diagram(START + END + script("x", "n * 10", "n") + decide + path("s", "x", "d", "e"))

    walk = Walk(xml, variables={"n": 4}, decisions={"level": table})

    assert {"n": 40, "level": 41} == walk.variables
    assert [("d", "level", ("2",), 41)] == [
        (d.element, d.decision, d.rules, d.value) for d in walk.last.decided
    ]
    assert {"n": (4, 40), "level": (None, 41)} == walk.last.changes


def test_embedded_subprocess_shares_the_variables() -> None:
    """What it changes is changed outside; its input mappings stay inside."""
    inner = '<startEvent id="is"/><endEvent id="ie"/>' + user("a") + path("is", "a", "ie")
    body = f'<subProcess id="A"><extensionElements>{mapping(input={"local": "1"})}</extensionElements>{inner}</subProcess>'
    walk = Walk(diagram(START + END + body + user("z") + path("s", "A", "z", "e")), variables={"n": 1})

    assert {"n": 1, "local": 1} == walk.tasks[walk.number("a")].data
    walk.complete("a", n=2, m=3)

    assert {"n": 2, "m": 3} == walk.tasks[walk.number("z")].data


def call(process: str, extra: str = "", **attributes: str) -> str:
    """A call activity "c"."""
    more = "".join(f' {k}="{v}"' for k, v in attributes.items())
    return (
        f'<callActivity id="c"><extensionElements><zeebe:calledElement processId="{process}"{more}/>{extra}'
        "</extensionElements></callActivity>"
    )


CHILD = diagram(
    '<startEvent id="cs"/><endEvent id="ce"/>' + user("sign") + path("cs", "sign", "ce"), process="child"
)


def test_called_process_has_variables_of_its_own() -> None:
    """Only mapped values go in and come out; its task knows where it stands."""
    extra = mapping(input={"doc": "slip"}, output={"signed": "ok"})
    body = call("child", extra, propagateAllParentVariables="false", propagateAllChildVariables="false")
    walk = Walk(
        diagram(START + END + body + user("z") + path("s", "c", "z", "e")),
        CHILD,
        variables={"slip": "CK1", "n": 1},
    )

    assert {"doc": "CK1"} == walk.tasks[walk.number("sign")].data
    assert 2 == walk.tasks[walk.number("sign")].definition_id
    assert any(m.scope.startswith("c#") for m in walk.last.moves)
    walk.complete("sign", ok=True, other=5)

    assert {"slip": "CK1", "n": 1, "signed": True} == walk.tasks[walk.number("z")].data


def test_called_process_shares_all_by_default() -> None:
    """Without mappings and attributes everything goes in and every change comes out, as the dialect says."""
    walk = Walk(diagram(START + END + call("child") + path("s", "c", "e")), CHILD, variables={"n": 1})

    assert {"n": 1} == walk.tasks[walk.number("sign")].data
    assert {"n": 1, "ok": True} == walk.complete("sign", ok=True).variables


def test_endless_recursion_is_an_incident() -> None:
    """A process that calls itself stops at a depth, without harm to anything else."""
    walk = Walk(diagram(START + END + call("p") + path("s", "c", "e")))

    assert ["call_depth"] == [i.code for i in walk.incidents.values()]


def test_parallel_rounds_give_results_in_the_order_of_the_items() -> None:
    """Whichever ends first, the output list has the items' order; a null item is an item like any other."""
    task = user("a", multi("[1, null, 3]", out="=[item, answer]"))
    walk = Walk(diagram(START + END + task + path("s", "a", "e")))

    assert [0, 1, 2] == [t.loop for t in walk.tasks.values()]
    for number, answer in zip(sorted(walk.tasks, reverse=True), "cba", strict=True):
        walk.advance(Complete(number, {"answer": answer}))

    assert {"answers": [[1, "a"], [None, "b"], [3, "c"]]} == walk.variables


def test_rounds_one_after_the_other_end_early_when_the_condition_holds() -> None:
    """Three signatures in a row; a refusal ends them."""
    task = user("a", multi("roles", sequential=True, completion="answer = &quot;refuse&quot;"))
    walk = Walk(
        diagram(START + END + task + user("z") + path("s", "a", "z", "e")),
        variables={"roles": ["cs", "finance", "gm"]},
    )

    walk.complete("a", answer="sign").complete("a", answer="refuse")

    assert ["z"] == walk.open
    assert ["sign", "refuse", None] == walk.tasks[walk.number("z")].data["answers"]


def test_early_completion_withdraws_the_other_rounds() -> None:
    """Of parallel rounds the rest is cancelled when the condition holds."""
    task = user("a", multi("[1, 2, 3]", completion="numberOfCompletedInstances = 2"))
    walk = Walk(diagram(START + END + task + path("s", "a", "e")))

    walk.complete("a").complete("a")

    assert ("completed", ["completed", "completed", "cancelled"]) == (
        walk.status,
        [o for _, o in walk.closed],
    )


def test_multi_instance_works_again_in_a_rework_loop() -> None:
    """The second time round there is nothing left of the first."""
    gateway = '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g-e"/>'
    task = user("a", multi("items"))
    from .walking import flow

    xml = diagram(
        START
        + END
        + gateway
        + task
        + user("z")
        + path("s", "m", "a", "z", "g", "e")
        + flow("g", "m", "again")
    )
    walk = Walk(xml, variables={"items": [1, 2]})

    walk.complete("a", answer=1).complete("a", answer=2).complete("z", again=True, items=[5])
    walk.complete("a", answer=9)

    assert [9] == walk.tasks[walk.number("z")].data["answers"]


def test_multi_instance_subprocess_isolates_its_rounds() -> None:
    """Each batch has its own variables; an empty list is done at once."""
    inner = (
        '<startEvent id="is"/><endEvent id="ie"/>'
        + user("slip")
        + user("ship")
        + path("is", "slip", "ship", "ie")
    )
    body = f'<subProcess id="A">{multi("batches", out="={no: slip_no, item: item}")}{inner}</subProcess>'
    xml = diagram(START + END + body + user("z") + path("s", "A", "z", "e"))
    walk = Walk(xml, variables={"batches": [100, 200]})

    walk.complete("slip", slip_no="CK1").complete("slip", slip_no="CK2").complete("ship").complete("ship")

    assert [{"no": "CK1", "item": 100}, {"no": "CK2", "item": 200}] == walk.tasks[walk.number("z")].data[
        "answers"
    ]
    assert "slip_no" not in walk.tasks[walk.number("z")].data
    assert ["z"] == Walk(xml, variables={"batches": []}).open


@pytest.mark.parametrize("value", [None, "text", list(range(501))])
def test_multi_instance_over_no_list_is_an_incident(value: object) -> None:
    """What is no list, or too long a one, stops at the activity."""
    walk = Walk(
        diagram(START + END + user("a", multi("items")) + path("s", "a", "e")), variables={"items": value}
    )

    assert ["collection"] == [i.code for i in walk.incidents.values()]


def test_cancelling_withdraws_everything_and_is_final() -> None:
    """Tasks and timers go, the state says cancelled, nothing moves any more."""
    walk = Walk(diagram(START + END + user("a") + path("s", "a", "e")))
    number = walk.number("a")

    walk.advance(SetVariables({"n": 7})).advance(Cancel("客户撤单"))

    assert {"n": 7} == walk.variables == runtime.look(walk.shelf, walk.state).variables
    assert ("cancelled", [], [(number, "cancelled")]) == (walk.status, walk.open, walk.closed)
    with pytest.raises(Stale):
        walk.advance(Complete(number, {}))


def test_looking_changes_nothing_and_agrees_with_the_rows() -> None:
    """A state read and written again has the same bytes, and waits for what the moves said."""
    walk = Walk(
        diagram(
            START
            + END
            + '<parallelGateway id="f"/>'
            + user("a")
            + service("w")
            + path("s", "f", "a", "e")
            + path("f", "w", "e")
        )
    )

    waiting = runtime.look(walk.shelf, walk.state)

    assert walk.state == waiting.state
    assert list(walk.tasks) == [t.task for t in waiting.tasks]
    assert [(n, "service") for n in walk.jobs] == [(job.task, job.kind) for job in waiting.jobs]
