"""The history as people read it: the entries of one instance, with names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.audit.chain import read_move, read_stamp, told
from engine.errors import RestockError
from engine.feel.values import from_json
from engine.model.database import Database
from engine.model.history import entry
from engine.queries.names import names

_ENTRIES = (
    select(entry.c.seq, entry.c.body, entry.c.hash)
    .where(entry.c.instance_id == bindparam("i"), entry.c.seq > bindparam("after"))
    .order_by(entry.c.seq)
)

#: The verb of an entry that somebody made unreadable.
UNREADABLE = "unreadable"

#: What reading such an entry may raise, and the time of one that stands first.
_DAMAGED = (RestockError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)

#: Parts of an entry that have a place of their own; the rest is `more`.
_PLACED = frozenset(
    [
        "instance",
        "seq",
        "at",
        "actor",
        "verb",
        "on_behalf",
        "element",
        "task",
        "moves",
        "changes",
        "form",
        "definition",
        "reason",
        "address",
        "request",
    ]
)


@dataclass(frozen=True, slots=True)
class Move:
    """What a token did: `what` entered, completed, cancelled, failed, fired, or (a flow) taken."""

    element: str
    what: str
    task: int | None
    scope: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step. `changes`: variable -> (old, new) as FEEL values; `note` the reason or comment; `hash` hex.

    A change that the actor does not see is (None, Withheld).
    """

    seq: int
    at: datetime
    by: str
    by_name: str
    on_behalf: str | None
    on_behalf_name: str | None
    verb: str
    element: str | None
    task: int | None
    moves: list[Move]
    changes: dict[str, tuple[Any, Any]]
    note: str
    form: str | None
    definition: str | None
    more: dict[str, Any]
    hash: str


def entries(db: Database, connection: Connection, instance_id: int, *, after: int = 0) -> list[HistoryEntry]:
    """The entries of an instance in their order, those behind number `after`. Who may see them is the caller's rule.

    An entry that somebody made unreadable past the commands is there all the same: its verb is UNREADABLE, its time
    that of the entry before.
    """
    rows = connection.execute(_ENTRIES, {"i": instance_id, "after": after}).all()
    bodies = [(row, told(row.body)) for row in rows]
    people = names(db, connection, _logins(body for _row, body in bodies))
    found: list[HistoryEntry] = []
    for row, body in bodies:
        try:
            found.append(_entry(row.seq, row.hash, body, people))
        except _DAMAGED:
            found.append(_unreadable(row.seq, row.hash, found[-1].at if found else _NO_TIME))
    return found


def _logins(bodies: Iterable[dict[str, Any]]) -> set[str | None]:
    logins = [login for body in bodies for login in (body.get("actor"), body.get("on_behalf"))]
    return {login for login in logins if isinstance(login, str)}


def _unreadable(seq: int, mark: bytes, at: datetime) -> HistoryEntry:
    return HistoryEntry(
        seq=seq,
        at=at,
        by="",
        by_name="",
        on_behalf=None,
        on_behalf_name=None,
        verb=UNREADABLE,
        element=None,
        task=None,
        moves=[],
        changes={},
        note="",
        form=None,
        definition=None,
        more={},
        hash=bytes(mark).hex(),
    )


def _entry(seq: int, mark: bytes, body: dict[str, Any], people: dict[str, str]) -> HistoryEntry:
    behalf = body.get("on_behalf")
    signed = body.get("signature") or {}
    return HistoryEntry(
        seq=seq,
        at=read_stamp(body["at"]),
        by=body["actor"],
        by_name=people[body["actor"]],
        on_behalf=behalf,
        on_behalf_name=people[behalf] if behalf else None,
        verb=body["verb"],
        element=body.get("element"),
        task=body.get("task"),
        moves=[Move(**read_move(text)) for text in body.get("moves", ())],
        changes={k: (from_json(old), from_json(new)) for k, (old, new) in body.get("changes", {}).items()},
        note=body.get("reason") or signed.get("comment") or "",
        form=body.get("form"),
        definition=body.get("definition"),
        more={key: value for key, value in body.items() if key not in _PLACED},
        hash=bytes(mark).hex(),
    )
