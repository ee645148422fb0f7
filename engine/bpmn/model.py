"""A diagram as read: plain frozen data, no behaviour of the engine and nothing of SpiffWorkflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class IoMapping:
    """One input or output of zeebe:ioMapping; `source` is FEEL without its leading "="  or a literal."""

    source: str
    target: str
    is_feel: bool


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance of an activity."""

    sequential: bool
    collection: str
    element: str | None
    output_collection: str | None
    output_element: str | None
    completion: str | None


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event waits for or throws.

    `kind`: none, timer, message, error, escalation, signal, terminate.
    `name`: the message's, signal's name; `code`: of error or escalation ("" catches every one);
    `key`: correlationKey (FEEL); `timer`: date, duration or cycle, `expression` its text as in the file
    (a leading "=" marks FEEL); `variable`s of error and escalation go by ioMapping.
    """

    kind: str
    name: str = ""
    code: str = ""
    key: str | None = None
    timer: str = ""
    expression: str = ""


#: Stock Zeebe wants a job type on every event that throws a message: with this one it stays the engine's own work.
PUBLISH = "messages.publish"


#: What an assignment may say.
ASSIGNED_BY = ("assignee", "candidateGroups", "candidateUsers")


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node, or a sub-process with its own content (`inner`).

    `kind` is the BPMN tag: startEvent, endEvent, intermediateCatchEvent, intermediateThrowEvent, boundaryEvent,
    userTask, manualTask, task, serviceTask, sendTask, receiveTask, scriptTask, businessRuleTask, callActivity,
    subProcess, exclusiveGateway, parallelGateway, inclusiveGateway, eventBasedGateway.
    `extensions`: zeebe extension elements by local name, each a list of attribute dicts (children under their own
    local names as lists), e.g. {"formDefinition": [{"formId": "x"}], "properties": [{"property": [{"name":…}]}]}.
    """

    id: str
    kind: str
    name: str
    line: int
    lane: str | None = None
    documentation: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str | None = None
    event: EventDefinition | None = None
    attached_to: str | None = None
    interrupting: bool = True
    event_subprocess: bool = False
    loop: Loop | None = None
    inputs: tuple[IoMapping, ...] = ()
    outputs: tuple[IoMapping, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, list[dict[str, object]]] = field(default_factory=dict)
    inner: Scope | None = None

    def extension(self, name: str, attribute: str, default: str | None = None) -> str | None:
        """Attribute of the first zeebe extension element called `name`, or `default`."""
        found = self.extensions.get(name)
        value = found[0].get(attribute) if found else None
        return value if isinstance(value, str) else default

    @property
    def assigned(self) -> dict[str, str]:
        """What the diagram says of whose task it is: assignee, candidateGroups and candidateUsers, "" where nothing."""
        return {name: self.extension("assignmentDefinition", name) or "" for name in ASSIGNED_BY}

    @property
    def is_job(self) -> bool:
        """Whether a service does it; a message thrown by an event the engine sends itself, whatever type it names."""
        own = self.kind.endswith("Event") and self.extension("taskDefinition", "type") == PUBLISH
        return "taskDefinition" in self.extensions and not own


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is FEEL without its leading "="."""

    id: str
    source: str
    target: str
    name: str
    line: int
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The content of a process or a sub-process."""

    id: str
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]

    def walk(self) -> Iterator[Element]:
        """Every element, sub-processes' content included."""
        for element in self.elements.values():
            yield element
            if element.inner is not None:
                yield from element.inner.walk()

    def boundaries(self, element_id: str) -> list[Element]:
        """The boundary events attached to an activity."""
        return [e for e in self.elements.values() if e.attached_to == element_id]

    def event_subprocesses(self) -> list[Element]:
        """The event sub-processes of this scope."""
        return [e for e in self.elements.values() if e.event_subprocess]


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane; its id is the role that works in it."""

    id: str
    name: str
    members: tuple[str, ...]


#: A process property that begins so says who sees the variable named behind it.
SEEN_BY = "seen_by:"


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process."""

    id: str
    name: str
    line: int
    content: Scope
    lanes: tuple[Lane, ...] = ()
    documentation: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    version_tag: str = ""
    executable: bool = True

    @property
    def none_start(self) -> Element | None:
        """The start event by which people and other processes start it; None without one."""
        for element in self.content.elements.values():
            if element.kind == "startEvent" and (element.event is None or element.event.kind == "none"):
                return element
        return None

    @property
    def seen_by(self) -> dict[str, frozenset[str]]:
        """Variables whose values only some roles see, by the properties `seen_by:NAME` = "finance,general_manager"."""
        return {
            key.removeprefix(SEEN_BY).strip(): frozenset(filter(None, map(str.strip, value.split(","))))
            for key, value in self.properties.items()
            if key.startswith(SEEN_BY)
        }


@dataclass(frozen=True, slots=True)
class Participant:
    """A pool; `process` is the id of the process drawn in it, None for a black box."""

    id: str
    name: str
    line: int
    process: str | None = None


@dataclass(frozen=True, slots=True)
class Definitions:
    """One file: its processes, and the text it was read from."""

    file: str
    processes: tuple[Process, ...]
    xml: bytes
    participants: tuple[Participant, ...] = ()
    platform: str = ""
    platform_version: str = ""
