"""The history as people read it: the entries of one instance, with names."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.audit.chain import read_move, read_stamp
from engine.feel.values import from_json
from engine.model.database import Database
from engine.model.history import entry
from engine.queries.names import names

_ENTRIES = (
    select(entry.c.seq, entry.c.body, entry.c.hash)
    .where(entry.c.instance_id == bindparam("i"), entry.c.seq > bindparam("after"))
    .order_by(entry.c.seq)
)

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
    """The entries of an instance in their order, those behind number `after`. Who may see them is the caller's rule."""
    rows = connection.execute(_ENTRIES, {"i": instance_id, "after": after}).all()
    told = [(row, json.loads(row.body)) for row in rows]
    people = names(db, connection, _logins(body for _row, body in told))
    return [_entry(row.seq, row.hash, body, people) for row, body in told]


def _logins(bodies: Iterable[dict[str, Any]]) -> set[str | None]:
    return {login for body in bodies for login in (body["actor"], body.get("on_behalf"))}


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
