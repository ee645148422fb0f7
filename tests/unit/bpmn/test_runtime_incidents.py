"""Elements that cannot go on: an incident that holds its place, leaves nothing running behind it, and can be mended."""

from __future__ import annotations

import pytest

from engine import dmn
from engine.errors import Refused

from .walking import Walk, diagram, flow, path, service, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
MESSAGE = (
    '<message id="M" name="paid"><extensionElements><zeebe:subscription correlationKey="=order_no"/>'
    "</extensionElements></message>"
)
ON_MESSAGE = '<messageEventDefinition messageRef="M"/>'
WAITS_FOR_MESSAGE = (
    f'<subProcess id="esp" triggeredByEvent="true"><startEvent id="es">{ON_MESSAGE}</startEvent>'
    f'<endEvent id="ee"/>{path("es", "ee")}</subProcess>'
)
INSIDE = f'<startEvent id="is"/><endEvent id="ie"/>{user("a")}{path("is", "a", "ie")}'


def call(process: str) -> str:
    """A call activity "c"."""
    return (
        f'<callActivity id="c"><extensionElements><zeebe:calledElement processId="{process}"/>'
        "</extensionElements></callActivity>"
    )


def test_a_process_whose_event_subprocess_cannot_listen_is_not_started() -> None:
    """Without a token there is no place for an incident: whoever starts it is told what is missing."""
    xml = diagram(START + END + user("a") + path("s", "a", "e") + WAITS_FOR_MESSAGE, outside=MESSAGE)

    with pytest.raises(Refused) as refused:
        Walk(xml)

    assert "“es”等待的消息没有关联键的值。" == refused.value.message.zh
    assert ["a"] == Walk(xml, variables={"order_no": "7"}).open


@pytest.mark.parametrize("order_no", [None, ""])
def test_nobody_waits_for_a_message_without_a_key(order_no: str | None) -> None:
    """An empty key is none: a message sent without one would go to whoever waits longest."""
    catch = f'<intermediateCatchEvent id="c">{ON_MESSAGE}</intermediateCatchEvent>'
    xml = diagram(START + END + catch + path("s", "c", "e"), outside=MESSAGE)

    walk = Walk(xml, variables={"order_no": order_no})

    assert (["correlation"], {}) == ([i.code for i in walk.incidents.values()], walk.waits)


def test_nothing_runs_inside_a_subprocess_in_incident() -> None:
    """What cannot listen holds the sub-process; mended, it begins anew and the incident is gone."""
    inner = INSIDE + WAITS_FOR_MESSAGE
    body = START + END + f'<subProcess id="A">{inner}</subProcess>' + path("s", "A", "e")

    walk = Walk(diagram(body, outside=MESSAGE))

    assert ([], {"A"}) == (walk.open, {i.element for i in walk.incidents.values()})
    walk.retry("A", order_no="7")
    assert (["a"], {}) == (walk.open, walk.incidents)
    assert "completed" == walk.complete("a").status


def test_nothing_runs_inside_a_called_process_in_incident() -> None:
    """The call is the incident, and the called process begins when it has what it waits for."""
    called = diagram(INSIDE + WAITS_FOR_MESSAGE, process="q", outside=MESSAGE)

    walk = Walk(diagram(START + END + call("q") + path("s", "c", "e")), called)

    assert ([], {"c"}) == (walk.open, {i.element for i in walk.incidents.values()})
    assert (["a"], {}) == (walk.retry("c", order_no="7").open, walk.incidents)


def test_no_boundary_event_listens_at_an_activity_in_incident() -> None:
    """One of two boundary events has no key: the deadline of the other does not run meanwhile."""
    late = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    events = (
        f'<boundaryEvent id="late" attachedToRef="a">{late}</boundaryEvent>'
        f'<boundaryEvent id="paid" attachedToRef="a">{ON_MESSAGE}</boundaryEvent>'
    )
    ends = '<endEvent id="e2"/><endEvent id="e3"/>' + path("late", "e2") + path("paid", "e3")
    xml = diagram(START + END + user("a") + events + ends + path("s", "a", "e"), outside=MESSAGE)

    walk = Walk(xml)

    assert ([], {}, {"a"}) == (walk.open, walk.jobs, {i.element for i in walk.incidents.values()})
    walk.retry("a", order_no="7")
    assert (["a"], ["late"]) == (walk.open, [j.element for j in walk.jobs.values()])


def test_a_process_that_only_messages_start_cannot_be_called() -> None:
    """An expression may name it at run time: the call becomes an incident that says why."""
    by_message = (
        f'<startEvent id="s">{ON_MESSAGE}</startEvent><endEvent id="e"/>{user("a")}{path("s", "a", "e")}'
    )
    called = diagram(by_message, process="q", outside=MESSAGE)

    walk = Walk(diagram(START + END + call("=which") + path("s", "c", "e")), called, variables={"which": "q"})

    assert ["no_start"] == [i.code for i in walk.incidents.values()]


def test_a_decision_beyond_the_limits_of_feel_is_an_incident() -> None:
    """Whoever completed the task before it cannot mend a table: their step stands."""
    table = dmn.read(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="f" name="f" namespace="n">'
        '<decision id="d" name="d"><literalExpression><text>count(for i in 1..n return i)</text>'
        "</literalExpression></decision></definitions>"
    )
    decide = (
        '<businessRuleTask id="b"><extensionElements><zeebe:calledDecision decisionId="d" resultVariable="r"/>'
        "</extensionElements></businessRuleTask>"
    )
    walk = Walk(diagram(START + END + user("a") + decide + path("s", "a", "b", "e")), decisions={"d": table})

    walk.complete("a", n=1_000_000)

    assert ["decision"] == [i.code for i in walk.incidents.values()]
    assert "completed" == walk.retry("b", n=3).status


def test_an_inclusive_gateway_that_joins_and_splits_stops_where_no_condition_holds() -> None:
    """It has joined its branches when it finds no way out; mended, it goes on without waiting for them again."""
    parts = (
        '<parallelGateway id="f"/><inclusiveGateway id="g"/><endEvent id="e2"/>' + user("a") + service("b")
    )
    ways = path("s", "f", "a", "g") + path("f", "b", "g") + flow("g", "e", "x = 1") + flow("g", "e2", "x = 2")
    walk = Walk(diagram(START + END + parts + ways))

    walk.complete("a").did("b")

    assert ["no_flow"] == [i.code for i in walk.incidents.values()]
    assert ("completed", {}) == (walk.retry("g", x=2).status, walk.incidents)
    assert "e2" in walk.path
