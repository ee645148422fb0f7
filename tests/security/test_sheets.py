"""What somebody typed stays text in a spreadsheet (T28)."""

from __future__ import annotations

import ast
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from engine.web import sheets

ENGINE = Path(sheets.__file__).parents[1]
#: With these a spreadsheet begins a formula; a tab or a line break begins a cell of its own in some.
BEGINS = tuple("=+-@＝＋－＠\t\r\n")

typed = st.text() | st.tuples(st.text(" \t\u3000\u00a0", max_size=3), st.sampled_from(BEGINS), st.text()).map(
    "".join
)


@given(typed | st.lists(typed) | st.dictionaries(typed, typed))
@example("\u3000=1+1")
@example(["=cmd|'/c calc'!A0"])
def test_export_has_no_formula(value: object) -> None:
    """Whatever text, list or record it is: the cell begins with nothing that is computed, and loses nothing."""
    written = sheets.cell(value)

    assert not written.startswith(BEGINS)
    assert not written.lstrip().startswith(BEGINS)
    if isinstance(value, str):
        assert value in (written, written[1:])


@given(st.integers() | st.decimals(allow_nan=False, allow_infinity=False))
def test_numbers_stay_numbers(value: object) -> None:
    """Below nothing too; what one computes with is no text."""
    assert "'" not in sheets.cell(value)


def test_only_one_place_writes_sheets() -> None:
    """No other module makes CSV or a workbook, so that none goes round the rule."""
    makers = {"csv", "openpyxl", "xlsxwriter", "xlwt", "pandas"}
    found = {
        path.relative_to(ENGINE).as_posix()
        for path in ENGINE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        )
        if name.split(".")[0] in makers
    }

    assert {"web/sheets.py"} == found
