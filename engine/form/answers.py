"""Put a submission over the task's data: what the form starts from, what was given, what does not belong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import Message
from engine.form import messages
from engine.form.component import Component, Shape, whole
from engine.form.kinds import MOST_ROWS
from engine.form.options import Option, options
from engine.form.path import MISSING, Path, copied, get, put, text
from engine.form.values import Bad, found, taken
from engine.form.wording import token

#: In a row of a submission: the index of the row in the task's data that it came from.
ROW = "_row"

Data = dict[str, Any]


@dataclass(slots=True)
class Answers:
    """A submission over the task's data.

    Attributes:
        initial: the data as the form shows it before anybody answers.
        base: the task's data itself, with its rows put where the submission has them.
        start: `initial`, with its rows put where the submission has them.
        data: `start` with the answers over it.
        given: the paths that the submission gave, with the values as they came.
        troubles: what cannot be accepted, by path.
        origins: for each list of the submission, which row of the task's data each row came from.
        whole_lists: for each list of the submission, the list that the task's data has in its place.
    """

    initial: Data
    base: Data
    start: Data
    data: Data
    given: dict[Path, Any] = field(default_factory=dict)
    troubles: dict[str, Message] = field(default_factory=dict)
    origins: dict[Path, list[int | None]] = field(default_factory=dict)
    whole_lists: dict[Path, Any] = field(default_factory=dict)

    def untouched(self, path: Path) -> Any:
        """What the task's data has at the path; a list with all its rows in their order."""
        return self.whole_lists.get(path, get(self.base, path))

    def refuse(self, path: Path, message: Message) -> None:
        """Note the first trouble at the path."""
        self.troubles.setdefault(text(path), message)


def initial(shape: Shape, context: Mapping[str, Any], whole_data: Mapping[str, Any] | None = None) -> Data:
    """The data with a value for every field: from the data, else the form's default, else nothing.

    `whole_data` is all of the task's data, where `context` is a group or a row of it.
    """
    data = dict(context)
    for name, entry in shape.items():
        value = context.get(name, MISSING)
        data[name] = _initial_entry(entry, value, context if whole_data is None else whole_data)
    return data


def _initial_entry(entry: Component | Shape, value: Any, whole_data: Mapping[str, Any]) -> Any:
    if not isinstance(entry, Component):
        return {**_group(value), **initial(entry, _group(value), whole_data)}
    if entry.is_list:
        return _initial_rows(entry, value, whole_data)
    if value is MISSING:
        return copied(entry.empty)
    value = found(entry, value)
    return (
        chosen(entry, value, options(entry, whole_data, {}))
        if entry.is_choice and not entry.options
        else value
    )


def _initial_rows(component: Component, value: Any, whole_data: Mapping[str, Any]) -> list[Data]:
    if not isinstance(value, list):
        wanted = component.spec.get("defaultRepetitions")
        count = 1 if wanted is None else min(whole(wanted, 1), component.rows()[1])
        value = [{} for _ in range(max(count, component.rows()[0]))]
    return [initial(component.shape, _group(row), whole_data) for row in value]


def chosen(component: Component, value: Any, allowed: list[Option]) -> Any:
    """What of a choice in the task's data is among the options: the rest is dropped, as form-js does."""
    tokens = {option.token for option in allowed}
    if component.is_several:
        return [item for item in value if token(item) in tokens] if isinstance(value, list) else []
    return value if value in (None, "") or token(value) in tokens else None


def _group(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def answers(shape: Shape, submitted: Mapping[str, Any], context: Mapping[str, Any]) -> Answers:
    """The submission over the task's data. Never raises: what does not belong is among the troubles."""
    before = initial(shape, context)
    own = {name: copied(before[name]) for name in shape}
    base = {name: copied(context[name]) for name in shape if name in context}
    made = Answers(before, base, {**before, **own}, {**before, **copied_of(own)})
    _walk(made, shape, submitted, ())
    return made


def asked(shape: Shape, data: Mapping[str, Any]) -> Data:
    """What of the data the form asks for: its fields, without computed values and what it does not know."""
    found: Data = {}
    for name, entry in shape.items():
        value = data.get(name)
        if not isinstance(entry, Component):
            found[name] = asked(entry, _group(value))
        elif entry.is_list:
            found[name] = [asked(entry.shape, _group(row)) for row in value or []]
        elif entry.type != "expression":
            found[name] = value
    return found


def copied_of(data: Data) -> Data:
    """A copy of the data that shares no list and no group with it."""
    return {name: copied(value) for name, value in data.items()}


def _walk(made: Answers, shape: Shape, submitted: Mapping[Any, Any], path: Path) -> None:
    for name, value in submitted.items():
        if name == ROW and path and isinstance(path[-1], int):
            continue
        entry = shape.get(name) if isinstance(name, str) else None
        here = (*path, str(name)[:100])
        if entry is None:
            made.refuse(here, messages.UNKNOWN)
        elif isinstance(entry, Component):
            _take_rows(made, entry, value, here) if entry.is_list else _take(made, entry, value, here)
        elif isinstance(value, Mapping):
            _walk(made, entry, value, here)
        elif value is not None:
            made.refuse(here, messages.OBJECT)


def _take(made: Answers, component: Component, value: Any, path: Path) -> None:
    if component.type == "expression":
        if value is not None:
            made.given[path] = value
        return
    made.given[path] = value
    result = taken(component, value)
    if isinstance(result, Bad):
        made.refuse(path, result.message)
    else:
        put(made.data, path, result)


def _take_rows(made: Answers, component: Component, value: Any, path: Path) -> None:
    if value is None:
        value = []
    if not isinstance(value, list):
        made.refuse(path, messages.ROWS)
        return
    most = component.rows()[1]
    if len(value) > most:
        made.refuse(path, messages.fewer_rows(most))
        value = value[:most]
    origins = _origins(made, component, value, path)
    _align(made, component, origins, path)
    for index, row in enumerate(value):
        if isinstance(row, Mapping):
            _walk(made, component.shape, row, (*path, index))
        elif row is not None:
            made.refuse((*path, index), messages.OBJECT)


def _origins(made: Answers, component: Component, rows: list[Any], path: Path) -> list[int | None]:
    """Which row of the task's data each given row came from: as it says, else by position in a list as long."""
    present = get(made.start, path)
    count = len(present) if isinstance(present, list) else 0
    by_position = len(rows) == count or not component.may_grow
    taken_rows: set[int] = set()
    origins: list[int | None] = []
    for index, row in enumerate(rows):
        wanted: Any = index if by_position else None
        if isinstance(row, Mapping) and ROW in row:
            wanted = row[ROW]
        usable = isinstance(wanted, int) and not isinstance(wanted, bool) and 0 <= wanted < count
        origin = wanted if usable and wanted not in taken_rows else None
        if origin is not None:
            taken_rows.add(origin)
        elif wanted is not None and not (index >= count and by_position and ROW not in _group(row)):
            made.refuse((*path, index), messages.UNKNOWN)
        origins.append(origin)
    if not component.may_grow and origins != list(range(count)):
        made.refuse(path, messages.FIXED_ROWS)
    return origins


def _align(made: Answers, component: Component, origins: list[int | None], path: Path) -> None:
    """Put the rows of the task's data where the submission has them, and fresh rows between."""
    made.origins[path] = origins
    made.whole_lists[path] = get(made.base, path)
    for data, fresh in ((made.base, {}), (made.start, None), (made.data, None)):
        present = get(data, path)
        old = present if isinstance(present, list) else []
        rows = [
            copied(old[origin])
            if origin is not None and origin < len(old)
            else initial(component.shape, {}, made.initial)
            if fresh is None
            else {}
            for origin in origins
        ]
        put(data, path, rows)


__all__ = ["MOST_ROWS", "ROW", "Answers", "answers", "copied_of", "initial"]
