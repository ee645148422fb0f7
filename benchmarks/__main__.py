"""`make bench`: every measurement in a fresh installation of its own, then one table.

`python -m benchmarks age server` measures only what is named.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from collections.abc import Callable
from functools import partial

from benchmarks import age, day, server, table, waiting
from benchmarks.installation import Installation, installed


def _installed(part: Callable[[Installation], list[table.Figure]]) -> list[table.Figure]:
    with installed() as place:
        return part(place)


PARTS: dict[str, Callable[[], list[table.Figure]]] = {
    "age": partial(_installed, age.measure),
    "server": partial(_installed, server.measure),
    "waiting": partial(_installed, waiting.measure),
    "day": day.measure,
}


def main() -> None:
    """Measure and print; the figures are of this machine and of what else it does meanwhile."""
    wanted = sys.argv[1:] or [*PARTS]
    if unknown := [*{*wanted} - {*PARTS}]:
        sys.exit(f"no such measurement: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    figures: list[table.Figure] = []
    for name in wanted:
        print(f"measuring: {name}", file=sys.stderr)
        figures += PARTS[name]()
    load = os.getloadavg()[0]
    machine = (
        f"{platform.machine()}, {os.cpu_count()} processors, load {load:.1f}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version} WAL synchronous=FULL, clients on the same machine"
    )
    table.show(figures, machine)


if __name__ == "__main__":
    main()
