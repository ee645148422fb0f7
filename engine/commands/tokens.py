"""Bearer tokens for scripts: made, and taken back. What is kept of one is only its hash."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select

from engine.access import Actor
from engine.audit.record import Note, record
from engine.commands.proof import prove_again, secret_hash
from engine.commands.whom import about
from engine.errors import FieldsRefused, Message, NotFound
from engine.model.database import Database
from engine.model.instances import SYSTEM
from engine.model.people import SHOWN_OF_HASH, token
from engine.model.work import Work, working

#: For so many days somebody makes a token for themselves; one without an end is the administrator's to make.
DAYS = (7, 30, 90, 365)
#: The longest name.
LONGEST = 100


def own_token(db: Database, actor: Actor, name: str, days: int, *, password: str, code: str = "") -> str:
    """A token of one's own, for somebody who gives their password again, and a code where they have one.

    Raises FieldsRefused (name, days, password), TooManyAttempts.
    """
    name = " ".join(name.split())
    wrong = {}
    if not name or len(name) > LONGEST or not name.isprintable():
        wrong["name"] = Message(
            zh=f"请用 1 到 {LONGEST} 个字说明令牌的用途。",
            en=f"Say in 1 to {LONGEST} characters what it is for.",
        )
    if days not in DAYS:
        wrong["days"] = Message(zh="请选择有效期。", en="Choose how long it is valid.")
    if wrong:
        raise FieldsRefused(wrong)
    prove_again(db, actor, "password", password, code)
    return create_token(db, actor.login, name, actor, days=days)


def create_token(db: Database, login: str, name: str, actor: Actor, *, days: int | None = None) -> str:
    """A token that acts as this person. Raises Forbidden for others' unless administrator, NotFound."""
    secret = "rst_" + secrets.token_urlsafe(32)
    with working(db) as work:
        number = about(work, login, actor, own=True).id
        end = work.now + timedelta(days=days) if days is not None else None
        values = {
            "hash": secret_hash(secret),
            "user_id": number,
            "name": name,
            "created_at": work.now,
            "expires_at": end,
        }
        work.connection.execute(insert(token).values(values))
        record(work, actor, Note("token", more={"login": login, "name": name, "days": days}))
    return secret


def revoke_tokens(db: Database, login: str, actor: Actor, *, name: str | None = None) -> int:
    """Make all tokens of a person, or those of this name, worthless; how many there were.

    Raises Forbidden for others' unless administrator, NotFound for an unknown person.
    """
    with working(db) as work:
        number = about(work, login, actor, own=True).id
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
