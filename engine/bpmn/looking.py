"""Look into a state without moving it: for the pages that show a task, and to prove that rows and state agree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.activities import Service, User
from engine.bpmn.instance import Library, Settings
from engine.bpmn.listening import Listener
from engine.bpmn.moved import Failure, Job, OpenTask, Subscription, Waiting
from engine.bpmn.state import dump, load

#: What a subscription waits for.
_AWAITED = ("message", "signal")

#: Nothing that is kept is computed from it.
_UNUSED = datetime(2026, 1, 1, tzinfo=UTC)


def look(library: Library, state: bytes, *, now: datetime | None = None) -> Waiting:
    """What the instance in `state` waits for. Due dates that count from now do so from `now`; rows hold the true ones."""
    instance = load(state, Settings(library, now or _UNUSED, 0, 0))
    tasks = [t for scope in instance.scopes.values() for t in scope.everything()]
    waiting = [t for t in tasks if t.has_state(TaskState.STARTED)]
    assert instance.root is not None
    return Waiting(
        status=instance.status,
        tasks=[_described(t, t.task_spec) for t in waiting if isinstance(t.task_spec, User)],
        jobs=[job for t in waiting if (job := _job(t))],
        subscriptions=[t.id for t in waiting if t.internal_data.get("armed") in _AWAITED],
        awaited=[found for t in waiting if (found := _awaited(t))],
        incidents=[t.id for t in tasks if t.has_state(TaskState.ERROR)],
        tokens=[(t.task_spec.name, t.workflow.path) for s in instance.scopes.values() for t in s.tokens()],
        variables=instance.root.variables(),
        state=dump(instance),
    )


def _described(task: Task, spec: User) -> OpenTask:
    """The open task; without what FEEL says where variables were set meanwhile that it cannot work with."""
    try:
        return spec.described(task, spec.seen(task))
    except Failure:
        return spec.described(task, spec.seen(task), literally=True)


def _awaited(task: Task) -> Subscription | None:
    """The message or signal a token waits for; None where it goes by the clock, or by values that were set since."""
    spec = task.task_spec
    if task.internal_data.get("armed") not in _AWAITED or not isinstance(spec, Listener):
        return None
    said = "".join(each.text for each in (spec.message, spec.key) if each is not None and each.code)
    if "now(" in said or "today(" in said:
        return None
    try:
        return spec.subscribed(task, _around(task))
    except Failure:
        return None


def _around(task: Task) -> dict[str, Any]:
    """The variables by which a listener was set: its own, those of the activity it sits on, or those of its scope."""
    scope, host = task.workflow, task.internal_data.get("listens")
    if host is None:
        return dict(task.data)
    if not host:
        return dict(scope.base)
    activity = scope.tasks[host]
    return {**activity.data, **activity.internal_data.get("locals", {})}


def _job(task: Task) -> Job | None:
    if isinstance(task.task_spec, Service):
        return task.task_spec.left_behind(task)
    timed = task.internal_data.get("armed") == "timer"
    return task.task_spec.left_behind(task) if timed and isinstance(task.task_spec, Listener) else None
