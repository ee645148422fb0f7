"""Cron expressions with five or six fields, read strictly: what is ambiguous elsewhere is refused here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from engine.bpmn.period import CEILING, refuse, too_far

#: Whether a day is a working day; the company's calendar, Monday to Friday without one.
BusinessDay = Callable[[date], bool]

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_NTH_WORKDAY = re.compile(r"WORKDAY#(?P<nth>\d{1,2}|L)", re.ASCII)
_NTH_DAY = re.compile(r"(?P<day>[0-7]|[A-Z]{3})(?:#(?P<nth>[1-5])|(?P<last>L))", re.ASCII)
_SUNDAY_TOO = 7


def is_weekday(day: date) -> bool:
    """Monday to Friday."""
    return day.isoweekday() <= 5  # Friday


@dataclass(frozen=True, slots=True)
class Cron:
    """When a cron expression comes due; days by `matches`, times of the day by the three sets."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    matches: Callable[[date, BusinessDay], bool]

    def after(self, moment: datetime, zone: tzinfo, business_day: BusinessDay = is_weekday) -> datetime:
        """The first due time after `moment`, in UTC, by the wall clock of `zone`.

        A time that the wall clock skips comes due as much later as it skips; one that it shows twice comes due once,
        unless every hour is meant. Raises TimerError when there is none within 100 years.
        """
        first = moment.astimezone(zone).date()
        for day in (first + timedelta(days=n) for n in range(CEILING.days)):
            if day.month in self.months and self.matches(day, business_day):
                for minute in self._minutes(day, zone):
                    found = next((s for s in self.seconds if minute + timedelta(seconds=s) > moment), None)
                    if found is not None:
                        return minute + timedelta(seconds=found)
        raise too_far()

    def _minutes(self, day: date, zone: tzinfo) -> Iterator[datetime]:
        """The minutes of `day` that are due, in UTC and in order."""
        if len(self.hours) == 24:  # every hour: by elapsed time, so that a repeated hour counts
            start = datetime.combine(day, time(), zone).astimezone(UTC)
            end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
            for n in range(int((end - start) / timedelta(minutes=1))):
                minute = start + timedelta(minutes=n)
                if minute.astimezone(zone).minute in self.minutes:
                    yield minute
            return
        times = (time(hour, minute) for hour in self.hours for minute in self.minutes)
        yield from sorted({datetime.combine(day, clock, zone).astimezone(UTC) for clock in times})


def cron(text: str) -> Cron:
    """The cron expression in `text`. Raises TimerError with the field that is wrong.

    Six fields start with seconds, five with minutes; Sunday is 0 or 7; `L` is the last day of the month, `5#2` the
    second and `5L` the last Friday, `WORKDAY` any working day, `WORKDAY#1` and `WORKDAY#L` the month's first and last.
    """
    fields = _MACROS.get(text.strip().lower(), text).upper().split()
    if len(fields) == 5:  # without seconds
        fields.insert(0, "0")
    if len(fields) != 6:  # second, minute, hour, day, month, weekday
        raise refuse(
            f"“{text[:60]}”不是周期：应为 R3/PT1H 或 5 至 6 段的 cron。",
            f'"{text[:60]}" is not a cycle: write R3/PT1H, or cron with 5 or 6 fields.',
        )
    second, minute, hour, day, month, weekday = fields
    return Cron(
        seconds=_numbers(second, 0, 59),
        minutes=_numbers(minute, 0, 59),
        hours=_numbers(hour, 0, 23),
        months=frozenset(_numbers(month, 1, 12, _MONTHS)),
        matches=_days(day, weekday),
    )


def _days(day: str, weekday: str) -> Callable[[date, BusinessDay], bool]:
    """One rule of the two day fields; other tools disagree on "and" or "or" when both are set."""
    if day in {"*", "?"}:
        return _weekdays(weekday)
    if weekday not in {"*", "?"}:
        raise refuse(
            "cron 的“日”和“星期”不能同时限定：其中一个写 *。",
            "cron may not limit both the day of the month and the weekday: write * for one of them.",
        )
    parts = day.split(",")
    numbers = frozenset(n for part in parts if part != "L" for n in _numbers(part, 1, 31))
    last = "L" in parts
    return lambda at, _: at.day in numbers or (last and (at + timedelta(days=1)).day == 1)


def _weekdays(field: str) -> Callable[[date, BusinessDay], bool]:
    if field in {"*", "?"}:
        return lambda _at, _workday: True
    rules = [_weekday(part) for part in field.split(",")]
    return lambda at, workday: any(rule(at, workday) for rule in rules)


def _weekday(part: str) -> Callable[[date, BusinessDay], bool]:
    if part == "WORKDAY":
        return lambda at, workday: workday(at)
    if match := _NTH_WORKDAY.fullmatch(part):
        nth = match["nth"]
        return lambda at, workday: workday(at) and _is_nth_workday(at, nth, workday)
    if match := _NTH_DAY.fullmatch(part):
        number = _number(match["day"], 0, 7, _DAYS) % 7
        if match["last"]:
            return lambda at, _: at.isoweekday() % 7 == number and (at + timedelta(days=7)).month != at.month
        week = int(match["nth"])
        return lambda at, _: at.isoweekday() % 7 == number and (at.day + 6) // 7 == week
    numbers = frozenset(n % 7 for n in _numbers(part, 0, _SUNDAY_TOO, _DAYS))
    return lambda at, _: at.isoweekday() % 7 in numbers


def _is_nth_workday(day: date, nth: str, workday: BusinessDay) -> bool:
    if nth == "L":
        rest = (day + timedelta(days=n) for n in range(1, 31))
        return not any(workday(later) for later in rest if later.month == day.month)
    return sum(workday(day.replace(day=n)) for n in range(1, day.day + 1)) == int(nth)


def _numbers(field: str, low: int, high: int, names: tuple[str, ...] = ()) -> tuple[int, ...]:
    """The numbers of one field: `*`, `?` (not for times), `1,3`, `1-5`, `*/5`, `0/15`, names."""
    return tuple(sorted({n for part in field.split(",") for n in _part(part, low, high, names)}))


def _part(part: str, low: int, high: int, names: tuple[str, ...]) -> range:
    span, slash, step = part.partition("/")
    if slash and not (step.isascii() and step.isdigit() and 0 < int(step) <= high):
        raise _bad(part)
    if span == "*":
        return range(low, high + 1, int(step or 1))
    first, dash, last = span.partition("-")
    start = _number(first, low, high, names)
    end = _number(last, low, high, names) if dash else (high if slash else start)
    if end < start:
        raise _bad(part)
    return range(start, end + 1, int(step or 1))


def _number(text: str, low: int, high: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + (1 if low == 1 else 0)
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and low <= int(text) <= high):
        raise _bad(text)
    return int(text)


def _bad(part: str) -> Exception:
    return refuse(f"cron 的“{part[:20]}”写法不对。", f'cron: "{part[:20]}" is not understood.')
