from __future__ import annotations

import pytest

from engine.bpmn.model import EventDefinition, IoMapping, Lane, Loop, Participant
from engine.bpmn.read import read
from engine.xmlscreen import XmlRefused

from .drawn import (
    ON_ERROR,
    ON_ESCALATION,
    ON_MESSAGE,
    ON_SIGNAL,
    around,
    boundary,
    event,
    file,
    flow,
    gateway,
    inner,
    loop,
    path,
    sub,
    task,
    timer,
    user,
)


def element(xml: str, name: str = "x"):
    """The element `name` of the file's process."""
    found = read(xml).processes[0].content.walk()
    return next(e for e in found if e.id == name)


def test_a_process_is_read_with_its_line_and_documentation():
    """What a person wrote, and where."""
    xml = file("<documentation>[F01.10] Fill it in.</documentation>\n" + around(user(), "x"))

    process = read(xml, "a.bpmn").processes[0]

    assert ("p", "Process", 1, True) == (process.id, process.name, process.line, process.executable)
    assert "[F01.10] Fill it in." == process.documentation
    assert 2 == process.content.elements["x"].line


def test_flows_connect_elements_in_the_order_the_element_lists_them():
    """The modeller's order of outgoing flows decides which condition is asked first."""
    listed = '<exclusiveGateway id="g" default="g-e"><outgoing>g-y</outgoing><outgoing>g-e</outgoing></exclusiveGateway>'
    xml = file(
        event("startEvent", "", "s") + listed + event("endEvent", "", "e") + event("endEvent", "", "y")
        + flow("s", "g") + flow("g", "e") + flow("g", "y", "= n &gt; 5 ")
    )  # fmt: skip

    found = element(xml, "g")

    assert (("s-g",), ("g-y", "g-e"), "g-e") == (found.incoming, found.outgoing, found.default)
    assert "n > 5" == read(xml).processes[0].content.flows["g-y"].condition


def test_extensions_are_kept_as_they_stand():
    """Whatever zeebe offers is there by name, children under theirs."""
    inside = (
        '<zeebe:taskHeaders><zeebe:header key="a" value="1"/></zeebe:taskHeaders>'
        '<zeebe:properties><zeebe:property name="k" value="v"/></zeebe:properties>'
    )

    found = element(file(around(user(inside))))

    assert "order" == found.extension("formDefinition", "formId")
    assert [{"header": [{"key": "a", "value": "1"}]}] == found.extensions["taskHeaders"]
    assert {"k": "v"} == found.properties


def test_mappings_tell_expressions_from_texts():
    """A leading "=" marks FEEL."""
    inside = (
        '<zeebe:ioMapping><zeebe:input source="=a + 1" target="b"/>'
        '<zeebe:input source="plain" target="c"/><zeebe:output source=" =d" target="e"/></zeebe:ioMapping>'
    )

    found = element(file(around(user(inside))))

    assert (IoMapping("a + 1", "b", True), IoMapping("plain", "c", False)) == found.inputs
    assert (IoMapping("d", "e", True),) == found.outputs


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("", EventDefinition("none")),
        (ON_MESSAGE, EventDefinition("message", name="paid", key="order_no")),
        (ON_SIGNAL, EventDefinition("signal", name="closing")),
        (ON_ERROR, EventDefinition("error", name="Broken", code="broken")),
        ("<errorEventDefinition/>", EventDefinition("error")),
        (ON_ESCALATION, EventDefinition("escalation", name="Late", code="late")),
        ("<terminateEventDefinition/>", EventDefinition("terminate")),
        (timer("PT1H"), EventDefinition("timer", timer="duration", expression="PT1H")),
        (timer("=at", "timeDate"), EventDefinition("timer", timer="date", expression="=at")),
        (timer("R/P1D", "timeCycle"), EventDefinition("timer", timer="cycle", expression="R/P1D")),
        ('<messageEventDefinition messageRef="gone"/>', EventDefinition("message")),
        ('<linkEventDefinition name="l"/>', EventDefinition("link")),
        (ON_MESSAGE + ON_SIGNAL, EventDefinition("multiple")),
    ],
)
def test_events_are_resolved(definition, expected):
    """An event knows what it waits for, and dangling references are empty."""
    assert expected == element(file(around(event("intermediateCatchEvent", definition)))).event


def test_boundary_events_know_their_activity_and_whether_they_interrupt():
    """cancelActivity is true unless it says false."""
    xml = file(
        around(
            user(),
            "x",
            boundary(timer("PT1H")),
            boundary(ON_SIGNAL, attributes='cancelActivity="false"', name="c"),
        )
    )
    scope = read(xml).processes[0].content

    assert [("b", True), ("c", False)] == [(e.id, e.interrupting) for e in scope.boundaries("x")]


def test_sub_processes_hold_their_own_content():
    """Flows and elements of a sub-process belong to it."""
    xml = file(around(sub(inner(user(name="u"), "u"))))
    process = read(xml).processes[0]

    found = process.content.elements["x"]

    assert {"i_s", "u", "i_e"} == set(found.inner.elements)
    assert {"i_s-u", "u-i_e"} == set(found.inner.flows)
    assert ["s", "x", "i_s", "u", "i_e", "e"] == [e.id for e in process.content.walk()]


def test_multi_instance_is_read_whole():
    """Collection, names, output and the condition to stop early."""
    inside = 'inputCollection="=list" inputElement="one" outputCollection="all" outputElement="=one.ok"'
    marker = loop(inside, "<completionCondition>=done</completionCondition>", 'isSequential="true"')

    found = element(file(around(user(after=marker))))

    assert Loop(True, "list", "one", "all", "one.ok", "done") == found.loop


def test_receive_tasks_wait_for_their_message():
    """A receive task has its message as an event has."""
    found = element(file(around(task("receiveTask", attributes='messageRef="m"'))))

    assert EventDefinition("message", name="paid", key="order_no") == found.event


def test_lanes_are_roles_and_inner_lanes_win():
    """An element belongs to its innermost lane; what is inside a sub-process to the sub-process's."""
    lanes = (
        '<laneSet id="ls"><lane id="office" name="Office"><flowNodeRef>s</flowNodeRef><flowNodeRef>x</flowNodeRef>'
        '<childLaneSet id="cl"><lane id="cs" name="CS"><flowNodeRef>x</flowNodeRef></lane></childLaneSet>'
        "</lane></laneSet>"
    )
    process = read(file(lanes + around(sub(inner(user(name="u"), "u"))))).processes[0]

    assert (Lane("office", "Office", ("s", "x")), Lane("cs", "CS", ("x",))) == process.lanes
    assert ["office", "cs", "cs", None] == [
        {e.id: e.lane for e in process.content.walk()}[name] for name in ("s", "x", "u", "e")
    ]


def test_pools_are_participants_and_name_their_process():
    """A process without a name is called as its pool."""
    pool = '<collaboration id="c"><participant id="pool" name="补货" processRef="q"/><participant id="bank" name="Bank"/></collaboration>'
    xml = file(around(user()), outside=pool + '<process id="q" isExecutable="true"/>')

    read_file = read(xml)

    assert (
        Participant("pool", "补货", 1, "q"),
        Participant("bank", "Bank", 1, None),
    ) == read_file.participants
    assert ["补货", "Process"] == [p.name for p in read_file.processes]
    assert ("Camunda Cloud", "8.8.0") == (read_file.platform, read_file.platform_version)


def test_what_is_unknown_is_kept_by_its_name():
    """Reading never fails on what the lint refuses."""
    xml = file(
        around(
            sub(inner(), tag="adHocSubProcess") + gateway("complexGateway") + task("futureTask", name="f")
            + '<userTask/><sequenceFlow/><sequenceFlow id="z" sourceRef="nowhere" targetRef="x"/>'
        )
    )  # fmt: skip

    kinds = {e.kind for e in read(xml).processes[0].content.walk()}

    assert {"adHocSubProcess", "complexGateway", "futureTask", "userTask"} <= kinds


def test_a_file_that_is_no_xml_is_refused():
    """Reading goes through the one door."""
    with pytest.raises(XmlRefused):
        read("<a>")


def test_version_tag_and_properties_of_a_process():
    """What a process says of itself."""
    said = (
        '<extensionElements><zeebe:versionTag value="1.2"/><zeebe:properties>'
        '<zeebe:property name="starters" value="cs"/></zeebe:properties></extensionElements>'
    )
    process = read(file(said + around(user()))).processes[0]

    assert ("1.2", {"starters": "cs"}) == (process.version_tag, process.properties)


def test_text_and_bytes_are_the_same_file():
    """The text that was read is kept as bytes, for its hash."""
    xml = file(around(user()) + path("s", "e"))

    assert read(xml.encode()) == read(xml)
