"""Who may do what: one table of rules. What one may not see, one is told does not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from engine.errors import Forbidden

#: The member of pools of tasks that belong to everybody who is logged in.
EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    `lent`, by login: the roles of people they stand in for now, and "@login" where that holds for everything.
    """

    user_id: int
    login: str
    name: str
    roles: frozenset[str] = frozenset()
    is_admin: bool = False
    request_id: str = ""
    address: str = ""
    permissions: frozenset[str] = frozenset()
    lent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: The language they chose, "" none; whether they have one-time codes.
    locale: str = ""
    has_code: bool = False

    @property
    def members(self) -> frozenset[str]:
        """Every name under which tasks may belong to this person's pools."""
        own = self.roles | {EVERYBODY, f"@{self.login}"}
        return own.union(*self.lent.values())

    @property
    def logins(self) -> frozenset[str]:
        """The own login and those of the people stood in for in everything."""
        return frozenset((self.login, *(login for login, names in self.lent.items() if f"@{login}" in names)))

    def on_behalf(self, pool: Iterable[str], assignee: str | None) -> str | None:
        """The absent person by whose right alone this actor may do a task; None when it is the own right."""
        wanted = set(pool) if assignee is None else {f"@{assignee}"}
        if wanted & (self.roles | {EVERYBODY, f"@{self.login}"}):
            return None
        return next((login for login, names in self.lent.items() if wanted & names), None)


#: What runs without a person: jobs, timers, messages, installation.
SYSTEM = Actor(
    0, "system", "系统", is_admin=True, permissions=frozenset({"admin", "operate", "deploy", "audit"})
)


@dataclass(frozen=True, slots=True)
class Startable:
    """A process somebody wants to start: its key and `starters` as the definition's row has them."""

    key: str
    starters: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task as far as rights go."""

    pool: str
    assignee: str | None
    delegated_by: str | None = None

    @property
    def members(self) -> list[str]:
        """The roles and "@login"s the task belongs to."""
        return [part for part in self.pool.split(",") if part]


def _holds(name: str) -> Callable[[Actor, object], bool]:
    return lambda actor, _thing: actor.is_admin or name in actor.permissions


def _seen_by(*roles: str, permissions: tuple[str, ...] = ("audit",)) -> Callable[[Actor, object], bool]:
    """A rule for look-up pages: those who work with it, and those who watch over everything."""
    working = {*roles, "auditor", "admin"}
    return lambda actor, _thing: (
        actor.is_admin
        or not actor.permissions.isdisjoint(permissions)
        or not working.isdisjoint(actor.members)
    )


#: Roles that serve customers, those that make and send their goods, those that look after the shops.
_SERVING = ("cs", "cs_supervisor", "cs_assistant", "sales", "marketing_director", "after_sales")
_ANSWERING = ("finance", "general_manager", "line_manager")
_SENDING = ("warehouse", "logistics", "dispatcher", "archivist", "order_follower")
_MAKING = ("technical", "production", "production_head", "quality", "purchasing")
_SHOPS = ("store", "store_manager", "franchise_cs", "direct_clerk", "merchandising")


def _starts(actor: Actor, thing: object) -> bool:
    assert isinstance(thing, Startable)
    if actor is SYSTEM or f"start:{thing.key}" in actor.permissions or f",{EVERYBODY}," in thing.starters:
        return True
    return any(f",{role}," in thing.starters for role in actor.roles.union(*actor.lent.values()))


def _sees_task(actor: Actor, thing: object) -> bool:
    assert isinstance(thing, Claimed)
    if _belongs(actor, thing) or thing.assignee in actor.logins or thing.delegated_by == actor.login:
        return True
    return "operate" in actor.permissions or "audit" in actor.permissions or actor.is_admin


def _does_task(actor: Actor, thing: object) -> bool:
    assert isinstance(thing, Claimed)
    return thing.assignee in actor.logins if thing.assignee else _belongs(actor, thing)


def _belongs(actor: Actor, thing: Claimed) -> bool:
    return not actor.members.isdisjoint(thing.members)


def _candidate(actor: Actor, thing: object) -> bool:
    assert isinstance(thing, Claimed)
    return _belongs(actor, thing)


_RULES: Mapping[str, Callable[[Actor, object], bool]] = {
    "deploy": _holds("deploy"),
    "audit": _holds("audit"),
    "admin": _holds("admin"),
    "operate": _holds("operate"),
    "see customers": _seen_by(*_SERVING, *_ANSWERING),
    "see orders": _seen_by(*_SERVING, *_ANSWERING, *_SENDING, *_MAKING),
    "see stock": _seen_by(*_SERVING, "general_manager", "line_manager", *_SENDING, *_MAKING, *_SHOPS),
    "see tickets": _seen_by("cs", "cs_supervisor", "after_sales", "line_manager"),
    "see slips": _seen_by(*_SHOPS, "line_manager", permissions=("audit", "operate")),
    "see fines": _seen_by("line_manager", "finance"),
    "see rules": _seen_by(permissions=("audit", "operate", "deploy")),
    "start": _starts,
    "see task": _sees_task,
    "do task": _does_task,
    "claim task": _candidate,
}


def may(actor: Actor, verb: str, thing: object = None) -> bool:
    """Whether `actor` may do `verb` with `thing`; False for every verb the table does not know."""
    rule = _RULES.get(verb)
    return rule is not None and rule(actor, thing)


def require(actor: Actor, verb: str, thing: object = None) -> None:
    """Raises Forbidden unless `actor` may."""
    if not may(actor, verb, thing):
        raise Forbidden(verb=verb)
