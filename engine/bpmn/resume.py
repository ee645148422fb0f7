"""One load for a whole step: see what a task is about, check the answers against it, then move on."""

from __future__ import annotations

from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import moved as m
from engine.bpmn import runtime
from engine.bpmn.activities import User
from engine.bpmn.instance import Library, Settings
from engine.bpmn.state import load
from engine.errors import Refused


class Running:
    """An instance taken up from its state. It can be moved once; whoever wants more begins with the new state."""

    def __init__(
        self, library: Library, state: bytes, *, instance_id: int, release: int, now: datetime
    ) -> None:
        self._instance = load(state, Settings(library, now, instance_id, release))

    def task(self, number: int) -> m.OpenTask:
        """The open user task with today's data. Raises Stale when it is not open."""
        task = self._instance.find(number)
        if task is None or not isinstance(task.task_spec, User) or not task.has_state(TaskState.STARTED):
            raise m.Stale
        opened: m.OpenTask = task.task_spec.described(
            task, {**task.data, **task.internal_data.get("locals", {})}
        )
        return opened

    def advance(self, trigger: m.Trigger) -> m.Moved:
        """Move on by one trigger, as `runtime.advance` does, with the same errors."""
        if self._instance.status != "running":
            raise m.Stale
        try:
            runtime._apply(self._instance, trigger)
        except m.Failure as failure:
            raise Refused(failure.message, code=failure.code) from failure
        return runtime._finish(self._instance)
