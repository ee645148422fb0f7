"""Sign a document, or refuse to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import bindparam, func, insert, select

from engine.access import Actor
from engine.audit.chain import digest, stamp
from engine.audit.record import Note
from engine.bpmn import moved as m
from engine.commands import reading, step
from engine.commands.complete import Completed, accept, form_of
from engine.commands.failed import recording
from engine.commands.library import Library
from engine.commands.proof import prove_again
from engine.commands.seen import Seen, shown
from engine.errors import Conflict, Message, Refused
from engine.faults import reach
from engine.feel.values import to_json
from engine.model.database import Database
from engine.model.instances import signature
from engine.model.work import TaskRow, Work, working

Decision = Literal["sign", "refuse"]

_EARLIER = select(signature.c.signer).where(
    signature.c.instance_id == bindparam("i"),
    signature.c.document_hash == bindparam("hash"),
    signature.c.decision == "sign",
    signature.c.void_seq.is_(None),
)
_COUNT = select(func.count()).where(signature.c.instance_id == bindparam("i"))


class CommentNeeded(Refused):
    """A refusal needs a comment: say what is wrong with the document."""

    chinese = "拒签须填写意见：请说明单据有何问题。"


class SignedAlready(Conflict):
    """You have signed this document already: the next signature must be another person's."""

    chinese = "您已签过此单据：下一个签字须由另一人完成。"


class NothingToSign(Refused):
    """This task is no signature: complete it as usual."""

    chinese = "该任务不是签字任务：请按普通任务办理。"


def sign(
    db: Database,
    task_id: str,
    decision: Decision,
    actor: Actor,
    *,
    password: str,
    code: str = "",
    comment: str = "",
    answers: Mapping[str, Any] | None = None,
    shown_hash: str | None = None,
    idempotency_key: str | None = None,
    given: str = "",
) -> Completed:
    """Sign what the task shows, or refuse with a comment; proved by the password again, and a code where there is one.

    Kept are signer, meaning, time, and the SHA-256 of the document and of everything shown. The task gives the
    process `decision`, `comment` and `signature`. A refusal voids the document's earlier signatures.

    The same idempotency key again gives the first answer, with another `given` it is refused.

    Raises NotFound, TaskClosed, TaskTaken, CommentNeeded, TooManyAttempts, SignedAlready for a second signature of
    one person under one document, TaskChanged when `shown_hash` is an old page's, FieldsRefused (also for `password`).
    """
    if decision not in ("sign", "refuse"):
        raise Refused(Message(zh="请选择签字或拒签。", en="Choose to sign or to refuse."))
    if decision == "refuse" and not comment.strip():
        raise CommentNeeded
    about = f"sign:{task_id}:{decision}#{given}"
    known = _known(db, task_id, actor, idempotency_key, about)
    if known is not None:
        return known
    prove_again(db, actor, "password", password, code)
    with recording(db, task_id, actor), working(db) as work:
        row = reading.task_for_update(work, task_id, actor)
        behalf = reading.require_doing(work, row, actor)
        library = Library(work.db, work.connection, work.instance.newest)
        seen = shown(work, library, row)
        if seen.signature is None:
            raise NothingToSign
        if shown_hash is not None and shown_hash != seen.hash:
            raise reading.TaskChanged(task=task_id)
        signed = _signature(work, seen, row, actor, decision, comment, behalf)
        answers = _answers(library, row, answers or {}, signed)
        values = accept(work, library, row, answers, seen.context)
        completed = _finish(work, library, seen, row, actor, signed, values)
        work.answer(idempotency_key, actor.login, about, completed.kept())
    reach("before_answer")
    return completed


def _known(db: Database, task_id: str, actor: Actor, key: str | None, about: str) -> Completed | None:
    """The first answer to a repeated request; and a task that cannot be signed is refused before the password counts."""
    with db.read() as connection:
        work = Work(db, connection)
        row = reading.visible_task(connection, task_id, actor)
        known = work.answered(key, actor.login, about)
        if known is not None:
            return Completed(*json.loads(known))
        reading.require_doing(work, row, actor)
    return None


def _signature(
    work: Work, seen: Seen, row: TaskRow, actor: Actor, decision: Decision, comment: str, behalf: str | None
) -> dict[str, Any]:
    """The signature as its row will hold it. Raises SignedAlready."""
    said = seen.signature or {}
    document = said.get("document") or ""
    content = digest(to_json(seen.context.get(document) if document else seen.context))
    if decision == "sign":
        asked = {"i": row.instance_id, "hash": content}
        if actor.login in set(work.connection.execute(_EARLIER, asked).scalars()):
            raise SignedAlready(document=document)
    return {
        "task": row.n,
        "element": row.element,
        "document": document,
        "document_hash": content,
        "values_hash": seen.hash,
        "signer": actor.login,
        "signer_name": actor.name,
        "on_behalf": behalf,
        "meaning": said.get("meaning") or said.get("signature") or "",
        "decision": decision,
        "comment": comment.strip(),
    }


def _answers(
    library: Library, row: TaskRow, given: Mapping[str, Any], signed: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the form is asked to take: its other answers, the decision, and with a refusal the comment."""
    if row.form_id is None:
        return given
    said = ("decision", "comment") if signed["decision"] == "refuse" else ("decision",)
    asked = library.form(row.form_id).shape
    return {**given, **{name: signed[name] for name in said if name in asked}}


def _finish(
    work: Work,
    library: Library,
    seen: Seen,
    row: TaskRow,
    actor: Actor,
    signed: dict[str, Any],
    values: dict[str, Any],
) -> Completed:
    number = work.connection.execute(_COUNT, {"i": row.instance_id}).scalar_one() + 1
    told = {k: signed[k] for k in ("signer", "meaning", "document_hash")}
    given = {
        **values,
        "decision": signed["decision"],
        "comment": signed["comment"],
        "signature": {**told, "name": actor.name, "at": work.now, "number": number},
    }
    moved = seen.running.advance(m.Complete(row.n, given, actor.login))
    reach("after_run")
    _keep_signed(work, signed)
    refused = [signed["document_hash"]] if signed["decision"] == "refuse" else []
    kept = {key: value for key, value in signed.items() if key not in ("task", "element") and value}
    more = {**form_of(library, row), "signature": {**kept, "at": stamp(work.now)}}
    note = Note(signed["decision"], task=row.n, element=row.element, on_behalf=signed["on_behalf"], more=more)
    seq = step.write(work, library, actor, moved, note, void=refused)
    values_of_row = {**signed, "instance_id": row.instance_id, "seq": seq, "at": work.now}
    work.connection.execute(insert(signature), values_of_row)
    return Completed(work.instance.id, moved.status, step.open_to(actor, work.instance.id, moved.opened))


def _keep_signed(work: Work, signed: dict[str, Any]) -> None:
    """Remember on the instance that a change of this variable voids a signature."""
    names = set(filter(None, (work.instance.signed or "").split(",")))
    if signed["decision"] == "sign" and signed["document"] and signed["document"] not in names:
        work.changed["signed"] = ",".join(sorted({*names, signed["document"]}))
