"""For every rule of the lint files that break it, and words that the message must hold."""

from __future__ import annotations

from .drawn import (
    CLOUD,
    END,
    ON_ERROR,
    ON_ESCALATION,
    ON_MESSAGE,
    ON_SIGNAL,
    OUTSIDE,
    START,
    around,
    boundary,
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

Fault = tuple[str, str, str, str]
_ENDS = END + event("endEvent", "", "e2")


def _choice(middle: str, *flows: str) -> str:
    """Start, a gateway "g", two ends."""
    return file(START + middle + _ENDS + flow("s", "g") + "".join(flows))


def _mapping(inside: str) -> str:
    return f"<zeebe:ioMapping>{inside}</zeebe:ioMapping>"


def _property(name: str, value: str) -> str:
    return f'<zeebe:properties><zeebe:property name="{name}" value="{value}"/></zeebe:properties>'


_DRAWING = (
    '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:a="urn:a" id="bd">'
    '<a:b/><di:BPMNPlane id="bp" bpmnElement="p" a:c="1"/></di:BPMNDiagram></bpmn:definitions>'
)
#: rule, element, file, words of the message
VOCABULARY: list[Fault] = [
    ("camunda-7", "x", file(around(user(attributes='camunda:assignee="demo"'))), "assignee"),
    ("camunda-7", "x", file(around(service("<camunda:in/>"))), "Camunda 7"),
    ("spiffworkflow-extension", "x", file(around(service("<spiffworkflow:preScript>1</spiffworkflow:preScript>"))), "preScript"),
    ("foreign-namespace", "x", file(around(user(attributes='xmlns:a="urn:a" a:b="1"'))), "urn:a"),
    ("foreign-namespace", "p", file(around(user()) + '<a:include xmlns:a="urn:x"/>'), "include"),
    ("element-template", "x", file(around(service().replace('id="x"', 'id="x" zeebe:modelerTemplate="io.mail"'))), "io.mail"),
    ("unknown-element", "c", file(around(user()) + '<callChoreography id="c"/>'), "callChoreography"),
    ("unknown-element", "p", file(around(user()) + "<correlationSubscription/>"), "correlationSubscription"),
    ("unknown-element", "x", file(around(user(after="<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"))), "loopCardinality"),
    ("unknown-element", "x", file(around(script().replace("</scriptTask>", "<script>import os</script></scriptTask>"))), "script"),
    ("unknown-attribute", "x", file(around(user(attributes='priority="1"'))), "priority"),
    ("unknown-attribute", "x", file(around(task("sendTask", '<zeebe:taskDefinition type="a"/>', attributes='messageRef="m"'))), "messageRef"),
    ("attribute-value", "x", file(around(task("receiveTask", attributes='messageRef="m" instantiate="true"'))), "instantiate"),
    ("attribute-value", "x", file(around(user().replace('formId="order"', 'formId="order" bindingType="versionTag"'))), "versionTag"),
    ("unknown-extension", "x", file(around(user("<zeebe:taskHeaders/>"))), "taskHeaders"),
    ("unknown-extension", "x", file(around(service("<zeebe:jobPriorityDefinition priority='1'/>"))), "jobPriorityDefinition"),
    ("unknown-extension", "x", file(around(script(inside='<zeebe:taskDefinition type="a"/>'))), "taskDefinition"),
    ("unknown-extension", "i_s", file(around(sub(inner(user(name="u"), "u").replace('<startEvent id="i_s" name="i_s" >', '<startEvent id="i_s" name="i_s"><extensionElements><zeebe:formDefinition formId="f"/></extensionElements>')))), "formDefinition"),
    ("unknown-extension-attribute", "x", file(around(user().replace("formId=", "formKey="))), "formKey"),
    ("unknown-extension", "x", file(around(user(_mapping('<zeebe:throughput source="=a"/>')))), "throughput"),
    ("foreign-namespace", "x", file(around(user(_mapping('<a:input xmlns:a="urn:a"/>')))), "urn:a"),
    ("foreign-namespace", "x", file(around(user('<zeebe:priorityDefinition xmlns:a="urn:a" a:b="1" priority="5"/>'))), "urn:a"),
    ("foreign-namespace", "bd", file(around(user())).replace("</bpmn:definitions>", _DRAWING), "urn:a"),
    ("repeated-extension", "x", file(around(user("<zeebe:userTask/>"))), "userTask"),
    ("listener", "x", file(around(service("<zeebe:executionListeners/>"))), "listener"),
    ("listener", "x", file(around(user("<zeebe:taskListeners/>"))), "listener"),
    ("stray-text", "p", file(around(user()) + "now or never"), "now or never"),
    ("link-event", "x", file(around(event("intermediateThrowEvent", '<linkEventDefinition name="l"/>'))), "Link"),
    ("compensation", "x", file(around(event("intermediateThrowEvent", "<compensateEventDefinition/>"))), "Compensation"),
    ("compensation", "x", file(around(user(attributes='isForCompensation="true"'))), "Compensation"),
    ("compensation", "b", file(around(user(), "x", boundary("<compensateEventDefinition/>"))), "Compensation"),
    ("conditional-event", "x", file(around(event("intermediateCatchEvent", "<conditionalEventDefinition><condition>=a</condition></conditionalEventDefinition>"))), "Conditional"),
    ("cancel-event", "e2", file(around(user()) + event("endEvent", "<cancelEventDefinition/>", "e2")), "Cancel"),
    ("multiple-event", "x", file(around(event("intermediateCatchEvent", ON_MESSAGE + ON_SIGNAL))), "several"),
    ("multiple-event", "x", file(around(event("intermediateCatchEvent", ON_MESSAGE, attributes='parallelMultiple="true"'))), "several"),
    ("complex-gateway", "x", file(around(gateway("complexGateway", "x"))), "Complex"),
    ("transaction", "x", file(around(sub(inner(), tag="transaction"))), "Transaction"),
    ("ad-hoc", "x", file(around(sub(user(name="u"), tag="adHocSubProcess"))), "Ad-hoc"),
    ("standard-loop", "x", file(around(user(after="<standardLoopCharacteristics/>"))), "loop marker"),
]  # fmt: skip

IDENTITY: list[Fault] = [
    ("execution-platform", "defs", file(around(user()), head=""), "Camunda 8"),
    ("execution-platform", "defs", file(around(user()), head=CLOUD.replace("Cloud", "Platform")), "Camunda Platform"),
    ("execution-platform", "defs", file(around(user()), head=CLOUD.replace("8.8.0", "7.21.0")), "7.21.0"),
    ("no-process", "defs", file("").replace('<bpmn:process id="p" name="Process" isExecutable="true" ></bpmn:process>', ""), "no process"),
    ("not-executable", "p", file(around(user()), process='isExecutable="false"'), "executable"),
    ("missing-id", "p", file(around(user()) + '<task name="n"/>'), "task"),
    ("bad-id", "1x", file(around(user(name="1x"), "1x")), "1x"),
    ("bad-id", "a:b", file(around(user()) + '<dataObject id="d2"/><task id="a:b" name="n"/>'), "a:b"),
    ("bad-id", "x" * 65, file(around(user(name="x" * 65), "x" * 65)), "xxx"),
    ("bad-id", "任务", file(around(user(name="任务"), "任务")), "任务"),
    ("seen-by", "p", file('<extensionElements><zeebe:properties><zeebe:property name="seen_by:" value="cs"/></zeebe:properties></extensionElements>' + around(user())), "seen_by:"),
    ("seen-by", "p", file('<extensionElements><zeebe:properties><zeebe:property name="seen_by:a" value=" ,"/></zeebe:properties></extensionElements>' + around(user())), "seen_by:a"),
    ("reserved-id", "Start", file(around(user(name="Start"), "Start")), "Start"),
    ("reserved-id", "End", file(around(user(name="End"), "End")), "End"),
    ("reserved-id", "Root", file(around(user(name="Root"), "Root")), "Root"),
    ("reserved-id", "p.EndJoin", file(around(user(name="p.EndJoin"), "p.EndJoin")), "p.EndJoin"),
    ("duplicate-id", "x", file(around(user() + user())), "2 times"),
    ("duplicate-id", "s", file(around(sub(inner(user(name="s"), "s")))), "2 times"),
    ("too-many-elements", "defs", file(START + "".join(user(name=f"u{n}") for n in range(760)) + END + path("s", *(f"u{n}" for n in range(760)), "e")), "1500"),
    ("text-too-long", "x", file(around(user().replace('name="x"', f'name="{"长" * 201}"'))), "201"),
    ("text-too-long", "x", file(around(user(after=f"<documentation>{'d' * 20_001}</documentation>"))), "20001"),
    ("two-lanes", "x", file('<laneSet id="l"><lane id="a"><flowNodeRef>x</flowNodeRef></lane><lane id="b"><flowNodeRef>x</flowNodeRef></lane></laneSet>' + around(user())), "a, b"),
    ("lane-member", "p", file('<laneSet id="l"><lane id="a"><flowNodeRef>gone</flowNodeRef></lane></laneSet>' + around(user())), "gone"),
]  # fmt: skip


def _nested(depth: int) -> str:
    content = inner(user(name="u"), "u", name="n0")
    for n in range(1, depth):
        content = inner(sub(content, f"sub{n}"), f"sub{n}", name=f"n{n}")
    return content


IDENTITY += [("too-deep", "p", file(_nested(12)), "10")]

STRUCTURE: list[Fault] = [
    ("no-start", "p", file(user() + END + path("x", "e")), "start event"),
    ("several-starts", "s2", file(around(user()) + event("startEvent", "", "s2") + path("s2", "x")), "2 none start"),
    ("subprocess-start", "x", file(around(sub(user(name="u") + event("endEvent", "", "z") + path("u", "z")))), "none start"),
    ("subprocess-start", "x", file(around(sub(event("startEvent", ON_MESSAGE, "q") + event("endEvent", "", "z") + path("q", "z")))), "none start"),
    ("event-subprocess-start", "esp", file(around(user()) + event_sub("")), "with an event"),
    ("event-subprocess-flow", "esp", file(around(user()) + event_sub(ON_MESSAGE) + flow("esp", "e")), "no flows"),
    ("flow-into-start", "x-s", file(START + user() + END + path("s", "x") + flow("x", "s")), "start event"),
    ("flow-out-of-end", "e", file(around(user()) + flow("e", "x")), "outgoing"),
    ("dangling-flow", "x-gone", file(around(user()) + flow("x", "gone")), "gone"),
    ("dangling-flow", "gone-e", file(around(user()) + flow("gone", "e")), "source"),
    ("dangling-flow", "s-u", file(around(sub(inner(user(name="u"), "u"))) + flow("s", "u")), "another sub-process"),
    ("path-without-end", "x", file(START + user() + END + path("s", "x")), "No flow leaves"),
    ("no-end", "p", file(START + user() + path("s", "x") + flow("x", "x")), "never complete"),
    ("unreachable", "y", file(around(user()) + user(name="y") + flow("y", "e")), '"y"'),
    ("join-never-completes", "j", file(START + user() + user(name="y") + gateway("exclusiveGateway", attributes='default="g-y"') + gateway("parallelGateway", "j") + END + flow("s", "g") + flow("g", "x", "=a") + flow("g", "y") + flow("x", "j") + flow("y", "j") + flow("j", "e")), "never taken"),
    ("implicit-fork", "x", file(around(user()) + event("endEvent", "", "e2") + flow("x", "e2")), "2 flows"),
    ("implicit-fork", "s", file(around(user()) + flow("s", "e")), "2 flows"),
    ("condition-not-on-gateway", "x-e", file(START + user() + END + path("s", "x") + flow("x", "e", "=a")), "ignored"),
    ("condition-not-on-gateway", "g-e", _choice(gateway("parallelGateway"), flow("g", "e", "=a"), flow("g", "e2")), "ignored"),
    ("condition-on-only-flow", "g-e", _choice(gateway(), flow("g", "e", "=a")), "one outgoing"),
    ("condition-missing", "g-e2", _choice(gateway(), flow("g", "e", "=a"), flow("g", "e2")), "no condition"),
    ("condition-missing", "g-e2", _choice(gateway("inclusiveGateway"), flow("g", "e", "=a"), flow("g", "e2")), "no condition"),
    ("default-flow", "x", file(around(user(attributes='default="x-e"'))), "default"),
    ("default-flow", "g", _choice(gateway(attributes='default="g-e"'), flow("g", "e", "=a"), flow("g", "e2", "=b")), "g-e"),
    ("default-flow", "g", _choice(gateway(attributes='default="s-g"'), flow("g", "e", "=a"), flow("g", "e2", "=b")), "s-g"),
    ("event-gateway-flows", "g", _choice(gateway("eventBasedGateway"), flow("g", "e")), "two outgoing"),
    ("event-gateway-target", "x", file(START + gateway("eventBasedGateway") + user() + event("intermediateCatchEvent", ON_MESSAGE, "c") + END + flow("s", "g") + path("g", "x", "e") + path("g", "c", "e")), "no event"),
    ("endless-loop", "x", file(START + script() + gateway(attributes='default="g-x"') + END + path("s", "x", "g") + flow("g", "x") + flow("g", "e", "=a")), "x → g → x"),
    ("endless-loop", "x", file(START + sub(inner(script("y"), "y")) + gateway(attributes='default="g-x"') + END + path("s", "x", "g") + flow("g", "x") + flow("g", "e", "=a")), "never waits"),
    ("endless-loop", "x", file(START + task("task") + END + path("s", "x") + flow("x", "x")), "never waits"),
]  # fmt: skip

EVENTS: list[Fault] = [
    ("event-kind", "s2", file(around(user()) + event("startEvent", ON_ERROR, "s2") + path("s2", "x")), "start event of a process"),
    ("event-kind", "x", file(around(event("intermediateCatchEvent"))), "none"),
    ("event-kind", "x", file(around(event("intermediateCatchEvent", ON_ERROR))), "error"),
    ("event-kind", "x", file(around(event("intermediateThrowEvent", ON_ERROR))), "error"),
    ("event-kind", "x", file(around(event("intermediateThrowEvent", "<terminateEventDefinition/>"))), "terminate"),
    ("event-kind", "e2", file(START + user() + event("endEvent", timer("PT1H"), "e2") + path("s", "x", "e2")), "timer"),
    ("event-kind", "b", file(around(user(), "x", boundary(""))), "none"),
    ("event-without-reference", "x", file(around(event("intermediateCatchEvent", "<messageEventDefinition/>"))), "message"),
    ("event-without-reference", "x", file(around(event("intermediateCatchEvent", '<signalEventDefinition signalRef="gone"/>'))), "signal"),
    ("event-without-reference", "e2", file(START + user() + event("endEvent", "<errorEventDefinition/>", "e2") + path("s", "x", "e2")), "error"),
    ("event-without-reference", "x", file(around(task("receiveTask"))), "message"),
    ("reference-without-name", "m2", file(around(user()), outside=OUTSIDE + '<message id="m2"/>'), "m2"),
    ("reference-without-code", "r2", file(around(user()), outside=OUTSIDE + '<error id="r2" name="a"/>'), "r2"),
    ("reference-without-code", "r2", file(around(user()), outside=OUTSIDE + '<escalation id="r2" name="a"/>'), "r2"),
    ("feel-code", "r2", file(around(user()), outside=OUTSIDE + '<error id="r2" errorCode="=a"/>'), "r2"),
    ("feel-start-name", "s2", file(around(user()) + event("startEvent", '<messageEventDefinition messageRef="m2"/>', "s2") + path("s2", "x"), outside=OUTSIDE + '<message id="m2" name="=a"/>'), "expression"),
    ("correlation-key", "x", file(around(event("intermediateCatchEvent", '<messageEventDefinition messageRef="m2"/>')), outside=OUTSIDE + '<message id="m2" name="paid"/>'), "paid"),
    ("correlation-key", "x", file(around(task("receiveTask", attributes='messageRef="m2"')), outside=OUTSIDE + '<message id="m2" name="paid"/>'), "paid"),
    ("boundary-host", "b", file(around(user(), "x", boundary(timer("PT1H"), host="s"))), "not attached"),
    ("boundary-host", "b", file(around(user(), "x", boundary(timer("PT1H"), host="gone"))), "not attached"),
    ("boundary-never-happens", "b", file(around(script(), "x", boundary(timer("PT1H")))), "never happen"),
    ("boundary-never-happens", "b", file(around(user(), "x", boundary(ON_ERROR))), "never happen"),
    ("boundary-never-happens", "b", file(around(service(), "x", boundary(ON_ESCALATION))), "never happen"),
    ("error-not-interrupting", "b", file(around(service(), "x", boundary(ON_ERROR, attributes='cancelActivity="false"'))), "interrupt"),
    ("error-not-interrupting", "es", file(around(service()) + event_sub(ON_ERROR, 'isInterrupting="false"')), "interrupt"),
    ("same-catch", "c", file(around(service(), "x", boundary(ON_ERROR), boundary(ON_ERROR, name="c"))), "broken"),
    ("same-catch", "c", file(around(service(), "x", boundary("<errorEventDefinition/>"), boundary("<errorEventDefinition/>", name="c"))), "*"),
    ("same-start", "s3", file(around(user()) + event("startEvent", ON_MESSAGE, "s2") + event("startEvent", ON_MESSAGE, "s3") + path("s2", "x") + path("s3", "x")), "paid"),
    ("timer-missing", "x", file(around(event("intermediateCatchEvent", "<timerEventDefinition/>"))), "no time"),
    ("timer-several", "x", file(around(event("intermediateCatchEvent", "<timerEventDefinition><timeDate>2030-01-01</timeDate><timeDuration>PT1H</timeDuration></timerEventDefinition>"))), "more than one"),
    ("timer-text", "x", file(around(event("intermediateCatchEvent", timer("-PT1H")))), "negative"),
    ("timer-text", "x", file(around(event("intermediateCatchEvent", timer("P99999999999D")))), "100 years"),
    ("timer-text", "x", file(around(event("intermediateCatchEvent", timer("tomorrow", "timeDate")))), "tomorrow"),
    ("timer-text", "x", file(around(event("intermediateCatchEvent", timer('"PT1H"')))), "duration"),
    ("timer-text", "b", file(around(user(), "x", boundary(timer("R/PT0S", "timeCycle"), attributes='cancelActivity="false"'))), "1 second"),
    ("timer-text", "s2", file(around(user()) + event("startEvent", timer("0 0 30 2 *", "timeCycle"), "s2") + path("s2", "x")), "100 years"),
    ("timer-text", "s2", file(around(user()) + event("startEvent", timer("0 0 1 * MON", "timeCycle"), "s2") + path("s2", "x")), "weekday"),
    ("timer-cycle", "x", file(around(event("intermediateCatchEvent", timer("R/PT1H", "timeCycle")))), "once"),
    ("timer-cycle", "b", file(around(user(), "x", boundary(timer("R1/PT1H", "timeCycle")))), "once"),
    ("timer-cycle", "es", file(around(user()) + event_sub(timer("R/PT1H", "timeCycle"))), "once"),
    ("timer-start", "s2", file(around(user()) + event("startEvent", timer("PT1H"), "s2") + path("s2", "x")), "fixed"),
    ("timer-start", "s2", file(around(user()) + event("startEvent", timer("=at", "timeDate"), "s2") + path("s2", "x")), "fixed"),
]  # fmt: skip

TASKS: list[Fault] = [
    ("user-task-not-native", "x", file(around(user().replace("<zeebe:userTask/>", ""))), "zeebe:userTask"),
    ("nobodys-task", "x", file(around(user().replace('candidateGroups="cs"', 'candidateGroups=""'))), "nobody"),
    ("bad-reference", "x", file(around(user().replace('"order"', '"../order"'))), "../order"),
    ("bad-reference", "x", file(around(user().replace('"order"', '"/etc/passwd"'))), "formId"),
    ("bad-reference", "x", file(around(user().replace('"order"', '"a%2eb"'))), "formId"),
    ("bad-reference", "x", file(around(user().replace('"order"', '"a․b"'))), "formId"),
    ("bad-reference", "x", file(around(task("callActivity", '<zeebe:calledElement processId="a/b"/>'))), "processId"),
    ("missing-extension", "x", file(around(task("serviceTask"))), "taskDefinition type"),
    ("missing-extension", "x", file(around(task("sendTask"))), "taskDefinition type"),
    ("missing-extension", "x", file(around(task("scriptTask"))), "script expression"),
    ("missing-extension", "x", file(around(task("businessRuleTask", '<zeebe:calledDecision decisionId="d"/>'))), "resultVariable"),
    ("missing-extension", "x", file(around(task("callActivity"))), "processId"),
    ("missing-extension", "x", file(around(user().replace(' formId="order"', ""))), "formId"),
    ("missing-extension", "x", file(around(event("intermediateThrowEvent", ON_MESSAGE, inside="<zeebe:taskDefinition/>"))), "taskDefinition type"),
    ("retries", "x", file(around(service().replace('"3"', '"many"'))), "many"),
    ("retries", "x", file(around(service().replace('"3"', '"0"'))), "1 to 100"),
    ("task-header", "x", file(around(service('<zeebe:taskHeaders><zeebe:header key="a" value="1"/><zeebe:header key="a" value="2"/></zeebe:taskHeaders>'))), "twice"),
    ("priority", "x", file(around(user('<zeebe:priorityDefinition priority="high"/>'))), "high"),
    ("priority", "x", file(around(user('<zeebe:priorityDefinition priority="101"/>'))), "101"),
    ("signature", "x", file(around(user(_property("signature", "approve")))), "signature:document"),
    ("signature", "x", file(around(user(_property("signature:document", "slip")))), "signature"),
    ("signature", "x", file(around(user('<zeebe:properties><zeebe:property name="signature" value="approve"/><zeebe:property name="signature:document" value="=slip"/></zeebe:properties>'))), "=slip"),
    ("signature", "x", file(around(user('<zeebe:properties><zeebe:property name="signature" value="approve"/><zeebe:property name="signature:document" value="slip"/><zeebe:property name="signature:who" value="a"/></zeebe:properties>'))), "signature:who"),
    ("signature", "x", file(around(service(_property("signature", "approve")))), "approve"),
    ("property-name", "x", file(around(user('<zeebe:properties><zeebe:property name="a" value="1"/><zeebe:property name="a" value="2"/></zeebe:properties>'))), "twice"),
    ("script-template", "x", file(around(user('<zeebe:properties><zeebe:property name="script:en" value="{{#if name}}Hello"/></zeebe:properties>'))), "/if is missing"),
    ("mapping-not-executed", "x", file(around(task("receiveTask", _mapping('<zeebe:input source="=a" target="b"/>'), attributes='messageRef="m"'))), "input"),
    ("mapping-not-executed", "x", file(around(event("intermediateThrowEvent", ON_SIGNAL, inside=_mapping('<zeebe:input source="=a" target="b"/>')))), "input"),
    ("mapping-not-executed", "x", file(around(event("intermediateThrowEvent", ON_ESCALATION, inside=_mapping('<zeebe:output source="=a" target="b"/>')))), "output"),
    ("mapping-not-executed", "s", file(around(user()).replace('<startEvent id="s" name="Start"/>', "").replace("<sequence", event("startEvent", ON_MESSAGE, "s", inside=_mapping('<zeebe:output source="=a" target="b"/>')) + "<sequence", 1).replace("<startEvent", "<bpmn:startEvent").replace("</startEvent", "</bpmn:startEvent")), "output"),
    ("loop-collection", "x", file(around(user(after="<multiInstanceLoopCharacteristics/>"))), "collection"),
    ("loop-collection", "x", file(around(user(after=loop('inputElement="a"')))), "collection"),
    ("loop-output", "x", file(around(user(after=loop('inputCollection="=a" outputCollection="b"')))), "output element"),
    ("loop-here", "x", file(around(event("intermediateCatchEvent", ON_MESSAGE + loop()))), "multi-instance"),
]  # fmt: skip

EXPRESSIONS: list[Fault] = [
    ("feel", "g-e", _choice(gateway(attributes='default="g-e2"'), flow("g", "e", "=amount &gt; "), flow("g", "e2")), "amount >"),
    ("feel", "x", file(around(user(_mapping('<zeebe:input source="=1 +" target="a"/>')))), "column"),
    ("feel", "x", file(around(script().replace("=1 + 1", "=if then"))), "script expression"),
    ("feel", "x", file(around(user().replace('"cs"', '"=[1"'))), "candidateGroups"),
    ("feel", "x", file(around(user('<zeebe:taskSchedule dueDate="=now( +"/>'))), "dueDate"),
    ("feel", "x", file(around(event("intermediateCatchEvent", timer("=duration(")))), "timeDuration"),
    ("feel", "x", file(around(user(after=loop('inputCollection="=[" inputElement="a"')))), "inputCollection"),
    ("feel", "x", file(around(user(after=loop(after="<completionCondition>=)</completionCondition>")))), "completionCondition"),
    ("feel", "m2", file(around(user()), outside=OUTSIDE + '<message id="m2" name="a"><extensionElements><zeebe:subscription correlationKey="=("/></extensionElements></message>'), "correlationKey"),
    ("feel", "p", file("<extensionElements>" + _property("subject", "=a +") + "</extensionElements>" + around(user())), "subject"),
    ("not-an-expression", "g-e", _choice(gateway(attributes='default="g-e2"'), flow("g", "e", "amount &gt; 5"), flow("g", "e2")), "amount"),
    ("not-an-expression", "g-e", _choice(gateway(attributes='default="g-e2"'), flow("g", "e", "${amount &gt; 5}"), flow("g", "e2")), "${amount"),
    ("not-an-expression", "x", file(around(script().replace("=1 + 1", "1 + 1"))), "1 + 1"),
    ("not-an-expression", "m2", file(around(user()), outside=OUTSIDE + '<message id="m2" name="a"><extensionElements><zeebe:subscription correlationKey="order_no"/></extensionElements></message>'), "order_no"),
    ("not-an-expression", "x", file(around(user(after=loop('inputCollection="items"')))), "items"),
    ("empty-expression", "g-e", _choice(gateway(attributes='default="g-e2"'), flow("g", "e", "="), flow("g", "e2")), "conditionExpression"),
    ("empty-expression", "x", file(around(user(_mapping('<zeebe:input source="" target="a"/>')))), "input a"),
    ("empty-expression", "x", file(around(user(_mapping('<zeebe:input target="a"/>')))), "input a"),
    ("empty-expression", "x", file(around(user(_mapping('<zeebe:output source="=1"/>')))), "output target"),
    ("expression-too-long", "x", file(around(script().replace("=1 + 1", "=1" + " + 1" * 600))), "2000"),
    ("no-moment", "x", file(around(user('<zeebe:taskSchedule dueDate="=today() + duration(&quot;24 hours&quot;)"/>'))), "24 hours"),
    ("no-moment", "x", file(around(script().replace("=1 + 1", "=if a then [{b: date and time(&quot;tomorrow&quot;)}] else 1"))), "tomorrow"),
    ("expression-not-executed", "x", file(around(service().replace('"3"', '"=3"'))), "retries"),
    ("expression-not-executed", "x", file(around(user().replace('"order"', '"=form"'))), "formId"),
    ("variable-name", "x", file(around(user(_mapping('<zeebe:input source="=1" target="a.b"/>')))), "a.b"),
    ("variable-name", "x", file(around(script().replace("sum_of", "sum of"))), "sum of"),
    ("reserved-variable", "x", file(around(user(_mapping('<zeebe:input source="=1" target="typename"/>')))), "typename"),
    ("reserved-variable", "x", file(around(script().replace("sum_of", "return"))), "return"),
    ("reserved-variable", "x", file(around(user(after=loop('inputCollection="=a" inputElement="loopCounter"')))), "loopCounter"),
    ("reserved-variable", "x", file(around(script().replace("sum_of", "__class__"))), "__class__"),
    ("task-date", "x", file(around(user('<zeebe:taskSchedule dueDate="tomorrow"/>'))), "tomorrow"),
    ("task-date", "x", file(around(user('<zeebe:taskSchedule followUpDate="-P1D"/>'))), "-P1D"),
]  # fmt: skip

WHOLE: list[Fault] = [
    ("xml", "", "<a>", "well-formed"),
    ("not-bpmn", "", "<a/>", "root element"),
]
FAULTS = VOCABULARY + IDENTITY + STRUCTURE + EVENTS + TASKS + EXPRESSIONS + WHOLE
