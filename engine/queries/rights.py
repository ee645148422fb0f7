"""People, roles and permissions are what the history says; who gave themselves a right past the commands is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, or_, select

from engine.audit.chain import stamp, told
from engine.model.history import entry
from engine.model.instances import SYSTEM
from engine.model.people import membership, permission, role, substitution, user


@dataclass(slots=True)
class _Person:
    roles: list[str] = field(default_factory=list)
    active: bool = True
    code: bool = False


@dataclass(slots=True)
class _Told:
    """What the history says of people and roles."""

    people: dict[str, _Person] = field(default_factory=dict)
    permissions: dict[str, list[str]] = field(default_factory=dict)
    lent: set[tuple[Any, ...]] = field(default_factory=set)

    def hear(self, body: dict[str, Any]) -> None:
        """One entry more, in their order."""
        person = self.people.setdefault(body["login"], _Person()) if "login" in body else _Person()
        match body.get("verb"):
            case "user.create":
                person.roles = body.get("roles") or []
            case "user.roles":
                person.roles = (body.get("changes") or {}).get("roles", [None, []])[1]
            case "user.active":
                person.active = bool(body.get("active"))
            case "user.totp":
                person.code = bool(body.get("on"))
            case "user.substitute":
                self.lent.add(tuple(body.get(name) for name in _LENT))
            case "role":
                self.permissions[body.get("role", "")] = body.get("permissions") or []


_LENT = ("absent", "substitute", "since", "until", "role")


def broken(connection: Connection) -> Iterator[tuple[int, str, str]]:
    """Whatever somebody may who was not given it, and whoever was put in or let in past the commands."""
    heard = _heard(connection)
    there = _people(connection)
    for login in sorted({*heard.people, *there}):
        if heard.people.get(login) != there.get(login):
            yield SYSTEM, "rights", f"the rights of {login} are not those that the history says"
    given = _permissions(connection)
    for key in sorted({*heard.permissions, *given}):
        if heard.permissions.get(key) != given.get(key):
            yield SYSTEM, "rights", f"the permissions of the role {key} are not those that the history says"
    for absent, stand_in, *_when in sorted(_lent(connection) - heard.lent, key=str):
        yield SYSTEM, "rights", f"{stand_in} stands in for {absent} as the history does not say"


def _heard(connection: Connection) -> _Told:
    of_people = or_(entry.c.body.contains('"verb":"user.'), entry.c.body.contains('"verb":"role"'))
    query = select(entry.c.body).where(entry.c.instance_id == SYSTEM, of_people).order_by(entry.c.seq)
    heard = _Told()
    for body in connection.execute(query).scalars().all():
        heard.hear(told(body))
    return heard


def _people(connection: Connection) -> dict[str, _Person]:
    rows = connection.execute(select(user.c.id, user.c.login, user.c.active, user.c.totp)).all()
    found = {row.id: _Person([], row.active, bool(row.totp)) for row in rows}
    logins = {row.id: row.login for row in rows}
    has = select(membership.c.user_id, membership.c.role).order_by(membership.c.role)
    for row in connection.execute(has):
        found.setdefault(row.user_id, _Person()).roles.append(row.role)
    return {logins.get(number, f"person {number}"): person for number, person in found.items()}


def _permissions(connection: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {key: [] for key in connection.execute(select(role.c.key)).scalars()}
    for row in connection.execute(select(permission).order_by(permission.c.name)):
        found.setdefault(row.role, []).append(row.name)
    return found


def _lent(connection: Connection) -> set[tuple[Any, ...]]:
    """Who stands in for whom, as the history spells it."""
    logins = {row.id: row.login for row in connection.execute(select(user.c.id, user.c.login))}
    return {
        (
            logins.get(row.absent_id, f"person {row.absent_id}"),
            logins.get(row.substitute_id, f"person {row.substitute_id}"),
            stamp(row.since),
            stamp(row.until),
            row.role,
        )
        for row in connection.execute(select(substitution))
    }
