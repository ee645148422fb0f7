"""`make bench`: every measurement in a fresh installation of its own, then one table."""

from __future__ import annotations

import os
import platform
import sqlite3

from rich.progress import track

from benchmarks import age, server, table, waiting
from benchmarks.installation import installed


def main() -> None:
    """Measure and print; the figures are of this machine and of what else it does meanwhile."""
    figures: list[table.Figure] = []
    for part in track((age, server, waiting), description="measuring", transient=True):
        with installed() as place:
            figures += part.measure(place)
    load = os.getloadavg()[0]
    machine = (
        f"{platform.machine()}, {os.cpu_count()} processors, load {load:.1f}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version} WAL synchronous=FULL, clients on the same machine"
    )
    table.show(figures, machine)


if __name__ == "__main__":
    main()
