"""The diagrams are drawn so that a person can read them: nothing overlaps, nothing crosses, labels stand free."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "processes").glob("*.bpmn"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAY = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
#: Room that nodes leave between them.
AIR = 10

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle on the page."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box, air: float = 0) -> bool:
        """Whether they overlap, or come nearer than `air`."""
        across = self.left - air < other.right and other.left - air < self.right
        return across and self.top - air < other.bottom and other.top - air < self.bottom

    def holds(self, other: Box) -> bool:
        """Whether `other` lies inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def touches(self, point: Point, tolerance: float = 1.5) -> bool:
        """Whether the point lies on or in the rectangle."""
        x, y = point
        across = self.left - tolerance <= x <= self.right + tolerance
        return across and self.top - tolerance <= y <= self.bottom + tolerance


@dataclass
class Page:
    """A diagram as drawn."""

    kinds: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)

    def nodes(self) -> list[str]:
        """Everything that a flow can lead to."""
        return [
            key for key in self.kinds if key in self.boxes and self.kinds[key] not in ("participant", "lane")
        ]

    def inside(self, node: str, around: str) -> bool:
        """Whether `node` lies in the sub-process `around`."""
        while node in self.parents and node != around:
            node = self.parents[node]
        return node == around

    def segments(self) -> Iterator[tuple[str, Point, Point]]:
        """The straight pieces of every flow."""
        for flow, points in self.lines.items():
            for start, end in pairwise(points):
                yield flow, start, end


@cache
def page(file: Path) -> Page:
    """The file's diagram, read once."""
    root, drawn = etree.parse(file).getroot(), Page()
    for element in root.iter(etree.Element):
        key, tag = element.get("id"), etree.QName(element).localname
        parent = element.getparent()
        if not key or not str(element.tag).startswith(BPMN) or parent is None:
            continue
        if tag == "sequenceFlow":
            drawn.ends[key] = (element.get("sourceRef", ""), element.get("targetRef", ""))
        elif tag.endswith(("Event", "Task", "Gateway", "Process", "Activity")) or tag in (
            "participant",
            "lane",
        ):
            drawn.kinds[key], drawn.parents[key] = tag, parent.get("id", "")
            if element.get("attachedToRef"):
                drawn.hosts[key] = element.get("attachedToRef", "")
    for shape in root.iter(DI + "BPMNShape", DI + "BPMNEdge"):
        _shape(shape, drawn)
    return drawn


def _shape(shape: etree._Element, drawn: Page) -> None:
    key = shape.get("bpmnElement", "")
    if shape.tag == DI + "BPMNShape":
        assert key not in drawn.boxes
        drawn.boxes[key] = _box(shape)
    else:
        drawn.lines[key] = [(float(p.get("x", 0)), float(p.get("y", 0))) for p in shape.iter(WAY)]
    label = shape.find(DI + "BPMNLabel")
    if label is not None and label.find(DC + "Bounds") is not None:
        drawn.labels[key] = _box(label)


def _box(holder: etree._Element) -> Box:
    bounds = holder.find(DC + "Bounds")
    assert bounds is not None
    x, y, width, height = (float(bounds.get(name, 0)) for name in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)


@each_file
def test_everything_is_drawn(file: Path) -> None:
    """Each element has one shape, each flow one line, and nothing is drawn that is not there."""
    drawn = page(file)
    assert set(drawn.kinds) - {file.stem} == set(drawn.boxes)
    assert set(drawn.ends) == set(drawn.lines)


@each_file
def test_flows_are_docked_and_run_at_right_angles(file: Path) -> None:
    """A flow begins at its source, ends at its target, and its pieces are horizontal or vertical."""
    drawn = page(file)
    for flow, (source, target) in drawn.ends.items():
        assert drawn.boxes[source].touches(drawn.lines[flow][0]), flow
        assert drawn.boxes[target].touches(drawn.lines[flow][-1]), flow
    slanting = [flow for flow, (x1, y1), (x2, y2) in drawn.segments() if x1 != x2 and y1 != y2]
    assert [] == slanting


@each_file
def test_nodes_keep_their_distance(file: Path) -> None:
    """No two nodes come nearer than a finger's breadth, save an event on the edge of its activity."""
    drawn = page(file)
    close = [
        (one, other)
        for one, other in combinations(drawn.nodes(), 2)
        if drawn.boxes[one].meets(drawn.boxes[other], AIR)
        and other not in (drawn.hosts.get(one), drawn.parents[one])
        and one not in (drawn.hosts.get(other), drawn.parents[other])
        and not drawn.inside(drawn.hosts.get(one, one), other)
        and not drawn.inside(drawn.hosts.get(other, other), one)
        and drawn.hosts.get(one, "") != drawn.parents[other]
        and drawn.hosts.get(other, "") != drawn.parents[one]
    ]
    assert [] == close


@each_file
def test_nodes_lie_in_their_lane_and_sub_process(file: Path) -> None:
    """What belongs to a sub-process is drawn inside it, what belongs to a lane touches its band."""
    drawn = page(file)
    for node in drawn.nodes():
        around = drawn.parents[node]
        if drawn.kinds.get(around) == "subProcess" and node not in drawn.hosts:
            assert drawn.boxes[around].holds(drawn.boxes[node]), node
    for lane in etree.parse(file).iter(BPMN + "lane"):
        for member in lane.iter(BPMN + "flowNodeRef"):
            name = (member.text or "").strip()
            assert drawn.boxes[lane.get("id", "")].meets(drawn.boxes[name]), name


@each_file
def test_no_flow_runs_through_a_node(file: Path) -> None:
    """A line touches only its own source and target, and the sub-process it lies in."""
    drawn = page(file)
    hits = []
    for flow, (x1, y1), (x2, y2) in drawn.segments():
        line = Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
        source, target = drawn.ends[flow]
        for node in drawn.nodes():
            own = node in (source, target) or drawn.inside(source, node) or drawn.hosts.get(source) == node
            if not own and drawn.boxes[node].meets(line, 3):
                hits.append((flow, node))
    assert [] == hits


@each_file
def test_flows_do_not_cross_or_share_a_line(file: Path) -> None:
    """No two flows cross, and none runs on top of another, save where they meet at the same node."""
    drawn = page(file)
    crossing = []
    for (one, a, b), (other, c, d) in combinations(list(drawn.segments()), 2):
        if one != other and _meet(a, b, c, d):
            crossing.append((one, other))
    assert [] == crossing


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    first = Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    second = Box(min(c[0], d[0]), min(c[1], d[1]), max(c[0], d[0]), max(c[1], d[1]))
    upright, upright2 = a[0] == b[0], c[0] == d[0]
    if upright == upright2:
        same_line = first.left == second.left if upright else first.top == second.top
        low, high = (first.top, first.bottom) if upright else (first.left, first.right)
        low2, high2 = (second.top, second.bottom) if upright else (second.left, second.right)
        return same_line and min(high, high2) - max(low, low2) > 1
    upright_box, flat = (first, second) if upright else (second, first)
    across = flat.left + 1 < upright_box.left < flat.right - 1
    return across and upright_box.top + 1 < flat.top < upright_box.bottom - 1


@each_file
def test_labels_stand_free(file: Path) -> None:
    """The text beside an event, a gateway or a flow covers no node, no other label, and no foreign line."""
    drawn = page(file)
    covered = []
    for key, box in drawn.labels.items():
        covered += [
            (key, node)
            for node in drawn.nodes()
            if drawn.kinds[node] != "subProcess" and drawn.boxes[node].meets(box, -1)
        ]
        covered += [(key, other) for other, label in drawn.labels.items() if other > key and label.meets(box)]
        for flow, (x1, y1), (x2, y2) in drawn.segments():
            line = Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
            if box.meets(line, -1):
                covered.append((key, flow))
    assert [] == covered


@each_file
def test_the_flow_goes_from_left_to_right(file: Path) -> None:
    """Nine flows of ten do not lead back to the left: only loops and the turn to the next band do."""
    drawn = page(file)
    back = [
        f
        for f, (source, target) in drawn.ends.items()
        if drawn.boxes[target].right < drawn.boxes[source].left
    ]
    assert len(back) <= max(2, len(drawn.ends) // 6)


def test_stock_tools_take_the_files(node: str, root: Path) -> None:
    """bpmn-moddle reads each file without a warning and would save it byte for byte; bpmnlint has nothing to say."""
    script = Path(__file__).with_name("stock.mjs")
    files = [str(file) for file in FILES]
    done = subprocess.run(
        [node, str(script), str(root / "frontend"), *files], capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    assert {file.name: [] for file in FILES} == json.loads(done.stdout)
