"""An instance as its page shows it, its history, and lists of instances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from engine import access
from engine.access import Actor
from engine.audit.chain import breaks
from engine.bpmn import runtime
from engine.commands.library import Library
from engine.errors import NotFound
from engine.model.database import Database
from engine.model.definitions import definition, release
from engine.model.history import entry
from engine.model.instances import attachment, incident, instance, job, pool_member, task
from engine.model.metadata import AnyRow
from engine.model.stores import fine
from engine.queries.exposure import Withheld, screened, withheld
from engine.queries.finding import contains
from engine.queries.history import HistoryEntry, entries
from engine.queries.names import names
from engine.queries.signatures import Signature, of_instance

#: The most rows a page may have.
LARGEST = 200


@dataclass(frozen=True, slots=True)
class Token:
    """Where the instance stands: an element, and the path of called processes to it ("" in its own)."""

    element: str
    scope: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable today, and the step that gave it this value (None: a mapping inside the process).

    `value` is Withheld where the actor does not see it.
    """

    name: str
    value: Any
    by: str | None
    by_name: str | None
    at: datetime | None
    seq: int | None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task of the instance, open or done."""

    task_id: str
    n: int
    element: str
    name: str
    status: str
    assignee: str | None
    assignee_name: str | None
    roles: tuple[str, ...]
    due: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    closed_by_name: str | None


@dataclass(frozen=True, slots=True)
class JobRow:
    """A timer, service task or delivery that waits."""

    task: int
    kind: str
    type: str
    element: str
    due_at: datetime
    attempts: int
    max_attempts: int
    dead: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """What could not go on."""

    seq: int
    task: int
    element: str
    code: str
    zh: str
    en: str
    at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file somebody added."""

    id: str
    task: int
    field: str
    name: str
    type: str
    size: int
    hash: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InstanceView:
    """Everything an instance's page needs. `done` and `taken`: elements finished and flows taken in its own process."""

    id: int
    process: str
    process_name: str
    version: int
    definition_id: int
    release: int
    subject: str
    subject_en: str | None
    business_key: str
    status: str
    starter: str
    starter_name: str
    started_at: datetime
    ended_at: datetime | None
    moved_at: datetime
    entries: int
    head: str
    tokens: list[Token]
    done: list[str]
    taken: list[str]
    tasks: list[TaskRow]
    variables: list[Variable]
    history: list[HistoryEntry]
    signatures: list[Signature]
    documents: list[FileRow]
    incidents: list[IncidentRow]
    jobs: list[JobRow]


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the chain of an instance's history is whole, and how long it is."""

    entries: int
    whole: bool


@dataclass(frozen=True, slots=True)
class ListRow:
    """An instance in a list."""

    id: int
    process: str
    process_name: str
    version: int
    subject: str
    subject_en: str | None
    business_key: str
    status: str
    starter: str
    started_at: datetime
    ended_at: datetime | None
    moved_at: datetime
    incidents: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and how many rows there are in all."""

    rows: list[ListRow]
    total: int
    page: int
    size: int
    pages: int = field(default=1)


_COLUMNS = (
    instance.c.id,
    definition.c.key.label("process"),
    definition.c.name.label("process_name"),
    definition.c.version,
    instance.c.subject,
    instance.c.subject_en,
    instance.c.business_key,
    instance.c.status,
    instance.c.starter,
    instance.c.started_at,
    instance.c.ended_at,
    instance.c.moved_at,
    instance.c.incidents,
)
_RELEASE = (
    instance.c.definition_id,
    instance.c.release,
    select(func.coalesce(func.max(release.c.id), 0)).scalar_subquery().label("newest"),
)
_MORE = (*_RELEASE, instance.c.version.label("entries"), instance.c.head, instance.c.state)
_JOINED = instance.join(definition, definition.c.id == instance.c.definition_id)


def view(db: Database, instance_id: int, actor: Actor) -> InstanceView:
    """The instance with all that belongs to it. Raises NotFound when there is none that the actor may see."""
    with db.read() as connection:
        row = _find(connection, instance_id, actor, *_COLUMNS, *_MORE)
        library = Library(db, connection, row.newest)
        hidden = _hidden(db, library, row, actor)
        told = screened(entries(db, connection, instance_id), hidden)
        tasks = _rows(connection, task, instance_id, task.c.n)
        people = names(db, connection, _logins(row, tasks))
        waiting = runtime.look(library, row.state)
        plain = {name: getattr(row, name) for name in _PLAIN}
        return InstanceView(
            **plain,
            head=bytes(row.head).hex(),
            starter_name=people[row.starter],
            tokens=[Token(*token) for token in waiting.tokens],
            done=_elements(told, "completed"),
            taken=_elements(told, "taken"),
            tasks=[_task(t, people) for t in tasks],
            variables=_variables(waiting.variables, told, hidden),
            history=told,
            signatures=of_instance(connection, instance_id),
            documents=_as(FileRow, _rows(connection, attachment, instance_id, attachment.c.at)),
            incidents=_as(IncidentRow, _rows(connection, incident, instance_id, incident.c.seq)),
            jobs=_as(JobRow, _rows(connection, job, instance_id, job.c.due_at)),
        )


def history(db: Database, instance_id: int, actor: Actor, *, after: int = 0) -> list[HistoryEntry]:
    """The entries of an instance behind number `after`. Raises NotFound."""
    with db.read() as connection:
        row = _find(connection, instance_id, actor, *_RELEASE)
        hidden = _hidden(db, Library(db, connection, row.newest), row, actor)
        return screened(entries(db, connection, instance_id, after=after), hidden)


def require_visible(db: Database, instance_id: int, actor: Actor) -> None:
    """Raises NotFound unless there is such an instance and the actor may see it; one statement."""
    with db.read() as connection:
        _find(connection, instance_id, actor, instance.c.id)


def proof(db: Database, instance_id: int, actor: Actor | None = None) -> Proof:
    """Check the chain of one instance now. Raises NotFound when an actor is given that may not see it."""
    with db.read() as connection:
        if actor is not None:
            _find(connection, instance_id, actor, instance.c.id)
        query = select(instance.c.version, instance.c.head).where(instance.c.id == instance_id)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound
        chain = select(entry.c.instance_id, entry.c.seq, entry.c.body, entry.c.hash)
        rows = [
            tuple(r)
            for r in connection.execute(chain.where(entry.c.instance_id == instance_id).order_by(entry.c.seq))
        ]
    head = bytes(rows[-1][3]) if rows else bytes(32)
    whole = len(rows) == row.version and head == bytes(row.head) and not list(breaks(rows))
    return Proof(len(rows), whole)


def page(
    db: Database,
    actor: Actor,
    *,
    status: Literal["running", "completed", "cancelled"] | None = None,
    process: str | None = None,
    text: str = "",
    page: int = 1,
    size: int = 50,
) -> Page:
    """Instances the actor may see, the newest first."""
    size, page = max(1, min(size, LARGEST)), max(1, page)
    conditions = [visible(actor)]
    if status:
        conditions.append(instance.c.status == status)
    if process:
        conditions.append(definition.c.key == process)
    if text.strip():
        searched = (instance.c.subject, instance.c.subject_en, instance.c.business_key)
        conditions.append(or_(*(contains(column, text) for column in searched)))
    with db.read() as connection:
        total = connection.execute(select(func.count()).select_from(_JOINED).where(*conditions)).scalar_one()
        query = select(*_COLUMNS).select_from(_JOINED).where(*conditions).order_by(instance.c.id.desc())
        rows: Any = connection.execute(query.limit(size).offset((page - 1) * size)).all()
    return Page([ListRow(*row) for row in rows], total, page, size, max(1, -(-total // size)))


def visible(actor: Actor) -> ColumnElement[bool]:
    """Instances one started, has or had a task in, or whose tasks belong to one's roles; all for who watches over them.

    Who may see the ledger of fines sees what the fines are for.
    """
    if access.may(actor, "operate") or access.may(actor, "audit"):
        return true()
    logins = sorted(actor.logins)
    pools = select(pool_member.c.pool).where(pool_member.c.member.in_(sorted(actor.members)))
    concerned = or_(task.c.assignee.in_(logins), task.c.closed_by.in_(logins), task.c.pool.in_(pools))
    has_task = select(task.c.n).where(task.c.instance_id == instance.c.id, concerned).exists()
    found = or_(instance.c.starter.in_(logins), has_task)
    if access.may(actor, "see fines"):
        found = or_(found, instance.c.id.in_(select(fine.c.instance_id)))
    return found


def _find(connection: Connection, instance_id: int, actor: Actor, *columns: Any) -> AnyRow:
    query = select(*columns).select_from(_JOINED).where(and_(instance.c.id == instance_id, visible(actor)))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return row


def _hidden(db: Database, library: Library, row: AnyRow, actor: Actor) -> Mapping[str, Withheld]:
    return withheld(
        db, library, actor, definition_id=row.definition_id, release=row.release, newest=row.newest
    )


def _rows(connection: Connection, table: Any, instance_id: int, order: Any) -> list[AnyRow]:
    return list(connection.execute(select(table).where(table.c.instance_id == instance_id).order_by(order)))


def _as(kind: Any, rows: Iterable[AnyRow]) -> list[Any]:
    return [kind(**{name: getattr(row, name) for name in kind.__slots__}) for row in rows]


def _logins(row: AnyRow, tasks: Iterable[AnyRow]) -> set[str | None]:
    return {row.starter, *(login for t in tasks for login in (t.assignee, t.closed_by))}


def _elements(told: list[HistoryEntry], what: str) -> list[str]:
    found = (m.element for e in told for m in e.moves if m.what == what and not m.scope)
    return list(dict.fromkeys(found))


def _task(row: AnyRow, people: dict[str, str]) -> TaskRow:
    roles = tuple(m for m in row.pool.split(",") if m and not m.startswith("@"))
    return TaskRow(
        f"{row.instance_id}-{row.n}",
        row.n,
        row.element,
        row.name,
        row.status,
        row.assignee,
        people.get(row.assignee or ""),
        roles,
        row.due,
        row.opened_at,
        row.closed_at,
        row.closed_by,
        people.get(row.closed_by or ""),
    )


def _variables(
    values: dict[str, Any], told: list[HistoryEntry], hidden: Mapping[str, Withheld]
) -> list[Variable]:
    last: dict[str, HistoryEntry] = {name: e for e in told for name in e.changes}
    found = []
    for name in sorted(values):
        e = last.get(name)
        who = (e.by, e.by_name, e.at, e.seq) if e is not None else (None, None, None, None)
        found.append(Variable(name, hidden.get(name, values[name]), *who))
    return found


_PLAIN = [
    "id",
    "process",
    "process_name",
    "version",
    "definition_id",
    "release",
    "subject",
    "subject_en",
    "business_key",
    "status",
    "starter",
    "started_at",
    "ended_at",
    "moved_at",
    "entries",
]
