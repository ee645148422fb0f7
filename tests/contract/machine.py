"""A state machine that does to the jobs whatever may happen to them: crashes, stale tickets, failing services, clocks.

After every step chains and invariants must hold, no service may have had an effect twice, and no timer may be early.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import bindparam, event, func, insert, select, update

from engine import faults
from engine.access import SYSTEM, Actor
from engine.commands.complete import complete
from engine.commands.operate import retry
from engine.commands.start import start
from engine.errors import RestockError
from engine.jobs.seam import Seam, Ticket
from engine.migrations import upgrade
from engine.model.database import Database
from engine.model.definitions import definition
from engine.model.history import entry
from engine.model.instances import incident, instance, job, setting, task
from engine.queries.verify import verify
from engine.services.call import Call
from tests.contract.company import MORNING, Clock, Company

#: Service task of each process, and how long after the start its timer may fire first, and then again.
PROCESSES = {"ship": timedelta(), "remind": timedelta(hours=1), "nag": timedelta(days=1)}
LEASE = timedelta(seconds=60)


_INSTANCES = select(instance.c.id, definition.c.key, instance.c.started_at).join(
    definition, definition.c.id == instance.c.definition_id
)
_FIRED = select(func.count()).where(
    entry.c.instance_id == bindparam("i"), entry.c.body.contains('"verb":"timer"')
)


def _at(most: int) -> st.SearchStrategy[int]:
    """Where a step crashes; half of them do not."""
    return st.just(0) | st.integers(1, most)


class Crash(BaseException):
    """The process is gone at this point."""


class Jobs(RuleBasedStateMachine):
    """See the module."""

    template: ClassVar[Path | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        shutil.copy(self._template(), self.folder / "restock.db")
        self.clock = Clock()
        self.db = Database(f"sqlite:///{self.folder / 'restock.db'}", clock=self.clock)
        self.seam = Seam(
            self.db, {"stock.book": self._serve, "notify": self._serve}, lease=LEASE, jitter=lambda: 0.5
        )
        self.worker = Actor(1, "liu", "Liu", frozenset({"cs", "warehouse"}))
        self.tickets: list[Ticket] = []
        self.failing = False
        self.latest = MORNING

    @classmethod
    def _template(cls) -> Path:
        """A company with its processes deployed, to be copied for every run."""
        if cls.template is None:
            path = Path(tempfile.mkdtemp()) / "restock.db"
            db = Database(f"sqlite:///{path}", clock=Clock())
            upgrade(db)
            db.close()
            company = Company.found(f"sqlite:///{path}")
            company.deploys("ship.bpmn", "remind.bpmn", "nag.bpmn")
            company.db.close()
            Jobs.template = path
        assert Jobs.template is not None
        return Jobs.template

    def _serve(self, call: Call) -> Mapping[str, Any]:
        """A service that counts its effects in the transaction that settles its job."""
        if self.failing:
            raise RuntimeError("out of order")
        counted = call.connection.execute(
            update(setting).where(setting.c.key == call.key).values(value=setting.c.value.concat("!"))
        )
        if counted.rowcount == 0:
            call.connection.execute(insert(setting).values(key=call.key, value="!"))
        return {}

    @initialize()
    def begin(self) -> None:
        """Two instances wait for the clock, one for a person."""
        for key in PROCESSES:
            start(self.db, key, {}, SYSTEM)

    @rule(key=st.sampled_from(sorted(PROCESSES)), crash=_at(30))
    def starts(self, key: str, crash: int) -> None:
        """Somebody starts a process."""
        with self._crashing(crash):
            start(self.db, key, {}, SYSTEM)

    @rule(data=st.data(), crash=_at(30))
    def completes(self, data: st.DataObject, crash: int) -> None:
        """Somebody completes an open task."""
        with self.db.read() as connection:
            query = (
                select(task.c.instance_id, task.c.n)
                .where(task.c.status == "open")
                .order_by(task.c.instance_id)
            )
            found = [f"{number}-{n}" for number, n in connection.execute(query)]
        if found:
            chosen = data.draw(st.sampled_from(found))
            with self._crashing(crash):
                complete(self.db, chosen, {}, self.worker)

    @rule(most=st.integers(1, 5), crash=_at(6))
    def claims(self, most: int, crash: int) -> None:
        """A worker claims due jobs."""
        with self._crashing(crash):
            self.tickets += self.seam.claim(most=most)

    @precondition(lambda self: self.tickets)
    @rule(data=st.data(), crash=_at(40))
    def runs(self, data: st.DataObject, crash: int) -> None:
        """A worker runs a ticket, be it fresh, run before, or of a lease that has run out."""
        ticket = data.draw(st.sampled_from(self.tickets[-6:]))
        with self._crashing(crash):
            self.seam.run(ticket)

    @rule(seconds=st.sampled_from([1, 3, 61, 3600, 86400, -3600]))
    def time_passes(self, seconds: int) -> None:
        """Time goes on, or the clock is put back."""
        self.clock.passes(seconds=seconds)
        self.latest = max(self.latest, self.clock.now)

    @rule(failing=st.sampled_from([False, False, True]))
    def services_fail(self, failing: bool) -> None:
        """From now on services are out of order, or work again."""
        self.failing = failing

    @rule(crash=_at(20))
    def retries(self, crash: int) -> None:
        """An operator runs again what is in incident."""
        with self.db.read() as connection:
            query = (
                select(incident.c.instance_id, incident.c.task)
                .where(incident.c.resolved_at.is_(None))
                .limit(1)
            )
            found = connection.execute(query).first()
        if found is not None:
            with self._crashing(crash):
                retry(self.db, found.instance_id, found.task, SYSTEM)

    @invariant()
    def is_sound(self) -> None:
        """Chains and rows and states agree, no effect was had twice, none early."""
        assert [] == verify(self.db).problems
        with self.db.read() as connection:
            rows = connection.execute(select(setting.c.key, setting.c.value)).all()
            for number, key, started in connection.execute(_INSTANCES):
                fired = connection.execute(_FIRED, {"i": number}).scalar_one()
                assert started + PROCESSES[key] * fired <= self.latest, f"a timer of {key} was early"
        assert [] == [row.key for row in rows if row.value != "!"], "an effect was had twice"

    def teardown(self) -> None:
        """In the end, with working services and time, everything gets done."""
        self.failing = False
        self._finish()
        self.db.close()
        shutil.rmtree(self.folder)

    def _finish(self) -> None:
        for _day in range(12):
            self.clock.passes(days=1)
            self.latest = max(self.latest, self.clock.now)
            self.seam.run_due()
            with self.db.read() as connection:
                query = select(incident.c.instance_id, incident.c.task).where(
                    incident.c.resolved_at.is_(None)
                )
                found = connection.execute(query).all()
            for number, n in found:
                retry(self.db, number, n, SYSTEM)
        self.is_sound()
        with self.db.read() as connection:
            assert [] == connection.execute(select(job)).all(), "jobs were left undone"

    @contextmanager
    def _crashing(self, crash: int) -> Iterator[None]:
        """Let the process die before its statement number `crash` (0: not), or at the last right after a commit."""
        left = [crash]

        def dies(*_: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Crash

        def gone() -> None:
            raise Crash

        event.listen(self.db.engine, "before_cursor_execute", dies)
        event.listen(self.db.engine, "commit", dies)
        faults.arm("after_commit" if crash == 30 else "", 1, gone)
        try:
            yield
        except (Crash, RestockError):
            pass
        finally:
            faults.arm("")
            event.remove(self.db.engine, "before_cursor_execute", dies)
            event.remove(self.db.engine, "commit", dies)
