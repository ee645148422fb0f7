"""What a table answers once it is known which rules match: one function a hit policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.dmn.errors import DmnError
from engine.dmn.model import Aggregation, HitPolicy, Table, same
from engine.errors import Message


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched, with what it answers, a value an output."""

    rule: int
    values: tuple[object, ...]


def answer(name: str, table: Table, hits: Sequence[Hit]) -> tuple[object, tuple[int, ...]]:
    """The table's value from its matching rules (at least one), and the numbers of those that count.

    Raises DmnError when the hit policy forbids what happened; `name` names the decision in it.
    """
    return _POLICIES[table.hit_policy](name, table, hits)


def shaped(table: Table, values: tuple[object, ...]) -> object:
    """The bare value of a single output, a dict by name of several."""
    if len(table.outputs) == 1:
        return values[0]
    return {output.name: value for output, value in zip(table.outputs, values, strict=True)}


def _numbers(hits: Sequence[Hit]) -> tuple[int, ...]:
    return tuple(hit.rule for hit in hits)


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))


def _unique(name: str, table: Table, hits: Sequence[Hit]) -> tuple[object, tuple[int, ...]]:
    if len(hits) > 1:
        rules = _numbers(hits)
        raise DmnError(
            Message(
                zh=f"决策“{name}”：规则 {_listed(rules)} 同时命中，而命中策略是 UNIQUE。请修改规则使之互斥。",
                en=f"Decision {name}: the rules {_listed(rules)} match at once under UNIQUE. Make them exclude each other.",
            ),
            name,
            rules,
        )
    return shaped(table, hits[0].values), (hits[0].rule,)


def _first(name: str, table: Table, hits: Sequence[Hit]) -> tuple[object, tuple[int, ...]]:
    return shaped(table, hits[0].values), (hits[0].rule,)


def _any(name: str, table: Table, hits: Sequence[Hit]) -> tuple[object, tuple[int, ...]]:
    first = hits[0]
    for hit in hits[1:]:
        if not all(same(one, other) for one, other in zip(first.values, hit.values, strict=True)):
            rules = (first.rule, hit.rule)
            raise DmnError(
                Message(
                    zh=f"决策“{name}”：规则 {_listed(rules)} 同时命中但结果不同，而命中策略是 ANY。请统一结果。",
                    en=f"Decision {name}: the rules {_listed(rules)} match with different results under ANY. "
                    "Let them say the same.",
                ),
                name,
                rules,
            )
    return shaped(table, first.values), _numbers(hits)


def _ranked(table: Table, hits: Sequence[Hit]) -> list[Hit]:
    """The hits by the order of the output values, earlier outputs first; of equals the earlier rule first."""

    def rank(hit: Hit) -> tuple[int, ...]:
        return tuple(
            next(
                (place for place, listed in enumerate(output.values) if same(listed, value)),
                len(output.values),
            )
            for output, value in zip(table.outputs, hit.values, strict=True)
            if output.values
        )

    return sorted(hits, key=rank)


def _priority(name: str, table: Table, hits: Sequence[Hit]) -> tuple[object, tuple[int, ...]]:
    best = _ranked(table, hits)[0]
    return shaped(table, best.values), (best.rule,)


def _rule_order(name: str, table: Table, hits: Sequence[Hit]) -> tuple[object, tuple[int, ...]]:
    return [shaped(table, hit.values) for hit in hits], _numbers(hits)


def _output_order(name: str, table: Table, hits: Sequence[Hit]) -> tuple[object, tuple[int, ...]]:
    return _rule_order(name, table, _ranked(table, hits))


def _collect(name: str, table: Table, hits: Sequence[Hit]) -> tuple[object, tuple[int, ...]]:
    if table.aggregation is Aggregation.NONE:
        return _rule_order(name, table, hits)
    if table.aggregation is Aggregation.COUNT:
        return len(hits), _numbers(hits)
    try:
        value = _FIGURES[table.aggregation]([hit.values[0] for hit in hits])
    except TypeError as error:
        raise DmnError(
            Message(
                zh=f"决策“{name}”：规则 {_listed(_numbers(hits))} 的结果无法做 {table.aggregation}。请只用同类的数值。",
                en=f"Decision {name}: the results of the rules {_listed(_numbers(hits))} have no {table.aggregation}. "
                "Use numbers throughout.",
            ),
            name,
            _numbers(hits),
        ) from error
    return value, _numbers(hits)


def _sum(values: list[object]) -> object:
    total: int | Decimal = 0
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise TypeError
        total = total + value
    return total


def _extreme(choose: Callable[[list[object]], object]) -> Callable[[list[object]], object]:
    def figure(values: list[object]) -> object:
        if any(value is None or isinstance(value, bool | list | dict) for value in values):
            raise TypeError
        return choose(values)

    return figure


def _least(values: list[object]) -> object:
    return min(values)  # type: ignore[type-var]  # unlike kinds raise TypeError, which is answered above


def _greatest(values: list[object]) -> object:
    return max(values)  # type: ignore[type-var]  # as above


_FIGURES: dict[Aggregation, Callable[[list[object]], object]] = {
    Aggregation.SUM: _sum,
    Aggregation.MIN: _extreme(_least),
    Aggregation.MAX: _extreme(_greatest),
}

_POLICIES: dict[HitPolicy, Callable[[str, Table, Sequence[Hit]], tuple[object, tuple[int, ...]]]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.FIRST: _first,
    HitPolicy.ANY: _any,
    HitPolicy.PRIORITY: _priority,
    HitPolicy.RULE_ORDER: _rule_order,
    HitPolicy.OUTPUT_ORDER: _output_order,
    HitPolicy.COLLECT: _collect,
}
