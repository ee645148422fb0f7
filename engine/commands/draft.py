"""Keep what a person has typed, so that a lost connection loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.access import Actor
from engine.audit.chain import canonical
from engine.commands import reading
from engine.errors import Message, Refused
from engine.feel.values import from_plain, to_json
from engine.model.database import Database
from engine.model.instances import draft
from engine.model.upsert import upsert
from engine.model.work import working

#: The longest draft, as text.
LONGEST = 1_000_000


def save_draft(db: Database, task_id: str, answers: Mapping[str, Any], actor: Actor) -> None:
    """Keep the answers as they are, unchecked, for this person and task; no entry in the history, nobody else sees it.

    Raises NotFound, TaskClosed, TaskTaken.
    """
    text = canonical(to_json(from_plain(dict(answers))))
    if len(text) > LONGEST:
        raise Refused(Message(zh="草稿过长。", en="The draft is too long."))
    with working(db) as work:
        row = reading.task_for_update(work, task_id, actor)
        reading.require_doing(work, row, actor)
        kept = {"values": text, "saved_at": work.now}
        values = {"instance_id": row.instance_id, "n": row.n, "login": actor.login, **kept}
        work.connection.execute(
            upsert(work.connection, draft)
            .values(values)
            .on_conflict_do_update(index_elements=[draft.c.instance_id, draft.c.n, draft.c.login], set_=kept)
        )
