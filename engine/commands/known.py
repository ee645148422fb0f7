"""What a diagram may refer to: everything that is deployed, and what comes in the same upload."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import zstandard
from sqlalchemy import Connection, func, select

from engine import dmn
from engine.bpmn.model import Process
from engine.bpmn.read import read as read_process
from engine.errors import RestockError
from engine.form import read as read_form
from engine.model.definitions import decision, definition, resource
from engine.model.people import role
from engine.services.registry import handlers

_FORM_ID = re.compile(r"[A-Za-z0-9_.-]+")
_DECISION_ID = re.compile(rb"""<(?:[\w.-]+:)?decision\s[^<>]{0,500}?\bid=["']([\w.-]+)["']""")


@dataclass(frozen=True, slots=True)
class Known:
    """Ids of forms, decisions and processes, and job types that have a service; the forms with what they hold."""

    job_types: Container[str]
    forms: set[str] = field(default_factory=set)
    decisions: set[str] = field(default_factory=set)
    processes: set[str] = field(default_factory=set)
    texts: dict[str, str | bytes] = field(default_factory=dict)
    roles: set[str] = field(default_factory=set)
    #: The file, by its name without ending, in which each deployed decision stands.
    homes: dict[str, str] = field(default_factory=dict)
    #: Processes as they were read, and those deployed that nobody has asked for yet, packed.
    drawn: dict[str, Process] = field(default_factory=dict)
    packed: dict[str, bytes] = field(default_factory=dict)

    def typed(self, form: str) -> frozenset[str]:
        """Variables into which people type any text by this form; none for one that is not there or cannot be read."""
        text = self.texts.get(form)
        try:
            return read_form(text).typed() if text is not None else frozenset()
        except RestockError:
            return frozenset()

    def process(self, key: str) -> Process | None:
        """The newest version of a process, that of the upload before what is deployed; None for one that is not there."""
        if key not in self.drawn and (found := self.before(key)) is not None:
            self.drawn[key] = found
        return self.drawn.get(key)

    def before(self, key: str) -> Process | None:
        """The newest version that is deployed; None where the upload brings the first."""
        if key not in self.packed:
            return None
        content = zstandard.ZstdDecompressor().decompress(self.packed[key])
        return next(process for process in read_process(content, key).processes if process.id == key)

    def add(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Count in what an upload brings. Of a table or form that is refused the id counts: its own check says why."""
        for filename, content in files:
            match PurePath(filename).suffix.lower():
                case ".bpmn":
                    found = _processes(filename, content)
                    self.processes.update(found)
                    self.drawn.update(found)
                case ".dmn":
                    self.decisions.update(_decisions(content))
                case ".form":
                    forms = _forms(content)
                    self.forms.update(forms)
                    self.texts.update(dict.fromkeys(forms, content))


def deployed(connection: Connection, job_types: Container[str] | None = None) -> Known:
    """What is deployed; without `job_types` those that the installed services do."""
    known = Known(frozenset(handlers()) if job_types is None else job_types)
    newest = select(func.max(resource.c.id)).where(resource.c.kind == "form").group_by(resource.c.key)
    known.texts.update(
        (row.key, row.text)
        for row in connection.execute(
            select(resource.c.key, resource.c.text).where(resource.c.id.in_(newest))
        )
    )
    known.forms.update(known.texts)
    stands = select(decision.c.key, resource.c.key.label("file")).join(
        resource, resource.c.id == decision.c.resource_id
    )
    known.homes.update(
        (row.key, row.file)
        for row in connection.execute(stands.order_by(decision.c.release, decision.c.resource_id))
    )
    known.decisions.update(known.homes)
    known.roles.update(connection.execute(select(role.c.key)).scalars())
    newest = select(func.max(definition.c.id)).group_by(definition.c.key)
    known.packed.update(
        (row.key, row.file)
        for row in connection.execute(
            select(definition.c.key, definition.c.file).where(definition.c.id.in_(newest))
        )
    )
    known.processes.update(known.packed)
    return known


def _processes(filename: str, content: bytes) -> dict[str, Process]:
    try:
        return {process.id: process for process in read_process(content, filename).processes}
    except RestockError:
        return {}


def _decisions(content: bytes) -> list[str]:
    try:
        return dmn.read(content).ids()
    except RestockError:
        return [found.decode() for found in _DECISION_ID.findall(content)]


def _forms(content: bytes) -> list[str]:
    try:
        found = json.loads(content)
    except ValueError:
        return []
    key = found.get("id") if isinstance(found, dict) else None
    return [key] if isinstance(key, str) and _FORM_ID.fullmatch(key) else []
