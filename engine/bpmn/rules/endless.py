"""Loops that nobody and nothing stops: a step of the engine would run until its limit."""

from __future__ import annotations

from engine.bpmn.model import Element, Scope
from engine.bpmn.rules.catalogue import Place, Subject, refuses

ENDLESS = refuses(
    "endless-loop",
    "“{name}”在一个没有等待的回路里（{path}）。",
    '"{name}" is in a loop that never waits ({path}).',
    "在回路里放一个用户任务、服务任务、定时或消息；重复计算请用 FEEL 的 for。",
    "Put a user task, service task, timer or message into the loop; to repeat a calculation use FEEL's for.",
)

#: Where a token stops until something comes from outside.
_WAITS = frozenset(
    {"userTask", "serviceTask", "sendTask", "receiveTask", "callActivity", "eventBasedGateway"}
)
_FROM_OUTSIDE = frozenset({"timer", "message", "signal"})


def check(subject: Subject) -> None:
    """Report each loop of elements none of which waits."""
    for place in subject.places:
        loop = _loop(place)
        if loop:
            first = place.scope.elements[loop[0]]
            subject.at(ENDLESS, first, name=first.name or first.id, path=" → ".join([*loop, loop[0]]))


def waits(element: Element) -> bool:
    """Whether a token on its way through `element` stops there; an empty multi-instance is left to the step limit."""
    if element.kind in _WAITS or element.is_job:
        return True
    if element.kind in {"intermediateCatchEvent", "boundaryEvent"}:
        return element.event is not None and element.event.kind in _FROM_OUTSIDE
    return element.inner is not None and not _passes(element.inner)


def _passes(scope: Scope) -> bool:
    """Whether some path leads from the start to an end without waiting."""
    waiting = [e.id for e in scope.elements.values() if e.kind == "startEvent"]
    seen: set[str] = set()
    while waiting:
        element = scope.elements.get(waiting.pop())
        if element is None or element.id in seen or waits(element):
            continue
        if element.kind == "endEvent":
            return True
        seen.add(element.id)
        waiting.extend(scope.flows[flow].target for flow in element.outgoing)
        waiting.extend(boundary.id for boundary in scope.boundaries(element.id))
    return False


def _loop(place: Place) -> list[str]:
    """The first loop of elements that do not wait: depth first, without recursion."""
    scope = place.scope
    free = {e.id: e for e in scope.elements.values() if not waits(e)}
    done: set[str] = set()
    for start in free:
        path: list[str] = []
        stack = [(start, iter(_next(place, free, start)))] if start not in done else []
        path.extend(identity for identity, _ in stack)
        while stack:
            identity, following = stack[-1]
            target = next(following, None)
            if target is None:
                stack.pop()
                path.pop()
                done.add(identity)
            elif target in path:
                return path[path.index(target) :]
            elif target not in done:
                stack.append((target, iter(_next(place, free, target))))
                path.append(target)
    return []


def _next(place: Place, free: dict[str, Element], identity: str) -> list[str]:
    targets = [place.scope.flows[flow].target for flow in free[identity].outgoing]
    targets += [boundary.id for boundary in place.scope.boundaries(identity)]
    return [target for target in targets if target in free]
