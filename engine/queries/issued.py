"""Papers are those that the history says were issued: none changed, none put in, none gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import zstandard
from sqlalchemy import Connection, Text, select, type_coerce

from engine.audit.chain import digest, skimmed
from engine.errors import RestockError
from engine.model.history import entry
from engine.model.metadata import AnyRow
from engine.model.papers import document

#: Instance, code for scripts, words.
Broken = tuple[int, str, str]

#: What reading changed content may raise.
UNREADABLE = (RestockError, ValueError, LookupError, TypeError, zstandard.ZstdError, RecursionError)

_NAMED = ("kind", "number", "version")
_PAPERS = select(
    *(document.c[name] for name in ("id", "instance_id", *_NAMED, "order_no", "batch_no", "hash", "state")),
    type_coerce(document.c.payload, Text).label("text"),
)


@dataclass(slots=True)
class _Told:
    """What the history says of one paper.

    `issued`: instance, name, fingerprint, order and batch; `states`: the last that each instance gave it, since entries
    of two instances have no order but the clock's.
    """

    name: list[Any]
    issued: tuple[int, list[Any]] | None = None
    states: dict[int, str] = field(default_factory=dict)


def broken(connection: Connection) -> Iterator[Broken]:
    """Papers that are others than were issued, that nobody issued, that are gone, or whose state nobody gave them."""
    heard, telling = _heard(connection), _telling(connection)
    for row in connection.execute(_PAPERS.order_by(document.c.id)):
        paper = heard.pop(row.id, None)
        name = f"{row.kind} {row.number}, version {row.version},"
        if _fingerprint(row) != row.hash or not _as_issued(row, paper):
            yield row.instance_id, "paper", f"{name} is another than was issued"
        elif row.instance_id in telling and (paper is None or paper.issued is None):
            yield row.instance_id, "paper", f"{name} was issued by nobody"
        elif paper is not None and row.state not in paper.states.values():
            states = ", ".join(sorted(set(paper.states.values())))
            yield row.instance_id, "paper", f"{name} is {row.state}, the history says {states}"
    for paper in heard.values():
        kind, number, version = paper.name
        text = f"{kind} {number}, version {version}, was issued and is gone"
        yield (paper.issued or (0, []))[0], "paper", text


def _as_issued(row: AnyRow, paper: _Told | None) -> bool:
    """Whether a paper is the one that the history says was issued; of older papers it says nothing."""
    name = [row.kind, row.number, row.version]
    if paper is None:
        return True
    issued = (row.instance_id, [row.hash, row.order_no, row.batch_no])
    return paper.name == name and paper.issued in (None, issued)


def _heard(connection: Connection) -> dict[int, _Told]:
    query = select(entry.c.instance_id, entry.c.body).where(entry.c.body.contains('"papers":[{'))
    found: dict[int, _Told] = {}
    for instance_id, body in connection.execute(query.order_by(entry.c.instance_id, entry.c.seq)):
        for each in skimmed(body).get("papers") or []:
            paper = found.setdefault(each["id"], _Told([each[name] for name in _NAMED]))
            paper.states[instance_id] = each["state"]
            if "hash" in each:
                paper.issued = (instance_id, [each["hash"], each["order_no"], each["batch_no"]])
    return found


def _telling(connection: Connection) -> set[int]:
    """Instances whose history says which papers they issued; that of earlier versions did not."""
    query = select(entry.c.instance_id).where(entry.c.seq == 1, entry.c.body.contains('"tells":'))
    return set(connection.execute(query).scalars())


def _fingerprint(row: AnyRow) -> str:
    try:
        payload: Any = json.loads(row.text)
        return digest({**{name: getattr(row, name) for name in _NAMED}, "payload": payload})
    except UNREADABLE:
        return ""
