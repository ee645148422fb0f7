"""The drawing of a diagram: where its shapes and edges lie, for checks and for pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.names import BPMNDI, DC, DI, line, local


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing, in pixels at 100 %."""

    x: float
    y: float
    width: float
    height: float

    def touches(self, x: float, y: float, slack: float = 0.0) -> bool:
        """Whether a point lies in it or at most `slack` beside it."""
        inside_x = self.x - slack <= x <= self.x + self.width + slack
        return inside_x and self.y - slack <= y <= self.y + self.height + slack

    def overlaps(self, other: Box) -> bool:
        """Whether two rectangles share more than an edge."""
        beside = self.x + self.width <= other.x or other.x + other.width <= self.x
        return not beside and self.y < other.y + other.height and other.y < self.y + self.height

    def crosses(self, start: tuple[float, float], end: tuple[float, float], slack: float = 3.0) -> bool:
        """Whether a horizontal or vertical line runs through it, its outermost `slack` pixels not counted."""
        (x1, y1), (x2, y2) = start, end
        wide = min(x1, x2) < self.x + self.width - slack and max(x1, x2) > self.x + slack
        return wide and min(y1, y2) < self.y + self.height - slack and max(y1, y2) > self.y + slack


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn element; `label` is where its name stands when it stands outside."""

    id: str
    element: str
    line: int
    box: Box
    label: Box | None = None
    horizontal: bool = True
    expanded: bool = True


@dataclass(frozen=True, slots=True)
class Edge:
    """A drawn flow with its way points."""

    id: str
    element: str
    line: int
    points: tuple[tuple[float, float], ...]
    label: Box | None = None

    def segments(self) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
        """The straight pieces from start to end."""
        return zip(self.points, self.points[1:], strict=False)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The shapes and edges of a file by the id of what they show; of two for one element the first counts."""

    shapes: Mapping[str, Shape]
    edges: Mapping[str, Edge]
    repeated: tuple[str, ...] = ()

    def bounds(self) -> Box:
        """The smallest rectangle around everything drawn; empty when nothing is."""
        boxes = [box for shape in self.shapes.values() for box in (shape.box, shape.label) if box]
        boxes += [edge.label for edge in self.edges.values() if edge.label]
        xs = [x for edge in self.edges.values() for x, _ in edge.points]
        ys = [y for edge in self.edges.values() for _, y in edge.points]
        xs += [x for box in boxes for x in (box.x, box.x + box.width)]
        ys += [y for box in boxes for y in (box.y, box.y + box.height)]
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)) if xs else Box(0, 0, 0, 0)


def drawing(root: etree._Element) -> Drawing:
    """The drawing in a parsed BPMN file. Shapes without readable bounds are left out."""
    shapes: dict[str, Shape] = {}
    edges: dict[str, Edge] = {}
    repeated: list[str] = []
    for element in root.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge"):
        found = _shape(element) if local(element) == "BPMNShape" else _edge(element)
        if found is None:
            continue
        if found.element in shapes or found.element in edges:
            repeated.append(found.element)
        elif isinstance(found, Shape):
            shapes[found.element] = found
        else:
            edges[found.element] = found
    return Drawing(shapes, edges, tuple(repeated))


def _shape(element: etree._Element) -> Shape | None:
    box = _box(element)
    if box is None:
        return None
    return Shape(
        id=element.get("id", ""),
        element=element.get("bpmnElement", ""),
        line=line(element),
        box=box,
        label=_label(element),
        horizontal=element.get("isHorizontal") != "false",
        expanded=element.get("isExpanded") != "false",
    )


def _edge(element: etree._Element) -> Edge | None:
    points = [_numbers(p, ("x", "y")) for p in element.iterchildren(f"{{{DI}}}waypoint")]
    known = tuple((p[0], p[1]) for p in points if p is not None)
    if len(known) < 2 or len(known) != len(points):
        return None
    identity, shown = element.get("id", ""), element.get("bpmnElement", "")
    return Edge(identity, shown, line(element), known, _label(element))


def _label(element: etree._Element) -> Box | None:
    label = element.find(f"{{{BPMNDI}}}BPMNLabel")
    return _box(label) if label is not None else None


def _box(element: etree._Element) -> Box | None:
    bounds = element.find(f"{{{DC}}}Bounds")
    found = _numbers(bounds, ("x", "y", "width", "height")) if bounds is not None else None
    return Box(*found) if found is not None else None


def _numbers(element: etree._Element, names: tuple[str, ...]) -> list[float] | None:
    """The attributes as finite numbers, None when one is missing or no number."""
    try:
        found = [float(element.get(name, "")) for name in names]
    except ValueError:
        return None
    return found if all(abs(number) < 1_000_000 for number in found) else None
