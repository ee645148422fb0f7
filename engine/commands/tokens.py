"""Bearer tokens for scripts: made, and taken back. What is kept of one is only its hash."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select

from engine import access
from engine.access import Actor
from engine.audit.record import Note, record
from engine.commands.proof import secret_hash
from engine.errors import NotFound
from engine.model.database import Database
from engine.model.instances import SYSTEM
from engine.model.people import SHOWN_OF_HASH, token, user
from engine.model.work import Work, working


def create_token(db: Database, login: str, name: str, actor: Actor, *, days: int | None = None) -> str:
    """A token that acts as this person. Raises Forbidden for others' unless administrator, NotFound."""
    secret = "rst_" + secrets.token_urlsafe(32)
    with working(db) as work:
        number = _begin(work, login, actor)
        end = work.now + timedelta(days=days) if days is not None else None
        values = {
            "hash": secret_hash(secret),
            "user_id": number,
            "name": name,
            "created_at": work.now,
            "expires_at": end,
        }
        work.connection.execute(insert(token).values(values))
        record(work, actor, Note("token", more={"login": login, "name": name}))
    return secret


def revoke_tokens(db: Database, login: str, actor: Actor, *, name: str | None = None) -> int:
    """Make all tokens of a person, or those of this name, worthless; how many there were.

    Raises Forbidden for others' unless administrator, NotFound for an unknown person.
    """
    with working(db) as work:
        number = _begin(work, login, actor)
        found = (
            token.c.user_id == number
            if name is None
            else (token.c.user_id == number) & (token.c.name == name)
        )
        return _take_back(work, login, actor, found)


def revoke_token(db: Database, key: str, actor: Actor) -> None:
    """Make one of one's own tokens worthless, by the key that lists show. Raises NotFound."""
    with working(db) as work:
        work.lock(SYSTEM)
        mine = (token.c.user_id == actor.user_id) & (func.substr(token.c.hash, 1, SHOWN_OF_HASH) == key)
        if not _take_back(work, actor.login, actor, mine):
            raise NotFound


def _take_back(work: Work, login: str, actor: Actor, which: ColumnElement[bool]) -> int:
    names = sorted(work.connection.execute(select(token.c.name).where(which)).scalars())
    if names:
        work.connection.execute(delete(token).where(which))
        record(work, actor, Note("token.revoke", more={"login": login, "names": names}))
    return len(names)


def _begin(work: Work, login: str, actor: Actor) -> int:
    if actor.login != login:
        access.require(actor, "admin")
    work.lock(SYSTEM)
    number = work.connection.execute(select(user.c.id).where(user.c.login == login)).scalar_one_or_none()
    if number is None:
        raise NotFound
    return int(number)
