"""Which signatures stand on the page where a paper is signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.queries.signatures import Signature, of_paper

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
GIVEN = Signature(1, 1, "sign", "slip", "now", "v", "liu", "刘仓", None, "同意", "sign", "", AT, None)


def rows(*said: tuple[str, str]) -> list[Signature]:
    """Signatures by content and kind, numbered from 1."""
    return [
        replace(
            GIVEN,
            seq=n,
            document_hash=content,
            decision="refuse" if kind == "refused" else "sign",
            void_seq=9 if kind == "void" else None,
        )
        for n, (content, kind) in enumerate(said, start=1)
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([("now", "signed"), ("now", "signed")], [1, 2]),
        ([("before", "signed"), ("now", "signed")], [2]),
        ([("before", "void"), ("before", "refused"), ("now", "signed")], [1, 2, 3]),
        ([("first", "refused"), ("second", "signed"), ("third", "refused"), ("now", "signed")], [3, 4]),
        ([("now", "signed"), ("before", "signed")], [1]),
    ],
    ids=["as it stands", "another paper", "refused and corrected", "the paper before it", "side by side"],
)
def test_a_paper_shows_its_own_signatures(given: list[tuple[str, str]], expected: list[int]) -> None:
    """What was given under its content, and what was refused or voided before it; no other paper's."""
    assert expected == [each.seq for each in of_paper(rows(*given), "slip", "now")]


def test_another_variable_is_another_paper() -> None:
    """Papers in other variables are none of it; where all data are signed, all of those count."""
    signed = [
        *rows(("now", "signed")),
        replace(GIVEN, seq=2, document=""),
        replace(GIVEN, seq=3, document=""),
    ]

    assert [1] == [each.seq for each in of_paper(signed, "slip", "now")]
    assert [2, 3] == [each.seq for each in of_paper(signed, "", "other")]
