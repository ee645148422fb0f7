"""What the pages need to know of a deployed diagram: names, roles, and what comes after a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn.model import Definitions, Element, Process, Scope
from engine.bpmn.read import read
from engine.errors import NotFound
from engine.model.database import Database
from engine.queries import definitions
from engine.queries.history import HistoryEntry
from engine.web import directory
from engine.web.i18n import gettext as _
from engine.web.labels import chosen, label, sentence
from engine.web.session import database

#: How many gateways in a row are looked through for what comes next, and how many ways are told.
DEPTH = 8
WAYS = 4

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
        self._pools = [each for each in read_file.participants if each.process == self.key]
        self._elements: Mapping[str, Element] = {each.id: each for each in self.process.content.walk()}
        self._scopes: Mapping[str, Scope] = {
            element: scope for scope in _scopes(self.process.content) for element in scope.elements
        }

    def name(self, element: str) -> str:
        """What an element is called in the request's language; "" where the diagram gives it no name."""
        found = self._elements.get(element)
        return label(self.key, found.name) if found and found.name else ""

    def names(self) -> dict[str, str]:
        """The name of every pool, lane, element and flow, where the request's language has another than the file."""
        named = [(e.id, e.name) for e in self._elements.values()]
        named += [(f.id, f.name) for scope in _scopes(self.process.content) for f in scope.flows.values()]
        named += [(lane.id, lane.name) for lane in self.process.lanes]
        named += [(pool.id, pool.name) for pool in self._pools]
        return {id_: label(self.key, text) for id_, text in named if text and label(self.key, text) != text}

    def role(self, lane: str | None) -> str:
        """The name of the role a lane stands for; the lane's own where it is no role, as "who asked for it"."""
        if not lane:
            return ""
        named = next((each.name for each in self.process.lanes if each.id == lane), lane)
        return directory.role(lane, label(self.key, named))

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

    def form(self, element: str) -> str:
        """The id of the form that a task asks, "" without one."""
        found = self._elements.get(element)
        return (found.extension("formDefinition", "formId") or "") if found else ""

    def property(self, element: str, name: str) -> str:
        """A zeebe:property of an element in the request's language, "" without one."""
        found = self._elements.get(element)
        return chosen(found.properties, name) if found else ""

    def uses(self) -> Iterator[tuple[str, str, str]]:
        """Every form and decision that the diagram names: "form" or "decision", its id, and the element."""
        for each in self._elements.values():
            form, decision = (
                each.extension("formDefinition", "formId"),
                each.extension("calledDecision", "decisionId"),
            )
            yield from (("form", form, each.id),) if form else ()
            yield from (("decision", decision, each.id),) if decision else ()

    def steps(self) -> Iterator[Step]:
        """Every task in the order of the file."""
        for each in self._elements.values():
            if each.kind in _TASKS and each.name:
                yield Step(
                    each.id,
                    label(self.key, each.name),
                    self.role(each.lane),
                    sentence(each.documentation),
                )

    def then(self, element: str) -> str:
        """What happens after `element` in words: the property `then`, else the steps that its flows lead to."""
        told = self.property(element, "then")
        if told or element not in self._elements:
            return told
        ways = list(dict.fromkeys(self._ways(element, "", 0)))[:WAYS]
        between = _("; ") if any(condition for condition, _step in ways) else _(" or ")
        told = between.join(self._put(step, condition) for condition, step in ways)
        return told + _(".") if told else ""

    def _ways(self, element: str, condition: str, depth: int) -> Iterator[tuple[str, str]]:
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
                yield named, label(self.key, target.name) if target.name else _("the process ends")
            elif target.name:
                yield named, self._with_role(target)

    def _with_role(self, element: Element) -> str:
        name = label(self.key, element.name)
        if element.kind == "userTask" and element.lane:
            return _("%(step)s (%(role)s)", step=name, role=self.role(element.lane))
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


class Family:
    """The diagrams of an instance: its own, and those of the processes it calls, as deployed by a release."""

    def __init__(self, definition_id: int, release: int | None = None) -> None:
        self._root, self._release = definition_id, release

    def definition_of(self, scope: str) -> int:
        """The version whose diagram belongs to `scope`, "call#3/inner#7". Raises NotFound for a path there is not."""
        definition_id = self._root
        for part in [part for part in scope.split("/") if part]:
            wanted = of(definition_id).called(part.split("#", 1)[0])
            if wanted is None:
                raise NotFound
            definition_id = self._called(wanted)
        return definition_id

    def drawn(self, scope: str) -> Diagram:
        """The diagram of `scope`."""
        return of(self.definition_of(scope))

    def name(self, entry: HistoryEntry) -> str:
        """What the element of an entry of the history is called; "" without one."""
        if not entry.element:
            return ""
        try:
            return self._drawn_of(entry).name(entry.element) or entry.element
        except NotFound:
            return entry.element

    def form(self, entry: HistoryEntry) -> str:
        """The id of the form that the element of an entry asked, "" without one."""
        try:
            return self._drawn_of(entry).form(entry.element) if entry.element else ""
        except NotFound:
            return ""

    def _drawn_of(self, entry: HistoryEntry) -> Diagram:
        return self.drawn(next((move.scope for move in entry.moves if move.element == entry.element), ""))

    def _called(self, key: str) -> int:
        def newest(db: Database) -> int:
            rows = definitions.versions(db, key)
            in_time = [row for row in rows if self._release is None or row.release <= self._release]
            return max(in_time or rows, key=lambda row: row.version).id

        found: int = directory.kept(f"called.{key}.{self._release}", newest)
        return found


def _scopes(scope: Scope) -> Iterator[Scope]:
    yield scope
    for element in scope.elements.values():
        if element.inner is not None:
            yield from _scopes(element.inner)
