"""The database's clock counts: this machine's may say what it likes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from engine.access import SYSTEM
from engine.commands.deploy import deploy
from engine.commands.start import start
from engine.config import Settings
from engine.jobs.embedded import Embedded
from engine.jobs.seam import Seam
from engine.model.database import Database
from engine.model.instances import job
from engine.queries.verify import verify
from tests.contract import diagrams
from tests.postgres import fresh

pytestmark = pytest.mark.postgres

#: Longer than anything here takes; only what is broken waits for it.
PATIENCE = 60


@pytest.fixture
def db(postgresql: str) -> Iterator[Database]:
    """A database of one's own, asked for the time as in earnest."""
    with fresh(postgresql, "template_restock") as address:
        opened = Database(address)
        yield opened
        opened.close()


def _begin(db: Database, wait: str) -> None:
    text = diagrams.text("remind.bpmn").replace("PT1H", wait)
    deploy(db, [("remind.bpmn", text.encode())], SYSTEM, job_types={"notify"})
    start(db, "remind", {}, SYSTEM)


@pytest.mark.parametrize("jump", [timedelta(days=-2), timedelta(days=2)])
def test_a_timer_fires_by_the_databases_clock(db: Database, jump: timedelta) -> None:
    """The machine's clock is days behind or ahead; a timer of a second fires in its second, without a sweep."""
    told = threading.Semaphore(0)

    def tell(_call: Any) -> Mapping[str, Any]:
        told.release()
        return {}

    with time_machine.travel(datetime.now(UTC) + jump):
        runner = Embedded(db, {"notify": tell}, Settings(workers=1, sweep_seconds=3600))
        runner.start()
        try:
            _begin(db, "PT1S")
            assert told.acquire(timeout=PATIENCE)
        finally:
            runner.stop()
    assert [] == verify(db).problems


def test_a_machine_that_is_ahead_fires_nothing_early(db: Database) -> None:
    """A timer of an hour stays where it is, however far this machine's clock jumps."""
    seam = Seam(db, {"notify": lambda _call: {}})
    _begin(db, "PT1H")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=9)):
        assert 0 == seam.run_due()
    with db.read() as connection:
        now, due = db.now(connection), connection.execute(select(job.c.due_at)).scalar_one()
    assert timedelta(0) < due - now <= timedelta(hours=1)
