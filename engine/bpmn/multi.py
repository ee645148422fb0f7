"""Multi-instance: one activity for each item of a list, side by side or one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from typing_extensions import override

from engine.bpmn.activities import Activity
from engine.bpmn.expression import feel_term
from engine.bpmn.moved import Failure
from engine.bpmn.nodes import Node, instance_of

if TYPE_CHECKING:
    from engine.bpmn.model import Element
    from engine.bpmn.scope import Scope, ScopeSpec

#: More rounds than this are more work than one step may do.
MOST_ROUNDS = 500


class Multi(Activity):
    """The activity as a whole.

    Each round is a scope of its own: what a round sets stays in it, and only the output element leaves it, at the
    place of its item, whatever the order in which rounds end.
    """

    def __init__(self, spec: ScopeSpec, element: Element, each: ScopeSpec) -> None:
        super().__init__(spec, element)
        assert element.loop is not None
        self.loop = element.loop
        self.inputs_map, self.outputs_map = [], []
        self.each = each
        self.collection = feel_term(self.loop.collection)
        self.output = feel_term(self.loop.output_element) if self.loop.output_element else None
        self.completion = feel_term(self.loop.completion) if self.loop.completion else None

    @override
    def begin(self, task: Task, context: dict[str, Any], local: dict[str, Any]) -> bool | None:
        items = self.collection.value(context, instance_of(task))
        if not isinstance(items, list) or len(items) > MOST_ROUNDS:
            raise Failure(
                "collection",
                f"“{self.loop.collection}”必须得出一个不超过 {MOST_ROUNDS} 项的列表。",
                f'"{self.loop.collection}" must give a list of at most {MOST_ROUNDS} items.',
            )
        if not items:
            self._give_results(task, [])
            return True
        self.wait(task, context)
        task.internal_data["items"] = items
        task.internal_data["results"] = [None] * len(items)
        task.internal_data["done"] = []
        for index in range(1 if self.loop.sequential else len(items)):
            self._begin_round(task, index)
        return None

    def _begin_round(self, task: Task, index: int) -> None:
        instance, item = instance_of(task), task.internal_data["items"][index]
        local = {"loopCounter": index + 1} | ({self.loop.element: item} if self.loop.element else {})
        scope = instance.open_scope(self.each, task, {**task.data, **local})
        scope.local_names = frozenset(local)
        scope.round = index
        node: Node = self.each.task_specs[self.name]
        instance.spawn(scope, node, scope.base)

    @override
    def inner_done(self, task: Task, scope: Scope) -> None:
        instance, notes, data = instance_of(task), task.internal_data, scope.result()
        index = scope.round
        assert index is not None
        if self.output is not None:
            notes["results"] = [*notes["results"]]
            notes["results"][index] = self.output.value(data, instance)
        notes["done"] = [*notes["done"], index]
        instance.scopes.pop(scope.number, None)
        notes["scopes"].remove(scope.number)
        if self._complete_early(task, data) or len(notes["done"]) == len(notes["items"]):
            instance.close_inner(task)
            self._give_results(task, notes["results"])
            self.end_waiting(task)
        elif self.loop.sequential:
            self._begin_round(task, index + 1)

    def _complete_early(self, task: Task, data: dict[str, Any]) -> bool:
        if self.completion is None:
            return False
        notes = task.internal_data
        counts = {
            "numberOfInstances": len(notes["items"]),
            "numberOfCompletedInstances": len(notes["done"]),
            "numberOfActiveInstances": len(notes["scopes"]),
            "numberOfTerminatedInstances": 0,
        }
        context = {**data, **counts}
        if self.loop.output_collection:
            context[self.loop.output_collection] = notes["results"]
        return self.completion.value(context, instance_of(task)) is True

    def _give_results(self, task: Task, results: list[Any]) -> None:
        if self.loop.output_collection:
            instance_of(task).change(task, {self.loop.output_collection: results})
