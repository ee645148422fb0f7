"""Expressions and names of variables: every one is compiled at deploy, where it is said what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from lxml import etree

from engine import feel
from engine.bpmn import timer
from engine.bpmn.extensions import is_feel
from engine.bpmn.names import BPMN, ZEEBE, local, split, text
from engine.bpmn.rules.catalogue import Subject, refuses
from engine.feel.limits import SOURCE_LIMIT
from engine.feel.reader import KEYWORDS
from engine.feel.tree import Call, Literal, Name

BAD_FEEL = refuses(
    "feel",
    "“{where}”的表达式有误：{why} ——“{source}”",
    'The expression of "{where}" is wrong: {why_en} — "{source}"',
    "按提示的位置改正表达式。",
    "Correct the expression at the place given.",
)
NOT_FEEL = refuses(
    "not-an-expression",
    "“{where}”的“{source}”不是表达式。",
    '"{source}" in "{where}" is no expression.',
    "在前面加 =，例如 =amount > 100。",
    "Put = before it, as in =amount > 100.",
)
EMPTY = refuses(
    "empty-expression",
    "“{where}”是空的。",
    '"{where}" is empty.',
    "写上表达式，或删除它。",
    "Write an expression, or remove it.",
)
TOO_LONG = refuses(
    "expression-too-long",
    "“{where}”的表达式有 {count} 个字符，最多 {limit} 个。",
    'The expression of "{where}" has {count} characters, {limit} are allowed.',
    "分成几个脚本任务，或写成决策表。",
    "Split it into script tasks, or write a decision table.",
)
NO_MOMENT = refuses(
    "no-moment",
    "“{where}”里的 {call} 读不出来，结果总是空值。",
    '{call} in "{where}" cannot be read and always gives null.',
    "时长写 PT12H（12 小时）、P2D（2 天）、P1M（1 个月），日期写 2026-12-24，时刻写 09:00:00。",
    "Write a duration as PT12H (12 hours), P2D (2 days), P1M (a month), a date as 2026-12-24, a time as 09:00:00.",
)
NOT_LITERAL = refuses(
    "expression-not-executed",
    "“{where}”不能是表达式。",
    '"{where}" may not be an expression.',
    "写固定的文字。",
    "Write a fixed text.",
)
BAD_NAME = refuses(
    "variable-name",
    "“{where}”的变量名“{name}”不合规则。",
    'The variable name "{name}" in "{where}" does not follow the rule.',
    "以文字或下划线开头，只用文字、数字和下划线，最多 100 个字符。",
    "Begin with a letter or _, use only letters, digits and _, at most 100 characters.",
)
RESERVED = refuses(
    "reserved-variable",
    "变量名“{name}”由引擎或 FEEL 保留（{where}）。",
    'The variable name "{name}" is reserved by the engine or by FEEL ({where}).',
    "换一个名称。",
    "Choose another name.",
)
DATE = refuses(
    "task-date",
    "“{where}”的“{value}”不是日期：{why}",
    '"{value}" in "{where}" is no date: {why_en}',
    "写日期（2026-12-24T09:00）、时长（P2D），或以 = 开头的表达式。",
    "Write a date (2026-12-24T09:00), a duration (P2D), or an expression after =.",
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the diagram that may be an expression."""

    element: etree._Element
    where: str
    value: str
    how: str


_FEEL, _EITHER, _LITERAL, _NAME, _DATE = "feel", "either", "literal", "name", "date"

#: How each attribute of a zeebe extension is read.
ATTRIBUTES: dict[tuple[str, str], str] = {
    ("assignmentDefinition", "assignee"): _EITHER,
    ("assignmentDefinition", "candidateGroups"): _EITHER,
    ("assignmentDefinition", "candidateUsers"): _EITHER,
    ("taskSchedule", "dueDate"): _DATE,
    ("taskSchedule", "followUpDate"): _DATE,
    ("priorityDefinition", "priority"): _EITHER,
    ("taskDefinition", "type"): _EITHER,
    ("taskDefinition", "retries"): _LITERAL,
    ("header", "key"): _LITERAL,
    ("header", "value"): _LITERAL,
    ("formDefinition", "formId"): _LITERAL,
    ("calledDecision", "decisionId"): _EITHER,
    ("calledDecision", "resultVariable"): _NAME,
    ("calledElement", "processId"): _EITHER,
    ("script", "expression"): _FEEL,
    ("script", "resultVariable"): _NAME,
    ("loopCharacteristics", "inputCollection"): _FEEL,
    ("loopCharacteristics", "inputElement"): _NAME,
    ("loopCharacteristics", "outputCollection"): _NAME,
    ("loopCharacteristics", "outputElement"): _FEEL,
    ("subscription", "correlationKey"): _FEEL,
    ("input", "source"): _EITHER,
    ("input", "target"): _NAME,
    ("output", "source"): _EITHER,
    ("output", "target"): _NAME,
    ("property", "value"): _EITHER,
    ("versionTag", "value"): _LITERAL,
}
#: How the text of a BPMN element is read.
_BODIES = {
    "conditionExpression": _FEEL,
    "completionCondition": _FEEL,
    "timeDate": _EITHER,
    "timeDuration": _EITHER,
    "timeCycle": _EITHER,
}
#: Attributes that need not be filled in.
_MAY_BE_EMPTY = frozenset(
    {"property", "header", "assignmentDefinition", "taskSchedule", "loopCharacteristics"}
)

#: Attributes that must be there: what is cleared in the properties panel is left out of the file.
_NEEDED = {"input": ("source", "target"), "output": ("source", "target")}

#: What makes a moment or a span of a text.
_MOMENTS = frozenset({"date", "time", "date and time", "duration"})

_VARIABLE = re.compile(r"[^\W\d]\w{0,99}")
_ENGINE_NAMES = frozenset(
    {
        "typename",
        "loopCounter",
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
    }
)


def check(subject: Subject) -> None:
    """Compile every expression, and look at every name that a value is stored under."""
    for element in subject.root.iter(etree.Element):
        namespace, tag = split(element.tag)
        if namespace == BPMN and tag in _BODIES:
            _text(subject, Text(element, tag, text(element), _BODIES[tag]))
        elif namespace == BPMN and tag in {"message", "signal"}:
            _text(subject, Text(element, f"{tag} name", element.get("name", ""), _EITHER))
        elif namespace == ZEEBE:
            _extension(subject, element, tag)


def _extension(subject: Subject, element: etree._Element, tag: str) -> None:
    for key, value in element.attrib.items():
        how = ATTRIBUTES.get((tag, str(key)))
        if how is not None:
            _text(subject, Text(element, _where(element, tag, str(key)), str(value), how))
    for key in _NEEDED.get(tag, ()):
        if key not in element.attrib:
            subject.about(EMPTY, element, where=_where(element, tag, key))


def _where(element: etree._Element, tag: str, attribute: str) -> str:
    """What a person sees in the properties panel: "output target = total"."""
    named = element.get("target") or element.get("name") or ""
    return f"{tag} {named}".strip() if attribute in {"source", "value"} else f"{tag} {attribute}"


def _text(subject: Subject, item: Text) -> None:
    if not item.value.strip():
        if item.how != _LITERAL and local(item.element) not in _MAY_BE_EMPTY and item.where[-5:] != " name":
            subject.about(EMPTY, item.element, where=item.where)
        return
    if item.how == _NAME:
        _variable(subject, item)
    elif item.how == _LITERAL:
        if is_feel(item.value):
            subject.about(NOT_LITERAL, item.element, where=item.where)
    elif is_feel(item.value):
        _compile(subject, item)
    elif item.how == _FEEL:
        subject.about(NOT_FEEL, item.element, where=item.where, source=item.value)
    elif item.how == _DATE:
        _date(subject, item)


def _compile(subject: Subject, item: Text) -> None:
    source = item.value.strip()[1:].strip()
    if not source:
        subject.about(EMPTY, item.element, where=item.where)
        return
    if len(source) > SOURCE_LIMIT:
        subject.about(TOO_LONG, item.element, where=item.where, count=len(source), limit=SOURCE_LIMIT)
        return
    try:
        expression = feel.compile(source)
    except feel.FeelError as error:
        facts = {"where": item.where, "source": source, "why": error.zh, "why_en": error.en}
        subject.about(BAD_FEEL, item.element, **facts)
        return
    for call in unreadable(expression.tree):
        subject.about(NO_MOMENT, item.element, where=item.where, call=call)


def unreadable(tree: object) -> Iterator[str]:
    """The calls in a tree that make a date, time or duration of a written text that is none."""
    left = [tree]
    while left:
        node = left.pop()
        match node:
            case Call(Name(name), (Literal(str(text)),)) if name in _MOMENTS:
                if feel.compile(f"{name}(text)")({"text": text}) is None:
                    yield f'{name}("{text}")'
        if isinstance(node, tuple):
            left += node
        elif is_dataclass(node):
            left += [getattr(node, each.name) for each in fields(node)]


def _variable(subject: Subject, item: Text) -> None:
    name = item.value
    if _VARIABLE.fullmatch(name) is None:
        subject.about(BAD_NAME, item.element, where=item.where, name=name)
    elif name in KEYWORDS or name in _ENGINE_NAMES or name.startswith("__"):
        subject.about(RESERVED, item.element, where=item.where, name=name)


def _date(subject: Subject, item: Text) -> None:
    value = item.value.strip()
    try:
        timer.check("duration" if value.startswith("P") else "date", value)
    except timer.TimerError as error:
        facts = {"where": item.where, "value": value, "why": error.message.zh, "why_en": error.message.en}
        subject.about(DATE, item.element, **facts)
