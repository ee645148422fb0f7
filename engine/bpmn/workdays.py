"""Which deadlines of a diagram are computed with working days, or from values that are."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine import feel
from engine.bpmn.model import Element, Process
from engine.feel.library.business import BUSINESS

#: In a cron timer: by the calendar.
_CRON = "WORKDAY"


def deadlines(process: Process) -> frozenset[str]:
    """The ids of the tasks and timers whose moment may depend on the calendar.

    Values are followed by their names through the process; what is given to a service, a decision or a called process
    may be in whatever it gives back. Within the called process it is not followed.
    """
    elements = list(process.content.walk())
    ways = [way for each in elements for way in _ways(each)]
    counted: set[str] = set()
    while more := {name for source, names in ways if _counts(source, counted) for name in names} - counted:
        counted |= more
    return frozenset(each.id for each in elements if _depends(each, counted))


def _depends(element: Element, counted: Collection[str]) -> bool:
    """Whether its due date or its timer does."""
    due = element.extension("taskSchedule", "dueDate") or ""
    timer = element.event.expression if element.event is not None and element.event.timer else ""
    return _CRON in timer or any(
        text.startswith("=") and _counts(text.removeprefix("="), counted) for text in (due, timer)
    )


def _ways(element: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Its expressions, each with the names of the variables that may hold something of it afterwards."""
    results = (element.extension(name, "resultVariable") for name in ("script", "calledDecision"))
    given = (*(each.target for each in element.outputs), *filter(None, results))
    for each in element.inputs:
        if each.is_feel:
            yield each.source, (each.target, *given)
    for each in element.outputs:
        if each.is_feel:
            yield each.source, (each.target,)
    script = element.extension("script", "expression") or ""
    if script:
        yield script.removeprefix("="), given


def _counts(source: str, counted: Collection[str]) -> bool:
    """Whether an expression asks for working days, or reads a variable that may come from them."""
    found = feel.compile(source)
    return not (found.functions.isdisjoint(BUSINESS) and found.names.isdisjoint(counted))
