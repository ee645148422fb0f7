"""Functions on dates and times, and the clock."""

from __future__ import annotations

from datetime import date

from engine.clock import COMPANY_ZONE, utc_now
from engine.feel import moments, temporal
from engine.feel.functions import function
from engine.feel.kinds import Value
from engine.feel.limits import Run

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@function("now()", "the present date and time in the company's zone", "公司时区的当前日期时间")
def now(run: Run) -> Value:
    """The present moment."""
    return (run.clock or utc_now)().astimezone(COMPANY_ZONE)


@function("today()", "the present date in the company's zone", "公司时区的当天日期")
def today(run: Run) -> date:
    """The present day."""
    return (run.clock or utc_now)().astimezone(COMPANY_ZONE).date()


@function("day of year(date: date|date and time)", "the number of the day in its year", "一年中的第几天")
def day_of_year(run: Run, value: Value) -> int:
    """1 to 366."""
    return moments.day_number(value) - moments.ordinal(value.year, 1, 1) + 1


@function("day of week(date: date|date and time)", "the day's English name", "星期的英文名")
def day_of_week(run: Run, value: Value) -> str:
    """Monday to Sunday."""
    return _WEEKDAYS[temporal.weekday(value) - 1]


@function("month of year(date: date|date and time)", "the month's English name", "月份的英文名")
def month_of_year(run: Run, value: Value) -> str:
    """January to December."""
    return _MONTHS[value.month - 1]


@function("week of year(date: date|date and time)", "the number of the week by ISO 8601", "ISO 8601 周数")
def week_of_year(run: Run, value: Value) -> int:
    """1 to 53; the week belongs to the year of its Thursday."""
    thursday = moments.day_number(value) - temporal.weekday(value) + 4
    year = moments.date_of(thursday).year
    return (thursday - moments.ordinal(year, 1, 1)) // 7 + 1


@function(
    "last day of month(date: date|date and time)", "the last date of its month (Camunda)", "当月最后一天"
)
def last_day_of_month(run: Run, value: Value) -> Value:
    """The date of the month's last day."""
    return moments.make_date(value.year, value.month, moments.days_in_month(value.year, value.month))
