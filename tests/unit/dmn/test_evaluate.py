"""Decisions are made from what they require, and never from values of a wrong kind."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

import engine.dmn
from engine.dmn import DmnError, DmnRefused
from engine.errors import NotFound

NAMESPACES = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_version_is_read(dmn, namespace):
    """Files of DMN 1.1 to 1.5 are read alike."""
    xml = dmn.definitions(dmn.decision("d", dmn.literal("1 + n")), namespace=namespace)

    decisions = engine.dmn.read(xml.encode())

    assert ["d"] == decisions.ids()
    assert 3 == decisions.evaluate("d", {"n": 2})


def test_required_decisions_come_first(dmn):
    """A decision reads the results of those it requires by variable, name or id."""
    xml = dmn.definitions(
        dmn.decision("total", dmn.literal("price * quantity"), name="订单 金额"),
        dmn.decision("rate", dmn.table(["class"], ["r"], [('"A"', "0.1"), ('not("A")', "0")], prefix="x")),
        dmn.decision(
            "d",
            dmn.table(
                ["订单 金额:number", "rate"],
                ["discount"],
                [(">= 100", "-", "total * rate"), ("< 100", "-", "0")],
            ),
            requires=["total", "rate"],
        ),
    )
    decisions = engine.dmn.read(xml)

    outcome = decisions.trace("d", {"price": 30, "quantity": 5, "class": "A"})

    assert 15 == outcome.value
    assert [("total", ()), ("rate", (1,))] == [(made.decision, made.rules) for made in outcome.required]
    assert 0 == decisions.evaluate("d", {"price": 30, "quantity": 3, "class": "A"})


def test_several_outputs_are_a_context(dmn):
    """Several outputs come as one value by name."""
    xml = dmn.file(
        ["a:boolean", "b:boolean"], ["x:string", "y:boolean"], [("true", "false", '"是"', "not(b)")]
    )

    assert {"x": "是", "y": True} == engine.dmn.read(xml).evaluate("d", {"a": True, "b": False})


def test_unary_tests_of_all_kinds(dmn):
    """Ranges, lists, negation, dates and functions stand in conditions."""
    rules = [
        ("[1..10)", '"a","b"', "-", "1"),
        ("[10..20]", 'not("a","b")', '> date("2026-01-01")', "2"),
        ("-", 'starts with(?, "z")', "-", "3"),
    ]
    decisions = engine.dmn.read(dmn.file(["n", "s", "d"], ["r"], rules))
    day = dt.date(2026, 3, 1)

    assert 1 == decisions.evaluate("d", {"n": 9, "s": "b", "d": day})
    assert 2 == decisions.evaluate("d", {"n": 10, "s": "c", "d": day})
    assert 3 == decisions.evaluate("d", {"n": 1, "s": "zz", "d": None})
    assert decisions.evaluate("d", {"n": 10, "s": "a", "d": day}) is None


def test_a_value_of_a_wrong_type_is_an_error(dmn):
    """An input that is not of the column's type is named, not silently unmatched."""
    decisions = engine.dmn.read(dmn.file(["n:number"], ["r:number"], [("< 5", "1"), (">= 5", '"x"')]))

    with pytest.raises(DmnError, match=r"input n is 'five', expected number"):
        decisions.evaluate("d", {"n": "five"})
    with pytest.raises(DmnError, match=r"rule 2, result r is 'x', expected number"):
        decisions.evaluate("d", {"n": 5})


def test_a_value_outside_the_input_values_is_an_error(dmn):
    """An input that the column does not allow is named."""
    decisions = engine.dmn.read(dmn.file(['c:string:"A","B"'], ["r"], [('"A"', "1"), ('"B"', "2")]))

    with pytest.raises(DmnError, match='input c is \'D\', expected "A","B"'):
        decisions.evaluate("d", {"c": "D"})


def test_a_result_outside_the_output_values_is_an_error(dmn):
    """A result that the column does not allow is named with its rule."""
    decisions = engine.dmn.read(dmn.file(["n"], ['r:string:"yes","no"'], [("-", '"perhaps"')]))

    with pytest.raises(DmnError, match="rule 1"):
        decisions.evaluate("d", {"n": 1})


def test_an_unknown_decision(dmn):
    """A decision that is not in the file is not found."""
    with pytest.raises(NotFound):
        engine.dmn.read(dmn.definitions(dmn.decision("d", dmn.literal("1")))).evaluate("e", {})


def test_own_types_bring_their_values(dmn):
    """A type defined in the file limits the column that names it."""
    item = '<itemDefinition name="tClass"><typeRef>string</typeRef><allowedValues><text>"A","B"</text></allowedValues></itemDefinition>'
    xml = dmn.definitions(
        item, dmn.decision("d", dmn.table(["c:tClass"], ["r"], [('"A"', "1"), ('"B"', "2")]))
    )

    decisions = engine.dmn.read(xml)

    assert 2 == decisions.evaluate("d", {"c": "B"})
    with pytest.raises(DmnError):
        decisions.evaluate("d", {"c": "C"})


def test_a_literal_decision_keeps_its_type(dmn):
    """A literal expression whose value is not of the declared type is an error."""
    decisions = engine.dmn.read(dmn.definitions(dmn.decision("d", dmn.literal("n"), type_ref="number")))

    assert 4 == decisions.evaluate("d", {"n": 4})
    with pytest.raises(DmnError):
        decisions.evaluate("d", {"n": "4"})


def test_hostile_xml_is_refused():
    """An entity never reaches the parser."""
    with pytest.raises(DmnRefused):
        engine.dmn.read(
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><definitions>&b;</definitions>'
        )


def test_types_stand_for_types(dmn):
    """A type of the file may stand for another, or for a list of it, or be made of components."""
    items = (
        '<itemDefinition name="tClass"><typeRef>string</typeRef><allowedValues><text>"A","B"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="tLevel"><typeRef>tClass</typeRef></itemDefinition>'
        '<itemDefinition name="tLevels" isCollection="true"><typeRef>tLevel</typeRef></itemDefinition>'
        '<itemDefinition name="tLine"><itemComponent name="sku"><typeRef>string</typeRef></itemComponent></itemDefinition>'
        '<itemDefinition name="tSelf"><typeRef>tSelf</typeRef></itemDefinition>'
    )
    body = dmn.table(
        ["ls:tLevels", "o:tLine", "s:tSelf"], ["r"], [('list contains(?, "A")', "-", "-", "o.sku")]
    )
    decisions = engine.dmn.read(dmn.definitions(items, dmn.decision("d", body)))

    assert "X" == decisions.evaluate("d", {"ls": ["B", "A"], "o": {"sku": "X"}, "s": 1})
    for wrong in ({"ls": ["A", "C"]}, {"ls": "A"}, {"ls": ["A"], "o": "X"}):
        with pytest.raises(DmnError):
            decisions.evaluate("d", wrong)


def test_values_of_plain_python(dmn):
    """A script may pass floats, nested lists and dicts."""
    decisions = engine.dmn.read(dmn.definitions(dmn.decision("d", dmn.literal("sum(lines.qty) * rate"))))

    assert Decimal("7.5") == decisions.evaluate("d", {"lines": [{"qty": 1.0}, {"qty": 2}], "rate": 2.5})


def test_an_unfit_language_of_the_file_is_refused(dmn):
    """A file whose expressions are not FEEL is refused, unless they say that they are."""
    xml = dmn.definitions(dmn.decision("d", dmn.literal("1"))).replace(
        "<definitions ", '<definitions expressionLanguage="juel" '
    )

    with pytest.raises(DmnRefused):
        engine.dmn.read(xml)
    assert 1 == engine.dmn.read(xml.replace("juel", "https://www.omg.org/spec/DMN/20191111/FEEL/")).evaluate(
        "d", {}
    )
