"""What moves an instance and what a move brought about: plain data between the runtime and the commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.errors import Message, RestockError

Value = Any  #: a FEEL value: None, bool, int, Decimal, str, temporal, list or dict of them
Values = dict[str, Any]


class Exceeded(RestockError):
    """The step went beyond a limit of the engine and was undone."""

    status = 422
    chinese = "这一步超出了引擎的限制，已撤销。"


class Stale(RestockError):
    """The task is no longer open."""

    status = 409
    chinese = "该任务已不再开放。"


# --- triggers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Complete:
    """A person's answers to an open user task; `actor` is the login, for messages."""

    task: int
    values: Values
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class JobDone:
    """A service job's result."""

    task: int
    values: Values


@dataclass(frozen=True, slots=True)
class JobFailed:
    """A service job's business error: thrown as a BPMN error with `code` at its task."""

    task: int
    code: str
    message: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobGaveUp:
    """A service job that used up its attempts: its task becomes an incident and waits for `Retry`."""

    task: int
    message: Message


@dataclass(frozen=True, slots=True)
class Fire:
    """A timer that is due."""

    task: int


@dataclass(frozen=True, slots=True)
class Deliver:
    """A message for a waiting task, or a signal for every one waiting for it."""

    task: int
    values: Values


@dataclass(frozen=True, slots=True)
class Retry:
    """Run an element in incident again, with `values` set before on its branch (and on the branch it conflicts with)."""

    task: int
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetVariables:
    """Set variables on one open task's branch, or on every branch of the instance."""

    values: Values
    task: int | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the instance by a person's decision."""

    reason: str


Trigger = Complete | JobDone | JobFailed | JobGaveUp | Fire | Deliver | Retry | SetVariables | Cancel


# --- what came of it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that waits for a person."""

    task: int
    element: str
    name: str
    definition_id: int
    form: str | None
    form_binding: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due: datetime | None
    follow_up: datetime | None
    priority: int
    signature: Mapping[str, str] | None
    properties: Mapping[str, str]
    lane: str | None
    loop: int | None
    data: Values  #: all variables the task sees: for its form, its subject and what is shown beside it
    found: bool = False  #: whether FEEL said whose work it is, and not the diagram alone


@dataclass(frozen=True, slots=True)
class ClosedTask:
    """A user task that is no longer open."""

    task: int
    outcome: Literal["completed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Job:
    """Work for the job seam: a service task to do or a timer to watch."""

    task: int
    kind: Literal["service", "timer"]
    type: str
    due: datetime | None
    retries: int
    headers: Mapping[str, str]
    variables: Values
    element: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A task that waits for a message with this correlation key; `signal` when for a signal (then key is "")."""

    task: int
    message: str
    key: str
    signal: bool = False


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message to deliver after the step; `key` correlates."""

    name: str
    key: str
    values: Values


@dataclass(frozen=True, slots=True)
class Incident:
    """An element that could not go on; the instance waits for a person to mend it."""

    task: int
    element: str
    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class Move:
    """One event of a token, for history and the path on the diagram.

    `scope` is "" in the instance's own process, else the path of call activities and task numbers, "sign_slip#7".
    """

    element: str
    what: Literal["entered", "completed", "cancelled", "failed", "fired", "taken"]
    task: int
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was evaluated: which table, which rules, what came out."""

    element: str
    decision: str
    rules: tuple[str, ...]
    value: Value


@dataclass(slots=True)
class Moved:
    """Everything a step changed: the caller writes it in one transaction."""

    state: bytes
    status: Literal["running", "completed", "cancelled"]
    variables: Values
    subject: str = ""  #: one line that says what the instance is about, from the process's property "subject"
    subject_en: str = ""  #: the same in English, from "subject:en"; "" where the process has none
    opened: list[OpenTask] = field(default_factory=list)
    closed: list[ClosedTask] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    dropped_jobs: list[int] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    dropped_subscriptions: list[int] = field(default_factory=list)
    messages: list[Thrown] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    resolved: list[int] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    changes: dict[str, tuple[Value, Value]] = field(default_factory=dict)
    decided: list[Decided] = field(default_factory=list)
    terminated: bool = False  #: whether a terminate end event of the process itself ended the instance


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an instance waits for, read from its state alone; `state` is that state written again."""

    status: str
    tasks: list[OpenTask]
    jobs: list[Job]  #: as they were left behind; of a service job, its type "" where FEEL says it
    subscriptions: list[int]
    awaited: list[Subscription]  #: those of them whose name and key can be told from the state alone
    incidents: list[int]
    tokens: list[tuple[str, str]]  #: element and scope path of every token
    variables: Values
    state: bytes


class Failure(Exception):
    """An element could not go on: it becomes an incident, the rest of the step stands."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.message = Message(zh=zh, en=en)
