"""Sequence, gateways, joins and the merge of what branches wrote."""

from __future__ import annotations

import pytest

from engine.bpmn.moved import Complete, Exceeded, SetVariables, Stale

from .walking import Walk, diagram, flow, path, script, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def split(body: str, kind: str = "parallelGateway") -> str:
    """A fork f and a join j around user tasks a and b."""
    gateways = f'<{kind} id="f"/><{kind} id="j"/>'
    flows = path("s", "f", "a", "j", "z", "e") + path("f", "b", "j")
    return diagram(START + END + gateways + flows + user("z") + body)


def test_tasks_in_a_row_open_one_after_the_other() -> None:
    """A completed task opens the next; after the last the instance is completed with all values."""
    walk = Walk(diagram(START + END + user("a") + user("b") + path("s", "a", "b", "e")), variables={"n": 1})

    walk.complete("a", x="甲").complete("b", y="乙")

    assert "completed" == walk.status
    assert {"n": 1, "x": "甲", "y": "乙"} == walk.variables
    assert ["s", "a", "b", "e"] == walk.path


def test_a_completed_task_is_stale() -> None:
    """Completing a task twice changes nothing the second time and says so."""
    walk = Walk(diagram(START + END + user("a") + user("b") + path("s", "a", "b", "e")))
    number = walk.number("a")
    walk.complete("a")

    with pytest.raises(Stale):
        walk.advance(Complete(number, {}))


@pytest.mark.parametrize(("amount", "expected"), [(5, "b"), (50, "a"), (None, "b")])
def test_exclusive_gateway_takes_the_first_true_flow_else_the_default(
    amount: int | None, expected: str
) -> None:
    """A condition that is false or null is not taken."""
    gateway = '<exclusiveGateway id="g" default="g-b"/>'
    flows = (
        path("s", "g") + flow("g", "a", "amount &gt; 10") + flow("g", "b") + path("a", "e") + path("b", "e")
    )

    walk = Walk(diagram(START + END + gateway + user("a") + user("b") + flows), variables={"amount": amount})

    assert [expected] == walk.open


def test_gateway_without_a_way_out_is_an_incident_that_can_be_mended() -> None:
    """No true condition and no default stops at the gateway; with the variable mended it goes on."""
    flows = (
        path("s", "g") + flow("g", "a", "n = 1") + flow("g", "b", "n = 2") + path("a", "e") + path("b", "e")
    )
    walk = Walk(diagram(START + END + '<exclusiveGateway id="g"/>' + user("a") + user("b") + flows))

    assert ["no_flow"] == [i.code for i in walk.incidents.values()]
    walk.retry("g", n=2)

    assert ["b"] == walk.open
    assert {} == walk.incidents


def test_join_keeps_what_each_branch_wrote() -> None:
    """A branch that did not touch a variable does not undo the other's change, whichever ends last."""
    walk = Walk(split(user("a") + user("b")), variables={"approved": False, "items": [1]})

    walk.complete("a", approved=True, items=[1, 2]).complete("b", note="ok", items=[1, 3])

    assert {"approved": True, "note": "ok", "items": [1, 2, 3]} == walk.tasks[walk.number("z")].data


def test_contradicting_branches_are_an_incident_that_names_both() -> None:
    """Two branches that set one variable differently stop at the join; a person chooses the value."""
    walk = Walk(split(user("a") + user("b")), variables={"price": 1})
    walk.complete("a", price=10).complete("b", price=20)

    (incident,) = walk.incidents.values()
    assert ("conflict", "j") == (incident.code, incident.element)
    assert all(name in incident.message.en for name in ("price", "a", "b"))
    walk.retry("j", price=15)

    assert 15 == walk.tasks[walk.number("z")].data["price"]


def test_truth_values_are_not_numbers_in_a_merge() -> None:
    """True against 1 is a contradiction, 1 against 1 is none."""
    walk = Walk(split(user("a") + user("b")))
    walk.complete("a", v=True).complete("b", v=1)

    assert ["conflict"] == [i.code for i in walk.incidents.values()]


def test_join_inside_a_loop_takes_one_token_of_each_flow_each_round() -> None:
    """A parallel block in a rework loop starts afresh in every round."""
    body = '<parallelGateway id="f"/><parallelGateway id="j"/><exclusiveGateway id="m"/><exclusiveGateway id="g" default="g-e"/>'
    flows = path("s", "m", "f", "a", "j", "z", "g", "e") + path("f", "b", "j") + flow("g", "m", "again")
    walk = Walk(diagram(START + END + body + user("a") + user("b") + user("z") + flows))

    sizes = set()
    for _ in range(50):
        walk.complete("b", y=1).complete("a", x=2).complete("z", again=True)
        sizes.add(len(walk.state))
    walk.complete("a").complete("b").complete("z", again=False)

    assert "completed" == walk.status
    assert max(sizes) - min(sizes) < 40


def test_inclusive_join_waits_for_just_the_branches_taken() -> None:
    """Of three flows two are taken; the join goes on when these two have come."""
    body = '<inclusiveGateway id="f" default="f-c"/><inclusiveGateway id="j"/>'
    flows = path("s", "f") + flow("f", "a", "x &gt; 1") + flow("f", "b", "x &gt; 2") + flow("f", "c")
    flows += path("a", "j", "z", "e") + path("b", "j") + path("c", "j")
    xml = diagram(START + END + body + flows + user("a") + user("b") + user("c") + user("z"))

    walk = Walk(xml, variables={"x": 3})
    assert ["a", "b"] == walk.open
    walk.complete("a")
    assert ["b"] == walk.open
    walk.complete("b")
    assert ["z"] == walk.open

    assert ["c"] == Walk(xml, variables={"x": 0}).open


def test_inclusive_join_waits_for_a_token_that_may_still_choose_it() -> None:
    """A token before an exclusive gateway that can lead to the join is waited for; elsewhere it is not."""
    body = '<inclusiveGateway id="f"/><exclusiveGateway id="g" default="g-e"/><inclusiveGateway id="j"/>'
    flows = path("s", "f", "a", "j", "z", "e2") + path("f", "b", "g", "e") + flow("g", "j", "come")
    xml = diagram(START + END + '<endEvent id="e2"/>' + body + flows + user("a") + user("b") + user("z"))

    walk = Walk(xml)
    walk.complete("a")
    assert ["b"] == walk.open
    walk.complete("b", come=False)

    assert ["z"] == walk.open


def test_a_branch_that_ends_elsewhere_does_not_hold_the_instance() -> None:
    """Two branches with ends of their own: the instance is done when both are."""
    xml = diagram(
        START
        + END
        + '<endEvent id="e2"/><parallelGateway id="f"/>'
        + user("a")
        + user("b")
        + path("s", "f", "a", "e")
        + path("f", "b", "e2")
    )
    walk = Walk(xml)

    assert "running" == walk.complete("b", n=1).status
    assert "completed" == walk.complete("a", n=2).status
    assert {"n": 2} == walk.variables


def test_terminate_end_stops_everything_at_once() -> None:
    """Nothing that was ready runs after a terminate end; other tasks are cancelled."""
    body = '<parallelGateway id="f"/><endEvent id="t"><terminateEventDefinition/></endEvent>'
    walk = Walk(
        diagram(START + END + body + user("a") + user("b") + path("s", "f", "a", "t") + path("f", "b", "e"))
    )
    number = walk.number("b")

    walk.complete("a")

    assert "completed" == walk.status
    assert (number, "cancelled") in walk.closed
    assert "b" not in walk.path


def test_an_endless_loop_is_stopped_and_undone() -> None:
    """A cycle without a wait goes over the step's limit."""
    xml = diagram(
        START
        + END
        + '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g-m"/>'
        + script("x", "1", "n")
        + path("s", "m", "x", "g", "m")
        + flow("g", "e", "false")
    )

    with pytest.raises(Exceeded):
        Walk(xml)


def test_five_hundred_tasks_in_a_row_can_be_built_and_walked() -> None:
    """Length alone is no obstacle, neither at deploy nor at run time."""
    names = [f"t{i}" for i in range(500)]
    walk = Walk(diagram(START + END + "".join(user(n) for n in names) + path("s", *names, "e")))

    sizes = []
    for name in names:
        walk.complete(name)
        sizes.append(len(walk.state))

    assert "completed" == walk.status
    assert max(sizes[10:-1]) - min(sizes[10:-1]) < 40


def test_setting_variables_reaches_every_branch() -> None:
    """An operator's value is the same on all branches and is no contradiction later."""
    walk = Walk(split(user("a") + user("b")))
    walk.advance(SetVariables({"rate": 7}))
    walk.complete("a").complete("b")

    assert 7 == walk.tasks[walk.number("z")].data["rate"]
