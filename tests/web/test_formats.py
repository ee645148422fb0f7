"""How dates, spans and amounts read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask, g

from engine.web import formats, i18n

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # 14:00 in Shanghai


@pytest.fixture
def speak():
    """Chooses the language that what follows is told in."""
    app = Flask(__name__)
    with app.test_request_context():

        def choose(locale: str) -> None:
            g.locale = locale

        yield choose


@pytest.mark.parametrize(
    ("after", "zh", "en"),
    [
        (timedelta(hours=4), "今天 18:00", "today 18:00"),
        (timedelta(hours=19), "明天 09:00", "tomorrow 09:00"),
        (timedelta(hours=-24), "昨天 14:00", "yesterday 14:00"),
        (timedelta(days=3), "11-23 14:00", "11-23 14:00"),
        (timedelta(days=60), "2027-01-19", "2027-01-19"),
    ],
)
def test_near_moments_are_told_by_the_day(speak, after, zh, en):
    """A moment is told as people say it: today, tomorrow, or its date."""
    speak("zh_CN")
    assert zh == formats.near(NOW + after, NOW)

    speak("en")
    assert en == formats.near(NOW + after, NOW)


@pytest.mark.parametrize(
    ("before", "zh", "en"),
    [
        (timedelta(minutes=41), "超时 41 分", "41 min late"),
        (timedelta(hours=3, minutes=12), "超时 3 小时 12 分", "3 h 12 min late"),
        (timedelta(days=2, hours=3), "超时 2 天 3 小时", "2 d 3 h late"),
    ],
)
def test_late_is_told_by_how_much(speak, before, zh, en):
    """What is overdue says how long."""
    speak("zh_CN")
    assert zh == formats.due(NOW - before, NOW).text

    speak("en")
    assert en == formats.due(NOW - before, NOW).text


def test_due_states(speak):
    """Past is late, today is due, anything after is later, and nothing is nothing."""
    speak("en")

    states = [formats.due(NOW + timedelta(hours=h), NOW).state for h in (-1, 1, 30)]

    assert ["late", "due", "later"] == states
    assert formats.due(None, NOW) is None


def test_money_has_two_decimals_and_its_unit(speak):
    """Amounts have two decimals, thousands apart, and the sign of the yuan in both languages."""
    speak("zh_CN")
    assert "¥9,600.00" == formats.money(Decimal(9600))

    speak("en")
    assert "¥9,600.00" == formats.money(Decimal(9600))


def test_values_in_words(speak):
    """Values of an instance read as words, not as Python."""
    speak("en")

    assert ["–", "yes", "no", "12", "12.50", "2026-11-20"] == [
        formats.plain(value) for value in (None, True, False, Decimal("12.00"), Decimal("12.50"), NOW.date())
    ]


def test_every_locale_has_a_name():
    """The switch offers both languages by their own names."""
    assert {"zh_CN": "中文", "en": "English"} == i18n.LOCALES
