"""Which elements can still reach which flow: what an inclusive join has to wait for."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.model import Scope


def reach(scope: Scope, gateway: str) -> Mapping[str, frozenset[str]]:
    """For each element of `scope` the incoming flows of `gateway` it can reach without passing the gateway.

    An activity's boundary events count as ways out of it; a sub-process counts as one element.
    """
    found: dict[str, set[str]] = {}
    for flow_id in scope.elements[gateway].incoming:
        stack = [scope.flows[flow_id].source]
        seen: set[str] = set()
        while stack:
            element_id = stack.pop()
            if element_id in seen or element_id == gateway:
                continue
            seen.add(element_id)
            element = scope.elements[element_id]
            stack.extend(scope.flows[f].source for f in element.incoming)
            if element.attached_to is not None:
                stack.append(element.attached_to)
        for element_id in seen:
            found.setdefault(element_id, set()).add(flow_id)
    return {element_id: frozenset(flows) for element_id, flows in found.items()}
