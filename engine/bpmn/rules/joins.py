"""Parallel joins that can never complete, and those that wait for what an inclusive gateway may leave out."""

from __future__ import annotations

from itertools import combinations

from engine.bpmn.model import Element
from engine.bpmn.rules.catalogue import Place, Subject, refuses, warns
from engine.bpmn.together import Together, together

NEVER = refuses(
    "join-never-completes",
    "并行网关“{name}”永远等不齐：从“{first}”和从“{second}”来的路不会同时走到。",
    'The parallel gateway "{name}" can never complete: the ways from "{first}" and from "{second}" are never taken '
    "together.",
    "只走其中一条的，改用排他网关合并；都要走的，在前面用并行网关分开。",
    "Where only one of them is taken, join with an exclusive gateway; where both are, split with a parallel one.",
)
AFTER_INCLUSIVE = warns(
    "join-after-inclusive",
    "并行网关“{name}”要等“{first}”和“{second}”，但前面的包容网关可能只走其中一条，流程会一直等下去。",
    'The parallel gateway "{name}" waits for "{first}" and "{second}", but the inclusive gateway before it may take '
    "one way only, and the instance would wait forever.",
    "用包容网关合并：它只等真正走了的路。",
    "Join with an inclusive gateway: it waits only for the ways that were taken.",
)


def check(subject: Subject) -> None:
    """Report each join for which two of its ways are proved never to be taken together."""
    for place in subject.places:
        joins = [e for e in place.scope.elements.values() if _is_join(e)]
        if joins:
            _check(subject, place, joins)


def _check(subject: Subject, place: Place, joins: list[Element]) -> None:
    found = together(place.scope)
    narrow = together(place.scope, one_way=True) if _has_inclusive(place) else found
    for join in joins:
        if (apart := _apart(found, join)) is not None:
            subject.at(NEVER, join, **_named(place, join, apart))
        elif narrow is not found and (apart := _apart(narrow, join)) is not None:
            subject.at(AFTER_INCLUSIVE, join, **_named(place, join, apart))


def _is_join(element: Element) -> bool:
    return element.kind == "parallelGateway" and len(element.incoming) > 1


def _has_inclusive(place: Place) -> bool:
    return any(e.kind == "inclusiveGateway" and len(e.outgoing) > 1 for e in place.scope.elements.values())


def _apart(found: Together, join: Element) -> tuple[str, str] | None:
    """Two incoming flows that tokens never are on together, though each is reached; None when nothing is proved.

    A flow that is not reached lies behind another join that never completes: that one is reported.
    """
    if not found.complete or not all(found.reached(flow) for flow in join.incoming):
        return None
    pairs = combinations(join.incoming, 2)
    return next(((first, second) for first, second in pairs if not found.can(first, second)), None)


def _named(place: Place, join: Element, apart: tuple[str, str]) -> dict[str, str]:
    sources = [place.source(place.scope.flows[flow]) for flow in apart]
    first, second = (source.name or source.id if source is not None else "" for source in sources)
    return {"name": join.name or join.id, "first": first, "second": second}
