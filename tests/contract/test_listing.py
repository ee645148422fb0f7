"""Lists of ten thousand: a page in few statements and fast, all of them in one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from engine.model.instances import instance
from engine.model.papers import document
from engine.model.trade import customer, order, product, stock, stock_move
from engine.queries import customers, orders, papers
from engine.queries import stock as shelves
from tests.contract.company import Company
from tests.contract.trade import NOW, a_paper, an_order, fill, someone
from tests.quick import least
from tests.web.support import recorded

#: So many rows make a list slow that reads them all.
MANY = 10_000
#: Seconds a page of a list may take on a busy machine; alone it takes a tenth of it.
SLOW = 1.0


@pytest.fixture
def large(trade: Company) -> Company:
    """Ten thousand of everything."""
    numbers = range(10, MANY + 10)
    fill(trade, customer, *(someone(n) for n in numbers))
    fill(trade, order, *(an_order(n, customer_id=n) for n in numbers))
    fill(trade, document, *(a_paper(n, order_no=f"SO2026-{n:06}") for n in numbers))
    fill(trade, product, *({"sku": f"S{n}", "name": f"货品{n}", "unit": "件", "price": 1} for n in numbers))
    fill(
        trade,
        stock,
        *({"sku": f"S{n}", "location": "CK1", "qty": n, "reserved": 9, "min_qty": 500} for n in numbers),
    )
    moved = {"location": "CK1", "kind": "out", "qty": -1}
    fill(
        trade, stock_move, *({"sku": "ZP-1001", "ref": f"CK2026-{n:06}", "at": NOW, **moved} for n in numbers)
    )
    with trade.db.write() as connection:
        like = connection.execute(select(instance).where(instance.c.id == 1)).one()._asdict()
        connection.execute(insert(instance), [{**like, "id": n} for n in numbers])
        connection.execute(
            update(document).where(document.c.id >= numbers[0]).values(instance_id=document.c.id)
        )
    return trade


def test_lists_stay_fast(large: Company) -> None:
    """Pages of 50 of 10,000 rows, searched, filtered and sorted: at most three statements each, and quick."""
    lin, liu = large.person("lin"), large.person("liu")
    asked: dict[str, Callable[[], Any]] = {
        "customers": lambda: customers.find(large.db, lin, sort="recent").page(100),
        "customers searched": lambda: customers.find(large.db, lin, text="客户0999").page(),
        "orders": lambda: orders.find(large.db, lin, sort="total").page(100),
        "orders searched": lambda: orders.find(large.db, lin, text="和顺", status="已确认").page(),
        "stock": lambda: shelves.find(large.db, liu, below=True, sort="lacking").page(),
        "stock searched": lambda: shelves.find(large.db, liu, text="货品999").page(),
        "moves": lambda: shelves.moves(large.db, liu).page(100),
        "moves of one": lambda: shelves.moves(large.db, liu, sku="ZP-1001", location="CK1").page(),
        "papers": lambda: papers.find(large.db, lin).page(100),
        "papers of instances": lambda: papers.find(large.db, liu, text="CK2026").page(),
    }

    told = {}
    for name, ask in asked.items():
        took = least(ask, SLOW, clock=time.perf_counter)
        with recorded(large.db) as seen:
            ask()
        told[name] = (len(seen.statements), took)

    assert {} == {name: each for name, each in told.items() if each[0] > 3 or each[1] > SLOW}


def test_one_order_of_many_is_found_at_once(large: Company) -> None:
    """An order's and a customer's page read only what belongs to them."""
    lin = large.person("lin")
    took = {}
    for name, ask in (
        ("order", lambda: orders.view(large.db, "SO2026-005000", lin)),
        ("customer", lambda: customers.view(large.db, 5000, lin)),
    ):
        took[name] = least(ask, SLOW / 4, clock=time.perf_counter)

    assert {} == {name: each for name, each in took.items() if each > SLOW / 4}


def test_all_of_a_list_is_what_its_pages_hold(large: Company) -> None:
    """The same rows in the same order, read in one statement, a part at a time."""
    lin = large.person("lin")
    lists = {
        "customers": customers.find(large.db, lin, text="客户0001", sort="new"),
        "papers": papers.find(large.db, lin, text="CK2026-00001"),
        "moves": shelves.moves(large.db, lin, sku="ZP-1001", location="MD1"),
    }

    for name, found in lists.items():
        pages = [row for number in range(1, found.page().pages + 1) for row in found.page(number).rows]
        with recorded(large.db) as seen:
            whole = list(found.each())
        assert (1, pages) == (len(seen.statements), whole), name
        assert pages, name
    moves = shelves.moves(large.db, lin).each()
    assert next(moves).at == NOW
    moves.close()
