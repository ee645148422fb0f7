"""Check every chain of the history. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from engine.audit.chain import breaks
from engine.audit.checkpoint import Comparison, Head
from engine.model.history import entry
from engine.model.instances import SYSTEM, instance

_ENTRIES = select(entry.c.instance_id, entry.c.seq, entry.c.body, entry.c.hash).order_by(
    entry.c.instance_id, entry.c.seq
)
_HEADS = select(instance.c.id, instance.c.version, instance.c.head).order_by(instance.c.id)


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


def chains(connection: Connection, report: Report, comparisons: Sequence[Comparison] = ()) -> None:
    """Check that every entry follows from the one before, and that each instance's version and head are the last's.

    Each of the `comparisons` is told every entry, and what it finds different goes into the report.
    """
    last: dict[int, tuple[int, bytes]] = {}
    rows = connection.execution_options(stream_results=True, yield_per=5000).execute(_ENTRIES)
    for number, seq in breaks(_noting(rows, last, report, comparisons)):
        report.problems.append(Problem(number, "chain", f"entry {seq} does not follow from the one before"))
    now = {number: seq for number, (seq, _mark) in last.items()}
    for number, version, head in heads(connection):
        report.instances += int(number != SYSTEM)
        seq, mark = last.pop(number, (0, bytes(32)))
        if (seq, mark) != (version, head):
            text = f"version {version} of the instance, but entry {seq} is the last, or its hash is another"
            report.problems.append(Problem(number, "head", text))
    for number in last:
        report.problems.append(Problem(number, "no_instance", "entries of an instance that does not exist"))
    for comparison in comparisons:
        report.problems += [Problem(*found) for found in comparison.differences(now)]


def heads(connection: Connection) -> Iterator[Head]:
    """Where each chain ends according to its instance, in the order of the instances."""
    for row in connection.execute(_HEADS):
        yield row.id, row.version, bytes(row.head)


def _noting(
    rows: Iterable[Any], last: dict[int, tuple[int, bytes]], report: Report, comparisons: Sequence[Comparison]
) -> Iterator[tuple[int, int, str, bytes]]:
    count = 0
    for number, seq, body, mark in rows:
        count += 1
        last[number] = (seq, mark)
        for comparison in comparisons:
            comparison.see(number, seq, mark)
        yield number, seq, body, mark
    report.entries = count
