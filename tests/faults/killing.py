"""Run one command again and again in child processes that are killed at a named point, and look at what is left.

Run as `python -m tests.faults.killing COMMAND FOLDER`; prints one JSON line a point. It forks its children itself, so
that a test runner's threads are not forked with them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from argon2 import PasswordHasher
from sqlalchemy import func, select

from engine import demo, faults
from engine.access import SYSTEM, Actor
from engine.commands import passwords
from engine.commands.claim import claim, release
from engine.commands.complete import complete
from engine.commands.deploy import deploy
from engine.commands.draft import save_draft
from engine.commands.message import deliver_message
from engine.commands.operate import cancel_instance, retry, set_variables
from engine.commands.sign import sign
from engine.commands.start import start
from engine.jobs.seam import Seam
from engine.migrations import upgrade
from engine.model.database import Database
from engine.model.history import entry
from engine.model.instances import incident
from engine.queries.people import actor
from engine.queries.verify import verify
from tests.unit.bpmn.walking import diagram, flow, path, service, user

ROUNDS = 20
Action = Callable[[], object]
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)

_TIMER = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
_MESSAGE = (
    '<message id="M" name="paid"><extensionElements><zeebe:subscription correlationKey="=order_no"/>'
    "</extensionElements></message>"
)
_SIGNATURE = (
    '<userTask id="seal" name="seal"><extensionElements><zeebe:userTask/>'
    '<zeebe:assignmentDefinition candidateGroups="cs"/><zeebe:properties>'
    '<zeebe:property name="signature" value="approve"/><zeebe:property name="signature:document" value="slip"/>'
    "</zeebe:properties></extensionElements></userTask>"
)


def process() -> str:
    """A process that waits for a person, a timer, a service, a message, a decision of an operator and a signature."""
    body = (
        '<startEvent id="s" name="s"/><endEvent id="e" name="e"/><endEvent id="e2" name="e2"/>'
        + user("a").replace("clerks", "cs")
        + f'<boundaryEvent id="late" name="late" attachedToRef="a" cancelActivity="false">{_TIMER}</boundaryEvent>'
        + service("w").replace('id="w"', 'id="w" name="w"')
        + '<intermediateCatchEvent id="m" name="m"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>'
        + '<exclusiveGateway id="g" name="g"/>'
        + _SIGNATURE
        + path("s", "a", "w", "m", "g", "seal", "e").replace(
            flow("g", "seal"), flow("g", "seal", "go = true")
        )
        + flow("g", "e2", "go = false")
        + path("late", "e2")
    )
    return diagram(body, process="f", outside=_MESSAGE)


def work(call: Any) -> dict[str, Any]:
    """The service's answer."""
    return {"worked": True}


class Prepared:
    """A database in which every round finds an instance waiting at the same place."""

    def __init__(self, path: Path) -> None:
        self.db = Database(f"sqlite:///{path}", clock=lambda: NOW)
        self.lin: Actor | None = None

    def seam(self) -> Seam:
        return Seam(self.db, {"work": work})

    def begin(self, number: int) -> str:
        """An instance waiting at its first task."""
        values = {"order_no": f"D{number}", "slip": {"no": number}, "go": True}
        return start(self.db, "f", values, self.clerk()).tasks[0]

    def clerk(self) -> Actor:
        """Somebody of customer service."""
        if self.lin is None:
            self.lin = actor(self.db, "lin")
        return self.lin

    def at(self, place: str) -> None:
        """Bring one instance a round to a place."""
        for number in range(1, ROUNDS + 1):
            task = self.begin(number)
            if place == "claimed":
                claim(self.db, task, self.clerk())
            if place in ("service", "message", "signature", "incident"):
                complete(self.db, task, {}, self.clerk())
            if place in ("message", "signature", "incident"):
                self.seam().run_due(NOW)
            if place == "incident":
                set_variables(self.db, number, {"go": None}, "test", SYSTEM)
            if place in ("signature", "incident"):
                deliver_message(self.db, "paid", f"D{number}", {}, SYSTEM)
                self.seam().run_due(NOW)


def _claimed(p: Prepared, now: datetime) -> Action:
    """Claim the next due job, and then, as the round, do it."""
    (ticket,) = p.seam().claim(now, most=1)
    return lambda: p.seam().run(ticket)


def _delivery(p: Prepared, number: int) -> Action:
    deliver_message(p.db, "paid", f"D{number}", {"amount": number}, SYSTEM)
    return _claimed(p, NOW)


def _task(p: Prepared, number: int, element: str) -> str:
    from engine.model.instances import task

    with p.db.read() as connection:
        n = connection.execute(
            select(task.c.n).where(task.c.instance_id == number, task.c.element == element)
        ).scalar_one()
    return f"{number}-{n}"


def _retry(p: Prepared, number: int) -> Action:
    with p.db.read() as connection:
        n = connection.execute(select(incident.c.task).where(incident.c.instance_id == number)).scalar_one()
    return lambda: retry(p.db, number, n, SYSTEM, values={"go": True})


def _changed(number: int) -> list[tuple[str, bytes]]:
    return [("f.bpmn", process().replace('id="defs"', f'id="d{number}"').encode())]


#: command -> where its instances wait before it, and what makes a round ready to be run.
COMMANDS: dict[str, tuple[str, Callable[[Prepared, int], Action]]] = {
    "start": ("nowhere", lambda p, n: lambda: p.begin(n)),
    "claim": ("first", lambda p, n: lambda: claim(p.db, _task(p, n, "a"), p.clerk())),
    "release": ("claimed", lambda p, n: lambda: release(p.db, _task(p, n, "a"), p.clerk())),
    "save_draft": ("first", lambda p, n: lambda: save_draft(p.db, _task(p, n, "a"), {"x": n}, p.clerk())),
    "complete": (
        "first",
        lambda p, n: lambda: complete(p.db, _task(p, n, "a"), {}, p.clerk(), idempotency_key=f"k{n}"),
    ),
    "settle": ("service", lambda p, _: _claimed(p, NOW)),
    "fire": ("first", lambda p, _: _claimed(p, LATER)),
    "message": (
        "message",
        lambda p, n: lambda: deliver_message(p.db, "paid", f"D{n}", {"amount": n}, SYSTEM),
    ),
    "deliver": ("message", _delivery),
    "sign": (
        "signature",
        lambda p, n: lambda: sign(p.db, _task(p, n, "seal"), "sign", p.clerk(), password=demo.PASSWORD),
    ),
    "retry": ("incident", _retry),
    "set_variables": ("first", lambda p, n: lambda: set_variables(p.db, n, {"x": n}, "why", SYSTEM)),
    "cancel": ("first", lambda p, n: lambda: cancel_instance(p.db, n, "why", SYSTEM)),
    "deploy": ("nowhere", lambda p, n: lambda: deploy(p.db, _changed(n), SYSTEM, job_types={"work"})),
}


def prepare(path: Path, place: str) -> None:
    """The database before the first round."""
    prepared = Prepared(path)
    upgrade(prepared.db)
    # Passwords are as they are; checking one two hundred times would take longer than all the rest.
    with patch.object(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)):
        demo.create(prepared.db)
    deploy(prepared.db, [("f.bpmn", process().encode())], SYSTEM, job_types={"work"})
    if place != "nowhere":
        prepared.at(place)
    prepared.db.close()


def killed(path: Path, command: str, point: str, number: int) -> bool:
    """Run one round in a child; whether it was killed at the point (False: it never came there)."""
    child = os.fork()
    if child == 0:
        action = COMMANDS[command][1](Prepared(path), number)
        faults.arm(point)
        action()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    assert os.WEXITSTATUS(status) == 0, f"{command} at {point}: the child ended with {status}"
    return False


def entries(path: Path) -> int:
    """How many entries the history has."""
    database = Database(f"sqlite:///{path}")
    with database.read() as connection:
        count = connection.execute(select(func.count()).select_from(entry)).scalar_one()
    database.close()
    return int(count)


def main(command: str, folder: Path) -> None:
    """All points for one command."""
    template = folder / "template.db"
    prepare(template, COMMANDS[command][0])
    before = entries(template)
    for point in faults.POINTS:
        path = folder / f"{point}.db"
        shutil.copy(template, path)
        hit = sum(killed(path, command, point, number) for number in range(1, ROUNDS + 1))
        written = entries(path) - before
        database = Database(f"sqlite:///{path}", clock=lambda: NOW)
        problems = [f"{p.instance_id} {p.code} {p.text}" for p in verify(database).problems]
        database.close()
        told = {"point": point, "killed": hit, "entries": written, "problems": problems}
        sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
