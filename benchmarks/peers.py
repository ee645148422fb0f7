"""What another engine did with the same workload: measured once, elsewhere, and never run here."""

from __future__ import annotations

from benchmarks.table import Figure

#: Spiff-Arena, one worker on SQLite, the workload `ten_tasks` over HTTP on a machine of two processors on
#: 2026-11-21: completions a second by number of clients.
SPIFF_ARENA = {1: 19.7, 8: 15.6}
#: How many times as many we want at least.
WANTED = 25


def against(completions: float, clients: int) -> list[Figure]:
    """How many times the peer's figure that is; nothing for a number of clients it was not measured with."""
    peer = SPIFF_ARENA.get(clients)
    if peer is None:
        return []
    who = f"{clients} client" + ("s" if clients > 1 else "")
    name = f"the same against {peer:g} of Spiff-Arena, {who} (measured on another day, not run here)"
    return [Figure(name, f"{completions / peer:.0f} times", f"≥ {WANTED}")]
