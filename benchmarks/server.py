"""The server as it runs in earnest, in its own process: throughput, latency, memory, size."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import load
from benchmarks.installation import Installation
from benchmarks.peers import against, pace
from benchmarks.table import Figure

SECONDS = 8.0
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def measure(place: Installation) -> list[Figure]:
    """Completions a second over HTTP with one and with eight clients, and what the server weighs."""
    figures: list[Figure] = []
    with serving(place.home) as (port, process):
        load.run(port, place.token, 1, 1.0)
        begun = place.size()
        finished = 0
        for clients in (1, 8):
            before = pace()
            cpu = _cpu_seconds(process)
            times = load.run(port, place.token, clients, SECONDS)
            cpu = _cpu_seconds(process) - cpu
            finished += len(times["complete"]) // 10
            figures += _speed(times, clients, cpu, (before + pace()) / 2)
        figures.append(Figure("memory of the server afterwards", f"{_memory(process):.0f} MB", "≤ 120 MB"))
    per_instance = (place.size() - begun) / max(1, finished)
    return [
        *figures,
        Figure("database bytes per finished instance of ten tasks", f"{per_instance:,.0f}", "≤ 6,000"),
    ]


def _speed(times: dict[str, list[float]], clients: int, cpu: float, pace_now: float) -> list[Figure]:
    done = times["complete"]
    operations = sum(len(each) for each in times.values())
    who = f"{clients} client" + ("s" if clients > 1 else "")
    latency = f"{load.percentile(done, 50):.1f} / {load.percentile(done, 95):.1f} / {max(done):.0f} ms"
    return [
        Figure(f"completions/s over HTTP, {who} (each finds its task first)", f"{len(done) / SECONDS:.0f}"),
        *against(len(done) / SECONDS, clients, pace_now),
        Figure(
            f"completion latency p50 / p95 / longest, {who}", latency, "p95 ≤ 40 ms" if clients > 1 else ""
        ),
        Figure(f"server CPU per request of the mix, {who}", f"{cpu / operations * 1000:.2f} ms", "≤ 2 ms"),
    ]


@contextmanager
def serving(home: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """`restock run` on a free port over the installation in `home`."""
    environment = {**os.environ, "RESTOCK_HOME": str(home), "PORT": "0", "LANG": "en_US.UTF-8"}
    command = [str(Path(sys.executable).with_name("restock")), "run"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield _port(process), process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _port(process: subprocess.Popen[str]) -> int:
    for line in process.stdout or ():
        found = re.search(r"http://[^ ]*:(\d+)", line)
        if found:
            return int(found[1])
    message = "the server did not start"
    raise RuntimeError(message)


def _cpu_seconds(process: subprocess.Popen[str]) -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def _memory(process: subprocess.Popen[str]) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0
