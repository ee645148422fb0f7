"""The inbox: open tasks of a person or their groups, in pages, in one statement each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from engine import access
from engine.access import Actor, Claimed
from engine.clock import COMPANY_ZONE
from engine.model.database import Database
from engine.model.metadata import microseconds
from engine.queries.finding import like
from engine.queries.open_tasks import SORTS, Shape, count_of, counts_of, page_of, who

Scope = Literal["mine", "group", "ours", "all"]

#: The most rows a page may have.
LARGEST = 200


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
    subject_en: str | None
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

    "all" has the tasks colleagues of the same role have taken, and for operators and auditors those of everybody.
    A known `total` (from `counts`, without filters) spares counting.
    `text` is looked for literally in the task's name, the instance's subject and business key. An unknown `sort` is
    the order of due dates.
    """
    size, page = max(1, min(size, LARGEST)), max(1, page)
    given: dict[str, Any] = {"process": process, "role": role, "instance": instance_id, "text": text.strip()}
    asked = {name: value for name, value in given.items() if value not in (None, "")}
    watches = access.may(actor, "operate") or access.may(actor, "audit")
    whole = "every" if scope == "all" and watches else scope
    whose, order = who(actor), sort if sort in SORTS else "due"
    shape = Shape(whole, frozenset(asked), order, total is None, whose.logins, whose.members)
    values = {**asked, **whose.values, "size": size, "most": page * size, "skipped": (page - 1) * size}
    if "text" in asked:
        values["text"] = like(text)
    rows = db.ask(page_of(shape), values)
    if not rows and page > 1 and total is None:
        total = db.ask(count_of(shape), values)[0].total
    known = total if total is not None else rows[0].total if rows else 0
    return Page([_row(row, actor) for row in rows], known, page, size)


def counts(db: Database, actor: Actor) -> Counts:
    """How much waits for the actor, in one statement."""
    now, whose = db.now(), who(actor)
    midnight = (now.astimezone(COMPANY_ZONE) + timedelta(days=1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    moments = {"now": microseconds(now), "midnight": microseconds(midnight)}
    return Counts(*db.ask(counts_of(whose.logins, whose.members), {**whose.values, **moments})[0])


def _row(row: Any, actor: Actor) -> Row:
    thing = Claimed(row.pool, row.assignee)
    return Row(
        task_id=f"{row.instance_id}-{row.n}",
        roles=tuple(member for member in thing.members if not member.startswith("@")),
        claimable=row.assignee is None and access.may(actor, "claim task", thing),
        signature=bool(row.details and "signature" in json.loads(row.details)),
        **{name: getattr(row, name) for name in _PLAIN},
    )


_PLAIN = [name for name in Row.__slots__ if name not in ("task_id", "roles", "claimable", "signature")]
