"""A rule, and the file it is applied to."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from lxml import etree

from engine.bpmn.model import Definitions, Element, Flow, Process, Scope
from engine.bpmn.names import line
from engine.errors import Finding, Findings, Message


class Library(Protocol):
    """What a diagram may refer to: everything deployed, and what is being deployed with it."""

    @property
    def forms(self) -> Container[str]:
        """Ids of forms."""
        ...

    def typed(self, form: str) -> Collection[str]:
        """Variables into which people type any text by this form."""
        ...

    @property
    def decisions(self) -> Container[str]:
        """Ids of decisions."""
        ...

    @property
    def processes(self) -> Container[str]:
        """Ids of processes that can be called."""
        ...

    def process(self, key: str) -> Process | None:
        """The newest version of a process; None for one that is not there."""
        ...

    @property
    def job_types(self) -> Container[str]:
        """Job types that have a service."""
        ...

    @property
    def roles(self) -> Collection[str]:
        """Keys of the roles that people can have; none where nobody knows them."""
        ...


@dataclass(frozen=True, slots=True)
class Rule:
    """What may be wrong and what to do about it; `{…}` in the texts are the facts of a finding."""

    code: str
    severity: Literal["error", "warning"]
    message: Message
    remedy: Message


#: Every rule by its code; the reference page lists them all.
RULES: dict[str, Rule] = {}


def refuses(code: str, zh: str, en: str, mend_zh: str, mend_en: str) -> Rule:
    """A rule that refuses the file."""
    return _register(Rule(code, "error", Message(zh, en), Message(mend_zh, mend_en)))


def warns(code: str, zh: str, en: str, mend_zh: str, mend_en: str) -> Rule:
    """A rule that only warns."""
    return _register(Rule(code, "warning", Message(zh, en), Message(mend_zh, mend_en)))


def _register(rule: Rule) -> Rule:
    if rule.code in RULES:
        raise AssertionError(rule.code)
    RULES[rule.code] = rule
    return rule


@dataclass(frozen=True, slots=True)
class Place:
    """A scope with where it stands: its process, and the sub-process it is the content of, if any."""

    process: Process
    scope: Scope
    host: Element | None

    @property
    def event_subprocess(self) -> bool:
        """Whether it is the content of an event sub-process."""
        return self.host is not None and self.host.event_subprocess

    def source(self, flow: Flow) -> Element | None:
        """The element a flow leaves, None when it is not in this scope."""
        return self.scope.elements.get(flow.source)

    def target(self, flow: Flow) -> Element | None:
        """The element a flow leads to, None when it is not in this scope."""
        return self.scope.elements.get(flow.target)


@dataclass(slots=True)
class Subject:
    """A file under the lint, as XML and as read."""

    root: etree._Element
    definitions: Definitions
    library: Library | None
    findings: Findings
    places: list[Place] = field(init=False)

    def __post_init__(self) -> None:
        self.places = [place for p in self.definitions.processes for place in _places(p, p.content, None)]

    def elements(self) -> Iterator[tuple[Place, Element]]:
        """Every flow node with its place."""
        for place in self.places:
            for element in place.scope.elements.values():
                yield place, element

    def report(self, rule: Rule, element: str, at: int, **facts: object) -> None:
        """Add a finding."""
        self.findings.items.append(finding(rule, self.findings.file, element, at, **facts))

    def at(self, rule: Rule, element: Element | Flow | Process, **facts: object) -> None:
        """Add a finding about an element as read."""
        self.report(rule, element.id, element.line, **facts)

    def about(self, rule: Rule, element: etree._Element, **facts: object) -> None:
        """Add a finding about an XML element: it is named by the nearest id around it."""
        owner: etree._Element | None = element
        while owner is not None and not owner.get("id"):
            owner = owner.getparent()
        identity = str(owner.get("id")) if owner is not None else ""
        self.report(rule, identity, line(element), **facts)


def finding(rule: Rule, file: str, element: str, at: int, **facts: object) -> Finding:
    """What `rule` says, the facts filled in."""
    shown = {name: _short(fact) for name, fact in facts.items()}
    message, remedy = _filled(rule.message, shown), _filled(rule.remedy, shown)
    return Finding(file, element, at, rule.severity, rule.code, message, remedy)


def _places(process: Process, scope: Scope, host: Element | None) -> Iterator[Place]:
    yield Place(process, scope, host)
    for element in scope.elements.values():
        if element.inner is not None:
            yield from _places(process, element.inner, element)


def _short(fact: object) -> str:
    text = str(fact)
    return text if len(text) <= 120 else f"{text[:117]}…"


def _filled(message: Message, facts: dict[str, str]) -> Message:
    return Message(message.zh.format(**facts).strip(), message.en.format(**facts).strip())
