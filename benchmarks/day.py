"""The workload `day`: instances of all shipped processes, each worked to its end by a staff that works by itself.

The company's clock is the measurement's: whoever waits for tomorrow has it at once. Passwords are hashed cheaply,
because what a signature costs is meant to be slow and would hide everything else.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from argon2 import PasswordHasher
from rich.progress import Progress
from sqlalchemy import func, select, update

from benchmarks.table import Figure
from engine import demo, shipped
from engine.access import SYSTEM
from engine.cli.store import gather
from engine.commands.deploy import deploy
from engine.config import Settings
from engine.migrations import upgrade
from engine.model.database import Database, connect
from engine.model.definitions import definition
from engine.model.instances import incident, instance, job
from engine.model.people import user
from engine.queries.verify import verify
from engine.scripted.staff import Clock, Staff

INSTANCES = 2000
#: So many begin at a time, as on a day on which the telephone does not stop.
AT_ONCE = 100
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
#: Who begins what, and how often.
STARTED = (
    ("customer_replenishment", "lin", 5),
    ("store_replenishment", "tian", 3),
    ("after_sales", "zhao", 2),
    ("production_order", "lin", 2),
)


def measure(instances: int = INSTANCES) -> list[Figure]:
    """Work through them all. Ends the measurement when one stands still, fails, or leaves a history that does not fit."""
    with company() as (staff, file):
        begun = time.perf_counter()
        tasks = work(staff, instances)
        seconds = time.perf_counter() - begun
        require_whole(staff.db, instances)
        size = file.stat().st_size / 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Figure(f"day: {instances:,} instances of all processes to their ends", f"{seconds:.0f} s", ""),
        Figure(
            "day: instances/s; tasks/s with their forms and jobs",
            f"{instances / seconds:.1f}; {tasks / seconds:.0f}",
            "",
        ),
        Figure("day: incidents; what restock verify finds", "0; 0", "0; 0"),
        Figure("day: most memory; database", f"{memory:.0f} MB; {size:.0f} MB", ""),
    ]


@contextmanager
def company() -> Iterator[tuple[Staff, Path]]:
    """The demo company with everything that is shipped, and its database file."""
    with TemporaryDirectory(prefix="restock-day-") as folder:
        clock = Clock(MORNING)
        db = connect(Settings(home=Path(folder)), clock=clock)
        try:
            upgrade(db)
            deploy(db, gather((shipped.folder() / "processes", shipped.folder() / "forms")), SYSTEM)
            demo.create(db)
            cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(demo.PASSWORD)
            with db.write() as connection:
                connection.execute(update(user).values(password=cheap))
            yield Staff(db, clock, Random(2026)), Path(folder) / "restock.db"
        finally:
            db.close()


def work(staff: Staff, instances: int) -> int:
    """Begin them and do what comes until nothing is left; how many tasks that was."""
    with staff.db.read() as connection:
        known = set(connection.execute(select(definition.c.key)).scalars())
    choice = [row for row in STARTED if row[0] in known]
    tasks = 0
    with Progress(transient=True) as progress:
        bar = progress.add_task("day", total=instances)
        for first in range(0, instances, AT_ONCE):
            for _ in range(min(AT_ONCE, instances - first)):
                process, login, _often = staff.chance.choices(choice, [row[2] for row in choice])[0]
                staff.start(process, login)
            tasks += _finish(staff)
            progress.update(bar, completed=first + AT_ONCE)
    return tasks


def _finish(staff: Staff) -> int:
    tasks = 0
    while True:
        staff.wait()
        found = staff.open()
        for one in found:
            staff.do(one)
        tasks += len(found)
        if not found:
            due = staff.seam.next_due()
            if due is None:
                return tasks
            staff.wait(due)


def require_whole(db: Database, instances: int) -> None:
    """Raises RuntimeError unless all of them ended, without incident, in a history that proves itself."""
    with db.read() as connection:
        running = select(func.count()).where(instance.c.status == "running")
        left = connection.execute(running).scalar_one()
        failed = connection.execute(select(func.count()).select_from(incident)).scalar_one()
        dead = connection.execute(select(func.count()).select_from(job)).scalar_one()
    found = verify(db)
    if left or failed or dead or found.problems or found.instances < instances:
        raise RuntimeError(f"{left} run still, {failed} incidents, {dead} jobs, {found.problems[:5]}")
