"""Look-up pages: what one finds, where it leads, and the menu that leads to them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from engine import access
from engine.commands import deploy
from engine.model.instances import signature, task
from engine.model.metadata import microseconds
from engine.model.trade import customer, order, product
from tests.web.records import NOW, ORDER, trade
from tests.web.support import Site, hidden, make_site, recorded, words

LISTS = ("/customers", "/orders", "/stock", "/stock/moves?sku=ZP-1001", "/documents")
SLIPS = Path(__file__).parents[2] / "forms" / "slips"
RECORDS = ("/customers/1", f"/orders/{ORDER}")


@pytest.fixture(scope="module")
def shop(company, tmp_path_factory: pytest.TempPathFactory):
    """A company with a little trade, which tests leave as it is."""
    made = make_site(*company, tmp_path_factory.mktemp("shop"))
    trade(made, int(made.start(made.person("lin")).split("-")[0]))
    slip = SLIPS / "dispatch_notice.html"
    deploy.deploy(made.database, [(slip.name, slip.read_bytes())], access.SYSTEM)
    yield made
    made.database.close()


def links(person: FlaskClient, address: str) -> set[str]:
    """The addresses a page's content leads to."""
    page = person.get(address)
    assert 200 == page.status_code, page.text
    return set(re.findall('href="(/[^"]*)"', page.text.split("<main", 1)[1]))


def menu(person: FlaskClient) -> list[str]:
    """The places the menu leads to."""
    page = person.get("/inbox").text
    return re.findall('href="(/[a-z-]+)"', page.split('class="places"', 1)[1].split("</nav>", 1)[0])


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_page_in_both_languages(shop: Site, locale: str):
    """Each page shows the records; English pages hold no Chinese but names that people gave."""
    lin = shop.person("lin", locale=locale)
    for address in (*LISTS, *RECORDS):
        said = words(lin.get(address)).split("林晓雨", 1)[1]
        assert "和顺商行" in said or "抽纸" in said, address
        if locale == "en":
            for given in (
                "和顺商行",
                "马海涛",
                "文三路",
                "号",
                "抽纸",
                "层",
                "箱",
                "习惯分批",
                "原料齐备",
                "何文员",
                "仓储中心",
                "填写订单",
                "前台接单",
                "新订单",
            ):
                said = said.replace(given, "")
            assert [] == re.findall("[\u4e00-\u9fff]+", said), address


def test_links_lead_both_ways(shop: Site):
    """From the instance to its order, customer, ticket and papers, and from each of them back."""
    lin = shop.person("lin")

    there = links(lin, "/instances/1")
    back = {
        address: "/instances/1" in links(lin, address) for address in (*RECORDS, "/documents", "/tickets")
    }

    assert {"/customers/1", f"/orders/{ORDER}", "/tickets?q=TK1", "/documents/1", "/documents/2"} <= there
    assert {"/customers/1", "/documents/1", "/stock/moves?sku=ZP-1001"} <= links(lin, f"/orders/{ORDER}")
    assert {"/documents/1", "/tickets?q=TK1"} <= links(lin, "/stock/moves?sku=ZP-1001")
    assert dict.fromkeys(back, True) == back


def test_links_only_where_one_may_go(shop: Site):
    """The warehouse sees the order, but neither its customer's page nor the instance that took it."""
    found = links(shop.person("liu"), f"/orders/{ORDER}")

    assert "/stock/moves?sku=ZP-1001" in found
    assert "/documents/2" in found
    assert not {"/customers/1", "/instances/1", "/documents/1"} & found
    assert 404 == shop.person("liu").get("/documents/1").status_code
    assert 200 == shop.person("liu").get("/documents/2").status_code


def test_clerk_is_led_from_the_slip_to_the_fine(shop: Site):
    """Who answers for the shops finds slip, fine and instance joined."""
    guan = shop.person("guan")

    assert {"/store-slips?q=BH1", "/fines?month=2026-11#FK1"} <= links(guan, "/instances/1")
    assert "/instances/1" in links(guan, "/fines")
    assert "BH1" in words(guan.get("/store-slips?q=BH1"))


def test_numbers_are_written_as_people_read_them(shop: Site):
    """Money as money, quantities with their unit, what is below its minimum in words."""
    lin = shop.person("lin")

    assert all(
        text in words(lin.get(f"/orders/{ORDER}")) for text in ("¥5,550.00", "¥18.50", "300 箱", "已催 2 次")
    )
    assert all(text in words(lin.get("/stock")) for text in ("1,200 箱", "900 箱", "低于最低库存"))
    assert "定金 30 %" in words(lin.get("/customers/1"))


def test_what_is_made_to_order_is_followed(shop: Site):
    """The order's page says how far production is: price, statements, pieces, the last inspection, anomalies."""
    page = words(shop.person("lin").get(f"/orders/{ORDER}"))

    assert "抽纸 ¥20.00 → ¥18.50 → ¥19.00" in page
    assert "原料储备 YL1 已签字" in page
    assert all(text in page for text in ("300 / 500 箱", "1 项异常未结", "合格 第 2 次", "尚未回传"))
    assert "不合格" not in page


def test_nothing_found_says_so(shop: Site):
    """An empty list offers to clear the filters; odd values in the address are as if they were not there."""
    lin = shop.person("lin")

    assert "没有符合条件的订单" in words(lin.get("/orders?q=zzz"))
    assert "和顺商行" in words(lin.get("/orders?status=odd&kind=odd&sort=odd&page=x&customer=x"))
    assert 404 == lin.get("/stock/moves?sku=nothing").status_code
    assert 404 == lin.get("/orders/SO2026-999999").status_code
    assert 404 == lin.get("/customers/99").status_code


def test_lists_cost_few_statements(shop: Site):
    """A list asks who is there, and then three times at most."""
    lin = shop.person("lin")
    for address in (*LISTS, "/tickets"):
        lin.get(address)
        with recorded(shop.database) as seen:
            lin.get(address)
        assert len(seen.statements) <= 4, (address, seen.statements)


def test_menu_leads_only_where_one_may_go(shop: Site):
    """Customer service, warehouse and the line managers each see their places; nobody who may start nothing sees Start."""
    lin, liu, guan = (menu(shop.person(login)) for login in ("lin", "liu", "guan"))

    assert {"/starts", "/customers", "/orders", "/stock", "/documents", "/tickets", "/outbox"} <= set(lin)
    assert not {"/store-slips", "/fines"} & set(lin)
    assert {"/orders", "/stock"} <= set(liu)
    assert not {"/starts", "/customers", "/tickets"} & set(liu)
    assert {"/store-slips", "/fines"} <= set(guan)


def test_number_beside_the_inbox_is_on_every_page(site: Site):
    """How much waits is said on the task page too, and changes with what one does."""
    lin = site.person("lin")
    task_id = site.start(lin)

    def beside() -> list[str]:
        page = lin.get("/account").text
        return re.findall(r'class="chip count[^"]*">(\d+)', page)

    assert ["1"] == re.findall(r'class="chip count[^"]*">(\d+)', lin.get(f"/tasks/{task_id}").text)
    assert ["1"] == beside()
    site.start(lin)
    assert ["2"] == beside()


def test_due_is_said_with_its_word(site: Site):
    """The inbox and the task say that a moment is a deadline."""
    lin = site.person("lin")
    task_id = site.start(lin)
    due = NOW.replace(year=2030)
    with site.database.write() as connection:
        connection.execute(update(task).values(due=due, rank=microseconds(due)))

    assert "期限 2030-11-20" in words(lin.get("/inbox"))
    assert "期限 2030-11-20" in words(lin.get(f"/tasks/{task_id}"))
    assert "due 2030-11-20" in words(site.person("lin", locale="en").get("/inbox"))


def test_auditor_sees_everybodys_open_tasks(site: Site):
    """The auditor's list of all has the tasks of every group; the page calls it so."""
    site.start(site.person("lin"))
    page = words(site.person("shen").get("/inbox?scope=all"))

    assert "填写订单" in page
    assert "所有人的" in page


def test_refusal_is_told_from_a_void_approval(site: Site):
    """A refused signature that was voided later still says that it was a refusal."""
    signing = site.to_signing(site.person("lin"))
    chen = site.person("chen")
    answer = chen.get(f"/tasks/{signing}")
    sent = {"decision": "refuse", "comment": "数量不符", "password": "restock-demo"}
    keys = {name: hidden(answer, name) for name in ("_key", "_shown")}
    assert 303 == chen.post(f"/tasks/{signing}/sign", data={**sent, **keys}).status_code
    with site.database.write() as connection:
        connection.execute(update(signature).values(void_seq=99))

    page = words(site.person("lin").get(f"/instances/{signing.split('-')[0]}?tab=signatures"))

    assert "拒签 作废" in page


def test_paper_that_needs_no_signature_says_so(shop: Site):
    """A dispatch notice is issued; only an outbound slip waits for signatures."""
    page = words(shop.person("lin").get("/instances/1?tab=documents"))

    assert "TZ1 · 1 无需签字" in page
    assert "CK1 · 1 未签字" in page


def test_names_of_the_trade_are_text(site: Site):
    """A name that looks like markup is shown as it is."""
    lin = site.person("lin")
    trade(site, int(site.start(lin).split("-")[0]))
    evil = "<img src=x onerror=alert(1)>"
    with site.database.write() as connection:
        for table in (customer, order, product):
            column = "customer_name" if table is order else "name"
            connection.execute(update(table).values({column: evil}))

    for address in (*LISTS, *RECORDS, "/instances/1"):
        page = lin.get(address).text
        assert "<img" not in page, address
        assert "&lt;img" in page, address
