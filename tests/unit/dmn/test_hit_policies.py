"""Each hit policy answers as the specification says, and says so when the table contradicts itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

import engine.dmn
from engine.dmn import DmnError

SCORES = [("> 10", '"low"', "1"), ("> 20", '"high"', "2"), ("> 30", '"middle"', "4")]
TWO = ['level:string:"high","middle","low"', "points:number"]


def decide(xml, **context):
    """What the decision `d` says in that context."""
    return engine.dmn.read(xml).evaluate("d", context)


def test_unique_gives_the_only_match(dmn):
    """Under UNIQUE the one matching rule answers; nothing where none does."""
    xml = dmn.file(["n:number"], ["r:string"], [("< 5", '"a"'), (">= 5", '"b"'), ("null", '"c"')])

    assert ["a", "b", "b", "c"] == [decide(xml, n=n) for n in (4, 5, 6.5, None)]


def test_no_match_is_nothing(dmn):
    """Without a matching rule and a default the answer is null, whatever the policy."""
    for policy in ("UNIQUE", "FIRST", "ANY", "RULE ORDER", "COLLECT"):
        xml = dmn.file(["n"], ["r"], [("> 5", "1")], policy=policy)

        assert decide(xml, n=1) is None


def test_unique_violated_names_the_rules(dmn):
    """Two matches under UNIQUE are an error that names both rules, never silently the first."""
    xml = dmn.file(["n"], ["r"], [("> 10", "1"), ("< 5", "2"), ("> 20", "3")])

    with pytest.raises(DmnError) as caught:
        decide(xml, n=30)

    assert (1, 3) == caught.value.rules
    assert "1, 3" in caught.value.message.zh
    assert "1, 3" in caught.value.message.en


def test_first_takes_the_upper(dmn):
    """Under FIRST the upper of the matching rules answers."""
    xml = dmn.file(["n"], TWO, SCORES, policy="FIRST")

    assert {"level": "low", "points": 1} == decide(xml, n=40)


def test_any_agrees(dmn):
    """Under ANY several rules may match when they say the same."""
    xml = dmn.file(["n"], ["r"], [("> 10", "1 + 1"), ("> 20", "2")], policy="ANY")

    assert 2 == decide(xml, n=30)


def test_any_conflicting_names_the_rules(dmn):
    """Different results of rules that match at once are an error under ANY."""
    xml = dmn.file(["n"], ["r"], [("> 10", "1"), ("> 20", "1"), ("> 30", "true")], policy="ANY")

    assert 1 == decide(xml, n=30)
    with pytest.raises(DmnError) as caught:
        decide(xml, n=31)

    assert (1, 3) == caught.value.rules


def test_priority_takes_the_highest_value(dmn):
    """Under PRIORITY the rule whose result stands first among the output values answers."""
    xml = dmn.file(["n"], TWO, SCORES, policy="PRIORITY")

    assert {"level": "high", "points": 2} == decide(xml, n=40)
    assert {"level": "low", "points": 1} == decide(xml, n=15)


def test_output_order_sorts_by_values(dmn):
    """Under OUTPUT ORDER all results come in the order of the output values."""
    xml = dmn.file(["n"], TWO, SCORES, policy="OUTPUT ORDER")

    assert ["high", "middle", "low"] == [row["level"] for row in decide(xml, n=40)]


def test_rule_order_and_collect_list_results(dmn):
    """Under RULE ORDER and plain COLLECT the results come as a list, as the rules stand."""
    for policy in ("RULE ORDER", "COLLECT"):
        xml = dmn.file(["n"], ["points"], [(cell, points) for cell, _, points in SCORES], policy=policy)

        assert [1, 2, 4] == decide(xml, n=40)
        assert [1] == decide(xml, n=11)


@pytest.mark.parametrize(
    ("aggregation", "expected"), [("SUM", Decimal("7.5")), ("MIN", 1), ("MAX", Decimal("4.5")), ("COUNT", 3)]
)
def test_collect_makes_a_figure(dmn, aggregation, expected):
    """COLLECT with an aggregation gives the one figure."""
    rules = [("> 10", "1"), ("> 20", "2"), ("> 30", "4.5")]
    xml = dmn.file(["n"], ["points"], rules, policy="COLLECT", aggregation=aggregation)

    assert expected == decide(xml, n=40)


def test_collect_of_texts_has_no_sum(dmn):
    """A sum over texts is an error that names the rules."""
    xml = dmn.file(["n"], ["r"], [("> 10", '"a"'), ("> 20", "1")], policy="COLLECT", aggregation="SUM")

    with pytest.raises(DmnError) as caught:
        decide(xml, n=30)

    assert (1, 2) == caught.value.rules


def test_default_output_answers_for_the_rest(dmn):
    """Where no rule matches, the default outputs answer."""
    xml = dmn.file(["n"], ['level:string::"none"', "points:number"], [("> 10", '"some"', "1")])

    assert {"level": "none", "points": None} == decide(xml, n=1)


def test_trace_names_the_rules(dmn):
    """The audit learns which rules made the value and what the conditions saw."""
    xml = dmn.file(["n"], ["points"], [("> 10", "1"), ("> 20", "2")], policy="COLLECT", aggregation="SUM")

    outcome = engine.dmn.read(xml).trace("d", {"n": 30})

    assert (3, (1, 2), ("r1", "r2"), {"n": 30}) == (
        outcome.value,
        outcome.rules,
        outcome.rule_ids,
        outcome.inputs,
    )
