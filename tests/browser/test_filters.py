"""The filters above a list."""

from __future__ import annotations

import pytest

from tests.web.records import trade

pytestmark = pytest.mark.browser

#: Choices of the filters that are wider than their field once they are chosen.
SHORTENED = """(() => {
    const ink = document.createElement("canvas").getContext("2d");
    return [...document.querySelectorAll(".filters select")].flatMap(field => [...field.options].filter(choice => {
        choice.selected = true;
        const look = getComputedStyle(field);
        ink.font = look.font;
        const room = field.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
        return ink.measureText(choice.text).width > room + 1;
    }).map(choice => choice.text));
})()"""


@pytest.mark.parametrize(("width", "locale"), [(390, "zh_CN"), (390, "en"), (1280, "en")])
def test_what_is_chosen_to_filter_can_be_read(desk, width, locale):
    """However long the words are that somebody picks, the field shows them whole and the page stays as wide as it was."""
    trade(desk.site, int(desk.site.start(desk.site.person("lin")).split("-")[0]))
    page = desk.sit("lin", width=width, locale=locale)
    found = {}

    for address in ("/inbox?scope=all", "/instances", "/orders", "/documents", "/tickets"):
        page.goto(address)
        found[address] = page.evaluate(SHORTENED)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address

    assert {} == {address: each for address, each in found.items() if each}
