"""Small diagrams for tests, and a walker that drives them through the runtime, reloading the state at every step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from engine.bpmn import runtime
from engine.bpmn.executable import Executable, build
from engine.bpmn.moved import Complete, Deliver, Fire, JobDone, JobFailed, Moved, OpenTask, Retry, Thrown
from engine.bpmn.read import read
from engine.calendar import Calendar

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="defs" targetNamespace="urn:t" '
    'modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">'
)


def diagram(body: str, *, process: str = "p", outside: str = "") -> str:
    """A file with one process; elements are written without their prefix."""
    content = (
        body.replace("</", "\0")
        .replace("<", "<bpmn:")
        .replace("\0", "</bpmn:")
        .replace("bpmn:zeebe:", "zeebe:")
    )
    around = (
        outside.replace("</", "\0")
        .replace("<", "<bpmn:")
        .replace("\0", "</bpmn:")
        .replace("bpmn:zeebe:", "zeebe:")
    )
    return f'{_HEAD}{around}<bpmn:process id="{process}" isExecutable="true">{content}</bpmn:process></bpmn:definitions>'


def path(*names: str) -> str:
    """Flows from each to the next."""
    return "".join(flow(a, b) for a, b in pairwise(names))


def flow(source: str, target: str, condition: str | None = None) -> str:
    """One flow, its id being "source-target"."""
    inner = f"<conditionExpression>={condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def user(name: str, extra: str = "") -> str:
    """A user task of the group "clerks"."""
    assignment = '<zeebe:assignmentDefinition candidateGroups="clerks"/>'
    return f'<userTask id="{name}" name="{name}"><extensionElements><zeebe:userTask/>{assignment}</extensionElements>{extra}</userTask>'


def service(name: str, extra: str = "", kind: str = "work") -> str:
    """A service task."""
    return (
        f'<serviceTask id="{name}"><extensionElements><zeebe:taskDefinition type="{kind}"/>{extra}'
        "</extensionElements></serviceTask>"
    )


def script(name: str, expression: str, variable: str) -> str:
    """A script task."""
    return (
        f'<scriptTask id="{name}"><extensionElements><zeebe:script expression="={expression}" '
        f'resultVariable="{variable}"/></extensionElements></scriptTask>'
    )


@dataclass
class Shelf:
    """A library of what a test built."""

    executables: dict[int, Executable] = field(default_factory=dict)
    decisions: dict[str, Any] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)

    def add(self, xml: str) -> Executable:
        """Build the only process of a file."""
        definitions = read(xml)
        number = len(self.executables) + 1
        self.executables[number] = build(definitions, definitions.processes[0].id, number)
        return self.executables[number]

    def process(self, process_id: str, binding: str, release: int) -> Executable:
        return next(e for e in self.executables.values() if e.process.id == process_id)

    def decision(self, decision_id: str, binding: str, release: int) -> Any:
        return self.decisions[decision_id]

    def executable(self, definition_id: int) -> Executable:
        return self.executables[definition_id]


class Walk:
    """An instance as the outside world sees it: open tasks, jobs, timers, subscriptions, incidents."""

    def __init__(
        self, *files: str, variables: dict[str, Any] | None = None, decisions: dict[str, Any] | None = None
    ) -> None:
        self.shelf = Shelf(decisions=decisions or {})
        first = next(iter([self.shelf.add(f) for f in files]))
        self.now = NOON
        self.tasks: dict[int, OpenTask] = {}
        self.jobs: dict[int, Any] = {}
        self.waits: dict[int, Any] = {}
        self.incidents: dict[int, Any] = {}
        self.path: list[str] = []
        self.closed: list[tuple[int, str]] = []
        self.messages: list[Thrown] = []
        self.signals: list[str] = []
        self._take(
            runtime.start(
                self.shelf, first, variables=variables or {}, instance_id=1, release=1, now=self.now
            )
        )

    def _take(self, moved: Moved) -> None:
        self.last, self.state, self.status = moved, moved.state, moved.status
        for number in moved.dropped_jobs:
            self.jobs.pop(number, None)
        for number in moved.dropped_subscriptions:
            self.waits.pop(number, None)
        for closed in moved.closed:
            self.tasks.pop(closed.task, None)
            self.closed.append((closed.task, closed.outcome))
        for number in moved.resolved:
            del self.incidents[number]
        self.tasks |= {o.task: o for o in moved.opened}
        self.jobs |= {j.task: j for j in moved.jobs}
        self.waits |= {s.task: s for s in moved.subscriptions}
        self.incidents |= {i.task: i for i in moved.incidents}
        self.path += [mv.element for mv in moved.moves if mv.what == "completed"]
        self.messages += moved.messages
        self.signals += moved.signals

    def advance(self, trigger: Any) -> Walk:
        """One step by any trigger."""
        self._take(runtime.advance(self.shelf, self.state, trigger, instance_id=1, release=1, now=self.now))
        return self

    def number(self, element: str) -> int:
        """The number of the oldest open task or job at an element."""
        found = [n for n, t in {**self.jobs, **self.tasks}.items() if t.element == element]
        return min(found)

    def complete(self, element: str, **values: Any) -> Walk:
        """A person completes the user task."""
        return self.advance(Complete(self.number(element), values))

    def did(self, element: str, **values: Any) -> Walk:
        """A service's job is done."""
        number = self.number(element)
        del self.jobs[number]
        return self.advance(JobDone(number, values))

    def failed(self, element: str, code: str, **values: Any) -> Walk:
        """A service reports a business error."""
        number = self.number(element)
        del self.jobs[number]
        return self.advance(JobFailed(number, code, "", values))

    def fire(self, element: str) -> Walk:
        """The timer's time has come."""
        number = self.number(element)
        self.now = max(self.now, self.jobs.pop(number).due)
        return self.advance(Fire(number))

    def deliver(self, message: str, key: str = "", **values: Any) -> Walk:
        """A message or signal arrives at the oldest one waiting for it."""
        number = min(n for n, s in self.waits.items() if s.message == message and s.key == key)
        return self.advance(Deliver(number, values))

    def retry(self, element: str, **values: Any) -> Walk:
        """An operator lets an element in incident run again."""
        number = next(n for n, i in self.incidents.items() if i.element == element)
        return self.advance(Retry(number, values))

    def wait(self, **duration: float) -> Walk:
        """Let time pass without anything happening."""
        self.now += timedelta(**duration)
        return self

    @property
    def open(self) -> list[str]:
        """The elements of the open user tasks, in order of their numbers."""
        return [t.element for _, t in sorted(self.tasks.items())]

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the instance's own process."""
        return self.last.variables
