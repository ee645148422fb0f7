"""Keep a file with a task: its bytes in the store first, its row and entry after.

A file whose row never came is swept up by nobody's hand: `restock verify` names it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, BinaryIO, Protocol

from sqlalchemy import Connection, bindparam, insert, select

from engine.access import Actor
from engine.audit.record import Note, record
from engine.commands import reading
from engine.commands.kinds import FileRefused, kind_of, require_genuine
from engine.connectors.scanner import ScannerFailed, scan
from engine.errors import Message
from engine.model.database import Database
from engine.model.instances import attachment
from engine.model.work import working

log = logging.getLogger("restock.files")

_PIECE = 1 << 16
_ONE = select(attachment).where(
    attachment.c.instance_id == bindparam("i"), attachment.c.id == bindparam("id")
)


class Readable(Protocol):
    """Something to read bytes from."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is kept."""

    id: str
    name: str
    type: str
    size: int
    hash: str

    def reference(self) -> dict[str, Any]:
        """As forms refer to files."""
        about = {"fileName": self.name, "contentType": self.type, "size": self.size}
        return {"documentId": self.id, "metadata": about}


class KnownFiles:
    """The files of one instance, for checking answers that refer to them; stores nothing."""

    def __init__(self, connection: Connection, instance_id: int) -> None:
        self._connection, self._instance_id = connection, instance_id

    def find(self, document_id: str) -> Mapping[str, Any] | None:
        """The reference of a file of this instance; None for any other."""
        row = self._connection.execute(_ONE, {"i": self._instance_id, "id": document_id}).one_or_none()
        return (
            Attachment(row.id, row.name, row.type, row.size, row.hash).reference()
            if row is not None
            else None
        )

    def store(self, path: str, upload: Readable) -> Mapping[str, Any]:
        """Files are kept before the answers are given: here it is too late."""
        raise FileRefused(field=path)


class TaskFiles:
    """The files of one task for one person: what forms ask for when they read what a browser sent."""

    def __init__(self, db: Database, task_id: str, actor: Actor) -> None:
        self._db, self._task_id, self._actor = db, task_id, actor

    def find(self, document_id: str) -> Mapping[str, Any] | None:
        """The reference of a file of the task's instance; None for any other."""
        number, _n = reading.split(self._task_id)
        with self._db.read() as connection:
            return KnownFiles(connection, number).find(document_id)

    def store(self, path: str, upload: Any) -> Mapping[str, Any]:
        """Keep an upload (`filename`, `read`). Raises FileRefused, NotFound, TaskClosed, TaskTaken."""
        kept = attach(self._db, self._task_id, path, upload.filename or "", upload, self._actor)
        return kept.reference()


def attach(db: Database, task_id: str, field: str, name: str, content: Readable, actor: Actor) -> Attachment:
    """Keep a file with a task the actor is doing.

    The kind is that of the name; what the sender says of it counts nothing. Raises NotFound, TaskClosed, TaskTaken,
    FileRefused for kinds that are not exchanged, contents of another kind, and files that are too large.
    """
    shown = _plain_name(name)
    with db.read() as connection:
        reading.require_open(reading.visible_task(connection, task_id, actor))
    kept = _store(db, content, shown)
    try:
        with path_of(db, kept.id).open("rb") as file:
            require_genuine(shown, file)
            _require_clean(db, shown, file)
        with working(db) as work:
            row = reading.task_for_update(work, task_id, actor)
            behalf = reading.require_doing(work, row, actor)
            values = {
                "id": kept.id,
                "task": row.n,
                "field": field[:200],
                "name": kept.name,
                "type": kept.type,
                "size": kept.size,
                "hash": kept.hash,
                "by": actor.login,
                "at": work.now,
            }
            work.connection.execute(insert(attachment).values(instance_id=row.instance_id, **values))
            told = {"file": [kept.id, kept.name, kept.size, kept.hash]}
            record(work, actor, Note("attach", task=row.n, element=row.element, on_behalf=behalf, more=told))
    except BaseException:
        path_of(db, kept.id).unlink(missing_ok=True)
        raise
    return kept


def _require_clean(db: Database, name: str, file: BinaryIO) -> None:
    """Raises FileRefused when the virus scanner, where there is one, finds something, or does not answer."""
    if db.settings is None or not db.settings.clamd:
        return
    file.seek(0)
    try:
        found = scan(db.settings.clamd, file)
    except ScannerFailed as error:
        log.warning("the virus scanner failed: %s", error)
        text = Message(
            zh=f"病毒扫描程序没有应答，“{name}”暂时不能上传：请稍后再试，或告诉管理员。",
            en=f'The virus scanner does not answer, so that "{name}" cannot be taken now: try again later, or tell the administrator.',
        )
        raise FileRefused(text, name=name) from error
    if found:
        log.warning("the virus scanner found %r in an upload", found)
        text = Message(
            zh=f"“{name}”被病毒扫描程序拦下（{found}）。",
            en=f'The virus scanner stopped "{name}" ({found}).',
        )
        raise FileRefused(text, name=name)


def path_of(db: Database, file_id: str) -> Path:
    """Where the bytes of a file lie."""
    return folder(db) / file_id[:2] / file_id


def folder(db: Database) -> Path:
    """The store of all files."""
    if db.settings is not None:
        return db.settings.files
    return Path(db.url.database or "restock").with_name("files")


def _store(db: Database, content: Readable, name: str) -> Attachment:
    """Write the bytes through to disk under a random name."""
    most = (db.settings.attachment_mb if db.settings else 25) * 1_000_000
    number = str(uuid.uuid4())
    path = path_of(db, number)
    path.parent.mkdir(parents=True, exist_ok=True)
    seen, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        while piece := content.read(_PIECE):
            size += len(piece)
            if size > most:
                file.close()
                path.unlink()
                raise FileRefused(
                    Message(
                        zh=f"“{name}”超过 {most // 1_000_000} MB：请压缩或缩小后再上传。",
                        en=f'"{name}" is larger than {most // 1_000_000} MB: make it smaller and upload it again.',
                    )
                )
            seen.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return Attachment(number, name, kind_of(name).media, size, seen.hexdigest())


def _plain_name(name: str) -> str:
    """The file's own name, Chinese included, without path and without what confuses readers. Raises FileRefused."""
    last = PurePath(name.replace("\\", "/")).name
    plain = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip(
        ". "
    )
    if not plain:
        raise FileRefused(name=plain)
    kind_of(plain[-150:])
    stem, suffix = PurePath(plain).stem, PurePath(plain).suffix
    return stem[:150] + suffix


__all__ = ["Attachment", "FileRefused", "KnownFiles", "TaskFiles", "attach", "folder", "path_of"]
