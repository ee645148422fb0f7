"""How elements are connected: starts, ends, flows, gateways, reachability."""

from __future__ import annotations

from engine.bpmn.model import Element, Flow
from engine.bpmn.names import ACTIVITIES
from engine.bpmn.rules.catalogue import Place, Subject, refuses, warns

_CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway"})

NO_START = refuses(
    "no-start",
    "“{name}”没有开始事件。",
    '"{name}" has no start event.',
    "画一个开始事件。",
    "Draw a start event.",
)
SEVERAL_STARTS = refuses(
    "several-starts",
    "“{name}”有 {count} 个空白开始事件。",
    '"{name}" has {count} none start events.',
    "只留一个；其它的改成消息、定时或信号开始，或用网关分支。",
    "Keep one; make the others message, timer or signal starts, or branch behind a gateway.",
)
START_IN_SUBPROCESS = refuses(
    "subprocess-start",
    "子流程必须有且只有一个空白开始事件。",
    "A sub-process needs exactly one start event, a none start event.",
    "删除事件定义和多余的开始事件；要等事件请用事件子流程。",
    "Remove event definitions and further start events; to wait for an event use an event sub-process.",
)
EVENT_SUBPROCESS_START = refuses(
    "event-subprocess-start",
    "事件子流程必须有且只有一个带事件的开始事件。",
    "An event sub-process needs exactly one start event, with an event.",
    "留一个消息、定时、信号、错误或升级开始事件。",
    "Keep one start event with a message, timer, signal, error or escalation.",
)
EVENT_SUBPROCESS_FLOW = refuses(
    "event-subprocess-flow",
    "事件子流程“{name}”不能有进出的连线或边界事件。",
    'The event sub-process "{name}" may have no flows to or from it, no boundary events and no loop.',
    "删除这些连线、边界事件和多实例标记。",
    "Remove these flows, boundary events and multi-instance markers.",
)
START_INCOMING = refuses(
    "flow-into-start",
    "连线进入了开始事件。",
    "A flow leads into a start event.",
    "让回路回到开始事件之后的元素。",
    "Lead the loop back to the element behind the start event.",
)
END_OUTGOING = refuses(
    "flow-out-of-end",
    "结束事件“{name}”有流出的连线。",
    'The end event "{name}" has outgoing flows.',
    "改成中间事件，或删除连线。",
    "Make it an intermediate event, or remove the flow.",
)
DANGLING = refuses(
    "dangling-flow",
    "连线“{name}”的{side}“{target}”不存在，或在另一个子流程里。",
    'The {side_en} "{target}" of the flow "{name}" is not there, or is inside another sub-process.',
    "重新连接这条线。",
    "Connect the flow again.",
)
NOT_AN_END = refuses(
    "path-without-end",
    "“{name}”后面没有连线。",
    'No flow leaves "{name}".',
    "把每条路径接到结束事件。",
    "Lead every path to an end event.",
)
NO_END = refuses(
    "no-end",
    "“{name}”没有结束事件，永远不会完成。",
    '"{name}" has no end event and would never complete.',
    "画一个结束事件。",
    "Draw an end event.",
)
UNREACHABLE = refuses(
    "unreachable",
    "从开始事件走不到“{name}”。",
    'No path leads from a start event to "{name}".',
    "连上它，或删除它。",
    "Connect it, or remove it.",
)
FORK = refuses(
    "implicit-fork",
    "“{name}”有 {count} 条流出的连线，看不出是同时走还是选一条。",
    '{count} flows leave "{name}"; it is not said whether all are taken or one.',
    "在后面画一个并行网关或排他网关。",
    "Draw a parallel or an exclusive gateway behind it.",
)
CONDITION_PLACE = refuses(
    "condition-not-on-gateway",
    "连线“{name}”的条件不在排他或包容网关之后，不会被判断。",
    'The condition of the flow "{name}" does not leave an exclusive or inclusive gateway and would be ignored.',
    "画一个排他网关，把条件写在它的出线上。",
    "Draw an exclusive gateway and write the condition on its outgoing flow.",
)
CONDITION_ONLY = refuses(
    "condition-on-only-flow",
    "网关只有一条出线，上面的条件不会被判断。",
    "The gateway has one outgoing flow; the condition on it would be ignored.",
    "删除条件，或加上另一条出线。",
    "Remove the condition, or add another outgoing flow.",
)
CONDITION_MISSING = refuses(
    "condition-missing",
    "网关“{gateway}”的出线“{name}”没有条件，也不是默认出线。",
    'The flow "{name}" of the gateway "{gateway}" has no condition and is not the default.',
    "写上条件，或设为默认出线。",
    "Write a condition, or make it the default flow.",
)
NO_DEFAULT = warns(
    "no-default",
    "网关“{name}”没有默认出线：没有条件成立时流程会停下成为事故。",
    'The gateway "{name}" has no default flow: when no condition holds, the instance stops as an incident.',
    "把一条出线设为默认。",
    "Make one of the flows the default.",
)
DEFAULT_WRONG = refuses(
    "default-flow",
    "“{name}”的默认出线“{flow}”无效。",
    'The default flow "{flow}" of "{name}" is not valid.',
    "默认出线必须是排他或包容网关自己的、没有条件的出线。",
    "It must be an outgoing flow of an exclusive or inclusive gateway, without a condition.",
)
MIXED = warns(
    "mixed-gateway",
    "网关“{name}”既合并又分支。",
    'The gateway "{name}" both joins and splits.',
    "分成两个网关，读者更容易看懂。",
    "Use two gateways, so that readers see both.",
)
IDLE_GATEWAY = warns(
    "idle-gateway",
    "网关“{name}”只有一进一出，没有作用。",
    'The gateway "{name}" has one flow in and one out, and does nothing.',
    "删除它。",
    "Remove it.",
)
SPLIT_EVENT_GATEWAY = refuses(
    "event-gateway-flows",
    "事件网关“{name}”至少要有两条出线。",
    'The event-based gateway "{name}" needs at least two outgoing flows.',
    "加上另一个事件，或去掉网关。",
    "Add another event, or remove the gateway.",
)
EVENT_TARGET = refuses(
    "event-gateway-target",
    "事件网关后面的“{name}”不是可等待的事件。",
    '"{name}" behind the event-based gateway is no event to wait for.',
    "只接消息、定时、信号中间捕获事件或接收任务，且只能从该网关进入，不带边界事件和多实例。",
    "Use message, timer or signal catch events or receive tasks, entered from this gateway only, "
    "without boundary events and multi-instance.",
)


def check(subject: Subject) -> None:
    """Report what is wrong with the connections."""
    for place in subject.places:
        _starts(subject, place)
        _flows(subject, place)
        _ends(subject, place)
        _reachable(subject, place)
        for element in place.scope.elements.values():
            _outgoing(subject, element)
            _default(subject, place, element)
            _gateway(subject, place, element)


def _starts(subject: Subject, place: Place) -> None:
    starts = [e for e in place.scope.elements.values() if e.kind == "startEvent"]
    none = [e for e in starts if e.event is None or e.event.kind == "none"]
    owner, name = place.host or place.process, _title(place)
    if place.event_subprocess:
        if len(starts) != 1 or none:
            subject.at(EVENT_SUBPROCESS_START, owner)
    elif place.host is not None:
        if len(starts) != 1 or not none:
            subject.at(START_IN_SUBPROCESS, owner)
    elif not starts:
        subject.at(NO_START, owner, name=name)
    elif len(none) > 1:
        subject.at(SEVERAL_STARTS, none[1], name=name, count=len(none))


def _title(place: Place) -> str:
    owner = place.host or place.process
    return owner.name or owner.id


def _flows(subject: Subject, place: Place) -> None:
    for flow in place.scope.flows.values():
        source, target = place.source(flow), place.target(flow)
        if source is None:
            subject.at(
                DANGLING, flow, name=flow.name or flow.id, target=flow.source, side="起点", side_en="source"
            )
        elif flow.condition is not None:
            _condition(subject, flow, source)
        if target is None:
            subject.at(
                DANGLING, flow, name=flow.name or flow.id, target=flow.target, side="终点", side_en="target"
            )
        elif target.kind in {"startEvent", "boundaryEvent"}:
            subject.at(START_INCOMING, flow)


def _condition(subject: Subject, flow: Flow, source: Element) -> None:
    if source.kind not in _CONDITIONAL:
        subject.at(CONDITION_PLACE, flow, name=flow.name or flow.id)
    elif len(source.outgoing) == 1:
        subject.at(CONDITION_ONLY, flow)


def _ends(subject: Subject, place: Place) -> None:
    elements = place.scope.elements.values()
    if elements and not any(e.kind == "endEvent" for e in elements):
        subject.at(NO_END, place.host or place.process, name=_title(place))
    for element in elements:
        if element.kind == "endEvent":
            if element.outgoing:
                subject.at(END_OUTGOING, element, name=element.name or element.id)
        elif element.event_subprocess:
            guarded = place.scope.boundaries(element.id)
            if element.outgoing or element.incoming or guarded or element.loop:
                subject.at(EVENT_SUBPROCESS_FLOW, element, name=element.name or element.id)
        elif not element.outgoing:
            subject.at(NOT_AN_END, element, name=element.name or element.id)


def _reachable(subject: Subject, place: Place) -> None:
    elements = place.scope.elements
    waiting = [e.id for e in elements.values() if e.kind == "startEvent" or e.event_subprocess]
    found: set[str] = set()
    while waiting:
        identity = waiting.pop()
        if identity in found or identity not in elements:
            continue
        found.add(identity)
        waiting.extend(place.scope.flows[flow].target for flow in elements[identity].outgoing)
        waiting.extend(boundary.id for boundary in place.scope.boundaries(identity))
    for element in elements.values():
        if element.id not in found:
            subject.at(UNREACHABLE, element, name=element.name or element.id)


def _outgoing(subject: Subject, element: Element) -> None:
    forks = element.kind in ACTIVITIES or element.kind.endswith("Event")
    if forks and element.kind != "endEvent" and len(element.outgoing) > 1:
        subject.at(FORK, element, name=element.name or element.id, count=len(element.outgoing))


def _default(subject: Subject, place: Place, element: Element) -> None:
    if element.default is None:
        return
    flow = place.scope.flows.get(element.default)
    right = element.kind in _CONDITIONAL and element.default in element.outgoing
    if not right or flow is None or flow.condition is not None:
        subject.at(DEFAULT_WRONG, element, name=element.name or element.id, flow=element.default)


def _gateway(subject: Subject, place: Place, element: Element) -> None:
    if not element.kind.endswith("Gateway"):
        return
    several, name = len(element.outgoing) > 1, element.name or element.id
    if several and len(element.incoming) > 1:
        subject.at(MIXED, element, name=name)
    if element.kind == "eventBasedGateway":
        _event_based(subject, place, element)
    elif len(element.outgoing) == 1 and len(element.incoming) == 1:
        subject.at(IDLE_GATEWAY, element, name=name)
    if element.kind in _CONDITIONAL and several:
        for flow in (place.scope.flows[f] for f in element.outgoing if f != element.default):
            if flow.condition is None:
                subject.at(CONDITION_MISSING, flow, gateway=name, name=flow.name or flow.id)
        if element.default is None:
            subject.at(NO_DEFAULT, element, name=name)


def _event_based(subject: Subject, place: Place, gateway: Element) -> None:
    if len(gateway.outgoing) < 2:
        subject.at(SPLIT_EVENT_GATEWAY, gateway, name=gateway.name or gateway.id)
    for flow in gateway.outgoing:
        target = place.target(place.scope.flows[flow])
        if target is not None and not _can_wait(place, target):
            subject.at(EVENT_TARGET, target, name=target.name or target.id)


def _can_wait(place: Place, target: Element) -> bool:
    if len(target.incoming) != 1 or target.loop or place.scope.boundaries(target.id):
        return False
    if target.kind == "receiveTask":
        return True
    kind = target.event.kind if target.event else ""
    return target.kind == "intermediateCatchEvent" and kind in {"message", "timer", "signal"}
