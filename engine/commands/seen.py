"""What a person sees of a task: its data today, and the hash that says whether it is still the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import orjson

from engine.audit.chain import canonical, digest
from engine.bpmn.kept import KEPT
from engine.bpmn.runtime import Running
from engine.commands.library import Library
from engine.feel.values import to_json
from engine.model.work import TaskRow, Work


@dataclass(slots=True)
class Seen:
    """An open task, and the instance it can be moved with."""

    running: Running
    row: TaskRow
    #: The variables the task sees.
    context: dict[str, Any]

    @property
    def hash(self) -> str:
        """What `shown_hash` is compared with."""
        return hash_of(
            self.row.instance_id, self.row.n, self.row.form_id, self.row.definition_id, self.context
        )

    @property
    def signature(self) -> dict[str, str] | None:
        """What the diagram says of the signature that the task asks for; None when it asks for none."""
        found: dict[str, str] | None = json.loads(self.row.details or "{}").get("signature")
        return found


def shown(work: Work, library: Library, row: TaskRow) -> Seen:
    """The task with its data, of the locked instance. Raises Stale when the state has it open no more."""
    instance = work.instance
    running = Running(
        library, instance.state, instance_id=instance.id, release=instance.release, now=work.now
    )
    return Seen(running, row, running.seen(row.n))


def hash_of(instance_id: int, n: int, form_id: int | None, definition_id: int, data: dict[str, Any]) -> str:
    """SHA-256 over task, form version and every variable it sees: another one means that something has changed."""
    told = {"task": f"{instance_id}-{n}", "form": form_id or 0, "definition": definition_id}
    try:
        return digest({**told, "values": {name: _written(value) for name, value in data.items()}})
    except TypeError:  # a value beside them that only the slow way can write
        return digest({**told, "values": {name: to_json(value) for name, value in data.items()}})


def _written(value: Any) -> Any:
    """A value as JSON; of a large one that was read before, its canonical text, which is the same."""
    known = KEPT.find(value)
    if known is None:
        return to_json(value)
    if not known.canonical:
        known.canonical = canonical(orjson.loads(known.text)).encode()
    return orjson.Fragment(known.canonical)
