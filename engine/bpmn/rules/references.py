"""What a diagram refers to exists: forms, decisions, called processes, services."""

from __future__ import annotations

from collections.abc import Collection, Container
from difflib import get_close_matches

from engine.bpmn.expression import as_names
from engine.bpmn.extensions import is_feel
from engine.bpmn.model import Element, Process
from engine.bpmn.rules.catalogue import Library, Rule, Subject, refuses, warns

NO_FORM_FILE = refuses(
    "unknown-form",
    "“{name}”的表单“{key}”不存在。",
    'The form "{key}" of "{name}" does not exist.',
    "一起上传该表单，或改正 formId（区分大小写）。",
    "Upload the form with the diagram, or correct the formId (upper and lower case matter).",
)
NO_DECISION = refuses(
    "unknown-decision",
    "“{name}”的决策“{key}”不存在。",
    'The decision "{key}" of "{name}" does not exist.',
    "一起上传该决策表，或改正 decisionId。",
    "Upload the decision table with the diagram, or correct the decisionId.",
)
NO_CALLED = refuses(
    "unknown-process",
    "“{name}”调用的流程“{key}”不存在。",
    'The process "{key}" that "{name}" calls does not exist.',
    "一起上传该流程，或改正 processId。",
    "Upload the process with the diagram, or correct the processId.",
)
NO_NONE_START = refuses(
    "called-process-start",
    "“{name}”调用的流程“{key}”没有空白开始事件，不能被调用。",
    'The process "{key}" that "{name}" calls has no none start event and cannot be called.',
    "给被调用的流程加一个空白开始事件，或改用消息开始它。",
    "Give the called process a none start event, or start it by a message.",
)
NO_SERVICE = refuses(
    "unknown-job-type",
    "“{name}”的作业类型“{key}”没有对应的服务。",
    'There is no service for the job type "{key}" of "{name}".',
    "改正作业类型，或安装提供它的服务。",
    "Correct the job type, or install the service that does it.",
)

NO_ROLE = warns(
    "unknown-role",
    "“{name}”归岗位“{key}”，但没有这个岗位，没有人能办。",
    '"{name}" is for the role "{key}", which does not exist: nobody could do it.',
    "改正泳道 id、candidateGroups 或 starters（区分大小写），例如 {roles}；新岗位先用 restock user role 建立。",
    "Correct the lane's id, candidateGroups or starters (upper and lower case matter), such as {roles}; "
    "a new role is made by restock user role.",
)


def check(subject: Subject) -> None:
    """Report references to what is not there; nothing without a library."""
    if subject.library is None:
        return
    _roles(subject, subject.library.roles)
    own = {process.id: process for process in subject.definitions.processes}
    for _, node in subject.elements():
        for rule, key, known in _references(node, subject.library):
            missing = bool(key) and not is_feel(key) and key not in known
            if missing and not (rule is NO_CALLED and key in own):
                subject.at(rule, node, name=node.name or node.id, key=key)
        key = node.extension("calledElement", "processId") or ""
        called = own.get(key) or subject.library.process(key)
        if called is not None and called.none_start is None:
            subject.at(NO_NONE_START, node, name=node.name or node.id, key=key)


def _roles(subject: Subject, known: Collection[str]) -> None:
    """Warn of tasks and starts that belong to no role there is; what is found by FEEL is not known here."""
    named: list[tuple[Element | Process, str]] = [
        (node, key) for _, node in subject.elements() if node.kind == "userTask" for key in _owners(node)
    ]
    for process in subject.definitions.processes:
        starters = as_names(process.properties.get("starters", ""))
        named += [(process, key) for key in starters if key not in ("*", "-")]
    for one, key in named:
        if known and key not in known:
            near = get_close_matches(key, sorted(known), 3, 0.4) or sorted(known)[:5]
            subject.at(NO_ROLE, one, name=one.name or one.id, key=key, roles=", ".join(near))


def _owners(task: Element) -> tuple[str, ...]:
    """The roles that a user task is for by the diagram alone."""
    said = task.assigned
    if any(map(is_feel, said.values())):
        return ()
    return as_names(said["candidateGroups"]) or ((task.lane,) if task.lane and not any(said.values()) else ())


def _references(node: Element, library: Library) -> list[tuple[Rule, str, Container[str]]]:
    return [
        (NO_FORM_FILE, node.extension("formDefinition", "formId") or "", library.forms),
        (NO_DECISION, node.extension("calledDecision", "decisionId") or "", library.decisions),
        (NO_CALLED, node.extension("calledElement", "processId") or "", library.processes),
        (
            NO_SERVICE,
            (node.extension("taskDefinition", "type") or "") if node.is_job else "",
            library.job_types,
        ),
    ]
