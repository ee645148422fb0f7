"""The drawing is complete and tidy, so that people can read what runs."""

from __future__ import annotations

from itertools import combinations

from lxml import etree

from engine.bpmn.diagram import Drawing, Shape, drawing
from engine.bpmn.model import Element
from engine.bpmn.names import BPMN, bpmn
from engine.bpmn.rules.catalogue import Place, Subject, warns

NOT_DRAWN = warns(
    "not-drawn",
    "“{name}”没有画在图上。",
    '"{name}" is not drawn.',
    "用建模工具打开并重新画上。",
    "Open the file with the modeller and draw it again.",
)
DRAWS_NOTHING = warns(
    "drawing-without-element",
    "图上的“{name}”没有对应的元素。",
    'The drawing shows "{name}", which is not there.',
    "用建模工具删除它。",
    "Remove it with the modeller.",
)
DRAWN_TWICE = warns(
    "drawn-twice",
    "“{name}”画了两次。",
    '"{name}" is drawn twice.',
    "删除其中一个。",
    "Remove one of them.",
)
OVERLAP = warns(
    "overlap",
    "“{name}”与“{other}”重叠。",
    '"{name}" and "{other}" overlap.',
    "把它们移开。",
    "Move them apart.",
)
THROUGH = warns(
    "flow-through-element",
    "连线“{flow}”穿过了“{name}”。",
    'The flow "{flow}" runs through "{name}".',
    "绕开它。",
    "Lead it around.",
)
UNDOCKED = warns(
    "flow-not-docked",
    "连线“{flow}”的一端没有接在“{name}”上。",
    'An end of the flow "{flow}" does not touch "{name}".',
    "在建模工具中重新连接。",
    "Connect it again in the modeller.",
)

_DOCK = 2.0


def check(subject: Subject) -> None:
    """Warn of what is missing in the drawing or hard to read; silent for a file without any drawing but once."""
    drawn = drawing(subject.root)
    _missing(subject, drawn)
    for identity in drawn.repeated:
        subject.report(DRAWN_TWICE, identity, 0, name=identity)
    for place in subject.places:
        shapes = {e.id: drawn.shapes[e.id] for e in place.scope.elements.values() if e.id in drawn.shapes}
        _overlaps(subject, place, shapes)
        _edges(subject, place, drawn, shapes)


def _missing(subject: Subject, drawn: Drawing) -> None:
    known = {e.get("id") for e in subject.root.iter(f"{{{BPMN}}}*") if e.get("id")}
    shown = {e.element: e.line for e in drawn.shapes.values()} | {
        e.element: e.line for e in drawn.edges.values()
    }
    for identity, at in shown.items():
        if identity not in known:
            subject.report(DRAWS_NOTHING, identity, at, name=identity)
    if not drawn.shapes:
        subject.about(NOT_DRAWN, subject.root, name=subject.definitions.file or "definitions")
        return
    for element in subject.root.iter(*(bpmn(tag) for tag in ("participant", "lane", "messageFlow"))):
        _drawn(subject, element, element.get("id", "") in shown)
    for place in subject.places:
        for node in place.scope.elements.values():
            if node.id not in drawn.shapes:
                subject.at(NOT_DRAWN, node, name=node.name or node.id)
        for flow in place.scope.flows.values():
            if flow.id not in drawn.edges:
                subject.at(NOT_DRAWN, flow, name=flow.name or flow.id)


def _drawn(subject: Subject, element: etree._Element, drawn: bool) -> None:
    if not drawn:
        subject.about(NOT_DRAWN, element, name=element.get("name") or element.get("id", ""))


def _overlaps(subject: Subject, place: Place, shapes: dict[str, Shape]) -> None:
    solid = [shape for shape in shapes.values() if place.scope.elements[shape.element].attached_to is None]
    ordered = sorted(solid, key=lambda shape: shape.box.x)
    for one, other in combinations(ordered, 2) if len(ordered) <= 300 else ():
        if one.box.overlaps(other.box):
            subject.report(OVERLAP, one.element, one.line, name=one.element, other=other.element)


def _edges(subject: Subject, place: Place, drawn: Drawing, shapes: dict[str, Shape]) -> None:
    for flow in place.scope.flows.values():
        edge = drawn.edges.get(flow.id)
        if edge is None:
            continue
        for identity, point in ((flow.source, edge.points[0]), (flow.target, edge.points[-1])):
            shape = shapes.get(identity)
            if shape is not None and not shape.box.touches(*point, slack=_DOCK):
                subject.report(UNDOCKED, flow.id, edge.line, flow=flow.name or flow.id, name=identity)
        for shape in shapes.values():
            node = place.scope.elements[shape.element]
            if node.id not in _ends(place, flow.source, flow.target) and any(
                (a[0] == b[0] or a[1] == b[1]) and shape.box.crosses(a, b) for a, b in edge.segments()
            ):
                subject.report(
                    THROUGH, flow.id, edge.line, flow=flow.name or flow.id, name=node.name or node.id
                )


def _ends(place: Place, *ends: str) -> set[str]:
    """The two ends of a flow, and the activity a boundary event at an end sits on."""
    nodes: list[Element] = [place.scope.elements[e] for e in ends if e in place.scope.elements]
    return {node.id for node in nodes} | {node.attached_to for node in nodes if node.attached_to}
