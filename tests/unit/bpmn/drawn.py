"""Small diagrams for the reader and the lint: correct ones, to which a test adds one fault."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from engine.bpmn.lint import lint
from engine.errors import Finding

SPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
CLOUD = 'modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0"'
START = '<startEvent id="s" name="Start"/>'
END = '<endEvent id="e" name="End"/>'
MESSAGE = (
    '<message id="m" name="paid"><extensionElements><zeebe:subscription correlationKey="=order_no"/>'
    "</extensionElements></message>"
)
ERROR = '<error id="err" name="Broken" errorCode="broken"/>'
ESCALATION = '<escalation id="esc" name="Late" escalationCode="late"/>'
SIGNAL = '<signal id="sig" name="closing"/>'
OUTSIDE = MESSAGE + ERROR + ESCALATION + SIGNAL
ON_MESSAGE = '<messageEventDefinition messageRef="m"/>'
ON_ERROR = '<errorEventDefinition errorRef="err"/>'
ON_ESCALATION = '<escalationEventDefinition escalationRef="esc"/>'
ON_SIGNAL = '<signalEventDefinition signalRef="sig"/>'


def prefixed(xml: str) -> str:
    """BPMN tags written without their prefix get it."""
    return re.sub(r"<(/?)(?=[a-zA-Z]+[\s/>])", r"<\1bpmn:", xml)


def file(content: str, *, outside: str = OUTSIDE, head: str = CLOUD, process: str = "") -> str:
    """A file with one process "p"; `process` are more attributes of it."""
    attributes = f'id="p" name="Process" isExecutable="true" {process}'
    if "isExecutable" in process:
        attributes = f'id="p" name="Process" {process}'
    body = f"{outside}<process {attributes}>{content}</process>"
    return f'<bpmn:definitions id="defs" targetNamespace="urn:t" {SPACES} {head}>{prefixed(body)}</bpmn:definitions>'


def flow(source: str, target: str, condition: str | None = None) -> str:
    """A flow called "source-target"."""
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition is not None else ""
    return f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def path(*names: str) -> str:
    """Flows from each to the next."""
    return "".join(flow(a, b) for a, b in itertools.pairwise(names))


def around(element: str, name: str = "x", *more: str) -> str:
    """Start, the element, end; `more` stands beside them."""
    return START + element + END + path("s", name, "e") + "".join(more)


def task(kind: str, inside: str = "", name: str = "x", attributes: str = "", after: str = "") -> str:
    """An activity with extension elements inside."""
    extensions = f"<extensionElements>{inside}</extensionElements>" if inside else ""
    return f'<{kind} id="{name}" name="{name}" {attributes}>{extensions}{after}</{kind}>'


def user(inside: str = "", name: str = "x", attributes: str = "", after: str = "") -> str:
    """A user task as it should be."""
    whole = (
        '<zeebe:userTask/><zeebe:formDefinition formId="order"/>'
        '<zeebe:assignmentDefinition candidateGroups="cs"/>'
    )
    return task("userTask", whole + inside, name, attributes, after)


def service(inside: str = "", name: str = "x", after: str = "") -> str:
    """A service task as it should be."""
    return task(
        "serviceTask", '<zeebe:taskDefinition type="notify.send" retries="3"/>' + inside, name, after=after
    )


def script(name: str = "x", inside: str = "") -> str:
    """A script task as it should be."""
    return task("scriptTask", '<zeebe:script expression="=1 + 1" resultVariable="sum_of"/>' + inside, name)


def event(kind: str, definition: str = "", name: str = "x", attributes: str = "", inside: str = "") -> str:
    """An event."""
    extensions = f"<extensionElements>{inside}</extensionElements>" if inside else ""
    return f'<{kind} id="{name}" name="{name}" {attributes}>{extensions}{definition}</{kind}>'


def timer(text: str, tag: str = "timeDuration") -> str:
    """A timer definition."""
    return f"<timerEventDefinition><{tag}>{text}</{tag}></timerEventDefinition>"


def boundary(definition: str, host: str = "x", attributes: str = "", name: str = "b") -> str:
    """A boundary event with its path to an end."""
    return (
        event("boundaryEvent", definition, name, f'attachedToRef="{host}" {attributes}')
        + event("endEvent", "", f"{name}_end")
        + path(name, f"{name}_end")
    )


def sub(content: str, name: str = "x", attributes: str = "", tag: str = "subProcess") -> str:
    """A sub-process."""
    return f'<{tag} id="{name}" name="{name}" {attributes}>{content}</{tag}>'


def inner(middle: str = "", *names: str, end: str = "", name: str = "i") -> str:
    """The content of a sub-process: start, `middle`, end."""
    ends = event("endEvent", end, f"{name}_e")
    return event("startEvent", "", f"{name}_s") + middle + ends + path(f"{name}_s", *names, f"{name}_e")


def event_sub(definition: str, attributes: str = "") -> str:
    """An event sub-process with its start event."""
    content = (
        event("startEvent", definition, "es", attributes) + event("endEvent", "", "ee") + path("es", "ee")
    )
    return sub(content, "esp", 'triggeredByEvent="true"')


def loop(
    inside: str = 'inputCollection="=items" inputElement="item"', after: str = "", attributes: str = ""
) -> str:
    """A multi-instance marker."""
    return (
        f"<multiInstanceLoopCharacteristics {attributes}><extensionElements>"
        f"<zeebe:loopCharacteristics {inside}/></extensionElements>{after}</multiInstanceLoopCharacteristics>"
    )


def gateway(kind: str = "exclusiveGateway", name: str = "g", attributes: str = "") -> str:
    """A gateway."""
    return f'<{kind} id="{name}" name="{name}?" {attributes}/>'


def errors(xml: str | bytes, **options: object) -> list[Finding]:
    """What refuses the file."""
    return [f for f in lint(xml, "test.bpmn", **options) if f.severity == "error"]  # type: ignore[arg-type]


def codes(findings: Iterable[Finding]) -> set[str]:
    """The rules that were broken."""
    return {finding.code for finding in findings}
