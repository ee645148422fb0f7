"""The person a command is about, and whether the actor may have it done to them."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from engine import access
from engine.access import Actor
from engine.errors import Message, NotFound
from engine.model.instances import SYSTEM
from engine.model.metadata import AnyRow
from engine.model.people import user
from engine.model.work import Work

_ONE = select(user.c.id, user.c.login).where(user.c.login == bindparam("login"))


def find(work: Work, login: str) -> AnyRow | None:
    """Number and login of a person; None when nobody has this login."""
    return work.connection.execute(_ONE, {"login": login}).one_or_none()


def about(work: Work, login: str, actor: Actor, *, own: bool = False) -> AnyRow:
    """The person, for a step of the system's history; `own`: people may have it done to themselves.

    Raises Forbidden for others than administrators, NotFound.
    """
    if not (own and actor.login == login):
        access.require(actor, "admin")
    work.lock(SYSTEM)
    found = find(work, login)
    if found is None:
        raise NotFound(Message(zh=f"没有登录名为“{login}”的人。", en=f'Nobody has the login "{login}".'))
    return found
