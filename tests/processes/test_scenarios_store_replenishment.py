"""Acceptance scenarios 18, 19 and 20 of the catalogue and the strikes, worked through the web pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, func, insert, select, update

from engine.access import SYSTEM
from engine.commands.rules import change_setting
from engine.commands.users import set_active
from engine.model.papers import notification
from engine.model.stores import allocation, deduction, discrepancy, fine, store_slip, transfer
from engine.model.trade import stock
from tests.company import Company, trouble
from tests.processes.reloading import reloading

THERE = ("ZP-1001", "ZP-1002", "ZP-1003", "ZP-1004", "QJ-3001", "RY-4001")
GONE = ("QJ-3002", "RY-4003")


def shanghai(day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """A moment of March 2026 in Shanghai."""
    return datetime(2026, 3, 1, hour, minute, second, tzinfo=UTC) + timedelta(days=day - 1, hours=-8)


def begun(company: Company) -> int:
    """A store begins and says why."""
    return company.person("tian").start("store_replenishment", why_needed="周末促销")


def confirmed(company: Company, lines: dict[str, int], store: str = "MD1") -> int:
    """The store's slip, confirmed by its manager."""
    number, tian = begun(company), company.person("tian")
    rows = [{"sku": sku, "qty": qty} for sku, qty in lines.items()]
    tian.do("create_slip", store=store, lines=rows)
    company.person("shi").do("confirm_slip", approved=True)
    return number


def empty(company: Company, *skus: str) -> None:
    """These goods are in no company location."""
    with company.db.write() as connection:
        here = (stock.c.sku.in_(skus), stock.c.location == "CK1")
        connection.execute(update(stock).where(*here).values(qty=0))


def rows(company: Company, table: Table) -> list[Any]:
    """What stands in a table."""
    with company.db.read() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def open_slips(company: Company) -> list[str]:
    """待处理补货单."""
    page = company.person("he").get("/store-slips")
    return [link.text_content() for link in page.xpath("//tbody/tr/td[1]/a")]


@reloading
def test_18_six_of_eight(company: Company) -> None:
    """Eight lines, six in stock, confirmed Monday 09:00, handled at 11:00: allocation 6, discrepancy 2, closed."""
    empty(company, *GONE)
    confirmed(company, dict.fromkeys((*THERE, *GONE), 1))
    before = open_slips(company)
    company.wait_until(shanghai(2, 11))
    for element in ("open_pending_slip", "check_lines"):
        company.person("he").do(element)
    company.person("he").do("confirm_allocation", approved=True)

    assert (["BH2026-000001"], []) == (before, open_slips(company))
    assert [("审结", "auto", shanghai(2, 11))] == [
        (row.state, row.closed_by, row.closed_at) for row in rows(company, store_slip)
    ]
    assert [(6, "已确认")] == [(row.pieces, row.state) for row in rows(company, allocation)]
    assert [(2, list(GONE))] == [
        (row.pieces, [line["sku"] for line in row.lines]) for row in rows(company, discrepancy)
    ]
    assert [] == rows(company, fine)
    closed = company.person("mei").get("/store-slips?closed=1").text_content()
    assert all(text in closed for text in ("BH2026-000001", "文三路直营店", "何文员", "2026-03-02 11:00"))
    company.person("lin").get("/inbox")
    assert 403 == company.person("lin").client.get("/store-slips").status_code


@reloading
def test_19_all_out(company: Company) -> None:
    """Eight lines, none anywhere in the company: discrepancy of eight, closed by hand after transfers at hour 20, no fine."""
    every = (*THERE, *GONE)
    empty(company, *every)
    with company.db.write() as connection:
        connection.execute(stock.delete().where(stock.c.location == "MD3"))
        connection.execute(
            insert(stock), [{"sku": sku, "location": "MD3", "qty": 5, "min_qty": 0} for sku in every]
        )
    confirmed(company, dict.fromkeys(every, 1))
    company.wait_until(shanghai(2, 11))
    company.person("he").do("open_pending_slip")
    company.person("he").do("check_lines")
    company.person("he").do("arrange_transfer")
    company.wait_until(shanghai(3, 5))
    done = {"transfers": [{"done_at": "2026-03-03T05:00"}] * 8}
    company.person("he").do("report_transfer", **done)
    still = open_slips(company)
    company.wait_until(shanghai(3, 20))
    company.person("mei").do("track_transfer", resolved=True)
    company.person("mei").do("manual_close", confirm=True)

    assert (["BH2026-000001"], [], "completed") == (still, open_slips(company), company.status())
    assert [(8, "审结")] == [(row.pieces, row.state) for row in rows(company, discrepancy)]
    assert [1] * 8 == [row.done_qty for row in rows(company, transfer)]
    assert [("审结", "merchandising")] == [(row.state, row.closed_by) for row in rows(company, store_slip)]
    assert [] == rows(company, fine)


@reloading
def test_20_one_second_late(company: Company) -> None:
    """Twelve pieces untouched on Tuesday at 09:00:01: 60 yuan on the handler, public notice, a task for the same day."""
    confirmed(company, {"ZP-1001": 12})
    company.wait_until(shanghai(3))
    in_time = rows(company, fine)
    company.wait_until(shanghai(3, 9, 0, 1))

    assert [] == in_time
    assert [("he", "何文员", 12, Decimal("5.00"), Decimal("60.00"), "2026-03", shanghai(3))] == [
        (row.person, row.person_name, row.pieces, row.rate, row.amount, row.month, row.due_at)
        for row in rows(company, fine)
    ]
    told = [row for row in rows(company, notification) if row.event == "slip_overdue"]
    assert {"直营文员", "主管及经理", "商品部", "门店"} == {row.recipient for row in told}
    assert "何文员 赞助 ¥60.00" in told[0].text_zh
    task = company.task("clear_same_day")
    assert ("direct_clerk", shanghai(3, 23, 59)) == (task.pool, task.due)
    page = company.person("guan").get("/fines?month=2026-03").text_content()
    assert all(text in page for text in ("何文员", "BH2026-000001", "60.00", "2026-03-03 09:00"))
    assert "BH2026-000001" in company.person("guan").get("/instances/1").text_content()
    company.person("tian").get("/inbox")
    assert 403 == company.person("tian").client.get("/fines").status_code


@reloading
def test_20_at_the_very_moment(company: Company) -> None:
    """Handled on Tuesday at exactly 09:00:00: nothing is fined, and the later second changes nothing."""
    confirmed(company, {"ZP-1001": 12})
    company.wait_until(shanghai(3))
    for element in ("open_pending_slip", "check_lines"):
        company.person("he").do(element)
    company.person("he").do("confirm_allocation", approved=True)
    company.wait_until(shanghai(4))

    assert [] == rows(company, fine)
    assert [("审结", shanghai(3))] == [(row.state, row.closed_at) for row in rows(company, store_slip)]


def test_a_piece_is_charged_once(company: Company) -> None:
    """A late slip makes its discrepancy late at birth: five yuan a piece, and not two more (G14)."""
    confirmed(company, {"QJ-3002": 12})
    company.wait_until(shanghai(3, 10))
    company.person("he").do("open_pending_slip")
    company.person("he").do("check_lines")
    company.wait_until(shanghai(5))

    assert [("slip", Decimal("60.00"))] == [(row.kind, row.amount) for row in rows(company, fine)]


def test_a_late_transfer_costs_two_yuan(company: Company) -> None:
    """The discrepancy was there before the 24 hours, its twelve pieces are not moved by then: 24 yuan."""
    confirmed(company, {"QJ-3002": 12})
    company.person("he").do("open_pending_slip")
    company.person("he").do("check_lines")
    company.person("he").do("arrange_transfer")
    company.wait_until(shanghai(3))
    in_time = rows(company, fine)
    company.wait_until(shanghai(3, 9, 0, 1))

    assert [] == in_time
    assert [("discrepancy", 12, Decimal("24.00"))] == [
        (row.kind, row.pieces, row.amount) for row in rows(company, fine)
    ]
    assert shanghai(3, 23, 59) == company.task("clear_same_day").due


def test_three_strikes(company: Company) -> None:
    """The third late slip of a month leads to points for clerk, supervisor and manager; the fourth to none again."""
    for _ in range(2):
        confirmed(company, {"ZP-1001": 1})
    company.wait_until(shanghai(3, 9, 0, 1))
    twice = company.elements()
    confirmed(company, {"ZP-1001": 1})
    company.wait_until(shanghai(4, 10))
    asked = company.person("guan").get(f"/tasks/{company.task('deduct_performance').id}").text_content()
    company.person("guan").do(
        "deduct_performance", staff_points="5", supervisor_points="2.5", manager_points="1"
    )
    confirmed(company, {"ZP-1001": 1})
    company.wait_until(shanghai(6))

    assert "deduct_performance" not in twice
    assert "2026 年 3 月已有 3 张补货单逾期" in " ".join(asked.split())
    assert 4 == len(rows(company, fine))
    assert "deduct_performance" not in company.elements()
    assert [("he", "2026-03", 3, Decimal("5.00"), Decimal("2.50"), Decimal("1.00"))] == [
        (row.person, row.month, row.strikes, row.staff_points, row.supervisor_points, row.manager_points)
        for row in rows(company, deduction)
    ]


def test_three_slips_late_at_once(company: Company) -> None:
    """Three slips that become late in the same second are one third strike, and one task for the manager."""
    for _ in range(4):
        confirmed(company, {"ZP-1001": 1})
    company.wait_until(shanghai(3, 10))

    assert 4 == len(rows(company, fine))
    assert 1 == company.elements().count("deduct_performance")


def test_strikes_are_counted_by_month_and_person(company: Company) -> None:
    """Two late slips of March and one of April are no three; those of the other handler are not counted either."""
    for store in ("MD1", "MD3", "MD2"):
        confirmed(company, {"ZP-1001": 1}, store)
    company.wait_until(shanghai(31, 10))
    confirmed(company, {"ZP-1001": 1})
    company.wait_until(shanghai(33))

    found = [(row.person, row.month) for row in rows(company, fine)]
    assert [("he", "2026-03"), ("he", "2026-03"), ("he", "2026-04"), ("tang", "2026-03")] == sorted(found)
    assert "deduct_performance" not in company.elements()


def test_the_handler_follows_the_store(company: Company) -> None:
    """A franchised store's slip belongs to customer service, an own store's to the clerk (G19)."""
    confirmed(company, {"ZP-1001": 1}, "MD2")
    confirmed(company, {"ZP-1001": 1}, "MD1")

    pools = [each.pool for each in company.open() if each.element == "open_pending_slip"]
    assert ["franchise_cs", "direct_clerk"] == pools


def test_confirmed_twice(company: Company) -> None:
    """A slip that is confirmed already cannot be confirmed again: 409, and there is one slip."""
    begun(company)
    company.person("tian").do("create_slip", store="MD1", lines=[{"sku": "ZP-1001", "qty": 2}])
    url = f"/tasks/{company.task('confirm_slip').id}/complete"
    company.person("shi").do("confirm_slip", approved=True)
    answer = company.person("shi").client.post(url, data={"approved": "true"})

    assert 409 == answer.status_code
    assert 1 == len(rows(company, store_slip))


def test_a_transfer_from_a_store_that_has_none(company: Company) -> None:
    """A store that has not got the goods is no choice, and nobody gives more than it has: 422 with the reason."""
    confirmed(company, {"QJ-3002": 12})
    company.person("he").do("open_pending_slip")
    company.person("he").do("check_lines")
    he = company.person("he")
    url = f"/tasks/{company.task('arrange_transfer').id}"
    none = he.client.post(
        f"{url}/complete", data={"transfers[0].offer": "MD4|ZP-1001", "transfers[0].qty": "1"}
    )
    too_many = he.try_to("arrange_transfer", transfers=[{"offer": "MD4|QJ-3002", "qty": 4}])

    assert (422, 422) == (none.status_code, too_many.status_code)
    assert "3" in trouble(too_many)
    with company.db.read() as connection:
        assert 0 == connection.execute(select(func.sum(stock.c.reserved))).scalar_one()


def test_a_fine_for_a_person_who_left(company: Company) -> None:
    """Somebody who left before the deadline stays on the ledger, marked, and the line manager is told."""
    confirmed(company, {"ZP-1001": 12})
    set_active(company.db, "he", False, SYSTEM)
    company.wait_until(shanghai(3, 9, 0, 1))

    assert [("he", "何文员", True, Decimal("60.00"))] == [
        (row.person, row.person_name, row.gone, row.amount) for row in rows(company, fine)
    ]
    told = [row for row in rows(company, notification) if row.event == "fine_person_left"]
    assert [("主管及经理", True)] == [(row.recipient, "何文员 已离职" in row.text_zh) for row in told]
    assert "已离职" in company.person("guan").get("/fines").text_content()


def test_without_money_a_late_slip_is_a_late_slip(company: Company) -> None:
    """The rate is set to nothing: the ledger says 0, the notice goes out, and the third late slip costs points."""
    change_setting(company.db, "slip_rate", "0", "改为只通报不罚款", SYSTEM)
    for _ in range(3):
        confirmed(company, {"ZP-1001": 10})
    company.wait_until(shanghai(3, 9, 0, 1))

    assert [(10, 0)] * 3 == [(row.pieces, row.amount) for row in rows(company, fine)]
    assert 3 * 4 == len([row for row in rows(company, notification) if row.event == "slip_overdue"])
    asked = company.elements()
    assert (3, 1) == (asked.count("clear_same_day"), asked.count("deduct_performance"))


def test_a_changed_rate_is_for_later_slips(company: Company) -> None:
    """Six yuan from now on: a slip that runs is fined by the five of its start, a new one by six."""
    confirmed(company, {"ZP-1001": 10})
    change_setting(company.db, "slip_rate", "6", "新规定", SYSTEM)
    confirmed(company, {"ZP-1001": 10})
    company.wait_until(shanghai(3, 9, 0, 1))

    assert {"BH2026-000001": Decimal("50.00"), "BH2026-000002": Decimal("60.00")} == {
        row.slip_no: row.amount for row in rows(company, fine)
    }
