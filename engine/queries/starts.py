"""What a person may start."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from engine import access
from engine.access import Actor, Startable
from engine.commands.library import Library, Resource
from engine.errors import NotFound
from engine.form import Form
from engine.model.database import Database
from engine.model.definitions import definition, release
from engine.model.metadata import AnyRow
from engine.queries.definitions import newest


@dataclass(frozen=True, slots=True)
class Start:
    """A process somebody may start, with its start form if it has one."""

    key: str
    name: str
    version: int
    definition_id: int
    documentation: str
    properties: dict[str, str]
    starters: tuple[str, ...]
    form: Form | None
    form_resource: Resource | None


def for_actor(db: Database, actor: Actor) -> list[Start]:
    """The newest version of every process the actor may start, by name."""
    with db.read() as connection:
        rows = _newest(connection)
        library = Library(db, connection, rows[0].newest if rows else 0)
        found = [
            _start(library, row)
            for row in rows
            if access.may(actor, "start", Startable(row.key, row.starters))
        ]
    return sorted(found, key=lambda start: start.name)


def one(db: Database, key: str, actor: Actor) -> Start:
    """The process called `key`. Raises NotFound unless the actor may start it."""
    for start in for_actor(db, actor):
        if start.key == key:
            return start
    raise NotFound


def startable(db: Database) -> list[Startable]:
    """The newest version of every process that somebody may start."""
    with db.read() as connection:
        return [Startable(row.key, row.starters) for row in _newest(connection)]


def _newest(connection: Connection) -> list[AnyRow]:
    number = select(func.coalesce(func.max(release.c.id), 0)).scalar_subquery().label("newest")
    query = select(definition.c.id, definition.c.key, definition.c.starters, number)
    return list(
        connection.execute(
            query.select_from(newest()).where(definition.c.state == "active", definition.c.starters != "")
        )
    )


def _start(library: Library, row: AnyRow) -> Start:
    found = library.definition(row.id)
    form_id = (
        library.resource_id("form", found.start_form, "latest", row.newest) if found.start_form else None
    )
    process = found.executable.process
    return Start(
        key=found.key,
        name=found.name,
        version=found.version,
        definition_id=found.id,
        documentation=process.documentation,
        properties=dict(process.properties),
        starters=tuple(filter(None, found.starters.split(","))),
        form=library.form(form_id) if form_id else None,
        form_resource=library.resource(form_id) if form_id else None,
    )
