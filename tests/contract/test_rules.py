"""Settings and the business calendar: changed by one command each, the same on both databases."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from engine.access import SYSTEM
from engine.clock import COMPANY_ZONE
from engine.commands.deploy import deploy
from engine.commands.rules import NothingChanges, change_setting, confirm_year, decide_day, restore_day
from engine.commands.start import start
from engine.model.calendar import calendar
from engine.model.instances import job
from engine.queries import deadlines, rules
from engine.queries.verify import verify
from engine.services import thresholds
from tests.contract.company import Company
from tests.unit.commands.test_rules import DAILY

SATURDAY = date(2026, 12, 5)


def test_what_is_changed_holds_and_is_proved(company: Company) -> None:
    """A setting, a day and a year: each holds at once, stands in the list of changes, and the whole verifies."""
    change_setting(company.db, "allowance_percent", "12.50", "因为", SYSTEM)
    decide_day(company.db, SATURDAY, True, "盘点", "因为", SYSTEM)
    confirm_year(company.db, 2027, True, "已核对", SYSTEM)
    with company.db.read() as connection:
        known = calendar(connection)
        found = (thresholds.value(connection, "allowance_percent"), known.is_business_day(SATURDAY))
        known.is_business_day(date(2027, 3, 1))
    restore_day(company.db, SATURDAY, "取消", SYSTEM)

    assert (Decimal("12.50"), True) == found
    assert set() == known.doubts
    assert [
        ("day", "2026-12-05", "working 盘点", None),
        ("year", "2027", None, "confirmed"),
        ("day", "2026-12-05", None, "working 盘点"),
        ("setting", "allowance_percent", None, "12.50"),
    ] == [
        (row.kind, row.key, row.old, row.new) for row in rules.changes(company.db, ["setting", "day", "year"])
    ]
    assert [] == verify(company.db).problems


def test_two_people_change_the_same_setting(company: Company) -> None:
    """One after the other: each sees what the other left, and no change is lost."""

    def change(value: int) -> bool:
        try:
            change_setting(company.db, "strike_limit", str(value), "因为", SYSTEM)
        except NothingChanges:
            return False
        return True

    with ThreadPoolExecutor(4) as people:
        done = list(people.map(change, [4, 5, 4, 5, 4, 5, 4, 5]))
    changes = rules.changes(company.db, ["setting"])

    assert sum(done) == len(changes)
    assert [row.new for row in changes[1:]] == [row.old for row in changes[:-1]]
    assert [] == verify(company.db).problems


def test_deadlines_across_a_day(company: Company) -> None:
    """A timer due on the next working day is named for that day, not for the day after, and only to who may see it."""
    by_hand = re.sub('<timerEventDefinition id="t">.*?</timerEventDefinition>', "", DAILY, flags=re.DOTALL)
    deploy(company.db, [("daily.bpmn", by_hand.encode())], SYSTEM)
    made = start(company.db, "daily", {}, SYSTEM).instance_id
    with company.db.read() as connection:
        due = connection.execute(select(job.c.due_at).where(job.c.instance_id == made)).scalar_one()
    day = due.astimezone(COMPANY_ZONE).date()

    here, later = (deadlines.across(company.db, each, SYSTEM) for each in (day, day + timedelta(days=1)))

    assert [(made, "w", True, due)] == [
        (each.instance_id, each.element, each.timer, each.at) for each in here
    ]
    assert [] == later
    assert [] == deadlines.across(company.db, day, company.person("liu"))
