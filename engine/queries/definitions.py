"""What is deployed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import Connection, Join, and_, func, select

from engine.commands.library import Resource
from engine.errors import NotFound
from engine.model.database import Database
from engine.model.definitions import decision, definition, release, resource
from engine.model.instances import instance


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """One version of a process; `running`: how many instances of it run; `starters`: roles, "*" for everybody."""

    id: int
    key: str
    version: int
    name: str
    filename: str
    hash: str
    release: int
    deployed_by: str
    deployed_at: datetime
    note: str
    state: str
    starters: tuple[str, ...]
    running: int


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """One version of a form, a decision file or a slip."""

    id: int
    kind: str
    key: str
    version: int
    filename: str
    hash: str
    release: int
    deployed_by: str
    deployed_at: datetime


def newest() -> Join:
    """Definitions, only the newest version of each process."""
    last = (
        select(definition.c.key, func.max(definition.c.version).label("version"))
        .group_by(definition.c.key)
        .subquery()
    )
    return definition.join(last, and_(definition.c.key == last.c.key, definition.c.version == last.c.version))


def list_all(db: Database) -> list[DefinitionRow]:
    """The newest version of every process, by key."""
    with db.read() as connection:
        return _definitions(connection, newest(), definition.c.key)


def versions(db: Database, key: str) -> list[DefinitionRow]:
    """All versions of a process, the newest first. Raises NotFound."""
    with db.read() as connection:
        found = _definitions(connection, definition, definition.c.version.desc(), definition.c.key == key)
    if not found:
        raise NotFound
    return found


def one(db: Database, definition_id: int) -> DefinitionRow:
    """The definition of this row. Raises NotFound."""
    with db.read() as connection:
        found = _definitions(connection, definition, definition.c.id, definition.c.id == definition_id)
    if not found:
        raise NotFound
    return found[0]


def file(db: Database, definition_id: int) -> bytes:
    """The diagram as it was uploaded. Raises NotFound."""
    with db.read() as connection:
        packed = connection.execute(
            select(definition.c.file).where(definition.c.id == definition_id)
        ).scalar_one_or_none()
    if packed is None:
        raise NotFound
    return zstandard.ZstdDecompressor().decompress(packed)


def resources(db: Database, kind: str | None = None) -> list[ResourceRow]:
    """All versions of forms, decision files and slips (or one kind), by kind and key, the newest first."""
    columns = [resource.c[name] for name in ResourceRow.__slots__]
    query = select(*columns).order_by(resource.c.kind, resource.c.key, resource.c.version.desc())
    with db.read() as connection:
        return [
            ResourceRow(*row)
            for row in connection.execute(query.where(resource.c.kind == kind) if kind else query)
        ]


def resource_file(db: Database, resource_id: int) -> Resource:
    """The form, decision file or slip of this row. Raises NotFound."""
    columns = [resource.c[name] for name in Resource.__slots__]
    with db.read() as connection:
        row = connection.execute(select(*columns).where(resource.c.id == resource_id)).one_or_none()
    if row is None:
        raise NotFound
    return Resource(*row)


def one_resource(db: Database, kind: str, key: str, version: int | None = None) -> Resource:
    """A form, decision file or slip: its newest version, or `version`. Raises NotFound."""
    query = select(*(resource.c[name] for name in Resource.__slots__)).where(
        resource.c.kind == kind, resource.c.key == key
    )
    if version is not None:
        query = query.where(resource.c.version == version)
    with db.read() as connection:
        row = connection.execute(query.order_by(resource.c.version.desc()).limit(1)).one_or_none()
    if row is None:
        raise NotFound
    return Resource(*row)


def decision_files(db: Database) -> dict[str, str]:
    """Of each decision: the key of the file that holds it now."""
    query = (
        select(decision.c.key, resource.c.key.label("file"))
        .join(resource, resource.c.id == decision.c.resource_id)
        .order_by(decision.c.release, decision.c.resource_id)
    )
    with db.read() as connection:
        return {row.key: row.file for row in connection.execute(query)}


def forms(db: Database) -> list[str]:
    """The text of the newest version of every form."""
    newest = select(func.max(resource.c.id)).where(resource.c.kind == "form").group_by(resource.c.key)
    with db.read() as connection:
        return list(connection.execute(select(resource.c.text).where(resource.c.id.in_(newest))).scalars())


def _definitions(connection: Connection, source: Any, order: Any, *conditions: Any) -> list[DefinitionRow]:
    running = (
        select(func.count())
        .where(instance.c.definition_id == definition.c.id, instance.c.status == "running")
        .scalar_subquery()
        .label("running")
    )
    plain = ("id", "key", "version", "name", "filename", "hash", "release", "deployed_by", "deployed_at")
    columns = [definition.c[name] for name in plain]
    query = select(
        *columns,
        func.coalesce(release.c.note, "").label("note"),
        definition.c.state,
        definition.c.starters,
        running,
    ).select_from(source.outerjoin(release, release.c.id == definition.c.release))
    rows: Any = connection.execute(query.where(*conditions).order_by(order)).all()
    return [
        DefinitionRow(
            **{name: getattr(row, name) for name in plain},
            note=row.note,
            state=row.state,
            starters=tuple(filter(None, row.starters.split(","))),
            running=row.running,
        )
        for row in rows
    ]
