from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.executable import build
from engine.bpmn.lint import lint
from engine.bpmn.model import Process
from engine.bpmn.read import read
from engine.bpmn.rules import vocabulary, words
from engine.bpmn.rules.catalogue import RULES

from .drawn import (
    END,
    ON_ERROR,
    ON_ESCALATION,
    ON_MESSAGE,
    ON_SIGNAL,
    START,
    around,
    boundary,
    codes,
    errors,
    event,
    event_sub,
    file,
    flow,
    gateway,
    inner,
    loop,
    path,
    script,
    service,
    sub,
    task,
    timer,
    user,
)
from .faults import FAULTS

NOT_INTERRUPTING = 'cancelActivity="false"'
OUTPUT = '<zeebe:ioMapping><zeebe:output source="=a" target="b"/></zeebe:ioMapping>'
INPUT = '<zeebe:ioMapping><zeebe:input source="=a" target="b"/></zeebe:ioMapping>'


@pytest.mark.parametrize(
    ("code", "element", "xml", "words"), FAULTS, ids=[f"{f[0]}-{n}" for n, f in enumerate(FAULTS)]
)
def test_what_cannot_run_exactly_is_refused(code, element, xml, words):
    """Each fault is found at its element, with a line, words and a remedy in both languages."""
    found = [f for f in errors(xml) if f.code == code]

    assert found, codes(lint(xml))
    assert element in {f.element for f in found}
    assert any(words in f.message.en for f in found), [f.message.en for f in found]
    assert all(
        f.line >= 1 and f.file == "test.bpmn" and f.remedy.en and f.remedy.zh and f.message.zh for f in found
    )
    assert not any("{" in f.message.en.replace("${", "") or "{" in f.remedy.zh for f in found)


def test_every_refusing_rule_has_its_fault():
    """No rule without a file that breaks it."""
    needs_library = {
        "unknown-form",
        "unknown-decision",
        "unknown-process",
        "called-process-start",
        "unknown-job-type",
        "routed-by-typed-text",
    }

    assert {r.code for r in RULES.values() if r.severity == "error"} == {f[0] for f in FAULTS} | needs_library


EXECUTED = {
    "user task": around(user()),
    "service task": around(service()),
    "send task": around(task("sendTask", '<zeebe:taskDefinition type="a"/>')),
    "script task": around(script()),
    "decision": around(task("businessRuleTask", '<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="deployment"/>')),
    "call": around(task("callActivity", '<zeebe:calledElement processId="q" propagateAllChildVariables="false"/>')),
    "abstract and manual task": START + task("task", name="t") + task("manualTask", name="w") + END + path("s", "t", "w", "e"),
    "receive task": around(task("receiveTask", OUTPUT, attributes='messageRef="m"')),
    "job with headers": around(service('<zeebe:taskHeaders><zeebe:header key="a" value="1"/></zeebe:taskHeaders>' + INPUT)),
    "catches": START + event("intermediateCatchEvent", ON_MESSAGE, "a") + event("intermediateCatchEvent", ON_SIGNAL, "b")
    + event("intermediateCatchEvent", timer("=date and time(at)", "timeDate"), "c") + END + path("s", "a", "b", "c", "e"),
    "throws": START + event("intermediateThrowEvent", "", "a") + event("intermediateThrowEvent", ON_MESSAGE, "b", inside=INPUT)
    + event("intermediateThrowEvent", ON_SIGNAL, "c") + event("intermediateThrowEvent", ON_ESCALATION, "d") + END
    + path("s", "a", "b", "c", "d", "e"),
    "message end as a job": START + user() + event("endEvent", ON_MESSAGE, "z", inside='<zeebe:taskDefinition type="a"/>') + path("s", "x", "z"),
    "terminate end": START + user() + event("endEvent", "<terminateEventDefinition/>", "z") + path("s", "x", "z"),
    "message start": event("startEvent", ON_MESSAGE, "s2") + path("s2", "x") + around(user()),
    "timer start": event("startEvent", timer("0 0 9 * * WORKDAY", "timeCycle"), "s2") + path("s2", "x") + around(user()),
    "signal start alone": event("startEvent", ON_SIGNAL, "s") + user() + END + path("s", "x", "e"),
    "boundaries": around(
        sub(inner(user(name="u"), "u", end=ON_ERROR)), "x", boundary(timer("R3/PT1H", "timeCycle"), attributes=NOT_INTERRUPTING),
        boundary(ON_ERROR, name="b2"), boundary("<errorEventDefinition/>", name="b3"), boundary(ON_ESCALATION, name="b4"),
        boundary(ON_MESSAGE, name="b5", attributes=NOT_INTERRUPTING), boundary(ON_SIGNAL, name="b6"), boundary(timer("P1D"), name="b7"),
    ),
    "error from a service": around(service(), "x", boundary(ON_ERROR)),
    "event gateway": START + gateway("eventBasedGateway") + event("intermediateCatchEvent", ON_MESSAGE, "a")
    + event("intermediateCatchEvent", timer("P1D"), "b") + task("receiveTask", name="c", attributes='messageRef="m"')
    + event("intermediateCatchEvent", timer("P2D"), "d") + END
    + flow("s", "g") + path("g", "a", "e") + path("g", "b", "e") + path("g", "c", "e") + path("g", "d", "e"),
    "parallel": START + gateway("parallelGateway", "f") + user(name="a") + user(name="b") + gateway("parallelGateway", "j") + END
    + flow("s", "f") + path("f", "a", "j") + path("f", "b", "j") + flow("j", "e"),
    "inclusive": START + gateway("inclusiveGateway", "f", 'default="f-a"') + user(name="a") + user(name="b") + gateway("inclusiveGateway", "j")
    + END + flow("s", "f") + path("f", "a", "j") + flow("f", "b", "=n &gt; 1") + flow("b", "j") + flow("j", "e"),
    "rework loop": START + user() + gateway(attributes='default="g-e"') + END + path("s", "x", "g") + flow("g", "x", "=again") + flow("g", "e"),
    "rework loop of a decision": START + script("a") + user() + gateway(attributes='default="g-e"') + END + path("s", "a", "x", "g")
    + flow("g", "a", "=again") + flow("g", "e"),
    "event sub-process": around(user()) + event_sub(ON_MESSAGE, 'isInterrupting="false"'),
    "error event sub-process": around(service()) + event_sub(ON_ERROR),
    "event sub-process by a cycle": around(user()) + event_sub(timer("R/P1D", "timeCycle"), 'isInterrupting="false"'),
    "multi-instance": around(user(after=loop('inputCollection="=a" inputElement="i" outputCollection="o" outputElement="=i.x"', "<completionCondition>=o[1] = 2</completionCondition>"))),
    "multi-instance sub-process": around(sub(loop(attributes='isSequential="true"') + inner(user(name="u"), "u"))),
    "signature": around(user('<zeebe:properties><zeebe:property name="signature" value="approve"/><zeebe:property name="signature:document" value="slip"/><zeebe:property name="then" value="next"/></zeebe:properties>')),
    "task properties": around(user('<zeebe:taskSchedule dueDate="=now() + duration(&quot;P2D&quot;)" followUpDate="P1D"/><zeebe:priorityDefinition priority="80"/>' + INPUT)),
    "drawn for the reader": around(user()) + '<dataObjectReference id="dr" name="n" dataObjectRef="do"/><dataObject id="do"/>'
    '<dataStoreReference id="ds" name="n"/><textAnnotation id="ta"><text>why</text></textAnnotation>'
    '<association id="as" sourceRef="x" targetRef="ta"/><group id="gr"/>',
    "a group, noted in all that lies in it": START + user(after="<categoryValueRef>cv</categoryValueRef>") + END + flow("s", "x")
    + '<sequenceFlow id="f" sourceRef="x" targetRef="e"><categoryValueRef>cv</categoryValueRef></sequenceFlow>'
    '<group id="gr" categoryValueRef="cv"><extensionElements><zeebe:properties><zeebe:property name="note" value="why"/>'
    "</zeebe:properties></extensionElements></group>",
    "chinese variables": around(script().replace("sum_of", "总价").replace("=1 + 1", "=单价 * 数量")),
}  # fmt: skip


@pytest.mark.parametrize("name", EXECUTED)
def test_what_is_executed_passes(name):
    """What the engine runs exactly is let through."""
    assert [] == [str(f) for f in errors(file(EXECUTED[name]))]


@pytest.mark.parametrize(
    ("code", "xml"),
    [
        ("unnamed", file(around(user().replace('name="x"', "")))),
        ("unnamed", file(START + '<exclusiveGateway id="g" default="g-e"/>' + END + event("endEvent", "", "e2") + flow("s", "g") + flow("g", "e") + flow("g", "e2", "=a"))),
        ("no-lane", file('<laneSet id="l"><lane id="cs"><flowNodeRef>x</flowNodeRef></lane></laneSet>' + around(user()))),
        ("no-default", file(START + gateway() + END + event("endEvent", "", "e2") + flow("s", "g") + flow("g", "e", "=a") + flow("g", "e2", "=not(a)"))),
        ("mixed-gateway", file(START + user() + gateway(attributes='default="g-e"') + END + path("s", "x", "g") + flow("g", "x", "=a") + flow("x", "g").replace("x-g", "x-g2") + flow("g", "e"))),
        ("join-after-inclusive", file(START + user() + user(name="y") + gateway("inclusiveGateway", attributes='default="g-y"') + gateway("parallelGateway", "j") + END + flow("s", "g") + flow("g", "x", "=a") + flow("g", "y") + flow("x", "j") + flow("y", "j") + flow("j", "e"))),
        ("idle-gateway", file(around(gateway(name="x")))),
        ("task-without-form", file(around(user().replace('<zeebe:formDefinition formId="order"/>', "")))),
        ("not-drawn", file(around(user()))),
    ],
)  # fmt: skip
def test_what_is_only_unclear_is_a_warning(code, xml):
    """Warnings are shown and do not refuse the file."""
    found = lint(xml)

    assert code in codes(f for f in found if f.severity == "warning")


@dataclass
class Deployed:
    forms: set[str] = field(default_factory=set)
    decisions: set[str] = field(default_factory=set)
    processes: set[str] = field(default_factory=set)
    job_types: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    typing: dict[str, set[str]] = field(default_factory=dict)
    drawn: dict[str, Process] = field(default_factory=dict)

    def process(self, key: str) -> Process | None:
        """The diagram of a process."""
        return self.drawn.get(key)

    def typed(self, form: str) -> set[str]:
        """What people type by a form."""
        return self.typing.get(form, set())


@pytest.mark.parametrize(
    ("code", "content", "library"),
    [
        ("unknown-form", around(user()), Deployed(forms={"order"})),
        ("unknown-decision", EXECUTED["decision"], Deployed(decisions={"d"})),
        ("unknown-process", EXECUTED["call"], Deployed(processes={"q"})),
        ("unknown-job-type", around(service()), Deployed(job_types={"notify.send"})),
    ],
)
def test_what_a_diagram_names_must_exist(code, content, library):
    """With a library, references are looked up; without one they are not."""
    assert set() == codes(errors(file(content)))
    assert {code} == codes(errors(file(content), library=Deployed()))
    assert set() == codes(errors(file(content), library=library))


def test_a_task_of_no_role_is_warned_of():
    """A renamed lane, a group or starters that no role is called: nobody could do it; FEEL is not known here."""
    lanes = (
        '<laneSet id="lanes"><lane id="CS" name="客服"><flowNodeRef>s</flowNodeRef><flowNodeRef>x</flowNodeRef>'
        "<flowNodeRef>e</flowNodeRef></lane></laneSet>"
    )
    whose = '<zeebe:assignmentDefinition candidateGroups="cs"/>'

    def named(xml, *roles):
        library = Deployed(forms={"order"}, roles=set(roles))
        return [(f.element, f.severity) for f in lint(xml, library=library) if f.code == "unknown-role"]

    in_lane = file(lanes + around(user().replace(whose, "")))
    assert [("x", "warning")] == named(in_lane, "cs", "finance")
    assert [] == named(in_lane, "CS")
    assert [] == named(in_lane)
    assert [] == named(file(lanes + around(user())), "cs")
    assert [("x", "warning")] == named(file(around(user().replace('"cs"', '"cs, sale"'))), "cs", "sales")
    assert [] == named(file(around(user().replace('"cs"', '"=who"'))), "cs")
    (found,) = [
        f
        for f in lint(in_lane, library=Deployed(forms={"order"}, roles={"cs", "sales"}))
        if f.code == "unknown-role"
    ]
    assert "such as cs, sales;" in found.remedy.en


def test_a_called_process_has_a_start_of_its_own():
    """One that only messages start cannot be called, be it deployed or in the same file."""
    by_message = event("startEvent", ON_MESSAGE, "s") + user() + END + path("s", "x", "e")
    deployed = Deployed(processes={"q"}, forms={"order"}, drawn={"q": read(file(by_message)).processes[0]})
    itself = file(by_message.replace(user(), EXECUTED["call"][len(START) : EXECUTED["call"].index(END)]))

    assert {"called-process-start"} == codes(errors(file(EXECUTED["call"]), library=deployed))
    assert "called-process-start" in codes(errors(itself.replace('"q"', '"p"'), library=deployed))


def test_a_form_is_found_by_its_exact_name():
    """Upper and lower case matter, as in the store."""
    assert {"unknown-form"} == codes(errors(file(around(user())), library=Deployed(forms={"Order"})))


def test_an_expression_may_choose_the_decision_or_process():
    """What is only known at run time is not looked up."""
    content = EXECUTED["call"].replace('"q"', '"=which"')

    assert set() == codes(errors(file(content), library=Deployed()))


def test_a_user_task_in_a_lane_belongs_to_its_role():
    """The lane is enough."""
    lane = '<laneSet id="l"><lane id="cs" name="CS"><flowNodeRef>x</flowNodeRef></lane></laneSet>'
    content = lane + around(user().replace('<zeebe:assignmentDefinition candidateGroups="cs"/>', ""))

    assert set() == codes(errors(file(content)))


def test_errors_come_first_and_in_the_order_of_the_file():
    """What stops the deploy is read first."""
    found = lint(file(around(user(attributes='priority="1"\n')) + "\n" + task("futureTask", name="f")))
    severities = [f.severity for f in found]

    assert sorted(severities) == severities
    assert ["unknown-attribute", "unknown-element"] == [f.code for f in found if f.severity == "error"][:2]


def test_a_finding_says_file_line_element_and_remedy():
    """One line for a person: where, what, what to do."""
    found = errors(file(around("\n\n" + event("intermediateThrowEvent", '<linkEventDefinition name="l"/>'))))

    assert (
        "test.bpmn:3: error link-event [x] Link events are not executed. "
        "Connect the elements with a sequence flow."
    ) == str(next(f for f in found if f.code == "link-event"))
    assert "链接事件不会执行。" == next(f for f in found if f.code == "link-event").message.zh


def test_text_and_bytes_are_judged_alike():
    """A file may come as text."""
    xml = file(around(user()))

    assert lint(xml) == lint(xml.encode())


WHOLE = [file(content) for content in EXECUTED.values()]


@st.composite
def damaged(draw) -> str:
    """A correct file with a few attributes lost, exchanged or renamed tags."""
    xml = draw(st.sampled_from(WHOLE))
    for _ in range(draw(st.integers(1, 4))):
        attributes = list(re.finditer(r' [\w:]+="([^"]*)"', xml))
        one, other = draw(st.sampled_from(attributes)), draw(st.sampled_from(attributes))
        match draw(st.sampled_from(["lose", "exchange", "rename"])):
            case "lose":
                xml = xml[: one.start()] + xml[one.end() :]
            case "exchange":
                xml = xml[: one.start(1)] + other.group(1) + xml[one.end(1) :]
            case _:
                old, new = (draw(st.sampled_from(sorted(words.ELEMENTS))) for _ in range(2))
                xml = re.sub(rf"(</?bpmn:){old}(?=[\s/>])", rf"\g<1>{new}", xml)
    return xml


@given(damaged())
@settings(max_examples=300, deadline=None)
def test_what_passes_can_be_built(xml):
    """Whatever happens to a file, the lint ends; and what it lets through has all the engine needs."""
    if errors(xml):
        return
    found = read(xml)

    for process in found.processes:
        assert process.id == build(found, process.id, 1).process.id


@pytest.fixture(scope="module")
def page() -> str:
    """The reference page."""
    return (Path(__file__).parents[3] / "docs/reference/bpmn.md").read_text(encoding="utf-8")


def test_the_reference_lists_every_rule(page):
    """docs/reference/bpmn.md is complete and names no rule that is gone."""
    rows = [line for line in page.split("## Findings")[1].splitlines() if line.startswith("| `")]
    listed = {row.split("`")[1]: row.split("|")[2].strip() for row in rows}

    assert {r.code: "refused" if r.severity == "error" else "warning" for r in RULES.values()} == listed


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_the_reference_says_what_the_rules_say(page, rule):
    """In both languages, word by word, with a mark for each fact."""
    said = [rule.message.en, rule.message.zh, rule.remedy.en, rule.remedy.zh]

    assert all(re.sub(r"\{\w+\}", "…", text) in page for text in said)


#: Tags that are part of others.
PARTS = {
    "definitions",
    "extensionElements",
    "incoming",
    "outgoing",
    "flowNodeRef",
    "text",
    "sourceRef",
    "targetRef",
}


def test_the_reference_lists_every_element_and_extension(page):
    """What may stand in a diagram, and what may not, has its line."""
    elements = page.split("## Extensions")[0]
    extensions = page.split("## Extensions")[1].split("## Timers")[0]

    assert set() == {tag for tag in words.ELEMENTS if f"`{tag}`" not in elements} - PARTS
    assert set() == {tag for tag in vocabulary.NAMED if f"`{tag}`" not in elements}
    assert set() == {name for name in words.EXTENSIONS if f"`zeebe:{name}`" not in extensions}
    assert set() == {a for found in words.EXTENSIONS.values() for a in found if f"`{a}`" not in extensions}
