"""`make bench`: every measurement in a fresh installation of its own, then one table.

`python -m benchmarks age server` measures only what is named.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from typing import Any

from rich.progress import track

from benchmarks import age, day, server, table, waiting
from benchmarks.installation import installed

PARTS: dict[str, Any] = {"age": age, "server": server, "waiting": waiting}


def main() -> None:
    """Measure and print; the figures are of this machine and of what else it does meanwhile."""
    figures: list[table.Figure] = []
    wanted = sys.argv[1:] or [*PARTS, "day"]
    for part in track(
        [PARTS[name] for name in wanted if name in PARTS], description="measuring", transient=True
    ):
        with installed() as place:
            figures += part.measure(place)
    if "day" in wanted:
        figures += day.measure()
    load = os.getloadavg()[0]
    machine = (
        f"{platform.machine()}, {os.cpu_count()} processors, load {load:.1f}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version} WAL synchronous=FULL, clients on the same machine"
    )
    table.show(figures, machine)


if __name__ == "__main__":
    main()
