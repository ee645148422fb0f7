"""Write the one entry of the history that a step leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import insert

from engine.audit.chain import canonical, link, stamp
from engine.errors import Refused
from engine.faults import reach
from engine.model.history import entry
from engine.model.prepared import Prepared
from engine.model.work import Work


class Unstorable(Refused):
    """A text holds characters that are none (lone surrogates): correct it."""

    chinese = "文本中有无效字符：请更正。"


class Acting(Protocol):
    """Who acts, as far as the history tells it."""

    @property
    def login(self) -> str:
        """The person."""

    @property
    def request_id(self) -> str:
        """The request they did it with."""

    @property
    def address(self) -> str:
        """Where it came from."""


_INSERT = Prepared(insert(entry), entry.c.keys())

#: A clock that stands so many seconds before the entry before is noted.
_JUMP = 5


@dataclass(slots=True)
class Note:
    """What an entry tells beside who, when and where; empty parts are left out.

    `changes`: variable -> [old, new]; `moves`: as `chain.write_move` spells them; `more`: whatever else belongs to
    the verb, JSON without floats.
    """

    verb: str
    task: int | None = None
    element: str | None = None
    on_behalf: str | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    moves: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)


def record(work: Work, actor: Acting, note: Note) -> int:
    """Write the entry, the instance's new version and the head of its chain; the number of the entry.

    Once in a transaction, after everything the instance's row is to hold was put into `work.changed`.
    """
    row = work.instance
    seq = row.version + 1
    text = canonical(_body(work, actor, note, seq))
    try:
        head = link(row.head, text)
    except UnicodeEncodeError as error:
        raise Unstorable from error
    work.changed |= {"head": head, "moved_at": work.now}
    work.save()
    _INSERT.run(work.connection, {"instance_id": row.id, "seq": seq, "body": text, "hash": head})
    reach("after_audit")
    return seq


def _body(work: Work, actor: Acting, note: Note, seq: int) -> dict[str, Any]:
    told = {
        "task": note.task,
        "element": note.element,
        "on_behalf": note.on_behalf,
        "changes": note.changes,
        "moves": note.moves,
        "request": actor.request_id,
        "address": actor.address,
        "clock_back": _clock_back(work),
        **note.more,
    }
    return {
        "instance": work.instance.id,
        "seq": seq,
        "at": stamp(work.now),
        "actor": actor.login,
        "verb": note.verb,
        **{key: value for key, value in told.items() if value not in (None, "", {}, [])},
    }


def _clock_back(work: Work) -> int | None:
    """Seconds by which the clock stands before the last entry, when that is more than a few."""
    back = (work.instance.moved_at - work.now).total_seconds()
    return int(back) if back > _JUMP else None
