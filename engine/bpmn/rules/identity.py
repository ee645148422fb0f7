"""The file as a whole: its platform and processes, the ids and names in it, its size, its lanes."""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree

from engine.bpmn.model import Element
from engine.bpmn.names import BPMN, BPMNDI, GATEWAYS, children, local, split, text
from engine.bpmn.names import line as line_of
from engine.bpmn.rules.catalogue import Subject, refuses, warns

MAX_ELEMENTS = 1_500
MAX_NESTING = 10
MAX_NAME = 200
MAX_DOCUMENTATION = 20_000

ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}", re.ASCII)
#: Ids that the executing library uses for itself.
_RESERVED = re.compile(
    r"Start|End|Root|.*\.(EndJoin|BoundaryEventSplit|BoundaryEventJoin|BoundaryEventParent)", re.ASCII
)

PLATFORM = refuses(
    "execution-platform",
    "文件的执行平台是“{platform}”“{version}”，不是 Camunda 8。",
    'The execution platform of the file is "{platform}" "{version}", not Camunda 8.',
    "在建模工具中选 Camunda 8.8（executionPlatform=Camunda Cloud，版本 8.8.0）。",
    "Choose Camunda 8.8 in the modeller (executionPlatform Camunda Cloud, version 8.8.0).",
)
NO_PROCESS = refuses(
    "no-process",
    "文件中没有流程。",
    "There is no process in the file.",
    "画出一个可执行的流程。",
    "Draw an executable process.",
)
NOT_EXECUTABLE = refuses(
    "not-executable",
    "流程“{name}”没有设为可执行。",
    'The process "{name}" is not marked executable.',
    "在属性面板中勾选“可执行”，或删除该流程。",
    "Tick Executable in the properties panel, or remove the process.",
)
NO_ID = refuses(
    "missing-id",
    "“{tag}”没有标识（id）。",
    "A {tag} has no id.",
    "在属性面板中填写标识。",
    "Give it an id in the properties panel.",
)
BAD_ID = refuses(
    "bad-id",
    "标识“{name}”不合规则。",
    'The id "{name}" does not follow the rule.',
    "以英文字母或下划线开头，只用英文字母、数字、_ . -，最多 64 个字符。",
    "Begin with a Latin letter or _, use only Latin letters, digits, _ . -, at most 64 characters.",
)
RESERVED_ID = refuses(
    "reserved-id",
    "标识“{name}”由引擎保留。",
    'The id "{name}" is used by the engine itself.',
    "换一个标识。",
    "Choose another id.",
)
DUPLICATE_ID = refuses(
    "duplicate-id",
    "标识“{name}”出现了 {count} 次。",
    'The id "{name}" stands there {count} times.',
    "给每个元素不同的标识。",
    "Give each element an id of its own.",
)
TOO_MANY = refuses(
    "too-many-elements",
    "文件有 {count} 个节点和连线，最多 {limit} 个。",
    "The file has {count} nodes and flows, {limit} are allowed.",
    "把一部分放进被调用的流程。",
    "Move parts of it into called processes.",
)
TOO_DEEP = refuses(
    "too-deep",
    "子流程嵌套超过 {limit} 层。",
    "Sub-processes are nested more than {limit} deep.",
    "把里层放进被调用的流程。",
    "Move the inner ones into called processes.",
)
LONG_TEXT = refuses(
    "text-too-long",
    "文字（{what}）有 {count} 个字符，最多 {limit} 个。",
    "The {what} has {count} characters, {limit} are allowed.",
    "写短一些。",
    "Make it shorter.",
)
UNNAMED = warns(
    "unnamed",
    "元素“{name}”没有名称。",
    'The element "{name}" has no name.',
    "写上使用者看得懂的名称。",
    "Give it a name that its readers understand.",
)
TWO_LANES = refuses(
    "two-lanes",
    "元素“{name}”同时在泳道 {lanes} 中。",
    'The element "{name}" is in several lanes: {lanes}.',
    "只放在一条泳道中。",
    "Put it in one lane.",
)
LANE_MEMBER = refuses(
    "lane-member",
    "泳道“{lane}”列出了不存在的元素“{name}”。",
    'The lane "{lane}" lists "{name}", which is not there.',
    "用建模工具重新放置该元素。",
    "Place the element again with the modeller.",
)
NO_LANE = warns(
    "no-lane",
    "元素“{name}”不在任何泳道中。",
    'The element "{name}" is in no lane.',
    "把它放进负责的泳道。",
    "Put it in the lane of those who do it.",
)
SEEN_BY = refuses(
    "seen-by",
    "流程属性“seen_by:{name}”没有写清变量或岗位。",
    'The process property "seen_by:{name}" lacks the variable or the roles.',
    "写成 seen_by:NAME（变量的名称），值为可以看到它的岗位，逗号分隔。",
    "Write seen_by:VARIABLE, its value the roles that may see it, commas between.",
)


def check(subject: Subject) -> None:
    """Report what is wrong with the file as a whole."""
    _platform(subject)
    _ids(subject)
    _size(subject)
    _texts(subject)
    _lanes(subject)


def _platform(subject: Subject) -> None:
    read = subject.definitions
    if read.platform != "Camunda Cloud" or not read.platform_version.startswith("8."):
        subject.about(PLATFORM, subject.root, platform=read.platform, version=read.platform_version)
    if not read.processes:
        subject.about(NO_PROCESS, subject.root)
    for process in read.processes:
        if not process.executable:
            subject.at(NOT_EXECUTABLE, process, name=process.name or process.id)
        for name, roles in process.seen_by.items():
            if not name or not roles:
                subject.at(SEEN_BY, process, name=name)


#: Tags that people and the engine call by their id.
_NEEDS_ID = frozenset(
    {"process", "participant", "lane", "sequenceFlow", "message", "error", "signal", "escalation"}
)


_NODES = ("Task", "task", "Gateway", "SubProcess", "subProcess", "Activity", "Event")


def _ids(subject: Subject) -> None:
    found = [e for e in subject.root.iter(etree.Element) if split(e.tag)[0] in {BPMN, BPMNDI}]
    counts = Counter(e.get("id") for e in found if e.get("id"))
    for element in found:
        identity, in_bpmn = element.get("id"), split(element.tag)[0] == BPMN
        if identity is None:
            if in_bpmn and _is_called(element):
                subject.about(NO_ID, element, tag=local(element))
            continue
        if counts[identity] > 1:
            subject.about(DUPLICATE_ID, element, name=identity, count=counts.pop(identity))
        if in_bpmn and _is_called(element):
            _one_id(subject, element, identity)


def _is_called(element: etree._Element) -> bool:
    tag = local(element)
    return tag in _NEEDS_ID or tag.endswith(_NODES)


def _one_id(subject: Subject, element: etree._Element, identity: str) -> None:
    if ID.fullmatch(identity) is None:
        subject.about(BAD_ID, element, name=identity)
    elif _RESERVED.fullmatch(identity):
        subject.about(RESERVED_ID, element, name=identity)


def _size(subject: Subject) -> None:
    count = sum(len(place.scope.elements) + len(place.scope.flows) for place in subject.places)
    if count > MAX_ELEMENTS:
        subject.about(TOO_MANY, subject.root, count=count, limit=MAX_ELEMENTS)
    for process in subject.definitions.processes:
        deep = _deepest(list(process.content.elements.values()))
        if deep > MAX_NESTING:
            subject.at(TOO_DEEP, process, limit=MAX_NESTING)


def _deepest(elements: list[Element]) -> int:
    depth, inner = 0, elements
    while inner := [e for outer in inner if outer.inner for e in outer.inner.elements.values()]:
        depth += 1
    return depth


def _texts(subject: Subject) -> None:
    for element in subject.root.iter(f"{{{BPMN}}}*"):
        name = element.get("name", "")
        if len(name) > MAX_NAME:
            subject.about(LONG_TEXT, element, what="name", count=len(name), limit=MAX_NAME)
        if local(element) == "documentation" and len(text(element)) > MAX_DOCUMENTATION:
            subject.about(
                LONG_TEXT, element, what="documentation", count=len(text(element)), limit=MAX_DOCUMENTATION
            )
    for _, node in subject.elements():
        if not node.name.strip() and not _speaks_for_itself(node):
            subject.at(UNNAMED, node, name=node.id)


def _speaks_for_itself(node: Element) -> bool:
    """Joins and splits without a question, and event sub-processes named by their start."""
    if node.kind in GATEWAYS:
        return node.kind != "exclusiveGateway" or len(node.outgoing) < 2
    return node.event_subprocess


def _lanes(subject: Subject) -> None:
    for process in subject.definitions.processes:
        if not process.lanes:
            continue
        inner = {e.id for e in process.content.walk()}
        for lane in process.lanes:
            for member in lane.members:
                if member not in inner:
                    subject.at(LANE_MEMBER, process, lane=lane.id, name=member)
        for node in process.content.elements.values():
            if node.lane is None and node.attached_to is None:
                subject.at(NO_LANE, node, name=node.name or node.id)
    for lane_set in subject.root.iter(f"{{{BPMN}}}laneSet", f"{{{BPMN}}}childLaneSet"):
        _siblings(subject, lane_set)


def _siblings(subject: Subject, lane_set: etree._Element) -> None:
    """Lanes of one set share no element; an outer lane and its inner one may."""
    where: dict[str, list[str]] = {}
    for lane in children(lane_set, "lane"):
        for member in children(lane, "flowNodeRef"):
            where.setdefault(text(member), []).append(lane.get("id", ""))
    for name, lanes in where.items():
        if len(lanes) > 1:
            subject.report(TWO_LANES, name, line_of(lane_set), name=name, lanes=", ".join(lanes))
