"""Activities: user, service, script and decision tasks, sub-processes, called processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from typing_extensions import override

from engine import dmn
from engine.bpmn.expression import Present, Term, as_moment, as_names, as_text, feel_term, term
from engine.bpmn.instance import DEEPEST_CALL
from engine.bpmn.listening import EventStart, Listener, arm_boundaries, arm_event_subprocesses
from engine.bpmn.merge import changed
from engine.bpmn.moved import Decided, Failure, Job, OpenTask
from engine.bpmn.nodes import Node, instance_of
from engine.feel import FeelError

if TYPE_CHECKING:
    from engine.bpmn.model import Element
    from engine.bpmn.scope import Scope, ScopeSpec

_SIGNATURE = "signature"


class Activity(Node):
    """What all activities share: local variables from input mappings, boundary events, results."""

    @override
    def enter(self, task: Task) -> bool | None:
        local = self.locals_from(task)
        context = {**task.data, **local}
        done = self.begin(task, context, local)
        if local and done is None:
            task.internal_data["locals"] = local
        return done

    def begin(self, task: Task, context: dict[str, Any], local: dict[str, Any]) -> bool | None:
        """Start the work: True when it was done at once."""
        return True

    def wait(self, task: Task, context: dict[str, Any]) -> None:
        """The work goes on outside the step: boundary events listen until it is done."""
        arm_boundaries(task, context)
        instance_of(task).note(task, "entered")

    def result(self, task: Task, values: dict[str, Any]) -> None:
        """The work is done: take its values and go on."""
        self.give_back(task, values)
        self.end_waiting(task)

    def end_waiting(self, task: Task) -> None:
        """The token goes on; its boundary events stop listening."""
        instance_of(task).disarm(task)
        task.complete()


class User(Activity):
    """A task for a person."""

    def __init__(self, spec: ScopeSpec, element: Element) -> None:
        super().__init__(spec, element)
        self.assignee = term(element.extension("assignmentDefinition", "assignee"))
        self.groups = term(element.extension("assignmentDefinition", "candidateGroups"))
        self.users = term(element.extension("assignmentDefinition", "candidateUsers"))
        self.due = term(element.extension("taskSchedule", "dueDate"))
        self.follow_up = term(element.extension("taskSchedule", "followUpDate"))
        self.priority = term(element.extension("priorityDefinition", "priority"))

    def seen(self, task: Task) -> dict[str, Any]:
        """The variables that the person sees: the token's and the task's own."""
        return {**task.data, **task.internal_data.get("locals", {})}

    @override
    def begin(self, task: Task, context: dict[str, Any], local: dict[str, Any]) -> bool | None:
        opened = self.described(task, context)
        self.wait(task, context)
        instance_of(task).moved.opened.append(opened)
        return None

    def described(self, task: Task, context: dict[str, Any], *, literally: bool = False) -> OpenTask:
        """The open task as people see it, its properties evaluated over `context`.

        Literally: without what FEEL says, of variables that may be others by now. Raises Failure for wrong values.
        """
        element, scope = self.element, task.workflow
        instance = instance_of(task)

        def value(found: Term | None) -> Any:
            return None if literally and found and found.code else _value(found, context, instance)

        people = [as_names(value(each)) for each in (self.assignee, self.groups, self.users)]
        groups = people[1] or (() if people[0] or people[2] or not element.lane else (element.lane,))
        properties = dict(element.properties)
        signature = {
            k.removeprefix("signature:"): v for k, v in properties.items() if k.startswith(_SIGNATURE)
        }
        return OpenTask(
            task=task.id,
            element=element.id,
            name=element.name,
            definition_id=scope.spec.executable.definition_id,
            form=element.extension("formDefinition", "formId"),
            form_binding=element.extension("formDefinition", "bindingType") or "latest",
            assignee=people[0][0] if people[0] else None,
            candidate_groups=groups,
            candidate_users=people[2],
            due=as_moment(value(self.due), instance.now),
            follow_up=as_moment(value(self.follow_up), instance.now),
            priority=_priority(value(self.priority)),
            signature=signature if _SIGNATURE in properties else None,
            properties=properties,
            lane=element.lane,
            loop=scope.round,
            data=context,
            found=any(t is not None and t.code is not None for t in (self.groups, self.users)),
        )

    @override
    def withdraw(self, task: Task) -> None:
        instance_of(task).close_task(task.id, "cancelled")

    @override
    def result(self, task: Task, values: dict[str, Any]) -> None:
        instance_of(task).close_task(task.id, "completed")
        super().result(task, values)


def _value(found: Term | None, context: Mapping[str, Any], present: Present) -> Any:
    return None if found is None else found.value(context, present)


def _priority(value: Any) -> int:
    try:
        return min(100, max(0, int(value))) if value is not None else 50
    except (TypeError, ValueError) as error:
        zh = f"优先级“{value}”不是 0 到 100 的整数。"
        raise Failure("priority", zh, f'The priority "{value}" is no whole number from 0 to 100.') from error


class Service(Activity):
    """A job for a service; the token waits for its result."""

    def __init__(self, spec: ScopeSpec, element: Element) -> None:
        super().__init__(spec, element)
        self.type = term(element.extension("taskDefinition", "type"))
        self.retries = int(element.extension("taskDefinition", "retries") or 3)
        headers = element.extensions.get("taskHeaders", [{}])[0].get("header", [])
        self.headers = (
            {str(h["key"]): str(h.get("value", "")) for h in headers} if isinstance(headers, list) else {}
        )

    @override
    def begin(self, task: Task, context: dict[str, Any], local: dict[str, Any]) -> bool | None:
        instance = instance_of(task)
        kind = as_text(_value(self.type, context, instance))
        self.wait(task, context)
        instance.moved.jobs.append(self._job(task, kind, context, local))
        return None

    def _job(self, task: Task, kind: str, context: dict[str, Any], local: dict[str, Any]) -> Job:
        # With input mappings a job is given just these; without, all that the task sees.
        given = local if self.inputs_map else context
        return Job(task.id, "service", kind, None, self.retries, self.headers, given, self.name)

    def left_behind(self, task: Task) -> Job:
        """The job that a waiting task left behind; its type is "" where FEEL said it."""
        local = task.internal_data.get("locals", {})
        kind = self.type.text if self.type is not None and self.type.code is None else ""
        return self._job(task, kind, {**task.data, **local}, local)

    @override
    def withdraw(self, task: Task) -> None:
        instance_of(task).drop_job(task.id)


class Script(Activity):
    """A FEEL expression whose value becomes a variable."""

    def __init__(self, spec: ScopeSpec, element: Element) -> None:
        super().__init__(spec, element)
        self.expression = feel_term(element.extension("script", "expression") or "null")
        self.variable = element.extension("script", "resultVariable") or ""

    @override
    def begin(self, task: Task, context: dict[str, Any], local: dict[str, Any]) -> bool | None:
        task.internal_data["locals"] = local
        self.give_back(task, {self.variable: self.expression.value(context, instance_of(task))})
        return True


class Decision(Activity):
    """A decision table, evaluated in the step."""

    def __init__(self, spec: ScopeSpec, element: Element) -> None:
        super().__init__(spec, element)
        self.decision = term(element.extension("calledDecision", "decisionId"))
        self.binding = element.extension("calledDecision", "bindingType") or "latest"
        self.variable = element.extension("calledDecision", "resultVariable") or ""

    @override
    def begin(self, task: Task, context: dict[str, Any], local: dict[str, Any]) -> bool | None:
        instance = instance_of(task)
        key = as_text(_value(self.decision, context, instance))
        decisions = instance.library.decision(key, self.binding, instance.release)
        try:
            outcome = decisions.trace(key, context, clock=lambda: instance.now, calendar=instance.calendar)
        except (dmn.DmnError, FeelError) as error:
            said = error.message
            raise Failure(
                "decision", f"决策表“{key}”：{said.zh}", f'Decision table "{key}": {said.en}'
            ) from error
        instance.decided(Decided(self.name, key, tuple(str(r) for r in outcome.rules), outcome.value))
        task.internal_data["locals"] = local
        self.give_back(task, {self.variable: outcome.value})
        return True


class Receive(Listener, Activity):
    """A task that waits for a message; unlike an event it can have boundary events."""

    @override
    def enter(self, task: Task) -> bool | None:
        if "fired" in task.internal_data:
            return True
        self.listen(task, task.data)
        self.wait(task, task.data)
        return None

    @override
    def happen(self, task: Task, values: dict[str, Any]) -> None:
        instance_of(task).disarm(task)
        Listener.happen(self, task, values)


class SubProcess(Activity):
    """An embedded sub-process, or the body of an event sub-process."""

    def __init__(self, spec: ScopeSpec, element: Element, inner: ScopeSpec) -> None:
        super().__init__(spec, element)
        self.inner = inner
        starts = [
            n for n in inner.task_specs.values() if isinstance(n, Node) and n.element.kind == "startEvent"
        ]
        self.start: Any = starts[0] if starts else None

    @override
    def begin(self, task: Task, context: dict[str, Any], local: dict[str, Any]) -> bool | None:
        self.wait(task, context)
        instance = instance_of(task)
        scope = instance.open_scope(self.inner, task, context)
        scope.local_names = frozenset(local)
        arm_event_subprocesses(scope)
        start = instance.spawn(scope, self.start, context, fired=1)
        if "event" in task.internal_data:
            self.start.give_back(start, task.internal_data["event"])
            del task.internal_data["event"]
        return None

    @override
    def inner_done(self, task: Task, scope: Scope) -> None:
        data = scope.result()
        values = scope.made(data)
        instance = instance_of(task)
        instance.close_inner(task)
        if self.outputs_map:
            values = data
        self.result(task, values)


class Call(Activity):
    """Another process, run inside this instance with variables of its own."""

    def __init__(self, spec: ScopeSpec, element: Element) -> None:
        super().__init__(spec, element)
        self.called = term(element.extension("calledElement", "processId"))
        self.binding = element.extension("calledElement", "bindingType") or "latest"
        self.give_all = element.extension("calledElement", "propagateAllParentVariables") != "false"
        self.take_all = element.extension("calledElement", "propagateAllChildVariables") != "false"

    @override
    def begin(self, task: Task, context: dict[str, Any], local: dict[str, Any]) -> bool | None:
        instance, outer = instance_of(task), task.workflow
        if outer.path.count("/") >= DEEPEST_CALL:
            zh = f"流程互相调用超过 {DEEPEST_CALL} 层。"
            raise Failure(
                "call_depth", zh, f"Processes call each other more than {DEEPEST_CALL} levels deep."
            )
        key = as_text(_value(self.called, context, instance))
        executable = instance.library.process(key, self.binding, instance.release)
        start = executable.none_start()
        if start is None:
            zh = f"流程“{key}”没有空白开始事件，不能被调用。"
            raise Failure(
                "no_start", zh, f'The process "{key}" has no none start event: it cannot be called.'
            )
        self.wait(task, context)
        scope = instance.open_scope(executable.spec, task, context if self.give_all else dict(local))
        scope.path = f"{outer.path}/{self.name}#{task.id}".lstrip("/")
        arm_event_subprocesses(scope)
        instance.spawn(scope, start, scope.base, fired=1)
        return None

    @override
    def inner_done(self, task: Task, scope: Scope) -> None:
        data = scope.result()
        instance_of(task).close_inner(task)
        if self.outputs_map:
            self.result(task, data)
        else:
            self.result(task, changed(scope.base, data) if self.take_all else {})


__all__ = ["Activity", "Call", "Decision", "EventStart", "Receive", "Script", "Service", "SubProcess", "User"]
