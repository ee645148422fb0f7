"""The shapes of what comes in and goes out: checked on the way in, and the source of the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from engine.errors import FieldsRefused, Message

#: Values of an instance as plain JSON: decimals are numbers, dates and durations ISO 8601 texts.
Values = dict[str, Any]
Key = Annotated[str, Field(min_length=1, max_length=100)]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Shape(BaseModel):
    """A JSON object with exactly these names."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class StartInstance(Shape):
    """Which process to start, with what."""

    definition: Key = Field(
        description="Key of the process, e.g. customer_replenishment; its newest version starts."
    )
    variables: Values = Field(default_factory=dict, description="Values of the start form.")
    business_key: str = Field(default="", max_length=200, description="The order's or customer's own number.")


class CompleteTask(Shape):
    """The answers to a task's form."""

    values: Values = Field(default_factory=dict, description="The form's writable fields by key.")
    shown_hash: str = Field(
        default="",
        max_length=64,
        description="`shown_hash` of the task as it was looked at: 409 when it shows something else by now.",
    )


class Sign(Shape):
    """A signature, or its refusal, with the proof that it is given by the person themselves."""

    decision: Literal["sign", "refuse"]
    password: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            description="Of the person the token belongs to. A wrong one, or a wrong code, is 422 at `password`.",
        ),
    ]
    code: str = Field(default="", max_length=20, description="One-time code, for people who have one.")
    comment: str = Field(default="", max_length=2000, description="Needed for a refusal.")
    shown_hash: str = Field(
        default="",
        max_length=64,
        description="`shown_hash` of the task as it was looked at: 409 when it shows something else by now.",
    )
    values: Values = Field(default_factory=dict)


class PublishMessage(Shape):
    """A message to the instance that waits for it."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    correlation_key: str = Field(default="", max_length=200)
    values: Values = Field(default_factory=dict)


class Retry(Shape):
    """The failed task to try again, and values to correct first."""

    task: Annotated[int, Field(ge=1, le=2**31 - 1)]
    values: Values = Field(default_factory=dict)


class Cancel(Shape):
    """Why an instance is ended before its time."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class Published(Shape):
    """How many waiting instances the message went to; with 0 it is kept for the one that will wait for it."""

    delivered: int


class Moved(Shape):
    """What became of an instance: its status, and the open tasks the caller may do next."""

    instance: int
    status: str
    tasks: list[str]


class Started(Shape):
    """The new instance, its status, and the open tasks the caller may do next."""

    id: int
    status: str
    tasks: list[str]


class Task(Shape):
    """An open task."""

    id: str
    instance: int
    definition: str
    element: str
    name: str
    subject: str
    business_key: str
    assignee: str | None
    roles: list[str]
    priority: int
    created_at: Moment
    due_at: Moment | None
    signature: bool


class TaskPage(Shape):
    """One page of open tasks."""

    items: list[Task]
    page: int
    total: int


class Form(Shape):
    """The version of a form that a task shows; `schema` is form-js JSON."""

    key: str
    version: int
    schema_: dict[str, Any] = Field(alias="schema")


class TaskDetail(Shape):
    """A task with its form and the values it is filled with; `shown_hash` names exactly what was shown."""

    id: str
    instance: int
    definition: str
    version: int
    element: str
    name: str
    business_key: str
    status: str
    assignee: str | None
    roles: list[str]
    priority: int
    created_at: Moment
    due_at: Moment | None
    form: Form | None
    values: Values
    shown_hash: str


class Instance(Shape):
    """A running or finished instance."""

    id: int
    definition: str
    version: int
    name: str
    subject: str
    business_key: str
    status: str
    started_at: Moment
    ended_at: Moment | None


class InstancePage(Shape):
    """One page of instances."""

    items: list[Instance]
    page: int
    total: int


class Place(Shape):
    """Where an instance stands."""

    element: str
    scope: str


class Incident(Shape):
    """What keeps an instance from going on until somebody retries."""

    task: int
    element: str
    code: str
    message: str


class InstanceDetail(Instance):
    """An instance with its values and where it stands."""

    variables: Values
    standing: list[Place]
    incidents: list[Incident]


class Change(Shape):
    """One value before and after."""

    old: Any
    new: Any


class Entry(Shape):
    """One line of an instance's history; `hash` chains it to the line before."""

    seq: int
    at: Moment
    actor: str
    on_behalf_of: str | None
    verb: str
    element: str | None
    task: int | None
    changes: dict[str, Change]
    note: str
    hash: str


class History(Shape):
    """The history of an instance, first line first."""

    items: list[Entry]


class Definition(Shape):
    """One version of one process."""

    key: str
    version: int
    name: str
    hash: str
    state: str
    deployed_at: Moment
    deployed_by: str


class Definitions(Shape):
    """The newest version of every process, or all versions of one."""

    items: list[Definition]


class FindingShape(Shape):
    """What the check found in a file."""

    file: str
    element: str
    line: int
    severity: Literal["error", "warning"]
    code: str
    message: str
    remedy: str


class DeployedFile(Shape):
    """Key and version of a process, form, decision or slip; `changed` is false where the file was known already."""

    kind: str
    key: str
    version: int
    changed: bool


class Deployed(Shape):
    """What a deployment brought about."""

    release: int
    definitions: list[DeployedFile]
    findings: list[FindingShape]


class FieldProblem(Shape):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """Why a request was not carried out (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []
    findings: list[FindingShape] = []
    facts: dict[str, Any] = Field(default={}, description="What happened meanwhile: who, when, which task.")


Known = TypeVar("Known", bound=Shape)


def check(shape: type[Known], value: dict[str, Any]) -> Known:
    """`value` as a `shape`; raises FieldsRefused naming every field that does not fit."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=True, include_input=False)
        raise FieldsRefused({_path(item): _message(item) for item in found}) from None


_CHINESE = {
    "missing": "缺少该字段。",
    "extra_forbidden": "没有这个字段。",
    "string_type": "应为文本。",
    "literal_error": "不是允许的取值。",
    "greater_than_equal": "数值过小。",
    "less_than_equal": "数值过大。",
    "dict_type": "应为对象。",
    "bool_type": "应为 true 或 false。",
    "int_type": "应为整数。",
    "string_too_short": "不能为空。",
    "string_too_long": "文本过长。",
}


def _path(item: ErrorDetails) -> str:
    return ".".join(str(part) for part in item["loc"])


def _message(item: ErrorDetails) -> Message:
    return Message(zh=_CHINESE.get(item["type"], "内容不符合要求。"), en=item["msg"] + ".")
