"""Move an instance: a function of its state and a trigger, that knows neither database nor clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import moved as m
from engine.bpmn.activities import User
from engine.bpmn.executable import Executable, build
from engine.bpmn.expression import Term
from engine.bpmn.instance import Instance, Library, Settings
from engine.bpmn.listening import Listener, arm_event_subprocesses
from engine.bpmn.looking import look
from engine.bpmn.state import dump, load
from engine.bpmn.throwing import throw
from engine.errors import Refused


def start(
    library: Library,
    executable: Executable,
    *,
    variables: Mapping[str, Any],
    instance_id: int,
    release: int,
    now: datetime,
    start_event: str | None = None,
) -> m.Moved:
    """Begin an instance at its none start event, or at `start_event` (a message's, timer's or signal's).

    Raises Refused when what an event sub-process waits for has no time or key: nothing of the instance could be seen.
    """
    instance = Instance(Settings(library, now, instance_id, release))
    scope = instance.open_scope(executable.spec, None, dict(variables))
    node = executable.node(start_event) if start_event else executable.none_start()
    assert node is not None, "commands let nobody start a process that has no start event for it"
    try:
        arm_event_subprocesses(scope)
    except m.Failure as failure:
        raise Refused(failure.message, code=failure.code) from failure
    instance.spawn(scope, node, scope.base, fired=1)
    return _finish(instance)


def advance(
    library: Library, state: bytes, trigger: m.Trigger, *, instance_id: int, release: int, now: datetime
) -> m.Moved:
    """Move an instance on by one trigger, until everything waits again.

    Raises Stale when the trigger's task is no longer open, Exceeded beyond the limits of a step, and Refused when the
    trigger's own element cannot take the values; in each case nothing has happened.
    """
    return Running(library, state, instance_id=instance_id, release=release, now=now).advance(trigger)


class Running:
    """An instance taken up from its state: one load to see what a task is about and then to move on.

    It can be moved once; whoever wants more begins with the new state.
    """

    def __init__(
        self, library: Library, state: bytes, *, instance_id: int, release: int, now: datetime
    ) -> None:
        self._instance = load(state, Settings(library, now, instance_id, release))

    def seen(self, number: int) -> dict[str, Any]:
        """The variables that an open user task sees. Raises Stale when it is not open."""
        task = _open(self._instance, number)
        if not isinstance(task.task_spec, User):
            raise m.Stale
        return task.task_spec.seen(task)

    def advance(self, trigger: m.Trigger) -> m.Moved:
        """Move on by one trigger, as the function `advance` does, with the same errors."""
        if self._instance.status != "running":
            raise m.Stale
        try:
            _apply(self._instance, trigger)
        except m.Failure as failure:
            raise Refused(failure.message, code=failure.code) from failure
        return _finish(self._instance)


def _apply(instance: Instance, trigger: m.Trigger) -> None:
    match trigger:
        case m.Complete(number, values) | m.JobDone(number, values):
            task = _open(instance, number)
            task.task_spec.result(task, values)
        case m.JobFailed(number, code, message, values):
            _raise_error(_open(instance, number), code, message, values)
        case m.JobGaveUp(number, message):
            instance.fail(_open(instance, number), m.Failure("job", message.zh, message.en))
        case m.Fire(number):
            _happen(instance, number, {})
        case m.Deliver(number, values):
            _happen(instance, number, values)
        case m.Retry(number, values):
            _retry(instance, number, values)
        case m.SetVariables(values, number):
            _set_variables(instance, values, number)
        case m.Cancel():
            assert instance.root is not None
            instance.root.base = instance.root.snapshot()
            instance.finish("cancelled")


def _open(instance: Instance, number: int) -> Task:
    task = instance.find(number)
    if task is None or not task.has_state(TaskState.STARTED):
        raise m.Stale
    return task


def _happen(instance: Instance, number: int, values: dict[str, Any]) -> None:
    task = _open(instance, number)
    if not isinstance(task.task_spec, Listener):
        raise m.Stale
    task.task_spec.happen(task, values)


def _raise_error(task: Task, code: str, message: str, values: dict[str, Any]) -> None:
    if not throw(task, "error", code, {**values, "errorCode": code, "errorMessage": message}):
        zh = f"服务报告错误“{code}”：{message}。没有边界事件捕获它。"
        en = f'The service reported the error "{code}": {message}. No boundary event catches it.'
        task.workflow.instance.fail(task, m.Failure("unhandled_error", zh, en))


#: What a token keeps when its element is run again.
_KEPT = ("fork", "flow", "from", "apart", "race", "fired", "event", "joined")


def _retry(instance: Instance, number: int, values: dict[str, Any]) -> None:
    """Run an element in incident again; `values` are set on it and on the tokens that wait at the same join."""
    task = instance.find(number)
    if task is None or not task.has_state(TaskState.ERROR):
        raise m.Stale
    for token in task.workflow.at(task.task_spec.name):
        instance.change(token, values)
    instance.resolve(task)
    finished = [instance.scopes[n] for n in task.internal_data.get("scopes", ()) if n in instance.scopes]
    if finished and not any(True for scope in finished for _ in scope.tokens()):
        for scope in finished:
            scope.ended = [replace(b, data={**b.data, **values}) for b in scope.ended]
            instance.closing.append(scope)
        task._set_state(TaskState.STARTED)
        return
    notes = {k: v for k, v in task.internal_data.items() if k in _KEPT}
    data, node, scope = task.data, task.task_spec, task.workflow
    instance.spawn(scope, node, data, **notes)
    task._set_state(TaskState.STARTED)
    instance.cancel(task)


def _set_variables(instance: Instance, values: dict[str, Any], number: int | None) -> None:
    if number is not None:
        instance.change(_open(instance, number), values)
        return
    assert instance.root is not None
    instance.root.assign(values)


def _finish(instance: Instance) -> m.Moved:
    """Run to the next wait, and say everything that changed."""
    instance.run()
    moved = instance.moved
    assert instance.root is not None
    moved.variables = instance.root.variables()
    moved.status = instance.status  # type: ignore[assignment]
    executable = instance.root.spec.executable
    moved.subject = _subject(instance, executable.subject, moved.variables)
    moved.subject_en = _subject(instance, executable.subject_en, moved.variables)
    moved.state = dump(instance)
    return moved


def _subject(instance: Instance, subject: Term | None, variables: dict[str, Any]) -> str:
    if subject is None:
        return ""
    try:
        value = subject.value(variables, instance)
    except m.Failure:
        return ""
    return value if isinstance(value, str) else ""


__all__ = ["Executable", "Running", "advance", "build", "look", "start"]
