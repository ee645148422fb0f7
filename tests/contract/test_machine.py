"""The jobs under everything that may happen to them; and the proof that the machine would find the two classic faults."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection, bindparam, insert, select

from engine.commands import waiting
from engine.jobs import settle
from engine.model.database import Database
from engine.model.instances import job
from engine.model.work import Work
from tests.contract.machine import Jobs

#: How many runs; more of them on a quiet machine by night.
RUNS = int(os.environ.get("RESTOCK_EXAMPLES", "25"))


class Timers(Jobs):
    """Only claiming, running and the clock: where the fence matters."""

    starts = completes = retries = services_fail = None  # type: ignore[assignment]


def run(
    examples: int, steps: int = 25, phases: tuple[Phase, ...] = tuple(Phase), machine: type[Jobs] = Jobs
) -> None:
    """Let the machine go."""
    calm = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    found = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=calm,
        phases=phases,
        database=None,
        derandomize=True,
        print_blob=False,
    )
    run_state_machine_as_test(machine, settings=found)


def test_whatever_happens_every_effect_is_had_once() -> None:
    """Crashes at any statement, stale tickets, failing services and jumping clocks: nothing lost, doubled or early."""
    run(RUNS)


def test_the_machine_finds_a_dual_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs that are written in a transaction of their own are lost by a crash between the two; the machine sees it."""
    late: list[dict[str, Any]] = []
    original = Database.write

    def put(work: Work, row: dict[str, Any]) -> None:
        late.append(row)
        work.has_jobs = True

    @contextmanager
    def write(db: Database) -> Iterator[Connection]:
        late.clear()
        with original(db) as connection:
            yield connection
        for row in late.copy():
            with original(db) as connection:
                connection.execute(insert(job), row)

    monkeypatch.setattr(waiting, "put", put)
    monkeypatch.setattr(Database, "write", write)

    with pytest.raises((AssertionError, ExceptionGroup)):
        run(200, phases=(Phase.generate,))


def test_the_machine_finds_a_missing_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the token an old ticket fires the next round of a timer before its time; the machine sees it."""
    unfenced = select(job.c.type, job.c.element, job.c.attempts, job.c.max_attempts, job.c.payload).where(
        job.c.instance_id == bindparam("i"),
        job.c.task == bindparam("t"),
        job.c.kind == bindparam("k"),
        ~job.c.dead,
    )
    monkeypatch.setattr(settle, "_MINE", unfenced)

    with pytest.raises((AssertionError, ExceptionGroup)):
        run(400, phases=(Phase.generate,), machine=Timers)
