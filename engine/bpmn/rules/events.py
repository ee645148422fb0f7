"""Events: what they refer to, where they may stand, and their timers."""

from __future__ import annotations

from lxml import etree

from engine.bpmn import timer
from engine.bpmn.extensions import is_feel
from engine.bpmn.model import Element, EventDefinition
from engine.bpmn.names import ACTIVITIES, BPMN, bpmn, child, children, local
from engine.bpmn.rules.catalogue import Place, Subject, refuses

EVENT_KIND = refuses(
    "event-kind",
    "{where}不能带“{kind}”定义。",
    "A {where_en} may not be of kind {kind}.",
    "这里可以用：{allowed}。",
    "Here you can use: {allowed}.",
)
NO_REFERENCE = refuses(
    "event-without-reference",
    "“{name}”没有指明是哪个{what}。",
    '"{name}" does not say which {what_en}.',
    "在属性面板中选择或新建一个。",
    "Choose or create one in the properties panel.",
)
NO_NAME = refuses(
    "reference-without-name",
    "{what}“{id}”没有名称。",
    'The {what_en} "{id}" has no name.',
    "填写名称：发送方和接收方靠它对上。",
    "Give it a name: sender and receiver find each other by it.",
)
NO_CODE = refuses(
    "reference-without-code",
    "{what}“{id}”没有代码。",
    'The {what_en} "{id}" has no code.',
    "填写代码，捕获方靠它识别。",
    "Give it a code: catchers know it by that.",
)
FEEL_CODE = refuses(
    "feel-code",
    "{what}“{id}”的代码不能是表达式。",
    'The code of the {what_en} "{id}" may not be an expression.',
    "写固定的文字。",
    "Write a fixed text.",
)
FEEL_START_NAME = refuses(
    "feel-start-name",
    "开始事件的消息或信号名称不能是表达式。",
    "The name of the message or signal of a start event may not be an expression.",
    "写固定的文字：流程开始之前没有变量。",
    "Write a fixed text: before the start there are no variables.",
)
NO_KEY = refuses(
    "correlation-key",
    "“{name}”等待的消息“{message}”没有关联键。",
    'The message "{message}" that "{name}" waits for has no correlation key.',
    "在消息上填写关联键（表达式，例如 =order_no）。",
    "Give the message a subscription correlation key (an expression such as =order_no).",
)
BOUNDARY_HOST = refuses(
    "boundary-host",
    "边界事件“{name}”没有附在任务或子流程上。",
    'The boundary event "{name}" is not attached to a task or sub-process.',
    "把它拖到一个任务或子流程的边上。",
    "Drag it to the edge of a task or sub-process.",
)
BOUNDARY_IDLE = refuses(
    "boundary-never-happens",
    "附在“{name}”上的“{event}”永远不会发生。",
    '"{event}" attached to "{name}" can never happen.',
    "任务一到就完成的不能附边界事件；错误只来自服务任务、子流程和调用活动，升级只来自子流程和调用活动。",
    "Tasks that are done at once have no boundary events; errors come from service tasks, sub-processes and call "
    "activities, escalations from sub-processes and call activities.",
)
ERROR_GOES_ON = refuses(
    "error-not-interrupting",
    "错误事件“{name}”必须是中断的。",
    'The error event "{name}" must interrupt.',
    "改成中断，或改用升级事件。",
    "Make it interrupting, or use an escalation.",
)
SAME_CATCH = refuses(
    "same-catch",
    "“{host}”上有两个事件捕获同一个{kind}“{what}”。",
    'Two events on "{host}" catch the same {kind} "{what}".',
    "只留一个。",
    "Keep one of them.",
)
SAME_START = refuses(
    "same-start",
    "两个开始事件等待同一个{kind}“{what}”。",
    'Two start events wait for the same {kind} "{what}".',
    "只留一个。",
    "Keep one of them.",
)
NO_TIMER = refuses(
    "timer-missing",
    "定时事件“{name}”没有时间。",
    'The timer event "{name}" has no time.',
    "填写日期、时长或周期中的一种。",
    "Write one of date, duration or cycle.",
)
BAD_TIMER = refuses(
    "timer-text",
    "定时事件“{name}”的时间无效：{why}",
    'The time of the timer event "{name}" is not valid: {why_en}',
    "例如 2026-12-24T09:00、PT2H、P1D、R3/PT1H、0 0 9 * * MON-FRI，或以 = 开头的表达式。",
    "Write for example 2026-12-24T09:00, PT2H, P1D, R3/PT1H, 0 0 9 * * MON-FRI, or an expression after =.",
)
SEVERAL_TIMERS = refuses(
    "timer-several",
    "定时事件同时写了日期、时长或周期中的几种。",
    "The timer event has more than one of date, duration and cycle.",
    "只留一种。",
    "Keep one of them.",
)
CYCLE_HERE = refuses(
    "timer-cycle",
    "“{name}”这里不能用周期：它只会发生一次。",
    'A cycle is not possible at "{name}": it happens once.',
    "改用日期或时长；重复提醒请用不中断的边界事件。",
    "Use a date or a duration; to remind repeatedly use a boundary event that does not interrupt.",
)
START_TIMER = refuses(
    "timer-start",
    "流程的定时开始“{name}”要写固定的日期或周期。",
    'The timer start "{name}" of a process needs a fixed date or cycle.',
    "写日期、R/… 周期或 cron，不写时长和表达式。",
    "Write a date, a cycle R/… or cron, no duration and no expression.",
)

_WHERE: dict[str, tuple[str, str, frozenset[str]]] = {
    "processStart": (
        "流程的开始事件",
        "start event of a process",
        frozenset({"none", "message", "timer", "signal"}),
    ),
    "eventStart": (
        "事件子流程的开始事件",
        "start event of an event sub-process",
        frozenset({"message", "timer", "signal", "error", "escalation"}),
    ),
    "innerStart": ("子流程的开始事件", "start event of a sub-process", frozenset({"none"})),
    "intermediateCatchEvent": (
        "中间捕获事件",
        "intermediate catch event",
        frozenset({"message", "timer", "signal"}),
    ),
    "intermediateThrowEvent": (
        "中间抛出事件",
        "intermediate throw event",
        frozenset({"none", "message", "signal", "escalation"}),
    ),
    "boundaryEvent": (
        "边界事件",
        "boundary event",
        frozenset({"message", "timer", "signal", "error", "escalation"}),
    ),
    "endEvent": (
        "结束事件",
        "end event",
        frozenset({"none", "message", "signal", "error", "escalation", "terminate"}),
    ),
}
#: Kinds that the vocabulary has refused already.
_REFUSED = frozenset({"link", "compensate", "conditional", "cancel", "multiple"})
_WHAT = {
    "message": ("消息", "message"),
    "signal": ("信号", "signal"),
    "error": ("错误", "error"),
    "escalation": ("升级", "escalation"),
}
_CATCHES = frozenset({"startEvent", "boundaryEvent"})
_INSTANT = frozenset({"task", "manualTask", "scriptTask", "businessRuleTask"})


def check(subject: Subject) -> None:
    """Report what is wrong with events and what they refer to."""
    for kind in _WHAT:
        for element in children(subject.root, kind):
            _definition(subject, element, kind)
    for element in subject.root.iter(f"{{{BPMN}}}*"):
        _reference(subject, element)
    for definition in subject.root.iter(bpmn("timerEventDefinition")):
        if sum(child(definition, tag) is not None for tag in ("timeDate", "timeDuration", "timeCycle")) > 1:
            subject.about(SEVERAL_TIMERS, definition)
    for place, node in subject.elements():
        if node.event is not None and node.event.kind not in _REFUSED:
            _event(subject, place, node, node.event)
    for place in subject.places:
        _twice(subject, place)


def _definition(subject: Subject, element: etree._Element, kind: str) -> None:
    zh, en = _WHAT[kind]
    facts = {"what": zh, "what_en": en, "id": element.get("id", "")}
    if kind in {"message", "signal"}:
        if not element.get("name", "").strip():
            subject.about(NO_NAME, element, **facts)
        return
    code = element.get(f"{kind}Code", "").strip()
    if not code:
        subject.about(NO_CODE, element, **facts)
    elif is_feel(code):
        subject.about(FEEL_CODE, element, **facts)


def _reference(subject: Subject, element: etree._Element) -> None:
    """An event definition or receive task names an existing message, signal, error or escalation."""
    tag = local(element)
    kind = "message" if tag == "receiveTask" else tag.removesuffix("EventDefinition")
    if kind not in _WHAT or tag == kind:
        return
    host = element if tag == "receiveTask" else element.getparent()
    target = element.get(f"{kind}Ref")
    catches_all = kind in {"error", "escalation"} and host is not None and local(host) in _CATCHES
    known = {e.get("id") for e in children(subject.root, kind)}
    if (target is None and not catches_all) or (target is not None and target not in known):
        zh, en = _WHAT[kind]
        name = (host.get("name") or host.get("id", "")) if host is not None else ""
        subject.about(NO_REFERENCE, element, name=name, what=zh, what_en=en)


def _event(subject: Subject, place: Place, node: Element, event: EventDefinition) -> None:
    where = _where(place, node)
    if where is not None:
        zh, en, allowed = _WHERE[where]
        if event.kind not in allowed:
            shown = ", ".join(sorted(allowed))
            subject.at(EVENT_KIND, node, where=zh, where_en=en, kind=event.kind, allowed=shown)
            return
    if event.kind == "timer":
        _timer(subject, where, node, event)
    if event.kind == "message" and event.name:
        _message(subject, where, node, event)
    if where == "processStart" and event.kind in {"message", "signal"} and is_feel(event.name):
        subject.at(FEEL_START_NAME, node)
    if event.kind == "error" and where in {"boundaryEvent", "eventStart"} and not node.interrupting:
        subject.at(ERROR_GOES_ON, node, name=node.name or node.id)
    if node.kind == "boundaryEvent":
        _boundary(subject, place, node, event)


def _where(place: Place, node: Element) -> str | None:
    if node.kind != "startEvent":
        return node.kind if node.kind in _WHERE else None
    if place.host is None:
        return "processStart"
    return "eventStart" if place.event_subprocess else "innerStart"


def _message(subject: Subject, where: str | None, node: Element, event: EventDefinition) -> None:
    waits = where in {"intermediateCatchEvent", "boundaryEvent", "eventStart"} or node.kind == "receiveTask"
    if waits and not event.key:
        subject.at(NO_KEY, node, name=node.name or node.id, message=event.name)


def _timer(subject: Subject, where: str | None, node: Element, event: EventDefinition) -> None:
    name = node.name or node.id
    if not event.expression:
        subject.at(NO_TIMER, node, name=name)
        return
    repeats = where == "processStart" or (where in {"boundaryEvent", "eventStart"} and not node.interrupting)
    if event.timer == "cycle" and not repeats:
        subject.at(CYCLE_HERE, node, name=name)
        return
    if where == "processStart" and (event.timer == "duration" or is_feel(event.expression)):
        subject.at(START_TIMER, node, name=name)
        return
    if is_feel(event.expression):
        return
    try:
        timer.check(event.timer, event.expression)
    except timer.TimerError as error:
        subject.at(BAD_TIMER, node, name=name, why=error.message.zh, why_en=error.message.en)


def _boundary(subject: Subject, place: Place, node: Element, event: EventDefinition) -> None:
    host = place.scope.elements.get(node.attached_to or "")
    if host is None or host.kind not in ACTIVITIES or host.event_subprocess:
        subject.at(BOUNDARY_HOST, node, name=node.name or node.id)
    elif host.kind in _INSTANT or not _throws(host, event.kind):
        subject.at(BOUNDARY_IDLE, node, name=host.name or host.id, event=node.name or node.id)


def _throws(host: Element, kind: str) -> bool:
    """Whether an event of this kind can come to `host`."""
    if kind not in {"error", "escalation"} or host.kind in {"subProcess", "callActivity"}:
        return True
    return kind == "error" and host.kind in {"serviceTask", "sendTask"}


def _twice(subject: Subject, place: Place) -> None:
    """Two catchers of the same thing at one place: which of them runs would be chance."""
    owner = place.host or place.process
    caught: set[tuple[str, str, str]] = set()
    for node in place.scope.elements.values():
        event, host = _caught(place, node)
        if event is None or event.kind not in _WHAT:
            continue
        what = event.code if event.kind in {"error", "escalation"} else event.name
        if (host, event.kind, what) in caught:
            rule = SAME_START if node.kind == "startEvent" else SAME_CATCH
            subject.at(
                rule,
                node,
                host=node.attached_to or owner.name or owner.id,
                kind=event.kind,
                what=what or "*",
            )
        caught.add((host, event.kind, what))


def _caught(place: Place, node: Element) -> tuple[EventDefinition | None, str]:
    """What `node` catches, and for whom: an activity, or the scope around an event sub-process."""
    if node.attached_to is not None:
        return node.event, node.attached_to
    if node.event_subprocess and node.inner is not None:
        starts = [e for e in node.inner.elements.values() if e.kind == "startEvent"]
        return (starts[0].event if starts else None), f"{place.scope.id} *"
    if node.kind == "startEvent" and place.host is None:
        return node.event, place.scope.id
    return None, ""
