"""Who somebody is: the actor behind a cookie, a token or a login, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)

from engine.access import Actor
from engine.commands.proof import secret_hash
from engine.errors import NotFound
from engine.model.database import Database
from engine.model.people import (
    SHOWN_OF_HASH,
    membership,
    permission,
    role,
    session,
    substitution,
    token,
    user,
)
from engine.model.prepared import Prepared

#: A session's last use is written down at most so often; a token's, which ends nothing, less often.
RENEWED, USED = timedelta(minutes=1), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Person:
    """A person for lists."""

    login: str
    name: str
    email: str
    phone: str
    locale: str
    active: bool
    has_code: bool
    #: Whether they have chosen a password.
    has_password: bool
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token as lists show it: `key` names it and does not lead back to it."""

    key: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody does somebody else's tasks: in one role, or (None) in everything."""

    absent: str
    stand_in: str
    since: datetime
    until: datetime
    role: str | None


def by_session(db: Database, secret: str, *, request_id: str = "", address: str = "") -> Actor | None:
    """Who is logged in with this cookie; None when the login has ended, by idleness or by age."""
    settings = db.settings
    idle = timedelta(minutes=settings.session_idle_minutes if settings else 30)
    whole = timedelta(hours=settings.session_hours if settings else 12)
    key = secret_hash(secret)
    now = db.now()
    rows = db.ask(_BY_SESSION, {"key": key, "idle": now - idle, "whole": now - whole, "now": now})
    if not rows:
        return None
    if rows[0].seen < now - RENEWED:
        with db.write() as connection:
            connection.execute(update(session).where(session.c.id == key).values(seen_at=now))
    return _actor(rows, request_id, address)


def by_token(db: Database, secret: str, *, request_id: str = "", address: str = "") -> Actor | None:
    """Who acts with this bearer token; None when it is unknown, expired, or its owner may not come in."""
    key, now = secret_hash(secret), db.now()
    rows = db.ask(_BY_TOKEN, {"key": key, "now": now})
    if not rows:
        return None
    if rows[0].seen is None or rows[0].seen < now - USED:
        with db.write() as connection:
            connection.execute(update(token).where(token.c.hash == key).values(used_at=now))
    return _actor(rows, request_id, address)


def actor(db: Database, login: str) -> Actor:
    """The person with this login, for commands of the machine's operator and for tests. Raises NotFound."""
    rows = db.ask(_BY_LOGIN, {"key": login, "now": db.now()})
    if not rows:
        raise NotFound(login=login)
    return _actor(rows, "", "")


def all_users(db: Database) -> list[Person]:
    """Everybody, by login."""
    known = (user.c.login, user.c.name, user.c.email, user.c.phone, user.c.locale, user.c.active)
    columns = (*known, user.c.totp != "", user.c.password != "")
    with db.read() as connection:
        people = connection.execute(select(user.c.id, *columns).order_by(user.c.login)).all()
        held = connection.execute(
            select(membership.c.user_id, membership.c.role).order_by(membership.c.role)
        ).all()
    roles: dict[int, list[str]] = {}
    for row in held:
        roles.setdefault(row.user_id, []).append(row.role)
    return [Person(*(*p[1:], tuple(roles.get(p.id, ())))) for p in people]


def tokens(db: Database, login: str) -> list[Token]:
    """A person's tokens that are valid now, the newest first."""
    shown = func.substr(token.c.hash, 1, SHOWN_OF_HASH)
    columns = (shown, token.c.name, token.c.created_at, token.c.expires_at, token.c.used_at)
    with db.read() as connection:
        valid = or_(token.c.expires_at.is_(None), token.c.expires_at > db.now(connection))
        query = select(*columns).join(user, user.c.id == token.c.user_id).where(user.c.login == login, valid)
        return [Token(*row) for row in connection.execute(query.order_by(token.c.created_at.desc()))]


def absences(db: Database, login: str) -> list[Absence]:
    """Who stands in for this person, and for whom this person stands in, now or later; the next to begin first."""
    absent, stand_in = user.alias("absent"), user.alias("stand_in")
    columns = (substitution.c.since, substitution.c.until, substitution.c.role)
    query = (
        select(absent.c.login, stand_in.c.login, *columns)
        .join(absent, absent.c.id == substitution.c.absent_id)
        .join(stand_in, stand_in.c.id == substitution.c.substitute_id)
        .where(or_(absent.c.login == login, stand_in.c.login == login))
        .order_by(substitution.c.since, substitution.c.id)
    )
    with db.read() as connection:
        later = substitution.c.until > db.now(connection)
        return [Absence(*row) for row in connection.execute(query.where(later))]


def all_roles(db: Database) -> list[tuple[str, str, str]]:
    """Every role: key, Chinese and English name."""
    with db.read() as connection:
        return [(r.key, r.zh, r.en) for r in connection.execute(select(role).order_by(role.c.key))]


def _rows_of(source: Any, condition: ColumnElement[bool]) -> Prepared:
    """A row for each role, each permission and each role lent by somebody absent, of the person `condition` finds."""
    start = user if source is None else source.join(user, user.c.id == source.c.user_id)
    person = (user.c.id, user.c.login, user.c.name, user.c.locale, (user.c.totp != "").label("has_code"))
    seen = {session: session.c.seen_at, token: token.c.used_at}.get(source, null())
    who = (*person, seen.label("seen"))
    comes_in = and_(condition, user.c.active)
    mine = membership.c.user_id == user.c.id
    roles = select(*who, literal("role").label("what"), membership.c.role.label("value"), null().label("of"))
    rights = select(*who, literal("may"), permission.c.name, null())
    absent, absent_role = user.alias("absent"), membership.alias("absent_role")
    how = case((substitution.c.role.is_(None), "whole"), else_="lent")
    lent = select(*who, how, absent_role.c.role, absent.c.login)
    now = and_(substitution.c.since <= bindparam("now"), substitution.c.until > bindparam("now"))
    in_this = or_(substitution.c.role.is_(None), substitution.c.role == absent_role.c.role)
    rows = union_all(
        roles.select_from(start.outerjoin(membership, mine)).where(comes_in),
        rights.select_from(
            start.join(membership, mine).join(permission, permission.c.role == membership.c.role)
        ).where(comes_in),
        lent.select_from(
            start.join(substitution, and_(substitution.c.substitute_id == user.c.id, now))
            .join(absent, absent.c.id == substitution.c.absent_id)
            .outerjoin(absent_role, and_(absent_role.c.user_id == absent.c.id, in_this))
        ).where(comes_in),
    )
    return Prepared(rows)


def _actor(rows: Sequence[Any], request_id: str, address: str) -> Actor:
    return replace(_person(*(tuple(row) for row in rows)), request_id=request_id, address=address)


@lru_cache(maxsize=1024)
def _person(*rows: tuple[Any, ...]) -> Actor:
    """Who the rows tell of: nothing else goes into it, so that no change of a right is ever missed."""
    user_id, login, name, locale, has_code, *_ = rows[0]
    held: dict[str, set[str]] = {"role": set(), "may": set()}
    lent: dict[str, set[str]] = {}
    for *_, what, value, absent in rows:
        told = lent.setdefault(absent, set()) if absent else held[what]
        told |= {value, f"@{absent}" if what == "whole" else None} - {None}
    return Actor(
        user_id=user_id,
        login=login,
        name=name,
        roles=frozenset(held["role"]),
        is_admin="admin" in held["may"],
        permissions=frozenset(held["may"]),
        lent={absent: frozenset(roles) for absent, roles in lent.items()},
        locale=locale,
        has_code=bool(has_code),
    )


_BY_SESSION = _rows_of(
    session,
    and_(
        session.c.id == bindparam("key"),
        session.c.seen_at > bindparam("idle"),
        session.c.created_at > bindparam("whole"),
    ),
)
_BY_TOKEN = _rows_of(
    token,
    and_(
        token.c.hash == bindparam("key"),
        or_(token.c.expires_at.is_(None), token.c.expires_at > bindparam("now")),
    ),
)
_BY_LOGIN = _rows_of(None, user.c.login == bindparam("key"))

__all__ = ["Person", "Token", "actor", "all_roles", "all_users", "by_session", "by_token", "tokens"]
