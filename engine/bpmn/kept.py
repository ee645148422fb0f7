"""Large values of instances, read once: the same text again is the same value, and goes out as the same text.

Lists of products or candidates stand in the state of an instance from step to step and seldom change; turning them
into FEEL values and back at each step would cost more than the step. Values are never changed in place (whoever
changes one makes a new one), so one value may be part of several instances at once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import orjson

from engine.errors import Broken
from engine.feel.values import from_json, to_json

#: Bytes of text below which a value is read anew each time, above which it is never kept, and of all that is kept.
SMALLEST, LARGEST, MOST = 200, 250_000, 2_000_000

#: Tests set it: every time a value goes out, make sure that nobody has changed it in place.
CHECKED = False


@dataclass(slots=True, eq=False)
class Known:
    """A value, the JSON it was read from, and how many tags of `to_json` stand in that.

    `canonical`: its canonical text, once somebody has asked for it.
    """

    value: Any
    text: bytes
    tags: int
    canonical: bytes = b""


class Kept:
    """The values used last, by their text and by themselves."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._size = 0
        self._by_text: OrderedDict[bytes, Known] = OrderedDict()
        #: By identity: what is in here is alive, so that no other value can have its number.
        self._by_value: dict[int, Known] = {}
        self._lock = threading.Lock()

    def read(self, data: Any) -> Any:
        """The value of tagged JSON that has been parsed."""
        if not isinstance(data, (dict, list)):
            return from_json(data)
        text = orjson.dumps(data)
        if not SMALLEST <= len(text) <= LARGEST:
            return from_json(data)
        with self._lock:
            known = self._by_text.get(text)
            if known is not None:
                self._by_text.move_to_end(text)
                return known.value
        value = from_json(data)
        if isinstance(value, (dict, list)):
            self._keep(Known(value, text, text.count(b'"$":')))
        return value

    def find(self, value: Any) -> Known | None:
        """What is known of this very value; None when it was not read from here, or long ago."""
        if not isinstance(value, (dict, list)):
            return None
        known = self._by_value.get(id(value))
        if known is None or known.value is not value:
            return None
        if CHECKED and orjson.dumps(to_json(value)) != known.text:
            raise Broken
        return known

    def _keep(self, known: Known) -> None:
        with self._lock:
            before = self._by_text.pop(known.text, None)
            if before is not None:
                self._forget(before)
            self._by_text[known.text] = self._by_value[id(known.value)] = known
            self._size += len(known.text)
            while self._size > self._most:
                self._forget(self._by_text.popitem(last=False)[1])

    def _forget(self, known: Known) -> None:
        self._by_value.pop(id(known.value), None)
        self._size -= len(known.text)


#: The values of all instances of this process.
KEPT = Kept()
