"""The JSON reader at the border."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api import border

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_accepted_is_unchanged(value: object) -> None:
    """Any JSON value without fractions arrives as it was sent, typename and odd Unicode included."""
    assert value == border.read(json.dumps(value).encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1", Decimal("0.1")),
        ("12.30", Decimal("12.30")),
        ("1e3", Decimal("1E+3")),
        ("-7", -7),
        ('{"typename": "datetime"}', {"typename": "datetime"}),
        ('"补货 🚚"', "补货 🚚"),
    ],
)
def test_numbers_are_exact(text: str, expected: object) -> None:
    """A fraction keeps the digits it was written with; a whole number is an int."""
    value = border.read(text.encode())

    assert expected == value
    assert type(expected) is type(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"NaN",
        b"[Infinity]",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'"\\u0000"',
        b'{"\\u0000": 1}',
        b'"\\ud800"',
        b'"\\udc00 x"',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b"[" * 21 + b"]" * 21,
        b"1" * 35,
        b"1e400000000",
        b"1e-400000000",
        b"0." + b"1" * 35,
        b"{'a': 1}",
        b"[1,]",
        b"01",
        b'"a\nb"',
        b'{"' + b"n" * 257 + b'": 1}',
    ],
    ids=lambda data: f"{len(data)}-{data[:16]!r}",
)
def test_what_cannot_be_kept_is_refused(data: bytes) -> None:
    """Everything that would break later is refused here, with a sentence in both languages."""
    with pytest.raises(border.Unreadable) as refusal:
        border.read(data)

    assert 400 == refusal.value.status
    assert refusal.value.message.zh != refusal.value.message.en


def test_twenty_levels_pass() -> None:
    """Nesting up to the limit is accepted."""
    assert border.read(b"[" * 20 + b"]" * 20)


def test_a_large_document_is_refused() -> None:
    """More than a megabyte is refused before it is parsed."""
    with pytest.raises(border.TooLarge):
        border.read(b'"' + b"x" * 1_000_000 + b'"')


def test_an_object_is_demanded() -> None:
    """A list is no set of named values."""
    with pytest.raises(border.Unreadable):
        border.read_object(b"[1]")
