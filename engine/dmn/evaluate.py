"""Makes decisions: required ones first, then the table or expression asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypedDict

from engine.clock import Clock
from engine.dmn.errors import DmnError, written
from engine.dmn.hits import Hit, answer, shaped
from engine.dmn.model import Decision, HitPolicy, Input, Literal, Output, Rule, Table
from engine.errors import Message, NotFound
from engine.feel.limits import BusinessCalendar
from engine.feel.values import from_plain

#: Kinds that are FEEL values as they are.
_READY = frozenset({str, int, bool, Decimal, type(None)})


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision's value and why, for the audit.

    `rules` are the numbers of the rules that made the value (from 1, as the editor shows them), `rule_ids` their
    ids, `inputs` the value of each condition column by its label, `required` the decisions made on the way.
    """

    decision: str
    value: Any
    rules: tuple[int, ...] = ()
    rule_ids: tuple[str, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    required: tuple[Outcome, ...] = ()


class Decisions:
    """The decisions of one file, ready to be made; immutable, shared between threads."""

    def __init__(self, decisions: Mapping[str, Decision]) -> None:
        self._decisions = dict(decisions)

    def ids(self) -> list[str]:
        """The ids of the file's decisions, in its order."""
        return list(self._decisions)

    def name(self, decision_id: str) -> str:
        """What people call the decision. Raises NotFound."""
        return self._decision(decision_id).name

    def evaluate(
        self,
        decision_id: str,
        context: Mapping[str, Any],
        *,
        clock: Clock | None = None,
        calendar: BusinessCalendar | None = None,
    ) -> Any:
        """The decision's value: bare of one output, a dict of several, a list where the hit policy collects.

        None when no rule matches and no default is given.
        Raises NotFound, DmnError (contradicting rules, values of a wrong type), FeelError (limits).
        """
        return self.trace(decision_id, context, clock=clock, calendar=calendar).value

    def trace(
        self,
        decision_id: str,
        context: Mapping[str, Any],
        *,
        clock: Clock | None = None,
        calendar: BusinessCalendar | None = None,
    ) -> Outcome:
        """As `evaluate`, with the rules that matched. `context` may hold plain Python values."""
        values = {
            name: value if type(value) in _READY else from_plain(value) for name, value in context.items()
        }
        return _Making(self._decisions, values, clock, calendar).make(self._decision(decision_id))

    def _decision(self, decision_id: str) -> Decision:
        try:
            return self._decisions[decision_id]
        except KeyError:
            raise NotFound(
                Message(zh=f"没有决策 {decision_id}。", en=f"There is no decision {decision_id}.")
            ) from None


class _Surroundings(TypedDict):
    clock: Clock | None
    calendar: BusinessCalendar | None


class _Making:
    """One evaluation: each required decision is made once, its result joins the context."""

    def __init__(
        self,
        decisions: Mapping[str, Decision],
        context: dict[str, Any],
        clock: Clock | None,
        calendar: BusinessCalendar | None,
    ) -> None:
        self._decisions = decisions
        self._context = context
        self._surroundings: _Surroundings = {"clock": clock, "calendar": calendar}
        self._made: dict[str, Outcome] = {}

    def make(self, decision: Decision) -> Outcome:
        required = []
        for key in decision.requires:
            if key not in self._made:
                outcome = self._made[key] = self.make(self._decisions[key])
                self._context.update(dict.fromkeys(self._decisions[key].names, outcome.value))
            required.append(self._made[key])
        if isinstance(decision.body, Literal):
            return self._literal(decision, decision.body, tuple(required))
        return self._table(decision, decision.body, tuple(required))

    def _literal(self, decision: Decision, body: Literal, required: tuple[Outcome, ...]) -> Outcome:
        value = body.expression(self._context, **self._surroundings)
        if not body.type.accepts(value):
            raise _wrong(decision, "结果", "its result", value, body.type.name, ())
        return Outcome(decision.id, value, required=required)

    def _table(self, decision: Decision, table: Table, required: tuple[Outcome, ...]) -> Outcome:
        values = self._inputs(decision, table)
        matched = self._matching(table, values)
        inputs = {column.label: value for column, value in zip(table.inputs, values, strict=True)}
        if not matched:
            return Outcome(decision.id, self._default(decision, table), inputs=inputs, required=required)
        hits = [Hit(rule.number, self._outputs(decision, table, rule)) for rule in matched]
        value, numbers = answer(decision.name, table, hits)
        ids = tuple(table.rules[number - 1].id for number in numbers)
        return Outcome(decision.id, value, numbers, ids, inputs, required)

    def _inputs(self, decision: Decision, table: Table) -> list[Any]:
        values = []
        for column in table.inputs:
            value = column.expression(self._context, **self._surroundings)
            if value is not None:
                if not column.type.accepts(value):
                    raise _wrong(
                        decision,
                        f"输入“{column.label}”",
                        f"input {column.label}",
                        value,
                        column.type.name,
                        (),
                    )
                if column.allowed is not None and not self._allowed(column, value):
                    label = f"输入“{column.label}”"
                    raise _wrong(decision, label, f"input {column.label}", value, column.allowed_text, ())
            values.append(value)
        return values

    def _allowed(self, column: Input, value: Any) -> bool:
        """Whether a value, or every item of a list where the column takes lists, is among the input values."""
        test = column.allowed
        items = value if column.type.collection else [value]
        return test is None or all(test(item, self._context, **self._surroundings) for item in items)

    def _matching(self, table: Table, values: list[Any]) -> list[Rule]:
        """The rules that match; one only where the first decides. Equal entries of a column are tested once."""
        known: list[bool | None] = [None] * table.keys
        kinds = list(map(type, values))
        first = table.hit_policy is HitPolicy.FIRST
        matched = []
        for rule in table.rules:
            for cell in rule.cells:
                holds = known[cell.key]
                if holds is None:
                    short, column = cell.shortcut, cell.column
                    if short is not None and kinds[column] in short.kinds:
                        holds = short.holds(values[column])
                    else:
                        holds = cell.test(values[column], self._context, **self._surroundings)
                    known[cell.key] = holds
                if not holds:
                    break
            else:
                matched.append(rule)
                if first:
                    break
        return matched

    def _outputs(self, decision: Decision, table: Table, rule: Rule) -> tuple[Any, ...]:
        return tuple(
            self._output(decision, output, expression(self._context, **self._surroundings), (rule.number,))
            for output, expression in zip(table.outputs, rule.outputs, strict=True)
        )

    def _output(self, decision: Decision, output: Output, value: Any, rules: tuple[int, ...]) -> Any:
        if not output.type.accepts(value):
            raise _wrong(
                decision, f"结果“{output.name}”", f"result {output.name}", value, output.type.name, rules
            )
        if output.values and not all(
            map(output.allows, value if output.type.collection and value else [value])
        ):
            listed = ", ".join(map(str, output.values))
            raise _wrong(decision, f"结果“{output.name}”", f"result {output.name}", value, listed, rules)
        return value

    def _default(self, decision: Decision, table: Table) -> Any:
        if not any(output.default for output in table.outputs):
            return None
        values = tuple(
            None
            if output.default is None
            else self._output(decision, output, output.default(self._context, **self._surroundings), ())
            for output in table.outputs
        )
        return shaped(table, values)


def _wrong(
    decision: Decision, zh: str, en: str, value: object, expected: str, rules: tuple[int, ...]
) -> DmnError:
    where_zh = f"规则 {rules[0]} 的" if rules else ""
    where_en = f"rule {rules[0]}, " if rules else ""
    shown = repr(value) if isinstance(value, str) else written(value)
    return DmnError(
        Message(
            zh=f"决策“{decision.name}”：{where_zh}{zh}是 {shown[:200]}，应为 {expected}。",
            en=f"Decision {decision.name}: {where_en}{en} is {shown[:200]}, expected {expected}.",
        ),
        decision.name,
        rules,
    )
