"""ISO 8601 durations and moments of timers, added by the calendar of a zone and never overflowing."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from engine.errors import Message, Refused

#: The longest a timer may run, and the shortest.
CEILING = timedelta(days=36_525)
FLOOR = timedelta(seconds=1)
#: Years a date in a timer may have.
YEARS = range(1900, 2201)

_DURATION = re.compile(
    r"(?P<sign>-?)P(?!$)(?:(?P<years>\d{1,15})Y)?(?:(?P<months>\d{1,15})M)?(?:(?P<weeks>\d{1,15})W)?"
    r"(?:(?P<days>\d{1,15})D)?(?:T(?=\d)(?:(?P<hours>\d{1,15})H)?(?:(?P<minutes>\d{1,15})M)?"
    r"(?:(?P<seconds>\d{1,15})(?:\.(?P<fraction>\d{1,9}))?S)?)?",
    re.ASCII,
)
_MOMENT = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?:T(?P<time>\d\d:\d\d(?::\d\d)?)(?:\.(?P<fraction>\d{1,9}))?"
    r"(?P<offset>Z|[+-]\d\d:\d\d)?(?:\[(?P<bracket>[\w+/-]+)\]|@(?P<at>[\w+/-]+))?)?",
    re.ASCII,
)


class TimerError(Refused):
    """This timer cannot be set."""

    chinese = "无法设置这个定时器。"


def refuse(zh: str, en: str) -> TimerError:
    """The error to raise for a timer text."""
    return TimerError(Message(zh=zh, en=en))


@dataclass(frozen=True, slots=True)
class Period:
    """A duration: months and days go by the calendar, `time` is exact."""

    months: int
    days: int
    time: timedelta

    @property
    def shortest(self) -> timedelta:
        """What it lasts at least, whatever the calendar says."""
        return timedelta(days=self.months * 28 + self.days) * (23 / 24) + self.time

    def after(self, moment: datetime, zone: tzinfo, times: int = 1) -> datetime:
        """`moment` and `times` periods more, in UTC. Raises TimerError beyond the calendar's end."""
        try:
            if (self.months or self.days) and times:
                moment = self._by_calendar(moment.astimezone(zone), times)
            return moment.astimezone(UTC) + self.time * times
        except (OverflowError, ValueError) as error:
            raise too_far() from error

    def _by_calendar(self, local: datetime, times: int) -> datetime:
        months = local.year * 12 + local.month - 1 + self.months * times
        year, month = divmod(months, 12)
        if year > date.max.year:
            raise OverflowError
        last = calendar.monthrange(year, month + 1)[1]
        shifted = local.replace(fold=0, year=year, month=month + 1, day=min(local.day, last))
        return shifted + timedelta(days=self.days * times)


def too_far() -> TimerError:
    """The error for more than the ceiling."""
    return refuse("定时器不得超过 100 年。", "a timer may not run longer than 100 years.")


def period(text: str) -> Period:
    """The duration in `text`, e.g. "P1DT2H". Raises TimerError when malformed, negative or beyond 100 years."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise refuse(
            f"“{text[:60]}”不是 ISO 8601 时长，例如 PT2H、P1D、P1M。",
            f'"{text[:60]}" is not an ISO 8601 duration such as PT2H, P1D, P1M.',
        )
    if match["sign"]:
        raise refuse(f"时长不能为负：{text[:60]}。", f"a duration may not be negative: {text[:60]}.")
    part = {
        name: int(match[name] or 0)
        for name in ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
    }
    months = part["years"] * 12 + part["months"]
    days = part["weeks"] * 7 + part["days"]
    seconds = part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"]
    if months * 30 + days + seconds // 86_400 > CEILING.days:
        raise too_far()
    return Period(months, days, timedelta(seconds=seconds, microseconds=_microseconds(match["fraction"])))


def moment(text: str, zone: tzinfo) -> datetime:
    """The date or date and time in `text`, in UTC; without an offset or zone it is of `zone`.

    Raises TimerError when malformed or not between 1900 and 2200.
    """
    match = _MOMENT.fullmatch(text)
    found = _moment(match, zone) if match is not None else None
    if found is None or found.year not in YEARS:
        raise refuse(
            f"“{text[:60]}”不是 1900 至 2200 年间的 ISO 8601 日期，例如 2026-12-24T09:00。",
            f'"{text[:60]}" is not an ISO 8601 date between 1900 and 2200 such as 2026-12-24T09:00.',
        )
    return found


def _moment(match: re.Match[str], zone: tzinfo) -> datetime | None:
    try:
        day, clock = date.fromisoformat(match["date"]), time.fromisoformat(match["time"] or "00:00")
        local = datetime.combine(day, clock, _zone(match, zone))
        return local.replace(microsecond=_microseconds(match["fraction"])).astimezone(UTC)
    except (ValueError, OverflowError, KeyError, OSError):
        return None


def _zone(match: re.Match[str], zone: tzinfo) -> tzinfo:
    """What the text says of its zone; an offset wins over a name, as in Java's texts that carry both."""
    if match["offset"]:
        shown = "2000-01-01T00:00" + match["offset"].replace("Z", "+00:00")
        return datetime.fromisoformat(shown).tzinfo or zone
    name = match["bracket"] or match["at"]
    return ZoneInfo(name) if name else zone


def _microseconds(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))
