"""Deploy processes, forms, decisions and slips: all files of one upload together, or none."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Any

import zstandard
from sqlalchemy import bindparam, func, insert, select

from engine import access
from engine.access import Actor
from engine.audit.record import Note, record
from engine.commands import second_pair, starts
from engine.commands.known import deployed
from engine.commands.upload import Upload, examine
from engine.errors import DeployRefused, Finding
from engine.model.database import Database
from engine.model.definitions import decision, definition, release, resource
from engine.model.instances import SYSTEM
from engine.model.work import Work, working

_KNOWN = {
    "process": select(definition.c.id, definition.c.version, definition.c.hash)
    .where(definition.c.key == bindparam("key"))
    .order_by(definition.c.version.desc())
    .limit(1),
    "other": select(resource.c.id, resource.c.version, resource.c.hash)
    .where(resource.c.kind == bindparam("kind"), resource.c.key == bindparam("key"))
    .order_by(resource.c.version.desc())
    .limit(1),
}


@dataclass(frozen=True, slots=True)
class Version:
    """One thing of an upload: `kind` process, form, dmn or slip; `changed` when it became a new version."""

    kind: str
    key: str
    version: int
    name: str
    changed: bool
    id: int


@dataclass(frozen=True, slots=True)
class Deployed:
    """What an upload became; `findings` are warnings, since errors refuse it."""

    release: int
    definitions: list[Version] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def deploy(
    db: Database,
    files: Sequence[tuple[str, bytes]],
    actor: Actor,
    *,
    note: str = "",
    job_types: Container[str] | None = None,
) -> Deployed:
    """Check the files and make them live as one release; what did not change keeps its version.

    Instances that run keep the versions they run with. Raises Forbidden, and DeployRefused with all findings when any
    of them is an error: then nothing is deployed. `job_types`: those that have a service, the installed ones by default.
    Where two are asked for, what changes who does what is only proposed by the first; the machine's operator needs none.
    """
    access.require(actor, "deploy")
    with db.read() as connection:
        known = deployed(connection, job_types)
    uploads, findings = examine(files, known)
    if any(f.severity == "error" for f in findings):
        raise DeployRefused(findings)
    by_two = db.settings is not None and db.settings.deploy_by_two and actor is not access.SYSTEM
    with working(db) as work:
        work.lock(SYSTEM)
        alone = _alone(work, files, uploads, job_types) if by_two else []
        first = second_pair.seconded(work, uploads, actor, note) if alone else None
        if not alone or first is not None:
            return Deployed(*_write(work, uploads, actor, note, first), findings)
    raise DeployRefused(alone)


def _alone(
    work: Work,
    files: Sequence[tuple[str, bytes]],
    uploads: Sequence[Upload],
    job_types: Container[str] | None,
) -> list[Finding]:
    """What of it nobody may do alone, compared with what is deployed now that nobody else deploys."""
    known = deployed(work.connection, job_types)
    known.add(files)
    return second_pair.changed(work.connection, uploads, known)


def _write(
    work: Work, uploads: Sequence[Upload], actor: Actor, note: str, proposed_by: str | None
) -> tuple[int, list[Version]]:
    number = work.connection.execute(
        insert(release).values(at=work.now, by=actor.login, note=note).returning(release.c.id)
    ).scalar_one()
    versions = [_keep(work, upload, number, actor) for upload in uploads]
    changed = [v for v in versions if v.changed]
    told = [[v.kind, v.key, v.version, u.hash] for v, u in zip(versions, uploads, strict=True) if v.changed]
    agreed = {"proposed_by": proposed_by} if proposed_by is not None else {}
    armed: list[starts.Armed] = []
    for version, upload in zip(versions, uploads, strict=True):
        if version in changed and upload.process is not None:
            armed += starts.arm(work, upload.process, version.id)
    more = {"release": number, "files": told, "note": note, "armed": armed, **agreed}
    record(work, actor, Note("deploy", more=more))
    return number, versions


def _keep(work: Work, upload: Upload, number: int, actor: Actor) -> Version:
    """The upload's version: the newest one when its content is the same, else a new one."""
    known = _newest(work, upload)
    if known is not None and known.hash == upload.hash:
        return Version(upload.kind, upload.key, known.version, upload.name, changed=False, id=known.id)
    version = known.version + 1 if known is not None else 1
    row = {
        "key": upload.key,
        "version": version,
        "release": number,
        "hash": upload.hash,
        "filename": upload.filename,
        "deployed_by": actor.login,
        "deployed_at": work.now,
    }
    made = (
        _insert_process(work, upload, row)
        if upload.kind == "process"
        else _insert_resource(work, upload, row)
    )
    return Version(upload.kind, upload.key, version, upload.name, changed=True, id=made)


def _newest(work: Work, upload: Upload) -> Any:
    if upload.kind == "process":
        return work.connection.execute(_KNOWN["process"], {"key": upload.key}).one_or_none()
    return work.connection.execute(_KNOWN["other"], {"kind": upload.kind, "key": upload.key}).one_or_none()


def _insert_process(work: Work, upload: Upload, row: dict[str, Any]) -> int:
    assert upload.process is not None
    packed = zstandard.ZstdCompressor(level=9).compress(upload.content)
    more = {
        "name": upload.name,
        "file": packed,
        "starters": starts.starters(upload.process),
        "start_form": starts.start_form(upload.process),
        "state": "active",
    }
    return int(
        work.connection.execute(insert(definition).returning(definition.c.id), {**row, **more}).scalar_one()
    )


def _insert_resource(work: Work, upload: Upload, row: dict[str, Any]) -> int:
    more = {"kind": upload.kind, "text": upload.content.decode()}
    made = int(
        work.connection.execute(insert(resource).returning(resource.c.id), {**row, **more}).scalar_one()
    )
    for key in upload.decisions:
        work.connection.execute(insert(decision).values(key=key, resource_id=made, release=row["release"]))
    return made


def newest_release(work: Work) -> int:
    """The number of the newest release, 0 before the first."""
    return int(work.connection.execute(select(func.coalesce(func.max(release.c.id), 0))).scalar_one())
