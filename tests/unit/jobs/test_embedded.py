"""The runner inside the process: prompt after a commit, woken for the next due row, gone without loss."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from engine.commands.deploy import deploy
from engine.commands.start import start
from engine.config import Settings
from engine.jobs.embedded import Embedded
from engine.jobs.seam import Seam
from engine.jobs.tidy import tidy
from engine.migrations import upgrade
from engine.model.database import Database
from engine.model.instances import command, job
from engine.queries.instance import page
from tests.contract import diagrams
from tests.contract.company import Company

#: Longer than anything here takes; only a broken runner waits for it.
PATIENCE = 60


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """A company whose clock is the machine's."""
    url = f"sqlite:///{tmp_path / 'restock.db'}"
    db = Database(url)
    upgrade(db)
    db.close()
    company = Company.found(url)
    company.db.close()
    company.db = Database(url)
    yield company
    company.db.close()


class Served:
    """A service that tells when it was called."""

    def __init__(self) -> None:
        self.called = threading.Semaphore(0)

    def __call__(self, call: Any) -> dict[str, Any]:
        """Be called."""
        self.called.release()
        return {}


def settings(**more: Any) -> Settings:
    """Quick sweeps."""
    return Settings(workers=2, sweep_seconds=1, **more)


def test_a_service_runs_right_after_the_step(company: Company) -> None:
    """Nobody waits for a sweep: the commit that leaves a job wakes the runner."""
    served = Served()
    jobs = Embedded(company.db, {"stock.book": served}, settings(lease_seconds=60))
    company.deploys("ship.bpmn")
    jobs.start()
    try:
        company.completes(_start(company), "liu")
        assert served.called.acquire(timeout=PATIENCE)
    finally:
        jobs.stop()
    assert [] == _jobs(company)


def _start(company: Company) -> str:
    company.starts("ship")
    return "1-3"


def _jobs(company: Company) -> list[Any]:
    with company.db.read() as connection:
        return list(connection.execute(select(job)))


def test_what_came_due_while_nobody_was_here_is_done(company: Company) -> None:
    """A runner begins with what is due, and calls the sweeps of others."""
    served, swept = Served(), threading.Event()
    company.deploys("ship.bpmn")
    company.completes(_start(company), "liu")

    jobs = Embedded(company.db, {"stock.book": served}, settings(), sweeps=[lambda _now: swept.set()])
    jobs.start()
    try:
        assert served.called.acquire(timeout=PATIENCE)
        assert swept.wait(PATIENCE)
    finally:
        jobs.stop()


def test_a_runner_that_stops_leaves_the_rows(company: Company) -> None:
    """After the end nothing is claimed any more; the rows wait for the next runner."""
    jobs = Embedded(company.db, {"stock.book": Served()}, settings())
    jobs.start()
    jobs.stop()
    company.deploys("ship.bpmn")
    company.completes(_start(company), "liu")

    assert [0] == [row.attempts for row in _jobs(company)]
    assert 1 == Seam(company.db, {"stock.book": Served()}).run_due()


def test_a_timer_of_a_second_fires_in_its_second(company: Company) -> None:
    """The scheduler wakes for the next due row, not only with the sweep."""
    served = Served()
    text = diagrams.text("remind.bpmn").replace("PT1H", "PT1S")
    deploy(company.db, [("remind.bpmn", text.encode())], company.person("qian"), job_types={"notify"})
    jobs = Embedded(company.db, {"notify": served}, Settings(workers=2, sweep_seconds=3600))
    jobs.start()
    try:
        began = company.db.now()
        company.starts("remind")
        assert served.called.acquire(timeout=PATIENCE)
        assert company.db.now() - began >= timedelta(seconds=1)
    finally:
        jobs.stop()
    assert ["completed"] == [row.status for row in page(company.db, company.person("qian")).rows]


def test_a_clock_put_back_and_forward_does_nothing_early(company: Company) -> None:
    """Sweeps go on while the clock stands before what it was; a timer fires when the clock says so, and once."""
    served, swept = Served(), threading.Semaphore(0)
    company.deploys("remind.bpmn")
    runner = Embedded(company.db, {"notify": served}, settings(), sweeps=[lambda _now: swept.release()])
    with time_machine.travel(datetime.now(UTC)) as clock:
        runner.start()
        try:
            company.starts("remind")
            clock.shift(timedelta(hours=-2))
            assert swept.acquire(timeout=PATIENCE)
            assert swept.acquire(timeout=PATIENCE)
            assert [0] == [row.attempts for row in _jobs(company)]
            clock.shift(timedelta(hours=4))
            assert served.called.acquire(timeout=PATIENCE)
        finally:
            runner.stop()
        company.is_sound()
    assert not served.called.acquire(blocking=False)
    assert [] == _jobs(company)


@pytest.mark.parametrize(
    ("token", "low", "high"), [(1, 1.8, 2.2), (3, 7.2, 8.8), (12, 3240, 3960), (99, 3240, 3960)]
)
def test_pauses_double_up_to_an_hour(company: Company, token: int, low: float, high: float) -> None:
    """2ⁿ seconds give or take a tenth, at most an hour."""
    for jitter in (0.0, 0.5, 0.999):
        pause = Seam(company.db, {}, jitter=lambda j=jitter: j).pause(token).total_seconds()
        assert low <= round(pause, 3) <= high


def test_old_answers_are_cleared_away(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is kept for a week, then a repeated request is a new one."""
    company.deploys("ship.bpmn")
    start(company.db, "ship", {}, company.person("lin"), idempotency_key="k")
    tidy(company.db)
    assert 1 == _answers(company)

    later: datetime = company.db.now() + timedelta(days=8)
    monkeypatch.setattr(company.db, "_clock", lambda: later)
    tidy(company.db)
    assert 0 == _answers(company)


def _answers(company: Company) -> int:
    with company.db.read() as connection:
        return connection.execute(select(func.count()).select_from(command)).scalar_one()
