"""The seam between the job rows, which are the truth, and whatever wakes up to run them.

A job is claimed by pushing `due_at` to the end of a lease and counting `attempts`, which is the fencing token: who
settles with an older token settles nothing. A crash lets the lease run out, and the row is due again.
Exactly one effect on the instance; handlers run inside the transaction that settles, so theirs is exactly one too.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from engine.jobs import settle
from engine.model.database import Database
from engine.model.instances import job
from engine.model.work import working

log = logging.getLogger(__name__)

#: Rows claimed at a time: no more than can be begun well within their lease.
BATCH = 50
#: The longest pause between two attempts, in seconds.
LONGEST_PAUSE = 3600

_DUE = (
    select(job.c.instance_id, job.c.task, job.c.kind, job.c.attempts, job.c.max_attempts)
    .where(~job.c.dead, job.c.due_at <= bindparam("now"))
    .order_by(job.c.due_at, job.c.instance_id, job.c.task)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(job)
    .where(
        job.c.instance_id == bindparam("i"),
        job.c.task == bindparam("t"),
        job.c.kind == bindparam("k"),
        job.c.attempts == bindparam("token") - 1,
    )
    .values(attempts=bindparam("token"), due_at=bindparam("until"))
)
_NEXT = select(job.c.due_at).where(~job.c.dead).order_by(job.c.due_at).limit(1)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A claimed job: which, and with which token. `spent`: its attempts were used up by processes that died."""

    instance_id: int
    task: int
    kind: str
    token: int
    spent: bool = False


class Seam:
    """Claims jobs and runs them, with handlers by job type."""

    def __init__(
        self,
        db: Database,
        handlers: Mapping[str, Callable[[Any], Mapping[str, Any]]],
        *,
        lease: timedelta | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.db = db
        self.handlers = handlers
        seconds = db.settings.lease_seconds if db.settings else 60
        self.lease = lease or timedelta(seconds=seconds)
        self._jitter = jitter

    def claim(self, now: datetime | None = None, most: int = BATCH) -> list[Ticket]:
        """Take up to `most` due jobs for this worker, for the length of a lease."""
        with self.db.write() as connection:
            moment = now or self.db.now(connection)
            rows = connection.execute(_DUE, {"now": moment, "most": most}).all()
            tickets = [
                Ticket(r.instance_id, r.task, r.kind, r.attempts + 1, r.attempts >= r.max_attempts)
                for r in rows
            ]
            if tickets:
                until = moment + self.lease
                leases = [
                    {"i": t.instance_id, "t": t.task, "k": t.kind, "token": t.token, "until": until}
                    for t in tickets
                ]
                connection.execute(_LEASE, leases)
        return tickets

    def run(self, ticket: Ticket) -> bool:
        """Do a claimed job and settle it; False when it failed or another token holds it now."""
        try:
            if ticket.spent:
                settle.give_up(self.db, ticket, settle.DIED)
                return False
            return settle.settle(self.db, ticket, self.handlers)
        except Exception as error:
            log.warning("job %s of instance %s failed", ticket.kind, ticket.instance_id, exc_info=True)
            settle.fail(self.db, ticket, error, self.pause(ticket.token))
            return False

    def pause(self, token: int) -> timedelta:
        """How long to wait after attempt number `token`: 2ⁿ seconds ± 10 %, at most an hour."""
        seconds = min(LONGEST_PAUSE, 2 ** min(token, 20))
        return timedelta(seconds=seconds * (0.9 + 0.2 * self._jitter()))

    def run_due(self, now: datetime | None = None, most: int = 10_000) -> int:
        """Run everything that is due, and what becomes due by it, here and now; how many jobs were run."""
        self.sweep()
        count = 0
        while count < most and (tickets := self.claim(now)):
            for ticket in tickets:
                self.run(ticket)
            count += len(tickets)
        return count

    def sweep(self) -> int:
        """Bring together messages and waiting tasks that missed each other; how many."""
        with working(self.db) as work:
            return settle.pair(work)

    def next_due(self) -> datetime | None:
        """When the next job is due; None without one."""
        return self.agenda()[1]

    def agenda(self) -> tuple[datetime, datetime | None]:
        """The time by the database's clock, and when by that clock the next job is due; None without one."""
        with self.db.read() as connection:
            return self.db.now(connection), connection.execute(_NEXT).scalar_one_or_none()
