"""Timers, messages, signals, errors, escalations: on boundaries, between tasks, in event sub-processes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from .walking import NOON, Walk, diagram, path, service, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
ERRORS = (
    '<error id="E1" errorCode="E1"/><error id="E2" errorCode="E2"/><escalation id="X1" escalationCode="X1"/>'
)
MESSAGES = (
    '<message id="M" name="paid"><extensionElements><zeebe:subscription correlationKey="=order_no"/>'
    '</extensionElements></message><signal id="S" name="stop"/>'
)


def timer(kind: str, text: str) -> str:
    """A timer event definition."""
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def boundary(name: str, host: str, definition: str, *, interrupting: bool = True) -> str:
    """A boundary event."""
    return f'<boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">{definition}</boundaryEvent>'


def sub(name: str, body: str) -> str:
    """An embedded sub-process."""
    return f'<subProcess id="{name}">{body}</subProcess>'


def error(code: str) -> str:
    """An error event definition; "" catches all."""
    return f'<errorEventDefinition errorRef="{code}"/>' if code else "<errorEventDefinition/>"


def test_timer_waits_exactly_as_long_as_it_says() -> None:
    """A duration from a variable gives the due time; firing goes on."""
    catch = (
        f'<intermediateCatchEvent id="c">{timer("timeDuration", "=duration(wait)")}</intermediateCatchEvent>'
    )
    walk = Walk(
        diagram(START + END + catch + user("a") + path("s", "c", "a", "e")), variables={"wait": "PT2H"}
    )

    assert NOON + timedelta(hours=2) == walk.jobs[walk.number("c")].due
    assert ["a"] == walk.fire("c").open


def test_interrupting_timer_cancels_the_task() -> None:
    """When the boundary timer fires first the task is withdrawn; when the task is first the timer is."""
    body = user("a") + user("late") + boundary("t", "a", timer("timeDuration", "PT24H"))
    xml = diagram(START + END + '<endEvent id="e2"/>' + body + path("s", "a", "e") + path("t", "late", "e2"))

    late, early = Walk(xml), Walk(xml)
    late.fire("t")
    early.complete("a")

    assert ["late"] == late.open
    assert {} == late.jobs
    assert ("completed", {}) == (early.status, early.jobs)


def test_non_interrupting_cycle_fires_as_often_as_it_says_and_stays_small() -> None:
    """R3 fires three times beside the task, each time a path of its own; then it is over."""
    body = (
        user("a") + service("remind") + boundary("t", "a", timer("timeCycle", "R3/PT1H"), interrupting=False)
    )
    walk = Walk(
        diagram(START + END + '<endEvent id="e2"/>' + body + path("s", "a", "e") + path("t", "remind", "e2"))
    )

    for _ in range(3):
        walk.fire("t").did("remind")

    assert {} == walk.jobs
    assert ["a"] == walk.open
    assert "completed" == walk.complete("a").status
    assert 3 == walk.path.count("remind")


def test_event_gateway_keeps_each_timer_apart_and_cancels_the_losers() -> None:
    """Two timers and a message: each has its own due time, the first to come wins."""
    body = '<eventBasedGateway id="g"/>' + "".join(
        f'<intermediateCatchEvent id="{n}">{d}</intermediateCatchEvent>'
        for n, d in (
            ("t1", timer("timeDuration", "PT1H")),
            ("t2", timer("timeDuration", "PT5H")),
            ("m", '<messageEventDefinition messageRef="M"/>'),
        )
    )
    flows = path("s", "g", "t1", "a", "e") + path("g", "t2", "b", "e") + path("g", "m", "c", "e")
    xml = diagram(START + END + body + user("a") + user("b") + user("c") + flows, outside=MESSAGES)
    walk = Walk(xml, variables={"order_no": "D1"})

    due = {e: walk.jobs[walk.number(e)].due - NOON for e in ("t1", "t2")}
    assert {"t1": timedelta(hours=1), "t2": timedelta(hours=5)} == due
    walk.deliver("paid", "D1", amount=5)

    assert (["c"], {}, {}) == (walk.open, walk.jobs, walk.waits)
    assert 5 == walk.tasks[walk.number("c")].data["amount"]


def test_message_without_a_key_value_is_an_incident() -> None:
    """A subscription that nobody could ever correlate is not made."""
    body = '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>'
    walk = Walk(diagram(START + END + body + path("s", "m", "e"), outside=MESSAGES))

    assert ["correlation"] == [i.code for i in walk.incidents.values()]
    assert "completed" == walk.retry("m", order_no="D9").deliver("paid", "D9").status


def test_non_interrupting_message_is_received_again_and_again() -> None:
    """Each message starts the path anew; the activity and the subscription stay."""
    body = (
        user("a")
        + user("b")
        + boundary("m", "a", '<messageEventDefinition messageRef="M"/>', interrupting=False)
    )
    xml = diagram(
        START + END + '<endEvent id="e2"/>' + body + path("s", "a", "e") + path("m", "b", "e2"),
        outside=MESSAGES,
    )
    walk = Walk(xml, variables={"order_no": 7})

    walk.deliver("paid", "7").deliver("paid", "7")

    assert ["a", "b", "b"] == walk.open


@pytest.mark.parametrize(("code", "expected"), [("E1", "one"), ("E2", "any")])
def test_of_two_error_boundaries_the_exact_one_catches(code: str, expected: str) -> None:
    """A specific and a catch-all boundary on one task: just one of them, the specific first."""
    body = (
        service("w")
        + user("one")
        + user("any")
        + boundary("b1", "w", error("E1"))
        + boundary("b0", "w", error(""))
    )
    flows = path("s", "w", "e") + path("b1", "one", "e") + path("b0", "any", "e")
    walk = Walk(diagram(START + END + body + flows, outside=ERRORS))

    walk.failed("w", code)

    assert [expected] == walk.open


def test_an_error_is_caught_by_its_own_scope_not_by_a_sibling() -> None:
    """Two sub-processes side by side: the boundary of the one that throws catches."""

    def inside(n: str, code: str) -> str:
        return f'<startEvent id="s{n}"/>{user("u" + n)}<endEvent id="x{n}">{error(code)}</endEvent>' + path(
            f"s{n}", f"u{n}", f"x{n}"
        )

    body = '<parallelGateway id="f"/>' + sub("A", inside("a", "E1")) + sub("B", inside("b", "E1"))
    body += boundary("ba", "A", error("E1")) + boundary("bb", "B", error("E1")) + user("fa") + user("fb")
    flows = path("s", "f", "A", "e") + path("f", "B", "e") + path("ba", "fa", "e") + path("bb", "fb", "e")
    walk = Walk(diagram(START + END + body + flows, outside=ERRORS))

    walk.complete("ua", why="破损")

    assert ["ub", "fa"] == walk.open
    assert "破损" == walk.tasks[walk.number("fa")].data["why"]


def test_an_uncaught_error_is_an_incident_not_a_success() -> None:
    """An error that nothing catches stops the instance where it was thrown."""
    inner = f'<startEvent id="is"/><endEvent id="ie">{error("E1")}</endEvent>' + path("is", "ie")
    walk = Walk(diagram(START + END + sub("A", inner) + user("z") + path("s", "A", "z", "e"), outside=ERRORS))

    assert ("running", [], ["unhandled_error"]) == (
        walk.status,
        walk.open,
        [i.code for i in walk.incidents.values()],
    )


def test_an_uncaught_error_of_a_service_is_an_incident() -> None:
    """The same for a service's error; after Retry the job is offered again."""
    walk = Walk(diagram(START + END + service("w") + path("s", "w", "e")))
    walk.failed("w", "GONE")

    assert ["unhandled_error"] == [i.code for i in walk.incidents.values()]
    assert "completed" == walk.retry("w").did("w").status


def event_sub(definition: str, *, interrupting: bool = True) -> str:
    """An event sub-process with one user task "h"."""
    start = f'<startEvent id="es" isInterrupting="{str(interrupting).lower()}">{definition}</startEvent>'
    return f'<subProcess id="ESP" triggeredByEvent="true">{start}{user("h")}<endEvent id="ee"/>{path("es", "h", "ee")}</subProcess>'


def test_interrupting_event_subprocess_stops_the_main_flow() -> None:
    """The message starts the handler; everything else in the process is withdrawn."""
    body = user("a") + event_sub('<messageEventDefinition messageRef="M"/>')
    walk = Walk(
        diagram(START + END + body + path("s", "a", "e"), outside=MESSAGES), variables={"order_no": "D"}
    )

    walk.deliver("paid", "D", amount=3)

    assert ["h"] == walk.open
    assert 3 == walk.tasks[walk.number("h")].data["amount"]
    walk.complete("h", result="done")
    assert ("completed", {}, "done") == (walk.status, walk.waits, walk.variables["result"])


def test_non_interrupting_event_subprocess_runs_beside_and_never_holds_the_process() -> None:
    """A timer that never fires does not keep the process open; one that fires runs beside it."""
    body = user("a") + event_sub(timer("timeDuration", "P1D"), interrupting=False)
    xml = diagram(START + END + body + path("s", "a", "e"))

    quiet = Walk(xml)
    assert "completed" == quiet.complete("a").status
    assert {} == quiet.jobs

    fired = Walk(xml, variables={"n": 1})
    fired.fire("es").complete("a", n=2)
    assert "running" == fired.status
    fired.complete("h", m=3)
    assert ("completed", {"n": 2, "m": 3}) == (fired.status, fired.variables)


def test_error_event_subprocess_waits_for_its_error() -> None:
    """It does not start with the process; an error inside starts it instead of leaving the process."""
    body = user("a") + f'<endEvent id="x">{error("E1")}</endEvent>' + event_sub(error("E1"))
    walk = Walk(diagram(START + body + path("s", "a", "x"), outside=ERRORS))

    assert ["a"] == walk.open
    assert ["h"] == walk.complete("a").open


def test_nested_event_subprocess_is_triggered_and_new_instances_begin_clean() -> None:
    """Inside an embedded sub-process it works as well; firing it in one instance leaves the next untouched."""
    inner = '<startEvent id="is"/><endEvent id="ie"/>' + user("a") + path("is", "a", "ie")
    inner += event_sub('<messageEventDefinition messageRef="M"/>')
    xml = diagram(START + END + sub("A", inner) + user("z") + path("s", "A", "z", "e"), outside=MESSAGES)

    first = Walk(xml, variables={"order_no": "1"})
    assert ["h"] == first.deliver("paid", "1").open
    assert ["z"] == first.complete("h").open
    assert ["a"] == Walk(xml, variables={"order_no": "2"}).open


def test_escalation_goes_on_beside_when_it_does_not_interrupt() -> None:
    """An escalation caught without interrupting lets the thrower go on; uncaught it changes nothing."""
    throw = '<intermediateThrowEvent id="x"><escalationEventDefinition escalationRef="X1"/></intermediateThrowEvent>'
    inner = '<startEvent id="is"/><endEvent id="ie"/>' + throw + user("a") + path("is", "x", "a", "ie")
    caught = boundary("b", "A", '<escalationEventDefinition escalationRef="X1"/>', interrupting=False)
    flows = path("s", "A", "e") + path("b", "boss", "e2")
    ends = START + END + '<endEvent id="e2"/>'

    walk = Walk(diagram(ends + sub("A", inner) + caught + user("boss") + flows, outside=ERRORS))
    alone = Walk(diagram(START + END + sub("A", inner) + path("s", "A", "e"), outside=ERRORS))

    assert ["a", "boss"] == walk.open
    assert ["a"] == alone.open
    assert "completed" == walk.complete("a").complete("boss").status


def test_interrupting_escalation_leaves_the_subprocess() -> None:
    """The scope it was thrown in is withdrawn."""
    ends = '<endEvent id="ix"><escalationEventDefinition escalationRef="X1"/></endEvent>'
    inner = (
        '<startEvent id="is"/><parallelGateway id="f"/>'
        + user("a")
        + ends
        + path("is", "f", "a")
        + path("f", "ix")
    )
    inner += '<endEvent id="ie"/>' + path("a", "ie")
    caught = boundary("b", "A", '<escalationEventDefinition escalationRef="X1"/>')
    walk = Walk(
        diagram(
            START
            + END
            + sub("A", inner)
            + caught
            + user("boss")
            + path("s", "A", "e")
            + path("b", "boss", "e"),
            outside=ERRORS,
        )
    )

    assert ["boss"] == walk.open


def test_messages_and_signals_are_thrown_after_the_step() -> None:
    """A throw event hands over name, key and mapped values; the step itself goes on."""
    mapping = '<extensionElements><zeebe:ioMapping><zeebe:input source="=total" target="amount"/></zeebe:ioMapping></extensionElements>'
    throw = f'<intermediateThrowEvent id="m">{mapping}<messageEventDefinition messageRef="M"/></intermediateThrowEvent>'
    signal = '<endEvent id="e"><signalEventDefinition signalRef="S"/></endEvent>'
    walk = Walk(
        diagram(START + throw + signal + path("s", "m", "e"), outside=MESSAGES),
        variables={"order_no": 5, "total": 9},
    )

    assert [("paid", "5", {"amount": 9})] == [(t.name, t.key, t.values) for t in walk.messages]
    assert (["stop"], "completed") == (walk.signals, walk.status)


def test_a_throw_event_with_our_own_job_type_is_no_job() -> None:
    """Stock Zeebe wants a job type on a message event: "messages.publish" leaves the sending to the engine."""
    job = '<extensionElements><zeebe:taskDefinition type="messages.publish"/></extensionElements>'
    throw = f'<intermediateThrowEvent id="m">{job}<messageEventDefinition messageRef="M"/></intermediateThrowEvent>'
    walk = Walk(
        diagram(START + throw + END + path("s", "m", "e"), outside=MESSAGES), variables={"order_no": 5}
    )

    assert (["paid"], {}, "completed") == ([t.name for t in walk.messages], walk.jobs, walk.status)


def test_receive_task_can_have_a_deadline() -> None:
    """A receive task waits for its message and can be interrupted by a timer."""
    body = (
        '<receiveTask id="r" messageRef="M"/>'
        + user("late")
        + boundary("t", "r", timer("timeDuration", "P3D"))
    )
    xml = diagram(START + END + body + path("s", "r", "e") + path("t", "late", "e"), outside=MESSAGES)

    assert "completed" == Walk(xml, variables={"order_no": 1}).deliver("paid", "1").status
    walk = Walk(xml, variables={"order_no": 1}).fire("t")
    assert (["late"], {}) == (walk.open, walk.waits)


def test_timer_on_a_subprocess_withdraws_all_inside() -> None:
    """Tasks, jobs and timers of the inner scope end with it."""
    inner = '<startEvent id="is"/><endEvent id="ie"/><parallelGateway id="f"/>' + user("a") + service("w")
    inner += (
        path("is", "f", "a", "ie")
        + path("f", "w", "ie")
        + boundary("it", "a", timer("timeDuration", "PT1H"))
        + path("it", "ie")
    )
    body = sub("A", inner) + boundary("t", "A", timer("timeDuration", "P1D")) + user("late")
    walk = Walk(diagram(START + END + body + path("s", "A", "e") + path("t", "late", "e")))

    walk.fire("t")

    assert (["late"], {}) == (walk.open, walk.jobs)
