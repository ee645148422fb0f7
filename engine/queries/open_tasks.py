"""The statements behind the inbox: built once for each shape of question, since building costs more than asking."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from engine.access import Actor
from engine.model.definitions import definition
from engine.model.instances import instance, pool_member, task
from engine.model.prepared import Prepared

#: Spelt out, not bound: only so do the databases see that the indexes of open tasks suffice.
_OPEN = task.c.status == literal_column("'open'")
_NUMBER = (task.c.instance_id, task.c.n)
_INSTANCE = (instance, instance.c.id == task.c.instance_id)
_DEFINITION = (definition, definition.c.id == instance.c.definition_id)

SORTS: dict[str, tuple[Any, ...]] = {
    "due": (task.c.rank, *_NUMBER),
    "-due": (task.c.rank.desc(), *_NUMBER),
    "opened": (task.c.opened_at, *_NUMBER),
    "-opened": (task.c.opened_at.desc(), *_NUMBER),
    "priority": (task.c.priority.desc(), task.c.rank, *_NUMBER),
    "name": (task.c.name, task.c.rank, *_NUMBER),
    "process": (definition.c.name, task.c.rank, *_NUMBER),
}

#: Parts of which no task meets two, so that each can use an index of its own.
_SCOPES = {
    "mine": ("mine",),
    "group": ("free",),
    "ours": ("mine", "free"),
    "all": ("mine", "free", "taken"),
    "every": ("every",),
}

_SEARCHED = (task.c.name, instance.c.subject, instance.c.subject_en, instance.c.business_key)
_FILTERS: dict[str, Callable[[], ColumnElement[bool]]] = {
    "process": lambda: definition.c.key == bindparam("process"),
    "role": lambda: task.c.pool.in_(
        select(pool_member.c.pool).where(pool_member.c.member == bindparam("role"))
    ),
    "instance": lambda: task.c.instance_id == bindparam("instance"),
    "text": lambda: or_(*(column.ilike(bindparam("text"), escape="/") for column in _SEARCHED)),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes one statement different from another; the values are bound."""

    scope: str
    filters: frozenset[str]
    sort: str = "due"
    counting: bool = True
    #: How many logins and members of pools are bound, as `who` gives them.
    logins: int = 1
    members: int = 1


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose tasks: the values to bind, and how many there are of each kind."""

    values: dict[str, str]
    logins: int
    members: int


def who(actor: Actor) -> Whose:
    """The values that say whose tasks; there are 1, 2, 4, 8 … of a kind, so that few statements serve everybody."""
    logins, members = _spread("login", actor.logins), _spread("member", actor.members)
    return Whose(logins | members, len(logins), len(members))


def _spread(name: str, texts: Iterable[str]) -> dict[str, str]:
    each = sorted(texts)
    each += each[-1:] * ((1 << (len(each) - 1).bit_length()) - len(each))
    return {f"{name}_{n}": text for n, text in enumerate(each)}


@lru_cache(maxsize=256)
def page_of(shape: Shape) -> Prepared:
    """A page of open tasks; `total` is how many there are, NULL when that is not asked."""
    source, order = _source(shape), SORTS[shape.sort]
    parts = [
        select(*_NUMBER)
        .select_from(source)
        .where(part, *_conditions(shape))
        .order_by(*order)
        .limit(bindparam("most"))
        for part in _parts(shape)
    ]
    # The page is chosen first, from indexes alone where that goes, and only its rows are read.
    chosen = (
        parts[0].subquery()
        if len(parts) == 1
        else union_all(*(select(p.subquery()) for p in parts)).subquery()
    )
    here = and_(task.c.instance_id == chosen.c.instance_id, task.c.n == chosen.c.n)
    total = _counted(shape) if shape.counting else null()
    rows = select(*_COLUMNS, total.label("total")).select_from(
        chosen.join(task, here).join(*_INSTANCE).join(*_DEFINITION)
    )
    return Prepared(rows.order_by(*order).limit(bindparam("size")).offset(bindparam("skipped")))


@lru_cache(maxsize=256)
def count_of(shape: Shape) -> Prepared:
    """How many open tasks there are."""
    return Prepared(select(_counted(shape).label("total")))


_COLUMNS = (
    task.c.instance_id,
    task.c.n,
    task.c.name,
    task.c.element,
    definition.c.key.label("process"),
    definition.c.name.label("process_name"),
    definition.c.version,
    task.c.definition_id,
    instance.c.subject,
    instance.c.subject_en,
    instance.c.business_key,
    task.c.assignee,
    task.c.pool,
    task.c.due,
    task.c.follow_up,
    task.c.priority,
    task.c.opened_at,
    task.c.details,
)


def _source(shape: Shape) -> Any:
    needs_join = shape.filters & {"process", "text"} or shape.sort == "process"
    return task.join(*_INSTANCE).join(*_DEFINITION) if needs_join else task


def _conditions(shape: Shape) -> list[ColumnElement[bool]]:
    return [_FILTERS[name]() for name in sorted(shape.filters)]


def _counted(shape: Shape, *more: ColumnElement[bool]) -> Any:
    conditions = (*_conditions(shape), *more)
    query = select(func.count()).select_from(_source(shape))
    numbers = [query.where(part, *conditions).scalar_subquery() for part in _parts(shape)]
    return sum(numbers[1:], start=numbers[0])


def _parts(shape: Shape) -> list[ColumnElement[bool]]:
    logins: list[BindParameter[Any]] = [bindparam(f"login_{n}") for n in range(shape.logins)]
    members: list[BindParameter[Any]] = [bindparam(f"member_{n}") for n in range(shape.members)]
    pools = task.c.pool.in_(select(pool_member.c.pool).where(pool_member.c.member.in_(members)))
    conditions = {
        "mine": and_(_OPEN, task.c.assignee.in_(logins)),
        "free": and_(_OPEN, task.c.assignee.is_(None), pools),
        "taken": and_(_OPEN, task.c.assignee.not_in(logins), pools),
        "every": _OPEN,
    }
    return [conditions[name] for name in _SCOPES[shape.scope]]


@lru_cache(maxsize=64)
def counts_of(logins: int, members: int) -> Prepared:
    """Mine, my groups', overdue of both, due later today of both; for so many logins and members as `who` gives."""
    now: BindParameter[Any] = bindparam("now")
    midnight: BindParameter[Any] = bindparam("midnight")
    mine, group, ours = (
        Shape(scope, frozenset(), logins=logins, members=members) for scope in ("mine", "group", "ours")
    )
    return Prepared(
        select(
            _counted(mine).label("mine"),
            _counted(group).label("group"),
            _counted(ours, task.c.rank < now).label("overdue"),
            _counted(ours, task.c.rank >= now, task.c.rank < midnight).label("today"),
        )
    )
