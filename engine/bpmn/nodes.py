"""Flow nodes that do no work of their own: events' ends, gateways, and what every node shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from typing_extensions import override

from engine.bpmn.expression import Term, feel_term
from engine.bpmn.graph import reach
from engine.bpmn.moved import Failure

if TYPE_CHECKING:
    from engine.bpmn.instance import Instance
    from engine.bpmn.model import Element
    from engine.bpmn.scope import Scope, ScopeSpec


class Node(BpmnTaskSpec):
    """One element as SpiffWorkflow's task specification.

    SpiffWorkflow predicts every path in advance; here nothing is predicted: a token knows where it is, and `leave`
    makes the tokens that follow. Nodes are shared between instances and hold no state.
    """

    def __init__(self, spec: ScopeSpec, element: Element) -> None:
        super().__init__(spec, element.id)
        self.element = element
        self.outputs_map = [(feel_or_text(m.source, m.is_feel), m.target) for m in element.outputs]
        self.inputs_map = [(feel_or_text(m.source, m.is_feel), m.target) for m in element.inputs]

    # --- what SpiffWorkflow calls ---

    def test(self) -> None:
        """Connections were checked by the lint."""

    def _predict(self, my_task: Task, *_: Any, **__: Any) -> None:
        """Nothing is predicted."""

    def _run(self, my_task: Task) -> bool | None:
        return self.enter(my_task)

    def _on_complete_hook(self, my_task: Task) -> None:
        instance_of(my_task).note(my_task, "completed")
        self.leave(my_task)

    # --- what kinds of nodes override ---

    def enter(self, task: Task) -> bool | None:
        """A token is here: True when it goes on at once, None when it waits. Raises Failure."""
        return True

    def leave(self, task: Task) -> None:
        """Send the token on along every outgoing flow."""
        self.send(task, list(self.element.outgoing))

    def settle(self, task: Task) -> bool:
        """A waiting token is asked whether it can go on now that nothing else moves; True when it did."""
        return False

    def withdraw(self, task: Task) -> None:
        """A waiting token is taken away: take back what it asked for."""

    def inner_done(self, task: Task, scope: Scope) -> None:
        """A scope inside this activity is done."""
        raise AssertionError(self.name)

    # --- shared steps ---

    def send(self, task: Task, flows: list[str]) -> None:
        """Move a completed token on: one token a flow, a fork when there are several, an end when there is none."""
        scope: Scope = task.workflow
        if not flows:
            self.finish_branch(task)
            return
        fork = task.internal_data.get("fork", 0)
        if len(flows) > 1:
            fork = scope.split(task, task.data)
        scope.drop(task)
        for flow in flows:
            self.follow(task, flow, fork)

    def follow(self, task: Task, flow_id: str, fork: int) -> None:
        """A token on the far side of a flow."""
        scope: Scope = task.workflow
        scope.instance.taken(scope, flow_id, task)
        notes = {"flow": flow_id, "from": self.name}
        if "apart" in task.internal_data:
            notes["apart"] = task.internal_data["apart"]
        node = scope.spec.task_specs[scope.spec.content.flows[flow_id].target]
        scope.instance.spawn(scope, node, task.data, fork=fork, **notes)

    def finish_branch(self, task: Task) -> None:
        """The token ends here; with the last one its scope is done."""
        scope: Scope = task.workflow
        scope.end(task)
        if next(scope.tokens(), None) is None:
            scope.instance.closing.append(scope)

    def locals_from(self, task: Task) -> dict[str, Any]:
        """The local variables that the element's input mappings make."""
        context, made = dict(task.data), dict[str, Any]()
        for source, target in self.inputs_map:
            made[target] = source.value(context, instance_of(task))
            context[target] = made[target]
        return made

    def give_back(self, task: Task, values: dict[str, Any]) -> None:
        """Apply results to the token's variables.

        Through the output mappings when there are any, else all of them that are not local to the element.
        """
        instance, local = instance_of(task), task.internal_data.get("locals", {})
        if not self.outputs_map:
            instance.change(task, {k: v for k, v in values.items() if k not in local})
            return
        context = {**task.data, **local, **values}
        mapped: dict[str, Any] = {}
        for source, target in self.outputs_map:
            mapped[target] = context[target] = source.value(context, instance)
        instance.change(task, mapped)


def feel_or_text(source: str, is_feel: bool) -> Term:
    """A mapping's source."""
    return feel_term(source) if is_feel else Term(source, None)


def instance_of(task: Task) -> Instance:
    """The instance a token belongs to."""
    found: Instance = task.workflow.instance
    return found


class Exclusive(Node):
    """Takes the first flow whose condition holds, else the default; a join passes every token."""

    def __init__(self, spec: ScopeSpec, element: Element) -> None:
        super().__init__(spec, element)
        self.choices = [
            (f, term_of(spec.content.flows[f].condition)) for f in element.outgoing if f != element.default
        ]

    @override
    def leave(self, task: Task) -> None:
        outgoing = list(self.element.outgoing)
        self.send(task, [self._choice(task)] if len(outgoing) > 1 else outgoing)

    def _choice(self, task: Task) -> str:
        instance = instance_of(task)
        for flow, condition in self.choices:
            if condition is None or condition.value(task.data, instance) is True:
                return flow
        if self.element.default is None:
            raise no_flow(self.element)
        return self.element.default


class Parallel(Node):
    """Waits for a token on each incoming flow, merges their variables, and goes on along all outgoing flows."""

    @override
    def enter(self, task: Task) -> bool | None:
        incoming = self.element.incoming
        if len(incoming) < 2:
            return True
        arrived = arrivals(self, task)
        if len(arrived) < len(incoming):
            return None
        merge_into(task, [arrived[f] for f in incoming])
        return True


class Inclusive(Node):
    """Goes on along every flow whose condition holds; as a join it waits for all tokens that can still come."""

    def __init__(self, spec: ScopeSpec, element: Element) -> None:
        super().__init__(spec, element)
        self.choices = [
            (f, term_of(spec.content.flows[f].condition)) for f in element.outgoing if f != element.default
        ]
        self.reach = reach(spec.content, element.id) if len(element.incoming) > 1 else {}

    @override
    def enter(self, task: Task) -> bool | None:
        return True if len(self.element.incoming) < 2 or "joined" in task.internal_data else None

    @override
    def settle(self, task: Task) -> bool:
        arrived = arrivals(self, task)
        empty = set(self.element.incoming) - set(arrived)
        for token in task.workflow.tokens():
            reachable = self.reach.get(token.task_spec.name, frozenset())
            if token.task_spec is not self and reachable & empty and not reachable & set(arrived):
                return False
        tokens = [arrived[f] for f in self.element.incoming if f in arrived]
        try:
            merge_into(task, tokens)
            task.internal_data["joined"] = 1
            task.complete()
        except Failure as failure:
            instance_of(task).fail(task, failure)
        return True

    @override
    def leave(self, task: Task) -> None:
        outgoing = list(self.element.outgoing)
        self.send(task, self._choice(task) if len(outgoing) > 1 else outgoing)

    def _choice(self, task: Task) -> list[str]:
        instance = instance_of(task)
        flows = [
            f
            for f, condition in self.choices
            if condition is None or condition.value(task.data, instance) is True
        ]
        if flows:
            return flows
        if self.element.default is None:
            raise no_flow(self.element)
        return [self.element.default]


def term_of(condition: str | None) -> Term | None:
    """A flow's condition."""
    return None if condition is None else feel_term(condition)


def no_flow(element: Element) -> Failure:
    """No condition of a gateway holds and it has no default flow."""
    name = element.name or element.id
    return Failure(
        "no_flow",
        f"网关“{name}”没有一条出线的条件成立，也没有默认出线。",
        f'No condition of the gateway "{name}" holds and it has no default flow.',
    )


def arrivals(node: Node, task: Task) -> dict[str, Task]:
    """The oldest token that waits at a join on each incoming flow, `task` among them."""
    found: dict[str, Task] = {}
    for token in task.workflow.at(node.name):
        if token is task or token.has_state(TaskState.STARTED):
            flow = token.internal_data["flow"]
            if flow not in found or token is task:
                found[flow] = token
    return found


def merge_into(task: Task, tokens: list[Task]) -> None:
    """Make one token of those at a join. Raises Failure when branches contradict each other."""
    scope: Scope = task.workflow
    data, fork = scope.join(tokens)
    for token in tokens:
        if token is not task:
            instance_of(token).note(token, "completed")
            scope.drop(token)
    task.data, task.internal_data["fork"] = data, fork
    apart = [t.internal_data["apart"] for t in tokens if "apart" in t.internal_data]
    if apart:
        task.internal_data["apart"] = apart[0]
