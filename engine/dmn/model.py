"""A decision file as read: decisions, tables, rules, with their FEEL compiled and their places kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.dmn.shortcut import Shortcut
from engine.dmn.types import Type
from engine.feel import Expression, UnaryTests


class HitPolicy(StrEnum):
    """Which of the matching rules answers, in the words of the specification."""

    #: At most one rule matches.
    UNIQUE = "UNIQUE"
    #: The first matching rule.
    FIRST = "FIRST"
    #: Several rules may match when they say the same.
    ANY = "ANY"
    #: The matching rule whose output stands first in the output values.
    PRIORITY = "PRIORITY"
    #: All, in the order of the rules.
    RULE_ORDER = "RULE ORDER"
    #: All, in the order of the output values.
    OUTPUT_ORDER = "OUTPUT ORDER"
    #: All, or one figure made of them.
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """The figure COLLECT makes of the outputs."""

    NONE = ""
    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


def same(one: object, other: object) -> bool:
    """Whether two answers are equal; true and 1 are not."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions. `allowed` is the test of its input values, where the file gives them."""

    label: str
    text: str
    expression: Expression
    type: Type
    allowed: UnaryTests | None = None
    allowed_text: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """A column of answers. `values` are its allowed values, the most important first."""

    name: str
    type: Type
    values: tuple[object, ...] = ()
    default: Expression | None = None

    def allows(self, value: object) -> bool:
        """Whether `value` is among the allowed values; null always is, and everything where none are given."""
        return value is None or not self.values or any(same(value, listed) for listed in self.values)


@dataclass(frozen=True, slots=True)
class Cell:
    """An input entry that tests something (a dash has no cell); `key` numbers equal entries of a column alike."""

    column: int
    key: int
    text: str
    test: UnaryTests
    shortcut: Shortcut | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: `number` is what the editor shows, from 1."""

    number: int
    id: str
    line: int
    cells: tuple[Cell, ...]
    outputs: tuple[Expression, ...]
    output_texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table; `keys` is how many different input entries it has."""

    id: str
    line: int
    hit_policy: HitPolicy
    aggregation: Aggregation
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    keys: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A decision that is one expression."""

    expression: Expression
    type: Type


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision, under its id; `names` are those by which a dependent decision reads its result."""

    id: str
    name: str
    names: tuple[str, ...]
    line: int
    body: Table | Literal
    requires: tuple[str, ...] = ()
