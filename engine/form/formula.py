"""The FEEL of a form: values, conditions and limits, compiled once and never failing while a form is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import feel
from engine.feel.fault import FeelError
from engine.feel.library.business import BUSINESS

Scope = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Formula:
    """A FEEL expression of the form; what cannot be computed is null, as everywhere in FEEL."""

    source: str
    _compiled: feel.Expression

    def value(self, scope: Scope) -> Any:
        """What the expression gives in this scope; null when it goes over FEEL's limits."""
        try:
            return self._compiled(scope)
        except FeelError:
            return None

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads."""
        return self._compiled.names


@dataclass(frozen=True, slots=True)
class Condition:
    """A yes-or-no question of the form (hide, read-only), asked as form-js asks it.

    form-js reads it as a test against null: an expression that gives null therefore answers yes, and
    `not(...)` around the whole of it turns the answer of its inside round.
    """

    formula: Formula
    negated: bool

    def holds(self, scope: Scope) -> bool:
        """Whether the answer is yes."""
        found = self.formula.value(scope)
        return (found is None or found is True) is not self.negated


def is_formula(text: object) -> bool:
    """Whether a property of the form is FEEL: a text that begins with `=`."""
    return isinstance(text, str) and text.startswith("=")


def formula(text: str) -> Formula:
    """The formula of a property that begins with `=`. Raises FeelError, its position counted in `text`."""
    return Formula(text, _compiled(text.removeprefix("=")))


def condition(text: str) -> Condition:
    """The condition of a property that begins with `=`. Raises FeelError."""
    source = text.removeprefix("=").strip()
    inner = _inside_not(source)
    if inner is not None:
        return Condition(Formula(text, _compiled(inner)), negated=True)
    return Condition(Formula(text, _compiled(source)), negated=False)


def _compiled(source: str) -> feel.Expression:
    """The expression; FeelError also for working days, because a form is filled in where no calendar is at hand."""
    found = feel.compile(source)
    asked = found.functions & BUSINESS
    if asked:
        raise FeelError(
            f"`{min(asked)}` cannot be used in a form: compute the day in the diagram and give it to the form.",
            f"表单中不能使用“{min(asked)}”：请在流程图中算好日期，再传给表单。",
            kind="calendar",
        )
    return found


def _inside_not(source: str) -> str | None:
    """What stands in a `not(...)` that is the whole of the source."""
    head, _, rest = source.partition("(")
    if head.strip() != "not" or not rest.endswith(")"):
        return None
    depth, quoted = 1, False
    for at, char in enumerate(rest):
        if char == '"' and (at == 0 or rest[at - 1] != "\\"):
            quoted = not quoted
        elif not quoted:
            depth += (char == "(") - (char == ")")
            if depth == 0:
                return rest[:at] if at == len(rest) - 1 else None
    return None
