"""Check the whole: every chain of the history, and that rows, states and files agree. Reads only.

Run after every fault in the tests, and by `restock verify`.
"""

from __future__ import annotations

from engine.audit.verify import Problem, Report, chains
from engine.model.database import Database
from engine.queries import invariants


def verify(db: Database, *, states: bool = True) -> Report:
    """Check all chains and, unless `states` is False, every invariant; 100,000 entries take less than a second."""
    report = Report()
    with db.read() as connection:
        chains(connection, report)
        if states:
            for number, code, text in invariants.broken(db, connection):
                report.problems.append(Problem(number, code, text))
    return report


__all__ = ["Problem", "Report", "verify"]
