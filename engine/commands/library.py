"""What was deployed, ready to use: parsed once, kept for all steps of this process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import zstandard
from sqlalchemy import Connection, bindparam, select

from engine import dmn
from engine.bpmn.executable import Executable, build
from engine.bpmn.moved import Failure
from engine.bpmn.read import read
from engine.errors import NotFound
from engine.form import Form
from engine.form import read as read_form
from engine.model.calendar import calendar
from engine.model.database import Database
from engine.model.definitions import decision, definition, resource

T = TypeVar("T")

#: How many parsed things are kept: one of ten tasks is about 200 KB.
KEPT = 256


class Shelf:
    """Keeps the things used last; a thing is made at most once at a time."""

    def __init__(self, size: int = KEPT) -> None:
        self._size = size
        self._things: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under `key`, or else what `make` gives, which is then kept."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return cast("T", self._things[key])
        made = make()
        with self._lock:
            self._things[key] = made
            while len(self._things) > self._size:
                self._things.popitem(last=False)
        return made


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a process, as far as steps and pages need it."""

    id: int
    key: str
    version: int
    name: str
    hash: str
    filename: str
    starters: str
    start_form: str
    executable: Executable


@dataclass(frozen=True, slots=True)
class Resource:
    """One version of a form, a decision file or a slip."""

    id: int
    kind: str
    key: str
    version: int
    hash: str
    text: str


_DEFINITION = select(
    definition.c.id,
    definition.c.key,
    definition.c.version,
    definition.c.name,
    definition.c.hash,
    definition.c.filename,
    definition.c.starters,
    definition.c.start_form,
    definition.c.file,
).where(definition.c.id == bindparam("id"))

_DEFINITION_AT = (
    select(definition.c.id)
    .where(definition.c.key == bindparam("key"), definition.c.release <= bindparam("release"))
    .order_by(definition.c.version.desc())
    .limit(1)
)
_RESOURCE = select(*(resource.c[name] for name in Resource.__slots__)).where(resource.c.id == bindparam("id"))
_RESOURCE_AT = (
    select(resource.c.id)
    .where(
        resource.c.kind == bindparam("kind"),
        resource.c.key == bindparam("key"),
        resource.c.release <= bindparam("release"),
    )
    .order_by(resource.c.version.desc())
    .limit(1)
)
_DECISION_AT = (
    select(decision.c.resource_id)
    .where(decision.c.key == bindparam("key"), decision.c.release <= bindparam("release"))
    .order_by(decision.c.release.desc(), decision.c.resource_id.desc())
    .limit(1)
)


class Library:
    """The library as one step sees it: its connection, and the newest release at that moment.

    What is kept is only what can never change: a version's content, and which version a release holds.
    """

    def __init__(self, db: Database, connection: Connection, newest: int) -> None:
        self._connection = connection
        self._newest = newest
        self._shelf: Shelf = db.cache.setdefault("library", Shelf())
        #: The working days as they stand in this step; its `doubts` tell which years were only estimated.
        self.calendar = calendar(connection)

    def process(self, process_id: str, binding: str, release: int) -> Executable:
        """The process to call. Raises Failure, which becomes an incident, when it is not deployed."""
        found = self._at(("process", process_id), _DEFINITION_AT, {"key": process_id}, binding, release)
        if found is None:
            raise Failure(
                "no_process", f"流程“{process_id}”未部署。", f'The process "{process_id}" is not deployed.'
            )
        return self.executable(found)

    def executable(self, definition_id: int) -> Executable:
        """The definition of this row, ready to run."""
        return self.definition(definition_id).executable

    def decision(self, decision_id: str, binding: str, release: int) -> dmn.Decisions:
        """The tables that hold this decision. Raises Failure when none is deployed."""
        found = self._at(("decision", decision_id), _DECISION_AT, {"key": decision_id}, binding, release)
        if found is None:
            zh, en = f"决策“{decision_id}”未部署。", f'The decision "{decision_id}" is not deployed.'
            raise Failure("no_decision", zh, en)
        return self._shelf.get(("dmn", found), lambda: dmn.read(self.resource(found).text))

    def definition(self, definition_id: int) -> Definition:
        """The definition of this row. Raises NotFound."""
        return self._shelf.get(("definition", definition_id), lambda: self._definition(definition_id))

    def resource(self, resource_id: int) -> Resource:
        """The form, decision file or slip of this row. Raises NotFound."""
        return self._shelf.get(("resource", resource_id), lambda: self._resource(resource_id))

    def resource_id(self, kind: str, key: str, binding: str, release: int) -> int | None:
        """The row of the form, decision file or slip called `key`; None when there is none."""
        return self._at((kind, key), _RESOURCE_AT, {"kind": kind, "key": key}, binding, release)

    def form(self, resource_id: int) -> Form:
        """The form of this row, parsed."""
        return self._shelf.get(("form", resource_id), lambda: read_form(self.resource(resource_id).text))

    def _at(
        self, name: tuple[str, str], query: Any, values: dict[str, Any], binding: str, release: int
    ) -> int | None:
        at = release if binding == "deployment" else self._newest
        find = lambda: self._connection.execute(query, {**values, "release": at}).scalar_one_or_none()  # noqa: E731
        return self._shelf.get((*name, at), find)

    def _definition(self, definition_id: int) -> Definition:
        row: Any = self._connection.execute(_DEFINITION, {"id": definition_id}).one_or_none()
        if row is None:
            raise NotFound
        definitions = read(zstandard.ZstdDecompressor().decompress(row.file), row.filename)
        fields = {name: getattr(row, name) for name in Definition.__slots__ if name != "executable"}
        return Definition(**fields, executable=build(definitions, row.key, row.id))

    def _resource(self, resource_id: int) -> Resource:
        row: Any = self._connection.execute(_RESOURCE, {"id": resource_id}).one_or_none()
        if row is None:
            raise NotFound
        return Resource(*row)
