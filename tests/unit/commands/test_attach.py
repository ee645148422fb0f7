"""Files people add: kept under a number, found by their own name, refused when they are not what people exchange."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, literal, select, update

from engine.commands import attach as attaching
from engine.commands.attach import FileRefused, TaskFiles, attach, path_of
from engine.config import Settings
from engine.errors import NotFound
from engine.migrations import upgrade
from engine.model.database import Database
from engine.model.instances import attachment
from engine.queries import attachments
from engine.queries.verify import verify
from tests.contract.company import Company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company with an order just begun."""
    url = f"sqlite:///{tmp_path / 'restock.db'}"
    db = Database(url)
    upgrade(db)
    db.close()
    company = Company.found(url)
    company.db.settings = Settings(home=tmp_path, attachment_mb=1)
    company.deploys("order.form", "order.bpmn")
    company.starts("order")
    return company


def adds(
    company: Company, name: str, content: bytes = b"%PDF-1.7 x", login: str = "lin"
) -> attaching.Attachment:
    """Somebody adds a file to the order."""
    return attach(company.db, "1-3", "papers", name, io.BytesIO(content), company.person(login))


def test_a_file_comes_back_by_its_own_name(company: Company) -> None:
    """Chinese names stay; the bytes are those that came; the history tells of it."""
    kept = adds(company, "合同 2026.pdf")

    found = attachments.one(company.db, 1, kept.id, company.person("zhao"))
    assert ("合同 2026.pdf", b"%PDF-1.7 x") == (found.name, found.path.read_bytes())
    assert [] == verify(company.db).problems


@pytest.mark.parametrize(
    "change",
    [
        update(attachment).values(hash=sha256(b"%PDF-1.7 y").hexdigest()),
        update(attachment).values(name="another.pdf"),
        update(attachment).values(by="wang"),
        update(attachment).values(instance_id=2),
        delete(attachment),
        insert(attachment).from_select(
            list(attachment.c.keys()),
            select(*(literal("a" * 36) if c is attachment.c.id else c for c in attachment.c)),
        ),
    ],
    ids=["content and hash", "name", "who", "where", "gone", "put in"],
)
def test_a_file_that_the_history_does_not_tell_of_is_found(company: Company, change: Any) -> None:
    """Also where the file was replaced together with the hash in its row."""
    kept = adds(company, "合同 2026.pdf")
    company.starts("order")
    company.is_sound()
    path_of(company.db, kept.id).write_bytes(b"%PDF-1.7 y")

    with company.db.write() as connection:
        connection.execute(change)

    told = "is another than the history tells", "was attached and is gone"
    assert [each for each in verify(company.db).problems if each.text.endswith(told)]


@pytest.mark.parametrize(
    "name", ["", "x", "a.exe", "a.svg", "a.html", ".pdf", "a.pdf.js", "\x00.pdf", "..", "a.PHP"]
)
def test_other_kinds_are_refused(company: Company, name: str) -> None:
    """What people do not exchange is refused by its name."""
    with pytest.raises(FileRefused):
        adds(company, name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/订单.pdf", "订单.pdf"),
        ("C:\\files\\a.PDF", "a.PDF"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ("好" * 300 + ".pdf", "好" * 150 + ".pdf"),
    ],
)
def test_names_are_names_only(company: Company, given: str, kept: str) -> None:
    """No path, no characters that turn the reading around, not endless."""
    assert kept == adds(company, given).name


def test_large_files_are_refused_and_leave_nothing(company: Company, tmp_path: Path) -> None:
    """Beyond the limit nothing stays, neither file nor row."""
    with pytest.raises(FileRefused):
        adds(company, "a.pdf", b"x" * 1_000_001)

    assert [] == list((tmp_path / "files").glob("*/*"))
    assert [] == verify(company.db).problems


def test_strangers_neither_add_nor_read(company: Company) -> None:
    """Who does not see the task does not see its files."""
    kept = adds(company, "a.pdf")
    with pytest.raises(NotFound):
        adds(company, "b.pdf", login="liu")
    with pytest.raises(NotFound):
        attachments.one(company.db, 1, kept.id, company.person("liu"))
    with pytest.raises(NotFound):
        attachments.one(company.db, 1, "nothing", company.person("lin"))


def test_a_lost_or_changed_file_is_found(company: Company) -> None:
    """The check compares every file with its row, both ways."""
    path = path_of(company.db, adds(company, "a.pdf").id)
    path.write_bytes(b"other")
    assert ["file"] == [problem.code for problem in verify(company.db).problems]
    path.rename(path.with_name("unknown"))
    assert ["file", "file"] == [problem.code for problem in verify(company.db).problems]


def test_forms_refer_to_files_of_their_instance(company: Company) -> None:
    """A form finds the files of its own instance only."""
    kept = adds(company, "a.pdf")
    company.starts("order")

    assert kept.reference() == TaskFiles(company.db, "1-3", company.person("lin")).find(kept.id)
    assert TaskFiles(company.db, "2-3", company.person("lin")).find(kept.id) is None
