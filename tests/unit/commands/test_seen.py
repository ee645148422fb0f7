"""The hash of what a person sees: the content alone decides, however it was read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.audit.chain import digest
from engine.bpmn import kept
from engine.bpmn.kept import Kept
from engine.commands import seen
from engine.feel.values import to_json

LINES = [{"sku": f"A-{n}", "price": Decimal(n) / 4, "名称": "柜子"} for n in range(40)]


@pytest.mark.parametrize("beside", [Decimal("1.5"), 2**70, "text", {"b": 1, "a": [None]}])
def test_the_hash_is_that_of_the_content(beside: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for values just made and for large ones read before, beside numbers of any size."""
    shelf = Kept()
    monkeypatch.setattr(seen, "KEPT", shelf)
    monkeypatch.setattr(kept, "CHECKED", True)
    data = {"z": LINES, "beside": beside}
    expected = digest({"task": "7-3", "form": 5, "definition": 2, "values": to_json(data)})

    read = {"z": shelf.read(to_json(LINES)), "beside": beside}

    assert shelf.find(read["z"]) is not None
    assert [expected] * 3 == [seen.hash_of(7, 3, 5, 2, each) for each in (data, read, read)]
    assert expected != seen.hash_of(7, 3, 5, 2, {**read, "z": LINES[1:]})
