"""Looks for rules that contradict each other and for values that no rule answers."""

from __future__ import annotations

from itertools import combinations

from engine.dmn.errors import written
from engine.dmn.model import HitPolicy, Rule, Table, same
from engine.dmn.read import read_model
from engine.dmn.regions import OTHER, Box, Column, boxes
from engine.dmn.xml import Report
from engine.errors import Finding, Message

#: So many findings of one kind are told for a table, the rest would only tire.
_TOLD = 5
#: Longer tables are not searched: every rule is compared with every other.
_RULES = 500
#: A table that falls into more uncovered pieces than this is not searched further.
_PIECES = 5_000


def check(xml: bytes | str, filename: str = "") -> list[Finding]:
    """What is wrong with a decision file (errors refuse it) or doubtful about it (warnings)."""
    report = Report(filename)
    for decision in read_model(xml, report).values():
        if isinstance(decision.body, Table):
            _check_table(decision.name, decision.body, report)
    return report.items


def _check_table(name: str, table: Table, report: Report) -> None:
    if len(table.rules) > _RULES:
        _tell_too_large(name, table, report)
        return
    columns, rules = boxes(table)
    if table.hit_policy in (HitPolicy.UNIQUE, HitPolicy.ANY):
        _overlaps(name, table, columns, rules, report)
    if not any(output.default for output in table.outputs):
        _gaps(name, table, columns, rules, report)


def _overlaps(name: str, table: Table, columns: list[Column], rules: list[Box], report: Report) -> None:
    told = 0
    for one, other in combinations(rules, 2):
        shared = _shared(one, other)
        if shared is None or told == _TOLD:
            continue
        first, second = table.rules[one.number - 1], table.rules[other.number - 1]
        if table.hit_policy is HitPolicy.UNIQUE:
            _tell_overlap(name, first, second, _example(columns, shared), report)
            told += 1
        elif (agreed := _agree(first, second)) is not True:
            _tell_conflict(name, first, second, _example(columns, shared), report, sure=agreed is False)
            told += 1


def _shared(one: Box, other: Box) -> tuple[int, ...] | None:
    """Where two rules surely match together; None when nowhere, or when open conditions may part them."""
    if one.open != other.open:
        return None
    sides = tuple(mine & theirs for mine, theirs in zip(one.sides, other.sides, strict=True))
    return sides if all(sides) else None


def _agree(first: Rule, second: Rule) -> bool | None:
    """Whether two rules say the same; None when that shows only at run time."""
    verdict: bool | None = True
    for one, other, text, text2 in zip(
        first.outputs, second.outputs, first.output_texts, second.output_texts, strict=True
    ):
        if text == text2:
            continue
        if one.names or other.names:
            verdict = None
        elif not same(one({}), other({})):
            return False
    return verdict


def _gaps(name: str, table: Table, columns: list[Column], rules: list[Box], report: Report) -> None:
    whole = tuple(column.certain for column in columns)
    left = [whole] if all(whole) else []
    for rule in rules:
        left = [piece for box in left for piece in _without(box, rule.sides)]
        if len(left) > _PIECES:
            _tell_too_large(name, table, report)
            return
    for box in left[:_TOLD]:
        _tell_gap(name, table, _example(columns, box), report)


def _without(box: tuple[int, ...], rule: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The parts of `box` that `rule` leaves uncovered, disjoint."""
    if not all(mine & theirs for mine, theirs in zip(box, rule, strict=True)):
        return [box]
    pieces = []
    rest = list(box)
    for place, side in enumerate(rule):
        outside = rest[place] & ~side
        if outside:
            pieces.append((*rest[:place], outside, *rest[place + 1 :]))
        rest[place] &= side
    return pieces


def _example(columns: list[Column], sides: tuple[int, ...]) -> tuple[str, str]:
    """One point of a box, in Chinese and in English."""
    parts = []
    for column, side in zip(columns, sides, strict=True):
        value = column.regions[(side & -side).bit_length() - 1].value
        parts.append((column.label, value))
    zh = "、".join(f"{label} = {_shown(value, '任意')}" for label, value in parts)
    en = ", ".join(f"{label} = {_shown(value, 'any')}" for label, value in parts)
    return zh or "任意输入", en or "any input"


def _shown(value: object, anything: str) -> str:
    if value == OTHER:
        return anything
    return written(value)


def _tell_overlap(name: str, first: Rule, second: Rule, example: tuple[str, str], report: Report) -> None:
    report.error(
        second.id,
        second.line,
        "dmn.overlap",
        Message(
            zh=f"决策“{name}”：规则 {first.number} 和 {second.number} 重叠（UNIQUE），例如 {example[0]}。",
            en=f"Decision {name}: the rules {first.number} and {second.number} overlap under UNIQUE, e.g. {example[1]}.",
        ),
        Message(
            zh="请缩小其中一条的条件，或改用其他命中策略。",
            en="Narrow one of them or choose another hit policy.",
        ),
    )


def _tell_conflict(
    name: str, first: Rule, second: Rule, example: tuple[str, str], report: Report, *, sure: bool
) -> None:
    tell = report.error if sure else report.warn
    tell(
        second.id,
        second.line,
        "dmn.conflict",
        Message(
            zh=f"决策“{name}”：规则 {first.number} 和 {second.number} 同时命中时结果"
            f"{'不同' if sure else '可能不同'}（ANY），例如 {example[0]}。",
            en=f"Decision {name}: the rules {first.number} and {second.number} match together and "
            f"{'say' if sure else 'may say'} different things under ANY, e.g. {example[1]}.",
        ),
        Message(zh="请统一结果或使条件互斥。", en="Let them say the same or exclude each other."),
    )


def _tell_gap(name: str, table: Table, example: tuple[str, str], report: Report) -> None:
    report.warn(
        table.id,
        table.line,
        "dmn.gap",
        Message(
            zh=f"决策“{name}”：没有规则适用于 {example[0]}。",
            en=f"Decision {name}: no rule answers {example[1]}.",
        ),
        Message(
            zh="请增加规则或默认结果，或用输入值限定该列。",
            en="Add a rule or a default output, or limit the column by its input values.",
        ),
    )


def _tell_too_large(name: str, table: Table, report: Report) -> None:
    report.warn(
        table.id,
        table.line,
        "dmn.gap",
        Message(
            zh=f"决策“{name}”太大，无法检查重叠和遗漏。",
            en=f"Decision {name} is too large to be searched for overlaps and gaps.",
        ),
        Message(zh="请拆成几个决策表。", en="Split it into several tables."),
    )
