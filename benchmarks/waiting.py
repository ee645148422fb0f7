"""How long the first page of an inbox takes while many tasks wait.

The waiting instances are copies of one that was really started, written straight into the tables: starting a
hundred thousand takes minutes and leaves the same rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import insert, select

from benchmarks import load
from benchmarks.installation import Installation
from benchmarks.server import serving
from benchmarks.table import Figure
from engine.commands.start import start
from engine.model.instances import instance, task

MARKS = (100, 1000, 10_000, 100_000)
READS = 60
CHUNK = 5000


def measure(place: Installation) -> list[Figure]:
    """Milliseconds of the first page of 50 at each number of open tasks, over HTTP: the API's and the whole page's."""
    model = start(place.database, "ten_tasks", {}, place.clerk).instance_id
    figures = []
    open_tasks = 1
    for mark in MARKS:
        _copy(place, model, mark - open_tasks)
        open_tasks = mark
        before = time.perf_counter()
        with serving(place.home) as (port, _):
            started = time.perf_counter() - before
            answers, pages = _read(place, port)
        of = f"first page of the inbox, {mark:,} open tasks"
        figures.append(
            Figure(f"{of}: API p50 / p95", _spread(answers), "p95 ≤ 20 ms" if mark == 10_000 else "")
        )
        figures.append(Figure(f"{of}: page p50 / p95", _spread(pages), "≤ 200 ms" if mark == 10_000 else ""))
    return [
        *figures,
        Figure(f"start of the server with {MARKS[-1]:,} waiting instances", f"{started:.1f} s", "≤ 5 s"),
    ]


def _spread(times: list[float]) -> str:
    return f"{load.percentile(times, 50):.1f} / {load.percentile(times, 95):.1f} ms"


def _read(place: Installation, port: int) -> tuple[list[float], list[float]]:
    client = load.Client(port, place.token)
    answers = _times(lambda: client.ask("GET", "/tasks?candidate=me&state=open"))
    return answers, _times(lambda: client.page("/inbox", f"restock={place.session}"))


def _times(read: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(READS):
        before = time.perf_counter()
        read()
        times.append((time.perf_counter() - before) * 1000)
    return times


def _copy(place: Installation, model: int, number: int) -> None:
    with place.database.write() as connection:
        shape = dict(connection.execute(select(instance).where(instance.c.id == model)).mappings().one())
        work = dict(connection.execute(select(task).where(task.c.instance_id == model)).mappings().one())
        newest = connection.execute(
            select(instance.c.id).order_by(instance.c.id.desc()).limit(1)
        ).scalar_one()
        for first in range(1, number + 1, CHUNK):
            keys = range(newest + first, newest + min(first + CHUNK, number + 1))
            _insert(connection, shape, work, keys)


def _insert(connection: Any, shape: dict[str, Any], work: dict[str, Any], keys: range) -> None:
    connection.execute(insert(instance), [shape | {"id": key} for key in keys])
    connection.execute(insert(task), [work | {"instance_id": key} for key in keys])
