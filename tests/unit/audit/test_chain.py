"""How entries are spelled and chained."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audit.chain import (
    GENESIS,
    SIGNS,
    breaks,
    canonical,
    digest,
    link,
    read_move,
    read_stamp,
    stamp,
    write_move,
)

FIRST, LAST = datetime(1971, 1, 1), datetime(2500, 1, 1)  # noqa: DTZ001
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def chained(bodies: list[str], number: int = 1) -> list[tuple[int, int, str, bytes]]:
    """Entries of one instance with these bodies."""
    rows, head = [], GENESIS
    for seq, body in enumerate(bodies, 1):
        head = link(head, body)
        rows.append((number, seq, body, head))
    return rows


def test_one_content_has_one_text() -> None:
    """Keys are sorted, nothing is spaced, Chinese stays readable."""
    assert '{"a":[1,null,true],"客户":"甲"}' == canonical({"客户": "甲", "a": [1, None, True]})


@pytest.mark.parametrize("value", [1.5, {"a": [1.0]}, [float("nan")], {"a": {"b": (2.5,)}}])
def test_floats_have_no_single_spelling(value: object) -> None:
    """A float is refused wherever it stands."""
    with pytest.raises(TypeError):
        canonical(value)


def test_a_hash_is_what_anybody_can_compute() -> None:
    """SHA-256 over a zero byte, the hash before and the body."""
    assert hashlib.sha256(b"\x00" + bytes(32) + '{"客":1}'.encode()).digest() == link(GENESIS, '{"客":1}')
    assert hashlib.sha256(b"[]").hexdigest() == digest([])


@given(
    st.datetimes(
        min_value=FIRST, max_value=LAST, timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))])
    )
)
def test_times_are_utc_with_microseconds(moment: datetime) -> None:
    """A time comes back the same; its spelling has one length."""
    assert moment == read_stamp(stamp(moment))
    assert len("2026-11-21T20:49:54.000695Z") == len(stamp(moment))


@given(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]*", fullmatch=True),
    st.sampled_from(sorted(SIGNS)),
    st.integers(1, 10**6),
    st.sampled_from(["", "sign_slip#7", "a#1/b#2"]),
)
def test_moves_come_back(element: str, what: str, task: int, scope: str) -> None:
    """A move's short text says all of it; a flow taken has no task."""
    move = read_move(write_move(element, what, task, scope))

    assert {
        "element": element,
        "what": what,
        "task": None if what == "taken" else task,
        "scope": scope,
    } == move


def test_a_whole_chain_has_no_breaks() -> None:
    """Chains of several instances, one after the other."""
    assert [] == list(breaks(chained(["a", "b", "c"], 1) + chained(["d"], 2) + chained(["e", "f"], 9)))


@given(st.lists(st.text(min_size=1), min_size=2, max_size=6), st.data())
def test_any_single_change_is_seen(bodies: list[str], data: st.DataObject) -> None:
    """An entry edited, left out (but the last), repeated or moved breaks the chain."""
    rows = chained(bodies)
    n = data.draw(st.integers(0, len(rows) - 1))
    change = data.draw(st.sampled_from(["edit", "rehash", "remove", "repeat", "renumber"]))
    number, seq, body, mark = rows[n]
    if change == "edit":
        rows[n] = (number, seq, body + " ", mark)
    elif change == "rehash":
        rows[n] = (number, seq, body + " ", link(GENESIS if n == 0 else rows[n - 1][3], body + "  "))
    elif change == "remove":
        del rows[min(n, len(rows) - 2)]
    elif change == "repeat":
        rows.insert(n, rows[n])
    else:
        rows[n] = (number, seq + 1, body, mark)

    assert [] != list(breaks(rows))


def test_one_change_is_one_finding() -> None:
    """After a break the chain is taken up at the stored hash."""
    rows = chained(["a", "b", "c", "d"])
    rows[1] = (1, 2, "x", rows[1][3])

    assert [(1, 2)] == list(breaks(rows))


@given(VALUES)
def test_the_canonical_text_is_stable(value: object) -> None:
    """Reading and writing again gives the same text."""
    assert canonical(json.loads(canonical(value))) == canonical(value)


def test_canonical_text_is_that_of_any_json_writer() -> None:
    """Letters, control characters, the order of keys and large numbers are as the standard library writes them."""
    letters = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x11000), 0x1F600, 0x10FFFF]))
    value = {
        "text": letters,
        "ключ": [None, True, False, 0, -1, 2**63 - 1],
        "键": {"b": (), "B": {}, "é": [[]], "\U0001f600": 1, "\uffff": 2},
        "": {},
    }
    for each in (value, {"large": 2**64, **value}, {1: "key", 10: "key", 2: "key"}):
        expected = json.dumps(each, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

        assert expected == canonical(each)


def test_what_has_no_json_has_no_canonical_text() -> None:
    """Floats anywhere, moments and numbers of other kinds are refused, never guessed at."""
    for value in (
        1.5,
        [1.5],
        {"a": ({"b": [0.0]},)},
        datetime(2026, 3, 10, tzinfo=UTC),
        Decimal(1),
        {"a": b"x"},
    ):
        with pytest.raises(TypeError):
            canonical(value)
