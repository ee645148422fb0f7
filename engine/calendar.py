"""The business calendar of mainland China: public holidays, make-up days (调休), and what a company decides for itself.

Which days are moved is known only once the State Council's notice for a year is out. The `holidays` library knows the
notices of the years up to its release; for a later year it estimates. Such a year is in doubt until a person has
compared it with the notice and confirmed it, and whoever computes with it is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

#: Years that the library computes at all; outside them only weekends are known.
FIRST_YEAR, LAST_YEAR = 1950, 2100
#: Years whose notice the library holds. Written here too: the library takes 20 MB, which nobody pays to be warned.
PUBLISHED = range(2001, 2027)
_FRIDAY = 5
_AMERICAN = re.compile(r"(\d\d)/(\d\d)/(\d{4})")


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is not as its weekday says: a holiday, or a weekend day that is worked."""

    working: bool
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided about the calendar: days against the notice, and years compared with it."""

    days: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()


class Calendar:
    """The working days as they stand at one moment.

    `decided` is asked once, when the first day is looked up: who never asks pays nothing. `doubts` collects the years
    looked up that no notice is known of and nobody confirmed.
    """

    def __init__(self, decided: Callable[[], Decided] = Decided) -> None:
        self._decide = decided
        self._decided: Decided | None = None
        self._years: dict[int, Mapping[date, Special]] = {}
        self.doubts: set[int] = set()

    def is_business_day(self, day: date) -> bool:
        """Whether people work on this day: as decided, else by the notice, else Monday to Friday."""
        found = self._years.get(day.year)
        if found is None:
            found = self._year(day.year)
        assert self._decided is not None
        if day in self._decided.days:
            return self._decided.days[day]
        special = found.get(day)
        return special.working if special is not None else is_weekday(day)

    def _year(self, year: int) -> Mapping[date, Special]:
        if self._decided is None:
            self._decided = self._decide()
        if not (published(year) or year in self._decided.years):
            self.doubts.add(year)
        self._years[year] = notice(year)
        return self._years[year]


def is_weekday(day: date) -> bool:
    """Monday to Friday."""
    return day.isoweekday() <= _FRIDAY


def published(year: int) -> bool:
    """Whether the library holds the State Council's notice of this year, so that nothing is estimated."""
    return year in PUBLISHED


def _iso(name: str) -> str:
    """The library writes dates inside English names as 01/31/2026."""
    return _AMERICAN.sub(r"\3-\1-\2", name)


@lru_cache(maxsize=LAST_YEAR - FIRST_YEAR + 1)
def notice(year: int) -> Mapping[date, Special]:
    """The days of a year that are not as their weekday says, by the notice or, where none is known, estimated."""
    # Imported here: it takes a tenth of a second, and most programs never ask for a calendar.
    from holidays.countries.china import China  # noqa: PLC0415

    if not FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    # A notice can make the last days of the year before it working days.
    years = (year, year + 1)
    named, english = (
        China(years=years, language=language)  # type: ignore[no-untyped-call]
        for language in ("zh_CN", "en_US")
    )
    days = {
        day: Special(False, zh.replace("; ", "、"), _iso(english.get(day, zh)))
        for day, zh in named.items()
        if day.year == year
    }
    for day in named.weekend_workdays:
        if day.year == year:
            days[day] = Special(True, "调休上班", "Make-up working day")
    return dict(sorted(days.items()))
