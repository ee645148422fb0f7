"""A small company for tests: people, processes of a few elements, a clock that only tests move."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.access import SYSTEM, Actor
from engine.commands import users
from engine.commands.complete import Completed, complete
from engine.commands.deploy import Deployed, deploy
from engine.commands.start import Started, start
from engine.jobs.seam import Seam
from engine.model.database import Database
from engine.queries import people
from engine.queries.verify import verify
from tests.contract import diagrams

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PASSWORD = "restock-demo"
ROLES = {"cs": "客服专员", "finance": "财务", "general_manager": "总经理", "warehouse": "仓储中心"}
PEOPLE = {
    "lin": ("cs",),
    "zhao": ("cs",),
    "chen": ("finance",),
    "wang": ("general_manager",),
    "liu": ("warehouse",),
}


@dataclass
class Clock:
    """The company's time; it passes only when a test says so."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        """The present moment."""
        return self.now

    def passes(self, **duration: float) -> None:
        """Let time go by."""
        self.now += timedelta(**duration)


@dataclass
class Company:
    """What tests talk to."""

    db: Database
    clock: Clock
    handlers: dict[str, Callable[[Any], Mapping[str, Any]]] = field(default_factory=dict)

    @classmethod
    def found(cls, url: str) -> Company:
        """A new company in an empty database."""
        clock = Clock()
        db = Database(url, clock=clock)
        for key, name in ROLES.items():
            users.define_role(db, key, name, key, SYSTEM)
        users.define_role(
            db, "process_owner", "流程负责人", "process owner", SYSTEM, permissions=["deploy", "operate"]
        )
        for login, roles in PEOPLE.items():
            users.create_user(db, login, login.title(), SYSTEM, roles=roles)
        users.create_user(db, "qian", "Qian", SYSTEM, roles=["process_owner"])
        return cls(db, clock)

    def person(self, login: str) -> Actor:
        """Somebody who works here."""
        return people.actor(self.db, login)

    def deploys(self, *names: str) -> Deployed:
        """Deploy diagrams and forms of `diagrams` by name."""
        return deploy(
            self.db,
            [diagrams.file(name) for name in names],
            self.person("qian"),
            job_types={"stock.book", "notify"},
        )

    def starts(self, key: str, login: str = "lin", **variables: Any) -> Started:
        """Somebody starts a process."""
        return start(self.db, key, variables, self.person(login))

    def completes(self, task_id: str, login: str = "lin", **answers: Any) -> Completed:
        """Somebody completes a task."""
        return complete(self.db, task_id, answers, self.person(login))

    @property
    def seam(self) -> Seam:
        """What runs jobs, without jitter."""
        return Seam(self.db, self.handlers, lease=timedelta(seconds=60), jitter=lambda: 0.5)

    def works(self) -> int:
        """Everything that is due now is done."""
        return self.seam.run_due(self.clock.now)

    def is_sound(self) -> None:
        """Fails when chains or invariants are broken."""
        assert [] == verify(self.db).problems
