"""A task as its page shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from engine import access
from engine.access import Actor, Claimed
from engine.bpmn.runtime import Running
from engine.commands.library import Library, Resource
from engine.commands.reading import split
from engine.commands.seen import hash_of
from engine.errors import NotFound
from engine.feel.values import from_json
from engine.form import Form
from engine.model.database import Database
from engine.model.definitions import definition, release
from engine.model.instances import draft, instance, task
from engine.model.metadata import AnyRow
from engine.queries.exposure import Withheld, screened, withheld
from engine.queries.history import HistoryEntry, entries
from engine.queries.names import names
from engine.queries.signatures import Signature, of_instance

#: So many of the latest entries of the history stand beside a task.
LATEST = 200

_TASK = (
    select(
        task,
        instance.c.state,
        instance.c.release,
        instance.c.subject,
        instance.c.subject_en,
        instance.c.business_key,
        instance.c.signed,
        definition.c.key.label("process"),
        definition.c.name.label("process_name"),
        definition.c.version,
        instance.c.definition_id.label("root_id"),
        instance.c.version.label("instance_version"),
        select(func.coalesce(func.max(release.c.id), 0)).scalar_subquery().label("newest"),
    )
    .join(instance, instance.c.id == task.c.instance_id)
    .join(definition, definition.c.id == instance.c.definition_id)
    .where(task.c.instance_id == bindparam("i"), task.c.n == bindparam("n"))
)
_DRAFT = select(draft.c["values"]).where(
    draft.c.instance_id == bindparam("i"), draft.c.n == bindparam("n"), draft.c.login == bindparam("login")
)


@dataclass(frozen=True, slots=True)
class TaskView:
    """Everything a task's page needs. `context`: the variables the task sees, FEEL values; empty once it is closed.

    `process` and `definition_id` are those of the whole instance; `element_definition_id` is of the process the
    element stands in, which may be a called one. `withheld` are the variables of `context` that only the form may
    show: the actor does not see them elsewhere, and it has no field for them.
    """

    task_id: str
    instance_id: int
    n: int
    element: str
    name: str
    documentation: str
    process: str
    process_name: str
    version: int
    definition_id: int
    element_definition_id: int
    subject: str
    subject_en: str | None
    business_key: str
    status: str
    assignee: str | None
    assignee_name: str | None
    delegated_by: str | None
    roles: tuple[str, ...]
    due: datetime | None
    follow_up: datetime | None
    priority: int
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    closed_by_name: str | None
    may_complete: bool
    may_claim: bool
    may_release: bool
    may_delegate: bool
    needs_code: bool
    form: Form | None
    form_resource: Resource | None
    context: Mapping[str, Any]
    draft: Mapping[str, Any] | None
    signature: Mapping[str, str] | None
    properties: Mapping[str, str]
    shown_hash: str
    withheld: frozenset[str] = frozenset()
    history: list[HistoryEntry] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)


def view(db: Database, task_id: str, actor: Actor) -> TaskView:
    """The task with its form, data, latest history and signatures, in at most five statements.

    Raises NotFound when there is none that the actor may see.
    """
    number, n = split(task_id)
    with db.read() as connection:
        row, library = _find(db, connection, number, n, actor)
        data = _data(library, row, db)
        kept = connection.execute(_DRAFT, {"i": number, "n": n, "login": actor.login}).scalar_one_or_none()
        told = entries(db, connection, number, after=max(0, row.instance_version - LATEST))
        signed = of_instance(connection, number) if row.signed or _signature(row) else []
        people = names(db, connection, (row.assignee, row.closed_by))
        hidden = withheld(
            db, library, actor, definition_id=row.root_id, release=row.release, newest=row.newest
        )
        return _view(row, actor, library, data, kept, screened(told, hidden), signed, people, hidden)


def form(db: Database, task_id: str, actor: Actor) -> tuple[Form | None, Mapping[str, Any]]:
    """Form and data of an open task, in one statement, for reading what a browser sent. Raises NotFound."""
    number, n = split(task_id)
    with db.read() as connection:
        row, library = _find(db, connection, number, n, actor)
        return (library.form(row.form_id) if row.form_id else None), _data(library, row, db)


def _find(db: Database, connection: Connection, number: int, n: int, actor: Actor) -> tuple[AnyRow, Library]:
    row = connection.execute(_TASK, {"i": number, "n": n}).one_or_none()
    thing = Claimed(row.pool, row.assignee, row.delegated_by) if row is not None else None
    if row is None or not (access.may(actor, "see task", thing) or row.closed_by == actor.login):
        raise NotFound
    return row, Library(db, connection, row.newest)


def _data(library: Library, row: AnyRow, db: Database) -> dict[str, Any]:
    if row.status != "open":
        return {}
    running = Running(library, row.state, instance_id=row.instance_id, release=row.release, now=db.now())
    return running.seen(row.n)


def _signature(row: AnyRow) -> Mapping[str, str] | None:
    found: Mapping[str, str] | None = json.loads(row.details).get("signature") if row.details else None
    return found


def _view(
    row: AnyRow,
    actor: Actor,
    library: Library,
    data: dict[str, Any],
    kept: str | None,
    told: list[HistoryEntry],
    signed: list[Signature],
    people: dict[str, str],
    hidden: Mapping[str, Withheld],
) -> TaskView:
    is_open = row.status == "open"
    thing = Claimed(row.pool, row.assignee, row.delegated_by)
    mine = is_open and row.assignee == actor.login
    does = is_open and access.may(actor, "do task", thing)
    details = json.loads(row.details) if row.details else {}
    element = _element(library, row)
    form = library.form(row.form_id) if row.form_id else None
    return TaskView(
        task_id=f"{row.instance_id}-{row.n}",
        documentation=element.documentation if element is not None else "",
        definition_id=row.root_id,
        element_definition_id=row.definition_id,
        assignee_name=people.get(row.assignee or ""),
        closed_by_name=people.get(row.closed_by or ""),
        roles=tuple(m for m in thing.members if not m.startswith("@")),
        may_complete=does,
        may_claim=is_open and row.assignee is None and access.may(actor, "claim task", thing),
        may_release=mine and bool(row.pool or row.delegated_by),
        may_delegate=does and row.delegated_by is None,
        needs_code=actor.has_code,
        form=form,
        form_resource=library.resource(row.form_id) if row.form_id else None,
        context=data,
        draft=from_json(json.loads(kept)) if kept else None,
        signature=details.get("signature"),
        properties=element.properties if element is not None else {},
        shown_hash=hash_of(row.instance_id, row.n, row.form_id, row.definition_id, data) if is_open else "",
        history=told,
        signatures=signed,
        withheld=frozenset(hidden) - _shown(form),
        **{name: getattr(row, name) for name in _PLAIN},
    )


_PLAIN = [
    "instance_id",
    "n",
    "element",
    "name",
    "process",
    "process_name",
    "version",
    "subject",
    "subject_en",
    "business_key",
    "status",
    "assignee",
    "delegated_by",
    "due",
    "follow_up",
    "priority",
    "opened_at",
    "closed_at",
    "closed_by",
]


def _shown(form: Form | None) -> set[str]:
    """The variables for which the form has a field."""
    return {key.path.split(".", 1)[0] for key in form.keys()} if form else set()  # noqa: SIM118 -- a method


def _element(library: Library, row: AnyRow) -> Any:
    content = library.definition(row.definition_id).executable.process.content
    return next((e for e in content.walk() if e.id == row.element), None)
