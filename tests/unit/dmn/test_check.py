"""The check at deploy finds contradictions and gaps, with rules and an example."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine.dmn
from engine.dmn import DmnError, DmnRefused


def found(xml):
    """Severity and code of each finding."""
    return [(item.severity, item.code) for item in engine.dmn.check(xml, "test.dmn")]


def told(xml):
    """The English message of each finding."""
    return [item.message.en for item in engine.dmn.check(xml, "test.dmn")]


def test_a_complete_table_is_clean(dmn):
    """Rules that are disjoint and cover everything give no finding."""
    rules = [
        ("true", "< 10", '"A"', "1"),
        ("true", ">= 10", '"A"', "2"),
        ("false", "-", '"A"', "3"),
        ("-", "-", '"B"', "4"),
    ]

    assert [] == told(dmn.file(["p:boolean", "n:number", 'c:string:"A","B"'], ["r"], rules))


def test_overlap_under_unique(dmn):
    """Overlapping rules under UNIQUE are an error with both numbers and an example."""
    xml = dmn.file(["n:number"], ["r"], [("[1..5]", "1"), ("< 1", "2"), ("(3..8]", "1"), ("> 8", "4")])

    assert ["Decision d: the rules 1 and 3 overlap under UNIQUE, e.g. n = 4."] == told(xml)


def test_overlap_of_open_words(dmn):
    """Two negations overlap in any other word."""
    xml = dmn.file(["s:string"], ["r"], [('not("a")', "1"), ('not("b")', "2")])

    assert ["Decision d: the rules 1 and 2 overlap under UNIQUE, e.g. s = any."] == told(xml)


def test_touching_ranges_do_not_overlap(dmn):
    """Ranges that only touch at an open end are disjoint."""
    assert [] == told(dmn.file(["n"], ["r"], [("< 5", "1"), ("[5..7)", "2"), (">= 7", "2")]))


def test_conflict_under_any(dmn):
    """Different results under ANY are an error, equal ones are not."""
    xml = dmn.file(["n"], ["r"], [("<= 5", "1"), (">= 5", "2"), (">= 7", "1 + 1")], policy="ANY")

    assert [
        "Decision d: the rules 1 and 2 match together and say different things under ANY, e.g. n = 5."
    ] == told(xml)


def test_perhaps_conflict_under_any(dmn):
    """Results that depend on other values may conflict: a warning."""
    xml = dmn.file(["n"], ["r"], [("<= 5", "x"), (">= 5", "y")], policy="ANY")

    assert [("warning", "dmn.conflict")] == found(xml)


def test_gap_in_numbers(dmn):
    """A hole between ranges is told with a number in it."""
    xml = dmn.file(["n:number"], ["r"], [("< 5", "1"), ("> 5", "2")])

    assert ["Decision d: no rule answers n = 5."] == told(xml)
    assert [("warning", "dmn.gap")] == found(xml)


def test_no_gap_between_whole_numbers(dmn):
    """Whole numbers leave no gap between neighbours, numbers in general do."""
    rules = [("<= 5", "1"), (">= 6", "2")]

    assert [] == told(dmn.file(["n:integer"], ["r"], rules))
    assert ["Decision d: no rule answers n = 5.5."] == told(dmn.file(["n:number"], ["r"], rules))


def test_gap_in_input_values(dmn):
    """A listed input value that no rule answers is told."""
    xml = dmn.file(
        ['c:string:"A","B","C"', "p:boolean"], ["r"], [('"A"', "-", "1"), ('"B","C"', "true", "2")]
    )

    assert ['Decision d: no rule answers c = "B", p = false.'] == told(xml)


def test_gap_in_dates(dmn):
    """Dates are compared as numbers are."""
    xml = dmn.file(["t:date"], ["r"], [('< date("2026-01-01")', "1"), ('> date("2026-01-01")', "2")])

    assert ["Decision d: no rule answers t = 2026-01-01."] == told(xml)


def test_the_ends_of_the_calendar_are_no_obstacle(dmn):
    """A date that means "for ever" may stand in a condition; an example of a duration is written as in a condition."""
    for_ever = 'date("9999-12-31")'
    rules = [(f"< {for_ever}", "1"), (f">= {for_ever}", "2")]

    assert [] == told(dmn.file(["d:date"], ["r"], rules))
    assert ["Decision d: no rule answers d = 0001-01-01."] == told(
        dmn.file(["d:date"], ["r"], [('> date("0001-01-01")', "1")])
    )
    assert ["Decision d: no rule answers d = P2D."] == told(
        dmn.file(["d:dayTimeDuration"], ["r"], [('not(duration("P2D"))', "1")])
    )


def test_a_default_leaves_no_gap(dmn):
    """A default output answers for what the rules leave."""
    assert [] == told(dmn.file(["n"], ["r:::0"], [("> 5", "2")]))


def test_limits_of_the_input_count(dmn):
    """Values that the column does not allow are no gap."""
    assert [] == told(dmn.file(["n:number:[0..100]"], ["r"], [("< 5", "1"), (">= 5", "2")]))


def test_nothing_is_claimed_about_computed_conditions(dmn):
    """Conditions that read other values give no false alarm."""
    rules = [("< ordered", "1"), (">= ordered", "2"), ("string length(?) > 3", "3")]

    assert [] == told(dmn.file(["available"], ["r"], rules))


def test_one_expression_in_two_columns(dmn):
    """Two columns of the same expression are looked at together."""
    assert [] == told(
        dmn.file(["n", "n"], ["r"], [(">= 0", "< 5", "1"), ("-", ">= 5", "2"), ("< 0", "-", "3")])
    )


REFUSED = {
    "bkm": ('<businessKnowledgeModel id="b" name="b"/>', "dmn.unsupported", "b"),
    "service": ('<decisionService id="s" name="s"/>', "dmn.unsupported", "s"),
    "context": ('<decision id="e" name="e"><context id="c"/></decision>', "dmn.unsupported", "c"),
    "invocation": ('<decision id="e" name="e"><invocation id="c"/></decision>', "dmn.unsupported", "c"),
    "relation": ('<decision id="e" name="e"><relation id="c"/></decision>', "dmn.unsupported", "c"),
    "no id": (
        '<decision name="e"><literalExpression><text>1</text></literalExpression></decision>',
        "dmn.id",
        "file",
    ),
    "same id": (
        '<decision id="d" name="e"><literalExpression><text>1</text></literalExpression></decision>',
        "dmn.duplicate",
        "d",
    ),
    "empty": ('<decision id="e" name="e"/>', "dmn.body", "e"),
    "missing": (
        '<decision id="e" name="e"><informationRequirement id="i"><requiredDecision href="#gone"/></informationRequirement><literalExpression><text>1</text></literalExpression></decision>',
        "dmn.requirement",
        "i",
    ),
    "language": (
        '<decision id="e" name="e"><literalExpression id="l" expressionLanguage="javascript"><text>1</text></literalExpression></decision>',
        "dmn.language",
        "l",
    ),
    "type": (
        '<decision id="e" name="e"><variable id="v" typeRef="monkey"/><literalExpression><text>1</text></literalExpression></decision>',
        "dmn.type",
        "v",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_executed_is_refused(dmn, case):
    """What cannot run exactly is refused with element, line and what to do."""
    part, code, element = REFUSED[case]
    xml = dmn.definitions(dmn.decision("d", dmn.literal("1")), part)

    with pytest.raises(DmnRefused) as caught:
        engine.dmn.read(xml, "test.dmn")

    finding = caught.value.findings[0]
    assert (code, element, "test.dmn") == (finding.code, finding.element, finding.file)
    assert finding.line > 0
    assert finding.remedy.zh
    assert caught.value.findings == engine.dmn.check(xml, "test.dmn")


def test_a_circle_is_refused(dmn):
    """Decisions that require each other are refused with the circle."""
    one = dmn.decision("one", dmn.literal("two"), requires=["two"])
    two = dmn.decision("two", dmn.literal("one"), requires=["one"])

    assert ["Decisions require each other in a circle: one → two → one."] == told(dmn.definitions(one, two))


def test_a_feel_error_has_its_place(dmn):
    """A FEEL mistake is told with the rule's line and the character."""
    findings = engine.dmn.check(dmn.file(["n"], ["r"], [("> 5", "1"), ("> > 5", "2")]))

    assert ["dmn.feel"] == [item.code for item in findings]
    assert 7 == findings[0].line
    assert "> > 5" in findings[0].message.zh


@pytest.mark.parametrize(
    ("inputs", "outputs", "rules", "options", "code"),
    [
        (["n"], ["a", "a"], [("1", "1", "1")], {}, "dmn.output"),
        (["n"], ["a", ""], [("1", "1", "1")], {}, "dmn.output"),
        (["n"], ["a"], [("1", "1")], {"policy": "PRIORITY"}, "dmn.priority"),
        (["n"], ["a"], [("1", "1")], {"policy": "SOME"}, "dmn.policy"),
        (["n"], ["a"], [("1", "1")], {"policy": "UNIQUE", "aggregation": "SUM"}, "dmn.policy"),
        (
            ["n"],
            ["a", "b"],
            [("1", "1", "1")],
            {"policy": "COLLECT", "aggregation": "SUM"},
            "dmn.aggregation",
        ),
        (["n"], ["a"], [("1",)], {}, "dmn.columns"),
        ([""], ["a"], [("1", "1")], {}, "dmn.input"),
        (["n"], [], [("1",)], {}, "dmn.output"),
        (["n"], ["a:string:x"], [("1", '"x"')], {}, "dmn.values"),
    ],
)
def test_wrong_tables_are_refused(dmn, inputs, outputs, rules, options, code):
    """A table that cannot be run is refused by name."""
    with pytest.raises(DmnRefused) as caught:
        engine.dmn.read(dmn.file(inputs, outputs, rules, **options))

    assert [code] == [item.code for item in caught.value.findings if item.severity == "error"]


def test_an_empty_result_is_told(dmn):
    """A rule whose result somebody forgot is a warning; null written out is meant."""
    rules = [("< 5", ""), (">= 5", "null")]

    assert [("warning", "dmn.answer")] == found(dmn.file(["n:number"], ["r"], rules))
    assert ["Rule 1 has an empty result: its answer is null."] == told(dmn.file(["n:number"], ["r"], rules))


def test_large_files_are_bounded(dmn):
    """A table too long to be compared is told; a file of too many decisions is refused."""
    rules = [(str(n), "1") for n in range(501)]
    chain = [dmn.decision(f"d{n}", dmn.literal("1"), requires=[f"d{n - 1}"] if n else []) for n in range(101)]

    assert ["Decision d is too large to be searched for overlaps and gaps."] == told(
        dmn.file(["n"], ["r"], rules)
    )
    assert [("error", "dmn.size")] == found(dmn.definitions(*chain))
    assert 1 == engine.dmn.read(dmn.definitions(*chain[:100])).evaluate("d99", {})


def test_diamonds_of_requirements_are_read_quickly(dmn):
    """Requirements that meet again and again cost no more than their number."""
    parts = [dmn.decision("d0", dmn.literal("1"))]
    for n in range(1, 40):
        body = dmn.literal(f"d{n - 1} + 1")
        parts.append(dmn.decision(f"e{n}", body, requires=[f"d{n - 1}"]))
        parts.append(dmn.decision(f"d{n}", body, requires=[f"d{n - 1}", f"e{n}"]))

    assert 40 == engine.dmn.read(dmn.definitions(*parts)).evaluate("d39", {})


CELLS = st.one_of(
    st.just("-"),
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", ""]), st.integers(0, 4).map(str)).map("".join),
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(["[]", "()", "[)", "(]"])).map(
        lambda each: f"{each[2][0]}{min(each[:2])}..{max(each[:2])}{each[2][1]}"
    ),
)
CLASSES = st.sampled_from(["-", '"A"', '"B"', '"A","B"', 'not("A")'])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELLS, CLASSES, CELLS), min_size=1, max_size=6))
def test_the_check_agrees_with_what_happens(dmn, rules):
    """An overlap or gap is told exactly when some input runs into it."""
    xml = dmn.file(["n:number", 'c:string:"A","B"', "m:number"], ["r"], [(*rule, "1") for rule in rules])
    decisions = engine.dmn.read(xml)
    halves = [Decimal(n) / 2 for n in range(-2, 11)]
    happens = set()
    for n, c, m in product(halves, "AB", halves):
        try:
            happens.add("dmn.gap" if decisions.evaluate("d", {"n": n, "c": c, "m": m}) is None else "")
        except DmnError:
            happens.add("dmn.overlap")

    assert happens - {""} == {code for _, code in found(xml)}
