"""Reads a diagram into plain data; what is unknown is kept under its own name, for the lint to refuse."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lxml import etree

from engine.bpmn import extensions as ext
from engine.bpmn.model import (
    Definitions,
    Element,
    EventDefinition,
    Flow,
    Lane,
    Loop,
    Participant,
    Process,
    Scope,
)
from engine.bpmn.names import FLOW_NODES, MODELER, SUBPROCESSES, bpmn, child, children, line, local, text
from engine.xmlscreen import parse

_TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def read(xml: bytes | str, filename: str = "") -> Definitions:
    """The processes of a BPMN file, everything resolved that refers to something else in the file.

    Raises XmlRefused when `xml` is not an acceptable XML file. Whatever else is wrong is the lint's to say: unknown
    elements are kept with their tag as `kind`, dangling references become empty names.
    """
    data = xml.encode() if isinstance(xml, str) else bytes(xml)
    return read_tree(parse(xml, filename=filename), data, filename)


def read_tree(root: etree._Element, xml: bytes, filename: str = "") -> Definitions:
    """As `read`, for a file that was parsed already."""
    reader = _Reader(root)
    participants = tuple(_participant(p) for p in root.iter(bpmn("participant")))
    names = {p.process: p.name for p in participants if p.process}
    processes = (reader.process(p) for p in children(root, "process"))
    return Definitions(
        file=filename,
        processes=tuple(p if p.name else replace(p, name=names.get(p.id, "")) for p in processes),
        xml=xml,
        participants=participants,
        platform=root.get(f"{{{MODELER}}}executionPlatform", ""),
        platform_version=root.get(f"{{{MODELER}}}executionPlatformVersion", ""),
    )


def _participant(element: etree._Element) -> Participant:
    return Participant(
        id=_id(element),
        name=element.get("name", ""),
        line=line(element),
        process=_last(element.get("processRef")),
    )


def _id(element: etree._Element) -> str:
    """The id, or a made one for an element without (which the lint refuses)."""
    return element.get("id") or f"?{line(element)}"


def _last(reference: str | None) -> str | None:
    """A reference without its namespace prefix."""
    return reference.rpartition(":")[2] if reference else None


def _documentation(element: etree._Element) -> str:
    return "\n".join(text(d) for d in children(element, "documentation") if text(d))


@dataclass(slots=True)
class _Reader:
    root: etree._Element
    referred: dict[str, etree._Element] = field(init=False)

    def __post_init__(self) -> None:
        kinds = ("message", "error", "signal", "escalation")
        self.referred = {_id(e): e for kind in kinds for e in children(self.root, kind)}

    def process(self, element: etree._Element) -> Process:
        """One process with its lanes and content."""
        lanes = tuple(_lanes(element))
        extensions = ext.captured(element)
        tag = extensions.get("versionTag")
        return Process(
            id=_id(element),
            name=element.get("name", ""),
            line=line(element),
            content=self.scope(element, None),
            lanes=lanes,
            documentation=_documentation(element),
            properties=ext.properties(extensions),
            version_tag=str(tag[0].get("value", "")) if tag else "",
            executable=element.get("isExecutable") == "true",
        )

    def scope(self, element: etree._Element, inherited: str | None) -> Scope:
        """The content of a process or sub-process; `inherited` is the lane the sub-process stands in."""
        flows = {flow.id: flow for flow in map(_flow, children(element, "sequenceFlow"))}
        lane_of = {member: lane.id for lane in _lanes(element) for member in lane.members}
        nodes = (e for e in element.iterchildren(etree.Element) if _is_node(e))
        found = (self.node(e, flows, lane_of.get(_id(e), inherited)) for e in nodes)
        return Scope(_id(element), {node.id: node for node in found}, flows)

    def node(self, element: etree._Element, flows: dict[str, Flow], lane: str | None) -> Element:
        """One flow node."""
        kind, identity = local(element), _id(element)
        extensions = ext.captured(element)
        inputs, outputs = ext.mappings(extensions)
        return Element(
            id=identity,
            kind=kind,
            name=element.get("name", ""),
            line=line(element),
            lane=lane,
            documentation=_documentation(element),
            incoming=_ordered(element, "incoming", [f.id for f in flows.values() if f.target == identity]),
            outgoing=_ordered(element, "outgoing", [f.id for f in flows.values() if f.source == identity]),
            default=element.get("default"),
            event=self.event(element, kind),
            attached_to=_last(element.get("attachedToRef")),
            interrupting=_interrupting(element, kind),
            event_subprocess=element.get("triggeredByEvent") == "true",
            loop=_loop(element),
            inputs=inputs,
            outputs=outputs,
            properties=ext.properties(extensions),
            extensions=extensions,
            inner=self.scope(element, lane) if kind in SUBPROCESSES else None,
        )

    def event(self, element: etree._Element, kind: str) -> EventDefinition | None:
        """What an event or a receive task waits for; several definitions at once are kind "multiple"."""
        if kind == "receiveTask":
            return self.message(element)
        if not kind.endswith("Event"):
            return None
        found = [e for e in element.iterchildren(etree.Element) if "ventDefinition" in local(e)]
        if not found:
            return EventDefinition("none")
        return EventDefinition("multiple") if len(found) > 1 else self.definition(found[0])

    def definition(self, element: etree._Element) -> EventDefinition:
        """One event definition with what it refers to."""
        kind = local(element).removesuffix("EventDefinition")
        if kind == "message":
            return self.message(element)
        if kind == "timer":
            return _timer(element)
        target = self.reference(element, f"{kind}Ref")
        if target is None:
            return EventDefinition(kind)
        code = target.get(f"{kind}Code", "") if kind in {"error", "escalation"} else ""
        return EventDefinition(kind, name=target.get("name", ""), code=code)

    def message(self, element: etree._Element) -> EventDefinition:
        """The message an event or a task refers to."""
        target = self.reference(element, "messageRef")
        if target is None:
            return EventDefinition("message")
        subscription = ext.captured(target).get("subscription")
        key = subscription[0].get("correlationKey") if subscription else None
        return EventDefinition("message", name=target.get("name", ""), key=ext.unmarked(key))

    def reference(self, element: etree._Element, attribute: str) -> etree._Element | None:
        """The message, error, signal or escalation that `attribute` names."""
        return self.referred.get(_last(element.get(attribute)) or "")


def _is_node(element: etree._Element) -> bool:
    """Flow nodes, also those BPMN knows and we do not run (choreography, future tags)."""
    kind = local(element)
    return kind in FLOW_NODES or kind.endswith(("Task", "Gateway", "SubProcess")) or kind == "event"


def _flow(element: etree._Element) -> Flow:
    condition = child(element, "conditionExpression")
    return Flow(
        id=_id(element),
        source=_last(element.get("sourceRef")) or "",
        target=_last(element.get("targetRef")) or "",
        name=element.get("name", ""),
        line=line(element),
        condition=ext.unmarked(text(condition)) if condition is not None else None,
    )


def _ordered(element: etree._Element, tag: str, flows: list[str]) -> tuple[str, ...]:
    """`flows` in the order in which the element lists them, as the modeller keeps it."""
    listed = [text(e) for e in children(element, tag)]
    return tuple(sorted(flows, key=lambda flow: listed.index(flow) if flow in listed else len(listed)))


def _interrupting(element: etree._Element, kind: str) -> bool:
    attribute = "cancelActivity" if kind == "boundaryEvent" else "isInterrupting"
    return element.get(attribute) != "false"


def _timer(element: etree._Element) -> EventDefinition:
    for tag, kind in _TIMERS.items():
        found = child(element, tag)
        if found is not None:
            return EventDefinition("timer", timer=kind, expression=text(found))
    return EventDefinition("timer")


def _loop(element: etree._Element) -> Loop | None:
    """The multi-instance marker; the collection is "" when it is not set."""
    found = child(element, "multiInstanceLoopCharacteristics")
    if found is None:
        return None
    zeebe = (ext.captured(found).get("loopCharacteristics") or [{}])[0]
    completion = child(found, "completionCondition")
    return Loop(
        sequential=found.get("isSequential") == "true",
        collection=ext.unmarked(zeebe.get("inputCollection")) or "",
        element=ext.string(zeebe.get("inputElement")),
        output_collection=ext.string(zeebe.get("outputCollection")),
        output_element=ext.unmarked(zeebe.get("outputElement")),
        completion=ext.unmarked(text(completion)) if completion is not None else None,
    )


def _lanes(element: etree._Element, tag: str = "laneSet") -> list[Lane]:
    """Every lane, outer before inner; what an outer lane lists belongs to the inner one that lists it too."""
    found: list[Lane] = []
    for lane_set in children(element, tag):
        for lane in children(lane_set, "lane"):
            members = tuple(text(m) for m in children(lane, "flowNodeRef"))
            found.append(Lane(_id(lane), lane.get("name", ""), members))
            found.extend(_lanes(lane, "childLaneSet"))
    return found
