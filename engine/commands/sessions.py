"""Log in and out, by cookie or by token; what is kept of either is only its hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from engine import access
from engine.access import Actor
from engine.audit.record import Note, record
from engine.commands.passwords import WeakPassword, accepted_code, hashed, matches
from engine.errors import FieldsRefused, Message, NotFound, RestockError
from engine.model.database import Database
from engine.model.instances import SYSTEM
from engine.model.metadata import AnyRow
from engine.model.people import invitation, login_failure, session, token, user
from engine.model.work import working

#: So many failures within the window, of one login or from one address, and nobody gets in until it is over.
MOST_FAILURES = 10
WINDOW = timedelta(minutes=15)

_WHO = select(user.c.id, user.c.password, user.c.totp, user.c.totp_used, user.c.active).where(
    user.c.login == bindparam("login")
)


class LoginRefused(RestockError):
    """Login or password is wrong, or a one-time code is missing."""

    status = 401
    chinese = "登录名或密码不正确，或缺少动态验证码。"


class TooManyAttempts(RestockError):
    """Too many attempts: wait a quarter of an hour."""

    status = 429
    chinese = "尝试次数过多：请十五分钟后再试。"


def login(
    db: Database, login: str, password: str, *, code: str = "", address: str = "", agent: str = ""
) -> str:
    """Let a person in; the secret for the cookie, new at every login. The session table keeps its SHA-256.

    Raises LoginRefused, the same for an unknown person, and TooManyAttempts.
    """
    login = login.strip().lower()[:100]
    require_proof(db, login, password, code, address=address)
    with db.write() as connection:
        number = connection.execute(_WHO, {"login": login}).one().id
        connection.execute(delete(login_failure).where(login_failure.c.subject == f"login:{login}"))
        return _open(connection, number, db.now(connection), address, agent)


def change_password(
    db: Database, actor: Actor, old: str, new: str, *, address: str = "", agent: str = ""
) -> str:
    """Let a person change their password; all their logins end, and the secret of a new one is given.

    Raises FieldsRefused for `old` or `new`, TooManyAttempts.
    """
    try:
        kept = hashed(new, actor.login)
    except WeakPassword as error:
        raise FieldsRefused({"new": error.message}) from error
    with db.read() as connection:
        now = db.now(connection)
        _require_few(connection, _subjects(actor.login, address), now)
        row = connection.execute(_WHO, {"login": actor.login}).one_or_none()
    if not matches(row.password if row is not None else "", old):
        _fail(db, _subjects(actor.login, address))
        raise FieldsRefused({"old": Message(zh="原密码不正确。", en="The old password is wrong.")})
    with working(db) as work:
        work.lock(SYSTEM)
        work.connection.execute(update(user).where(user.c.login == actor.login).values(password=kept))
        work.connection.execute(delete(session).where(session.c.user_id == actor.user_id))
        record(work, actor, Note("user.password", more={"login": actor.login}))
        return _open(work.connection, actor.user_id, work.now, address, agent)


def one_time_link(db: Database, login: str, actor: Actor, *, hours: int = 24) -> str:
    """The secret of a link by which this person sets a password, once. Raises Forbidden, NotFound."""
    access.require(actor, "admin")
    secret = secrets.token_urlsafe(32)
    with working(db) as work:
        work.lock(SYSTEM)
        row = work.connection.execute(_WHO, {"login": login}).one_or_none()
        if row is None:
            raise NotFound
        end = work.now + timedelta(hours=hours)
        work.connection.execute(delete(invitation).where(invitation.c.user_id == row.id))
        work.connection.execute(insert(invitation).values(hash=_hash(secret), user_id=row.id, expires_at=end))
        record(work, actor, Note("user.link", more={"login": login}))
    return secret


def redeem(db: Database, secret: str, password: str) -> str:
    """Set the password by a one-time link; the login it was for. Raises NotFound for a used or old link, WeakPassword."""
    here = invitation.c.hash == _hash(secret)
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
        work.connection.execute(delete(session).where(session.c.user_id == row.id))
        record(work, Actor(row.id, row.login, row.name), Note("user.password", more={"login": row.login}))
    return str(row.login)


def require_proof(db: Database, login: str, password: str, code: str, *, address: str = "") -> None:
    """Raises LoginRefused unless password, and code where the person has one, are right; TooManyAttempts.

    The hash is computed outside every transaction: it takes a tenth of a second.
    """
    with db.read() as connection:
        now = db.now(connection)
        _require_few(connection, _subjects(login, address), now)
        row = connection.execute(_WHO, {"login": login}).one_or_none()
    right = matches(row.password if row is not None else "", password)
    step = _code_step(row, code, now)
    if not (right and row is not None and row.active and step is not None):
        _fail(db, _subjects(login, address))
        raise LoginRefused
    if step and not _use_code(db, row.id, step):
        raise LoginRefused


def logout(db: Database, secret: str) -> None:
    """End this login; an unknown one is none."""
    with db.write() as connection:
        connection.execute(delete(session).where(session.c.id == _hash(secret)))


def create_token(db: Database, login: str, name: str, actor: Actor, *, days: int | None = None) -> str:
    """A bearer token for scripts that acts as this person. Raises Forbidden for others' unless administrator."""
    if actor.login != login:
        access.require(actor, "admin")
    secret = "rst_" + secrets.token_urlsafe(32)
    with working(db) as work:
        work.lock(SYSTEM)
        row = work.connection.execute(_WHO, {"login": login}).one_or_none()
        if row is None:
            raise NotFound
        end = work.now + timedelta(days=days) if days is not None else None
        values = {
            "hash": _hash(secret),
            "user_id": row.id,
            "name": name,
            "created_at": work.now,
            "expires_at": end,
        }
        work.connection.execute(insert(token).values(values))
        record(work, actor, Note("token", more={"login": login, "name": name}))
    return secret


def revoke_tokens(db: Database, login: str, actor: Actor) -> int:
    """Make all tokens of a person worthless; how many there were."""
    if actor.login != login:
        access.require(actor, "admin")
    with working(db) as work:
        work.lock(SYSTEM)
        row = work.connection.execute(_WHO, {"login": login}).one_or_none()
        if row is None:
            raise NotFound
        count = work.connection.execute(delete(token).where(token.c.user_id == row.id)).rowcount
        record(work, actor, Note("token.revoke", more={"login": login}))
    return count


def _open(connection: Connection, number: int, now: datetime, address: str, agent: str) -> str:
    """A new login; its secret."""
    secret = secrets.token_urlsafe(32)
    row = {"id": _hash(secret), "user_id": number, "created_at": now, "seen_at": now}
    connection.execute(insert(session).values(**row, address=address[:60], agent=agent[:300]))
    return secret


def _subjects(login: str, address: str) -> list[str]:
    return [f"login:{login}"] + ([f"address:{address}"] if address else [])


def _require_few(connection: Connection, subjects: list[str], now: datetime) -> None:
    """The limiter: it counts failures, so that a right password costs nobody anything."""
    counted = (
        select(func.count())
        .where(login_failure.c.subject.in_(subjects), login_failure.c.at > now - WINDOW)
        .group_by(login_failure.c.subject)
    )
    if any(count >= MOST_FAILURES for count in connection.execute(counted).scalars()):
        raise TooManyAttempts(seconds=int(WINDOW.total_seconds()))


def _fail(db: Database, subjects: list[str]) -> None:
    with db.write() as connection:
        now = db.now(connection)
        connection.execute(delete(login_failure).where(login_failure.c.at < now - WINDOW))
        connection.execute(
            insert(login_failure), [{"subject": subject[:160], "at": now} for subject in subjects]
        )


def _code_step(row: AnyRow | None, code: str, now: datetime) -> int | None:
    """0 when the person needs no code, else what `accepted_code` says."""
    if row is None or not row.totp:
        return 0
    return accepted_code(row.totp, code, now, row.totp_used)


def _use_code(db: Database, number: int, step: int) -> bool:
    """Mark a code as used; False when another request was first with it."""
    with db.write() as connection:
        mine = update(user).where(user.c.id == number, user.c.totp_used < step).values(totp_used=step)
        return connection.execute(mine).rowcount == 1


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
