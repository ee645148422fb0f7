"""Two servers on one database: what one does the other knows, and nothing is done by both."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine.access import SYSTEM
from engine.commands import users
from engine.commands.complete import complete
from engine.commands.deploy import deploy
from engine.commands.rules import change_setting
from engine.commands.start import start
from engine.config import Settings
from engine.errors import Conflict, NotFound
from engine.jobs.embedded import Embedded
from engine.migrations import assert_current, upgrade
from engine.model.database import Database
from engine.model.instances import instance, setting
from engine.services import thresholds
from engine.services.call import Call
from tests.contract import diagrams
from tests.contract.company import Company
from tests.contract.test_steps import race
from tests.postgres import fresh

#: Longer than anything here takes; only what is broken waits for it.
PATIENCE = 60


pytestmark = pytest.mark.postgres


@pytest.fixture
def company(postgresql: str) -> Iterator[Company]:
    """A small company, served by one process."""
    with fresh(postgresql, "template_restock") as address:
        found = Company.found(address)
        yield found
        found.db.close()


@pytest.fixture
def other(company: Company) -> Iterator[Company]:
    """The same company, served by another process."""
    twin = Company(Database(company.db.url.render_as_string(), clock=company.clock), company.clock)
    yield twin
    twin.db.close()


def test_a_task_completed_on_both_is_completed_once(company: Company, other: Company) -> None:
    """Whoever comes second is told so: 409."""
    company.deploys("ship.bpmn")
    both = [(company.db, company.person("liu")), (other.db, other.person("liu"))]
    for _ in range(10):
        task = f"{company.starts('ship').instance_id}-3"
        done = race(*(partial(complete, db, task, {}, liu) for db, liu in both))
        assert [409] == [error.status for error in done if isinstance(error, Conflict)], done
    company.is_sound()


def test_jobs_and_timers_are_done_by_one_of_them(company: Company) -> None:
    """Both look for due work all the time: every service has its effect once, every timer fires once."""
    text = diagrams.text("remind.bpmn").replace("PT1H", "PT1S")
    deploy(company.db, [("remind.bpmn", text.encode())], company.person("qian"), job_types={"notify"})
    told = threading.Semaphore(0)

    def tell(call: Call) -> Mapping[str, Any]:
        call.connection.execute(insert(setting).values(key=call.key, value="told"))
        told.release()
        return {}

    servers = [Database(company.db.url.render_as_string()) for _ in range(2)]
    runners = [Embedded(db, {"notify": tell}, Settings(workers=3, sweep_seconds=1)) for db in servers]
    for runner in runners:
        runner.start()
    try:
        for _ in range(20):
            start(servers[0], "remind", {}, SYSTEM)
        end = time.monotonic() + PATIENCE
        while completed(company) < 20:  # a little after the last was told: with its commit
            assert time.monotonic() < end
            told.acquire(timeout=0.1)
    finally:
        for runner in runners:
            runner.stop()
        for db in servers:
            db.close()

    with company.db.read() as connection:
        assert 20 == len(connection.execute(select(setting.c.key).where(setting.c.value == "told")).all())
    company.is_sound()


def completed(company: Company) -> int:
    """How many instances are."""
    with company.db.read() as connection:
        return len(connection.execute(select(instance.c.id).where(instance.c.status == "completed")).all())


def test_what_is_changed_on_one_holds_on_the_other(company: Company, other: Company) -> None:
    """A new version of a process, a setting, a right taken away, a person shut out."""
    company.deploys("ship.bpmn")
    old = other.starts("ship")
    text = diagrams.text("ship.bpmn").replace('"warehouse"', '"finance"')
    deploy(company.db, [("ship.bpmn", text.encode())], company.person("qian"), job_types={"stock.book"})
    change_setting(company.db, "strike_limit", "7", "因为", SYSTEM)
    assert {"cs"} == other.person("zhao").roles
    users.set_roles(company.db, "zhao", ["finance"], SYSTEM)
    users.set_active(company.db, "lin", False, SYSTEM)

    other.completes(f"{old.instance_id}-3", "liu")
    other.completes(f"{other.starts('ship', 'zhao').instance_id}-3", "chen")
    assert {"finance"} == other.person("zhao").roles
    with pytest.raises(NotFound):
        other.person("lin")
    with other.db.read() as connection:
        assert 7 == thresholds.value(connection, "strike_limit")


def test_both_may_start_on_an_empty_database(postgresql: str) -> None:
    """They make the tables one after the other."""
    with fresh(postgresql) as address:
        both = [Database(address), Database(address)]
        done = race(*(partial(upgrade, db) for db in both))
        for db in both:
            assert_current(db)
            db.close()

    assert [None, None] == done
