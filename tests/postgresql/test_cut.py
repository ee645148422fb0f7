"""Connections to PostgreSQL that are cut in the middle: nothing half done, and the next request finds a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from engine import faults
from engine.access import SYSTEM
from engine.commands import tokens
from engine.commands.complete import complete
from engine.model.trouble import Unavailable
from engine.queries.instance import history
from engine.queries.verify import verify
from tests.company import Company as DemoCompany
from tests.company import answers_form, form_data, multi
from tests.contract.company import Company
from tests.postgres import fresh

pytestmark = pytest.mark.postgres

_CUT = """SELECT count(pg_terminate_backend(pid, 60000)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def cut(address: str) -> None:
    """End every other connection to the database, and wait until they are gone."""
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(_CUT)


@contextmanager
def cutting(address: str, point: str) -> Iterator[None]:
    """Cut all connections when the work comes to a point for the first time."""
    faults.arm(point, 1, lambda: cut(address))
    try:
        yield
    finally:
        faults.arm("")


@pytest.fixture
def shop(postgresql: str) -> Iterator[Company]:
    """An instance whose first task is open."""
    with fresh(postgresql, "template_restock") as address:
        company = Company.found(address)
        company.deploys("ship.bpmn")
        company.starts("ship")
        yield company
        company.db.close()


def url(company: Company | DemoCompany) -> str:
    """The address of a company's database."""
    return company.db.url.render_as_string()


@pytest.mark.parametrize("point", [each for each in faults.POINTS if each != "before_answer"])
def test_a_step_is_whole_or_not_done(shop: Company, point: str) -> None:
    """Cut at any point, the same request asked again is answered once and the history has one step."""
    liu = shop.person("liu")
    with cutting(url(shop), point):
        try:
            complete(shop.db, "1-3", {}, liu, idempotency_key="k")
        except Unavailable:
            assert point not in ("before_begin", "after_commit")

    complete(shop.db, "1-3", {}, liu, idempotency_key="k")

    assert ["start", "complete"] == [entry.verb for entry in history(shop.db, 1, liu)]
    shop.is_sound()


def test_an_answer_lost_after_the_commit(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server committed and its answer did not arrive: the same request again gets the answer, nothing twice."""
    liu, dialect = shop.person("liu"), shop.db.engine.dialect
    commit: Callable[[Any], None] = dialect.do_commit

    def lose(connection: Any) -> None:
        monkeypatch.undo()
        commit(connection)
        connection.driver_connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(dialect, "do_commit", lose)
    with pytest.raises(Unavailable):
        complete(shop.db, "1-3", {}, liu, idempotency_key="k")
    complete(shop.db, "1-3", {}, liu, idempotency_key="k")

    assert ["start", "complete"] == [entry.verb for entry in history(shop.db, 1, liu)]
    shop.is_sound()


@pytest.mark.parametrize("point", ["after_load", "after_run", "before_commit"])
def test_a_job_has_its_effect_once(shop: Company, point: str) -> None:
    """A job whose connection was cut is tried again after its pause."""
    shop.handlers["stock.book"] = lambda _call: {}
    shop.completes("1-3", "liu")
    (ticket,) = shop.seam.claim(shop.clock.now)
    with cutting(url(shop), point):
        assert not shop.seam.run(ticket)

    shop.clock.passes(seconds=61)
    assert 1 == shop.works()

    verbs = [entry.verb for entry in history(shop.db, 1, shop.person("liu"))]
    assert ["start", "complete", "service"] == verbs
    shop.is_sound()


def test_people_are_told_and_go_on(company: DemoCompany) -> None:
    """The page says that nothing was half done and when to try again; sent again, the form is accepted once."""
    lin = company.person("lin")
    lin.start("customer_replenishment", channel="phone")
    address = f"/tasks/{company.task('answer_call').id}"
    form = answers_form(lin.get(address))
    data = multi(form_data(form))
    data |= {"caller_phone": ["13800010001"], "rings": ["2"], "greeted": ["true"]}

    with cutting(url(company), "before_commit"):
        lost = lin.client.post(f"{address}/complete", data=data)
    again = lin.client.post(f"{address}/complete", data=data)

    assert (503, "5") == (lost.status_code, lost.headers["Retry-After"])
    assert "没有任何操作只做了一半" in lost.text
    assert 303 == again.status_code
    company.work()
    assert ["verify_customer"] == company.elements()
    assert [] == verify(company.db).problems


def test_scripts_are_told_and_go_on(company: DemoCompany) -> None:
    """The API says 503 and when to try again; the same request with the same key is carried out once."""
    secret = tokens.create_token(company.db, "lin", "script", SYSTEM)
    client = company.app.test_client()
    asked: dict[str, Any] = {
        "json": {"definition": "customer_replenishment", "variables": {"channel": "phone"}},
        "headers": {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k"},
    }
    with cutting(url(company), "before_commit"):
        lost = client.post("/api/v1/instances", **asked)
    first = client.post("/api/v1/instances", **asked)
    second = client.post("/api/v1/instances", **asked)

    assert (503, "5") == (lost.status_code, lost.headers["Retry-After"])
    assert (201, first.json) == (first.status_code, second.json)
    assert ["answer_call"] == company.elements()
