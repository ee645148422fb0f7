"""The state as bytes: every value comes back as it was, and large ones that stay cost next to nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
import zstandard

from engine import feel
from engine.bpmn import kept, state
from engine.bpmn.kept import Kept
from engine.errors import Broken
from engine.feel.values import to_json

from .walking import Walk, diagram, path, user

TWICE = diagram(
    '<startEvent id="s"/>' + user("one") + user("two") + '<endEvent id="e"/>' + path("s", "one", "two", "e")
)
PRODUCTS = [
    {"sku": f"A-{n}", "price": Decimal(n) + Decimal("0.50"), "since": date(2026, 3, n), "name": "柜子"}
    for n in range(1, 29)
]


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Nothing known yet, and whoever changes a value in place is found out."""
    fresh = Kept()
    monkeypatch.setattr(state, "KEPT", fresh)
    monkeypatch.setattr(kept, "CHECKED", True)
    return fresh


def plain(walk: Walk) -> Any:
    """The state without its compression."""
    return orjson.loads(zstandard.ZstdDecompressor().decompress(walk.state))


@pytest.mark.parametrize(
    "value",
    [
        PRODUCTS,
        {"lines": PRODUCTS, "total": Decimal("7.30")},
        {"$": "n", "v": "1", "more": PRODUCTS},
        [{"$": "dict", "v": {"$": PRODUCTS}}],
        [f"text {n} \"$\": '" for n in range(40)],
        feel.evaluate('[date and time("2026-03-10T10:00:00@Asia/Shanghai"), duration("P1Y"), [1..5], 12.50]'),
        [],
        {},
        Decimal("0.1"),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_values_survive_every_step(value: Any) -> None:
    """Dates, decimals, ranges, contexts that look like tags; beside values that are small."""
    walk = Walk(TWICE, variables={"big": value, "small": Decimal("1.5")}).complete("one", more=1)
    walk.complete("two")

    assert value == walk.variables["big"]
    assert Decimal("1.5") == walk.variables["small"]


def test_bytes_do_not_depend_on_what_was_read_before() -> None:
    """The same state, whether its values were known or not."""
    known = Walk(TWICE, variables={"products": PRODUCTS, "x": Decimal("0.1")})
    before = plain(known)
    known.complete("one")
    again = Walk(TWICE, variables={"products": PRODUCTS, "x": Decimal("0.1")})

    assert before == plain(again)
    assert to_json(PRODUCTS) == before[3][0][4][0]["products"]


def test_a_large_value_is_read_once(shelf: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps and looks after the first find it as it is, in other instances too."""
    walk = Walk(TWICE, variables={"products": PRODUCTS})
    walk.complete("one")
    read: list[Any] = []
    monkeypatch.setattr(kept, "from_json", lambda data: read.append(data) or data)
    walk.complete("two")

    assert [] == read
    assert walk.variables["products"] == PRODUCTS
    known = shelf.find(walk.variables["products"])
    assert known is not None
    assert to_json(PRODUCTS) == orjson.loads(known.text)


def test_a_value_changed_in_place_is_found_out_in_tests() -> None:
    """It would silently stay what it was: so nobody may, and tests watch it."""
    held = Kept()
    value = held.read(to_json(PRODUCTS))
    value[0]["sku"] = "B"

    with pytest.raises(Broken):
        held.find(value)


def test_what_is_kept_is_bounded() -> None:
    """The oldest goes first; small and huge values are never kept."""
    held = Kept(most=5000)
    texts = [["x" * 1000, n] for n in range(10)]
    values = [held.read(text) for text in texts]

    assert [False] * 6 + [True] * 4 == [held.find(value) is not None for value in values]
    assert held.find(held.read(["small"])) is None
    assert held.find(held.read(["x" * kept.LARGEST])) is None
    assert held.read(texts[9]) is values[9]


def test_another_format_is_refused() -> None:
    """Rather than guessed at."""
    foreign = zstandard.ZstdCompressor().compress(orjson.dumps([2, 0, "running", []]))

    with pytest.raises(Broken):
        state.load(foreign, None)  # type: ignore[arg-type]
