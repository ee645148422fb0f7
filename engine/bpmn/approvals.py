"""Which ways through a diagram lead past an approval: the choices on which it depends whether somebody signs.

An approval is a user task with a signature, a sub-process that holds one, or a call of a process that does. A choice
counts where some of its ways lead past the approval and others do not, or do so otherwise; a way is a flow, or an
interrupting event at the edge of an activity. What is undecided in front of such a choice does not count itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from engine.bpmn.model import Element, Flow, Process, Scope

_FORKS = frozenset({"parallelGateway"})
_GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "parallelGateway"})


class Library(Protocol):
    """Where called processes are found."""

    def process(self, key: str) -> Process | None:
        """The newest version of a process; None for one that is not there."""


def ways(process: Process, library: Library) -> dict[str, tuple[str, ...]]:
    """By element: of each approval whether every way leads to it, of each choice its ways and their conditions."""
    found: dict[str, tuple[str, ...]] = {}
    for scope in _scopes(process.content):
        asked = _approvals(scope, library)
        for approval in asked:
            ends = _Past(scope, approval)
            passed = any(ends.avoids[each.id] for each in _starts(scope))
            found[approval.id] = ("can be passed by" if passed else "cannot be passed by",)
        for element in _choices(scope, asked):
            found[element.id] = (*found.get(element.id, ()), element.kind, *_told(scope, element))
        if asked:
            found |= {each.id: (_event(each),) for each in scope.event_subprocesses() if _ends_all(each)}
    return found


def conditions(process: Process, library: Library) -> list[Flow]:
    """The flows with conditions that leave choices on which an approval depends."""
    return [
        scope.flows[each]
        for scope in _scopes(process.content)
        for element in _choices(scope, _approvals(scope, library))
        for each in element.outgoing
        if scope.flows[each].condition
    ]


def _scopes(scope: Scope) -> Iterator[Scope]:
    yield scope
    for element in scope.elements.values():
        if element.inner is not None:
            yield from _scopes(element.inner)


def _approvals(scope: Scope, library: Library) -> list[Element]:
    return [each for each in scope.elements.values() if _is_approval(each, library, frozenset())]


def _is_approval(element: Element, library: Library, calling: frozenset[str]) -> bool:
    if element.kind == "userTask":
        return "signature" in element.properties
    key = element.extension("calledElement", "processId") or ""
    called = library.process(key) if key and key not in calling else None
    inner = element.inner if called is None else called.content
    held = inner.elements.values() if inner is not None else ()
    return any(_is_approval(each, library, calling | {key}) for each in held)


def _starts(scope: Scope) -> list[Element]:
    return [each for each in scope.elements.values() if each.kind == "startEvent"]


def _choices(scope: Scope, asked: list[Element]) -> list[Element]:
    """The elements whose ways differ in whether they lead to, or past, one of the approvals."""
    known = [_Past(scope, approval) for approval in asked]
    return [
        element
        for element in scope.elements.values()
        if not _forks(scope, element)
        and any(len({(p.reaches[way], p.avoids[way]) for way in p.ways[element.id]}) > 1 for p in known)
    ]


@dataclass(slots=True, init=False)
class _Past:
    """From each element: whether the approval can be reached, and whether the end can be without it."""

    ways: dict[str, list[str]]
    reaches: dict[str, bool]
    avoids: dict[str, bool]

    def __init__(self, scope: Scope, approval: Element) -> None:
        self.ways = {each.id: _ways(scope, each) for each in scope.elements.values()}
        forks = {each.id for each in scope.elements.values() if _forks(scope, each)}
        past = [each.id for each in scope.boundaries(approval.id) if each.interrupting]

        def reaches(key: str) -> bool:
            return key == approval.id or any(self.reaches[way] for way in self.ways[key])

        def avoids(key: str) -> bool:
            there = past if key == approval.id else self.ways[key]
            if not there:
                return key != approval.id
            return (all if key in forks else any)(self.avoids[way] for way in there)

        self.reaches = _settled(scope, reaches, self, "reaches")
        self.avoids = _settled(scope, avoids, self, "avoids")


def _settled(scope: Scope, holds: Callable[[str], bool], past: _Past, name: str) -> dict[str, bool]:
    """What holds of each element, found by asking again until nothing new does."""
    found = dict.fromkeys(scope.elements, False)
    setattr(past, name, found)
    while new := [key for key, known in found.items() if not known and holds(key)]:
        found.update(dict.fromkeys(new, True))
    return found


def _ways(scope: Scope, element: Element) -> list[str]:
    """The elements to which a token goes on from this one."""
    targets = [scope.flows[each].target for each in element.outgoing]
    return targets + [each.id for each in scope.boundaries(element.id) if each.interrupting]


def _forks(scope: Scope, element: Element) -> bool:
    """Whether all ways are gone at once."""
    if element.kind in _FORKS:
        return True
    flows = [scope.flows[each] for each in element.outgoing]
    return element.kind not in _GATEWAYS and len(flows) > 1 and not any(each.condition for each in flows)


def _told(scope: Scope, element: Element) -> list[str]:
    """The ways of a choice as they are compared: where each leads, and when it is gone."""
    told = []
    for key in element.outgoing:
        flow = scope.flows[key]
        when = (
            "otherwise" if key == element.default else flow.condition or _event(scope.elements[flow.target])
        )
        told.append(f"{flow.target}={when}")
    edges = [each for each in scope.boundaries(element.id) if each.interrupting]
    return sorted(told + [f"{each.id}={_event(each)}" for each in edges])


def _event(element: Element) -> str:
    """What an event waits for; of an event sub-process, its start's."""
    if element.inner is not None:
        return " ".join(_event(each) for each in _starts(element.inner))
    event = element.event
    return "" if event is None else f"{event.kind} {event.name} {event.code} {event.timer} {event.expression}"


def _ends_all(element: Element) -> bool:
    return element.inner is not None and any(each.interrupting for each in _starts(element.inner))
