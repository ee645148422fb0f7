"""Dates and times of a form: ISO 8601 text, as form-js keeps them, in the format the field asks for."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.clock import COMPANY_ZONE
from engine.form.component import Component

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,6})?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?", re.ASCII)
_INTERVALS = (1, 5, 10, 15, 30, 60)


def subtype(component: Component) -> str:
    """What the field asks for: "date", "time" or "datetime"."""
    found = component.spec.get("subtype")
    return found if found in ("time", "datetime") else "date"


def interval(component: Component) -> int:
    """The minutes a time of the field is a multiple of; form-js takes 15 for what it does not offer."""
    found = component.spec.get("timeInterval")
    return found if found in _INTERVALS else 15


def normal(component: Component, text: str, zone: ZoneInfo = COMPANY_ZONE) -> str | None:
    """The text in the format the field keeps; None when it is no date or time of the field's kind.

    A time without a zone is of `zone`.
    """
    kind = subtype(component)
    if kind == "date":
        return text if _DATE.fullmatch(text) and _a_date(text) else None
    day, _, clock = text.rpartition("T")
    if bool(day) is not (kind == "datetime") or not (found := _TIME.fullmatch(clock)):
        return None
    if day and not (_DATE.fullmatch(day) and _a_date(day)):
        return None
    if int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        return None
    return _in_format(component, day, clock, found, zone)


def _in_format(
    component: Component, day: str, clock: str, found: re.Match[str], zone: ZoneInfo
) -> str | None:
    wanted = component.spec.get("timeSerializingFormat") or "no_timezone"
    offset = found[4]
    fits = {"utc_offset": offset not in (None, "Z"), "utc_normalized": offset == "Z"}.get(
        wanted, offset is None
    )
    if fits:
        return text_of(day, clock)
    try:
        moment = _moment(day, clock, zone)
        if wanted == "utc_normalized":
            return _written(moment.astimezone(UTC), day, "Z")
        keeps = wanted == "utc_offset" and offset not in (None, "Z")
        local = moment if keeps else moment.astimezone(zone)
        return _written(local, day, _offset(local) if wanted == "utc_offset" else "")
    except (ValueError, OverflowError):
        return None


def text_of(day: str, clock: str) -> str:
    """Day and clock as one text."""
    return f"{day}T{clock}" if day else clock


def _moment(day: str, clock: str, zone: ZoneInfo) -> datetime:
    found = datetime.fromisoformat(f"{day or '2000-01-01'}T{clock}")
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _written(moment: datetime, day: str, suffix: str) -> str:
    clock = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    return text_of(f"{moment:%Y-%m-%d}" if day else "", clock + suffix)


def _offset(moment: datetime) -> str:
    seconds = int((moment.utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}"


def _a_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def off_interval(component: Component, text: str) -> bool:
    """Whether the time is off the minutes the field allows."""
    if subtype(component) == "date":
        return False
    found = _TIME.fullmatch(text.rpartition("T")[2])
    return found is not None and (int(found[1]) * 60 + int(found[2])) % interval(component) != 0


def is_past(component: Component, text: str, today: date) -> bool:
    """Whether the field's day lies before today."""
    return subtype(component) != "time" and text[:10] < today.isoformat()


def is_future(component: Component, text: str, now: datetime, zone: ZoneInfo = COMPANY_ZONE) -> bool:
    """Whether the field's day lies after today, or its moment after now."""
    if subtype(component) == "date":
        return text > now.astimezone(zone).date().isoformat()
    day, _, clock = text.rpartition("T")
    return bool(day) and _moment(day, clock, zone) > now


def of_value(value: Any) -> Any:
    """A date or time of the process as the text a form keeps; everything else as it is."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    return value


def local(component: Component, text: str, zone: ZoneInfo = COMPANY_ZONE) -> str:
    """The text as an HTML date or time input takes it: the wall clock of `zone`, without offset."""
    day, _, clock = text.rpartition("T")
    found = _TIME.fullmatch(clock)
    if subtype(component) == "date" or not found or not found[4]:
        return text
    try:
        return _written(_moment(day, clock, zone).astimezone(zone), day, "")
    except (ValueError, OverflowError):
        return text
