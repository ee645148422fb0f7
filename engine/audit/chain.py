"""How entries of the history are written and chained.

An entry's body is canonical JSON: keys sorted, no spaces, times in UTC with microseconds, no floats. Its hash is
SHA-256(0x00 ‖ hash of the entry before ‖ body); before the first entry stand 32 zero bytes. Anybody can check it
with ten lines of any language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from engine.feel.values import to_json

#: What stands before the first entry of every chain.
GENESIS = bytes(32)

#: First byte of what is hashed; inner nodes of a checkpoint's tree begin with 0x01, so that neither passes for the other.
LEAF = b"\x00"

#: A move of a token is one short text, "-task_3#5@sign_slip#7": sign, element, task number, path of called processes.
SIGNS = {"entered": "+", "completed": "-", "cancelled": "x", "failed": "!", "fired": "*", "taken": ">"}
_WORDS = {sign: word for word, sign in SIGNS.items()}

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
#: The same text, fifty times as fast, of everything but numbers above 64 bits, half characters and keys that are no text.
_FAST = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_LEAVES = frozenset({str, int, bool, type(None)})


def canonical(value: Any) -> str:
    """`value` as the one text that has its content. Raises TypeError for a float: it has no single spelling."""
    _refuse_floats(value)
    try:
        return orjson.dumps(value, option=_FAST).decode()
    except orjson.JSONEncodeError:
        return _ENCODER.encode(value)


def link(previous: bytes, body: str) -> bytes:
    """The hash of an entry with this body that follows the entry hashed `previous`."""
    return hashlib.sha256(LEAF + previous + body.encode()).digest()


def brought(*parts: Any) -> str:
    """What tells a request from another with the same idempotency key: a few digits of a digest of its content."""
    return digest(to_json(list(parts)))[:8]


def digest(value: Any) -> str:
    """SHA-256, hex, of the canonical text of `value`."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def stamp(moment: datetime) -> str:
    """A time as entries spell it."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def read_stamp(text: str) -> datetime:
    """The time an entry spells."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def told(body: str) -> dict[str, Any]:
    """What an entry tells; nothing when somebody made it unreadable, which the check of its chain says."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def skimmed(body: str) -> dict[str, Any]:
    """As `told`, several times as fast; whole numbers beyond 64 bits come rounded."""
    try:
        found = orjson.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def write_move(element: str, what: str, task: int, scope: str) -> str:
    """A token's move as entries spell it; a flow taken needs no task number."""
    number = "" if what == "taken" else f"#{task}"
    return f"{SIGNS[what]}{element}{number}{'@' + scope if scope else ''}"


def read_move(text: str) -> dict[str, Any]:
    """The move an entry spells: element, what, task (None for a flow), scope."""
    where, _, scope = text[1:].partition("@")
    element, _, task = where.partition("#")
    return {"element": element, "what": _WORDS[text[0]], "task": int(task) if task else None, "scope": scope}


def breaks(rows: Iterable[tuple[int, int, str, bytes]]) -> Iterable[tuple[int, int]]:
    """Where chains are broken: (instance, seq) of each entry that does not follow from the one before.

    `rows` are (instance, seq, body, hash) ordered by instance and seq; after a break the chain is taken up again at
    the stored hash, so that one change is one finding.
    """
    instance, expected, head = -1, 1, GENESIS
    sha256, leaf = hashlib.sha256, LEAF
    for number, seq, body, kept in rows:
        if number != instance:
            instance, expected, head = number, 1, GENESIS
        if seq != expected or sha256(leaf + head + body.encode()).digest() != kept:
            yield number, seq
        expected, head = seq + 1, bytes(kept)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no single spelling")
    if isinstance(value, (list, tuple)):
        held: Iterable[Any] = value
    elif isinstance(value, Mapping):
        held = value.values()
    else:
        return
    for inner in held:
        if type(inner) not in _LEAVES:
            _refuse_floats(inner)
