"""What was or is to be told to people: the outbox, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from engine import access
from engine.access import Actor
from engine.model.database import Database
from engine.model.instances import instance
from engine.model.papers import notification
from engine.model.people import role
from engine.queries.finding import contains
from engine.queries.instance import visible
from engine.queries.listing import open_to

#: The most rows a page may have.
LARGEST = 200


@dataclass(frozen=True, slots=True)
class Notice:
    """One letter, text message or notice on this page; `seen` says whether the actor may open its instance."""

    id: int
    instance_id: int
    event: str
    recipient: str
    channel: str
    address: str
    subject_zh: str
    subject_en: str
    text_zh: str
    text_en: str
    documents: list[dict[str, Any]]
    state: str
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    error: str
    created_at: datetime
    seen: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the outbox, and how many there are in all."""

    rows: list[Notice]
    total: int
    page: int
    size: int
    pages: int


def page(
    db: Database, actor: Actor, *, text: str = "", state: str = "", page: int = 1, size: int = 50
) -> Page:
    """What was told to this person's roles, and to anybody about an instance they may see; all for who watches."""
    size, page = max(1, min(size, LARGEST)), max(1, page)
    conditions: list[ColumnElement[bool]] = []
    if not (access.may(actor, "operate") or access.may(actor, "audit")):
        # A notice to a role bears its name, as the letter does.
        mine = select(role.c.zh).where(role.c.key.in_(sorted(actor.members)))
        about = select(instance.c.id).where(visible(actor))
        conditions.append(or_(notification.c.recipient.in_(mine), notification.c.instance_id.in_(about)))
    if state:
        conditions.append(notification.c.state == state)
    if text.strip():
        searched = (
            notification.c.subject_zh,
            notification.c.text_zh,
            notification.c.text_en,
            notification.c.recipient,
        )
        conditions.append(or_(*(contains(column, text) for column in searched)))
    with db.read() as connection:
        total = connection.execute(
            select(func.count()).select_from(notification).where(*conditions)
        ).scalar_one()
        columns: list[Any] = [notification.c[name] for name in Notice.__slots__ if name != "seen"]
        columns.append(open_to(actor, notification.c.instance_id).label("seen"))
        query = select(*columns).where(*conditions).order_by(notification.c.id.desc())
        rows: Any = connection.execute(query.limit(size).offset((page - 1) * size)).all()
    return Page([Notice(*row) for row in rows], total, page, size, max(1, -(-total // size)))
