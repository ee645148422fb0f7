"""What the pages need to know of a deployed diagram: names, roles, and what comes after a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn.model import Definitions, Element, Process, Scope
from engine.bpmn.read import read
from engine.queries import definitions
from engine.web import directory
from engine.web.i18n import gettext as _
from engine.web.labels import chosen, label, sentence
from engine.web.session import database

#: How many gateways in a row are looked through for what comes next.
DEPTH = 8

_TASKS = frozenset(
    {
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
        "scriptTask",
        "callActivity",
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a diagram, for the table beside it."""

    id: str
    name: str
    role: str
    documentation: str


class Diagram:
    """One deployed version, read once; versions never change, so it is kept for good."""

    def __init__(self, key: str, read_file: Definitions) -> None:
        self.process: Process = next((p for p in read_file.processes if p.id == key), read_file.processes[0])
        self.key = self.process.id
        self._elements: Mapping[str, Element] = {each.id: each for each in self.process.content.walk()}
        self._scopes: Mapping[str, Scope] = {
            element: scope for scope in _scopes(self.process.content) for element in scope.elements
        }

    def name(self, element: str) -> str:
        """What an element is called in the request's language; "" where the diagram gives it no name."""
        found = self._elements.get(element)
        return label(self.key, found.name) if found and found.name else ""

    def names(self) -> dict[str, str]:
        """Every element's and named flow's name, where the request's language has another one than the file."""
        named = [(e.id, e.name) for e in self._elements.values()]
        named += [(f.id, f.name) for scope in _scopes(self.process.content) for f in scope.flows.values()]
        named += [(lane.id, lane.name) for lane in self.process.lanes]
        return {id_: label(self.key, text) for id_, text in named if text and label(self.key, text) != text}

    def called(self, element: str) -> str | None:
        """The process that a call activity calls, where the diagram names it."""
        found = self._elements.get(element)
        return (
            found.extension("calledElement", "processId") if found and found.kind == "callActivity" else None
        )

    def kind(self, element: str) -> str:
        """The BPMN tag of an element, "" for flows and unknown ids."""
        found = self._elements.get(element)
        return found.kind if found else ""

    def property(self, element: str, name: str) -> str:
        """A zeebe:property of an element in the request's language, "" without one."""
        found = self._elements.get(element)
        return chosen(found.properties, name) if found else ""

    def steps(self) -> Iterator[Step]:
        """Every task in the order of the file."""
        for each in self._elements.values():
            if each.kind in _TASKS and each.name:
                yield Step(
                    each.id,
                    label(self.key, each.name),
                    directory.role(each.lane) if each.lane else "",
                    sentence(each.documentation),
                )

    def then(self, element: str) -> str:
        """What happens after `element` in words: the property `then`, else the steps that its flows lead to."""
        told = self.property(element, "then")
        if told or element not in self._elements:
            return told
        ways = list(dict.fromkeys(self._ways(element, "", 0)))
        return _(" or ").join(ways[:4]) + _(".") if ways else ""

    def _ways(self, element: str, condition: str, depth: int) -> Iterator[str]:
        scope = self._scopes[element]
        for flow_id in self._elements[element].outgoing:
            flow = scope.flows.get(flow_id)
            if flow is None or flow.target not in self._elements:
                continue
            target = self._elements[flow.target]
            named = label(self.key, flow.name) if flow.name else condition
            if target.kind.endswith("Gateway") and depth < DEPTH and len(target.outgoing) > 0:
                yield from self._ways(target.id, named, depth + 1)
            elif target.kind == "endEvent":
                yield self._put(
                    _("the process ends") if not target.name else label(self.key, target.name), named
                )
            elif target.name:
                yield self._put(self._with_role(target), named)

    def _with_role(self, element: Element) -> str:
        name = label(self.key, element.name)
        if element.kind == "userTask" and element.lane:
            return _("%(step)s (%(role)s)", step=name, role=directory.role(element.lane))
        return name

    def _put(self, step: str, condition: str) -> str:
        return _("%(condition)s: %(step)s", condition=condition, step=step) if condition else step


def of(definition_id: int) -> Diagram:
    """The diagram of a deployed version. Raises NotFound."""
    db = database()
    kept = f"diagram.{definition_id}"
    if kept not in db.cache:
        key = definitions.one(db, definition_id).key
        db.cache[kept] = Diagram(key, read(definitions.file(db, definition_id)))
    diagram: Diagram = db.cache[kept]
    return diagram


def _scopes(scope: Scope) -> Iterator[Scope]:
    yield scope
    for element in scope.elements.values():
        if element.inner is not None:
            yield from _scopes(element.inner)
