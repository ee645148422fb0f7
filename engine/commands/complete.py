"""Complete a task."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.access import Actor
from engine.audit.record import Note
from engine.bpmn import moved as m
from engine.commands import reading, step
from engine.commands.attach import KnownFiles
from engine.commands.failed import recording
from engine.commands.library import Library
from engine.commands.seen import shown
from engine.errors import FieldsRefused, Message, Refused
from engine.faults import reach
from engine.model.database import Database
from engine.model.work import TaskRow, Work, working
from engine.services import existing


@dataclass(frozen=True, slots=True)
class Completed:
    """How the instance stands after the task; `tasks` are those the same person may do next."""

    instance_id: int
    status: str
    tasks: list[str]

    def kept(self) -> str:
        """The answer as it is kept for a request that comes again."""
        return json.dumps([self.instance_id, self.status, self.tasks])


_NO_FORM = Message(zh="该任务没有表单，不接受任何字段。", en="This task has no form and takes no fields.")


class SignatureNeeded(Refused):
    """This task is a signature: sign it with your password."""

    chinese = "该任务需要签字：请输入密码签字。"


def complete(
    db: Database,
    task_id: str,
    answers: Mapping[str, Any],
    actor: Actor,
    *,
    idempotency_key: str | None = None,
    given: str = "",
    shown_hash: str | None = None,
) -> Completed:
    """Give a person's answers to their task and move the instance on.

    The same idempotency key again gives the first answer; with another `given`, made by `brought`, it is refused.

    Raises KeyReused then, NotFound (also for other people's tasks), TaskClosed and TaskTaken (who, when), TaskChanged
    when `shown_hash` says the page was an old one, FieldsRefused when the form does not accept the answers.
    """
    about = f"complete:{task_id}#{given}"
    with recording(db, task_id, actor), working(db) as work:
        row = reading.task_for_update(work, task_id, actor)
        known = work.answered(idempotency_key, actor.login, about)
        if known is not None:
            return Completed(*json.loads(known))
        on_behalf = reading.require_doing(work, row, actor)
        if row.details and '"signature"' in row.details:
            raise SignatureNeeded
        completed = finish(work, row, answers, actor, on_behalf, shown_hash=shown_hash)
        work.answer(idempotency_key, actor.login, about, completed.kept())
    reach("before_answer")
    return completed


def finish(
    work: Work,
    row: TaskRow,
    answers: Mapping[str, Any],
    actor: Actor,
    on_behalf: str | None,
    *,
    shown_hash: str | None,
) -> Completed:
    """Check the answers, run to the next wait and write it all, in a transaction that is under way."""
    library = Library(work.db, work.connection, work.instance.newest)
    seen = shown(work, library, row)
    if shown_hash is not None and shown_hash != seen.hash:
        raise reading.TaskChanged(task=f"{row.instance_id}-{row.n}")
    values = accept(work, library, row, answers, seen.context)
    moved = seen.running.advance(m.Complete(row.n, values, actor.login))
    reach("after_run")
    note = Note("complete", task=row.n, element=row.element, on_behalf=on_behalf, more=form_of(library, row))
    step.write(work, library, actor, moved, note)
    return Completed(work.instance.id, moved.status, step.open_to(actor, work.instance.id, moved.opened))


def accept(
    work: Work, library: Library, row: TaskRow, answers: Mapping[str, Any], context: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers as FEEL values; a task without form takes none. Raises FieldsRefused."""
    if row.form_id is None:
        if answers:
            raise FieldsRefused(dict.fromkeys(answers, _NO_FORM))
        return {}
    form = library.form(row.form_id)
    checked = form.check(
        answers, context, files=KnownFiles(work.connection, row.instance_id), clock=lambda: work.now
    )
    if checked.errors:
        raise FieldsRefused(checked.errors)
    if errors := existing.wrong(work.connection, form.hinted("exists"), checked.values):
        raise FieldsRefused(errors)
    return dict(checked.values)


def form_of(library: Library, row: TaskRow) -> dict[str, Any]:
    """The form version for the history, "key:version"."""
    if row.form_id is None:
        return {}
    form = library.resource(row.form_id)
    return {"form": f"{form.key}:{form.version}"}
