"""Lists as CSV: the rows of the page, for the same people, as a spreadsheet reads them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from engine.model.trade import customer
from engine.web import sheets
from tests.web.records import NOW, ORDER, trade
from tests.web.support import Site, make_site

#: Each list, with somebody who works with it and somebody who does not.
LISTS = {
    "/customers": ("lin", "liu"),
    "/orders": ("lin", "qian"),
    "/stock": ("lin", "qian"),
    "/stock/moves": ("lin", "qian"),
    "/documents": ("lin", ""),
    "/tickets": ("lin", "liu"),
    "/store-slips": ("guan", "lin"),
    "/fines": ("guan", "lin"),
    "/outbox": ("lin", ""),
}


@pytest.fixture(scope="module")
def shop(company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A company with a little trade."""
    made = make_site(*company, tmp_path_factory.mktemp("sheets"))
    trade(made, int(made.start(made.person("lin")).split("-")[0]))
    yield made
    made.database.close()


def table(person: FlaskClient, address: str) -> list[list[str]]:
    """The rows of a list as a spreadsheet reads them, the headings first."""
    answer = person.get(address + ("&" if "?" in address else "?") + "format=csv", buffered=True)
    assert (200, "text/csv; charset=utf-8") == (answer.status_code, answer.content_type), answer.text
    assert answer.data.startswith(b"\xef\xbb\xbf"), "spreadsheets take it for another code without the mark"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("address", LISTS)
def test_every_list_can_be_taken_by_whom_it_is_shown(shop: Site, address: str) -> None:
    """The page leads to its CSV; who is refused the page is refused the CSV."""
    works, other = LISTS[address]
    page = shop.person(works).get(address).text
    visitor = shop.visitor().get(f"{address}?format=csv")

    headings, *rows = table(shop.person(works), address)

    if rows:
        assert re.search(f'href="{address}[?][^"]*format=csv"', page)
    assert rows or address == "/outbox"
    assert all(len(headings) == len(row) for row in rows)
    assert 303 == visitor.status_code
    if other:
        assert 403 == shop.person(other).get(f"{address}?format=csv").status_code


def test_headings_and_words_are_the_persons(shop: Site) -> None:
    """Chinese or English; numbers and dates stay what one computes with."""
    chinese, english = (table(shop.person("lin", locale=each), "/orders") for each in ("zh_CN", "en"))

    assert ["订单", "客户", "下单时等级", "类型", "状态"] == chinese[0][:5]
    assert ["Order", "Customer", "Class then", "Kind", "State"] == english[0][:5]
    assert [ORDER, "和顺商行", "A", "批发", "已发货", "2026-11-20 14:00", "2026-11-20"] == chinese[1][:7]
    assert ["Wholesale", "shipped"] == english[1][3:5]
    assert "5550.00" == chinese[1][-1] == english[1][-1]


def test_filters_hold_for_the_csv(shop: Site) -> None:
    """What the page was asked for is what is taken; the link keeps it."""
    lin = shop.person("lin")

    page = lin.get("/customers?q=和顺&level=A").text
    (link,) = re.findall('href="([^"]*format=csv[^"]*)"', page)

    assert {"q=", "level=A"} <= {re.sub("(?<=^q=).*", "", part) for part in re.split("[?]|&amp;", link)}
    assert ["和顺商行"] == [row[0] for row in table(lin, "/customers?q=和顺")[1:]]
    assert [] == table(lin, "/customers?level=C")[1:]
    assert "format=csv" not in lin.get("/customers?level=C").text


def test_a_list_of_many_pages_is_taken_whole(shop: Site) -> None:
    """Every row, not those of one page, and also what no longer fits into memory kept for it."""
    told = "北京市朝阳区建国路 " * 20
    rows = [
        {"id": n, "name": f"客户{n}", "phone": told, "level": "B", "credit": "ok", "created_at": NOW}
        for n in range(1000, 3400)
    ]
    with shop.database.write() as connection:
        connection.execute(insert(customer), rows)

    assert len(rows) == len(table(shop.person("lin"), "/customers?level=B")) - 1


def test_nothing_in_a_cell_is_a_formula(shop: Site) -> None:
    """What somebody typed as a name is shown by the spreadsheet, not computed; a number below nothing stays one."""
    typed = '=HYPERLINK("http://x.example","y")'
    with shop.database.write() as connection:
        connection.execute(update(customer).where(customer.c.id == 1).values(email=typed))

    assert "'" + typed == table(shop.person("lin"), "/customers?q=和顺")[1][3]
    assert ["'=1", "'+1", "'-1", "'@x", "' =1", "'＝1", "'\t=1"] == [
        sheets.cell(text) for text in ("=1", "+1", "-1", "@x", " =1", "＝1", "\t=1")
    ]
    assert ["-300", "-0.50", "1-1", "2026-11-20", "", "13800000001"] == [
        sheets.cell(value)
        for value in (-300, Decimal("-0.50"), "1-1", date(2026, 11, 20), None, "13800000001")
    ]
