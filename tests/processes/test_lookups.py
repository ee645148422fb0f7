"""What the flows leave behind is found on the look-up pages, with links both ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.model.papers import document
from tests.company import Company
from tests.processes.made_to_order import MADE, A, do, rows, sent, sign
from tests.processes.test_scenarios import arrive, order_by_phone, pay, read, shanghai, ship, sign_by


@pytest.fixture
def company(template: Path, tmp_path: Path) -> Iterator[Company]:
    """A company of one's own."""
    made = Company(template, tmp_path)
    yield made
    made.close()


def leads(company: Company, login: str, url: str) -> set[str]:
    """Where a page's content leads somebody."""
    (content,) = company.person(login).get(url).xpath("//main")
    return {link.get("href") for link in content.iter("a") if link.get("href")}


def test_an_order_is_followed_from_call_to_arrival(company: Company) -> None:
    """After the main job: the order with its track and money, the move of stock with its slip, the customer's history."""
    lin = order_by_phone(company, qty=300)
    pay(company, "5550", "2026-03-02")
    lin.do("fill_outbound_slip")
    sign_by(company, "lin", "chen", "wang")
    lin.do("fill_dispatch_notice")
    ship(company, 300, eta="2026-03-10")
    company.wait_until(shanghai(10, 10))
    arrive(company, "2026-03-10T10:00")

    order = read(company, "lin", "/orders/SO2026-000001")
    assert all(
        word in order for word in ("已交付", "¥5,550.00", "300 箱", "出库单", "CK2026-000001", "LD001")
    )
    assert {"/customers/1", "/instances/1"} <= leads(company, "lin", "/orders/SO2026-000001")
    assert {"/orders/SO2026-000001", "/customers/1"} <= leads(company, "lin", "/instances/1")
    moves = read(company, "liu", "/stock/moves?sku=ZP-1001")
    assert all(word in moves for word in ("900 箱", "−300 箱", "CK2026-000001"))
    assert "/instances/1" in leads(company, "liu", "/stock/moves?sku=ZP-1001")
    assert "SO2026-000001" in read(company, "wu", "/customers/1")
    assert "已存档" in read(company, "zhou", "/documents?q=CK2026-000001")


def test_stock_that_is_kept_back_names_its_order(company: Company) -> None:
    """What an order waits for is kept back for it, and below its minimum it is marked."""
    order_by_phone(company, qty=1100)

    assert "1,100 箱" in read(company, "liu", "/stock/moves?sku=ZP-1001")
    assert "/orders/SO2026-000001" in leads(company, "liu", "/stock/moves?sku=ZP-1001")
    assert "抽纸" in read(company, "liu", "/stock?below=1")


def standing(company: Company, url: str) -> list[tuple[bool, bool]]:
    """Of every confirmation that a page lists: whether it is called version 2, whether it is called void."""
    lines = company.person("lin").get(url).xpath("//tbody/tr[contains(., '销售部客户订单确认书')]")
    texts = [" ".join(line.itertext()) for line in lines]
    return sorted(("第 2 版" in text or "版本 2" in text, "作废" in text) for text in texts)


def test_a_confirmation_that_is_replaced_is_void(company: Company) -> None:
    """Confirmed anew under the same number: the first version is void, on the lists and on its own page."""
    sent(company, A)
    do(company, "wu", "await_return", response="cannot_now")
    sign(company, "lin", "sign_document", decision="refuse", comment="数量写错")
    do(company, "lin", "correct_document", action="withdraw", changes="与客户重新确认")
    do(company, "lin", "make_confirmation", **MADE)
    do(company, "lin", "proofread_confirmation", proofread=True)

    papers = [row for row in rows(company, document) if row.kind == "sales_confirmation"]
    assert [(1, "void"), (2, "draft")] == [(row.version, row.state) for row in papers]
    assert {"QS2026-000001"} == {row.number for row in papers}
    for url in ("/documents?q=QS2026-000001&kind=sales_confirmation", "/orders/SO2026-000001"):
        assert [(False, True), (True, False)] == standing(company, url)
    assert ["作废" in read(company, "lin", f"/documents/{row.id}") for row in papers] == [True, False]
