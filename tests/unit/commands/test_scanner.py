"""Uploads are shown to the virus scanner where there is one; without its answer nothing is taken."""

from __future__ import annotations

import io
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.commands.attach import Attachment, FileRefused, attach
from engine.config import Settings
from engine.connectors.scanner import ScannerFailed, scan
from engine.migrations import upgrade
from engine.model.database import Database
from engine.queries.verify import verify
from tests.contract.company import Company

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.ThreadingTCPServer):
    """As much of clamd as INSTREAM is: it finds the harmless test file of the scanners' makers."""

    daemon_threads = True
    answer = b""
    seen = b""

    class Line(socketserver.StreamRequestHandler):
        """One question."""

        def handle(self) -> None:
            """Read the file piece by piece, and say what is in it."""
            assert b"zINSTREAM\0" == self.rfile.read(10)
            content = b""
            while size := int.from_bytes(self.rfile.read(4)):
                content += self.rfile.read(size)
            self.server.seen = content  # type: ignore[attr-defined]
            found = b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
            self.wfile.write(self.server.answer or found)  # type: ignore[attr-defined]

    @property
    def place(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    """A scanner that answers."""
    with Clamd(("127.0.0.1", 0), Clamd.Line) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def company(tmp_path: Path, clamd: Clamd) -> Iterator[Company]:
    """A company with an order just begun, whose files are scanned."""
    url = f"sqlite:///{tmp_path / 'restock.db'}"
    db = Database(url)
    upgrade(db)
    db.close()
    company = Company.found(url)
    company.db.settings = Settings(home=tmp_path, clamd=clamd.place)
    company.deploys("order.form", "order.bpmn")
    company.starts("order")
    yield company
    company.db.close()


def adds(company: Company, content: bytes) -> Attachment:
    """Somebody adds a text to the order."""
    return attach(company.db, "1-3", "papers", "说明.txt", io.BytesIO(content), company.person("lin"))


def test_what_is_clean_is_kept(company: Company, clamd: Clamd) -> None:
    """The scanner sees every byte of it."""
    adds(company, b"abc" * 100_000)

    assert b"abc" * 100_000 == clamd.seen
    assert [] == verify(company.db).problems


def test_what_the_scanner_finds_is_not_kept(company: Company, tmp_path: Path) -> None:
    """It is named to the person, and leaves neither file nor row."""
    with pytest.raises(FileRefused) as refused:
        adds(company, b"hello " + EICAR)

    assert "Eicar-Signature" in refused.value.message.zh
    assert "说明.txt" in refused.value.message.en
    assert [] == list((tmp_path / "files").glob("*/*"))
    assert [] == verify(company.db).problems


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: something ERROR\0", b"?\0"]
)
def test_without_its_answer_nothing_is_kept(
    company: Company, clamd: Clamd, tmp_path: Path, answer: bytes
) -> None:
    """A scanner that fails, or one that is not there, lets nothing pass; its words stay in the log."""
    clamd.answer = answer
    with pytest.raises(FileRefused) as refused:
        adds(company, b"abc")
    assert "没有应答" in refused.value.message.zh

    company.db.settings = Settings(home=tmp_path, clamd="127.0.0.1:1")
    with pytest.raises(FileRefused):
        adds(company, b"abc")
    assert [] == list((tmp_path / "files").glob("*/*"))


def test_it_may_listen_at_a_path(tmp_path: Path) -> None:
    """As clamd does by default; a path where nobody listens is a failure."""
    with pytest.raises(ScannerFailed):
        scan(str(tmp_path / "clamd.ctl"), io.BytesIO(b"abc"))


@pytest.mark.parametrize("address", ["clamd", "http://clamd", "host:port", "a b:1"])
def test_a_wrong_address_is_refused_at_start(address: str) -> None:
    """It is a host with a port, or a path."""
    with pytest.raises(ValidationError):
        Settings(clamd=address)
