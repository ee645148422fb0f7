"""An instance's state as bytes: what is alive, and nothing else.

The specification is not in it (it is built from the definition's row), nor any history (it has its own table).
Variables are written as differences: a token's from its scope's, a scope's from its owner's. So the bytes grow with
what waits at the same time, never with what has happened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import zstandard
from SpiffWorkflow.task import Task

from engine.bpmn.instance import Instance, Settings
from engine.bpmn.kept import KEPT, Known
from engine.bpmn.merge import changed
from engine.bpmn.moved import Exceeded
from engine.bpmn.scope import Branch, Fork, Scope, Token
from engine.errors import Broken, Message
from engine.feel import FeelError
from engine.feel.values import from_json, to_json

#: The version of this format; states of another are refused rather than guessed at.
FORMAT = 1
#: The largest state, before compression, in bytes.
LARGEST = 1_000_000

_TAG, _TAG_NAME = b'"$":', "$"


class _Zstd(threading.local):
    """Each thread's own: making one costs ten times what it does to a small state."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=1).compress
        self.decompress = zstandard.ZstdDecompressor().decompress


_zstd = _Zstd()
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS


def dump(instance: Instance) -> bytes:
    """The state as bytes. Raises Exceeded when it is larger than 1 MB."""
    try:
        plain = _encode(instance)
    except (TypeError, FeelError) as error:
        zh = "流程变量中有无法保存的值。"
        raise Exceeded(
            Message(zh=zh, en=f"A variable holds a value that cannot be stored: {error}")
        ) from error
    if len(plain) > LARGEST:
        zh = f"实例的变量超过 {LARGEST} 字节：请把大的内容改为附件。"
        raise Exceeded(
            Message(
                zh=zh, en=f"The instance's variables exceed {LARGEST} bytes: attach large contents as files."
            )
        )
    return _zstd.compress(plain)


def _encode(instance: Instance) -> bytes:
    """Tagged JSON, as fast as can be.

    What JSON lacks is tagged on the way, and what was read and is unchanged goes out as the text it was. A context of
    a person's own that has an entry called like the tag would be taken for a tagged value later: when there are more
    tags than were written, everything is written with care.
    """
    written = 0

    def tag(value: Any) -> Any:
        nonlocal written
        if isinstance(value, Known):
            written += value.tags
            return orjson.Fragment(value.text)
        tagged = to_json(value)
        written += orjson.dumps(tagged).count(_TAG)
        return tagged

    plain = orjson.dumps(_dump(instance, _as_text), default=tag, option=_OPTIONS)
    return plain if plain.count(_TAG) == written else orjson.dumps(to_json(_dump(instance, _as_it_is)))


Written = Callable[[Any], Any]


def _as_text(value: Any) -> Any:
    return KEPT.find(value) or value


def _as_it_is(value: Any) -> Any:
    return value


def _dump(instance: Instance, written: Written) -> list[Any]:
    scopes = sorted(instance.scopes.values(), key=lambda s: s.number)
    return [FORMAT, instance.numbers, instance.status, [_dump_scope(scope, written) for scope in scopes]]


def load(state: bytes, settings: Settings) -> Instance:
    """The instance that was dumped. Raises Broken for another format."""
    plain = _zstd.decompress(state)
    data = orjson.loads(plain)
    if data[0] != FORMAT:
        raise Broken(
            Message(
                zh="实例状态的格式不是本版本的。", en="The instance's state is of another version's format."
            )
        )
    instance = Instance(settings, numbers=data[1])
    instance.status = data[2]
    for row in data[3]:
        _load_scope(instance, _untagged(row) if _TAG in plain else row)
    return instance


def _dump_scope(scope: Scope, written: Written) -> list[Any]:
    spec, base = scope.spec, scope.base
    around = scope.owner.data if scope.owner is not None else {}
    return [
        scope.number,
        spec.executable.definition_id,
        spec.name,
        scope.owner.id if scope.owner is not None else 0,
        _difference(around, base, written),
        sorted(scope.local_names),
        scope.round,
        scope.path,
        [
            [number, f.parent, _difference(base, f.base, written), *([1] if f.left else [])]
            for number, f in scope.forks.items()
        ],
        [[b.fork, b.origin, _difference(base, b.data, written)] for b in scope.ended],
        [_dump_task(scope, t, written) for t in scope.everything()],
    ]


def _dump_task(scope: Scope, task: Task, written: Written) -> list[Any]:
    data = 0 if "listens" in task.internal_data else _difference(scope.base, task.data, written)
    return [task.id, task.task_spec.name, task._state, data, task.internal_data]


def _difference(base: Mapping[str, Any], data: Mapping[str, Any], written: Written) -> list[Any]:
    """Changed and removed variables; the whole, marked by 1, when little of the base is in it."""
    removed = [k for k in base if k not in data]
    whole = len(removed) > 3
    values = {name: written(value) for name, value in (data if whole else changed(base, data)).items()}
    if whole:
        return [values, 1]
    return [values, removed] if removed else [values]


def _apply(base: Mapping[str, Any], difference: list[Any]) -> dict[str, Any]:
    if len(difference) == 1:
        return {**base, **difference[0]}
    if difference[1] == 1:
        return dict(difference[0])
    kept = {k: v for k, v in base.items() if k not in difference[1]}
    return {**kept, **difference[0]}


def _untagged(row: list[Any]) -> list[Any]:
    """A scope's row with its values as FEEL has them, large ones as they were read before."""
    *plain, base, local, round_, path, forks, ended, tasks = row
    return [
        *plain,
        _variables(base),
        local,
        from_json(round_),
        path,
        [[number, parent, _variables(difference), *left] for number, parent, difference, *left in forks],
        [[fork, origin, _variables(difference)] for fork, origin, difference in ended],
        [[*which, _variables(data), from_json(notes)] for *which, data, notes in tasks],
    ]


def _variables(difference: Any) -> Any:
    if difference == 0:
        return 0
    values, *rest = difference
    own = from_json(values) if _TAG_NAME in values else {k: KEPT.read(v) for k, v in values.items()}
    return [own, *rest]


def _load_scope(instance: Instance, row: list[Any]) -> None:
    number, definition, key, owner_id, base, local, round_, path, forks, ended, tasks = row
    owner = instance.find(owner_id) if owner_id else None
    spec = instance.library.executable(definition).scopes[key]
    scope = Scope(spec, instance, number, owner, _apply(owner.data if owner is not None else {}, base))
    scope.local_names, scope.round, scope.path = frozenset(local), round_, path
    scope.forks = {n: Fork(_apply(scope.base, d), parent, bool(left)) for n, parent, d, *left in forks}
    scope.ended = [Branch(fork, _apply(scope.base, d), origin) for fork, origin, d in ended]
    for task_id, name, state, data, notes in tasks:
        # The start event of an event sub-process stands in the scope around it.
        node = spec.task_specs[notes["starts"]].start if "starts" in notes else spec.task_specs[name]
        Token(scope, node, state, task_id, {} if data == 0 else _apply(scope.base, data), notes)
    instance.scopes[number] = scope
    if owner is None:
        instance.root = scope
