"""Functions on working days, by the calendar that the evaluation is given."""

from __future__ import annotations

from datetime import date

from engine.clock import COMPANY_ZONE
from engine.feel import moments
from engine.feel.fault import FeelError
from engine.feel.functions import function
from engine.feel.kinds import Value, kind
from engine.feel.limits import BusinessCalendar, Run

#: The functions that need a calendar.
BUSINESS = frozenset({"is business day", "add business days", "business days between"})
#: So many working days may be added at once: some forty years.
MOST_DAYS = 10_000


@function(
    "is business day(date: date|date and time)",
    "whether it is a working day in mainland China: make-up days count, holidays do not",
    "是否为工作日（含调休上班日，不含法定节假日）",
)
def is_business_day(run: Run, value: Value) -> bool:
    """By the company's calendar of the moment."""
    return _calendar(run).is_business_day(_day(value))


@function(
    "add business days(date: date|date and time, n: number)",
    "the n-th working day after the date (before it when n is negative; 0: the day itself or the next working day); "
    "a date and time keeps its time",
    "之后第 n 个工作日（n 为负则往前；0 为当天，当天休息则顺延）；日期时间保留时刻",
)
def add_business_days(run: Run, value: Value, n: Value) -> Value:
    """The given day itself never counts, so that one working day after a Saturday is Monday."""
    day = _moved(run, _day(value), _whole(n))
    return moments.make_datetime(day, moments.time_part(_local(value))) if _is_moment(value) else day


@function(
    "business days between(start: date|date and time, end: date|date and time)",
    "how many working days come after the start up to and with the end; negative when the end is earlier",
    "起始日之后至截止日（含）的工作日天数；截止日较早时为负",
)
def business_days_between(run: Run, start: Value, end: Value) -> int:
    """`business days between(d, add business days(d, n))` is n for every n above 0."""
    first, last = (_day(value).toordinal() for value in (start, end))
    sign = 1 if first <= last else -1
    low, high = sorted((first, last))
    run.read(high - low)
    calendar = _calendar(run)
    return sign * sum(calendar.is_business_day(date.fromordinal(n)) for n in range(low + 1, high + 1))


def _calendar(run: Run) -> BusinessCalendar:
    """The calendar of the evaluation; without one nothing is guessed."""
    if run.calendar is None:
        raise FeelError(
            "There is no business calendar here: working days are known in diagrams and decision tables only.",
            "此处没有工作日历：工作日函数只能用在流程图和决策表中。",
            kind="calendar",
        )
    return run.calendar


def _is_moment(value: Value) -> bool:
    return kind(value) == "date and time"


def _local(value: Value) -> Value:
    """A moment by the company's clocks: at 20:00 UTC it is the next day there. One without a zone is local already."""
    return value if value.tzinfo is None else moments.moment_at(moments.instant(value), COMPANY_ZONE)


def _day(value: Value) -> date:
    """The day of a date or moment; null for a year that no calendar holds."""
    day = moments.day_part(_local(value)) if _is_moment(value) else value
    if isinstance(day, date):
        return day
    raise OverflowError


def _whole(n: Value) -> int:
    """A whole number of days within bounds; null for any other."""
    if n != int(n) or abs(n) > MOST_DAYS:
        raise ValueError
    return int(n)


def _moved(run: Run, day: date, count: int) -> date:
    """The working day `count` working days away."""
    calendar, number = _calendar(run), day.toordinal()
    if count == 0 and calendar.is_business_day(day):
        return day
    step, left = (-1, -count) if count < 0 else (1, count or 1)
    while left:
        run.step()
        number += step
        left -= calendar.is_business_day(date.fromordinal(number))
    return date.fromordinal(number)
