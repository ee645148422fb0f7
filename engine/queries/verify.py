"""Check the whole: every chain of the history, and that rows, states and files agree. Reads only.

Run after every fault in the tests, and by `restock verify`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from engine.audit import checkpoint
from engine.audit.checkpoint import Checkpoint, Comparison
from engine.audit.verify import Problem, Report, chains, heads
from engine.errors import Conflict
from engine.model.database import Database
from engine.model.instances import instance
from engine.queries import invariants


class NotWhole(Conflict):
    """The history is not whole: see `restock verify`."""

    chinese = "历史记录不完整：请运行 restock verify 查看。"


def verify(db: Database, *, states: bool = True, checkpoints: Sequence[Checkpoint] = ()) -> Report:
    """Check all chains and, unless `states` is False, every invariant; 100,000 entries take less than a second.

    Of each checkpoint it is proved that the present history continues the one it saw: nothing of that was removed or
    rewritten.
    """
    report = Report()
    with db.read() as connection:
        chains(connection, report, [Comparison(each) for each in checkpoints])
        if states:
            for number, code, text in invariants.broken(db, connection):
                report.problems.append(Problem(number, code, text))
    return report


def take_checkpoint(db: Database) -> Checkpoint:
    """The checkpoint of this moment. Raises NotWhole when the chains are broken: it would witness the wrong."""
    report = Report()
    with db.read() as connection:
        chains(connection, report)
        if report.problems:
            raise NotWhole(problems=len(report.problems))
        written = (head for head in heads(connection) if head[1])
        return checkpoint.make(db.now(connection), written)


@dataclass(frozen=True, slots=True)
class Counted:
    """How large the history is: chains (one an instance, and the system's) and entries."""

    chains: int
    entries: int


def counted(db: Database) -> Counted:
    """How many chains and entries there are, as the instances say; nothing is checked."""
    with db.read() as connection:
        return Counted(*connection.execute(select(func.count(), func.sum(instance.c.version))).one())


__all__ = ["Counted", "NotWhole", "Problem", "Report", "counted", "take_checkpoint", "verify"]
