"""Whose task it is says the diagram, a decision or a service; never what somebody typed.

Who can type the role or the login that a task goes to can give themselves the approval. The values of free text
fields are followed through mappings, scripts and loops, into the processes that are called and back; a choice among
offered options is none, nor is what a decision or a service gives back. A text field that is meant to say where the
work goes is marked by the property `routing` = `true` in its form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from engine import feel
from engine.bpmn import approvals
from engine.bpmn.extensions import is_feel, unmarked
from engine.bpmn.model import Element, IoMapping, Process
from engine.bpmn.rules.catalogue import Library, Subject, refuses
from engine.errors import RestockError

TYPED = refuses(
    "routed-by-typed-text",
    "用户任务“{name}”交给谁办取自“{variable}”，而它来自有人随意填写的文字：填写的人可以把任务交给自己。",
    'Whose task "{name}" is comes from "{variable}", which somebody types: they could give the task to themselves.',
    "改用选项、决策表或服务给出的岗位；确需由人填写时，在该文本栏写扩展属性 routing = true。",
    "Take the role from a choice, a decision or a service; if it is meant to be typed, give the text field the "
    "property routing = true.",
)


def check(subject: Subject) -> None:
    """Report tasks whose people are taken from typed text; nothing without a library."""
    if subject.library is None:
        return
    for process in subject.definitions.processes:
        values = _Values(subject.library)
        values.follow(process)
        typed = values.from_here(values.typed)
        found = {(node.id, name): node for node, name, source in values.people if source in typed}
        for (_, name), node in sorted(found.items()):
            subject.at(TYPED, node, name=node.name or node.id, variable=name)


def deciding(process: Process, library: Library) -> set[str]:
    """The decisions whose results say whose task it is, or lead past an approval, in the process or in those it calls."""
    values = _Values(library)
    values.follow(process)
    asked = values.behind({source for _node, _name, source in values.people} | values.choosing)
    return {decision for decision, result in values.decided if result in asked}


def saying(process: Process, library: Library) -> dict[str, tuple[str, ...]]:
    """The process's own mappings, scripts and loops by which a task finds its people or an approval is passed, by element."""
    values = _Values(library)
    values.follow(process)
    asked = values.behind({source for _node, _name, source in values.people} | values.choosing)
    found: dict[str, tuple[str, ...]] = {}
    for node in process.content.walk():
        inner = f"{node.extension('calledElement', 'processId') or ''}/"
        own = _closed(_people(node), partial(_given, node))
        said = [(each.target, each.source) for each in node.outputs if each.target in asked]
        said += [
            (each.target, each.source)
            for each in node.inputs
            if {each.target, inner + each.target} & (own | asked)
        ]
        if (target := node.extension("script", "resultVariable") or "") in asked:
            said.append((target, node.extension("script", "expression") or ""))
        if node.loop is not None and node.loop.element in own:
            said.append((node.loop.element or "", node.loop.collection))
        if node.loop is not None and node.loop.output_collection in asked:
            said.append((node.loop.output_collection or "", node.loop.output_element or ""))
        if said:
            found[node.id] = tuple(f"{target}={text}" for target, text in said)
    return found


def _given(node: Element, names: set[str]) -> set[str]:
    """What the element's inputs of these names read."""
    return set().union(*(_mapped(each) for each in node.inputs if each.target in names))


@dataclass(slots=True)
class _Values:
    """How values get from variable to variable in a process and in those it calls.

    Variables of a called process are written behind its id, "process/name", whoever calls it.
    """

    library: Library
    #: Variables into which people type.
    typed: set[str] = field(default_factory=set)
    #: Variable -> the variables it is made of.
    made: dict[str, set[str]] = field(default_factory=dict)
    #: The element to report, the variable as its diagram calls it, and the variable that says whose task it is.
    people: list[tuple[Element, str, str]] = field(default_factory=list)
    #: Decision, and the variable that holds its result.
    decided: list[tuple[str, str]] = field(default_factory=list)
    #: The variables by which a way leads past an approval or to it.
    choosing: set[str] = field(default_factory=set)
    #: Called processes that were followed already.
    followed: set[str] = field(default_factory=set)

    def from_here(self, names: set[str]) -> set[str]:
        """These variables, and those made of them."""
        return _closed(names, lambda found: {name for name, made in self.made.items() if made & found})

    def behind(self, names: set[str]) -> set[str]:
        """These variables, and those they are made of."""
        return _closed(names, lambda found: set().union(*(self.made.get(name, set()) for name in found)))

    def follow(self, process: Process, path: str = "", at: Element | None = None) -> None:
        """Note what the process does with its variables; `at` is the element that called it from the outermost one."""
        for flow in approvals.conditions(process, self.library):
            self.choosing |= _under(path, _names(flow.condition))
        for node in process.content.walk():
            for name in sorted(_people(node)):
                self.people += [(at or node, name, path + source) for source in _own(node, {name})]
            decision, result = (
                node.extension("calledDecision", what) for what in ("decisionId", "resultVariable")
            )
            if decision and result:
                self.decided.append((decision, path + result))
            called = self.library.process(node.extension("calledElement", "processId") or "")
            if called is not None:
                self._call(node, called, path, at or node)
            else:
                self._step(node, path)

    def _step(self, node: Element, path: str) -> None:
        """What the element leaves: typed text at once, and what it makes of other variables."""
        asked = set(self.library.typed(node.extension("formDefinition", "formId") or ""))
        if not node.outputs:
            self.typed |= _under(path, asked)
        made = [(mapping.target, _mapped(mapping)) for mapping in node.outputs]
        made.append((node.extension("script", "resultVariable") or "", _script(node)))
        made.append(_collected(node))
        for target, names in made:
            if target and names & asked:
                self.typed.add(path + target)
            if target:
                self._make(path + target, _under(path, _own(node, names - asked)))

    def _call(self, node: Element, called: Process, path: str, at: Element) -> None:
        """What the called process does, what it is given and what it gives back."""
        inner = f"{called.id}/"
        if called.id not in self.followed:
            self.followed.add(called.id)
            self.follow(called, inner, at)
        given = {mapping.target for mapping in node.inputs}
        gives_all, takes_all = (
            node.extension("calledElement", f"propagateAll{which}Variables") != "false"
            for which in ("Parent", "Child")
        )
        for name in self._of(inner):
            if gives_all or name in given:
                self._make(inner + name, _under(path, _own(node, {name})))
            if takes_all and not node.outputs:
                self._make(path + name, {inner + name})
        for target, names in (*((each.target, _mapped(each)) for each in node.outputs), _collected(node)):
            if target:
                self._make(path + target, _under(inner, names) | _under(path, names))

    def _of(self, inner: str) -> set[str]:
        """The variables that the process at this path has to do with."""
        known = self.typed.union(self.made, *self.made.values(), (source for *_, source in self.people))
        known |= {result for _decision, result in self.decided} | self.choosing
        return {name.removeprefix(inner) for name in known if name.startswith(inner)}

    def _make(self, target: str, sources: set[str]) -> None:
        self.made.setdefault(target, set()).update(sources)


def _closed(names: set[str], more: Callable[[set[str]], set[str]]) -> set[str]:
    found = set(names)
    while new := more(found) - found:
        found |= new
    return found


def _under(path: str, names: set[str]) -> set[str]:
    return {path + name for name in names}


def _people(node: Element) -> set[str]:
    """The variables that say whose task it is."""
    if node.kind != "userTask":
        return set()
    return {name for text in node.assigned.values() if is_feel(text) for name in _names(unmarked(text))}


def _script(node: Element) -> set[str]:
    return _names(unmarked(node.extension("script", "expression")))


def _collected(node: Element) -> tuple[str, set[str]]:
    """Where a loop gathers its results, "" nowhere, and of what."""
    if node.loop is None or not node.loop.output_collection:
        return "", set()
    return node.loop.output_collection, _names(node.loop.output_element)


def _own(node: Element, names: set[str]) -> set[str]:
    """The names as the scope around the element knows them: its inputs and its loop's element stand for others."""
    local: Mapping[str, set[str]] = {mapping.target: _mapped(mapping) for mapping in node.inputs}
    if node.loop is not None and node.loop.element:
        local = {node.loop.element: _names(node.loop.collection), **local}
    around: set[str] = set()
    for name in names:
        around |= local.get(name, {name})
    return around


def _mapped(mapping: IoMapping) -> set[str]:
    return _names(mapping.source) if mapping.is_feel else set()


def _names(source: str | None) -> set[str]:
    """The variables an expression reads; one that is wrong is reported elsewhere."""
    with suppress(RestockError, ValueError):
        return set(feel.compile(source).names) if source else set()
    return set()
