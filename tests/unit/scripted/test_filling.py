"""Forms filled in by somebody who never hesitates."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from engine.form import read
from engine.scripted.filling import Photo, Stuck, filled

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def form(*components: dict[str, Any]) -> Any:
    """A form of these fields, each with an id of its own."""
    numbered = [{"id": f"c{number}", "label": "项", **each} for number, each in enumerate(components)]
    head = {"id": "asked", "type": "default", "schemaVersion": 19, "executionPlatform": "Camunda Cloud"}
    return read(json.dumps({**head, "executionPlatformVersion": "8.8.0", "components": numbered}))


MUST = {"required": True}


def test_what_a_form_demands_is_given_and_the_rest_stays_as_it_shows() -> None:
    """Boxes are ticked, numbers fit their limits, choices are among those offered, dates are of today."""
    asked = form(
        {"type": "checkbox", "key": "agreed", "validate": MUST},
        {"type": "number", "key": "qty", "validate": {"required": True, "min": 3, "max": 5}},
        {"type": "radio", "key": "way", "values": [{"label": "快递", "value": "express"}], "validate": MUST},
        {"type": "datetime", "key": "day", "subtype": "date", "dateLabel": "日", "validate": MUST},
        {"type": "textfield", "key": "note"},
    )

    values = filled(asked, {"note": "易碎"}, {}, NOON, Random(1))

    assert {"agreed": True, "qty": 3, "way": "express", "day": "2026-03-02", "note": "易碎"} == values


def test_what_is_given_goes_before_what_is_made_up() -> None:
    """A field that only shows after another's answer is filled in too."""
    asked = form(
        {"type": "checkbox", "key": "eligible"},
        {
            "type": "textfield", "key": "reason", "validate": MUST,
            "conditional": {"hide": "=eligible = true"},
        },
    )  # fmt: skip

    refused = filled(asked, {}, {"eligible": False}, NOON, Random(1))
    allowed = filled(asked, {}, {"eligible": True}, NOON, Random(1))

    assert refused["reason"]
    assert allowed["eligible"] is True


def test_what_no_answer_satisfies_is_said_with_its_field() -> None:
    """A given value the form refuses is not silently replaced for ever."""
    asked = form({"type": "radio", "key": "way", "values": [], "validate": MUST})

    with pytest.raises(Stuck, match="way"):
        filled(asked, {}, {}, NOON, Random(1))


def test_a_photo_is_a_picture() -> None:
    """Its bytes are a PNG that an image library reads."""
    image = pytest.importorskip("PIL.Image")

    assert (48, 36) == image.open(Photo()._bytes).size
