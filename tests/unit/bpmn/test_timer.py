from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.timer import Due, TimerError, check, due

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """The moment in `text`, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def beats(text: str, now: datetime, many: int, **options) -> list[datetime]:
    """The first `many` moments of a cycle that always fires on time."""
    found, previous = [], due("cycle", text, now, **options)
    while previous is not None and len(found) < many:
        found.append(previous.at)
        previous = due("cycle", text, previous.at, previous, **options)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-24T09:00", "2026-12-24T09:00+08:00"),
        ("2026-12-24T09:00:30Z", "2026-12-24T09:00:30+00:00"),
        ("2026-12-24T09:00:30.25+02:00", "2026-12-24T09:00:30.250+02:00"),
        ("2026-12-24", "2026-12-24T00:00+08:00"),
        ("2026-07-24T09:00@Europe/Berlin", "2026-07-24T09:00+02:00"),
        ("2026-12-24T09:00+01:00[Europe/Berlin]", "2026-12-24T09:00+01:00"),
    ],
)
def test_a_date_is_of_the_company_unless_it_says_otherwise(text, expected):
    """Dates without offset or zone are read by the company's clock."""
    found = due("date", text, NOW)

    assert Due(at(expected), 0) == found


def test_a_date_in_the_past_is_due_at_once():
    """A timer set late is not lost."""
    assert due("date", "2020-01-01", NOW).at < NOW


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT1H", "2026-11-21T13:00+08:00"),
        ("P1DT30M", "2026-11-22T12:30+08:00"),
        ("P2W", "2026-12-05T12:00+08:00"),
        ("P1M", "2026-12-21T12:00+08:00"),
        ("P1Y2M", "2028-01-21T12:00+08:00"),
        ("PT0.5S", "2026-11-21T12:00:01+08:00"),
        ("PT0S", "2026-11-21T12:00:01+08:00"),
    ],
)
def test_a_duration_counts_from_now_and_lasts_at_least_a_second(text, expected):
    """Months and years go by the calendar; nothing is due in the same instant."""
    assert at(expected) == due("duration", text, NOW).at


def test_months_end_with_the_month():
    """A month after 31 January is the last day of February."""
    found = due("duration", "P1M", at("2027-01-31T10:00+08:00"))

    assert at("2027-02-28T10:00+08:00") == found.at


def test_a_day_is_the_same_wall_clock_time_and_24_hours_are_24_hours():
    """The night the clocks change is an hour longer for days, not for hours."""
    evening = at("2026-10-24T20:00+02:00")

    assert at("2026-10-25T20:00+01:00") == due("duration", "P1D", evening, zone=BERLIN).at
    assert at("2026-10-25T19:00+01:00") == due("duration", "PT24H", evening, zone=BERLIN).at


def test_a_time_that_the_clock_skips_comes_as_much_later():
    """02:30 does not exist on 29 March 2026 in Berlin."""
    found = due("duration", "P1D", at("2026-03-28T02:30+01:00"), zone=BERLIN)

    assert at("2026-03-29T03:30+02:00") == found.at


@pytest.mark.parametrize(
    "text",
    [
        "-PT1H",
        "P-1D",
        "P",
        "PT",
        "P1S",
        "PT1D",
        "1H",
        "P1.5D",
        "p1d",
        "",
        "P1DT",
        "PT1H PT1H",
        "P٣D",
        "P1Y1Y",
    ],
)
def test_what_is_no_duration_is_refused(text):
    """Negative and malformed durations are never read as something else."""
    with pytest.raises(TimerError):
        due("duration", text, NOW)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("duration", "P99999999999D"),
        ("duration", "P101Y"),
        ("duration", "PT999999999999999S"),
        ("duration", "P999999999999999999999D"),
        ("date", "2190-01-01"),
        ("date", "9999-12-31T23:59"),
        ("date", "0001-01-01T00:00+14:00"),
        ("cycle", "R/P101Y"),
        ("cycle", "R/2150-01-01/P1D"),
        ("cycle", "0 0 0 30 2 *"),
        ("cycle", "0 0 0 29 2 8"),
    ],
)
def test_nothing_overflows(kind, text):
    """Beyond 100 years, or never: refused with a reason."""
    with pytest.raises(TimerError):
        due(kind, text, NOW)


@pytest.mark.parametrize(
    "text", ["R/PT0S", "R3/PT0.5S", "R/P0D", "R0/PT1H", "R-1/PT1H", "R/-PT1H", "R3", "R3/", "R/PT1H/PT1H"]
)
def test_a_cycle_has_a_beat_of_a_second_at_least(text):
    """What would fire without end in one instant is refused."""
    with pytest.raises(TimerError):
        due("cycle", text, NOW)


def test_a_counted_cycle_fires_as_often_as_it_says():
    """R3/PT1H: three times, an hour apart."""
    assert [NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR] == beats("R3/PT1H", NOW, 9)


def test_a_cycle_with_a_start_begins_there():
    """The first beat is the start itself."""
    expected = [at("2026-12-01T09:00+08:00"), at("2026-12-02T09:00+08:00")]

    assert expected == beats("R2/2026-12-01T09:00/P1D", NOW, 9)


def test_a_cycle_with_a_start_in_the_past_joins_its_beat():
    """Beats before now are gone, and counted."""
    found = due("cycle", "R5/2026-11-19T09:00/P1D", NOW)

    assert (at("2026-11-22T09:00+08:00"), 1) == (found.at, found.remaining)


def test_a_cycle_that_is_over_before_it_begins_never_fires():
    """Five beats in 2020 are five beats gone."""
    assert due("cycle", "R5/2020-01-01/P1D", NOW) is None


def test_a_beat_that_began_in_1970_every_second_is_found_at_once():
    """No counting through 1.8 thousand million beats."""
    found = due("cycle", "R/1970-01-01T00:00:00Z/PT1S", NOW)

    assert Due(NOW, None, datetime(1970, 1, 1, tzinfo=UTC)) == found


def test_missed_beats_fire_once_and_the_beat_is_kept():
    """After two and a half hours of standstill an hourly cycle fires once, then on the full hour again."""
    first = due("cycle", "R10/PT1H", NOW)
    late = first.at + timedelta(hours=2, minutes=30)

    following = due("cycle", "R10/PT1H", late, first)

    assert (first.at + 3 * HOUR, 6) == (following.at, following.remaining)


def test_missed_beats_use_up_a_counted_cycle():
    """Three beats missed in one standstill are one firing and the end."""
    first = due("cycle", "R3/PT1H", NOW)

    assert due("cycle", "R3/PT1H", NOW + timedelta(days=1), first) is None


def test_every_month_on_the_31st_survives_february():
    """Beats are counted from the first one, not from the last."""
    found = beats("R/2027-01-31T10:00/P1M", NOW, 4)

    assert ["01-31", "02-28", "03-31", "04-30"] == [f"{t.astimezone(SHANGHAI):%m-%d}" for t in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 9 * * *", ["11-22 09:00", "11-23 09:00"]),
        ("0 0 9 * * MON-FRI", ["11-23 09:00", "11-24 09:00", "11-25 09:00"]),
        ("0 */20 12 * * ?", ["11-21 12:20", "11-21 12:40", "11-22 12:00"]),
        ("0 0 8 L * *", ["11-30 08:00", "12-31 08:00", "01-31 08:00", "02-28 08:00"]),
        ("0 0 8 1,15 * *", ["12-01 08:00", "12-15 08:00"]),
        ("0 0 8 ? * 5#2", ["12-11 08:00", "01-08 08:00"]),
        ("0 0 8 ? * FRIL", ["11-27 08:00", "12-25 08:00"]),
        ("0 0 8 ? JAN,JUL SUN", ["01-03 08:00", "01-10 08:00"]),
        ("0 0 8 * * 7", ["11-22 08:00", "11-29 08:00"]),
        ("0 0 9 * * WORKDAY", ["11-23 09:00", "11-24 09:00"]),
        ("0 0 9 * * WORKDAY#1", ["12-01 09:00", "01-01 09:00", "02-01 09:00"]),
        ("0 0 9 * * WORKDAYL", None),
        ("0 0 9 * * WORKDAY#L", ["11-30 09:00", "12-31 09:00", "01-29 09:00"]),
        ("@daily", ["11-22 00:00", "11-23 00:00"]),
        ("@monthly", ["12-01 00:00"]),
        ("30 59 23 31 12 *", ["12-31 23:59"]),
    ],
)
def test_cron_goes_by_the_wall_clock_of_the_company(text, expected):
    """Fields, names, steps, last days and working days."""
    if expected is None:
        with pytest.raises(TimerError):
            due("cycle", text, NOW)
        return
    found = beats(text, NOW, len(expected))

    assert expected == [f"{t.astimezone(SHANGHAI):%m-%d %H:%M}" for t in found]


def test_working_days_follow_the_company_calendar():
    """A holiday is no working day, and a Saturday may be one."""
    holidays, extra = {date(2026, 11, 23)}, {date(2026, 11, 22)}

    def business_day(day: date) -> bool:
        return day in extra or (day.isoweekday() < 6 and day not in holidays)

    found = beats("0 0 9 * * WORKDAY", NOW, 2, business_day=business_day)

    assert ["11-22", "11-24"] == [f"{t.astimezone(SHANGHAI):%m-%d}" for t in found]


@pytest.mark.parametrize(
    "text",
    ["* * *", "60 * * * *", "0 24 * * *", "0 0 1 * MON", "0 0 0 * *", "*/0 * * * *", "5-1 * * * *", "a b c d e", "",
     "0 0 0 ? * * 2026", "0 0 32 * *", "0 0 * 13 *", "0 0 * * 8", "0 0 * * MON#6", "0 0 LW * *", "? * * * *", "* * * * ٣"],
)  # fmt: skip
def test_what_is_no_cron_is_refused(text):
    """Ambiguous and malformed fields are never guessed."""
    with pytest.raises(TimerError):
        due("cycle", text, NOW)


def test_cron_fires_once_at_a_time_that_the_clock_shows_twice():
    """02:30 happens twice on 25 October 2026 in Berlin."""
    found = beats("30 2 * * *", at("2026-10-24T12:00+02:00"), 2, zone=BERLIN)

    assert [at("2026-10-25T02:30+02:00"), at("2026-10-26T02:30+01:00")] == found


def test_an_hourly_cron_also_fires_in_the_repeated_hour():
    """Every hour is every 60 minutes, whatever the clock shows."""
    found = beats("0 * * * *", at("2026-10-24T23:30+00:00"), 3, zone=BERLIN)

    assert [at("2026-10-25T00:00+00:00"), at("2026-10-25T01:00+00:00"), at("2026-10-25T02:00+00:00")] == found


def test_cron_missed_for_a_week_fires_once():
    """After a standstill the next due time is in the future."""
    first = due("cycle", "0 9 * * *", NOW)

    following = due("cycle", "0 9 * * *", NOW + timedelta(days=7), first)

    assert at("2026-11-29T09:00+08:00") == following.at


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("date", "soon"),
        ("duration", "1h"),
        ("cycle", "R/PT0S"),
        ("cycle", "0 0 30 2 *"),
        ("date", "2300-01-01"),
    ],
)
def test_a_check_without_a_clock_finds_what_can_never_be_right(kind, text):
    """Deploying refuses what would fail on every run."""
    with pytest.raises(TimerError):
        check(kind, text)


moments = st.datetimes(
    NOW.replace(year=1990, tzinfo=None),
    NOW.replace(year=2080, tzinfo=None),
    timezones=st.sampled_from([UTC, SHANGHAI, BERLIN]),
)
zones = st.sampled_from(
    [UTC, SHANGHAI, BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe")]
)
durations = st.one_of(
    st.builds("P{}M".format, st.integers(1, 30)),
    st.builds("P{}DT{}H".format, st.integers(0, 40), st.integers(0, 50)),
    st.builds("PT{}S".format, st.integers(0, 10**6)),
    st.builds("P{}Y{}M{}DT{}M".format, *[st.integers(0, 40)] * 4),
)


@given(moments, durations, zones)
def test_any_duration_ends_later_and_within_the_ceiling(now, text, zone):
    """A duration is never over at once and never in the past."""
    found = due("duration", text, now, zone=zone)

    assert timedelta(seconds=1) <= found.at - now.astimezone(UTC) <= timedelta(days=36_525)


@given(moments, st.integers(1, 50), durations, st.integers(0, 10**8), zones)
@settings(max_examples=200)
def test_any_cycle_moves_forward_and_ends(now, count, every, late, zone):
    """However late it fires: the next beat is in the future, and a counted cycle gets used up."""
    text = f"R{count}/{every}"
    try:
        previous = due("cycle", text, now, zone=zone)
    except TimerError:
        return
    for _ in range(3):
        if previous is None:
            return
        fired = previous.at + timedelta(seconds=late)
        following = due("cycle", text, fired, previous, zone=zone)
        if following is not None:
            assert following.at > fired
            assert 0 <= following.remaining < previous.remaining
        previous = following


@given(st.text(max_size=40), moments)
def test_no_text_breaks_the_reader(text, now):
    """Any text is a timer or is refused."""
    for kind in ("date", "duration", "cycle"):
        try:
            due(kind, text, now)
        except TimerError:
            continue


@given(
    st.lists(
        st.from_regex(r"(\*|[0-9]{1,2}|[0-9]-[0-9]{1,2}|\*/[0-9]{1,2}|\?|L|WORKDAY)", fullmatch=True),
        min_size=5,
        max_size=6,
    ),
    moments,
    zones,
)
@settings(max_examples=150, deadline=None)
def test_any_cron_is_in_the_future_or_refused(fields, now, zone):
    """Cron never goes back and never hangs."""
    try:
        found = due("cycle", " ".join(fields), now, zone=zone)
    except TimerError:
        return

    assert found.at > now
