"""People and their rights; every change stands in the system's history, no password ever does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from engine import access
from engine.access import Actor
from engine.audit.chain import stamp
from engine.audit.record import Note, record
from engine.commands.passwords import hashed
from engine.commands.sessions import end_everything
from engine.commands.whom import about, find
from engine.errors import Conflict, Message, NotFound, Refused
from engine.model.database import Database
from engine.model.instances import SYSTEM
from engine.model.people import membership, permission, role, substitution, user
from engine.model.work import Work, working

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
_ROLE = re.compile(r"[a-z][a-z0-9_-]{0,49}", re.ASCII)
_LOCALES = ("", "zh_CN", "en")
_HAS = select(membership.c.role).where(
    membership.c.user_id == bindparam("id"), membership.c.role == bindparam("role")
)


class LoginTaken(Conflict):
    """Somebody has this login already."""

    chinese = "该登录名已被使用。"


class WrongLogin(Refused):
    """A login consists of small letters, digits, dots, dashes and underscores."""

    chinese = "登录名只能由小写字母、数字、点、横线和下划线组成。"


class WrongRole(Refused):
    """The key of a role begins with a small letter; small letters, digits, dashes and underscores may follow."""

    chinese = "岗位代号以小写字母开头，其后只能是小写字母、数字、横线和下划线。"


class LastAdministrator(Refused):
    """Nobody could administer any more: make somebody else an administrator first."""

    chinese = "这样就没有管理员了：请先让另一个人成为管理员。"


def create_user(
    db: Database,
    login: str,
    name: str,
    actor: Actor,
    *,
    password: str = "",
    roles: Iterable[str] = (),
    email: str = "",
    phone: str = "",
    locale: str = "",
) -> int:
    """A new person; without a password nobody can log in as them. The number of the person.

    Raises Forbidden, WrongLogin, LoginTaken, WeakPassword, NotFound for an unknown role.
    """
    kept = hashed(password, login) if password else ""
    if not _LOGIN.fullmatch(login) or login == access.SYSTEM.login:
        raise WrongLogin
    with working(db) as work:
        _begin(work, actor)
        if find(work, login) is not None:
            raise LoginTaken(login=login)
        row = {
            "login": login,
            "name": name,
            "email": email,
            "phone": phone,
            "locale": locale,
            "password": kept,
        }
        number = work.connection.execute(
            insert(user).values(created_at=work.now, **row).returning(user.c.id)
        ).scalar_one()
        given = _give_roles(work, number, roles)
        record(work, actor, Note("user.create", more={"login": login, "name": name, "roles": given}))
    return int(number)


def set_password(db: Database, login: str, password: str, actor: Actor) -> None:
    """Set one's own password, or as administrator somebody's; all logins and tokens of the person end.

    An administrator's reset is visible to the person in the history: nobody can sign as somebody else unseen.
    Raises Forbidden, NotFound, WeakPassword.
    """
    kept = hashed(password, login)
    with working(db) as work:
        found = about(work, login, actor, own=True)
        work.connection.execute(update(user).where(user.c.id == found.id).values(password=kept))
        ended = end_everything(work, found.id)
        record(work, actor, Note("user.password", more={"login": login, **ended}))


def set_active(db: Database, login: str, active: bool, actor: Actor) -> None:
    """Let a person in, or out at once. Raises Forbidden, NotFound, LastAdministrator."""
    with working(db) as work:
        found = about(work, login, actor)
        work.connection.execute(update(user).where(user.c.id == found.id).values(active=active))
        _keep_one(work, actor)
        ended = {} if active else end_everything(work, found.id)
        record(work, actor, Note("user.active", more={"login": login, "active": active, **ended}))


def set_roles(db: Database, login: str, roles: Iterable[str], actor: Actor) -> None:
    """Give a person exactly these roles. Raises Forbidden, NotFound also for an unknown role, LastAdministrator."""
    with working(db) as work:
        found = about(work, login, actor)
        had = work.connection.execute(
            select(membership.c.role).where(membership.c.user_id == found.id)
        ).scalars()
        before = sorted(had)
        work.connection.execute(delete(membership).where(membership.c.user_id == found.id))
        given = _give_roles(work, found.id, roles)
        _keep_one(work, actor)
        record(work, actor, Note("user.roles", changes={"roles": [before, given]}, more={"login": login}))


def set_totp(db: Database, login: str, secret: str, actor: Actor) -> None:
    """Give a person a secret for one-time codes, or ("") take it away; only the person or an administrator."""
    with working(db) as work:
        found = about(work, login, actor, own=True)
        work.connection.execute(update(user).where(user.c.id == found.id).values(totp=secret, totp_used=0))
        record(work, actor, Note("user.totp", more={"login": login, "on": bool(secret)}))


def set_locale(db: Database, actor: Actor, locale: str) -> None:
    """The language a person chose for the pages; no entry in the history."""
    if locale not in _LOCALES:
        raise Refused(Message(zh="不支持的语言。", en="This language is not there."))
    with db.write() as connection:
        connection.execute(update(user).where(user.c.id == actor.user_id).values(locale=locale))


def define_role(
    db: Database, key: str, zh: str, en: str, actor: Actor, *, permissions: Iterable[str] | None = None
) -> None:
    """Make a role, or rename it; `permissions`: what it may do beyond its tasks, left as it is where none are given.

    Raises Forbidden, WrongRole.
    """
    if not _ROLE.fullmatch(key):
        raise WrongRole
    with working(db) as work:
        _begin(work, actor)
        has = select(permission.c.name).where(permission.c.role == key)
        kept = work.connection.execute(has).scalars() if permissions is None else permissions
        wanted = sorted(set(kept))
        work.connection.execute(delete(role).where(role.c.key == key))
        work.connection.execute(insert(role).values(key=key, zh=zh, en=en))
        work.connection.execute(delete(permission).where(permission.c.role == key))
        if wanted:
            work.connection.execute(insert(permission), [{"role": key, "name": name} for name in wanted])
        record(work, actor, Note("role", more={"role": key, "zh": zh, "en": en, "permissions": wanted}))


def substitute(
    db: Database,
    absent: str,
    stand_in: str,
    since: datetime,
    until: datetime,
    actor: Actor,
    *,
    role: str | None = None,
) -> None:
    """Let somebody do somebody else's tasks for a time, all or those of one role; the history has both names.

    Only the absent person or an administrator can say so. Raises Forbidden, NotFound, Refused for an empty time or
    a role that the absent person does not have.
    """
    if not since < until or absent == stand_in:
        raise Refused(Message(zh="代理期间或代理人不正确。", en="The time or the person is not right."))
    with working(db) as work:
        first = about(work, absent, actor, own=True)
        second = find(work, stand_in)
        if second is None:
            raise NotFound
        if role is not None and not work.connection.execute(_HAS, {"id": first.id, "role": role}).scalar():
            raise Refused(
                Message(zh=f"“{absent}”没有岗位“{role}”。", en=f'"{absent}" does not have the role "{role}".')
            )
        row = {"absent_id": first.id, "substitute_id": second.id, "since": since, "until": until}
        work.connection.execute(insert(substitution).values(**row, role=role))
        more: dict[str, Any] = {
            "absent": absent,
            "substitute": stand_in,
            "since": stamp(since),
            "until": stamp(until),
            "role": role,
        }
        record(work, actor, Note("user.substitute", more=more))


def end_substitution(db: Database, absent: str, stand_in: str, actor: Actor) -> int:
    """End at once what was said by `substitute` of these two, also what had not begun; how many there were.

    Raises Forbidden, NotFound.
    """
    with working(db) as work:
        first, second = about(work, absent, actor, own=True), find(work, stand_in)
        if second is None:
            raise NotFound
        these = (substitution.c.absent_id == first.id) & (substitution.c.substitute_id == second.id)
        ended = work.connection.execute(delete(substitution).where(these, substitution.c.until > work.now))
        if ended.rowcount:
            more = {"absent": absent, "substitute": stand_in, "ended": ended.rowcount}
            record(work, actor, Note("user.substitute", more=more))
    return ended.rowcount


def _keep_one(work: Work, actor: Actor) -> None:
    """Raises LastAdministrator where an administrator's change leaves nobody who may administer.

    The operator at the terminal may: they can make another.
    """
    who = (
        select(user.c.id)
        .join(membership, membership.c.user_id == user.c.id)
        .join(permission, permission.c.role == membership.c.role)
        .where(user.c.active, permission.c.name == "admin")
    )
    if actor != access.SYSTEM and work.connection.execute(who.limit(1)).first() is None:
        raise LastAdministrator


def _begin(work: Work, actor: Actor) -> None:
    access.require(actor, "admin")
    work.lock(SYSTEM)


def _give_roles(work: Work, number: int, roles: Iterable[str]) -> list[str]:
    wanted = sorted(set(roles))
    known = set(work.connection.execute(select(role.c.key).where(role.c.key.in_(wanted))).scalars())
    if known != set(wanted):
        unknown = sorted(set(wanted) - known)
        raise NotFound(
            Message(
                zh=f"没有这样的角色：{'、'.join(unknown)}。",
                en=f"There is no such role: {', '.join(unknown)}.",
            ),
            roles=unknown,
        )
    if wanted:
        work.connection.execute(insert(membership), [{"user_id": number, "role": key} for key in wanted])
    return wanted
