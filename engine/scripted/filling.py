"""Fill a form in as somebody would who has no reason to hesitate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from io import BytesIO
from random import Random
from struct import pack
from typing import Any
from zlib import compress, crc32

from engine.clock import COMPANY_ZONE
from engine.feel.values import to_plain
from engine.form import Form
from engine.form.answers import answers
from engine.form.files import Files, stored
from engine.form.options import options
from engine.form.path import put, text
from engine.form.rules import limit
from engine.form.state import Node, settled

#: Fields that wait for other fields are filled in later rounds.
_ROUNDS = 10


class Stuck(RuntimeError):
    """A form that nothing sensible satisfies; the text names the fields."""


def filled(
    form: Form,
    context: Mapping[str, Any],
    given: Mapping[str, Any],
    now: datetime,
    chance: Random,
    files: Files | None = None,
) -> dict[str, Any]:
    """Answers the form accepts: what it shows by itself, `given` over it, and for the rest that it demands something fitting.

    Photos that are demanded are kept in `files`. Raises Stuck when `given` is refused, or when nothing fits.
    """
    values: dict[str, Any] = _over(to_plain(form.initial(context)), given)
    wrong: dict[str, Any] = {}
    for _ in range(_ROUNDS):
        before, wrong = wrong, form.check(values, context, files=files, clock=lambda: now).errors
        if not wrong:
            return values
        if wrong == before:
            break
        state = settled(form.components, answers(form.shape, values, context))
        for node in state.all_nodes():
            if text(node.path) in wrong and node.is_writable:
                fitting = _fitting(node, state.data, now.astimezone(COMPANY_ZONE), chance, files)
                put(values, node.path, fitting)
    raise Stuck(f"{form.id}: " + ", ".join(f"{path}: {message.en}" for path, message in wrong.items()))


class Photo:
    """A picture as a phone would send it: a plain grey one."""

    filename, mimetype = "photo.png", "image/png"

    def __init__(self) -> None:
        self._bytes = BytesIO(_png(48, 36))

    def read(self, size: int = -1, /) -> bytes:
        """Its bytes."""
        return self._bytes.read(size)


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + kind + content + pack(">I", crc32(kind + content))

    head = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = compress((b"\0" + b"\xb0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _over(shown: Any, given: Any) -> Any:
    """What a page shows, with what somebody types over it; the rows of lists one by one."""
    if isinstance(shown, Mapping) and isinstance(given, Mapping):
        return {**shown, **{name: _over(shown.get(name), value) for name, value in given.items()}}
    if isinstance(shown, list) and isinstance(given, list) and given and isinstance(given[0], Mapping):
        return [_over(shown[at] if at < len(shown) else None, row) for at, row in enumerate(given)]
    return given


def _fitting(node: Node, data: Mapping[str, Any], now: datetime, chance: Random, files: Files | None) -> Any:
    component = node.component
    if component.type == "filepicker" and files is not None:
        return [stored(files, text(node.path), Photo())]
    if component.is_list:
        return [{} for _ in range(max(1, component.rows()[0]))]
    if component.is_choice:
        found = [to_plain(each.value) for each in options(component, data, node.scope)]
        if not found:
            raise Stuck(f"{text(node.path)} offers nothing to choose")
        return found if component.is_several else chance.choice(found)
    return _BY_TYPE.get(component.type, _some_text)(node, now)


def _some_text(node: Node, _now: datetime) -> str:
    wanted = node.component.validate.get("validationType")
    return {"phone": "13800010001", "email": "kehu@example.com"}.get(str(wanted), "已按流程办理")


def _number(node: Node, _now: datetime) -> int:
    least, most = limit(node.component, "min", node.scope), limit(node.component, "max", node.scope)
    low = int(Decimal(least if least is not None else 1).to_integral_value(ROUND_CEILING))
    return low if most is None else min(max(low, 1), int(Decimal(most)))


def _moment(node: Node, now: datetime) -> str:
    happened = node.component.hints.get("happened") == "true"
    later = now if happened else now + timedelta(hours=1)
    forms = {"datetime": later.strftime("%Y-%m-%dT%H:00"), "time": later.strftime("%H:00")}
    return forms.get(str(node.component.spec.get("subtype")), str(now.date()))


_BY_TYPE: Mapping[str, Callable[[Node, datetime], Any]] = {
    "checkbox": lambda _node, _now: True,
    "number": _number,
    "datetime": _moment,
}
