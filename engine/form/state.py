"""A form at one moment: which fields show, which may be written, what is computed, until nothing changes any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.form.answers import Answers, Data, chosen
from engine.form.component import Component
from engine.form.formula import Condition
from engine.form.options import options
from engine.form.path import MISSING, Path, copied, get, put, without
from engine.form.values import same

#: Rounds of conditions and computed values; a form whose parts chase one another stops here.
_MOST_ROUNDS = 12


@dataclass(slots=True)
class Node:
    """A component at one place: the rows of a list make several of each child.

    Attributes:
        path: where its value stands in the answers.
        scope: what its FEEL reads: the data, and `this`, `parent` and `i` of its row.
        rows: for a list, the nodes of each row; `children` for other containers.
    """

    component: Component
    path: Path
    scope: Mapping[str, Any]
    hidden: bool
    readonly: bool
    children: list[Node] = field(default_factory=list)
    rows: list[list[Node]] = field(default_factory=list)

    @property
    def is_writable(self) -> bool:
        """Whether a person may give its value here and now."""
        return not (
            self.hidden or self.readonly or self.component.disabled or self.component.type == "expression"
        )


@dataclass(slots=True)
class State:
    """The nodes of a form with the data they stand for."""

    nodes: list[Node]
    data: Data
    _all: list[Node] | None = None

    def all_nodes(self) -> list[Node]:
        """Every node, containers before what they hold; the nodes of a state stay what they are."""
        if self._all is None:
            self._all = list(_flat(self.nodes))
        return self._all


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in nested rows a scope is: the row itself, the scope around it, and the row numbers from 1."""

    this: Any
    parent: Any
    numbers: list[int]

    def scope(self, data: Mapping[str, Any]) -> dict[str, Any]:
        special = {"this": self.this, "parent": self.parent, "i": self.numbers}
        return {**special, **data, **{f"_{name}_": value for name, value in special.items()}}

    def row(self, row: Any, index: int) -> _Place:
        around = self.this if isinstance(self.this, Mapping) else {}
        return _Place(row, self.scope(around), [*self.numbers, index + 1])


def settled(components: tuple[Component, ...], answers: Answers) -> State:
    """The form with these answers, once hiding, read-only and computing have come to rest.

    What is hidden or read-only counts as the task's data has it, whatever was submitted. Where a field would hide
    or lock itself by its own answer, the answer counts, as in form-js.
    """
    hidden: list[Path] = []
    fixed: dict[Path, Any] = {}
    state = State([], answers.data)
    for _ in range(_MOST_ROUNDS):
        state = _round(components, answers, hidden, fixed)
        now_hidden = [node.path for node in state.all_nodes() if node.hidden and _has_value(node)]
        now_fixed = dict(_fixed(state, answers))
        if (now_hidden, now_fixed) == (hidden, fixed):
            break
        hidden, fixed = now_hidden, now_fixed
    for path, value in fixed.items():
        put(state.data, path, copied(value))
    return state


def _round(
    components: tuple[Component, ...], answers: Answers, hidden: list[Path], fixed: dict[Path, Any]
) -> State:
    """The nodes as they are when the last round's findings hold."""
    data = {**answers.data, **{key: copied(answers.data[key]) for key in {str(path[0]) for path in fixed}}}
    for path, value in fixed.items():
        put(data, path, copied(value))
    visible = without(data, hidden)
    shown = {**answers.initial, **visible}
    return State(_Walk(shown, visible, data).nodes(components, (), _Place(shown, None, [])), data)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Makes nodes over data: `shown` is what FEEL reads, `visible` what its rows are of, `data` what there is."""

    shown: Data
    visible: Data
    data: Data

    def nodes(
        self, components: tuple[Component, ...], base: Path, place: _Place, *, hidden: bool = False
    ) -> list[Node]:
        scope = place.scope(self.shown)
        return [self.node(component, base, place, scope, hidden=hidden) for component in components]

    def node(self, component: Component, base: Path, place: _Place, scope: Data, *, hidden: bool) -> Node:
        hidden = hidden or (component.hide is not None and component.hide.holds(scope))
        locked = component.readonly
        locked = locked.holds(scope) if isinstance(locked, Condition) else locked
        node = Node(component, (*base, *component.path), scope, hidden, locked)
        if component.is_list:
            rows = get(self.data, node.path)
            for index in range(len(rows) if isinstance(rows, list) else 0):
                path = (*node.path, index)
                row = get(self.visible, path)
                inner = place.row(row if isinstance(row, dict) else {}, index)
                node.rows.append(self.nodes(component.children, path, inner, hidden=hidden))
        else:
            node.children = self.nodes(component.children, node.path, place, hidden=hidden)
        return node


def _has_value(node: Node) -> bool:
    return node.component.is_input or node.component.is_list


def _fixed(state: State, answers: Answers) -> Iterator[tuple[Path, Any]]:
    """The values that do not come from the submission: computed, locked, or an old choice that is no option now."""
    for node in state.all_nodes():
        component = node.component
        if node.hidden or not component.is_input:
            continue
        if component.expression is not None:
            yield node.path, component.expression.value(node.scope)
        elif not node.is_writable:
            yield node.path, get(answers.start, node.path)
        elif component.is_choice and node.path not in answers.given:
            allowed = options(component, answers.initial, node.scope)
            yield node.path, chosen(component, get(answers.data, node.path), allowed)


def _flat(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _flat(node.children)
        for row in node.rows:
            yield from _flat(row)


def written(state: State, answers: Answers) -> Data:
    """The values the form hands on: what is writable or computed, within the lists and groups it stands in."""
    keys: dict[str, None] = {}
    for node in state.all_nodes():
        component = node.component
        if (node.is_writable and (component.is_input or (component.is_list and component.may_grow))) or (
            component.type == "expression" and not node.hidden
        ):
            keys[str(node.path[0])] = None
    out = {key: copied(state.data[key]) for key in keys}
    _leave(out, state.nodes, answers)
    return out


def _leave(out: Data, nodes: list[Node], answers: Answers) -> None:
    """Hidden and disabled fields inside a list or group keep what the task's data has, if anything."""
    for node in nodes:
        unasked = node.hidden or (node.component.is_input and node.component.disabled)
        if unasked and _has_value(node):
            if len(node.path) > 1 and node.path[0] in out:
                put(out, node.path, copied(answers.untouched(node.path)))
            continue
        _leave(out, node.children, answers)
        for row in node.rows:
            _leave(out, row, answers)


def unwritable(state: State, answers: Answers) -> Iterator[Path]:
    """The paths that were given another value than they have although they may not be written."""
    for node in state.all_nodes():
        locked = node.component.is_input and not node.hidden and not node.is_writable
        if not locked or node.path not in answers.given:
            continue
        now = get(state.data, node.path)
        if not same(answers.given[node.path], None if now is MISSING else now):
            yield node.path
