"""Check every chain of the history. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from engine.audit.chain import breaks
from engine.model.history import entry
from engine.model.instances import SYSTEM, instance

_ENTRIES = select(entry.c.instance_id, entry.c.seq, entry.c.body, entry.c.hash).order_by(
    entry.c.instance_id, entry.c.seq
)
_HEADS = select(instance.c.id, instance.c.version, instance.c.head)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not agree: the instance (0: the system itself), a code for scripts, and words."""

    instance_id: int
    code: str
    text: str


@dataclass(slots=True)
class Report:
    """What was checked and what was found; nothing found is good."""

    entries: int = 0
    instances: int = 0
    problems: list[Problem] = field(default_factory=list)


def chains(connection: Connection, report: Report) -> None:
    """Check that every entry follows from the one before, and that each instance's version and head are the last's."""
    last: dict[int, tuple[int, bytes]] = {}
    rows = _noting(
        connection.execution_options(stream_results=True, yield_per=5000).execute(_ENTRIES), last, report
    )
    for number, seq in breaks(rows):
        report.problems.append(Problem(number, "chain", f"entry {seq} does not follow from the one before"))
    for row in connection.execute(_HEADS):
        report.instances += int(row.id != SYSTEM)
        seq, head = last.pop(row.id, (0, bytes(32)))
        if (seq, head) != (row.version, bytes(row.head)):
            text = (
                f"version {row.version} of the instance, but entry {seq} is the last, or its hash is another"
            )
            report.problems.append(Problem(row.id, "head", text))
    for number in last:
        report.problems.append(Problem(number, "no_instance", "entries of an instance that does not exist"))


def _noting(
    rows: Iterable[Any], last: dict[int, tuple[int, bytes]], report: Report
) -> Iterator[tuple[int, int, str, bytes]]:
    count = 0
    for number, seq, body, mark in rows:
        count += 1
        last[number] = (seq, mark)
        yield number, seq, body, mark
    report.entries = count
