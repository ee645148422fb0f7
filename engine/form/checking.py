"""Judge a submission: the values it gives the process, or what must be corrected, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.errors import Message
from engine.form import messages
from engine.form.answers import Answers, answers
from engine.form.component import Component, Shape
from engine.form.files import Files, resolved
from engine.form.options import options
from engine.form.path import get, put, text
from engine.form.rules import Fault, faults, moment_fault
from engine.form.state import Node, State, settled, unwritable, written
from engine.form.values import Bad, same
from engine.form.wording import token


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a submission: values for the process, or errors; never both.

    Attributes:
        values: the variables to set; lists and groups are whole, with what the form does not show unchanged.
        errors: one sentence for each field to correct, by path (`lines[0].sku`), in the form's order.
        rules: the rules each field breaks, by the same paths (`required`, `min`, `option` …).
    """

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Message] = field(default_factory=dict)
    rules: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing needs to be corrected."""
        return not self.errors


@dataclass(slots=True)
class Judgement:
    """A submission while it is judged."""

    state: State
    answers: Answers
    files: Files | None
    now: datetime
    faults: dict[str, list[Fault]] = field(default_factory=dict)

    def blame(self, node: Node, fault: Fault) -> None:
        """Note what is wrong at the node."""
        self.faults.setdefault(text(node.path), []).append(fault)


def check(
    components: tuple[Component, ...],
    shape: Shape,
    submitted: Mapping[str, Any],
    context: Mapping[str, Any],
    files: Files | None,
    now: datetime,
) -> Checked:
    """Judge the submission against the form with the task's data."""
    given = answers(shape, submitted, context)
    judgement = Judgement(settled(components, given), given, files, now)
    for path in list(unwritable(judgement.state, given)):
        given.refuse(path, messages.READ_ONLY)
    for node in judgement.state.all_nodes():
        _judge(judgement, node)
    return _checked(judgement)


def _judge(judgement: Judgement, node: Node) -> None:
    here, component = text(node.path), node.component
    if not (component.is_input or component.is_list) or (component.is_input and component.disabled):
        return
    trouble = judgement.answers.troubles.pop(here, None)
    if node.hidden:
        return
    if trouble is not None:
        judgement.blame(node, Fault("type", trouble))
        return
    if component.is_list:
        _judge_rows(judgement, node)
        return
    _judge_value(judgement, node)


def _judge_rows(judgement: Judgement, node: Node) -> None:
    fewest = node.component.rows()[0]
    if node.component.may_grow and len(node.rows) < fewest:
        judgement.blame(node, Fault("min_rows", messages.more_rows(fewest)))


def _judge_value(judgement: Judgement, node: Node) -> None:
    component, given = node.component, judgement.answers
    value = get(judgement.state.data, node.path)
    if node.is_writable and node.path in given.given:
        value = _belonging(judgement, node, value)
        if isinstance(value, Bad):
            judgement.blame(node, Fault("option" if component.is_choice else "file", value.message))
            return
        put(judgement.state.data, node.path, value)
        late = moment_fault(component, value, judgement.now)
        if late is not None and not same(value, get(given.start, node.path)):
            judgement.blame(node, late)
    for fault in faults(component, value, node.scope):
        judgement.blame(node, fault)


def _belonging(judgement: Judgement, node: Node, value: Any) -> Any:
    """The value in the form's own words: its option, its files; Bad when it is none of them."""
    component = node.component
    if component.type == "filepicker":
        known = get(judgement.answers.start, node.path)
        return resolved(component, value, known, judgement.files, node.scope)
    if not component.is_choice or value is None:
        return value
    offered = options(component, judgement.answers.initial, node.scope)
    own = {option.token: option.value for option in offered}
    tokens = list(dict.fromkeys(map(token, value if component.is_several else [value])))
    if not own.keys() >= set(tokens):
        return Bad(messages.one_of([each.label for each in offered], [each.english for each in offered]))
    chosen = [own[one] for one in tokens]
    return chosen if component.is_several else chosen[0]


def _checked(judgement: Judgement) -> Checked:
    left = {path: [Fault("unknown", message)] for path, message in judgement.answers.troubles.items()}
    found = {**judgement.faults, **left}
    if not found:
        return Checked(values=written(judgement.state, judgement.answers))
    return Checked(
        errors={path: faults[0].message for path, faults in found.items()},
        rules={path: tuple(fault.rule for fault in faults) for path, faults in found.items()},
    )
