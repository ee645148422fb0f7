"""What was deployed, started and issued is still what the history says: diagrams, forms, tables, slips, papers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import zstandard
from sqlalchemy import Connection, Text, func, select, type_coerce

from engine import dmn
from engine.audit.chain import digest, told
from engine.bpmn.read import read
from engine.commands import starts
from engine.errors import RestockError
from engine.model.definitions import decision, definition, resource
from engine.model.history import entry
from engine.model.instances import SYSTEM, instance
from engine.model.metadata import AnyRow
from engine.model.papers import document

#: Kind, key and version of what was deployed.
_Name = tuple[str, str, int]

#: Instance, code for scripts, words.
_Broken = tuple[int, str, str]

#: What reading changed content may raise.
_UNREADABLE = (RestockError, ValueError, LookupError, TypeError, zstandard.ZstdError, RecursionError)


def broken(connection: Connection) -> Iterator[_Broken]:
    """What runs by another text than was deployed, or says so, and papers that are others than were issued."""
    yield from _deployed(connection)
    yield from _decisions(connection)
    yield from _started(connection)
    yield from _papers(connection)


def _deployed(connection: Connection) -> Iterator[_Broken]:
    left = _told(connection)
    newest = set(connection.execute(select(func.max(definition.c.id)).group_by(definition.c.key)).scalars())
    rows = connection.execute(select(definition).order_by(definition.c.id)).all()
    for row in rows:
        name, content = ("process", row.key, row.version), _unpacked(row.file)
        marks = (row.release, hashlib.sha256(content).hexdigest())
        if not left.pop(name, None) == (row.release, row.hash) == marks:
            yield _changed(name)
        elif row.id in newest and (row.starters, row.start_form) != _start(row, content):
            yield (
                SYSTEM,
                "deployed",
                f"who may start {row.key}, or by which form, is not what its diagram says",
            )
    for row in connection.execute(select(resource).order_by(resource.c.id)):
        name = (row.kind, row.key, row.version)
        marks = (row.release, hashlib.sha256(row.text.encode()).hexdigest())
        if not left.pop(name, None) == (row.release, row.hash) == marks:
            yield _changed(name)
    for name in left:
        yield SYSTEM, "deployed", f"{_spelled(name)} was deployed and is gone"


def _told(connection: Connection) -> dict[_Name, tuple[int, str]]:
    """What the history says was deployed, with its release and hash."""
    wanted = (entry.c.instance_id == SYSTEM) & entry.c.body.contains('"verb":"deploy"')
    found: dict[_Name, tuple[int, str]] = {}
    for text in connection.execute(select(entry.c.body).where(wanted)).scalars().all():
        body = told(text)
        for kind, key, version, mark in body.get("files") or []:
            found[kind, key, version] = (body["release"], mark)
    return found


def _unpacked(file: bytes) -> bytes:
    try:
        return zstandard.ZstdDecompressor().decompress(file)
    except zstandard.ZstdError:
        return b""


def _start(row: AnyRow, content: bytes) -> tuple[str, str]:
    """Who may start a process by its diagram, and by which form."""
    try:
        process = next(each for each in read(content, row.filename).processes if each.id == row.key)
    except _UNREADABLE:
        return "", ""
    return starts.starters(process), starts.start_form(process)


def _decisions(connection: Connection) -> Iterator[_Broken]:
    """Which decision stands in which file."""
    rows = connection.execute(select(decision.c.key, decision.c.resource_id, decision.c.release))
    kept = {(row.key, row.resource_id, row.release) for row in rows}
    files = select(resource.c.id, resource.c.release, resource.c.text).where(resource.c.kind == "dmn")
    there = {(key, row.id, row.release) for row in connection.execute(files) for key in _decided_by(row.text)}
    for key, _, _ in sorted(kept ^ there):
        yield SYSTEM, "deployed", f"the decision {key} is not found in the file in which it was deployed"


def _decided_by(text: str) -> list[str]:
    try:
        return dmn.read(text).ids()
    except _UNREADABLE:
        return []


def _started(connection: Connection) -> Iterator[_Broken]:
    """Instances that run by another version than they were started with, or claim another starter."""
    first = (entry.c.instance_id == instance.c.id) & (entry.c.seq == 1)
    own = (instance.c.id, instance.c.starter, instance.c.release)
    wanted = (*own, definition.c.key, definition.c.version, entry.c.body)
    query = (
        select(*wanted)
        .outerjoin(definition, definition.c.id == instance.c.definition_id)
        .join(entry, first)
        .where(instance.c.id != SYSTEM)
    )
    for row in connection.execute(query.order_by(instance.c.id)):
        body = told(row.body)
        if (body.get("definition"), body.get("release")) != (f"{row.key}:{row.version}", row.release):
            yield row.id, "definition", "the instance was started with another process, version or release"
        if body.get("actor") != row.starter:
            yield row.id, "starter", "somebody else started the instance"


def _papers(connection: Connection) -> Iterator[_Broken]:
    """Papers whose content is not the one their fingerprint was taken of."""
    columns = (document.c.instance_id, document.c.kind, document.c.number, document.c.version)
    payload = type_coerce(document.c.payload, Text).label("text")
    for row in connection.execute(select(*columns, payload, document.c.hash).order_by(document.c.id)):
        if _fingerprint(row) != row.hash:
            text = f"{row.kind} {row.number}, version {row.version}, is another than was issued"
            yield row.instance_id, "paper", text


def _fingerprint(row: AnyRow) -> str:
    try:
        payload: Any = json.loads(row.text)
        return digest({"kind": row.kind, "number": row.number, "version": row.version, "payload": payload})
    except _UNREADABLE:
        return ""


def _changed(name: _Name) -> _Broken:
    return SYSTEM, "deployed", f"{_spelled(name)} is another than was deployed"


def _spelled(name: _Name) -> str:
    kind, key, version = name
    return f"the {kind} {key}, version {version},"
