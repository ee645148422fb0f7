"""Texts with values in them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.feel.fault import FeelError
from engine.form.template import template

SCOPE = {
    "name": "和顺",
    "n": Decimal("12.50"),
    "items": [{"sku": "A"}, {"sku": "B"}],
    "none": None,
    "yes": True,
    "empty": [],
}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("{{name}}, {{ n }} 元", "和顺, 12.5 元"),
        ("= name", "和顺"),
        ('="共 " + string(n)', "共 12.5"),
        ("[{{none}}{{missing.deep}}]", "[]"),
        ("{{yes}} {{count(items)}}", "true 2"),
        ("{{items}}", '[{"sku": "A"}, {"sku": "B"}]'),
        ("{{#if n > 5}}多{{/if}}{{#if n < 5}}少{{/if}}", "多"),
        ("{{#loop items}}- {{sku}} of {{parent.name}}\n{{/loop}}", "- A of 和顺\n- B of 和顺\n"),
        ("{{#loop items}}\n- {{this.sku}}{{/loop}}", "- A- B"),
        ("{{#loop name}}{{this}}{{/loop}}{{#loop none}}x{{/loop}}", "和顺"),
        ("{{#if empty}}a list is something{{/if}}", "a list is something"),
        ("{{}}{ {x} }", "{ {x} }"),
    ],
)
def test_fills_in_values(text, filled):
    """Values, conditions and loops are filled in; what is missing is empty, never an error."""
    assert filled == template(text).text(SCOPE)


def test_escapes_values_only():
    """What is filled in is escaped; what the designer wrote is not."""
    assert "<b>{和顺}</b>" == template("<b>{{name}}</b>").text(SCOPE, lambda value: f"{{{value}}}")


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("{{1 +}}", 6),
        ("{{#if yes}}x", 13),
        ("x{{/if}}", 2),
        ("{{#loop items}}{{/if}}", 16),
        ("= 1 +", 5),
        ("甲{{name}}\n{{ ( }}", 5),
    ],
)
def test_says_where_it_cannot_be_read(text, column):
    """A template that cannot be read tells line and column."""
    with pytest.raises(FeelError) as error:
        template(text)

    assert column == error.value.column
