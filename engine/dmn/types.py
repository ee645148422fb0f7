"""The types a decision names (typeRef) and whether a value is of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.feel.values import kind

#: FEEL's kinds by the names of the specification and of editors, in lower case without spaces.
_KINDS = {
    "any": "",
    "string": "string",
    "boolean": "boolean",
    "number": "number",
    "double": "number",
    "integer": "number",
    "long": "number",
    "date": "date",
    "time": "time",
    "datetime": "date and time",
    "dateandtime": "date and time",
    "daytimeduration": "days and time duration",
    "daysandtimeduration": "days and time duration",
    "yearmonthduration": "years and months duration",
    "yearsandmonthsduration": "years and months duration",
    "context": "context",
    "list": "list",
}


@dataclass(frozen=True, slots=True)
class Type:
    """A type by the name that stands in the file; `collection` is a list of it, `allowed` its allowed values."""

    name: str
    base: str
    collection: bool = False
    allowed: str = ""

    @property
    def whole(self) -> bool:
        """Whether only whole numbers belong to it."""
        return self.base in ("integer", "long")

    def accepts(self, value: object) -> bool:
        """Whether `value` is of this type; null is of every type."""
        if self.collection:
            return value is None or (isinstance(value, list) and all(map(self._accepts_one, value)))
        return self._accepts_one(value)

    def _accepts_one(self, value: object) -> bool:
        wanted = _KINDS[self.base]
        if not wanted or value is None:
            return True
        if kind(value) != wanted:
            return False
        return not self.whole or not isinstance(value, Decimal) or value == value.to_integral_value()


ANY = Type("Any", "any")


def builtin(name: str) -> Type | None:
    """The built-in type of that name; None when there is none. A prefix such as `feel:` is ignored."""
    plain = name.rpartition(":")[2]
    base = plain.replace(" ", "").replace("-", "").lower()
    return Type(plain, base) if base in _KINDS else None
