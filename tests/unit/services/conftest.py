"""An empty database with the demo company's trade, and calls of job types in it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, insert, select

from engine.model.database import Database
from engine.model.definitions import resource
from engine.model.people import role
from engine.model.schema import metadata
from engine.model.trade import customer
from engine.services import demo
from engine.services.call import Call
from engine.services.registry import handlers

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SLIPS = Path(__file__).parents[3] / "forms" / "slips"


@pytest.fixture
def now():
    """Ten in the morning of 2 March 2026 in Shanghai."""
    return NOW


def fill(connection):
    """The demo company: trade, roles, slips."""
    metadata.create_all(connection)
    demo.seed(connection, NOW)
    connection.execute(insert(role), [{"key": "warehouse", "zh": "仓储中心", "en": "Warehouse"}])
    deployed = {
        "kind": "slip",
        "version": 1,
        "release": 1,
        "hash": "",
        "deployed_by": "admin",
        "deployed_at": NOW,
    }
    connection.execute(
        insert(resource),
        [
            {**deployed, "key": path.stem, "filename": path.name, "text": path.read_text()}
            for path in SLIPS.glob("*.html")
        ],
    )


@pytest.fixture
def connection():
    """A connection inside a transaction over the demo company."""
    engine = create_engine("sqlite://")

    @event.listens_for(engine, "connect")
    def _plain(raw, _record):
        raw.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(opened):
        opened.exec_driver_sql("BEGIN")

    with engine.connect() as opened, opened.begin():
        fill(opened)
        yield opened
    engine.dispose()


@pytest.fixture
def perform(connection):
    """Calls a job type: `perform("orders.quote", lines=…)`; every call is a job of its own unless `key` is given."""
    numbers = count(1)

    def call(kind, /, *, key=None, now=NOW, **variables):
        job = key or f"job-7-{next(numbers)}"
        return handlers()[kind](Call(connection, variables, {}, job, now, instance_id=7))

    return call


@pytest.fixture
def database(tmp_path):
    """A database in a file, as an installation has it."""
    opened = Database(f"sqlite:///{tmp_path / 'restock.db'}", clock=lambda: NOW)
    with opened.write() as connection:
        fill(connection)
    yield opened
    opened.close()


@pytest.fixture
def ordered(perform, connection):
    """The number of a confirmed order for 500 boxes of rolls made to order, 5,000 yuan."""
    lines = perform("prices.compare", level="B", lines=[{"sku": "ZD-6002", "qty": 500}])
    buyer = connection.scalars(select(customer.c.id).where(customer.c.name == "启明幼儿园")).one()
    header = {"type": "定制", "customer_name": "启明幼儿园", "level": "B", "lines": lines["lines"]}
    number = perform("orders.create", **header, customer_id=buyer, total=lines["total"])["order_no"]
    perform("orders.set_status", order_no=number, status="已确认")
    return number
