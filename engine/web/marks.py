"""What the diagram of an instance shows: the way it went, where it stands now, and who was there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.clock import utc_now
from engine.queries.history import HistoryEntry
from engine.queries.instance import InstanceView
from engine.web import directory, formats
from engine.web.diagram import Diagram
from engine.web.i18n import gettext as _
from engine.web.labels import label

_STATES = {
    "entered": "open",
    "completed": "done",
    "fired": "done",
    "taken": "taken",
    "cancelled": "cancelled",
    "failed": "failed",
}


@dataclass(frozen=True, slots=True)
class Called:
    """A process that a call activity runs or ran inside this instance."""

    scope: str
    element: str
    running: bool


def of_instance(it: InstanceView, entries: Iterable[HistoryEntry], drawn: Diagram, scope: str) -> str:
    """The marks for the viewer, JSON: steps in order of time, then where it stands now, and badges."""
    entries = list(entries)
    marks = {
        "steps": [*_past(entries, drawn, scope), *_now(it, drawn, scope)],
        "badges": [*_done_badges(entries, drawn, scope), *_open_badges(it, drawn, scope)],
        "labels": drawn.names(),
    }
    return json.dumps(marks, ensure_ascii=False)


def of_definition(drawn: Diagram) -> str:
    """The marks for a plain diagram: only the names."""
    return json.dumps({"labels": drawn.names()}, ensure_ascii=False)


def called(entries: Iterable[HistoryEntry], scope: str) -> list[Called]:
    """The processes called directly from `scope`, in the order they began."""
    prefix = f"{scope}/" if scope else ""
    found: dict[str, bool] = {}
    for entry in entries:
        for move in entry.moves:
            inner = move.scope
            if inner.startswith(prefix) and inner != scope:
                found.setdefault(prefix + inner[len(prefix) :].split("/", 1)[0], True)
            if move.scope == scope and move.what in ("completed", "cancelled"):
                ended = f"{prefix}{move.element}#{move.task}"
                if ended in found:
                    found[ended] = False
    return [
        Called(each, each.rsplit("/", 1)[-1].split("#", 1)[0], running) for each, running in found.items()
    ]


def _past(entries: list[HistoryEntry], drawn: Diagram, scope: str) -> Iterator[dict[str, str]]:
    for entry in entries:
        who = directory.person(entry.by)
        for move in entry.moves:
            if move.scope != scope:
                continue
            name = drawn.name(move.element)
            text = _("%(when)s · %(who)s", when=formats.near(entry.at), who=who)
            yield {
                "element": move.element,
                "state": _STATES.get(move.what, "done"),
                "text": f"{text} · {name}" if name else text,
            }


def _now(it: InstanceView, drawn: Diagram, scope: str) -> Iterator[dict[str, str]]:
    late = {task.element for task in it.tasks if task.status == "open" and _is_late(task.due)}
    stopped = {incident.element for incident in it.incidents if incident.resolved_at is None}
    for token in it.tokens:
        if token.scope == scope:
            state = (
                "open" if drawn.kind(token.element) in ("userTask", "callActivity", "subProcess") else "wait"
            )
            state = "late" if token.element in late else "failed" if token.element in stopped else state
            yield {
                "element": token.element,
                "state": state,
                "text": _("now · %(name)s", name=drawn.name(token.element)),
            }


def _done_badges(entries: list[HistoryEntry], drawn: Diagram, scope: str) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    times: dict[str, int] = {}
    for entry in entries:
        if entry.verb not in ("complete", "sign", "refuse") or not entry.element:
            continue
        if not any(m.scope == scope and m.element == entry.element for m in entry.moves):
            continue
        times[entry.element] = times.get(entry.element, 0) + 1
        again = f" ×{times[entry.element]}" if times[entry.element] > 1 else ""
        who = directory.person(entry.by)
        refused = entry.verb == "refuse"
        found[entry.element] = {
            "element": entry.element,
            "state": "late" if refused else "done",
            "text": f"{'✗' if refused else '✓'} {who}{again}",
            "title": f"{drawn.name(entry.element)} · {who} · {formats.to_second(entry.at)}",
        }
    return list(found.values())


def _open_badges(it: InstanceView, drawn: Diagram, scope: str) -> Iterator[dict[str, str]]:
    for task in it.tasks:
        if task.status != "open":
            continue
        where = _shown_at(it, task.element, scope)
        if not where:
            continue
        who = directory.person(task.assignee) or directory.roles(task.roles)
        due = formats.due(task.due)
        inside = "" if where == task.element else label(drawn.key, task.name)
        yield {
            "element": where,
            "state": "late" if due and due.state == "late" else "open",
            "text": " · ".join(part for part in (inside, who, due.text if due else "") if part),
            "title": due.full if due else "",
        }


def _shown_at(it: InstanceView, element: str, scope: str) -> str:
    """Where the diagram of `scope` shows an open task: itself, or the call activity it is inside of; "" nowhere."""
    prefix = f"{scope}/" if scope else ""
    for token in it.tokens:
        if token.element != element:
            continue
        if token.scope == scope:
            return element
        if token.scope.startswith(prefix):
            return token.scope[len(prefix) :].split("/", 1)[0].split("#", 1)[0]
    return ""


def _is_late(due: datetime | None) -> bool:
    return due is not None and due < utc_now()


def as_rows(changes: Any, form: str = "") -> list[dict[str, Any]]:
    """Changes of an entry as rows: label, as the task's own form has it, old, new."""
    labels = directory.labels(form)
    return [
        {
            "label": labels.get(name, name),
            "old": directory.worth(old, name),
            "new": directory.worth(new, name),
        }
        for name, (old, new) in changes.items()
    ]
