"""The whole product on PostgreSQL: pages, papers, jobs and every process."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import select

from benchmarks import day
from engine.model.definitions import definition
from engine.model.instances import instance
from engine.queries.verify import verify
from engine.scripted.staff import Staff
from tests.company import Company
from tests.processes import test_scenarios

pytestmark = pytest.mark.postgres

#: Enough that every process begins.
INSTANCES = 14


def test_13_three_signatures(company: Company) -> None:
    """The main job through the pages, as on SQLite: its papers, signatures, notices and history."""
    test_scenarios.test_13_three_signatures(company)

    assert [] == verify(company.db).problems


def test_a_day_of_any_work_comes_to_its_end(company: Company) -> None:
    """Instances of every process end without incident in a history that proves itself."""
    day.work(Staff(company.db, company.clock, Random(2026)), INSTANCES)

    day.require_whole(company.db, INSTANCES)
    with company.db.read() as connection:
        begun = select(definition.c.key).join(instance, instance.c.definition_id == definition.c.id)
        assert {row[0] for row in day.STARTED} <= set(connection.execute(begun).scalars())
