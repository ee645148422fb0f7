"""Papers as they are read on a screen, where drivers and signers have a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, update

from engine.model.definitions import resource
from engine.model.papers import document
from tests.browser.support import LOOKS
from tests.web.records import NOW, ORDER, trade
from tests.web.support import Site

pytestmark = pytest.mark.browser

SLIPS = Path(__file__).parents[2] / "forms" / "slips"
LINE = {
    "sku": "ZP-1001",
    "name": "抽纸",
    "spec": "3 层 120 抽",
    "unit": "箱",
    "qty": 300,
    "unit_price": 18.5,
    "amount": 5550,
}
PAYLOAD = {
    "name": "宏达超市有限公司", "customer_name": "宏达超市有限公司", "recipient": "马海涛", "phone": "13800010001",
    "address": "浙江省杭州市西湖区文三路 118 号宏达超市一楼收货处", "lines": [LINE], "total": 5550,
}  # fmt: skip

#: Values of fields that are so narrow that their words stand letter by letter.
SQUEEZED = """[...document.querySelectorAll(".slip .field dd")].filter(
    each => each.innerText.length > 2 && each.clientHeight > 2 * each.clientWidth).map(each => each.innerText)"""


def issue(site: Site) -> None:
    """Papers of an order, each with all its fields."""
    trade(site, int(site.start(site.person("lin")).split("-")[0]))
    deployed = {
        "kind": "slip",
        "version": 1,
        "release": 1,
        "hash": "",
        "deployed_by": "qian",
        "deployed_at": NOW,
    }
    texts = {path.stem: path.read_text(encoding="utf-8") for path in SLIPS.glob("*.html")}
    with site.database.write() as connection:
        connection.execute(
            insert(resource),
            [
                {**deployed, "key": key, "filename": f"{key}.html", "text": text}
                for key, text in texts.items()
            ],
        )
        connection.execute(
            update(document).values(payload=PAYLOAD, order_no=ORDER, batch_no=1, hash="5c" * 32)
        )


@pytest.mark.parametrize(("theme", "width", "locale"), LOOKS)
def test_papers_can_be_read(desk, violations, theme, width, locale):
    """No paper is wider than its screen, none has a field squeezed, and the checker objects to nothing."""
    issue(desk.site)
    page = desk.sit("lin", theme=theme, width=width, locale=locale)

    found = {}
    for address in ("/documents/1", "/documents/2"):
        assert 200 == page.goto(address).status, address
        wide = page.evaluate("document.documentElement.scrollWidth") > width
        found[address] = [
            *violations(page),
            *page.evaluate(SQUEEZED),
            *(["wider than the screen"] if wide else []),
        ]

    assert {} == {address: each for address, each in found.items() if each}


def test_a_paper_is_printed_and_left(desk):
    """The button opens the browser's printing, and is not on the sheet; the way back leads to the paper in its list."""
    # given
    issue(desk.site)
    page = desk.sit("lin")
    page.add_init_script("window.print = () => { window.printed = true; }")
    page.goto("/documents/1")

    # when
    page.click("[data-print]")
    printed = page.evaluate("window.printed === true")
    page.emulate_media(media="print")
    on_the_sheet = page.is_visible(".paper-bar")
    page.emulate_media(media="screen")
    with page.expect_navigation():
        page.click(".paper-bar a")

    # then
    assert (True, False) == (printed, on_the_sheet)
    assert 1 == page.locator("tbody a strong.id").count()
