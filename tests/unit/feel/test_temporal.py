"""Dates, times, moments and durations: reading, writing, calculating, zones, far years, and the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine import feel
from engine.feel.values import FarDate, FarDateTime, FineTime, YearMonths

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def _table(text):
    return [tuple(part.strip() for part in line.split("=>")) for line in text.strip().splitlines()]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('@"2026-11-21"', date(2026, 11, 21)),
        ('@"10:30:00"', time(10, 30)),
        ('@"10:30:00.5Z"', time(10, 30, 0, 500_000, UTC)),
        ('@"2026-11-21T10:30:00@Asia/Shanghai"', datetime(2026, 11, 21, 10, 30, tzinfo=_SHANGHAI)),
        ('@"P1DT2H"', timedelta(days=1, hours=2)),
        ('@"-P1Y2M"', YearMonths(-14)),
        ('@"-5000-01-31"', FarDate(-5000, 1, 31)),
        ('@"10:30:00.123456789"', FineTime(10, 30, 0, 123_456_789)),
        ('@"12026-11-21T10:30:00"', FarDateTime(12026, 11, 21, 10, 30, 0, 0)),
        ('@"nonsense"', None),
        ('date("2026-02-29")', None),
        ("date(2026, 11, 21)", date(2026, 11, 21)),
        ("date(2026, 13, 1)", None),
        ('date and time(@"2026-11-21", @"10:00:00+08:00").time offset', timedelta(hours=8)),
        ("date and time(2026, 11, 21, 10, 30, 0)", datetime.fromisoformat("2026-11-21T10:30")),
        ('date and time(2026, 11, 21, 10, 30, 0, @"PT8H").time offset', timedelta(hours=8)),
        ('date and time(2026, 11, 21, 10, 30, 0, "Asia/Shanghai").timezone', "Asia/Shanghai"),
        ('time(10, 30, 1.5, @"PT0H")', time(10, 30, 1, 500_000, UTC)),
        ('time("24:00:00")', time(0, 0)),
        ('date and time("2026-11-21T24:00:00")', datetime.fromisoformat("2026-11-22T00:00")),
    ],
)
def test_reading(expression, expected):
    """Texts and parts become Python's own temporal values; what Python cannot hold, ours."""
    assert expected == feel.evaluate(expression)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        @"2026-11-30" + @"P1D"          => @"2026-12-01"
        @"2026-11-30" + @"-PT1S"        => @"2026-11-29"
        @"2026-01-31" + @"P1M"          => @"2026-02-28"
        @"2024-02-29" - @"P1Y"          => @"2023-02-28"
        @"P1M" + @"2026-01-31"          => @"2026-02-28"
        @"2026-11-21" - @"2026-11-19"   => @"P2D"
        @"9999-12-31" + @"P1D"          => @"10000-01-01"
        @"0001-01-01" - @"P1D"          => @"0000-12-31"
        @"23:30:00" + @"PT1H"           => @"00:30:00"
        @"10:00:00+08:00" - @"01:00:00Z" => @"PT1H"
        @"2026-11-21T10:00:00" - @"2026-11-21T09:00:00Z" => null
        @"2026-11-21T10:00:00Z" - @"2026-11-21" => @"PT10H"
        @"2026-11-21T10:00:00+08:00" - @"2026-11-21T01:00:00Z" => @"PT1H"
        @"2026-03-29T01:30:00@Europe/Berlin" + @"PT1H" => @"2026-03-29T03:30:00@Europe/Berlin"
        @"2026-03-29T01:30:00@Europe/Berlin" + @"P1M" => @"2026-04-29T01:30:00@Europe/Berlin"
        @"P1D" * 1.5                    => @"P1DT12H"
        2 * @"P1Y"                      => @"P2Y"
        @"P1Y" / 2                      => @"P6M"
        @"P1D" / @"PT6H"                => 4
        @"P1Y" / @"P1M"                 => 12
        @"P1D" / 0                      => null
        @"P1D" + @"P1M"                 => null
        @"2026-11-21" + 1               => null
        -@"P1D"                         => @"-P1D"
        @"P999999999D" + @"P1D"         => null
        @"2026-11-21" + @"P999999999Y"  => null
        years and months duration(@"2026-01-31", @"2026-03-30") => @"P1M"
        years and months duration(@"2026-03-30", @"2026-01-31") => @"-P1M"
        date and time(@"2026-11-21T10:00:00Z", "Asia/Shanghai").hour => 18
    """),
)
def test_arithmetic(expression, expected):
    """Days are added on the clock of the world, months on the calendar; the zone stays."""
    assert feel.evaluate(expected) == feel.evaluate(expression)


@pytest.mark.parametrize(
    ("expression", "expected"),
    _table("""
        @"2026-11-21".weekday           => 6
        @"-5000-01-31".year             => -5000
        @"2026-11-21".hour              => null
        @"2026-11-21T10:30:59.5".second => 59
        @"10:00:00@Asia/Shanghai".time offset => @"PT8H"
        @"10:00:00@Asia/Shanghai".timezone => "Asia/Shanghai"
        @"10:00:00+08:00".timezone      => null
        @"-P1DT2H3M4.5S".seconds        => -4.5
        @"-P1DT2H".hours                => -2
        @"-P14M".months                 => -2
        @"P14M".years                   => 1
        @"P1D".years                    => null
        [@"2026-11-21", @"2027-01-01"].year => [2026, 2027]
        day of year(@"2026-12-31")      => 365
        day of week(@"2026-11-21")      => "Saturday"
        month of year(@"2026-11-21")    => "November"
        week of year(@"2027-01-01")     => 53
        week of year(date: @"2026-12-28") => 53
        last day of month(@"2028-02-03") => @"2028-02-29"
    """),
)
def test_properties(expression, expected):
    """Each kind has its properties; a property of another kind is null."""
    assert feel.evaluate(expected) == feel.evaluate(expression)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-21", "-0044-03-15", "123456-01-01", "10:30:00", "10:30:00Z", "10:30:00.123456789-05:30"),
        *(
            "10:30:00@Asia/Shanghai",
            "2026-11-21T10:30:00",
            "2026-11-21T10:30:00+08:00",
            "P1D",
            "-P1DT2H3M4.000005S",
        ),
        *("PT0S", "P1Y", "-P1Y2M", "P0M", "10:30:00+02:45:55", "2026-11-21T10:30:00.1@Europe/Berlin"),
    ],
)
def test_written_as_read(text):
    """`string` writes a temporal value as it was read."""
    assert text == feel.evaluate(f'string(@"{text}")')


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-1-1",
            "02026-01-01",
            "+2026-01-01",
            "2026-11-31",
            "7:00:00",
            "10:60:00",
            "24:00:01",
            "10:00:00+19:00",
        ),
        *(
            "10:00:00+08:60",
            "10:00:00+8",
            "10:00:00@No/Where",
            "10:00:00@../../etc/passwd",
            "10:00:00+08:00@Asia/Shanghai",
        ),
        *(
            "P",
            "PT",
            "P1YT",
            "P1Y1D",
            "P1.5D",
            "P1W",
            "2026-11-21T",
            "2026-11-21 10:00:00",
            "10000000000-01-01",
            "",
        ),
        *("P9999999999999D", "PT9999999999999H", "٢٠٢٦-11-21"),
    ],
)
def test_not_readable(text):
    """What is not exactly of the form, or is no day or time, is null."""
    assert feel.evaluate(f'@"{text}"') is None
    assert feel.evaluate("date(x) != null or time(x) != null or duration(x) != null", {"x": text}) is False


def test_the_clock_is_given():
    """`now` and `today` read the clock of the call, told in the company's zone."""
    late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)

    now = feel.compile("now()")({}, clock=lambda: late)

    assert late == now
    assert "2026-11-21T01:30:00@Asia/Shanghai" == feel.compile("string(now())")({}, clock=lambda: late)
    assert date(2026, 11, 21) == feel.compile("today()")({}, clock=lambda: late)


def test_order_of_far_and_near_values():
    """Values that Python cannot hold order with those it can, and moments of all zones with one another."""
    assert feel.evaluate('@"-5000-01-01" < @"2026-01-01" and @"123456-01-01" > @"9999-12-31"')
    assert feel.evaluate('@"10:00:00.000000001" > @"10:00:00"')
    assert feel.evaluate('@"2026-11-21T10:00:00.000000001Z" > @"2026-11-21T18:00:00@Asia/Shanghai"')
    assert feel.evaluate('@"123456-06-01T12:00:00@Europe/Berlin" = @"123456-06-01T10:00:00Z"')
