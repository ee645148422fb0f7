"""R2 at a power cut: what was answered is there, whatever of the unsynced writes the disk has kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from engine.migrations import upgrade
from engine.model.database import Database
from engine.model.history import entry
from engine.queries.verify import verify
from tests.conftest import UNREACHABLE
from tests.contract.company import Clock, Company

from .power import Disk, library, listening

#: Instances that are worked through, and moments at which the power goes.
INSTANCES, CUTS = 8, 60
#: Pages after which the log is copied into the database: few, so that cuts fall into that too.
PAGES = 50


@dataclass
class Worked:
    """What the disk saw, what it began with, and after each answer: the moment, and the entries of the history."""

    disk: Disk
    before: dict[str, bytes]
    answers: list[tuple[int, int]]

    def answered(self, moment: int) -> int:
        """How many entries must be there when the power goes at this moment."""
        return max(entries for at, entries in self.answers if at <= moment)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A company with a process."""
    path = tmp_path_factory.mktemp("power") / "restock.db"
    db = Database(f"sqlite:///{path}")
    upgrade(db)
    db.close()
    company = Company.found(f"sqlite:///{path}")
    company.deploys("ship.bpmn")
    company.db.close()
    return path.read_bytes()


def work(template: bytes, folder: Path, synchronous: str) -> Worked:
    """People and jobs work on a disk that is listened to."""
    sqlite = library()
    if sqlite is None:
        pytest.skip(UNREACHABLE)
    path = folder / "worked.db"
    path.write_bytes(template)
    with listening(sqlite, "power") as disk:
        clock = Clock()
        db = Database(f"sqlite:///file:{path}?vfs=power&uri=true", clock=clock)

        @event.listens_for(db.engine, "connect")
        def _open(raw: Any, _record: object) -> None:
            raw.execute(f"PRAGMA wal_autocheckpoint={PAGES}")
            raw.execute(f"PRAGMA synchronous={synchronous}")

        company = Company(db, clock, {"stock.book": lambda _call: {}})
        answers = [(0, entries(db))]
        for number in range(1, INSTANCES + 1):
            for step in (
                lambda: company.starts("ship"),
                lambda n=number: company.completes(f"{n}-3", "liu"),
                company.works,
                lambda n=number: company.completes(f"{n}-5", "liu"),
            ):
                step()
                answers.append((len(disk.log), entries(db)))
        seen = Disk(disk.log[: answers[-1][0]])
        db.close()
    return Worked(seen, {path.name: template}, answers)


def entries(db: Database) -> int:
    """How many entries the history has."""
    with db.read() as connection:
        return int(connection.execute(select(func.count()).select_from(entry)).scalar_one())


def found(files: dict[str, bytes], folder: Path) -> tuple[list[Any], int]:
    """What is wrong with the files that a power cut left, and how many entries their history has."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    db = Database(f"sqlite:///{folder / 'worked.db'}", clock=Clock())
    with db.read() as connection:
        checked = connection.execute(text("PRAGMA integrity_check")).scalars().all()
    problems = [*(each for each in checked if each != "ok"), *verify(db).problems]
    count = entries(db)
    db.close()
    return problems, count


@pytest.mark.faults
def test_what_was_answered_is_there_after_a_power_cut(template: bytes, tmp_path: Path) -> None:
    """At any moment, and whatever unsynced writes the disk has: every answered step, no half one, nothing broken."""
    done = work(template, tmp_path, "FULL")
    chance = Random(2026)
    assert any(name == "worked.db" for name, _ in done.disk.log), "no cut falls into copying the log"

    for number in range(CUTS):
        moment = chance.randint(0, len(done.disk.log))
        files = done.disk.after_a_cut(moment, done.before, chance if number % 3 else None)
        problems, count = found(files, tmp_path / str(number))
        assert [] == problems, f"moment {moment}"
        assert done.answered(moment) <= count, f"moment {moment}"


@pytest.mark.faults
def test_a_database_that_does_not_sync_is_found_out(template: bytes, tmp_path: Path) -> None:
    """With synchronous=NORMAL answered steps are gone: such a loss would be seen above."""
    done = work(template, tmp_path, "NORMAL")

    _, count = found(done.disk.after_a_cut(len(done.disk.log), done.before, None), tmp_path / "cut")

    assert count < done.answered(len(done.disk.log))
