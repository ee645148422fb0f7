"""Events that a token reaches: starts, ends, throws, and the gateway that waits for the first of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.task import Task
from typing_extensions import override

from engine.bpmn.expression import as_text, feel_term, term
from engine.bpmn.moved import Failure, Thrown
from engine.bpmn.nodes import Node, instance_of
from engine.bpmn.throwing import throw

if TYPE_CHECKING:
    from engine.bpmn.model import Element
    from engine.bpmn.scope import Scope, ScopeSpec


class Start(Node):
    """A start event, or a node that only passes tokens on."""


class EventBased(Node):
    """Waits for the first of the events behind it."""

    @override
    def send(self, task: Task, flows: list[str]) -> None:
        scope: Scope = task.workflow
        race, fork = scope.instance.next_number(), task.internal_data.get("fork", 0)
        notes = {k: v for k, v in task.internal_data.items() if k == "apart"}
        scope.drop(task)
        for flow in flows:
            scope.instance.taken(scope, flow, task)
            node = scope.spec.task_specs[scope.spec.content.flows[flow].target]
            scope.instance.spawn(
                scope, node, task.data, fork=fork, race=race, flow=flow, **notes, **{"from": self.name}
            )


class Throw(Node):
    """An intermediate throw event or an end event."""

    def __init__(self, spec: ScopeSpec, element: Element) -> None:
        super().__init__(spec, element)
        event = element.event
        self.what = event.kind if event else "none"
        self.message = term(event.name) if event and event.name else None
        self.key = feel_term(event.key) if event and event.key else None

    @override
    def enter(self, task: Task) -> bool | None:
        if self.what == "message":
            self._send_message(task)
        elif self.what == "signal":
            self._broadcast(task)
        elif self.what == "escalation":
            return self._escalate(task)
        elif self.what == "error":
            return self._raise(task)
        elif self.what == "terminate":
            self._terminate(task)
        return True

    def _send_message(self, task: Task) -> None:
        instance, local = instance_of(task), self.locals_from(task)
        context = {**task.data, **local}
        name = as_text(self.message.value(context, instance)) if self.message else ""
        key = as_text(self.key.value(context, instance)) if self.key else ""
        instance.moved.messages.append(Thrown(name, key, local))

    def _broadcast(self, task: Task) -> None:
        instance = instance_of(task)
        name = as_text(self.message.value(task.data, instance)) if self.message else ""
        instance.moved.signals.append(name)

    def _escalate(self, task: Task) -> bool | None:
        assert self.element.event is not None
        throw(task, "escalation", self.element.event.code, self.locals_from(task))
        return True if task.id in task.workflow.tasks else None

    def _raise(self, task: Task) -> bool | None:
        assert self.element.event is not None
        code = self.element.event.code
        made = task.workflow.made(task.data)
        if not throw(task, "error", code, self.locals_from(task), made):
            raise unhandled(code, "")
        return None

    def _terminate(self, task: Task) -> None:
        scope: Scope = task.workflow
        data = scope.gathered(task)
        for other in [t for t in scope.everything() if t is not task]:
            scope.instance.cancel(other)
        scope.ended.clear()
        scope.forks.clear()
        task.data = data
        task.internal_data.pop("fork", None)
        scope.instance.moved.terminated = scope.owner is None


def unhandled(code: str, message: str) -> Failure:
    """A BPMN error that nothing catches."""
    return Failure(
        "unhandled_error",
        f"错误“{code}”没有被任何边界事件或事件子流程捕获。{message}",
        f'The error "{code}" is caught by no boundary event and no event sub-process. {message}'.strip(),
    )
