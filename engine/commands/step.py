"""Write what a step brought about: the instance, its tasks, jobs and subscriptions, and one entry of history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from engine import access
from engine.access import EVERYBODY, Actor
from engine.audit.chain import canonical, digest, stamp, write_move
from engine.audit.record import Note, record
from engine.bpmn.moved import Moved, OpenTask
from engine.commands import incidents, post, waiting
from engine.commands.library import Library
from engine.faults import reach
from engine.feel.values import to_json
from engine.model.instances import draft, pool_member, signature, task
from engine.model.metadata import microseconds
from engine.model.prepared import Prepared
from engine.model.upsert import upsert
from engine.model.work import Work
from engine.services import endings
from engine.services.call import Call

#: Where tasks without a due date stand in the inbox.
NO_DUE = 2**62

#: The priority of a task of which nobody says one.
USUAL = 50

#: So many unconfirmed years an entry names at most.
_MOST_YEARS = 20

#: Columns of a task that are written when it opens.
_OPENED = (
    *("instance_id", "n", "definition_id", "element", "name", "form_id", "pool", "assignee", "priority"),
    *("due", "follow_up", "rank", "status", "opened_at", "details"),
)
_OPEN = Prepared(insert(task), _OPENED)
_CLOSE = Prepared(
    update(task)
    .where(task.c.instance_id == bindparam("i"), task.c.n == bindparam("t"))
    .values(status=bindparam("outcome"), closed_at=bindparam("at"), closed_by=bindparam("by"), details=None)
)
_FORGET_DRAFTS = Prepared(
    delete(draft).where(draft.c.instance_id == bindparam("i"), draft.c.n == bindparam("t"))
)
_SIGNED = (
    signature.c.instance_id == bindparam("i"),
    signature.c.void_seq.is_(None),
    signature.c.document_hash.in_(bindparam("hashes", expanding=True)),
)
_LIVE = select(signature.c.document_hash).where(*_SIGNED).distinct()
_VOID = update(signature).where(*_SIGNED).values(void_seq=bindparam("voiding"))


@dataclass(frozen=True, slots=True)
class Settled:
    """The job whose end this step is: its row goes, unless the step sets the same timer again."""

    task: int
    kind: str
    attempts: int


def write(
    work: Work,
    library: Library,
    actor: Actor,
    moved: Moved,
    note: Note,
    *,
    settled: Settled | None = None,
    void: Sequence[str] = (),
) -> int:
    """Write everything a step brought about; the number of its entry in the history.

    Drops come before adds: a timer that fires again keeps its task number. `void`: hashes of documents whose
    signatures count no more, besides those that the step changed.
    """
    tell(moved, note)
    _tell_tasks(work, library, moved, note)
    if library.calendar.doubts:
        note.more["years_in_doubt"] = sorted(library.calendar.doubts)[:_MOST_YEARS]
    voided = _live(work, {*void, *_changed_documents(work, moved)})
    if voided:
        note.more["voided"] = voided
    _describe(work, moved, note)
    if moved.status == "cancelled" or moved.terminated:
        _leave(work, actor, note)
    seq = record(work, actor, note)
    _tasks(work, library, actor, moved)
    incidents.write(work, actor, moved, seq)
    if voided:
        work.connection.execute(_VOID, {"i": work.instance.id, "hashes": voided, "voiding": seq})
    waiting.write(work, moved, settled)
    post.send(work, moved.messages, moved.signals)
    reach("after_jobs")
    return seq


def tell(moved: Moved, note: Note) -> None:
    """Add to the entry what moved, what changed, what was decided and what went wrong."""
    note.moves += [write_move(m.element, m.what, m.task, m.scope) for m in moved.moves]
    note.changes |= {name: [to_json(old), to_json(new)] for name, (old, new) in moved.changes.items()}
    if moved.decided:
        note.more["decided"] = [
            [d.element, d.decision, list(d.rules), to_json(d.value)] for d in moved.decided
        ]
    if moved.incidents:
        note.more["incidents"] = [
            [i.task, i.element, i.code, i.message.zh, i.message.en] for i in moved.incidents
        ]
    if moved.resolved:
        note.more["resolved"] = list(moved.resolved)
    if moved.status != "running":
        note.more["ended"] = moved.status


def _tell_tasks(work: Work, library: Library, moved: Moved, note: Note) -> None:
    """Add to the entry what of the tasks it opens the diagram alone does not say: the proof of their rows."""
    given = {str(one.task): facts for one in moved.opened if (facts := _given(work, library, one))}
    if given:
        note.more["tasks"] = given


def _given(work: Work, library: Library, opened: OpenTask) -> dict[str, Any]:
    facts = {
        "assignee": opened.assignee,
        "pool": pool_of(opened) if opened.found else None,
        "due": opened.due and stamp(opened.due),
        "follow_up": opened.follow_up and stamp(opened.follow_up),
        "priority": opened.priority if opened.priority != USUAL else None,
        "form": _newer_form(work, library, opened),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _newer_form(work: Work, library: Library, opened: OpenTask) -> str | None:
    """The form where it is of another version than counted when the instance began, "key:version"."""
    same = work.instance.release == work.instance.newest
    if same or opened.form is None or opened.form_binding == "deployment":
        return None
    now, then = (
        library.resource_id("form", opened.form, binding, work.instance.release)
        for binding in (opened.form_binding, "deployment")
    )
    if now is None or now == then:
        return None
    form = library.resource(now)
    return f"{form.key}:{form.version}"


def pool_of(opened: OpenTask) -> str:
    """Whose work a task is: roles and people, sorted; everybody's when the diagram names nobody."""
    members = {_role(name) for name in opened.candidate_groups}
    members |= {f"@{login.replace(',', '')}" for login in opened.candidate_users}
    if not members and opened.assignee is None:
        members = {opened.lane or EVERYBODY}
    return ",".join(sorted(members))


def _role(name: str) -> str:
    """One role: what data gives as a group is never everybody, a person, or several names at once."""
    one = name.replace(",", "")
    return f"?{one}" if one.startswith((EVERYBODY, "@")) else one


def open_to(actor: Actor, instance_id: int, opened: Sequence[OpenTask]) -> list[str]:
    """The ids of the tasks just opened that `actor` may go on with."""
    mine = [one for one in opened if access.may(actor, "do task", access.Claimed(pool_of(one), one.assignee))]
    return [f"{instance_id}-{one.task}" for one in mine]


def rank(due: datetime | None) -> int:
    """The place of a task in the order of due dates."""
    return NO_DUE if due is None else microseconds(due)


def _leave(work: Work, actor: Actor, note: Note) -> None:
    """Close in the trade what an instance that ended before its time leaves open; the entry tells it."""
    reason = {"reason": note.more.get("reason", "")}
    number = work.instance.id
    call = Call(work.connection, reason, {}, f"ended-{number}", work.now, number, actor.login)
    note.more["left"] = [list(each) for each in endings.settle(call)]
    if call.papers:
        note.more["papers"] = call.papers


def _describe(work: Work, moved: Moved, note: Note) -> None:
    row = work.instance
    work.changed["state"] = moved.state
    subject, english = _line(moved.subject), _line(moved.subject_en)
    subject_en = english if english and english != subject else None
    if subject and (subject, subject_en) != (row.subject, row.subject_en):
        work.changed |= {"subject": subject, "subject_en": subject_en}
        note.more["subject"] = [subject, subject_en or ""]
    if moved.status != row.status:
        work.changed |= {"status": moved.status, "ended_at": work.now}
    found = incidents.left(work, moved)
    if found != row.incidents:
        work.changed["incidents"] = max(0, found)


def _line(subject: str) -> str:
    return "".join(c for c in subject[:300] if c.isprintable())


def _changed_documents(work: Work, moved: Moved) -> list[str]:
    """Hashes of what signed variables held before this step changed them.

    The content tells the document, not the name: several documents of one instance may stand in variables of one name.
    """
    if not work.instance.signed or not moved.changes:
        return []
    names = work.instance.signed.split(",")
    return [
        digest(to_json(old))
        for name, (old, _new) in moved.changes.items()
        if name in names and old is not None
    ]


def _live(work: Work, hashes: set[str]) -> list[str]:
    """Those of the documents that stand under signatures which still count."""
    if not hashes:
        return []
    return sorted(work.connection.execute(_LIVE, {"i": work.instance.id, "hashes": sorted(hashes)}).scalars())


def _tasks(work: Work, library: Library, actor: Actor, moved: Moved) -> None:
    number = work.instance.id
    if moved.closed:
        closed = [
            {"i": number, "t": c.task, "outcome": c.outcome, "at": work.now, "by": actor.login}
            for c in moved.closed
        ]
        _CLOSE.run(work.connection, *closed)
        _FORGET_DRAFTS.run(work.connection, *({"i": c["i"], "t": c["t"]} for c in closed))
    if moved.opened:
        _OPEN.run(work.connection, *(_task_row(work, library, opened) for opened in moved.opened))
        _know_pools(work, {pool_of(opened) for opened in moved.opened})


def _task_row(work: Work, library: Library, opened: OpenTask) -> dict[str, Any]:
    form = (
        library.resource_id("form", opened.form, opened.form_binding, work.instance.release)
        if opened.form
        else None
    )
    return {
        "instance_id": work.instance.id,
        "n": opened.task,
        "definition_id": opened.definition_id,
        "element": opened.element,
        "name": opened.name,
        "form_id": form,
        "pool": pool_of(opened),
        "assignee": opened.assignee,
        "priority": opened.priority,
        "due": opened.due,
        "follow_up": opened.follow_up,
        "rank": rank(opened.due),
        "status": "open",
        "opened_at": work.now,
        "details": _details(opened),
    }


def _details(opened: OpenTask) -> str | None:
    parts = {"signature": opened.signature, "properties": opened.properties, "loop": opened.loop}
    kept = {
        key: dict(part) if isinstance(part, dict) else part
        for key, part in parts.items()
        if part not in (None, {})
    }
    return canonical(kept) if kept else None


def _know_pools(work: Work, pools: set[str]) -> None:
    """Write down who belongs to pools not seen before; known ones cost nothing.

    The memory is filled only from what another transaction committed: a pool of a step that is undone is not known.
    """
    known: set[str] = work.db.cache.setdefault("pools", set())
    for pool in sorted(pools - known):
        rows = [{"member": member, "pool": pool} for member in pool.split(",") if member]
        if rows and _insert_new(work, pool_member, rows) == 0:
            known.add(pool)


def _insert_new(work: Work, table: Any, rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows that are not there yet; how many were new."""
    return sum(
        work.connection.execute(upsert(work.connection, table).values(row).on_conflict_do_nothing()).rowcount
        for row in rows
    )
