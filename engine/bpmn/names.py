"""The XML namespaces of a diagram, and names of tags."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
MODELER = "http://camunda.org/schema/modeler/1.0"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"

TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
    }
)
#: Sub-processes of every kind, those that do not run included.
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
EVENTS = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
GATEWAYS = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
)
FLOW_NODES = ACTIVITIES | EVENTS | GATEWAYS


def local(element: etree._Element) -> str:
    """The tag without its namespace."""
    return split(element.tag)[1]


def split(name: object) -> tuple[str, str]:
    """Namespace and local name of a tag or an attribute."""
    text = str(name)
    if text.startswith("{"):
        namespace, _, rest = text[1:].partition("}")
        return namespace, rest
    return "", text


def bpmn(tag: str) -> str:
    """`tag` in the BPMN namespace, as lxml writes it."""
    return f"{{{BPMN}}}{tag}"


def children(element: etree._Element, tag: str, namespace: str = BPMN) -> Iterator[etree._Element]:
    """Children of `element` that are called `tag`."""
    return element.iterchildren(f"{{{namespace}}}{tag}")


def child(element: etree._Element, tag: str, namespace: str = BPMN) -> etree._Element | None:
    """The first child called `tag`, if any."""
    return element.find(f"{{{namespace}}}{tag}")


def text(element: etree._Element | None) -> str:
    """The stripped text of `element`; "" when there is none."""
    return (element.text or "").strip() if element is not None else ""


def line(element: etree._Element) -> int:
    """The line in the file where `element` starts."""
    return element.sourceline or 0
