"""What was deployed, started and issued is still what the history says: diagrams, forms, tables, slips, papers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import zstandard
from sqlalchemy import Connection, func, select

from engine import dmn
from engine.audit.chain import skimmed, stamp, told
from engine.bpmn.model import Process
from engine.bpmn.read import read
from engine.commands import starts
from engine.model.definitions import decision, definition, release, resource
from engine.model.history import entry
from engine.model.instances import SYSTEM, instance
from engine.model.metadata import AnyRow
from engine.queries import armed, issued
from engine.queries.issued import UNREADABLE

#: Kind, key and version of what was deployed.
_Name = tuple[str, str, int]

#: Who deployed a release, when, and what they noted.
_Release = tuple[str | None, str | None, str]

#: Instance, code for scripts, words.
_Broken = tuple[int, str, str]


def broken(connection: Connection) -> Iterator[_Broken]:
    """What runs by another text than was deployed, or says so, and papers that are others than were issued."""
    yield from _deployed(connection)
    yield from _decisions(connection)
    yield from _started(connection)
    yield from issued.broken(connection)


def _deployed(connection: Connection) -> Iterator[_Broken]:
    left, releases = _told(connection)
    yield from _releases(connection, releases)
    newest = set(connection.execute(select(func.max(definition.c.id)).group_by(definition.c.key)).scalars())
    processes: dict[int, Process] = {}
    for row in connection.execute(select(definition).order_by(definition.c.id)):
        name, content = ("process", row.key, row.version), _unpacked(row.file)
        process = _process(row, content) if row.id in newest else None
        if not _same(row, left.pop(name, None), content, releases) or row.state != "active":
            yield _changed(name)
        elif process is not None and (row.starters, row.start_form, row.name) != _start(process):
            text = f"who may start {row.key}, by which form, or its name is not what its diagram says"
            yield SYSTEM, "deployed", text
        if process is not None:
            processes[row.id] = process
    for row in connection.execute(select(resource).order_by(resource.c.id)):
        name = (row.kind, row.key, row.version)
        if not _same(row, left.pop(name, None), row.text.encode(), releases):
            yield _changed(name)
    for name in left:
        yield SYSTEM, "deployed", f"{_spelled(name)} was deployed and is gone"
    yield from armed.broken(connection, processes)


def _same(row: AnyRow, said: tuple[int, str] | None, content: bytes, releases: dict[int, _Release]) -> bool:
    """Whether something deployed is what the history says, to the letter, by whom and when."""
    marks = (row.release, hashlib.sha256(content).hexdigest())
    by, at, _note = releases.get(row.release, ("", "", ""))
    return said == (row.release, row.hash) == marks and (by, at) == (row.deployed_by, stamp(row.deployed_at))


def _releases(connection: Connection, said: dict[int, _Release]) -> Iterator[_Broken]:
    """Releases: which is the newest decides what new instances run by."""
    rows = connection.execute(select(release))
    there = {row.id: (row.by, stamp(row.at), row.note) for row in rows}
    for number in sorted({*said, *there}):
        if said.get(number) != there.get(number):
            yield SYSTEM, "deployed", f"release {number} is not the one that the history tells"


def _told(connection: Connection) -> tuple[dict[_Name, tuple[int, str]], dict[int, _Release]]:
    """What the history says was deployed, with its release and hash; and the releases, with who, when and why."""
    wanted = (entry.c.instance_id == SYSTEM) & entry.c.body.contains('"verb":"deploy"')
    found: dict[_Name, tuple[int, str]] = {}
    releases: dict[int, _Release] = {}
    for text in connection.execute(select(entry.c.body).where(wanted)).scalars().all():
        body = told(text)
        for kind, key, version, mark in body.get("files") or []:
            found[kind, key, version] = (body["release"], mark)
        if "release" in body:
            releases[body["release"]] = (body.get("actor"), body.get("at"), body.get("note", ""))
    return found, releases


def _unpacked(file: bytes) -> bytes:
    try:
        return zstandard.ZstdDecompressor().decompress(file)
    except zstandard.ZstdError:
        return b""


def _process(row: AnyRow, content: bytes) -> Process | None:
    try:
        return next(each for each in read(content, row.filename).processes if each.id == row.key)
    except (*UNREADABLE, StopIteration):
        return None


def _start(process: Process) -> tuple[str, str, str]:
    """Who may start a process by its diagram, by which form, and its name."""
    return starts.starters(process), starts.start_form(process), process.name or process.id


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
    except UNREADABLE:
        return []


def _started(connection: Connection) -> Iterator[_Broken]:
    """Instances that run by another version than they were started with, or whose rows tell another beginning."""
    first, last = entry.alias(), entry.alias()
    about = _subjects(connection)
    own = (instance.c.id, instance.c.starter, instance.c.release, instance.c.business_key)
    times = (instance.c.started_at, instance.c.moved_at, instance.c.ended_at)
    words = (instance.c.subject, instance.c.subject_en)
    entries = (first.c.body, last.c.body.label("newest"))
    query = (
        select(*own, *times, *words, definition.c.key, definition.c.version, *entries)
        .outerjoin(definition, definition.c.id == instance.c.definition_id)
        .join(first, (first.c.instance_id == instance.c.id) & (first.c.seq == 1))
        .outerjoin(last, (last.c.instance_id == instance.c.id) & (last.c.seq == instance.c.version))
        .where(instance.c.id != SYSTEM)
    )
    for row in connection.execute(query.order_by(instance.c.id)):
        body = skimmed(row.body)
        if (body.get("definition"), body.get("release")) != (f"{row.key}:{row.version}", row.release):
            yield row.id, "definition", "the instance was started with another process, version or release"
        if body.get("actor") != row.starter:
            yield row.id, "starter", "somebody else started the instance"
        if body.get("business_key", "") != row.business_key:
            yield row.id, "business_key", "the instance was started with another business key"
        said = about.get(row.id, ["", ""] if body.get("tells") else None)
        if said is not None and said != [row.subject, row.subject_en or ""]:
            yield row.id, "subject", "the instance is about something else than its row says"
        yield from _moments(row, body, skimmed(row.newest or ""))


def _subjects(connection: Connection) -> dict[int, list[str]]:
    """What instances are about, by the last entry that says it; earlier versions did not."""
    query = select(entry.c.instance_id, entry.c.body).where(entry.c.body.contains('"subject":["'))
    found = {}
    for number, body in connection.execute(query.order_by(entry.c.instance_id, entry.c.seq)):
        if isinstance(said := skimmed(body).get("subject"), list):
            found[number] = said
    return found


def _moments(row: AnyRow, first: dict[str, Any], last: dict[str, Any]) -> Iterator[_Broken]:
    """When an instance began, moved and ended, by its first and its last entry."""
    ended = row.ended_at and stamp(row.ended_at)
    if first.get("at") != stamp(row.started_at):
        yield row.id, "moment", "the instance began at another time"
    if last.get("at") != stamp(row.moved_at):
        yield row.id, "moment", "the instance last moved at another time"
    if ended != (last.get("at") if "ended" in last else ended):
        yield row.id, "moment", "the instance ended at another time"


def _changed(name: _Name) -> _Broken:
    return SYSTEM, "deployed", f"{_spelled(name)} is another than was deployed"


def _spelled(name: _Name) -> str:
    kind, key, version = name
    return f"the {kind} {key}, version {version},"
