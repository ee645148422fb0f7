"""What a token waits for from outside: timers, messages, signals; and what happens when it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from typing_extensions import override

from engine.bpmn import timer
from engine.bpmn.expression import Term, as_moment, as_text, feel_term, term
from engine.bpmn.moved import Failure, Job, Subscription
from engine.bpmn.nodes import Node, instance_of
from engine.bpmn.scope import Scope, Token

if TYPE_CHECKING:
    from engine.bpmn.instance import Instance
    from engine.bpmn.model import Element
    from engine.bpmn.scope import ScopeSpec

#: Events that come from outside; errors and escalations are looked up when they are thrown.
FROM_OUTSIDE = frozenset({"timer", "message", "signal"})


class Listener(Node):
    """A node whose token waits for its event: catch, boundary and start events of event sub-processes, receive tasks."""

    def __init__(self, spec: ScopeSpec, element: Element) -> None:
        super().__init__(spec, element)
        event = element.event
        self.what = event.kind if event else "none"
        self.expression = term(event.expression) if event and event.expression else None
        self.message = term(event.name) if event and event.name else None
        self.key: Term | None = feel_term(event.key) if event and event.key else None

    @override
    def enter(self, task: Task) -> bool | None:
        if "fired" in task.internal_data or self.what not in FROM_OUTSIDE:
            return True
        self.listen(task, task.data)
        instance_of(task).note(task, "entered")
        return None

    def listen(self, task: Task, context: dict[str, Any]) -> None:
        """Ask for the event. Raises Failure when the diagram does not say for what exactly."""
        instance = instance_of(task)
        if self.what == "timer":
            self._set_timer(task, context, instance)
        else:
            instance.moved.subscriptions.append(self.subscribed(task, context))
        task.internal_data["armed"] = self.what

    def subscribed(self, task: Task, context: dict[str, Any]) -> Subscription:
        """The message or signal that is waited for. Raises Failure when the diagram does not say which exactly."""
        instance = instance_of(task)
        key = self._key(context, instance) if self.what == "message" else ""
        name = self.message.value(context, instance) if self.message else ""
        return Subscription(task.id, as_text(name), key, signal=self.what == "signal")

    def _set_timer(self, task: Task, context: dict[str, Any], instance: Instance) -> None:
        assert self.expression is not None
        assert self.element.event is not None
        value = self.expression.value(context, instance)
        if self.element.event.timer == "cycle":
            self._want(task, self._round(value, instance, None))
            task.internal_data["cycle"] = value
        else:
            moment = as_moment(value, instance.now)
            self._want(task, timer.Due(moment) if moment else None)

    def _round(self, value: Any, instance: Instance, previous: timer.Due | None) -> timer.Due | None:
        try:
            return timer.due(
                "cycle",
                as_text(value),
                instance.now,
                previous,
                business_day=instance.calendar.is_business_day,
            )
        except timer.TimerError as error:
            raise Failure("timer", error.message.zh, error.message.en) from error

    def _want(self, task: Task, due: timer.Due | None) -> None:
        if due is None:
            raise Failure(
                "timer", f"定时器“{self.name}”没有得出时间。", f'The timer "{self.name}" gives no time.'
            )
        task.internal_data["due"] = [due.at, due.remaining, due.first]
        instance_of(task).moved.jobs.append(self.left_behind(task))

    def left_behind(self, task: Task) -> Job:
        """The job of a timer that is set."""
        return Job(task.id, "timer", "timer", task.internal_data["due"][0], 0, {}, {}, self.name)

    def _key(self, context: dict[str, Any], instance: Instance) -> str:
        key = as_text(self.key.value(context, instance)) if self.key else ""
        if not key:
            # An empty text would be the key of every message that is thrown without one.
            raise Failure(
                "correlation",
                f"“{self.name}”等待的消息没有关联键的值。",
                f'There is no value for the correlation key of the message that "{self.name}" waits for.',
            )
        return key

    def again(self, task: Task) -> bool:
        """Set a cycle's next round; False when there is none."""
        if "cycle" not in task.internal_data:
            return False
        previous = timer.Due(*task.internal_data["due"])
        following = self._round(task.internal_data["cycle"], instance_of(task), previous)
        if following is None:
            return False
        self._want(task, following)
        return True

    @override
    def withdraw(self, task: Task) -> None:
        instance, armed = instance_of(task), task.internal_data.get("armed")
        if armed == "timer":
            instance.drop_job(task.id)
        elif armed:
            instance.drop_subscription(task.id)

    def happen(self, task: Task, values: dict[str, Any]) -> None:
        """The event that this token waits for has come."""
        race = task.internal_data.get("race")
        if race is not None:
            instance = instance_of(task)
            for other in [
                t for t in task.workflow.tokens() if t.internal_data.get("race") == race and t is not task
            ]:
                instance.cancel(other)
        self.give_back(task, values)
        if self.what != "timer":
            self.withdraw(task)
        task.complete()


class Boundary(Listener):
    """An event on the edge of an activity; errors and escalations reach it through `throwing`."""

    @override
    def happen(self, task: Task, values: dict[str, Any]) -> None:
        scope: Scope = task.workflow
        activity = scope.tasks[task.internal_data["listens"]]
        if self.element.interrupting:
            strike(activity, self, values)
        else:
            beside(activity, self, values)
            if self.what == "timer" and not self.again(task):
                scope.drop(task)


class EventStart(Listener):
    """The start event of an event sub-process; as a listener it belongs to the scope around the sub-process."""

    @override
    def happen(self, task: Task, values: dict[str, Any]) -> None:
        scope: Scope = task.workflow
        node = scope.spec.task_specs[task.internal_data["starts"]]
        again = not self.element.interrupting and self.what == "timer" and self.again(task)
        if not self.element.interrupting and self.what == "timer" and not again:
            scope.drop(task)
        start_event_subprocess(scope, node, self, values)


def arm_boundaries(task: Task, context: dict[str, Any]) -> None:
    """Let the boundary events of an activity listen from now on. Raises Failure when one of them cannot."""
    scope: Scope = task.workflow
    for element in scope.spec.boundaries.get(task.task_spec.name, ()):
        if element.event and element.event.kind in FROM_OUTSIDE:
            _listen_beside(scope, scope.spec.task_specs[element.id], context, listens=task.id)


def arm_event_subprocesses(scope: Scope) -> None:
    """Let the event sub-processes of a scope that begins listen for their start."""
    for element in scope.spec.event_subprocesses:
        node = scope.spec.task_specs[element.id]
        if node.start.what in FROM_OUTSIDE:
            _listen_beside(scope, node.start, scope.base, listens=0, starts=element.id)


def _listen_beside(scope: Scope, node: Listener, context: dict[str, Any], **notes: Any) -> None:
    token = Token(scope, node, TaskState.STARTED, scope.instance.next_number(), {}, notes)
    node.listen(token, context)


def strike(activity: Task, node: Node, values: dict[str, Any]) -> None:
    """An interrupting event: the activity ends here and its token goes on from the event.

    What an embedded sub-process did to the variables is done; it is not undone with what is left of it.
    """
    scope: Scope = activity.workflow
    instance = scope.instance
    notes = {k: v for k, v in activity.internal_data.items() if k in ("apart", "fork")}
    notes["from"] = activity.task_spec.name
    data = scope.seen_at(activity)
    instance.cancel(activity)
    token = instance.spawn(scope, node, data, fired=1, **notes)
    instance.note(token, "fired")
    node.give_back(token, values)


def beside(activity: Task, node: Node, values: dict[str, Any]) -> None:
    """A non-interrupting event: a second token starts from the event while the activity goes on."""
    scope: Scope = activity.workflow
    data = scope.seen_at(activity)
    fork = scope.split(activity, data)
    activity.internal_data["fork"] = fork
    notes = {"apart": activity.internal_data["apart"]} if "apart" in activity.internal_data else {}
    token = scope.instance.spawn(
        scope, node, data, fork=fork, fired=1, **notes, **{"from": activity.task_spec.name}
    )
    scope.instance.note(token, "fired")
    node.give_back(token, values)


def start_event_subprocess(scope: Scope, node: Any, start: Listener, values: dict[str, Any]) -> None:
    """Begin an event sub-process with the variables as they stand; an interrupting one ends all else in the scope."""
    instance, data = scope.instance, scope.snapshot()
    if start.element.interrupting:
        for task in scope.everything():
            instance.cancel(task)
        scope.ended.clear()
        scope.forks.clear()
        token = instance.spawn(scope, node, data, event=values)
    else:
        token = instance.spawn(scope, node, data, event=values, apart=data)
    instance.note(token, "fired")
