"""Build what runs from what was read: a definition's nodes, once per version."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from engine.bpmn.activities import Activity, Call, Decision, Receive, Script, Service, SubProcess, User
from engine.bpmn.events import EventBased, Start, Throw
from engine.bpmn.expression import Term, term
from engine.bpmn.listening import Boundary, EventStart, Listener
from engine.bpmn.model import Definitions, Element, Process, Scope
from engine.bpmn.multi import Multi
from engine.bpmn.nodes import Exclusive, Inclusive, Node, Parallel
from engine.bpmn.scope import ScopeSpec

_PLAIN: dict[str, type[Node]] = {
    "startEvent": Start,
    "task": Activity,
    "manualTask": Activity,
    "userTask": User,
    "serviceTask": Service,
    "sendTask": Service,
    "receiveTask": Receive,
    "scriptTask": Script,
    "businessRuleTask": Decision,
    "callActivity": Call,
    "exclusiveGateway": Exclusive,
    "parallelGateway": Parallel,
    "inclusiveGateway": Inclusive,
    "eventBasedGateway": EventBased,
    "intermediateCatchEvent": Listener,
    "intermediateThrowEvent": Throw,
    "endEvent": Throw,
    "boundaryEvent": Boundary,
}


@dataclass(slots=True)
class Executable:
    """A definition that can run.

    `scopes` holds every scope's nodes by key: the process id, a sub-process's id, and "id#each" for the rounds of a
    multi-instance.
    """

    definition_id: int
    process: Process
    scopes: dict[str, ScopeSpec] = field(default_factory=dict)
    subject: Term | None = None
    subject_en: Term | None = None

    @property
    def spec(self) -> ScopeSpec:
        """The nodes of the process itself."""
        return self.scopes[self.process.id]

    def none_start(self) -> Node | None:
        """The start event by which a person or another process starts this one; None without one."""
        start = self.process.none_start
        return self.node(start.id) if start is not None else None

    def node(self, element_id: str) -> Node:
        """The node of an element of the process itself."""
        found: Node = self.spec.task_specs[element_id]
        return found


def build(definitions: Definitions, process_id: str, definition_id: int) -> Executable:
    """The executable process of a file that passed the lint. Raises KeyError when it is not in the file."""
    process = next((p for p in definitions.processes if p.id == process_id), None)
    if process is None:
        raise KeyError(process_id)
    subjects = (term(process.properties.get(name)) for name in ("subject", "subject:en"))
    executable = Executable(definition_id, process, {}, *subjects)
    _scope(executable, process.id, process.content)
    return executable


def _scope(executable: Executable, key: str, content: Scope, *, event_subprocess: bool = False) -> ScopeSpec:
    spec = ScopeSpec(key, content, executable)
    executable.scopes[key] = spec
    for element in content.elements.values():
        _node(executable, spec, element, event_subprocess)
    return spec


def _node(executable: Executable, spec: ScopeSpec, element: Element, event_subprocess: bool) -> Any:
    if element.loop is not None:
        each = _each(executable, element)
        return Multi(spec, element, each)
    if element.inner is not None:
        inner = _scope(executable, element.id, element.inner, event_subprocess=element.event_subprocess)
        return SubProcess(spec, element, inner)
    if element.kind == "startEvent" and event_subprocess:
        return EventStart(spec, element)
    if element.kind in ("intermediateThrowEvent", "endEvent") and element.is_job:
        return Service(spec, element)
    return _PLAIN[element.kind](spec, element)


def _each(executable: Executable, element: Element) -> ScopeSpec:
    """One round: the activity alone, its boundary events staying with the whole."""
    single = replace(element, loop=None, incoming=(), outgoing=())
    return _scope(executable, f"{element.id}#each", Scope(f"{element.id}#each", {element.id: single}, {}))
