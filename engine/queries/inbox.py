"""The inbox: open tasks of a person or their groups, in pages, in one statement each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, literal, literal_column, or_, select, union_all

from engine import access
from engine.access import Actor, Claimed
from engine.clock import COMPANY_ZONE
from engine.model.database import Database
from engine.model.definitions import definition
from engine.model.instances import instance, pool_member, task
from engine.model.metadata import microseconds
from engine.queries.finding import contains

Scope = Literal["mine", "group", "ours", "all"]

#: The most rows a page may have.
LARGEST = 200

#: Spelt out, not bound: only so do the databases see that the indexes of open tasks suffice.
_OPEN = task.c.status == literal_column("'open'")
_NUMBER = (task.c.instance_id, task.c.n)
_INSTANCE = (instance, instance.c.id == task.c.instance_id)
_DEFINITION = (definition, definition.c.id == instance.c.definition_id)
_SORTS: dict[str, tuple[Any, ...]] = {
    "due": (task.c.rank, *_NUMBER),
    "-due": (task.c.rank.desc(), *_NUMBER),
    "opened": (task.c.opened_at, *_NUMBER),
    "-opened": (task.c.opened_at.desc(), *_NUMBER),
    "priority": (task.c.priority.desc(), task.c.rank, *_NUMBER),
    "name": (task.c.name, task.c.rank, *_NUMBER),
    "process": (definition.c.name, task.c.rank, *_NUMBER),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One open task in a list."""

    task_id: str
    instance_id: int
    n: int
    name: str
    element: str
    process: str
    process_name: str
    version: int
    definition_id: int
    subject: str
    business_key: str
    assignee: str | None
    roles: tuple[str, ...]
    due: datetime | None
    follow_up: datetime | None
    priority: int
    opened_at: datetime
    claimable: bool
    signature: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and how many rows there are in all."""

    rows: list[Row]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits: in the person's hands, for their groups, overdue of both, due later today of both."""

    mine: int
    group: int
    overdue: int
    today: int


def page(
    db: Database,
    actor: Actor,
    *,
    scope: Scope = "mine",
    process: str | None = None,
    role: str | None = None,
    text: str = "",
    instance_id: int | None = None,
    sort: str = "due",
    page: int = 1,
    size: int = 50,
    total: int | None = None,
) -> Page:
    """Open tasks: in the actor's hands ("mine"), free for their groups ("group"), both ("ours"), all they may see.

    "all" has the tasks colleagues of the same role have taken, and for operators those of everybody. A known `total`
    (from `counts`, without filters) spares counting.
    `text` is looked for literally in the task's name, the instance's subject and business key. An unknown `sort` is
    the order of due dates.
    """
    size, page = max(1, min(size, LARGEST)), max(1, page)
    conditions = _filters(process, role, text, instance_id)
    source = _joined() if process or text.strip() or sort == "process" else task
    order = _SORTS.get(sort, _SORTS["due"])
    parts = [
        select(*_NUMBER).select_from(source).where(part, *conditions).order_by(*order).limit(page * size)
        for part in _visible(actor, scope)
    ]
    counted = _counted(_visible(actor, scope), source, conditions)
    # The page is chosen first, from indexes alone where that goes, and only its rows are read.
    chosen = parts[0].subquery() if len(parts) == 1 else union_all(*(select(p.subquery()) for p in parts)).subquery()
    query = _rows(chosen).order_by(*order).limit(size).offset((page - 1) * size)
    with db.read() as connection:
        rows = connection.execute(query.add_columns(counted if total is None else literal(total))).all()
        if not rows and page > 1 and total is None:
            total = connection.execute(select(counted)).scalar_one()
    known = total if total is not None else rows[0][-1] if rows else 0
    return Page([_row(row, actor) for row in rows], known, page, size)


def counts(db: Database, actor: Actor) -> Counts:
    """How much waits for the actor, in one statement."""
    with db.read() as connection:
        now = db.now(connection)
        midnight = (now.astimezone(COMPANY_ZONE) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        moment, end = microseconds(now), microseconds(midnight)
        mine, group, ours = (_visible(actor, scope) for scope in ("mine", "group", "ours"))
        late, soon = [task.c.rank < moment], [task.c.rank >= moment, task.c.rank < end]
        parts = (_counted(mine, task, []), _counted(group, task, []), _counted(ours, task, late), _counted(ours, task, soon))
        row = connection.execute(select(*parts)).one()
    return Counts(*row)


def _visible(actor: Actor, scope: Scope) -> list[ColumnElement[bool]]:
    """What the actor may see, as conditions of which no task meets two: each can use an index of its own."""
    logins, members = sorted(actor.logins), sorted(actor.members)
    pools = task.c.pool.in_(select(pool_member.c.pool).where(pool_member.c.member.in_(members)))
    mine = and_(_OPEN, task.c.assignee.in_(logins))
    group = and_(_OPEN, task.c.assignee.is_(None), pools)
    if scope == "all":
        others = and_(_OPEN, task.c.assignee.not_in(logins), pools)
        return [_OPEN] if access.may(actor, "operate") else [mine, group, others]
    return {"mine": [mine], "group": [group], "ours": [mine, group]}[scope]


def _counted(parts: list[ColumnElement[bool]], source: Any, conditions: list[ColumnElement[bool]]) -> Any:
    """How many tasks meet one of the conditions."""
    numbers = [select(func.count()).select_from(source).where(p, *conditions).scalar_subquery() for p in parts]
    return sum(numbers[1:], start=numbers[0])


def _filters(process: str | None, role: str | None, text: str, instance_id: int | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if process:
        found.append(definition.c.key == process)
    if role:
        found.append(task.c.pool.in_(select(pool_member.c.pool).where(pool_member.c.member == role)))
    if instance_id is not None:
        found.append(task.c.instance_id == instance_id)
    if text.strip():
        columns = (task.c.name, instance.c.subject, instance.c.business_key)
        found.append(or_(*(contains(column, text) for column in columns)))
    return found


def _joined() -> Any:
    return task.join(*_INSTANCE).join(*_DEFINITION)


def _rows(chosen: Any) -> Select[Any]:
    columns = (
        task.c.instance_id, task.c.n, task.c.name, task.c.element, definition.c.key, definition.c.name,
        definition.c.version, task.c.definition_id, instance.c.subject, instance.c.business_key, task.c.assignee,
        task.c.pool, task.c.due, task.c.follow_up, task.c.priority, task.c.opened_at, task.c.details,
    )
    here = and_(task.c.instance_id == chosen.c.instance_id, task.c.n == chosen.c.n)
    return select(*columns).select_from(chosen.join(task, here).join(*_INSTANCE).join(*_DEFINITION))


def _row(row: Any, actor: Actor) -> Row:
    thing = Claimed(row.pool, row.assignee)
    return Row(
        f"{row[0]}-{row[1]}", row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9],
        assignee=row.assignee,
        roles=tuple(member for member in thing.members if not member.startswith("@")),
        due=row.due,
        follow_up=row.follow_up,
        priority=row.priority,
        opened_at=row.opened_at,
        claimable=row.assignee is None and access.may(actor, "claim task", thing),
        signature=bool(row.details and "signature" in json.loads(row.details)),
    )
