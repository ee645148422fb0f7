"""A form at one moment: which fields show, which may be written, what is computed, until nothing changes any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.form.answers import Answers, Data
from engine.form.component import Component
from engine.form.formula import Condition
from engine.form.options import options
from engine.form.path import MISSING, Path, copied, get, put, without
from engine.form.values import same
from engine.form.wording import token

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

    def all_nodes(self) -> Iterator[Node]:
        """Every node, containers before what they hold."""
        return _flat(self.nodes)


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

    Fields that are hidden or read-only hold what the task's data says, whatever was submitted.
    """
    hidden: list[Path] = []
    nodes: list[Node] = []
    for _ in range(_MOST_ROUNDS):
        shown = {**answers.initial, **without(answers.data, hidden)}
        place = _Place(shown, None, [])
        nodes = _nodes(components, (), place, shown, answers.data)
        changed = _put_back(nodes, answers)
        now_hidden = [node.path for node in _flat(nodes) if node.hidden and _has_value(node)]
        if now_hidden == hidden and not changed:
            break
        hidden = now_hidden
    return State(nodes, answers.data)


def _nodes(
    components: tuple[Component, ...], base: Path, place: _Place, shown: Data, data: Data, *, hidden: bool = False
) -> list[Node]:
    scope = place.scope(shown)
    return [_node(component, base, place, scope, shown, data, hidden) for component in components]


def _node(  # noqa: PLR0913, PLR0917 - one node needs all that its rows need
    component: Component, base: Path, place: _Place, scope: Data, shown: Data, data: Data, inside_hidden: bool
) -> Node:
    hidden = inside_hidden or (component.hide is not None and component.hide.holds(scope))
    readonly = component.readonly
    node = Node(
        component,
        (*base, *component.path),
        scope,
        hidden,
        readonly.holds(scope) if isinstance(readonly, Condition) else readonly,
    )
    if component.is_list:
        rows = get(data, node.path)
        for index, row in enumerate(rows if isinstance(rows, list) else []):
            path = (*node.path, index)
            inner = place.row(row, index)
            node.rows.append(_nodes(component.children, path, inner, shown, data, hidden=hidden))
    else:
        node.children = _nodes(component.children, node.path, place, shown, data, hidden=hidden)
    return node


def _put_back(nodes: list[Node], answers: Answers) -> bool:
    """Give unwritable fields the value they must have; whether anything changed by it."""
    changed = False
    for node in list(_flat(nodes)):
        wanted = _wanted(node, answers)
        if wanted is not MISSING and get(answers.data, node.path) != wanted:
            put(answers.data, node.path, copied(wanted))
            changed = True
    return changed


def _has_value(node: Node) -> bool:
    return node.component.is_input or node.component.is_list


def _wanted(node: Node, answers: Answers) -> Any:
    """The value an unwritable field must have; MISSING where the field keeps its own."""
    component = node.component
    if component.is_list:
        if node.hidden and not any(isinstance(part, int) for part in node.path):
            return get(answers.initial, node.path)
        return MISSING
    if not component.is_input:
        return MISSING
    if node.is_writable:
        return _among_options(node, answers)
    if component.expression is not None and not node.hidden:
        return component.expression.value(node.scope)
    return get(answers.start, node.path)


def _among_options(node: Node, answers: Answers) -> Any:
    """What an untouched choice keeps of the value in the task's data: only what is among its options now."""
    value = get(answers.data, node.path)
    if not node.component.is_choice or node.path in answers.given or value is MISSING or value in (None, []):
        return MISSING
    allowed = {option.token for option in options(node.component, answers.initial, node.scope)}
    if isinstance(value, list):
        return [item for item in value if token(item) in allowed]
    return MISSING if token(value) in allowed else None


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
        if node.is_writable and (component.is_input or (component.is_list and component.may_grow)):
            keys[str(node.path[0])] = None
        elif component.type == "expression" and not node.hidden:
            keys[str(node.path[0])] = None
    out = {key: copied(state.data[key]) for key in keys}
    for node in state.all_nodes():
        if node.component.is_input and (node.hidden or node.component.disabled) and len(node.path) > 1:
            _leave(out, node.path, answers)
    return out


def _leave(out: Data, path: Path, answers: Answers) -> None:
    """A hidden or disabled field inside a list or group keeps what the task's data has, if anything."""
    if path[0] in out:
        put(out, path, copied(get(answers.base, path)))


def unwritable(state: State, answers: Answers) -> Iterator[Path]:
    """The paths that were given another value than they have although they may not be written."""
    for node in state.all_nodes():
        if node.component.is_input and not node.hidden and not node.is_writable and node.path in answers.given:
            if not same(answers.given[node.path], get(state.data, node.path)):
                yield node.path
