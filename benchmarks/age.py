"""What one completion costs as an instance grows old, beside a bare commit.

The ratio of the two is one of wall times, the wait for the disk in both: rights, form, engine, state, rows and history
on one side, on the other nothing but SQLite's driver writing one row of 5 KB and two small ones. They take turns in
one process, so that what slows the machine slows both. On a slow disk the ratio is small, on a fast one it is large;
what the completion costs by itself is the CPU time above it.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from contextlib import closing
from pathlib import Path

from benchmarks import workload
from benchmarks.installation import Installation
from benchmarks.table import Figure
from engine.commands.complete import complete
from engine.commands.start import start

#: Completed steps at which the cost is read; each is the median over the steps just before it.
MARKS = (10, 100, 300, 1000)
WINDOW = 9


def measure(place: Installation) -> list[Figure]:
    """CPU and wall milliseconds of a completion at each mark; engine, history chain and commit together."""
    _complete(place, 100)  # fills the caches, so that step 10 is not dearer than it is
    cpu, wall, bare = _complete(place, MARKS[-1])
    figures = [
        Figure(f"completion at step {mark:,}: CPU / wall", f"{_at(cpu, mark):.2f} / {_at(wall, mark):.2f} ms")
        for mark in MARKS
    ]
    ratio = _at(cpu, MARKS[-1]) / _at(cpu, MARKS[0])
    least, usual = statistics.median(bare), statistics.median(wall)
    return [
        *figures,
        Figure("CPU at step 1,000 against step 10", f"{ratio:.2f}", "≤ 1.3"),
        Figure(
            "bare commit of a 5 KB row and two small rows, taking turns: wall, with disk",
            f"{least:.2f} ms",
        ),
        Figure("completion against bare commit, wall, with disk", f"{usual / least:.1f}", "≤ 3"),
    ]


def _complete(place: Installation, steps: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of CPU and of wall time of each completion of a new instance, and of a bare commit after each."""
    begun = start(place.database, "rework", {}, place.clerk)
    task = begun.tasks[0]
    cpu: list[float] = []
    wall: list[float] = []
    bare: list[float] = []
    with closing(_bare_database(place.home)) as beside:
        for _ in range(steps):
            cpu_before, before = time.process_time(), time.perf_counter()
            done = complete(place.database, task, workload.ANSWERS, place.clerk)
            wall.append((time.perf_counter() - before) * 1000)
            cpu.append((time.process_time() - cpu_before) * 1000)
            bare.append(_bare_commit(beside))
            task = done.tasks[0]
    return cpu, wall, bare


def _at(values: list[float], mark: int) -> float:
    return statistics.median(values[max(0, mark - WINDOW) : mark])


def _bare_database(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS state (id INTEGER PRIMARY KEY, body BLOB)")
    connection.execute("CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, body BLOB)")
    connection.execute("INSERT OR IGNORE INTO state VALUES (1, x'')")
    return connection


def _bare_commit(connection: sqlite3.Connection) -> float:
    """Wall milliseconds of the least that a durable step can cost here."""
    body = os.urandom(5000)
    before = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE state SET body = ? WHERE id = 1", (body,))
    connection.executemany("INSERT INTO entry (body) VALUES (?)", [(body[:200],), (body[:300],)])
    connection.execute("COMMIT")
    return (time.perf_counter() - before) * 1000
