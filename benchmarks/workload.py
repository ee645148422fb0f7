"""The processes that are measured: ten tasks in a row, and a task that is done again and again."""

from __future__ import annotations

import json
from itertools import pairwise

FORM = json.dumps(
    {
        "id": "measured",
        "type": "default",
        "schemaVersion": 19,
        "executionPlatform": "Camunda Cloud",
        "executionPlatformVersion": "8.8.0",
        "components": [
            {
                "id": "c1",
                "key": "amount",
                "type": "number",
                "label": "金额",
                "validate": {"required": True, "min": 0},
            },
            {"id": "c2", "key": "comment", "type": "textfield", "label": "备注"},
            {"id": "c3", "key": "approved", "type": "checkbox", "label": "同意"},
        ],
    },
    ensure_ascii=False,
)

ANSWERS = {"amount": 100, "comment": "ok", "approved": True}

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:modeler="http://camunda.org/schema/modeler/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  id="measured_{key}" targetNamespace="urn:restock:measured"
  modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
  <bpmn:process id="{key}" name="{name}" isExecutable="true">
"""


def ten_tasks() -> bytes:
    """Ten user tasks in a row, each with a form of three fields."""
    drawing = _Drawing("ten_tasks", "十项任务")
    drawing.node("startEvent", "start", "开始", width=36)
    for number in range(1, 11):
        drawing.task(f"task_{number}", f"任务{number}")
    drawing.node("endEvent", "end", "完成", width=36)
    names = ["start", *(f"task_{number}" for number in range(1, 11)), "end"]
    for source, target in pairwise(names):
        drawing.flow(source, target)
    return drawing.file()


def rework() -> bytes:
    """One user task that is done again until its answer is refused: an instance that grows old."""
    drawing = _Drawing("rework", "返工")
    drawing.node("startEvent", "start", "开始", width=36)
    drawing.node("exclusiveGateway", "again", "", width=50)
    drawing.task("work", "返工一次")
    drawing.node("exclusiveGateway", "enough", "还要返工?", width=50, default="end")
    drawing.node("endEvent", "end", "完成", width=36)
    drawing.flow("start", "again")
    drawing.flow("again", "work")
    drawing.flow("work", "enough")
    drawing.flow("enough", "again", when="=approved")
    drawing.flow("enough", "end")
    return drawing.file()


class _Drawing:
    """Writes a diagram from left to right, shapes and lines included."""

    def __init__(self, key: str, name: str) -> None:
        self.key = key
        self.name = name
        self.order: list[tuple[str, str, str, str, str]] = []
        self.places: dict[str, tuple[int, int, int]] = {}
        self.flows: list[tuple[str, str, str]] = []
        self.x = 160

    def node(
        self, kind: str, key: str, name: str, *, width: int, inside: str = "", default: str = ""
    ) -> None:
        self.order.append((kind, key, name, inside, default))
        self.places[key] = (self.x, width, 80 if width == 100 else width)
        self.x += width + 60

    def task(self, key: str, name: str) -> None:
        inside = (
            "<bpmn:extensionElements><zeebe:userTask />"
            '<zeebe:formDefinition formId="measured" />'
            '<zeebe:assignmentDefinition candidateGroups="cs" /></bpmn:extensionElements>'
        )
        self.node("userTask", key, name, width=100, inside=inside)

    def flow(self, source: str, target: str, when: str = "") -> None:
        self.flows.append((source, target, when))

    def file(self) -> bytes:
        parts = [_HEAD.format(key=self.key, name=self.name)]
        parts += [self._element(*node) for node in self.order]
        parts += [self._sequence(*flow) for flow in self.flows]
        parts.append(
            f'</bpmn:process><bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="{self.key}">'
        )
        parts += [self._shape(key) for key in self.places]
        parts += [self._edge(source, target) for source, target, _ in self.flows]
        parts.append("</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>")
        return "\n".join(parts).encode()

    def _element(self, kind: str, key: str, name: str, inside: str, default: str) -> str:
        extra = f' default="{key}_{default}"' if default else ""
        arriving = "".join(f"<bpmn:incoming>{s}_{t}</bpmn:incoming>" for s, t, _ in self.flows if t == key)
        leaving = "".join(f"<bpmn:outgoing>{s}_{t}</bpmn:outgoing>" for s, t, _ in self.flows if s == key)
        return f'<bpmn:{kind} id="{key}" name="{name}"{extra}>{inside}{arriving}{leaving}</bpmn:{kind}>'

    def _sequence(self, source: str, target: str, when: str) -> str:
        condition = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{when}</bpmn:conditionExpression>'
            if when
            else ""
        )
        name = ' name="是"' if when else ""
        return (
            f'<bpmn:sequenceFlow id="{source}_{target}"{name} sourceRef="{source}" targetRef="{target}">'
            f"{condition}</bpmn:sequenceFlow>"
        )

    def _shape(self, key: str) -> str:
        x, width, height = self.places[key]
        return (
            f'<bpmndi:BPMNShape id="{key}_di" bpmnElement="{key}">'
            f'<dc:Bounds x="{x}" y="{200 - height // 2}" width="{width}" height="{height}" /></bpmndi:BPMNShape>'
        )

    def _edge(self, source: str, target: str) -> str:
        (left, width, _), (right, target_width, _) = self.places[source], self.places[target]
        points = [(left + width, 200), (right, 200)]
        if right < left:
            middle, end = left + width // 2, right + target_width // 2
            points = [(middle, 225), (middle, 300), (end, 300), (end, 225)]
        line = "".join(f'<di:waypoint x="{x}" y="{y}" />' for x, y in points)
        return f'<bpmndi:BPMNEdge id="{source}_{target}_di" bpmnElement="{source}_{target}">{line}</bpmndi:BPMNEdge>'
