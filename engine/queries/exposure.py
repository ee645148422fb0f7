"""Which values of an instance are not for everybody who sees the instance.

A process says so by its property `seen_by:NAME` = "finance,general_manager": where pages and the API list values, the
variable NAME of its instances, and of the processes it calls, is shown to people of these roles and to auditors. What
a task's form shows is the form's matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from engine import access
from engine.access import Actor
from engine.bpmn.extensions import is_feel
from engine.bpmn.model import Process
from engine.bpmn.moved import Failure
from engine.commands.library import Library, Shelf
from engine.model.database import Database
from engine.queries.history import HistoryEntry


@dataclass(frozen=True, slots=True)
class Withheld:
    """Stands where a value is not shown: the roles that see it."""

    roles: tuple[str, ...]


def withheld(
    db: Database, library: Library, actor: Actor, *, definition_id: int, release: int, newest: int
) -> Mapping[str, Withheld]:
    """The variables of an instance whose values this person does not see.

    `definition_id` and `release` are the instance's, `newest` is the newest release now.
    """
    if access.may(actor, "audit"):
        return {}
    shelf: Shelf = db.cache.setdefault("exposure", Shelf())
    rules = shelf.get((definition_id, release, newest), lambda: _rules(library, definition_id, release))
    return {
        name: Withheld(tuple(sorted(roles))) for name, roles in rules.items() if not roles & actor.members
    }


def _rules(library: Library, definition_id: int, release: int) -> dict[str, frozenset[str]]:
    """Who sees what: where several of the processes name a variable, only whom all of them name."""
    found: dict[str, frozenset[str]] = {}
    for process in _family(library, definition_id, release):
        for name, roles in process.seen_by.items():
            found[name] = found.get(name, roles) & roles
    return found


def _family(library: Library, definition_id: int, release: int) -> Iterator[Process]:
    """The process and all that it calls by name, directly or not."""
    waiting = [library.executable(definition_id).process]
    known = {waiting[0].id}
    while waiting:
        process = waiting.pop()
        yield process
        for key, binding in _calls(process):
            if key not in known:
                known.add(key)
                with suppress(Failure):
                    waiting.append(library.process(key, binding, release).process)


def _calls(process: Process) -> Iterator[tuple[str, str]]:
    for node in process.content.walk():
        key = node.extension("calledElement", "processId") or ""
        if key and not is_feel(key):
            yield key, node.extension("calledElement", "bindingType") or "latest"


def screened(told: Iterable[HistoryEntry], hidden: Mapping[str, Withheld]) -> list[HistoryEntry]:
    """The entries with what is hidden left out of their changes."""
    if not hidden:
        return list(told)
    return [
        replace(
            each,
            changes={
                name: (None, hidden[name]) if name in hidden else change
                for name, change in each.changes.items()
            },
        )
        for each in told
    ]
