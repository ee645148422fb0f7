"""Properties of an element that hold FEEL or plain text, compiled once when a definition is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from engine import feel
from engine.bpmn import timer
from engine.bpmn.moved import Failure
from engine.feel.limits import BusinessCalendar
from engine.feel.values import YearMonths, to_plain


class Present(Protocol):
    """The moment a step is taken at, and the working days as they stand then."""

    @property
    def now(self) -> datetime:
        """The moment: aware."""

    @property
    def calendar(self) -> BusinessCalendar:
        """What knows the working days."""


@dataclass(frozen=True, slots=True)
class Term:
    """A text as written in a diagram: FEEL after "=", else literal."""

    text: str
    code: feel.Expression | None

    def value(self, context: Mapping[str, Any], present: Present) -> Any:
        """Its value over the variables; the literal text itself when it is no FEEL."""
        if self.code is None:
            return self.text
        try:
            return self.code(context, clock=lambda: present.now, calendar=present.calendar)
        except feel.FeelError as error:
            zh = f"表达式“{self.text}”无法计算：{error.zh}"
            raise Failure(
                "expression", zh, f'The expression "{self.text}" cannot be evaluated: {error.en}'
            ) from error


def term(text: str | None) -> Term | None:
    """Compile a property; None when it is absent or empty."""
    if text is None or not text.strip():
        return None
    if text.lstrip().startswith("="):
        return feel_term(text.lstrip()[1:])
    return Term(text.strip(), None)


def feel_term(source: str) -> Term:
    """Compile a text that is always FEEL, with or without its leading "="."""
    source = source.strip().removeprefix("=")
    return Term(source, feel.compile(source))


def as_moment(value: Any, now: datetime) -> datetime | None:
    """A due date's value as a moment in UTC; a date is the company's midnight, a duration counts from now.

    Raises Failure when it is neither.
    """
    if value is None or value == "":
        return None
    long = isinstance(value, timedelta | YearMonths) or (
        isinstance(value, str) and value.lstrip("-").startswith("P")
    )
    if not long and not isinstance(value, str | date):
        raise Failure("due", f"“{value}”不是日期或时长。", f'"{value}" is neither a date nor a duration.')
    try:
        found = timer.due("duration" if long else "date", as_text(value), now)
    except timer.TimerError as error:
        raise Failure("due", error.message.zh, error.message.en) from error
    return None if found is None else found.at


def as_text(value: Any) -> str:
    """A name or key as text: truth values, numbers and moments as FEEL writes them, null as nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else "" if value is None else str(to_plain(value))


def as_names(value: Any) -> tuple[str, ...]:
    """A list of logins or roles: a FEEL list, or text separated by commas."""
    if value is None:
        return ()
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
    return tuple(str(part).strip() for part in parts if part is not None and str(part).strip())
