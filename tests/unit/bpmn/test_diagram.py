from __future__ import annotations

import pytest

from engine.bpmn.diagram import Box, Edge, Shape, drawing
from engine.bpmn.lint import lint
from engine.xmlscreen import parse

from .drawn import END, START, file, flow, path, user

SPACES = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
BODY = START + user() + END + path("s", "x", "e")


def shape(element: str, x: float, y: float, width: float = 36, height: float = 36, inside: str = "") -> str:
    """A shape of the drawing."""
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<bpmndi:BPMNShape id="{element}_di" bpmnElement="{element}">{bounds}{inside}</bpmndi:BPMNShape>'


def edge(element: str, *points: tuple[float, float]) -> str:
    """An edge of the drawing."""
    way = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<bpmndi:BPMNEdge id="{element}_di" bpmnElement="{element}">{way}</bpmndi:BPMNEdge>'


TIDY = (
    shape("s", 0, 22)
    + shape("x", 100, 0, 100, 80)
    + shape("e", 300, 22)
    + edge("s-x", (36, 40), (100, 40))
    + edge("x-e", (200, 40), (300, 40))
)


def drawn(shapes: str, content: str = BODY) -> str:
    """A file with a drawing."""
    plane = f'<bpmndi:BPMNDiagram {SPACES} id="bd"><bpmndi:BPMNPlane id="bp" bpmnElement="p">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    return file(content).replace("</bpmn:definitions>", f"{plane}</bpmn:definitions>")


def test_shapes_and_edges_are_found_by_what_they_show():
    """A picture of the instance needs the place of each element."""
    label = "<bpmndi:BPMNLabel><dc:Bounds x='1' y='60' width='30' height='14'/></bpmndi:BPMNLabel>"
    found = drawing(
        parse(drawn(shape("s", 0, 22, inside=label) + edge("s-x", (36, 40), (70, 40), (100, 40))))
    )

    assert Shape("s_di", "s", 1, Box(0, 22, 36, 36), Box(1, 60, 30, 14)) == found.shapes["s"]
    assert Edge("s-x_di", "s-x", 1, ((36, 40), (70, 40), (100, 40))) == found.edges["s-x"]
    assert [((36, 40), (70, 40)), ((70, 40), (100, 40))] == list(found.edges["s-x"].segments())
    assert Box(0, 22, 100, 52) == found.bounds()


def test_a_drawing_without_readable_numbers_shows_nothing():
    """Bounds may lack, or be no numbers."""
    shapes = (
        shape("s", 0, 0).replace('x="0"', 'x="nan"')
        + shape("x", 0, 0).replace('y="0"', "")
        + edge("s-x", (1, 2))
    )
    found = drawing(parse(drawn(shapes)))

    assert ({}, {}) == (found.shapes, found.edges)
    assert Box(0, 0, 0, 0) == found.bounds()


def test_a_tidy_drawing_has_no_findings():
    """Complete, docked, nothing on top of another."""
    assert [] == lint(drawn(TIDY))


@pytest.mark.parametrize(
    ("code", "xml"),
    [
        ("not-drawn", drawn(TIDY.replace(shape("e", 300, 22), ""))),
        ("not-drawn", drawn(TIDY.replace(edge("s-x", (36, 40), (100, 40)), ""))),
        ("not-drawn", drawn(TIDY, '<laneSet id="l"><lane id="cs"><flowNodeRef>s</flowNodeRef><flowNodeRef>x</flowNodeRef><flowNodeRef>e</flowNodeRef></lane></laneSet>' + BODY)),
        ("drawing-without-element", drawn(TIDY + shape("gone", 900, 900))),
        ("drawn-twice", drawn(TIDY + shape("s", 900, 900).replace("s_di", "s2_di"))),
        ("overlap", drawn(TIDY.replace('x="300"', 'x="190"', 1))),
        ("flow-not-docked", drawn(TIDY.replace('<di:waypoint x="100" y="40"/>', '<di:waypoint x="90" y="40"/>'))),
        ("flow-through-element", drawn(TIDY + edge("s-e", (18, 22), (18, 10), (318, 10), (318, 22)), BODY.replace(START, START + '<exclusiveGateway id="q"/>') + flow("s", "e"))),
    ],
)  # fmt: skip
def test_what_is_hard_to_read_is_a_warning(code, xml):
    """Missing, doubled, overlapping, undocked and crossing parts are named."""
    found = [f for f in lint(xml) if f.code == code]

    assert found
    assert {"warning"} == {f.severity for f in found}


def test_boxes_know_what_touches_and_crosses_them():
    """The measures behind the checks."""
    box = Box(10, 10, 20, 20)

    assert box.touches(10, 30)
    assert box.touches(8, 20, slack=2)
    assert not box.touches(5, 20)
    assert box.overlaps(Box(25, 25, 50, 50))
    assert not box.overlaps(Box(30, 10, 5, 5))
    assert box.crosses((0, 20), (50, 20))
    assert not box.crosses((0, 11), (50, 11))
