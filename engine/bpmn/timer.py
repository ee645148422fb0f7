"""When a timer is due: dates, durations, cycles and cron, by the company's calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from engine.bpmn.cron import BusinessDay, cron, is_weekday
from engine.bpmn.period import CEILING, FLOOR, Period, TimerError, moment, period, refuse, too_far
from engine.clock import COMPANY_ZONE

_REPEAT = re.compile(r"R(?P<count>\d*)/(?:(?P<start>[^/]+)/)?(?P<every>P[^/]*)", re.ASCII)
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Due:
    """A timer's next moment, in UTC.

    `remaining`: how often it fires again after this; None without end. `first`: of a cycle, the moment from which all
    others are counted, so that "every month on the 31st" survives February.
    """

    at: datetime
    remaining: int | None = 0
    first: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Repeat:
    count: int | None
    start: datetime | None
    every: Period


def due(
    kind: str,
    text: str,
    now: datetime,
    previous: Due | None = None,
    *,
    zone: tzinfo = COMPANY_ZONE,
    business_day: BusinessDay = is_weekday,
) -> Due | None:
    """When a timer of `kind` date, duration or cycle is due that is set at `now`, or that is set again at `now` after it fired as `previous`.

    None: it does not fire (again). A date in the past is due at once. A cycle keeps its beat however late it fired;
    the beats it missed count as fired. Raises TimerError for a malformed text and beyond 100 years.
    """
    text = text.strip()
    if kind == "cycle":
        found = _cycle(text, now, previous, zone, business_day)
    elif previous is not None:
        return None
    else:
        found = Due(moment(text, zone) if kind == "date" else _after(text, now, zone))
    if found is not None and found.at - now > CEILING:
        raise too_far()
    return found


def check(kind: str, text: str, *, zone: tzinfo = COMPANY_ZONE) -> None:
    """Raises TimerError when `text` can never be a timer of this kind."""
    if kind == "date":
        moment(text.strip(), zone)
    elif kind == "duration":
        period(text.strip())
    elif text.strip().startswith("R"):
        _repeat(text.strip(), zone)
    else:
        cron(text).after(datetime(2026, 1, 1, tzinfo=UTC), zone)


def _after(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The end of a duration that starts `now`, at least the floor away."""
    return max(period(text).after(now, zone), now.astimezone(UTC) + FLOOR)


def _cycle(
    text: str, now: datetime, previous: Due | None, zone: tzinfo, business_day: BusinessDay
) -> Due | None:
    last = max(now, previous.at) if previous else now
    if not text.startswith("R"):
        return Due(cron(text).after(last.astimezone(UTC), zone, business_day), None)
    repeat = _repeat(text, zone)
    if previous is None:
        return _begin(repeat, now, zone)
    if previous.remaining == 0:
        return None
    first = previous.first or previous.at
    beats = _beats(first, repeat.every, last, zone)
    passed = beats - _beats(first, repeat.every, previous.at - timedelta(microseconds=1), zone)
    return _beat(repeat, first, beats, previous.remaining, passed, zone)


def _begin(repeat: _Repeat, now: datetime, zone: tzinfo) -> Due | None:
    """The first beat of a cycle: its start if that is to come, else one period from now or the next on its beat."""
    if repeat.start is None:
        first = repeat.every.after(now, zone)
        return Due(first, None if repeat.count is None else repeat.count - 1, first)
    beats = _beats(repeat.start, repeat.every, now - timedelta(microseconds=1), zone)
    return _beat(repeat, repeat.start, beats, repeat.count, beats + 1, zone)


def _beat(
    repeat: _Repeat, first: datetime, number: int, left: int | None, used: int, zone: tzinfo
) -> Due | None:
    """Beat `number` counted from `first`, when `used` of the `left` firings are gone with it."""
    remaining = None if left is None else left - used
    if remaining is not None and remaining < 0:
        return None
    return Due(repeat.every.after(first, zone, number), remaining, first)


def _beats(first: datetime, every: Period, until: datetime, zone: tzinfo) -> int:
    """How many beats lie at or before `until`: beat 0 is `first`."""
    if first > until:
        return 0
    low, high = 0, int((until - first) / every.shortest) + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if every.after(first, zone, middle) <= until else (low, middle)
    return low


def _repeat(text: str, zone: tzinfo) -> _Repeat:
    match = _REPEAT.fullmatch(text)
    if match is None:
        raise refuse(
            f"“{text[:60]}”不是 ISO 8601 周期，例如 R3/PT1H、R/P1D。",
            f'"{text[:60]}" is not an ISO 8601 cycle such as R3/PT1H or R/P1D.',
        )
    every = period(match["every"])
    if every.shortest < FLOOR:
        raise refuse(
            f"周期不得短于 1 秒：{text[:60]}。", f"a cycle may not be shorter than 1 second: {text[:60]}."
        )
    return _Repeat(_count(match["count"]), moment(match["start"], zone) if match["start"] else None, every)


def _count(text: str) -> int | None:
    if not text:
        return None
    if len(text) > len(str(_MOST)) or not 0 < int(text) <= _MOST:
        raise refuse("周期的次数应为 1 至 1000000。", "a cycle repeats between 1 and 1000000 times.")
    return int(text)


__all__ = ["Due", "TimerError", "check", "due"]
