"""Jobs inside the process that serves: APScheduler only wakes, the rows decide.

Losing every wake-up costs one sweep; APScheduler holds no job of ours. Several processes may do this on one database.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from engine.clock import utc_now
from engine.config import Settings
from engine.jobs.seam import Seam
from engine.jobs.tidy import tidy
from engine.model.database import Database
from engine.model.trouble import Unavailable

log = logging.getLogger(__name__)

#: Leftovers are cleared away once in so many sweeps.
TIDIED = 720


class Embedded:
    """Runs due jobs in a few threads: at once after a commit that left some, else when the next row is due.

    `sweeps` are called with the time every few seconds, for other work of that kind, such as sending letters.
    """

    def __init__(
        self,
        db: Database,
        handlers: Mapping[str, Callable[[Any], Mapping[str, Any]]],
        settings: Settings | None = None,
        *,
        sweeps: Sequence[Callable[[datetime], object]] = (),
    ) -> None:
        found = settings or db.settings or Settings()
        self.seam = Seam(db, handlers, lease=timedelta(seconds=found.lease_seconds))
        self._db, self._sweeps, self._settings = db, sweeps, found
        self._scheduler = BackgroundScheduler(timezone=UTC, daemon=True)
        self._dispatcher = ThreadPoolExecutor(1, thread_name_prefix="jobs")
        self._workers = ThreadPoolExecutor(max(1, found.workers), thread_name_prefix="job")
        self._sweeper = threading.Thread(target=self._keep_sweeping, name="sweeps", daemon=True)
        self._wanted = threading.Event()
        self._stopped = threading.Event()
        self._swept = 0

    def start(self) -> None:
        """Begin, with what came due while nobody was here."""
        self._scheduler.start()
        self._sweeper.start()
        self._db.wake = self.wake
        self.wake()

    def stop(self) -> None:
        """End gracefully: what runs is finished, what waits stays in its rows."""
        self._stopped.set()
        self._db.wake = lambda: None
        self._scheduler.shutdown(wait=False)
        self._sweeper.join()
        self._dispatcher.shutdown(wait=True)
        self._workers.shutdown(wait=True)

    def wake(self) -> None:
        """Look for due jobs now; several calls before that become one."""
        if self._stopped.is_set() or self._wanted.is_set():
            return
        self._wanted.set()
        self._dispatcher.submit(self._tick)

    def _tick(self) -> None:
        self._wanted.clear()
        try:
            while not self._stopped.is_set() and self._is_due():
                tickets = self.seam.claim(most=max(1, self._settings.workers) * 2)
                if not tickets:
                    break
                list(self._workers.map(self.seam.run, tickets))
        except Unavailable as error:
            log.warning("no jobs are done: %s", error.__cause__ or error)
        except Exception:
            log.exception("looking for due jobs failed; the next sweep tries again")

    def _is_due(self) -> bool:
        """Whether there is a job to claim; otherwise the scheduler is told to wake us for the next one.

        Looking costs no write lock. The database's clock counts; the scheduler goes by this machine's.
        """
        now, due = self.seam.agenda()
        if due is None or due <= now:
            return due is not None
        moment = utc_now() + (due - now)
        self._scheduler.add_job(
            self.wake, "date", run_date=moment, id="next", replace_existing=True, misfire_grace_time=None
        )
        return False

    def _keep_sweeping(self) -> None:
        """By pauses, not by the clock: a clock that is put back stops no sweep, and the sweep sets the wake-up right."""
        while not self._stopped.wait(self._settings.sweep_seconds):
            self._sweep()

    def _sweep(self) -> None:
        try:
            self.seam.sweep()
            self._swept += 1
            if self._swept % TIDIED == 1:
                tidy(self._db)
            now, _ = self.seam.agenda()
            for sweep in self._sweeps:
                sweep(now)
        except Unavailable as error:
            log.warning("nothing is swept: %s", error.__cause__ or error)
        except Exception:
            log.exception("a sweep failed; the next one tries again")
        self.wake()
