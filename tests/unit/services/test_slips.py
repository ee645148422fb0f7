"""Slips are printed as pages and PDF, with copies, signatures and code; their templates cannot do anything else."""

from __future__ import annotations

import shutil
import subprocess
from decimal import Decimal

import pytest
from sqlalchemy import insert, update

from engine.audit.chain import digest
from engine.errors import NotFound
from engine.feel.values import to_json
from engine.model.definitions import resource
from engine.model.instances import signature
from engine.services import documents, kinds, pdf_maker, slips
from engine.services.paper import check

LINES = [
    {"sku": "ZP-1001", "name": "抽纸", "spec": "3 层 120 抽", "unit": "箱", "qty": 100,
     "unit_price": Decimal("20.00"), "amount": Decimal("2000.00")},
]  # fmt: skip
PAYLOAD = {
    "name": "城北<b>便民</b>商店", "customer_name": "城北便民商店", "recipient": "吴国强", "phone": "13800010003",
    "address": "莫干山路 902 号 𠮷", "lines": LINES, "outbound_no": "CK2026-000001", "invoice": True, "title": "城北商贸",
    "tax_no": "9233", "invoice_lines": [{"item": "纸品", "amount": 2000}], "total": Decimal("2000.00"), "code": "004711",
}  # fmt: skip


@pytest.fixture
def slip(perform):
    """Issues a paper of that kind."""

    def make(kind="outbound_slip"):
        return perform("documents.issue", kind=kind, order_no="SO2026-000001", batch_no=1, payload=PAYLOAD)[
            "document"
        ]

    return make


def sign(connection, paper, now, **more):
    """A signature as the history keeps it."""
    values = {
        "instance_id": 7, "seq": 5, "task": 3, "element": "sign_document", "document": "document", "values_hash": "",
        "document_hash": digest(to_json(paper)), "signer": "chen", "signer_name": "陈会计", "meaning": "财务已核对",
        "decision": "sign", "at": now,
    }  # fmt: skip
    connection.execute(insert(signature).values(**{**values, **more}))


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_paper_has_a_page(connection, slip, kind):
    """Every kind of paper prints its number, its hash and its texts in Chinese and English."""
    paper = slip(kind)

    page = slips.page(connection, paper["id"])

    assert all(
        text in page
        for text in (paper["number"], paper["hash"], "南湖百货贸易有限公司", kinds.KINDS[kind].title_en)
    )
    assert kinds.KINDS[kind].title in page
    assert "<b>便民" not in page
    assert "<svg" in page
    assert "<script" not in page


def test_an_outbound_slip_has_three_copies(connection, slip):
    """Three copies, the third for bookkeeping; one alone can be printed."""
    paper = slip()

    page = slips.page(connection, paper["id"])
    third = slips.page(connection, paper["id"], copies=[3], stylesheet="/documents/slip.css")

    assert 3 == page.count('<article class="slip"')
    assert 1 == third.count('<article class="slip"')
    assert "第 3 联 · 记账联" in third
    assert '<link rel="stylesheet" href="/documents/slip.css">' in third
    assert "<style>" not in third
    assert ".slip" in slips.stylesheet()


def test_signatures_are_printed(connection, slip, now):
    """Who signed, what it means, when, and over which hash; those of another version are not."""
    paper = slip()
    sign(connection, paper, now)
    sign(connection, {**paper, "version": 0}, now, seq=4, signer_name="别人")

    page = slips.page(connection, paper["id"], copies=[1])

    for text in ("陈会计", "财务已核对", "2026-03-02 10:00", digest(to_json(paper)), "同意"):
        assert text in page
    assert "别人" not in page
    assert "尚无签字" not in page


def test_a_void_paper_says_so(connection, slip):
    """A version that was replaced is marked."""
    paper = slip()
    connection.execute(update(documents.document).values(state="void"))

    assert "作废" in slips.page(connection, paper["id"])


def test_the_signing_page_shows_a_preview(connection, slip):
    """The value of a diagram is shown as it will be printed, marked as not signed."""
    paper = slip()

    shown = slips.fragment(connection, paper)

    assert "预览，尚未签字" in shown
    assert "¥2,000.00" in shown
    with pytest.raises(NotFound):
        slips.fragment(connection, {"kind": "love_letter"})


def test_a_missing_template_is_told(connection, slip):
    """A kind of paper without a deployed template is not found, by name."""
    paper = slip()
    connection.execute(update(resource).values(kind="form"))

    with pytest.raises(NotFound, match=r"outbound_slip\.html"):
        slips.page(connection, paper["id"])
    with pytest.raises(NotFound):
        slips.page(connection, 999)


def test_a_pdf_holds_the_chinese_text(connection, slip, tmp_path):
    """The PDF is made where Pango and a font are present, and its text can be read."""
    if not pdf_maker.has_chinese_font():
        pytest.skip("no Chinese font on this machine: apt-get install fonts-noto-cjk")
    paper = slip()

    made = slips.pdf(connection, paper["id"])

    assert made.startswith(b"%PDF")
    assert 5_000 < len(made) < 2_000_000
    if shutil.which("pdftotext"):
        (tmp_path / "slip.pdf").write_bytes(made)
        text = subprocess.run(
            ["pdftotext", tmp_path / "slip.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout.replace(" ", "")  # the title is set wide
        assert "出库单" in text
        assert "记账联" in text


def test_without_a_font_the_packages_are_named(connection, slip, monkeypatch):
    """Where a Chinese font is missing there is no blank PDF but an answer that names the package."""
    monkeypatch.setattr(pdf_maker, "has_chinese_font", lambda: False)

    with pytest.raises(slips.Unavailable, match="fonts-noto-cjk"):
        slips.pdf(connection, slip()["id"])


def test_the_pdf_maker_reads_no_file(monkeypatch):
    """A link to a file of this machine is not followed."""
    if not pdf_maker.has_chinese_font():
        pytest.skip("no Chinese font on this machine: apt-get install fonts-noto-cjk")
    page = '<link rel="attachment" href="file:///etc/passwd"><img src="file:///etc/passwd"><p>好</p>'

    made = pdf_maker.make(page)

    assert b"/EmbeddedFile" not in made
    assert b"root:" not in made


def test_the_pdf_maker_has_little_memory():
    """A page that needs more than its share gives an answer, not a dead machine."""
    if not pdf_maker.has_chinese_font():
        pytest.skip("no Chinese font on this machine: apt-get install fonts-noto-cjk")
    with pytest.raises(slips.Unavailable):
        pdf_maker.make("<p>好</p>", megabytes=60)


@pytest.mark.parametrize(
    ("child", "told"),
    [
        ("import sys; sys.exit(3)", "libpango-1.0-0 libpangoft2-1.0-0"),
        ("import sys; sys.exit(1)", "limits of time and memory"),
        ("while True: pass", "limits of time and memory"),
    ],
)
def test_a_child_that_fails_is_told(monkeypatch, tmp_path, child, told):
    """Without Pango the packages are named; a child that fails or does not end gives an answer."""
    (tmp_path / "child.py").write_text(child)
    monkeypatch.setattr(pdf_maker, "_CHILD", tmp_path / "child.py")
    monkeypatch.setattr(pdf_maker, "has_chinese_font", lambda: True)

    with pytest.raises(slips.Unavailable, match=told):
        pdf_maker.make("<p>好</p>", seconds=0.2)


HOSTILE = [
    "{{ 'a' * 10**9 }}",
    "{{ ''.__class__ }}",
    "{{ payload.__class__ }}",
    "{{ payload['__class__'] }}",
    "{{ payload | attr('__class__') }}",
    "{{ range(1000000000) }}",
    "{% for a in range(9) %}{% endfor %}",
    "{{ parts.lines.__globals__ }}",
    "{{ payload.items() }}",
    "{{ self._TemplateReference__context }}",
    "{{ lipsum() }}",
    "{{ cycler('a') }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'page.html' %}",
    "{% set a = 'a' %}",
    "{% macro m() %}{{ m() }}{% endmacro %}",
    "{{ 'a' ~ 'b' }}",
    "{{ '%99999999d' | format(1) }}",
    "{{ 'x' | center(999999999) }}",
    "{{ payload | safe }}",
    "{% for a in payload %}{% for b in payload %}{% for c in payload %}{% endfor %}{% endfor %}{% endfor %}",
    "{% autoescape false %}{{ payload }}{% endautoescape %}",
    "<script>alert(1)</script>",
    "<link rel=stylesheet href=//evil.example>",
    "<img src=http://evil.example/x.png>",
    '<p style="background: url(http://evil.example)">x</p>',
    "<p onclick=alert(1)>x</p>",
    "{% if %}",
    "x" * 60_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_template_cannot(text):
    """A slip cannot compute, reach Python, read files, load anything or run scripts (T25)."""
    findings = check(text, "slip.html")

    assert findings
    assert {"error"} == {finding.severity for finding in findings}


def test_the_delivered_slips_pass():
    """Our own slips keep the rules."""
    from pathlib import Path

    folder = Path(__file__).parents[3] / "forms" / "slips"

    assert {path.stem for path in folder.glob("*.html")} == set(kinds.KINDS)
    assert [] == [finding for path in folder.glob("*.html") for finding in check(path.read_text(), path.name)]
