"""Log in and out; what is kept of a login is only its hash."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from engine.access import Actor
from engine.audit.record import Note, record
from engine.commands.passwords import WeakPassword, hashed
from engine.commands.proof import (
    LoginRefused,
    Place,
    TooManyAttempts,
    prove_again,
    require_proof,
    secret_hash,
)
from engine.commands.whom import about
from engine.errors import FieldsRefused, NotFound
from engine.model.database import Database
from engine.model.instances import SYSTEM
from engine.model.people import invitation, known_device, session, token, user
from engine.model.work import Work, working


def login(
    db: Database,
    login: str,
    password: str,
    *,
    code: str = "",
    address: str = "",
    agent: str = "",
    device: str = "",
) -> str:
    """Let a person in; the secret for the cookie, new at every login. The session table keeps its SHA-256.

    `device` is what the browser keeps since an earlier login. Raises LoginRefused, the same for an unknown person,
    and TooManyAttempts.
    """
    login = login.strip().lower()[:100]
    number = require_proof(db, login, password, code, Place(address, device))
    with db.write() as connection:
        return _open(connection, number, db.now(connection), address, agent)


def change_password(db: Database, actor: Actor, old: str, new: str, *, agent: str = "") -> str:
    """Let a person change their password; their logins and tokens end, and the secret of a new login is given.

    Raises FieldsRefused for `old` or `new`, TooManyAttempts.
    """
    try:
        kept = hashed(new, actor.login)
    except WeakPassword as error:
        raise FieldsRefused({"new": error.message}) from error
    prove_again(db, actor, "old", old, with_code=False)
    with working(db) as work:
        work.lock(SYSTEM)
        work.connection.execute(update(user).where(user.c.id == actor.user_id).values(password=kept))
        ended = end_everything(work, actor.user_id)
        record(work, actor, Note("user.password", more={"login": actor.login, **ended}))
        return _open(work.connection, actor.user_id, work.now, actor.address, agent)


def one_time_link(db: Database, login: str, actor: Actor, *, hours: int = 24) -> str:
    """The secret of a link by which this person sets a password, once. Raises Forbidden, NotFound."""
    secret = secrets.token_urlsafe(32)
    with working(db) as work:
        number = about(work, login, actor).id
        end = work.now + timedelta(hours=hours)
        work.connection.execute(delete(invitation).where(invitation.c.user_id == number))
        row = {"hash": secret_hash(secret), "user_id": number, "expires_at": end}
        work.connection.execute(insert(invitation).values(row))
        record(work, actor, Note("user.link", more={"login": login}))
    return secret


def redeem(db: Database, secret: str, password: str) -> str:
    """Set the password by a one-time link; the login it was for. Raises NotFound for a used or old link, WeakPassword."""
    here = invitation.c.hash == secret_hash(secret)
    query = select(user.c.id, user.c.login, user.c.name).join(invitation, invitation.c.user_id == user.c.id)
    with db.read() as connection:
        row = connection.execute(
            query.where(here, invitation.c.expires_at > db.now(connection))
        ).one_or_none()
    if row is None:
        raise NotFound
    kept = hashed(password, row.login)
    with working(db) as work:
        work.lock(SYSTEM)
        if work.connection.execute(delete(invitation).where(here)).rowcount != 1:
            raise NotFound
        work.connection.execute(update(user).where(user.c.id == row.id).values(password=kept))
        ended = end_everything(work, row.id)
        told = Note("user.password", more={"login": row.login, **ended})
        record(work, Actor(row.id, row.login, row.name), told)
    return str(row.login)


def logout(db: Database, secret: str) -> None:
    """End this login; an unknown one is none."""
    with db.write() as connection:
        connection.execute(delete(session).where(session.c.id == secret_hash(secret)))


def end_everything(work: Work, number: int) -> dict[str, list[str]]:
    """End what a person came in by: logins, tokens, known browsers. For the history: the names of the tokens."""
    names = sorted(work.connection.execute(select(token.c.name).where(token.c.user_id == number)).scalars())
    for table in (session, token, known_device):
        work.connection.execute(delete(table).where(table.c.user_id == number))
    return {"tokens": names} if names else {}


def replace_logins(work: Work, number: int, address: str, agent: str) -> str:
    """End a person's logins and open a new one; its secret."""
    work.connection.execute(delete(session).where(session.c.user_id == number))
    return _open(work.connection, number, work.now, address, agent)


def _open(connection: Connection, number: int, now: datetime, address: str, agent: str) -> str:
    """A new login; its secret."""
    secret = secrets.token_urlsafe(32)
    row = {"id": secret_hash(secret), "user_id": number, "created_at": now, "seen_at": now}
    connection.execute(insert(session).values(**row, address=address[:60], agent=agent[:300]))
    return secret


__all__ = [
    "LoginRefused",
    "TooManyAttempts",
    "change_password",
    "end_everything",
    "login",
    "logout",
    "one_time_link",
    "redeem",
    "replace_logins",
]
