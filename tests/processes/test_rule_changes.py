"""A process owner changes a rule without a programmer, while instances run: what began keeps the old rule.

The steps are those of docs/howto/process-owner.md: download, change, upload on the Processes page; or the Settings page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from engine.model.after_sales import compensation
from engine.model.stores import fine, store_slip
from engine.queries.verify import verify
from tests.company import MORNING, Company, trouble
from tests.processes.test_scenarios_after_sales import (
    JPEG,
    delivered,
    photograph,
    report,
    rows,
    settle,
    slightly_damaged,
)
from tests.processes.test_scenarios_store_replenishment import begun, confirmed


@pytest.fixture
def company(template: Path, tmp_path: Path) -> Iterator[Company]:
    """A company of one's own, Monday, 2 March 2026, nine o'clock; in the end everything agrees."""
    made = Company(template, tmp_path)
    yield made
    problems = verify(made.db).problems
    made.close()
    assert [] == problems


def downloaded(company: Company, name: str) -> str:
    """A deployed file, by the link that the pages show for it."""
    qian = company.person("qian")
    pages = [qian.get("/definitions"), qian.get("/definitions/files")]
    links = [link.get("href") for page in pages for link in page.xpath("//a[contains(@href, '/download')]")]
    for link in links:
        answer = qian.client.get(link)
        if name in answer.headers["Content-Disposition"]:
            return answer.get_data(as_text=True)
    raise AssertionError(f"{name} is not among {links}")


def deploy(company: Company, note: str, **files: str) -> Any:
    """Upload files on the Processes page; what the page answers."""
    upload = [(BytesIO(text.encode()), name.replace("__", ".")) for name, text in files.items()]
    answer = company.person("qian").client.post(
        "/definitions", data={"files": upload, "note": note}, content_type="multipart/form-data"
    )
    assert 200 == answer.status_code, trouble(answer)
    return answer.get_data(as_text=True)


def replaced(text: str, old: str, new: str) -> str:
    """The text with its only `old` replaced."""
    assert 1 == text.count(old)
    return text.replace(old, new)


def fines(company: Company) -> dict[str, tuple[datetime, Decimal]]:
    """What was fined: slip number, deadline, yuan."""
    return {row.slip_no: (row.due_at, row.amount) for row in rows(company, fine)}


def test_twenty_four_hours_become_twelve_in_the_diagram(company: Company) -> None:
    """Slips confirmed by the old diagram have 24 hours, new ones 12: due dates, fines and the words on the page."""
    confirmed(company, {"ZP-1001": 10})
    begun(company)  # begun by the old diagram, confirmed only after the change
    limit = 'source="=duration(&#34;PT24H&#34;)" target="slip_limit"'
    diagram = replaced(downloaded(company, "store_replenishment"), limit, limit.replace("PT24H", "PT12H"))
    page = deploy(company, "24 小时改为 12 小时", store_replenishment__bpmn=diagram)
    tian, shi = company.person("tian"), company.person("shi")
    said = []
    tian.do("create_slip", store="MD1", lines=[{"sku": "ZP-1001", "qty": 20}])
    said.append(shi.get(f"/tasks/{company.task('confirm_slip').id}").text_content())
    shi.do("confirm_slip", approved=True)
    begun(company)
    tian.do("create_slip", store="MD1", lines=[{"sku": "ZP-1001", "qty": 30}])
    said.append(shi.get(f"/tasks/{company.task('confirm_slip').id}").text_content())
    shi.do("confirm_slip", approved=True)

    company.wait_until(MORNING + timedelta(hours=12))
    at_twelve = fines(company)
    company.wait_until(MORNING + timedelta(hours=12, seconds=1))
    after_twelve = fines(company)
    company.wait_until(MORNING + timedelta(hours=24, seconds=1))

    day, half = MORNING + timedelta(hours=24), MORNING + timedelta(hours=12)
    assert "版本 2" in page or "第 2 版" in page
    assert (True, True) == ("24 小时内处理完毕" in said[0], "12 小时内处理完毕" in said[1])
    assert {"BH2026-000001": day, "BH2026-000002": day, "BH2026-000003": half} == {
        row.no: row.due_at for row in rows(company, store_slip)
    }
    assert ({}, {"BH2026-000003": (half, Decimal("150.00"))}) == (at_twelve, after_twelve)
    assert {
        "BH2026-000001": (day, Decimal("50.00")),
        "BH2026-000002": (day, Decimal("100.00")),
        "BH2026-000003": (half, Decimal("150.00")),
    } == fines(company)
    ledger = company.person("guan").get("/fines").text_content()
    assert ("2026-03-02 21:00" in ledger, "2026-03-03 09:00" in ledger) == (True, True)


def test_ten_percent_become_fifteen_in_a_setting(company: Company) -> None:
    """A ticket that began before the change pays 12.00 for 120.00, one that begins after it 18.00."""
    number = delivered(company, "120.00", 400)
    slightly_damaged(company, number)
    qian = company.person("qian")
    change = {"key": "allowance_percent", "value": "15", "reason": "客人多次反映 10% 太低"}
    answer = qian.client.post("/settings", data=change)
    slightly_damaged(company, number)
    settle(company)
    settle(company)

    assert 303 == answer.status_code
    assert [Decimal("12.00"), Decimal("18.00")] == [row.amount for row in rows(company, compensation)]
    page = qian.get("/settings").text_content()
    for words in ("10 %", "15 %", "客人多次反映 10% 太低", "钱流程", "2026-03-02 09:00"):
        assert words in page


def test_a_new_row_in_wrong_item(company: Company) -> None:
    """The omitted worth more than the freight are explained first: for tickets that begin afterwards, not for running ones."""
    number = delivered(company, "120.00", 400)
    zhao = report(company, "错货", number)
    old = company.task("compare_goods").id.split("-", maxsplit=1)[0]
    table = downloaded(company, "wrong_item.dmn")
    page = deploy(company, "漏发贵重的先说明", wrong_item__dmn=with_a_row_more(table))
    report(company, "错货", number)

    ended = {}
    for _ in range(2):
        ticket = company.task("compare_goods").id.split("-", maxsplit=1)[0]
        zhao.do("compare_goods", received_barcode="RY-4003")
        assert 303 == photograph(company, zhao, JPEG).status_code
        zhao.do("verify_by_weight", wrong_confirmed=True, omitted=True, wrong_value="3", parcel_freight="2")
        (ended[ticket],) = [each.element for each in company.open(int(ticket))]

    assert (5, 6) == (table.count("<rule "), with_a_row_more(table).count("<rule "))
    assert "wrong_item" in page or "错货" in page
    assert "negotiate_missing" == ended.pop(old)
    assert ["explain_to_customer"] == list(ended.values())


def test_a_row_that_contradicts_another_is_refused_with_its_place(company: Company) -> None:
    """Who forgets to narrow the old row is told which rows overlap, and nothing changes."""
    table = downloaded(company, "wrong_item.dmn")
    upload = {"files": [(BytesIO(with_a_row_more(table, narrow=False).encode()), "wrong_item.dmn")]}
    answer = company.person("qian").client.post(
        "/definitions", data=upload, content_type="multipart/form-data"
    )

    assert 422 == answer.status_code
    assert "wrong_item.dmn" in answer.get_data(as_text=True)
    assert table == downloaded(company, "wrong_item.dmn")


def with_a_row_more(table: str, *, narrow: bool = True) -> str:
    """The table as the modeller saves it: a row more for omissions worth more than the freight, the old row narrowed."""
    start = table.index('      <rule id="wrong_item_rule_2">')
    row = table[start : table.index('      <rule id="wrong_item_rule_3">')]
    cell = '<inputEntry id="wrong_item_rule_2_in_3">\n          <text>{}</text>'
    below = replaced(row, cell.format("-"), cell.format('"below"')) if narrow else row
    above = replaced(row, cell.format("-"), cell.format('"above"')).replace("<text>-</text>", "<text></text>")
    above = replaced(above, '"negotiate"', '"explain"').replace("wrong_item_rule_2", "DecisionRule_0ltdpd7")
    return replaced(replaced(table, row, below + above), ' hitPolicy="UNIQUE"', "")


def test_files_name_the_steps_that_use_them(company: Company) -> None:
    """Each form and decision table leads to the steps of the newest diagrams that use it; a slip bears its title."""
    (page,) = company.person("qian").get("/definitions/files").xpath("//main")
    rows = {row.xpath(".//span[@class='id']")[0].text: row for row in page.xpath(".//tbody/tr")}

    used = {
        name: [(link.text, link.get("href")) for link in rows[name].xpath("./td[2]//a[not(@aria-label)]")]
        for name in ("fill-outbound-slip.form", "signers.dmn", "start-after-sales.form")
    }

    ((step, address),) = used["fill-outbound-slip.form"]
    assert ("填写《出库单》", "step-fill_outbound_slip") == (step, address.split("#")[1])
    shown = company.person("qian").get(address.split("#")[0])
    assert ["填写《出库单》"] == shown.xpath("//tr[@id='step-fill_outbound_slip']//strong/text()")
    assert ["确定签字人"] == [step for step, _address in used["signers.dmn"]]
    assert "发起" in [step for step, _address in used["start-after-sales.form"]]
    assert "出库单" in rows["outbound_slip.html"].text_content()
    assert [] == [name for name, row in rows.items() if "没有步骤使用" in row.text_content()]
