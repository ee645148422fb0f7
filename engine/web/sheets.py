"""Lists as CSV for spreadsheets: headings and words in the person's language, numbers and dates to compute with."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Response, request

from engine.web import files, formats

#: Heading -> what stands below it for a row.
Columns = Mapping[str, Callable[[Any], object]]

#: Bytes kept in memory; what is more waits on the disk.
_HELD = 1_000_000
#: With these a spreadsheet begins a formula, also in their full-width form.
_FORMULA = frozenset("=+-@＝＋－＠")


def wanted() -> bool:
    """Whether the address asks for CSV instead of the page."""
    return request.args.get("format") == "csv"


def answer(rows: Iterable[Any], columns: Columns) -> Response:
    """The rows as a file to keep, named after the page.

    It is written as a whole before it is sent: whoever reads slowly holds no transaction, and what fails while it
    is written is said, instead of ending a file that looks complete.
    """
    file = SpooledTemporaryFile(max_size=_HELD)  # noqa: SIM115 (the response closes it)
    try:
        # The mark at the beginning lets spreadsheets read the Chinese.
        with_mark = io.TextIOWrapper(file, "utf-8-sig", newline="")
        writer = csv.writer(with_mark)
        writer.writerow([cell(heading) for heading in columns])
        writer.writerows([cell(value(row)) for value in columns.values()] for row in rows)
        with_mark.detach()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return files.download(file, f"{request.path.strip('/').replace('/', '-')}.csv", "text/csv; charset=utf-8")


def cell(value: object) -> str:
    """A value as a spreadsheet computes with it; text that would be a formula stays text."""
    match value:
        case None:
            return ""
        case str():
            begins = value[:1] in "\t\r\n" or value.lstrip()[:1] in _FORMULA
            return f"'{value}" if value and begins else value
        case Decimal():
            return f"{value:f}"
        case int() if not isinstance(value, bool):
            return str(value)
        case _:
            return cell(formats.plain(value))
