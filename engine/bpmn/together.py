"""Which flows of a scope can hold tokens at the same time: what a parallel join needs to be able to complete.

The answer errs on one side only. Two flows that it calls together may in fact never be; two that it does not call
together never are, in no run: conditions are taken to go either way, events to come or not, and every step that makes
tokens to make all it can (the concurrency relation of Kovalyov and Esparza, an upper bound for every net).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.bpmn.model import Element, Scope

#: So many steps an analysis takes at most; beyond them nothing is known.
_MOST_STEPS = 200_000


@dataclass(frozen=True, slots=True)
class _Step:
    """Tokens taken from all of `takes` become tokens on all of `makes`."""

    takes: tuple[int, ...]
    makes: tuple[int, ...]


@dataclass(slots=True)
class Together:
    """Which places of a scope are ever marked, and which at the same time; places are flows and activities at work."""

    _numbers: dict[str, int] = field(default_factory=dict)
    _marked: int = 0
    _with: list[int] = field(default_factory=list)
    complete: bool = True

    def reached(self, flow: str) -> bool:
        """Whether a token can come over the flow."""
        return bool(self._marked >> self._numbers[flow] & 1) if flow in self._numbers else False

    def can(self, first: str, second: str) -> bool:
        """Whether tokens can be on both flows at the same time."""
        return bool(self._with[self._numbers[first]] >> self._numbers[second] & 1)

    def number(self, place: str) -> int:
        """The number of a place, a new one for a place not seen before."""
        if place not in self._numbers:
            self._numbers[place] = len(self._with)
            self._with.append(0)
        return self._numbers[place]

    def run(self, starts: Iterable[int], steps: list[_Step]) -> None:
        """Find everything that can come about from one token on any one of `starts`."""
        by_place: dict[int, list[_Step]] = {}
        for step in steps:
            for place in step.takes:
                by_place.setdefault(place, []).append(step)
        for start in starts:
            self._marked |= 1 << start
        waiting = dict.fromkeys(steps)
        left = _MOST_STEPS
        while waiting:
            left -= 1
            if left < 0:
                self.complete = False
                return
            step = next(iter(waiting))
            del waiting[step]
            for place in self._take(step):
                waiting.update(dict.fromkeys(by_place.get(place, ())))

    def _take(self, step: _Step) -> Iterator[int]:
        """Let a step happen if it ever can; the places for which something new is known."""
        if not all(self._marked >> place & 1 for place in step.takes):
            return
        for n, place in enumerate(step.takes):
            if not all(self._with[place] >> other & 1 for other in step.takes[n + 1 :]):
                return
        beside = -1
        for place in step.takes:
            beside &= self._with[place]
        made = sum(1 << place for place in dict.fromkeys(step.makes))
        for place in step.makes:
            if not self._marked >> place & 1:
                self._marked |= 1 << place
                yield place
            new = (beside | (made & ~(1 << place))) & ~self._with[place]
            if new:
                self._with[place] |= new
                yield place
                yield from self._answer(place, new)

    def _answer(self, place: int, new: int) -> Iterator[int]:
        """Say it of the others too: being together goes both ways."""
        while new:
            lowest = new & -new
            other = lowest.bit_length() - 1
            new ^= lowest
            if not self._with[other] >> place & 1:
                self._with[other] |= 1 << place
                yield other


def together(scope: Scope, *, one_way: bool = False) -> Together:
    """What can be together in a scope. `one_way`: its inclusive gateways take one of their ways only."""
    found = Together()
    steps: list[_Step] = []
    for flow in scope.flows:
        found.number(flow)
    for element in scope.elements.values():
        steps += _steps(found, scope, element, one_way=one_way)
    starts = [found.number(f"({e.id})") for e in scope.elements.values() if e.kind == "startEvent"]
    found.run(starts, steps)
    return found


def _steps(found: Together, scope: Scope, element: Element, *, one_way: bool) -> Iterator[_Step]:
    incoming = [found.number(flow) for flow in element.incoming]
    outgoing = tuple(found.number(flow) for flow in element.outgoing)
    if element.kind == "parallelGateway" and incoming:
        yield _Step(tuple(incoming), outgoing)
    elif element.kind in {"exclusiveGateway", "eventBasedGateway"} or (
        one_way and element.kind == "inclusiveGateway"
    ):
        yield from (_Step((place,), (way,)) for place in incoming for way in outgoing)
    elif element.kind.endswith("Gateway"):
        yield from (_Step((place,), outgoing) for place in incoming)
    else:
        yield from _activity(found, scope, element, incoming, outgoing)


def _activity(
    found: Together, scope: Scope, element: Element, incoming: list[int], outgoing: tuple[int, ...]
) -> Iterator[_Step]:
    """A task or event is at work between its flows; its boundary events come while it is."""
    work = found.number(f"({element.id})")
    yield from (_Step((place,), (work,)) for place in incoming)
    yield _Step((work,), outgoing)
    for boundary in scope.boundaries(element.id):
        begun = found.number(f"({boundary.id})")
        yield _Step((work,), (begun,) if boundary.interrupting else (work, begun))
