"""Files that are not what they say, and names that lead elsewhere (T14, T23, T24)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.access import SYSTEM
from engine.commands.attach import FileRefused, attach
from engine.commands.deploy import deploy
from engine.commands.start import start
from engine.form.prose import of_html, of_markdown
from engine.queries import attachments
from tests import samples
from tests.company import Company
from tests.security.people import Crew
from tests.security.test_json_border import SHAPE

FORM = json.dumps(
    {
        "id": "proof", "type": "default", "schemaVersion": 19, "executionPlatform": "Camunda Cloud",
        "executionPlatformVersion": "8.8.0",
        "components": [{"type": "filepicker", "id": "photo", "key": "photo", "label": "照片", "multiple": True}],
    }
)  # fmt: skip


def _bomb() -> bytes:
    """A small archive that unpacks to much."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 20_000_000)
    return made.getvalue()


#: Name as sent, what it holds, name it is kept under; None: it is refused.
FILES: dict[str, tuple[str, bytes, str | None]] = {
    "chinese": ("合同.pdf", b"%PDF-1.7", "合同.pdf"),
    "html as pdf": ("bill.pdf", b"<html><script>alert(1)</script>", None),
    "html": ("bill.html", b"<script>alert(1)</script>", None),
    "svg": ("drawing.svg", b"<svg onload=alert(1)>", None),
    "svg as png": ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", None),
    "gif and script": ("picture.gif", b"GIF89a/*\x01\x01*/=1;alert(1)", "picture.gif"),
    "program": ("setup.exe", b"MZ", None),
    "double ending": ("bill.pdf.exe", b"MZ", None),
    "no ending": ("README", b"x", None),
    "only an ending": (".pdf", b"x", None),
    "up the folders": ("../../../../etc/cron.d/x.txt", b"x", "x.txt"),
    "absolute": ("/etc/passwd.txt", b"x", "passwd.txt"),
    "windows path": ("C:\\Windows\\win.txt", b"x", "win.txt"),
    "up in windows": ("..\\..\\x.txt", b"x", "x.txt"),
    "right to left": ("bill\u202efdp.exe.txt", b"x", "billfdp.exe.txt"),
    "line break": ("a\r\nSet-Cookie: x=1.txt", b"x", "aSet-Cookie: x=1.txt"),
    "quotes": ('a"; filename="b.txt', b"x", 'a"; filename="b.txt'),
    "300 characters": ("长" * 300 + ".txt", b"x", "长" * 150 + ".txt"),
    "dots": ("....txt", b"x", None),
    "space": (" a.txt ", b"x", "a.txt"),
    "reserved in windows": ("nul.txt", b"x", "nul.txt"),
    "empty file": ("empty.txt", b"", "empty.txt"),
    "pdf as text": ("a.txt", b"%PDF-1.7", None),
    "program as text": ("a.txt", b"MZ\x90\0\x03", None),
    "pdf behind something": ("a.pdf", b"GIF89a\x01\0\x01\0;%PDF-1.7", None),
    "zip as letter": ("a.docx", samples.archive("a.txt"), None),
    "letter": ("a.docx", samples.docx(), "a.docx"),
    "letter with macros": ("a.docx", samples.docx("word/vbaProject.bin"), None),
    "pixel bomb": ("a.png", samples.png(60_000, 60_000), None),
    "zip bomb": ("bomb.zip", _bomb(), "bomb.zip"),
    "other dots": ("a\uff0e\uff0e\u2215b.txt", b"x", "a\uff0e\uff0e\u2215b.txt"),
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crew, str]]:
    """A clerk with a task that asks for files."""
    crew = Crew(Company(template, tmp_path_factory.mktemp("uploads")))
    diagram = SHAPE.replace("<zeebe:userTask/>", '<zeebe:userTask/><zeebe:formDefinition formId="proof"/>')
    deploy(crew.db, [("open.bpmn", diagram.encode()), ("proof.form", FORM.encode())], SYSTEM)
    yield crew, start(crew.db, "open_values", {}, crew.actor("lin")).tasks[0]
    crew.company.close()


@pytest.mark.parametrize("name", FILES)
def test_upload(desk: tuple[Crew, str], name: str) -> None:
    """A file is refused, or kept under a random name and given back as a download that no browser opens as a page."""
    crew, task = desk
    sent, content, kept = FILES[name]
    before = _stored(crew)
    if kept is None:
        with pytest.raises(FileRefused):
            attach(crew.db, task, "photo", sent, io.BytesIO(content), crew.actor("lin"))
        assert before == _stored(crew)
        return

    file = attach(crew.db, task, "photo", sent, io.BytesIO(content), crew.actor("lin"))
    number = task.split("-")[0]
    answer = crew.client("lin").get(f"/documents/of/{number}/{file.id}", buffered=True)

    assert kept == file.name
    assert content == answer.data
    assert ("application/octet-stream", "nosniff") == (
        answer.content_type,
        answer.headers["X-Content-Type-Options"],
    )
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["Content-Disposition"].isascii()
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert attachments.one(crew.db, int(number), file.id, crew.actor("lin")).path.is_relative_to(
        _folder(crew)
    )
    assert {each.name for each in _stored(crew) - before} == {file.id}


def test_disk_is_never_written_outside_the_store(desk: tuple[Crew, str]) -> None:
    """After all these names there is nothing beside database and store."""
    crew, _ = desk
    home = crew.company.settings.home

    outside = [each for each in home.rglob("*") if each.is_file() and not each.is_relative_to(_folder(crew))]
    assert {"company.db", "company.db-wal", "company.db-shm"} >= {each.name for each in outside}


def test_a_file_too_large_leaves_nothing(desk: tuple[Crew, str]) -> None:
    """Reading stops at the limit, whatever the sender said, and what was written is gone."""
    crew, task = desk
    before = _stored(crew)

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            self.given += size
            return b"\0" * size

    stream = Endless()
    with pytest.raises(FileRefused):
        attach(crew.db, task, "photo", "a.zip", stream, crew.actor("lin"))

    assert stream.given < 26_000_000
    assert before == _stored(crew)


def test_files_of_others_cannot_be_named(desk: tuple[Crew, str]) -> None:
    """A reference to a file of another instance, or to a path, is no answer."""
    crew, task = desk
    other = start(crew.db, "open_values", {}, crew.actor("lin")).tasks[0]
    theirs = attach(crew.db, other, "photo", "a.txt", io.BytesIO(b"x"), crew.actor("lin"))

    for stolen in (theirs.id, "../../company.db", "/etc/passwd", ""):
        values = {"photo": [{"documentId": stolen, "metadata": {"fileName": "a.txt"}}]}
        answer = crew.call("lin", "POST", f"/tasks/{task}/complete", {"values": values})
        assert (422, ["photo"]) == (answer.status_code, [each["field"] for each in answer.json["errors"]])
        number = task.split("-")[0]
        assert 404 == crew.client("lin").get(f"/documents/of/{number}/{stolen}").status_code


REFERENCES = [
    "../secret", "..%2fsecret", "%2e%2e/secret", "/etc/passwd", "C:\\secret", "a/b", "a\\b", "a b", "a\u2024b", "\uff0e\uff0e",
    "a\u2044b", "a\nb", "'; DROP TABLE resource; --", "a" * 300,
]  # fmt: skip


@pytest.mark.parametrize("reference", REFERENCES)
def test_form_reference(desk: tuple[Crew, str], reference: str) -> None:
    """A name of a form is a key among those deployed, never a path: anything else is refused at deployment."""
    from xml.sax.saxutils import quoteattr

    crew, _ = desk
    named = f"<zeebe:userTask/><zeebe:formDefinition formId={quoteattr(reference)}/>"
    diagram = SHAPE.replace("<zeebe:userTask/>", named).replace("open_values", "leads_out")

    answer = _deploy(crew, ("a.bpmn", diagram.encode()))

    assert 422 == answer.status_code
    assert any(each["element"] == "wait" for each in answer.json["findings"])


@pytest.mark.parametrize(
    "name", ["../a.form", "/etc/a.form", "..\\a.form", "a\u202e.form", ".form", "a.form/../b.form"]
)
def test_a_file_name_leads_nowhere(desk: tuple[Crew, str], name: str) -> None:
    """What an uploaded form is called on the uploader's disk has no effect: its key stands in it."""
    crew, _ = desk
    answer = _deploy(crew, (name, FORM.encode()))

    assert answer.status_code in (201, 422)
    assert ["proof"] * (answer.status_code == 201) == [
        each["key"] for each in answer.json.get("definitions", [])
    ]


@pytest.mark.parametrize("key", ["../up", "a/b", "x" * 200, "名称", "a:b", ""])
def test_a_slip_or_form_key_is_no_path(desk: tuple[Crew, str], key: str) -> None:
    """Keys of forms and slips are plain names."""
    crew, _ = desk
    slip = _deploy(crew, (f"a/{key.replace('/', '%2f')}.html", b"<p>x</p>"))
    form = _deploy(crew, ("a.form", json.dumps(json.loads(FORM) | {"id": key}).encode()))

    assert (422, 422) == (slip.status_code, form.status_code)


@pytest.mark.parametrize(
    "text",
    [
        "<img src=http://evil.example/x.png>", "<p style='background:url(//evil.example/x)'>x</p>", "<video src=//evil.example>",
        "<style>@import '//evil.example'</style>", "<link rel=stylesheet href=//evil.example>", "<iframe src=//evil.example>",
        "![x](http://evil.example/x.png)", "<object data=//evil.example>", "<form action=//evil.example><input></form>",
        "<a href=javascript:alert(1)>x</a>", "[x](javascript:alert(1))", "[x](data:text/html,x)", "<a href='jav\tascript:x'>x</a>",
        "<svg><use href=//evil.example#x></svg>", "<input onfocus=x autofocus>", "<p class=btn id=answers hx-get=/x data-x>x</p>",
        "<base href=//evil.example>", "<meta http-equiv=refresh content=0>", "<math href=javascript:x>", "<!--<img src=x>-->",
    ],
)  # fmt: skip
def test_html_block_sanitised(text: str) -> None:
    """Of a designer's HTML or Markdown only words, tables and links remain; nothing loads, styles, runs or posts."""
    import lxml.html

    allowed = {"href", "title", "colspan", "rowspan", "scope", "rel"}
    for made in (of_html(text), of_markdown(text)):
        page = lxml.html.fragment_fromstring(f"<div>{made}</div>")
        for element in page.iter():
            assert element.tag not in {
                "img",
                "style",
                "script",
                "iframe",
                "form",
                "input",
                "svg",
                "link",
                "object",
                "base",
            }
            assert set(element.attrib) <= allowed
            assert element.get("href", "https:").split(":")[0] in {"http", "https", "mailto", "tel"}


def _deploy(crew: Crew, file: tuple[str, bytes]) -> Any:
    data = {"files": (io.BytesIO(file[1]), file[0])}
    return crew.call("qian", "POST", "/definitions", data=data)


def _folder(crew: Crew) -> Path:
    return crew.company.settings.files


def _stored(crew: Crew) -> set[Path]:
    return {each for each in _folder(crew).rglob("*") if each.is_file()}
