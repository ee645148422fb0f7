"""Papers and files: shown and handed out to those who see their instance, never run."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from engine import access
from engine.commands import attach, deploy
from engine.model.papers import document
from engine.queries import people
from engine.services import slips
from tests.web.support import Site, words

SLIPS = Path(__file__).parents[2] / "forms" / "slips"


@pytest.fixture
def paper(site: Site) -> int:
    """An outbound slip that lin's instance issued."""
    instance = int(site.start(site.person("lin")).split("-")[0])
    deploy.deploy(
        site.database, [("outbound_slip.html", (SLIPS / "outbound_slip.html").read_bytes())], access.SYSTEM
    )
    row = {
        "instance_id": instance,
        "kind": "outbound_slip",
        "number": "CK2026-000001",
        "version": 1,
        "title": "出库单",
        "copies": 3,
        "payload": {"customer_name": "和顺商行", "lines": []},
        "hash": "ab" * 32,
        "issued_at": datetime(2026, 11, 20, 6, 0, tzinfo=UTC),
    }
    with site.database.write() as connection:
        return int(connection.execute(insert(document).values(**row)).inserted_primary_key[0])


def test_paper_is_for_who_sees_its_instance(site: Site, paper: int):
    """The clerk prints it, another department is told there is nothing."""
    mine = site.person("lin").get(f"/documents/{paper}")
    other = site.person("liu").get(f"/documents/{paper}")

    assert 200 == mine.status_code
    assert "CK2026-000001" in words(mine)
    assert 404 == other.status_code
    assert 404 == site.person("liu").get(f"/documents/{paper}.pdf").status_code


def test_a_paper_has_a_way_back(site: Site, paper: int):
    """The list with this paper, the same copy as PDF, and a button to print; nothing of it is on the PDF's page."""
    page = site.person("lin").get(f"/documents/{paper}?copy=2").text
    english = words(site.person("lin", locale="en").get(f"/documents/{paper}"))

    assert 'href="/documents?q=CK2026-000001"' in page
    assert f'href="/documents/{paper}.pdf?copy=2"' in page
    assert ("打印" in page, "Print" in english) == (True, True)
    with site.database.read() as connection:
        assert "paper-bar" not in slips.page(connection, paper).partition("<body")[2]


def test_one_copy_alone(site: Site, paper: int):
    """The third copy can be printed by itself."""
    page = words(site.person("lin").get(f"/documents/{paper}?copy=3"))

    assert "记账联" in page
    assert "存根联" not in page


def test_instance_lists_its_papers(site: Site, paper: int):
    """The instance's page leads to the paper and says that it is not signed yet."""
    with site.database.read() as connection:
        sql = "SELECT instance_id FROM document WHERE id = ?"
        number = connection.exec_driver_sql(sql, (paper,)).scalar_one()

    page = site.person("lin").get(f"/instances/{number}?tab=documents")

    assert f"/documents/{paper}" in page.text
    assert "未签字" in words(page)


def test_file_is_handed_out_as_a_file(site: Site):
    """A file keeps its Chinese name, comes as an attachment that nothing runs in, and only to who may see it."""
    lin = site.person("lin")
    task = site.start(lin)
    actor = people.actor(site.database, "lin")
    kept = attach.attach(
        site.database, task, "photo", "合同 '1'.pdf", io.BytesIO(b"%PDF-<script>1</script>"), actor
    )
    address = f"/documents/of/{task.split('-')[0]}/{kept.id}"

    answer = lin.get(address, buffered=True)

    assert b"%PDF-<script>1</script>" == answer.data
    assert "attachment; filename*=UTF-8''%E5%90%88" in answer.headers["Content-Disposition"]
    assert "application/octet-stream" == answer.content_type
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert 404 == site.person("liu").get(address).status_code
    assert 404 == lin.get(address + "x").status_code
