"""What must hold between rows, states and files, whatever happened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import zstandard
from sqlalchemy import Connection, Table, and_, exists, func, or_, select

from engine.audit.chain import skimmed, stamp
from engine.bpmn import runtime
from engine.bpmn.moved import Failure
from engine.commands.attach import folder, path_of
from engine.commands.library import Library
from engine.errors import RestockError
from engine.model.database import Database
from engine.model.definitions import release
from engine.model.history import entry
from engine.model.instances import (
    SYSTEM,
    attachment,
    incident,
    instance,
    job,
    message,
    signature,
    subscription,
    task,
)
from engine.queries import originals, rights, rules
from engine.queries.open_work import OpenWork

#: Instance, code for scripts, words.
Broken = tuple[int, str, str]

#: What reading damaged bytes may raise.
_UNREADABLE = (
    RestockError,
    Failure,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    zstandard.ZstdError,
)

_OPEN = task.c.status == "open"

#: Every instance with its first entry.
_RUNS = (
    select(instance, entry.c.body)
    .outerjoin(entry, and_(entry.c.instance_id == instance.c.id, entry.c.seq == 1))
    .where(instance.c.definition_id.is_not(None))
    .order_by(instance.c.id)
)


def broken(db: Database, connection: Connection) -> Iterator[Broken]:
    """Everything that does not agree; what somebody made unreadable is told too, and does not end the check."""
    checks = {
        "rows without instance": _orphans(connection),
        "what has ended": _ended(connection),
        "messages": _messages(connection),
        "states": _states(db, connection),
        "signatures": _signatures(connection),
        "what was attached": _attached(connection),
        "files": _files(db, connection),
        "rules": rules.broken(connection),
        "what was deployed, started and issued": originals.broken(connection),
        "people and roles": rights.broken(connection),
    }
    for name, check in checks.items():
        try:
            yield from check
        except _UNREADABLE as error:
            yield SYSTEM, "unreadable", f"{name}: cannot be checked to the end: {error!r}"


def _orphans(connection: Connection) -> Iterator[Broken]:
    """Rows of instances that do not exist."""
    for table in (task, job, subscription, incident, signature, attachment):
        query = (
            select(table.c.instance_id)
            .where(~exists().where(instance.c.id == table.c.instance_id))
            .distinct()
        )
        for (number,) in connection.execute(query):
            yield number, "orphan", f"{table.name} of an instance that does not exist"


def _ended(connection: Connection) -> Iterator[Broken]:
    """Instances that have ended, with something still waiting."""
    ended = instance.c.status.in_(("completed", "cancelled"))
    waits: list[tuple[Table, Any]] = [
        (task, _OPEN),
        (job, True),
        (subscription, True),
        (incident, incident.c.resolved_at.is_(None)),
    ]
    for table, condition in waits:
        query = (
            select(instance.c.id).join(table, table.c.instance_id == instance.c.id).where(ended, condition)
        )
        for (number,) in connection.execute(query.distinct()):
            yield number, "ended", f"the instance has ended, but a {table.name} still waits"


def _messages(connection: Connection) -> Iterator[Broken]:
    """Messages bound to a task, but without the job that delivers them."""
    delivers = or_(
        and_(
            job.c.kind == "message",
            job.c.instance_id == message.c.target_instance,
            job.c.task == message.c.target_task,
        ),
        and_(job.c.kind == "start", job.c.instance_id == SYSTEM, job.c.task == message.c.id),
    )
    waits = exists().where(
        subscription.c.instance_id == message.c.target_instance, subscription.c.task == message.c.target_task
    )
    lost = select(message.c.id, message.c.target_instance).where(
        message.c.target_instance.is_not(None),
        ~exists().where(delivers),
        or_(waits, message.c.target_instance == SYSTEM),
    )
    for number, target in connection.execute(lost):
        yield target, "message", f"message {number} has no job that delivers it"


def _states(db: Database, connection: Connection) -> Iterator[Broken]:
    """Each state loads, is written again to the same bytes, and waits for exactly what the rows say."""
    newest = connection.execute(select(func.coalesce(func.max(release.c.id), 0))).scalar_one()
    library = Library(db, connection, newest)
    rows = connection.execute(_RUNS).all()
    have = _waiting_rows(connection)
    work = OpenWork(connection, library, db.now(connection))
    for row in rows:
        try:
            looked = runtime.look(library, row.state)
        except _UNREADABLE as error:
            yield row.id, "state", f"the state cannot be read: {error}"
            continue
        if looked.state != row.state:
            yield row.id, "state", "the state is not the same when it is written again"
        if looked.status != row.status:
            yield row.id, "status", f"the row says {row.status}, the state {looked.status}"
        yield from _compared(row.id, looked, have, row.incidents)
        if row.status == "running":
            tells = bool(skimmed(row.body or "").get("tells"))
            yield from ((row.id, *found) for found in work.broken(row, looked, tells=tells))


def _waiting_rows(connection: Connection) -> dict[str, dict[int, set[Any]]]:
    """What waits according to the rows, by kind and instance."""
    asked = {
        "task": select(task.c.instance_id, task.c.n).where(_OPEN),
        "job": select(job.c.instance_id, job.c.task, job.c.kind).where(
            job.c.kind.in_(("service", "timer")), ~job.c.dead
        ),
        "dead": select(job.c.instance_id, job.c.task, job.c.kind).where(
            job.c.kind.in_(("service", "timer")), job.c.dead
        ),
        "subscription": select(subscription.c.instance_id, subscription.c.task),
        "incident": select(incident.c.instance_id, incident.c.task).where(incident.c.resolved_at.is_(None)),
    }
    found: dict[str, dict[int, set[Any]]] = {name: {} for name in asked}
    for name, query in asked.items():
        for number, *rest in connection.execute(query):
            found[name].setdefault(number, set()).add(tuple(rest) if len(rest) > 1 else rest[0])
    return found


def _compared(
    number: int, looked: Any, have: dict[str, dict[int, set[Any]]], incidents: int
) -> Iterator[Broken]:
    def rows(name: str) -> set[Any]:
        return have[name].get(number, set())

    if rows("task") != {t.task for t in looked.tasks}:
        yield (
            number,
            "tasks",
            f"open tasks are {rows('task')}, the state waits at {[t.task for t in looked.tasks]}",
        )
    # A dead timer's token still waits; a dead service job's is in incident.
    timers = {key for key in rows("dead") if key[1] == "timer"}
    waits = {(job.task, job.kind) for job in looked.jobs}
    if rows("job") | timers != waits:
        yield number, "jobs", f"jobs are {rows('job') | timers}, the state waits for {waits}"
    if rows("subscription") != set(looked.subscriptions):
        yield (
            number,
            "subscriptions",
            f"subscriptions are {rows('subscription')}, the state has {looked.subscriptions}",
        )
    if not set(looked.incidents) <= rows("incident"):
        yield number, "incidents", f"incidents are {rows('incident')}, the state has {looked.incidents}"
    if incidents != len(rows("incident")):
        yield number, "incidents", f"the row counts {incidents} incidents, there are {len(rows('incident'))}"


#: What a signature's row and the history tell alike.
_SIGNED = (
    "document",
    "document_hash",
    "values_hash",
    "signer",
    "signer_name",
    "on_behalf",
    "meaning",
    "decision",
    "comment",
)


def _signatures(connection: Connection) -> Iterator[Broken]:
    """Signatures that are another than the history tells, and those it tells of that are gone."""
    same = and_(entry.c.instance_id == signature.c.instance_id, entry.c.seq == signature.c.seq)
    voids: dict[int, list[tuple[int, list[str]]]] = {}
    voiding = select(entry.c.instance_id, entry.c.seq, entry.c.body).where(
        entry.c.body.contains('"voided":[')
    )
    for number, seq, text in connection.execute(voiding).all():
        voids.setdefault(number, []).append((seq, skimmed(text).get("voided") or []))
    for row in connection.execute(select(signature, entry.c.body).outerjoin(entry, same)).all():
        body = skimmed(row.body or "")
        signed = body.get("signature") or {}
        there = [getattr(row, name) or "" for name in _SIGNED]
        if (row.task, row.element, stamp(row.at), there) != (
            body.get("task"),
            body.get("element"),
            signed.get("at"),
            [signed.get(name) or "" for name in _SIGNED],
        ):
            yield row.instance_id, "signature", f"signature {row.seq} is another than the history tells"
        ended = [seq for seq, hashes in voids.get(row.instance_id, []) if row.document_hash in hashes]
        if row.decision == "sign" and row.void_seq != min((s for s in ended if s > row.seq), default=None):
            yield (
                row.instance_id,
                "signature",
                f"the history tells otherwise whether signature {row.seq} counts",
            )
    alone = select(entry.c.instance_id, entry.c.seq, entry.c.body).where(
        entry.c.body.contains('"signature":{'), ~exists().where(same)
    )
    for number, seq, text in connection.execute(alone).all():
        if skimmed(text).get("verb") in ("sign", "refuse"):
            yield number, "signature", f"the signature that entry {seq} tells of is gone"


def _attached(connection: Connection) -> Iterator[Broken]:
    """Attachments that are others than the history tells, that it does not tell of, and those that are gone."""
    entries = select(entry.c.instance_id, entry.c.body).where(entry.c.body.contains('"verb":"attach"'))
    left = {}
    for number, text in connection.execute(entries):
        body = skimmed(text)
        if body.get("verb") == "attach":
            ident, *file = body["file"]
            left[ident] = (number, body["task"], *file, body["actor"], body["at"])
    for row in connection.execute(select(attachment)):
        there = (row.instance_id, row.task, row.name, row.size, row.hash, row.by, stamp(row.at))
        if left.pop(row.id, None) != there:
            yield row.instance_id, "file", f"the file {row.id} is another than the history tells"
    for ident, (number, *_file) in left.items():
        yield number, "file", f"the file {ident} was attached and is gone"


def _files(db: Database, connection: Connection) -> Iterator[Broken]:
    """Attachments whose file is missing or another, and files nobody knows of."""
    known = set()
    for row in connection.execute(select(attachment.c.instance_id, attachment.c.id, attachment.c.hash)):
        known.add(row.id)
        path = path_of(db, row.id)
        if not path.is_file():
            yield row.instance_id, "file", f"the file {row.id} is missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row.hash:
            yield row.instance_id, "file", f"the file {row.id} is another than was kept"
    if folder(db).is_dir():
        for path in folder(db).glob("??/*"):
            if path.name not in known:
                yield SYSTEM, "file", f"nobody knows the file {path.name}"
