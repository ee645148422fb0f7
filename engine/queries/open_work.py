"""Open tasks and jobs are, column by column, what the state and the history say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from engine.audit.chain import canonical, stamp, told
from engine.bpmn.moved import Job, OpenTask, Waiting
from engine.commands.library import Library
from engine.commands.step import pool_of, rank
from engine.commands.waiting import TIMER_ATTEMPTS
from engine.feel.values import to_json
from engine.model.definitions import resource
from engine.model.history import entry
from engine.model.instances import instance, job, subscription, task
from engine.model.metadata import AnyRow

#: Code for scripts, words.
Found = tuple[str, str]

#: A service is due at once. What was tried already was so by a clock that may have been set back since.
UNTRIED = timedelta(hours=2)
TRIED = timedelta(days=30)

_TASKS = select(
    *(task.c[name] for name in ("instance_id", "n", "element", "definition_id", "name", "form_id", "pool")),
    *(task.c[name] for name in ("assignee", "delegated_by", "priority", "due", "follow_up", "rank")),
).where(task.c.status == "open")
_JOBS = select(job).where(job.c.kind.in_(("service", "timer")), ~job.c.dead)
_FORMS = select(resource.c.id, resource.c.key, resource.c.version).where(resource.c.kind == "form")

#: Entries that say something of open tasks, and those after which a job's values may be others than its branch's.
_HANDS = ("claim", "release", "delegate")
_CORRECTED = ("set_variables", "retry")
_TELLING = or_(
    *(entry.c.body.contains(f'"verb":"{verb}"') for verb in (*_HANDS, *_CORRECTED)),
    entry.c.body.contains('"tasks":{"'),
)


@dataclass(slots=True)
class _Task:
    """What the history says of one open task; `hands`: who has it and who passed it on, None when nobody says."""

    given: dict[str, Any] | None = None
    hands: tuple[str | None, str | None] | None = None


@dataclass(slots=True)
class _Heard:
    """What the history says of one instance's work."""

    tasks: dict[int, _Task] = field(default_factory=dict)
    corrected: bool = False

    def hear(self, body: dict[str, Any]) -> None:
        """One entry more, in their order."""
        for number, given in (body.get("tasks") or {}).items():
            self.tasks.setdefault(int(number), _Task()).given = given
        verb = body.get("verb")
        self.corrected = self.corrected or verb in _CORRECTED
        if verb not in _HANDS:
            return
        one = self.tasks.setdefault(int(body["task"]), _Task())
        _before, by = one.hands or (None, None)
        if verb == "claim":
            one.hands = (body.get("actor"), None)
        elif verb == "delegate":
            one.hands = (body.get("to"), body.get("actor"))
        else:
            one.hands = (by, None)


class OpenWork:
    """All open tasks and jobs with what the history says of them, read once."""

    def __init__(self, connection: Connection, library: Library, now: datetime) -> None:
        self._library = library
        self._now = now
        self._tasks = _by_instance(connection.execute(_TASKS))
        self._jobs = _by_instance(connection.execute(_JOBS))
        self._waits = _by_instance(connection.execute(select(subscription)))
        self._forms = {row.id: (row.key, row.version) for row in connection.execute(_FORMS)}
        self._heard = _heard(connection)

    def broken(self, row: AnyRow, looked: Waiting, *, tells: bool) -> Iterator[Found]:
        """What of one running instance is not as it was left behind.

        `tells`: its history says whatever the diagram alone does not; that of older versions did not.
        """
        heard = self._heard.get(row.id) or _Heard()
        tasks = {each.n: each for each in self._tasks.get(row.id, ())}
        for one in looked.tasks:
            if one.task in tasks:
                said = heard.tasks.get(one.task) or _Task()
                wrong = self._task(row, tasks[one.task], one, said, tells=tells)
                if wrong:
                    yield "task", f"task {one.task} is not as it was opened or passed on: {', '.join(wrong)}"
        jobs = {(each.task, each.kind): each for each in self._jobs.get(row.id, ())}
        for wanted in looked.jobs:
            if (wanted.task, wanted.kind) in jobs:
                there = jobs[wanted.task, wanted.kind]
                wrong = self._job(row, there, wanted, corrected=heard.corrected)
                if wrong:
                    yield "job", f"job {wanted.task} is not as it was left behind: {', '.join(wrong)}"
        waits = {each.task: (each.name, each.key, each.signal) for each in self._waits.get(row.id, ())}
        for each in looked.awaited if not heard.corrected else ():
            asked = (each.message, each.key, each.signal)
            if waits.get(each.task, asked) != asked:
                yield "subscription", f"task {each.task} waits for another message than its diagram says"

    def _task(self, row: AnyRow, there: AnyRow, one: OpenTask, said: _Task, *, tells: bool) -> list[str]:
        """The columns of a task that are others than they should be."""
        given = said.given or {}
        same = {
            "element": there.element == one.element,
            "process": there.definition_id == one.definition_id,
            "name": there.name == one.name,
            "form": self._form(row, there, one, given, tells=tells),
            "rank": there.rank == rank(there.due),
        }
        if not one.found or tells or "pool" in given:
            same["pool"] = there.pool == (given.get("pool") if one.found else pool_of(one))
        if tells or said.given is not None:
            same["due"] = _spelled(there.due) == given.get("due")
            same["follow-up"] = _spelled(there.follow_up) == given.get("follow_up")
            same["priority"] = there.priority == given.get("priority", 50)
        hands = said.hands
        if hands is None and (tells or said.given is not None or one.assignee is None):
            hands = (given.get("assignee"), None)
        if hands is not None:
            same["assignee"] = (there.assignee, there.delegated_by) == hands
        return [name for name, holds in same.items() if not holds]

    def _form(self, row: AnyRow, there: AnyRow, one: OpenTask, given: dict[str, Any], *, tells: bool) -> bool:
        """Whether a task has its form in the version that counted when it opened."""
        form = self._forms.get(there.form_id)
        if "form" in given:
            return form is not None and f"{form[0]}:{form[1]}" == str(given["form"])
        if one.form is None:
            return bool(there.form_id is None)
        if tells or one.form_binding == "deployment":
            at = self._library.resource_id("form", one.form, "deployment", row.release)
            return bool(there.form_id == at)
        return there.form_id is None or (form is not None and form[0] == one.form)

    def _job(self, row: AnyRow, there: AnyRow, wanted: Job, *, corrected: bool) -> list[str]:
        """The columns of a job that are others than they should be."""
        same = {"element": there.element == wanted.element, "type": there.type == (wanted.type or there.type)}
        first = TIMER_ATTEMPTS if wanted.kind == "timer" else max(1, wanted.retries)
        untouched = there.max_attempts - there.attempts == first
        if wanted.kind == "timer" and untouched:
            same["due"] = there.due_at == wanted.due
        else:
            latest = max(self._now, row.moved_at, wanted.due or row.moved_at)
            same["due"] = there.due_at <= latest + (UNTRIED if untouched else TRIED)
        if wanted.kind == "service" and not corrected:
            payload = {"headers": dict(wanted.headers), "variables": to_json(wanted.variables)}
            same["payload"] = there.payload == canonical(payload)
        return [name for name, holds in same.items() if not holds]


def _heard(connection: Connection) -> dict[int, _Heard]:
    running = select(instance.c.id).where(instance.c.status == "running")
    query = (
        select(entry.c.instance_id, entry.c.body)
        .where(entry.c.instance_id.in_(running), _TELLING)
        .order_by(entry.c.instance_id, entry.c.seq)
    )
    found: dict[int, _Heard] = {}
    for number, body in connection.execute(query):
        found.setdefault(number, _Heard()).hear(told(body))
    return found


def _by_instance(rows: Iterable[AnyRow]) -> dict[int, list[AnyRow]]:
    found: dict[int, list[AnyRow]] = {}
    for row in rows:
        found.setdefault(row.instance_id, []).append(row)
    return found


def _spelled(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)
