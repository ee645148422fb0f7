"""Whose task it is says the diagram, a decision or a service; never what somebody typed.

Who can type the role or the login that a task goes to can give themselves the approval. The values of free text
fields are followed through mappings, scripts and loops of the process; a choice among offered options is none, nor is
what a decision or a service gives back. A text field that is meant to say where the work goes is marked by the
property `routing` = `true` in its form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from engine import feel
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

_PEOPLE = ("assignee", "candidateGroups", "candidateUsers")

#: Variable -> the variables it is made of.
Sources = dict[str, set[str]]


def check(subject: Subject) -> None:
    """Report tasks whose people are taken from typed text; nothing without a library."""
    library = subject.library
    if library is None:
        return
    for process in subject.definitions.processes:
        asked = [(node, names) for node in _nodes(process) if (names := _people(node))]
        typed = _typed(process, library) if asked else set()
        for node, names in asked:
            for name in sorted(names):
                if _own(node, {name}) & typed:
                    subject.at(TYPED, node, name=node.name or node.id, variable=name)


def _nodes(process: Process) -> Iterator[Element]:
    yield from process.content.walk()


def _people(node: Element) -> set[str]:
    """The variables that say whose task it is."""
    if node.kind != "userTask":
        return set()
    texts = [node.extension("assignmentDefinition", who) or "" for who in _PEOPLE]
    return {name for text in texts if is_feel(text) for name in _names(unmarked(text))}


def _typed(process: Process, library: Library) -> set[str]:
    """Every variable of the process in which typed text may stand."""
    found: set[str] = set()
    made: Sources = {}
    for node in _nodes(process):
        own = library.typed(node.extension("formDefinition", "formId") or "")
        found |= _given(node, set(own), made)
    grown = True
    while grown:
        more = {name for name, sources in made.items() if sources & found} - found
        found |= more
        grown = bool(more)
    return found


def _given(node: Element, asked: set[str], made: Sources) -> set[str]:
    """What typed text the element leaves at once; what it makes of other variables is put into `made`."""
    found = set() if node.outputs else set(asked)
    for mapping in node.outputs:
        names = _mapped(mapping)
        if names & asked:
            found.add(mapping.target)
        made.setdefault(mapping.target, set()).update(_own(node, names - asked))
    result = node.extension("script", "resultVariable")
    if result:
        names = _names(unmarked(node.extension("script", "expression")))
        made.setdefault(result, set()).update(_own(node, names))
    if node.loop is not None and node.loop.output_collection:
        names = _names(node.loop.output_element)
        if names & asked:
            found.add(node.loop.output_collection)
        made.setdefault(node.loop.output_collection, set()).update(_own(node, names - asked))
    return found


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
