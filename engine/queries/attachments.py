"""Files somebody added, for who may see their instance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from engine.access import Actor
from engine.commands.attach import path_of
from engine.errors import NotFound
from engine.model.database import Database
from engine.model.instances import attachment
from engine.queries.instance import require_visible


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand out: as attachment, never to be shown in place."""

    id: str
    name: str
    type: str
    size: int
    hash: str
    path: Path


def one(db: Database, instance_id: int, file_id: str, actor: Actor) -> File:
    """The file. Raises NotFound when there is none, or the actor may not see its instance."""
    require_visible(db, instance_id, actor)
    columns = (attachment.c.id, attachment.c.name, attachment.c.type, attachment.c.size, attachment.c.hash)
    query = select(*columns).where(attachment.c.instance_id == instance_id, attachment.c.id == file_id)
    with db.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return File(row.id, row.name, row.type, row.size, row.hash, path_of(db, row.id))
