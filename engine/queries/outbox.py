"""What was or is to be told to people: the outbox, newest first."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from engine import access
from engine.access import Actor
from engine.model.database import Database
from engine.model.instances import instance
from engine.model.papers import notification
from engine.model.people import role
from engine.queries.finding import holding
from engine.queries.instance import visible
from engine.queries.listing import Found, open_to


def find(db: Database, actor: Actor, *, text: str = "") -> Found:
    """What was told to this person's roles, and to anybody about an instance they may see; all for who watches.

    `seen` says whether the actor may open the instance of a notice.
    """
    told = notification.c
    conditions = [*_own(actor), *holding(text, told.subject_zh, told.text_zh, told.text_en, told.recipient)]
    query = select(notification, open_to(actor, told.instance_id).label("seen")).order_by(told.id.desc())
    return Found(db, query, notification, conditions)


def _own(actor: Actor) -> list[ColumnElement[bool]]:
    if access.may(actor, "operate") or access.may(actor, "audit"):
        return []
    # A notice to a role bears its name, as the letter does.
    mine = select(role.c.zh).where(role.c.key.in_(sorted(actor.members)))
    about = select(instance.c.id).where(visible(actor))
    return [or_(notification.c.recipient.in_(mine), notification.c.instance_id.in_(about))]
