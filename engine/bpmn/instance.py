"""An instance during one step: its scopes, the tokens that are ready, and what the step has brought about so far."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.merge import same
from engine.bpmn.moved import ClosedTask, Decided, Exceeded, Failure, Incident, Move, Moved
from engine.bpmn.scope import Scope, Token
from engine.errors import Message

if TYPE_CHECKING:
    from engine import dmn
    from engine.bpmn.executable import Executable
    from engine.bpmn.nodes import Node
    from engine.bpmn.scope import ScopeSpec
    from engine.feel.limits import BusinessCalendar

#: At most so many elements run in one step, and for so many seconds of computing (a busy machine is no loop): more is
#: an endless loop.
MOST_ELEMENTS = 1000
MOST_SECONDS = 2.0
#: How deep processes may call each other.
DEEPEST_CALL = 20


class Library(Protocol):
    """Where a step finds what the diagram refers to; it caches what was parsed."""

    def process(self, process_id: str, binding: str, release: int) -> Executable:
        """The process to call: the newest version, or with binding "deployment" the newest of the release."""

    def decision(self, decision_id: str, binding: str, release: int) -> dmn.Decisions:
        """The decision tables that hold this decision."""

    def executable(self, definition_id: int) -> Executable:
        """The definition of this row, for an instance that already runs it."""

    @property
    def calendar(self) -> BusinessCalendar:
        """The working days as they stand in this step."""


@dataclass(slots=True)
class Settings:
    """What is the same for the whole step."""

    library: Library
    now: datetime
    instance_id: int
    release: int


class Instance:
    """The running instance; `runtime` makes one for each step and throws it away."""

    def __init__(self, settings: Settings, *, numbers: int = 0) -> None:
        self.library, self.now = settings.library, settings.now
        self.calendar = settings.library.calendar
        self.instance_id, self.release = settings.instance_id, settings.release
        self.numbers = numbers
        self.scopes: dict[int, Scope] = {}
        self.root: Scope | None = None
        self.status: str = "running"
        self.queue: deque[Task] = deque()
        self.closing: deque[Scope] = deque()
        self.moved = Moved(state=b"", status="running", variables={})
        self.executed = 0
        self.began = time.thread_time()

    def next_number(self) -> int:
        """A number no token, fork or scope of this instance ever had."""
        self.numbers += 1
        return self.numbers

    # --- scopes and tokens ---

    def open_scope(self, spec: ScopeSpec, owner: Task | None, base: dict[str, Any]) -> Scope:
        """Begin a scope under `owner` (None: the instance's own process)."""
        scope = Scope(spec, self, self.next_number(), owner, base)
        self.scopes[scope.number] = scope
        if owner is None:
            self.root = scope
        else:
            scope.path = owner.workflow.path
            owner.internal_data.setdefault("scopes", []).append(scope.number)
        return scope

    def spawn(self, scope: Scope, node: Node, data: dict[str, Any], *, fork: int = 0, **notes: Any) -> Task:
        """A new token at `node`, ready to run."""
        if fork:
            notes["fork"] = fork
        task = Token(scope, node, TaskState.READY, self.next_number(), data, notes)
        self.queue.append(task)
        return task

    def cancel(self, task: Task) -> None:
        """Take a token away with everything that hangs on it."""
        scope: Scope = task.workflow
        if task.id not in scope.tasks:
            return
        self.disarm(task)
        self.close_inner(task)
        self.resolve(task)
        task.task_spec.withdraw(task)
        if "listens" not in task.internal_data:
            self.note(task, "cancelled")
        task.cancel()
        scope.drop(task)

    def resolve(self, task: Task) -> None:
        """A token is no longer in incident."""
        if task.has_state(TaskState.ERROR):
            moved = self.moved
            if not _without(moved.incidents, task.id):
                moved.resolved.append(task.id)

    def close_task(self, number: int, outcome: Literal["completed", "cancelled"]) -> None:
        """A user task is no longer open; one that was opened in this very step was never there for anybody."""
        if not _without(self.moved.opened, number):
            self.moved.closed.append(ClosedTask(number, outcome))

    def drop_job(self, number: int) -> None:
        """A token no longer waits for a job or timer."""
        if not _without(self.moved.jobs, number):
            self.moved.dropped_jobs.append(number)

    def drop_subscription(self, number: int) -> None:
        """A token no longer waits for a message or signal."""
        if not _without(self.moved.subscriptions, number):
            self.moved.dropped_subscriptions.append(number)

    def close_inner(self, task: Task) -> None:
        """Cancel the scopes inside an activity."""
        for number in task.internal_data.pop("scopes", ()):
            inner = self.scopes.pop(number, None)
            if inner is not None:
                for token in inner.everything():
                    self.cancel(token)

    def disarm(self, task: Task) -> None:
        """Stop the boundary events of an activity from listening."""
        for listener in [
            t for t in task.workflow.tasks.values() if t.internal_data.get("listens") == task.id
        ]:
            self.cancel(listener)

    def find(self, number: int) -> Task | None:
        """The live token with this number."""
        return next((s.tasks[number] for s in self.scopes.values() if number in s.tasks), None)

    # --- the loop ---

    def run(self) -> None:
        """Run everything that is ready until all tokens wait. Raises Exceeded beyond the limits of a step."""
        while True:
            if self.queue:
                task = self.queue.popleft()
                if task.id in task.workflow.tasks and task.has_state(TaskState.READY):
                    self._run(task)
            elif self.closing:
                self._close(self.closing.popleft())
            elif not self._settle():
                return

    def _run(self, task: Task) -> None:
        self.executed += 1
        if self.executed > MOST_ELEMENTS or time.thread_time() - self.began > MOST_SECONDS:
            raise Exceeded(
                Message(
                    zh=f"一步之内执行的元素超过 {MOST_ELEMENTS} 个或 {MOST_SECONDS:g} 秒：“{task.task_spec.name}”附近可能是死循环。",
                    en=f"One step ran more than {MOST_ELEMENTS} elements or {MOST_SECONDS:g} s: "
                    f'there may be an endless loop near "{task.task_spec.name}".',
                ),
                element=task.task_spec.name,
            )
        try:
            task.run()
        except Failure as failure:
            # What had begun to listen or to run inside it would go on without it.
            self.disarm(task)
            self.close_inner(task)
            self.fail(task, failure)

    def fail(self, task: Task, failure: Failure) -> None:
        """Leave a token in incident: the rest of the step stands."""
        task._set_state(TaskState.ERROR)
        self.note(task, "failed")
        self.moved.incidents.append(Incident(task.id, task.task_spec.name, failure.code, failure.message))

    def _close(self, scope: Scope) -> None:
        """A scope without tokens is done: its owner goes on."""
        if scope.number not in self.scopes or next(scope.tokens(), None) is not None:
            return
        if scope.owner is None:
            scope.base = scope.result()
            self.finish("completed")
            return
        try:
            scope.owner.task_spec.inner_done(scope.owner, scope)
        except Failure as failure:
            self.fail(scope.owner, failure)

    def finish(self, status: str) -> None:
        """End the instance: nothing of it is left waiting."""
        assert self.root is not None
        for task in self.root.everything():
            self.cancel(task)
        self.root.ended.clear()
        self.root.forks.clear()
        self.scopes = {self.root.number: self.root}
        self.queue.clear()
        self.closing.clear()
        self.status = status

    def _settle(self) -> bool:
        """Let inclusive joins go on that nothing more can reach; True when one did."""
        for scope in list(self.scopes.values()):
            for task in list(scope.tokens()):
                if task.has_state(TaskState.STARTED) and task.task_spec.settle(task):
                    return True
        return False

    # --- notes for history ---

    def note(self, task: Task, what: Any) -> None:
        """Write down what a token did."""
        self.moved.moves.append(Move(task.task_spec.name, what, task.id, task.workflow.path))

    def taken(self, scope: Scope, flow: str, task: Task) -> None:
        """Write down that a flow was taken."""
        self.moved.moves.append(Move(flow, "taken", task.id, scope.path))

    def change(self, task: Task, values: dict[str, Any]) -> None:
        """Set variables on a token's branch, and write down which were different before."""
        for name, value in values.items():
            old = task.data.get(name)
            if name not in task.data or not same(old, value):
                self.moved.changes[name] = (
                    self.moved.changes[name][0] if name in self.moved.changes else old,
                    value,
                )
        task.data = {**task.data, **values}

    def decided(self, decided: Decided) -> None:
        """Write down a decision."""
        self.moved.decided.append(decided)


def _without(noted: list[Any], number: int) -> bool:
    """Take what was noted for a token in this step out of the list; False when there was nothing."""
    kept = [n for n in noted if n.task != number]
    found = len(kept) < len(noted)
    noted[:] = kept
    return found
