"""Tasks and what they need: people, forms, signatures, jobs, decisions, called processes, mappings, multi-instance."""

from __future__ import annotations

import re

from engine.bpmn.extensions import is_feel, listed
from engine.bpmn.model import Element
from engine.bpmn.names import TASKS
from engine.bpmn.rules.catalogue import Place, Subject, refuses, warns
from engine.feel.fault import FeelError
from engine.form.template import template

#: What may name a form, a decision, a process: a key, never a path.
KEY = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._-]{0,63}", re.ASCII)
MAX_RETRIES = 100

NATIVE = refuses(
    "user-task-not-native",
    "用户任务“{name}”不是引擎自己的任务（缺 zeebe:userTask）。",
    'The user task "{name}" lacks zeebe:userTask.',
    "在属性面板的“实现”中选 Camunda 用户任务。",
    "Choose Camunda user task as its implementation in the properties panel.",
)
NOBODY = refuses(
    "nobodys-task",
    "用户任务“{name}”不属于任何人。",
    'The user task "{name}" belongs to nobody.',
    "放进一条泳道，或填写办理人、候选组、候选人。",
    "Put it in a lane, or fill in assignee, candidate groups or candidate users.",
)
NO_FORM = warns(
    "task-without-form",
    "用户任务“{name}”没有表单：只能点“完成”。",
    'The user task "{name}" has no form: there is only a button to complete it.',
    "填写 formId。",
    "Give it a formId.",
)
BAD_KEY = refuses(
    "bad-reference",
    "“{name}”的 {attribute} “{value}”不合规则。",
    'The {attribute} "{value}" of "{name}" does not follow the rule.',
    "只用英文字母、数字、_ . -，不能是路径或表达式，最多 64 个字符。",
    "Use Latin letters, digits, _ . - only; no path and no expression, at most 64 characters.",
)
MISSING = refuses(
    "missing-extension",
    "“{name}”没有填写 {what}。",
    '"{name}" does not say its {what}.',
    "在属性面板中填写。",
    "Fill it in in the properties panel.",
)
RETRIES = refuses(
    "retries",
    "“{name}”的重试次数“{value}”应为 1 至 100 的整数。",
    'The retries "{value}" of "{name}" must be a whole number from 1 to 100.',
    "写一个数字，例如 3。",
    "Write a number such as 3.",
)
HEADER = refuses(
    "task-header",
    "“{name}”的任务头没有键，或键“{key}”重复。",
    'A task header of "{name}" has no key, or the key "{key}" stands there twice.',
    "给每个任务头不同的键。",
    "Give each task header a key of its own.",
)
PRIORITY = refuses(
    "priority",
    "“{name}”的优先级“{value}”应为 0 至 100 的整数。",
    'The priority "{value}" of "{name}" must be a whole number from 0 to 100.',
    "写 0 至 100 的数字，或表达式。",
    "Write a number from 0 to 100, or an expression.",
)
SIGNATURE = refuses(
    "signature",
    "“{name}”的签名属性“{key}”无效：“{value}”。",
    'The signature property "{key}" of "{name}" is not valid: "{value}".',
    "signature 写含义（例如 approve）；signature:document 写被签单据的变量名；"
    "signature:meaning、signature:meaning_en 写声明文字。同一单据的签名人总须是不同的人。",
    "signature says the meaning (such as approve); signature:document names the variable that is signed; "
    "signature:meaning and signature:meaning_en are the words signed to. "
    "Signers of one document are always different people.",
)
PROPERTY = refuses(
    "property-name",
    "“{name}”的扩展属性没有名称，或名称“{key}”重复。",
    'An extension property of "{name}" has no name, or the name "{key}" stands there twice.',
    "给每个扩展属性不同的名称。",
    "Give each extension property a name of its own.",
)
TEMPLATE = refuses(
    "script-template",
    "“{name}”的话术“{key}”有误：{why}",
    'The script "{key}" of "{name}" cannot be read: {why_en}',
    "值的表达式写在双花括号里；每个 #if 都要有 /if。",
    "Write the expression of a value in double braces, and close every #if with /if.",
)
MAPPING_HERE = refuses(
    "mapping-not-executed",
    "“{name}”上的{what}不会执行。",
    'The {what_en} mapping on "{name}" is not executed.',
    "删除它，在相邻的任务上映射。",
    "Remove it, and map on the task beside it.",
)
LOOP_COLLECTION = refuses(
    "loop-collection",
    "多实例“{name}”没有输入集合。",
    'The multi-instance "{name}" has no input collection.',
    "填写输入集合（表达式，例如 =items）；固定次数可写 =for i in 1..3 return i。",
    "Give it an input collection (an expression such as =items); for a fixed count write =for i in 1..3 return i.",
)
LOOP_OUTPUT = refuses(
    "loop-output",
    "多实例“{name}”的输出集合和输出元素要一起填写。",
    'The multi-instance "{name}" needs both an output collection and an output element, or neither.',
    "补上缺的一个，或都删除。",
    "Add what is missing, or remove both.",
)
LOOP_HERE = refuses(
    "loop-here",
    "“{name}”不能是多实例。",
    '"{name}" may not be multi-instance.',
    "多实例只能用在任务、子流程和调用活动上。",
    "Use multi-instance on tasks, sub-processes and call activities.",
)

_MEANING = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}", re.ASCII)
_NAME = re.compile(r"[^\W\d]\w{0,99}")
#: Words to read aloud, in Chinese and in English, with places for values.
_SCRIPT = re.compile(r"script(_[1-9])?([:_]en)?")
_SIGNATURE = {
    "signature",
    "signature:document",
    "signature:meaning",
    "signature:meaning_en",
}

#: tag -> (extension, attribute) that must be filled in.
_NEEDS: dict[str, tuple[tuple[str, str], ...]] = {
    "serviceTask": (("taskDefinition", "type"),),
    "sendTask": (("taskDefinition", "type"),),
    "scriptTask": (("script", "expression"), ("script", "resultVariable")),
    "businessRuleTask": (("calledDecision", "decisionId"), ("calledDecision", "resultVariable")),
    "callActivity": (("calledElement", "processId"),),
}
#: (extension, attribute) that names something deployed, and whether an expression may do so.
_KEYS = (
    ("formDefinition", "formId", False),
    ("calledDecision", "decisionId", True),
    ("calledElement", "processId", True),
)


def check(subject: Subject) -> None:
    """Report what tasks lack or have too much."""
    for place, node in subject.elements():
        _needs(subject, node)
        _keys(subject, node)
        _job(subject, node)
        _properties(subject, node)
        _mappings(subject, place, node)
        _loop(subject, node)
        if node.kind == "userTask":
            _user_task(subject, node)


def _title(node: Element) -> str:
    return node.name or node.id


def _needs(subject: Subject, node: Element) -> None:
    for extension, attribute in _NEEDS.get(node.kind, ()):
        if not (node.extension(extension, attribute) or "").strip():
            subject.at(MISSING, node, name=_title(node), what=f"zeebe:{extension} {attribute}")
    if "formDefinition" in node.extensions and not node.extension("formDefinition", "formId"):
        subject.at(MISSING, node, name=_title(node), what="zeebe:formDefinition formId")
    if (
        "taskDefinition" in node.extensions
        and node.kind.endswith("Event")
        and not node.extension("taskDefinition", "type")
    ):
        subject.at(MISSING, node, name=_title(node), what="zeebe:taskDefinition type")


def _keys(subject: Subject, node: Element) -> None:
    for extension, attribute, feel in _KEYS:
        value = node.extension(extension, attribute)
        if value and not (feel and is_feel(value)) and KEY.fullmatch(value) is None:
            subject.at(BAD_KEY, node, name=_title(node), attribute=attribute, value=value)


def _user_task(subject: Subject, node: Element) -> None:
    if "userTask" not in node.extensions:
        subject.at(NATIVE, node, name=_title(node))
    if node.lane is None and not any(node.assigned.values()):
        subject.at(NOBODY, node, name=_title(node))
    if "formDefinition" not in node.extensions:
        subject.at(NO_FORM, node, name=_title(node))
    priority = node.extension("priorityDefinition", "priority")
    if priority and not is_feel(priority) and not _is_whole(priority, 0, 100):
        subject.at(PRIORITY, node, name=_title(node), value=priority)


def _is_whole(text: str, low: int, high: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 5 and low <= int(text) <= high


def _job(subject: Subject, node: Element) -> None:
    retries = node.extension("taskDefinition", "retries")
    if retries is not None and not _is_whole(retries, 1, MAX_RETRIES):
        subject.at(RETRIES, node, name=_title(node), value=retries)
    seen: set[str] = set()
    for group in node.extensions.get("taskHeaders", ()):
        for header in listed(group, "header"):
            key = str(header.get("key", ""))
            if not key or key in seen:
                subject.at(HEADER, node, name=_title(node), key=key)
            seen.add(key)


def _properties(subject: Subject, node: Element) -> None:
    seen: set[str] = set()
    for group in node.extensions.get("properties", ()):
        for item in listed(group, "property"):
            key = str(item.get("name", ""))
            if not key or key in seen:
                subject.at(PROPERTY, node, name=_title(node), key=key)
            seen.add(key)
    _scripts(subject, node)
    _signature(subject, node)


def _scripts(subject: Subject, node: Element) -> None:
    for key, value in node.properties.items():
        if _SCRIPT.fullmatch(key):
            try:
                template(value)
            except FeelError as error:
                why, why_en = (said.replace("{", "").replace("}", "") for said in (error.zh, error.en))
                subject.at(TEMPLATE, node, name=_title(node), key=key, why=why, why_en=why_en)


def _signature(subject: Subject, node: Element) -> None:
    given = {k: v for k, v in node.properties.items() if k.startswith("signature")}
    if not given:
        return
    wrong = {key: value for key, value in given.items() if not _signature_value(key, value, node)}
    if "signature" not in given:
        wrong.setdefault("signature", "")
    if "signature:document" not in given:
        wrong.setdefault("signature:document", "")
    for key, value in wrong.items():
        subject.at(SIGNATURE, node, name=_title(node), key=key, value=value)


def _signature_value(key: str, value: str, node: Element) -> bool:
    if node.kind != "userTask" or key not in _SIGNATURE or not value.strip():
        return False
    if key == "signature:document":
        return _NAME.fullmatch(value) is not None
    if key == "signature":
        return _MEANING.fullmatch(value) is not None
    return len(value) <= 500


def _mappings(subject: Subject, place: Place, node: Element) -> None:
    inputs, outputs = _mapped(place, node)
    if node.inputs and not inputs:
        subject.at(MAPPING_HERE, node, name=_title(node), what="输入映射", what_en="input")
    if node.outputs and not outputs:
        subject.at(MAPPING_HERE, node, name=_title(node), what="输出映射", what_en="output")


def _mapped(place: Place, node: Element) -> tuple[bool, bool]:
    """Whether inputs and outputs are executed on this element."""
    kind = node.event.kind if node.event else ""
    if "taskDefinition" in node.extensions or node.kind in TASKS - {"task", "manualTask", "receiveTask"}:
        return True, True
    if node.kind in {"callActivity", "subProcess"}:
        return True, True
    if node.kind in {"intermediateThrowEvent", "endEvent"}:
        return kind in {"message", "error", "escalation"}, False
    if node.kind == "startEvent":
        return False, place.event_subprocess
    return False, node.kind in {"receiveTask", "intermediateCatchEvent", "boundaryEvent"}


def _loop(subject: Subject, node: Element) -> None:
    if node.loop is None:
        return
    if node.kind.endswith(("Event", "Gateway")):
        subject.at(LOOP_HERE, node, name=_title(node))
    if not node.loop.collection.strip():
        subject.at(LOOP_COLLECTION, node, name=_title(node))
    if (node.loop.output_collection is None) != (not node.loop.output_element):
        subject.at(LOOP_OUTPUT, node, name=_title(node))
