"""What the demo company has been through before anybody looks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from benchmarks import day
from engine import demo
from engine.app import create_app
from engine.config import Settings
from engine.model.database import Database
from engine.model.definitions import definition
from engine.model.instances import incident, instance, task
from engine.model.stores import fine
from engine.queries.verify import verify
from engine.roles import ROLES
from engine.scripted import past
from tests.company import Company

#: A Thursday forenoon in Shanghai.
NOW = datetime(2026, 3, 19, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def lived(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A company on a forenoon with its past."""
    company = Company(template, tmp_path_factory.mktemp("past"))
    past.happen(company.db, NOW)
    yield company.db
    company.close()


def open_at(db: Database) -> Counter[str]:
    """How many open tasks stand at each element."""
    with db.read() as connection:
        return Counter(connection.execute(select(task.c.element).where(task.c.status == "open")).scalars())


def auditor_of(db: Database) -> FlaskClient:
    """The auditor at a browser that speaks Chinese."""
    client = create_app(Settings(), database=db).test_client()
    client.set_cookie("restock_locale", "zh_CN")
    client.post("/login", data={"login": "shen", "password": demo.PASSWORD})
    return client


def test_work_lies_at_the_places_worth_a_look(lived: Database) -> None:
    """An unpaid order, a third signature, a shortage, goods on the way, a disputed parcel, overdue slips, a third strike."""
    waiting = open_at(lived)

    expected = {
        "check_arrival", "sign_document", "settle_shortage", "track_arrival", "await_return", "negotiate_missing",
        "assess_damage", "verify_by_weight", "investigate_complaint", "clear_same_day", "deduct_performance",
    }  # fmt: skip
    assert set() == expected - set(waiting)
    assert waiting["clear_same_day"] >= 2


def test_nothing_went_wrong_on_the_way(lived: Database) -> None:
    """No incident, and the history proves itself."""
    with lived.read() as connection:
        incidents = connection.execute(select(func.count()).select_from(incident)).scalar_one()

    assert 0 == incidents
    assert [] == verify(lived).problems


def test_every_process_that_people_start_has_an_instance(lived: Database) -> None:
    """Nobody opens an empty list."""
    with lived.read() as connection:
        startable = set(
            connection.execute(select(definition.c.key).where(definition.c.starters != "")).scalars()
        )
        begun = select(definition.c.key).join(instance, instance.c.definition_id == definition.c.id)
        seen = set(connection.execute(begun).scalars())

    assert set() == startable - seen


def test_the_fines_of_the_third_strike_stand_in_the_ledger(lived: Database) -> None:
    """Three slips of the same clerk were late."""
    with lived.read() as connection:
        people = Counter(connection.execute(select(fine.c.person)).scalars())

    assert 3 == max(people.values())


def test_the_histories_are_told_in_words(lived: Database) -> None:
    """An auditor reads no key of a variable, a field, a role or a person on any instance's page."""
    auditor = auditor_of(lived)
    with lived.read() as connection:
        known = list(connection.execute(select(instance.c.id)).scalars())

    pages = [
        auditor.get(f"/instances/{each}?tab={tab}").text for each in known for tab in ("history", "variables")
    ]

    names = {name for page in pages for name in re.findall(r"<(?:dt|th scope=\"col\")>([^<]*)</", page)}
    values = {value for page in pages for value in re.findall(r'<span class="value">([^<]*)</span>', page)}
    lists = {value for page in pages for value in re.findall(r"<summary>([^<]*)</summary>", page)}
    assert "签字人" in names
    assert set() == {name for name in names if re.fullmatch(r"[A-Za-z_]+", name)}
    assert set() == values & {*(each.login for each in demo.PEOPLE), *(role.key for role in ROLES)}
    assert "客服，财务，总经理" in lists
    assert not any(re.search(r">标签<(?:(?!</tr>).)*>实付金额<", page, re.DOTALL) for page in pages)


def test_instances_and_their_orders_lead_to_each_other(lived: Database) -> None:
    """Whatever is about an order stands on the order's page and leads there, a return that comes late too."""
    auditor = auditor_of(lived)
    with lived.read() as connection:
        rows = connection.execute(select(instance.c.id, instance.c.subject, instance.c.starter)).all()
    about = {row.id: found[0] for row in rows if (found := re.search(r"SO\d{4}-\d{6}", row.subject))}

    lost = [
        (number, order_no)
        for number, order_no in about.items()
        if f'/instances/{number}"' not in auditor.get(f"/orders/{order_no}").text
        or f'/orders/{order_no}"' not in auditor.get(f"/instances/{number}").text
    ]

    assert any(row.starter == "system" for row in rows if row.id in about)
    assert [] == lost


def test_the_past_happens_once(lived: Database) -> None:
    """Where there are instances already nothing is added."""
    assert 0 == past.happen(lived, NOW)


def test_a_day_of_any_work_comes_to_its_end() -> None:
    """Whatever the staff of the measured day begins ends, without incident, in a history that proves itself."""
    figures = day.measure(12)

    assert "0; 0" == next(each.value for each in figures if "verify" in each.name)
