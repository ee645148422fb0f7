"""People as an administrator keeps them on the pages: whatever gives a right takes the administrator's own password."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import astuple, dataclass

from sqlalchemy import select, update

from engine import access
from engine.access import Actor
from engine.audit.record import Note, record
from engine.commands import sessions, users
from engine.commands.proof import prove_again
from engine.commands.whom import about
from engine.errors import FieldsRefused, Message
from engine.model.database import Database
from engine.model.people import role, user
from engine.model.work import working

_EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{2,28}[0-9]", re.ASCII)

_NO_NAME = Message(zh="请填写姓名，最多 100 个字。", en="Give a name of at most 100 characters.")
_NO_EMAIL = Message(zh="邮箱地址不正确。", en="This is no e-mail address.")
_NO_PHONE = Message(zh="电话号码不正确。", en="This is no telephone number.")
_NO_ROLE = Message(zh="没有这个岗位。", en="There is no such role.")


@dataclass(frozen=True, slots=True)
class Details:
    """What a person is called, and where notices for them go; the addresses may be empty."""

    name: str
    email: str = ""
    phone: str = ""


def add(
    db: Database,
    actor: Actor,
    login: str,
    details: Details,
    roles: Collection[str],
    *,
    password: str,
    code: str = "",
) -> str:
    """A new person without a password; the secret of the link by which they choose one, within a day.

    Raises Forbidden, FieldsRefused (login, name, email, phone, roles, password), TooManyAttempts.
    """
    access.require(actor, "admin")
    wrong = _wrong(details) | _unknown(db, roles)
    if wrong:
        raise FieldsRefused(wrong)
    prove_again(db, actor, "password", password, code)
    try:
        users.create_user(
            db, login, details.name, actor, roles=roles, email=details.email, phone=details.phone
        )
    except (users.WrongLogin, users.LoginTaken) as refused:
        raise FieldsRefused({"login": refused.message}) from refused
    return sessions.one_time_link(db, login, actor)


def describe(db: Database, actor: Actor, login: str, details: Details) -> None:
    """Change name and addresses; the history has old and new. Raises Forbidden, NotFound, FieldsRefused."""
    wrong = _wrong(details)
    with working(db) as work:
        found = about(work, login, actor)
        if wrong:
            raise FieldsRefused(wrong)
        here = user.c.id == found.id
        before = work.connection.execute(select(user.c.name, user.c.email, user.c.phone).where(here)).one()
        new = dict(zip(Details.__slots__, astuple(details), strict=True))
        changes = {name: [was, new[name]] for name, was in before._asdict().items() if was != new[name]}
        if changes:
            work.connection.execute(update(user).where(here).values(**new))
            record(work, actor, Note("user.change", changes=changes, more={"login": login}))


def assign(
    db: Database, actor: Actor, login: str, roles: Collection[str], *, password: str, code: str = ""
) -> None:
    """Give a person exactly these roles.

    Raises Forbidden, NotFound, FieldsRefused (roles, password), TooManyAttempts, users.LastAdministrator.
    """
    access.require(actor, "admin")
    if wrong := _unknown(db, roles):
        raise FieldsRefused(wrong)
    prove_again(db, actor, "password", password, code)
    users.set_roles(db, login, sorted(roles), actor)


def invite(db: Database, actor: Actor, login: str, *, password: str, code: str = "") -> str:
    """The secret of a link by which the person chooses a password, within a day; the one before counts no more.

    Raises Forbidden, NotFound, FieldsRefused (password), TooManyAttempts.
    """
    access.require(actor, "admin")
    prove_again(db, actor, "password", password, code)
    return sessions.one_time_link(db, login, actor)


def without_code(db: Database, actor: Actor, login: str, *, password: str, code: str = "") -> None:
    """Switch off the one-time codes of somebody who lost their device. Raises as `invite` does."""
    access.require(actor, "admin")
    prove_again(db, actor, "password", password, code)
    users.set_totp(db, login, "", actor)


def admit(db: Database, actor: Actor, login: str, *, password: str, code: str = "") -> None:
    """Let somebody in again. Raises as `invite` does."""
    access.require(actor, "admin")
    prove_again(db, actor, "password", password, code)
    users.set_active(db, login, True, actor)


def _wrong(details: Details) -> dict[str, Message]:
    wrong = {}
    if not 0 < len(details.name) <= 100 or not details.name.isprintable():
        wrong["name"] = _NO_NAME
    if details.email and not _EMAIL.fullmatch(details.email):
        wrong["email"] = _NO_EMAIL
    if details.phone and not _PHONE.fullmatch(details.phone):
        wrong["phone"] = _NO_PHONE
    return wrong


def _unknown(db: Database, roles: Collection[str]) -> dict[str, Message]:
    with db.read() as connection:
        known = set(connection.execute(select(role.c.key)).scalars())
    return {} if known.issuperset(roles) else {"roles": _NO_ROLE}
