"""Bring a message from outside to whoever waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import access
from engine.access import Actor
from engine.audit.record import Note, record
from engine.bpmn.moved import Thrown
from engine.commands import post
from engine.feel.values import from_plain
from engine.model.database import Database
from engine.model.instances import SYSTEM
from engine.model.work import working


def deliver_message(db: Database, name: str, key: str, values: Mapping[str, Any], actor: Actor) -> int:
    """Send a message; to how many tasks and start events it goes. 0: it is kept until somebody waits for it.

    What it brings about happens in the receivers' own transactions. Raises Forbidden without the right to operate.
    """
    access.require(actor, "operate")
    with working(db) as work:
        work.lock(SYSTEM)
        given = {n: from_plain(value) for n, value in values.items()}
        reached = post.send(work, [Thrown(name, key, given)], [])
        record(work, actor, Note("message", more={"name": name, "key": key, "to": reached}))
    return reached
