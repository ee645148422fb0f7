"""Working days in mainland China: against the State Council's notices, with what a company decides, and in FEEL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays.countries.china import ChinaStaticHolidays

from engine import dmn, feel
from engine.calendar import PUBLISHED, Calendar, Decided, notice, published
from engine.feel.fault import FeelError
from engine.form import read as read_form
from engine.form.reader import FormRefused

#: Days off (first, last) and make-up days as the notices of the State Council write them.
NOTICES = {
    2024: (
        [
            "01-01 01-01",
            "02-10 02-17",
            "04-04 04-06",
            "05-01 05-05",
            "06-08 06-10",
            "09-15 09-17",
            "10-01 10-07",
        ],
        ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    ),
    2025: (
        ["01-01 01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"],
        ["01-26", "02-08", "04-27", "09-28", "10-11"],
    ),
    2026: (
        [
            "01-01 01-03",
            "02-15 02-23",
            "04-04 04-06",
            "05-01 05-05",
            "06-19 06-21",
            "09-25 09-27",
            "10-01 10-07",
        ],
        ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    ),
}


def _days(first: date, last: date):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _by_notice(year: int) -> dict[date, bool]:
    """Every day of the year as the notice has it."""
    day = lambda text: date.fromisoformat(f"{year}-{text}")  # noqa: E731
    rests, makeups = NOTICES[year]
    found = {each: each.isoweekday() <= 5 for each in _days(day("01-01"), day("12-31"))}
    for span in rests:
        found |= dict.fromkeys(_days(*map(day, span.split())), False)
    return found | {day(text): True for text in makeups}


def value(expression: str, calendar: Calendar | None = None, **variables):
    """The value of an expression with a calendar, by default the notices' alone."""
    return feel.evaluate(expression, variables, calendar=calendar or Calendar())


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_is_as_the_notice_says(year):
    """Holidays rest, moved weekend days are worked, every other day is as its weekday says."""
    calendar, wanted = Calendar(), _by_notice(year)

    assert wanted == {day: calendar.is_business_day(day) for day in wanted}
    assert published(year)
    assert set() == calendar.doubts


def test_the_library_holds_the_notices_of_the_years_that_are_said_to_be_published():
    """A newer release of the library knows more of them."""
    assert list(PUBLISHED) == sorted(ChinaStaticHolidays.special_public_holidays)


def test_a_year_without_notice_is_estimated_and_in_doubt():
    """2027 has no notice yet: the statutory days are guessed, and whoever asked is told."""
    calendar = Calendar()

    assert not calendar.is_business_day(date(2027, 10, 1))
    assert {2027} == calendar.doubts
    assert not published(2027)


def test_a_confirmed_year_is_in_no_doubt():
    """Once a person has compared a year with its notice nobody is warned any more."""
    calendar = Calendar(lambda: Decided({date(2027, 2, 20): True}, frozenset({2027})))

    assert calendar.is_business_day(date(2027, 2, 20))
    assert not calendar.is_business_day(date(2027, 2, 6))
    assert set() == calendar.doubts


def test_the_company_decides_over_the_notice():
    """A day of the override table wins in both directions; it is asked for once."""
    asked: list[int] = []

    def decided():
        asked.append(1)
        return Decided({date(2026, 3, 4): False, date(2026, 10, 3): True}, frozenset())

    calendar = Calendar(decided)

    assert not calendar.is_business_day(date(2026, 3, 4))
    assert calendar.is_business_day(date(2026, 10, 3))
    assert calendar.is_business_day(date(2026, 3, 5))
    assert [1] == asked


def test_special_days_have_their_names():
    """The calendar says in both languages why a day is special."""
    assert ("春节", "Chinese New Year (Spring Festival)") == (
        notice(2026)[date(2026, 2, 17)].zh,
        notice(2026)[date(2026, 2, 17)].en,
    )
    assert notice(2026)[date(2026, 2, 14)].working
    assert "中秋节、国庆节" == notice(2020)[date(2020, 10, 1)].zh


@pytest.mark.parametrize(
    ("start", "n", "found"),
    [
        ("2026-02-13", 1, "2026-02-14"),  # a Saturday that is worked
        ("2026-02-14", 1, "2026-02-24"),  # over the Spring Festival
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-10-09", 1, "2026-10-10"),
        ("2026-03-07", 1, "2026-03-09"),  # the Saturday itself never counts
        ("2026-03-07", 0, "2026-03-09"),
        ("2026-03-06", 0, "2026-03-06"),
        ("2026-03-09", -1, "2026-03-06"),
        ("2026-03-08", -1, "2026-03-06"),
        ("2026-02-24", -2, "2026-02-13"),
        ("2026-12-31", 1, "2027-01-04"),
    ],
)
def test_adding_working_days(start, n, found):
    """The n-th working day after a day, or before it."""
    assert date.fromisoformat(found) == value("add business days(d, n)", d=date.fromisoformat(start), n=n)


def test_counting_working_days():
    """From the day after the first up to and with the last; backwards it is negative."""
    assert 2 == value('business days between(date("2026-02-13"), date("2026-02-24"))')
    assert -2 == value('business days between(date("2026-02-24"), date("2026-02-13"))')
    assert 0 == value('business days between(date("2026-02-24"), date("2026-02-24"))')
    year = value('business days between(date("2025-12-31"), date("2026-12-31"))')
    assert sum(_by_notice(2026).values()) == year


@pytest.mark.parametrize("n", [1, 2, 7, 30, 250])
def test_counting_undoes_adding(n):
    """So many working days lie between a day and the n-th after it, from any day."""
    for day in _days(date(2026, 2, 1), date(2026, 3, 5)):
        assert n == value("business days between(d, add business days(d, n))", d=day, n=n)


def test_moments_keep_their_time_and_count_by_the_company_s_day():
    """18:30 on Friday becomes 18:30 on Monday; 20:00 UTC on Friday is Saturday in Shanghai."""
    shanghai = ZoneInfo("Asia/Shanghai")

    assert datetime(2026, 3, 9, 18, 30, tzinfo=shanghai) == value(
        "add business days(t, 1)", t=datetime(2026, 3, 6, 18, 30, tzinfo=shanghai)
    )
    assert value("is business day(t)", t=datetime(2026, 3, 6, 10, tzinfo=UTC)) is True
    assert value("is business day(t)", t=datetime(2026, 3, 6, 20, tzinfo=UTC)) is False
    assert value(
        'add business days(date and time("2026-03-06T08:00:00"), 1) = date and time("2026-03-09T08:00:00")'
    )


@pytest.mark.parametrize(
    "expression",
    [
        'add business days(date("2026-03-06"), 1.5)',
        'add business days(date("2026-03-06"), 10001)',
        'add business days("tomorrow", 1)',
        'add business days(date("9999-12-31"), 1)',
        'is business day(date("12026-01-01"))',
        "is business day(null)",
    ],
)
def test_what_has_no_answer_is_null(expression):
    """Parts of days, more than 10,000 days, texts and far years give null."""
    assert value(expression) is None


def test_a_span_too_long_is_refused():
    """Nobody counts millions of days: the limit of steps holds here too."""
    with pytest.raises(FeelError, match="steps"):
        value('business days between(date("0001-01-01"), date("9999-01-01"))')


def test_without_a_calendar_nothing_is_guessed():
    """Where no calendar is given the evaluation fails aloud; a form that asks is refused when it is read."""
    with pytest.raises(FeelError) as refused:
        feel.evaluate('is business day(date("2026-03-06"))')
    assert "calendar" == refused.value.kind

    form = '{"type":"default","id":"due-day","schemaVersion":19,"components":[{"type":"text","text":"=string(%s)"}]}'
    with pytest.raises(FormRefused) as refused_form:
        read_form(form % "add business days(today(), 1)")
    assert "add business days" in refused_form.value.findings[0].message.en


def test_decision_tables_see_the_calendar():
    """A literal decision counts working days by the calendar it is given."""
    xml = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="https://restock.example"
 xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
<decision id="due" name="due"><variable id="v" name="due"/><literalExpression id="l"><text>add business days(day, 1)</text></literalExpression></decision></definitions>"""
    found = dmn.read(xml).evaluate("due", {"day": date(2026, 9, 30)}, calendar=Calendar())

    assert date(2026, 10, 8) == found
