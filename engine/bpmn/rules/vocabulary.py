"""Only what is known stands in a diagram: tags, attributes and extensions of BPMN, zeebe and the drawing."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.names import (
    BPMN,
    BPMNDI,
    CAMUNDA,
    DC,
    DI,
    MODELER,
    SPIFF,
    XSI,
    ZEEBE,
    bpmn,
    child,
    local,
    split,
)
from engine.bpmn.rules import words
from engine.bpmn.rules.catalogue import Rule, Subject, refuses

CAMUNDA_7 = refuses(
    "camunda-7",
    "“{name}”属于 Camunda 7（camunda:），不会执行。",
    '"{name}" belongs to Camunda 7 (camunda:) and is not executed.',
    "在建模工具中把执行平台设为 Camunda 8，用 zeebe 属性代替。",
    "Set the execution platform to Camunda 8 in the modeller and use its properties instead.",
)
SPIFF_DIALECT = refuses(
    "spiffworkflow-extension",
    "“{name}”是 spiffworkflow 扩展，不会执行。",
    '"{name}" is a spiffworkflow extension and is not executed.',
    "用 Camunda 8 的 zeebe 属性代替。",
    "Use the zeebe properties of Camunda 8 instead.",
)
FOREIGN = refuses(
    "foreign-namespace",
    "“{name}”来自未知的命名空间 {namespace}。",
    '"{name}" comes from the unknown namespace {namespace}.',
    "删除该元素或属性。",
    "Remove the element or attribute.",
)
TEMPLATE = refuses(
    "element-template",
    "使用了元素模板“{value}”。",
    'The element template "{value}" is used.',
    "在属性面板中断开模板（Unlink），直接填写属性。",
    "Unlink the template in the properties panel and fill in the properties themselves.",
)
UNKNOWN_ELEMENT = refuses(
    "unknown-element",
    "引擎不执行“{name}”。",
    'The engine does not execute "{name}".',
    "删除它，或用文档所列的元素代替。",
    "Remove it, or use an element of the reference instead.",
)
UNKNOWN_ATTRIBUTE = refuses(
    "unknown-attribute",
    "引擎不认识“{owner}”的属性“{name}”。",
    'The engine does not know the attribute "{name}" of "{owner}".',
    "删除该属性。",
    "Remove the attribute.",
)
ATTRIBUTE_VALUE = refuses(
    "attribute-value",
    "属性“{name}”不能是“{value}”。",
    'The attribute "{name}" may not be "{value}".',
    "只能是：{allowed}。",
    "It may only be: {allowed}.",
)
UNKNOWN_EXTENSION = refuses(
    "unknown-extension",
    "“{owner}”上的扩展 zeebe:{name} 不会执行。",
    'The extension zeebe:{name} on "{owner}" is not executed.',
    "删除该扩展。{hint}",
    "Remove the extension. {hint_en}",
)
EXTENSION_ATTRIBUTE = refuses(
    "unknown-extension-attribute",
    "zeebe:{owner} 的“{name}”不会执行。",
    'The attribute "{name}" of zeebe:{owner} is not executed.',
    "删除它。{hint}",
    "Remove it. {hint_en}",
)
REPEATED_EXTENSION = refuses(
    "repeated-extension",
    "zeebe:{name} 出现了多次。",
    "zeebe:{name} stands there more than once.",
    "只保留一个。",
    "Keep one of them.",
)
LISTENER = refuses(
    "listener",
    "执行监听器和任务监听器不会执行。",
    "Execution listeners and task listeners are not executed.",
    "改用服务任务。",
    "Use a service task instead.",
)
MISPLACED_TEXT = refuses(
    "stray-text",
    "“{owner}”中有多余的文字“{text}”。",
    'There is stray text "{text}" in "{owner}".',
    "删除这段文字。",
    "Remove the text.",
)

LINK = refuses(
    "link-event",
    "链接事件不会执行。",
    "Link events are not executed.",
    "直接用顺序流连接。",
    "Connect the elements with a sequence flow.",
)
COMPENSATION = refuses(
    "compensation",
    "补偿不会执行。",
    "Compensation is not executed.",
    "用错误边界事件和普通任务画出撤销步骤。",
    "Draw the steps that undo work with an error boundary event and ordinary tasks.",
)
CONDITIONAL = refuses(
    "conditional-event",
    "条件事件不会执行。",
    "Conditional events are not executed.",
    "用排他网关，或用消息、信号事件代替。",
    "Use an exclusive gateway, or a message or signal event.",
)
CANCEL = refuses(
    "cancel-event",
    "取消事件不会执行。",
    "Cancel events are not executed.",
    "用错误结束事件和错误边界事件代替。",
    "Use an error end event and an error boundary event.",
)
MULTIPLE = refuses(
    "multiple-event",
    "一个事件不能有多个定义。",
    "An event may not have several definitions.",
    "每个事件只留一个定义，或用事件网关。",
    "Keep one definition an event, or use an event-based gateway.",
)
COMPLEX = refuses(
    "complex-gateway",
    "复杂网关不会执行。",
    "Complex gateways are not executed.",
    "用排他、并行或包容网关代替。",
    "Use exclusive, parallel or inclusive gateways.",
)
TRANSACTION = refuses(
    "transaction",
    "事务子流程不会执行。",
    "Transactions are not executed.",
    "用普通子流程和错误边界事件代替。",
    "Use a sub-process with an error boundary event.",
)
AD_HOC = refuses(
    "ad-hoc",
    "即席子流程不会执行。",
    "Ad-hoc sub-processes are not executed.",
    "用包容网关列出可选的任务。",
    "Offer the tasks behind an inclusive gateway.",
)
STANDARD_LOOP = refuses(
    "standard-loop",
    "循环标记不会执行。",
    "The loop marker is not executed.",
    "用网关画回路，或用多实例。",
    "Draw the loop with a gateway, or use multi-instance.",
)

#: What BPMN knows and we refuse by a rule of its own.
NAMED: dict[str, Rule] = {
    "linkEventDefinition": LINK,
    "compensateEventDefinition": COMPENSATION,
    "conditionalEventDefinition": CONDITIONAL,
    "cancelEventDefinition": CANCEL,
    "complexGateway": COMPLEX,
    "transaction": TRANSACTION,
    "adHocSubProcess": AD_HOC,
    "standardLoopCharacteristics": STANDARD_LOOP,
}
_FOREIGN: dict[str, Rule] = {CAMUNDA: CAMUNDA_7, SPIFF: SPIFF_DIALECT}
_DRAWING = frozenset({BPMNDI, DC, DI})


def check(subject: Subject) -> None:
    """Report every tag and attribute that nothing executes."""
    _element(subject, subject.root)


def _element(subject: Subject, element: etree._Element) -> None:
    namespace, name = split(element.tag)
    if namespace in _DRAWING:
        _drawing(subject, element)
        return
    if namespace != BPMN:
        _foreign(subject, element, element.tag)
        return
    rule = NAMED.get(name)
    if rule is not None:
        subject.about(rule, element)
        return
    if name not in words.ELEMENTS:
        subject.about(UNKNOWN_ELEMENT, element, name=name)
        return
    if name == "extensionElements":
        _extensions(subject, element)
        return
    _definitions(subject, element)
    _attributes(subject, element, name)
    if name not in words.TEXTS:
        _text(subject, element, name)
    for inner in element.iterchildren(etree.Element):
        _element(subject, inner)


def _definitions(subject: Subject, element: etree._Element) -> None:
    found = [e for e in element.iterchildren(etree.Element) if "ventDefinition" in local(e)]
    if len(found) > 1:
        subject.about(MULTIPLE, element)


def _attributes(subject: Subject, element: etree._Element, owner: str) -> None:
    allowed = words.ELEMENTS[owner]
    for key, raw in element.attrib.items():
        namespace, name = split(key)
        value = str(raw)
        if namespace == ZEEBE and name.startswith("modelerTemplate"):
            subject.about(TEMPLATE, element, value=value)
        elif namespace == XSI or (namespace == MODELER and owner == "definitions"):
            continue
        elif namespace:
            _foreign(subject, element, str(key))
        elif name != "id" and name not in allowed:
            subject.about(UNKNOWN_ATTRIBUTE, element, name=name, owner=owner)
        elif name in words.VALUES and value not in words.VALUES[name]:
            _bad_value(subject, element, name, value)


def _bad_value(subject: Subject, element: etree._Element, name: str, value: str) -> None:
    if name == "isForCompensation":
        subject.about(COMPENSATION, element)
    elif name == "parallelMultiple":
        subject.about(MULTIPLE, element)
    else:
        subject.about(
            ATTRIBUTE_VALUE, element, name=name, value=value, allowed=", ".join(sorted(words.VALUES[name]))
        )


def _text(subject: Subject, element: etree._Element, owner: str) -> None:
    stray = [element.text or ""] + [inner.tail or "" for inner in element]
    found = " ".join(" ".join(stray).split())
    if found:
        subject.about(MISPLACED_TEXT, element, text=found[:40], owner=owner)


def _foreign(subject: Subject, element: etree._Element, key: object) -> None:
    namespace, name = split(key)
    rule = _FOREIGN.get(namespace, FOREIGN)
    subject.about(rule, element, name=name, namespace=namespace or '""')


def _drawing(subject: Subject, element: etree._Element) -> None:
    """Below a diagram nothing is executed; only strange namespaces are refused."""
    for inner in element.iter(etree.Element):
        if split(inner.tag)[0] not in _DRAWING:
            _foreign(subject, inner, inner.tag)
        for key in inner.attrib:
            if split(key)[0] not in {"", *_DRAWING, *words.COLOURS}:
                _foreign(subject, inner, str(key))


def _extensions(subject: Subject, holder: etree._Element) -> None:
    host = holder.getparent()
    if host is None:
        return
    owner, allowed, seen = local(host), _allowed(host), set[str]()
    for element in holder.iterchildren(etree.Element):
        namespace, name = split(element.tag)
        if namespace != ZEEBE:
            _foreign(subject, element, element.tag)
        elif name in {"executionListeners", "taskListeners"}:
            subject.about(LISTENER, element)
        elif name not in allowed:
            zh, en = words.HINTS.get(name, ("", ""))
            subject.about(UNKNOWN_EXTENSION, element, name=name, owner=owner, hint=zh, hint_en=en)
        elif name in seen:
            subject.about(REPEATED_EXTENSION, element, name=name)
        else:
            _extension(subject, element, words.EXTENSIONS[name])
        seen.add(name)


def _allowed(host: etree._Element) -> frozenset[str]:
    """The extensions that are executed on `host`; of events those with a message may be jobs."""
    owner = local(host)
    allowed = words.HOSTS.get(owner, frozenset())
    if owner in {"intermediateThrowEvent", "endEvent"} and child(host, "messageEventDefinition") is not None:
        return allowed | {"taskDefinition", "taskHeaders"}
    parent = host.getparent()
    if owner == "startEvent" and parent is not None and parent.tag == bpmn("process"):
        return allowed | {"formDefinition"}
    return allowed


def _extension(subject: Subject, element: etree._Element, allowed: frozenset[str]) -> None:
    owner = local(element)
    for key, raw in element.attrib.items():
        namespace, name = split(key)
        if namespace:
            _foreign(subject, element, str(key))
        elif name not in allowed:
            zh, en = words.HINTS.get(name, ("", ""))
            subject.about(EXTENSION_ATTRIBUTE, element, owner=owner, name=name, hint=zh, hint_en=en)
        elif name in words.VALUES and str(raw) not in words.VALUES[name]:
            _bad_value(subject, element, name, str(raw))
    _text(subject, element, f"zeebe:{owner}")
    for inner in element.iterchildren(etree.Element):
        namespace, name = split(inner.tag)
        if namespace != ZEEBE:
            _foreign(subject, inner, inner.tag)
        elif name not in words.INSIDE.get(owner, frozenset()):
            subject.about(UNKNOWN_EXTENSION, inner, name=name, owner=owner, hint="", hint_en="")
        else:
            _extension(subject, inner, words.EXTENSIONS[name])
