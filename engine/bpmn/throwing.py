"""Errors and escalations: from where they are thrown outwards to the nearest element that catches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task

from engine.bpmn.listening import beside, start_event_subprocess, strike

if TYPE_CHECKING:
    from engine.bpmn.model import Element
    from engine.bpmn.scope import Scope


def throw(
    task: Task, kind: str, code: str, values: dict[str, Any], made: dict[str, Any] | None = None
) -> bool:
    """Throw an error or escalation at a token; True when something caught it.

    `made`: what its branch did to the variables of its scope; it goes out as far as these variables do.

    At each level the activity's own boundary events come first, then the event sub-processes around it, then the
    activity that holds the scope; at one level the exact code before a catch-all. An event sub-process does not
    catch what it throws itself.
    """
    made = made or {}
    while True:
        scope: Scope = task.workflow
        boundary = _match(scope.spec.boundaries.get(task.task_spec.name, []), kind, code)
        if boundary is not None:
            node = scope.spec.task_specs[boundary.id]
            (strike if boundary.interrupting else beside)(task, node, {**made, **values})
            return True
        if not task.task_spec.element.event_subprocess:
            for start, element in _matching_subprocess(scope, kind, code):
                start_event_subprocess(scope, scope.spec.task_specs[element.id], start, {**made, **values})
                return True
        if scope.owner is None:
            return False
        made = {k: v for k, v in made.items() if k not in scope.local_names} if scope.embedded else {}
        task = scope.owner


def _match(elements: list[Element], kind: str, code: str) -> Element | None:
    """The element that catches this code, else the one that catches every code."""
    fitting = [e for e in elements if e.event and e.event.kind == kind and e.event.code in (code, "")]
    return next((e for e in fitting if e.event and e.event.code == code), fitting[0] if fitting else None)


def _matching_subprocess(scope: Scope, kind: str, code: str) -> list[tuple[Any, Element]]:
    """The event sub-process that catches this code, with its start event, at most one."""
    found = {}
    for element in scope.spec.event_subprocesses:
        node = scope.spec.task_specs[element.id]
        found[node.start.element.id] = (node.start, element)
    best = _match([start.element for start, _ in found.values()], kind, code)
    return [found[best.id]] if best is not None else []
