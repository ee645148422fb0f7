"""A component of a form as read: its place in the answers and everything about it that is compiled once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from engine.form.formula import Condition, Formula
from engine.form.kinds import CHOICES, MOST_ROWS, SEVERAL, Kind
from engine.form.pattern import Pattern
from engine.form.template import Template

Spec = Mapping[str, Any]


@dataclass
class Component:
    """One component; what its kind and JSON alone say is found out once.

    Attributes:
        spec: the JSON of the form file.
        path: the names under which its value stands, below its container; empty for what has no value.
        texts: templates by property, such as "label" or "appearance.prefixAdorner".
        english: the same in English, by the same properties, as far as the form gives them.
        limits: `min`, `max`, `minLength`, `maxLength`: a number or a formula.
        line: where it stands in the file, from 1.
    """

    id: str
    kind: Kind
    spec: Spec
    path: tuple[str, ...] = ()
    children: tuple[Component, ...] = ()
    hide: Condition | None = None
    readonly: bool | Condition = False
    expression: Formula | None = None
    options: Formula | None = None
    source: Formula | None = None
    columns: Formula | None = None
    several_files: bool | Formula = False
    texts: dict[str, Template] = field(default_factory=dict)
    english: dict[str, Template] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=dict)
    pattern: Pattern | None = None
    shape: Shape = field(default_factory=dict)
    line: int = 0

    @cached_property
    def type(self) -> str:
        """The type's name in form-js."""
        return self.kind.type

    @cached_property
    def is_input(self) -> bool:
        """Whether it has a value of its own."""
        return self.kind.role == "input"

    @cached_property
    def is_list(self) -> bool:
        """Whether it repeats its children, one row after another."""
        return self.type == "dynamiclist" and self.spec.get("isRepeating", True) is True

    @cached_property
    def is_choice(self) -> bool:
        """Whether its value is one or several of its options."""
        return self.type in CHOICES

    @cached_property
    def is_several(self) -> bool:
        """Whether its value is a list of options."""
        return self.type in SEVERAL

    @cached_property
    def disabled(self) -> bool:
        """Whether it is shown but never validated nor written."""
        return bool(self.spec.get("disabled"))

    @property
    def may_grow(self) -> bool:
        """Whether rows of this list may be added and removed."""
        return self.spec.get("allowAddRemove", True) is True and self.readonly is False

    @cached_property
    def required(self) -> bool:
        """Whether a value must be given."""
        return bool(self.validate.get("required"))

    @cached_property
    def validate(self) -> Spec:
        """The form's rules for the value."""
        found = self.spec.get("validate")
        return found if isinstance(found, Mapping) else {}

    @property
    def empty(self) -> Any:
        """The value before anybody touched it: the form's default, or nothing."""
        if "defaultValue" in self.spec:
            return self.spec["defaultValue"]
        return list(self.kind.empty) if isinstance(self.kind.empty, list) else self.kind.empty

    @cached_property
    def hints(self) -> Mapping[str, str]:
        """The component's `properties` as the designer wrote them."""
        found = self.spec.get("properties")
        return found if isinstance(found, Mapping) else {}

    def rows(self) -> tuple[int, int]:
        """The fewest and the most rows this list may have."""
        return whole(self.hints.get("min_rows"), 0), min(
            whole(self.hints.get("max_rows"), MOST_ROWS), MOST_ROWS
        )


#: The names a form knows on one level: a field, a list of rows, or a group of further names.
Shape: TypeAlias = dict[str, "Component | Shape"]


def whole(text: object, otherwise: int) -> int:
    """The whole number a property gives; `otherwise` when it gives none."""
    if isinstance(text, bool):
        return otherwise
    if isinstance(text, int):
        return max(text, 0)
    return (
        int(text)
        if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10
        else otherwise
    )


def all_components(components: tuple[Component, ...]) -> Iterator[Component]:
    """Every component, containers before what they hold."""
    for component in components:
        yield component
        yield from all_components(component.children)
