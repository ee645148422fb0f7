"""The cells of decision tables."""

from __future__ import annotations

import pytest

from engine import feel


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", 5, True),
        (" - ", None, True),
        ("5", 5, True),
        ("-5", -5, True),
        ('"A","B"', "B", True),
        ('"A","B"', "C", False),
        ("> 5", 6, True),
        ("<= 5, > 10", 7, False),
        ("[1..5)", 5, False),
        ("]1..5]", 5, True),
        ("(1..5), 9", 9, True),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ("not(> 5)", 5, True),
        ("not(> 5)", None, False),
        ('not("A")', None, True),
        ("null", None, True),
        ("null", 1, False),
        ("not(null)", 1, True),
        ("> 5", None, False),
        ("true", True, True),
        ("false", False, True),
        ("false", True, False),
        ("limit", 7, True),
        ("> limit", 8, True),
        ("? > limit and ? < 10", 8, True),
        ("? > limit", 7, False),
        ('contains(?, "x")', "axb", True),
        ('not(contains(?, "x"))', "axb", False),
        ("not(? > 5) or ? = 9", 9, True),
        ("count(codes) = 2", 5, True),
        ("count(codes) = 3", 5, False),
        ("codes", "B", True),
        ('["A", "B"]', "A", True),
        ("[[1..3], [5..7]]", 6, True),
        ('@"2026-11-21"', "2026-11-21", False),
        ("< 10 - 1", 8, True),
        ("=5", 5, True),
        ("!=5", 5, False),
        ("some code in codes satisfies code = ?", "A", True),
        ("some x in ? satisfies x > 2", [1, 3], True),
        ("list contains(?, 3)", [1, 3], True),
    ],
)
def test_cells(cell, value, expected):
    """A cell holds when one of its tests is true of the value; a test that cannot be told does not hold."""
    assert feel.compile_unary(cell)(value, {"limit": 7, "codes": ["A", "B"]}) is expected


def test_names_of_a_cell():
    """A cell tells which variables it reads, the value under test not among them."""
    assert {"limit"} == feel.compile_unary("? > limit").names


def test_the_tests_as_read():
    """Those who check tables for gaps and overlaps read the tree of a cell."""
    tests = feel.compile_unary("not([1..5), 9)").tree

    assert tests.negated
    assert 2 == len(tests.tests)


def test_longer_names_in_cells():
    """A variable whose name holds signs is found at run time."""
    assert feel.compile_unary("> min-stock")(5, {"min-stock": 4, "min": 1})


@pytest.mark.parametrize("cell", ["", "1,", "> ", "not(", "[1..", "1 2", '"A" "B"'])
def test_unreadable_cells(cell):
    """A cell that cannot be read is refused."""
    with pytest.raises(feel.FeelError):
        feel.compile_unary(cell)
