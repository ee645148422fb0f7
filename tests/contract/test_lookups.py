"""Records looked up: found by what one knows, only by those who work with them, in few statements and fast."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, update

from engine.access import SYSTEM, Actor
from engine.commands import users
from engine.errors import Forbidden, NotFound
from engine.model.instances import instance
from engine.model.papers import document, shipment, ticket, track_event
from engine.model.production import contract
from engine.model.stores import allocation, fine, store_slip
from engine.model.trade import (
    customer,
    customer_address,
    customer_history,
    location,
    order,
    order_line,
    payment,
    product,
    reservation,
    stock,
    stock_move,
)
from engine.queries import customers, orders, papers, related, store_slips
from engine.queries import stock as shelves
from engine.services.kinds import KINDS
from engine.services.slips import SIGNED
from tests.contract.company import Company
from tests.web.support import recorded

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
#: So many rows make a list slow that reads them all.
MANY = 10_000
#: Seconds a page of a list may take on a busy machine; alone it takes a tenth of it.
SLOW = 1.0


def fill(company: Company, table: Table, *rows: dict[str, Any]) -> None:
    """Put rows into a table."""
    with company.db.write() as connection:
        connection.execute(insert(table), list(rows))


def someone(number: int, **facts: Any) -> dict[str, Any]:
    """A customer."""
    known = {"id": number, "name": f"客户{number:05}", "level": "ABC"[number % 3], "phone": f"138{number:08}"}
    return {**known, "credit": "ok", "created_at": NOW + timedelta(minutes=number), **facts}


def an_order(number: int, **facts: Any) -> dict[str, Any]:
    """An order of a customer."""
    known = {
        "no": f"SO2026-{number:06}",
        "instance_id": 0,
        "type": "批发",
        "customer_id": 1,
        "total": Decimal(number),
    }
    when = NOW + timedelta(minutes=number)
    names = {"customer_name": "和顺商行", "status": "已确认"}
    return {**known, **names, "received_at": when, "changed_at": when, **facts}


def a_paper(id_: int, **facts: Any) -> dict[str, Any]:
    """An outbound slip."""
    known = {
        "id": id_,
        "instance_id": 0,
        "kind": "outbound_slip",
        "number": f"CK2026-{id_:06}",
        "version": 1,
    }
    rest = {"title": "出库单", "copies": 3, "payload": {}, "hash": "", "state": "draft"}
    return {**known, **rest, "issued_at": NOW + timedelta(minutes=id_), **facts}


@pytest.fixture
def trade(company: Company) -> Company:
    """Two customers, an order that lin's instance took, its goods, papers and a ticket."""
    company.deploys("order.form", "order.bpmn", "both.bpmn", *(f"branch-{n}.form" for n in range(8)))
    mine = company.starts("order").instance_id
    fill(
        company,
        customer,
        someone(1, name="和顺商行", level="A"),
        someone(2, name="100%_乐购", credit="blocked"),
    )
    used = {"customer_id": 1, "recipient": "马海涛", "address": "文三路 118 号", "used_at": NOW}
    fill(company, customer_address, used)
    fill(company, customer_history, {"customer_id": 1, "kind": "note", "text": "习惯分批", "at": NOW})
    fill(
        company,
        contract,
        {"no": "HT-1", "customer_id": 1, "payment_terms": "credit", "valid_from": date(2026, 1, 1)},
    )
    fill(
        company,
        order,
        an_order(1, instance_id=mine),
        an_order(2, customer_id=2, status="待支付", type="定制"),
    )
    line = {"order_no": "SO2026-000001", "n": 1, "sku": "ZP-1001", "name": "抽纸", "unit": "箱", "qty": 300}
    fill(company, order_line, {**line, "unit_price": Decimal("18.50"), "amount": Decimal(5550)})
    sent = {"order_no": "SO2026-000001", "status": "已发货", "created_at": NOW}
    fill(company, shipment, {"no": "FH2026-000001", **sent})
    fill(
        company,
        track_event,
        *({"shipment_no": "FH2026-000001", "status": s, "at": NOW} for s in ("处理中", "已发货")),
    )
    asked = {"order_no": "SO2026-000001", "purpose": "full", "amount_due": Decimal(5550), "state": "paid"}
    fill(company, payment, {"no": "SK2026-000001", **asked, "requested_at": NOW})
    fill(
        company,
        document,
        a_paper(1, instance_id=mine, order_no="SO2026-000001"),
        a_paper(2, order_no="SO2026-000002"),
        a_paper(3, kind="dispatch_notice", number="TZ2026-000001", order_no="SO2026-000001"),
    )
    reported = {"kind": "破损", "order_no": "SO2026-000001", "customer_id": 1, "state": "登记"}
    fill(company, ticket, {"no": "TK2026-000001", **reported, "opened_at": NOW, "respond_by": NOW})
    goods = {"unit": "箱", "price": Decimal(22)}
    fill(
        company,
        product,
        {"sku": "ZP-1001", "name": "抽纸", **goods},
        {"sku": "ZP-1002", "name": "卷纸", **goods},
    )
    fill(
        company,
        location,
        {"code": "CK1", "name": "仓储中心", "kind": "warehouse"},
        {"code": "MD1", "name": "文三路店", "kind": "store"},
    )
    held = {"reserved": 300, "min_qty": 200}
    fill(
        company,
        stock,
        {"sku": "ZP-1001", "location": "CK1", "qty": 900, **held},
        {"sku": "ZP-1002", "location": "CK1", "qty": 499, **held},
        {"sku": "ZP-1001", "location": "MD1", "qty": 5, "reserved": 0, "min_qty": 0},
    )
    fill(company, reservation, {"order_no": "SO2026-000001", "sku": "ZP-1001", "location": "CK1", "qty": 300})
    moved = {"sku": "ZP-1001", "location": "CK1", "at": NOW}
    fill(
        company,
        stock_move,
        {**moved, "kind": "out", "qty": -300, "ref": "CK2026-000001"},
        {**moved, "location": "MD1", "kind": "in", "qty": 5, "ref": "PH2026-000001"},
    )
    times = {"confirmed_at": NOW, "due_at": NOW}
    store = {"store": "MD1", "ownership": "直营", "handler_role": "direct_clerk", "lines": [], "pieces": 5}
    fill(
        company, store_slip, {"no": "BH2026-000001", "instance_id": mine, **store, **times, "state": "待处理"}
    )
    fill(
        company,
        allocation,
        {
            "no": "PH2026-000001",
            "slip_no": "BH2026-000001",
            "lines": [],
            "state": "已确认",
            "created_at": NOW,
        },
    )
    with company.db.write() as connection:
        connection.execute(
            update(instance).where(instance.c.id == mine).values(subject="文三路店 · BH2026-000001")
        )
    return company


def as_role(company: Company, role: str) -> Actor:
    """Somebody of a role that nobody of the small company has."""
    users.define_role(
        company.db, role, role, role, SYSTEM, permissions=["audit"] if role == "auditor" else []
    )
    users.create_user(company.db, f"one_of_{role}", role, SYSTEM, roles=[role])
    return company.person(f"one_of_{role}")


def test_customers_are_found_by_what_one_knows(trade: Company) -> None:
    """Name, telephone, class and credit; percent signs and underscores mean themselves."""

    def found(**asked: Any) -> list[int]:
        return [row.id for row in customers.page(trade.db, trade.person("lin"), **asked).rows]

    assert ([1], [2], [1], [2], [1]) == (
        found(text="和顺"),
        found(text="%_乐"),
        found(level="A"),
        found(credit="blocked"),
        found(text="13800000001"),
    )
    assert ([2, 1], [2, 1]) == (found(sort="name"), found(sort="new"))
    assert [] == found(text="乐%购")


def test_one_customer_with_all_that_is_remembered(trade: Company) -> None:
    """Card, address, contract, history, orders and the instances that one may see."""
    lin, wang = trade.person("lin"), trade.person("wang")

    whole, less = (customers.view(trade.db, 1, who) for who in (lin, wang))

    assert ["文三路 118 号", "HT-1", "习惯分批"] == [
        whole.addresses[0].address,
        whole.contracts[0].no,
        whole.history[0].text,
    ]
    assert (["SO2026-000001"], 1) == ([row.no for row in whole.orders], whole.orders_total)
    assert (1, 0) == (len(whole.tickets), len(less.tickets))
    assert (1, 0) == (len(whole.instances), len(less.instances))


def test_one_order_with_all_that_belongs_to_it(trade: Company) -> None:
    """Goods, consignments with their trail, payments, papers one may read, tickets, instances."""
    found = orders.view(trade.db, "SO2026-000001", trade.person("lin"))

    assert (300, "FH2026-000001", ["处理中", "已发货"]) == (
        found.lines[0].qty,
        found.shipments[0].no,
        [event.status for event in found.tracks["FH2026-000001"]],
    )
    assert Decimal(5550) == found.payments[0].amount_due
    assert ["CK2026-000001", "TZ2026-000001"] == [row.number for row in found.documents]
    assert (1, 1, True) == (len(found.tickets), len(found.instances), found.head.seen)


def test_orders_are_found_by_what_one_knows(trade: Company) -> None:
    """Number, customer, status and kind."""

    def found(**asked: Any) -> list[str]:
        return [row.no[-1] for row in orders.page(trade.db, trade.person("liu"), **asked).rows]

    assert (["2", "1"], ["1", "2"]) == (found(), found(sort="old"))
    assert (["2"], ["2"], ["1"], ["2"]) == (
        found(status="待支付"),
        found(kind="定制"),
        found(customer_id=1),
        found(text="000002"),
    )


def test_stock_below_its_minimum_is_marked(trade: Company) -> None:
    """What is free, not what lies there, must not be less than the minimum."""
    liu = trade.person("liu")

    rows = shelves.page(trade.db, liu).rows

    assert [("ZP-1001", 600, False), ("ZP-1001", 5, False), ("ZP-1002", 199, True)] == [
        (row.sku, row.free, bool(row.below)) for row in rows
    ]
    assert ["ZP-1002"] == [row.sku for row in shelves.page(trade.db, liu, below=True).rows]
    assert ["MD1"] == [row.location for row in shelves.page(trade.db, liu, text="抽纸", location="MD1").rows]


def test_moves_lead_to_their_slip_and_instance(trade: Company) -> None:
    """A move out leads to the outbound slip, one of an allocation to the store's slip; for those who see the instance."""
    mine = trade.person("lin"), trade.person("liu")

    seen, unseen = ({row.ref: row for row in shelves.moves(trade.db, who).page.rows} for who in mine)

    assert [(1, True), (1, True)] == [
        (seen[ref].behind, seen[ref].seen) for ref in ("CK2026-000001", "PH2026-000001")
    ]
    assert (1, None) == (seen["CK2026-000001"].document_id, seen["PH2026-000001"].document_id)
    assert [False, False] == [row.seen for row in unseen.values()]


def test_moves_of_a_product_at_a_location(trade: Company) -> None:
    """Where it lies, for whom it is kept back, and its moves there; a product nobody knows is not found."""
    found = shelves.moves(trade.db, trade.person("liu"), sku="ZP-1001", location="CK1")

    assert (["CK1"], [("SO2026-000001", 300)], [-300]) == (
        [row.location for row in found.lines],
        [(row.order_no, row.kept) for row in found.kept],
        [row.qty for row in found.page.rows],
    )
    with pytest.raises(NotFound):
        shelves.moves(trade.db, trade.person("liu"), sku="nothing")


def test_papers_are_for_who_sees_the_instance_or_works_with_their_kind(trade: Company) -> None:
    """Customer service reads outbound slips, the warehouse those of its instances only, and all dispatch notices."""

    def read(login: str, **asked: Any) -> list[int]:
        return sorted(row.id for row in papers.page(trade.db, trade.person(login), **asked).rows)

    assert ([1, 2, 3], [3]) == (read("lin"), read("liu"))
    assert ([1, 2], [3]) == (read("lin", state="unsigned"), read("lin", state="issued"))
    assert ([1, 3], [2]) == (read("lin", text="SO2026-000001"), read("lin", text="CK2026-000002"))
    assert [1] == read("lin", text="文三路店 · BH")
    with pytest.raises(NotFound):
        papers.require_readable(trade.db, 1, trade.person("liu"))
    assert "TZ2026-000001" == papers.require_readable(trade.db, 3, trade.person("liu"))


def test_every_kind_that_is_signed_counts_only_with_signatures() -> None:
    """A kind for which the shipped tables name signers is "not signed yet" until it is; others need no signature."""
    signers = (Path(__file__).parents[2] / "processes/decisions/signers.dmn").read_text(encoding="utf-8")
    named = set(re.findall('"([a-z_]+)"</text>', signers)) & set(KINDS)

    assert set() == named - SIGNED
    assert ("unsigned", "issued", "void") == (
        papers.standing("outbound_slip", "draft"),
        papers.standing("dispatch_notice", "draft"),
        papers.standing("outbound_slip", "void"),
    )


def test_what_belongs_to_an_instance(trade: Company) -> None:
    """Order, customer, ticket, papers and store slip in one statement; each only for who may see it."""
    fined = {
        "instance_id": 1,
        "slip_no": "BH2026-000001",
        "kind": "slip",
        "month": "2026-03",
        "person": "zhao",
    }
    cost = {"person_name": "Zhao", "store": "MD1", "pieces": 5, "rate": 5, "amount": 25, "due_at": NOW}
    fill(trade, fine, {"no": "FK2026-000001", **fined, **cost, "recorded_at": NOW})
    other = trade.starts("order").instance_id
    with trade.db.write() as connection:
        connection.execute(update(ticket).values(instance_id=other))

    def kinds(who: Actor, number: int = 1) -> list[str]:
        with recorded(trade.db) as asked, trade.db.read() as connection:
            found = related.of_instance(connection, number, "", who)
        assert 1 == len(asked.statements)
        return [record.kind for record in found]

    assert ["order", "customer", "ticket", "document", "instance"] == kinds(trade.person("lin"))
    assert ["order", "customer", "fine", "document"] == kinds(trade.person("chen"))
    assert ["order", "customer", "ticket", "slip", "fine", "document", "instance"] == kinds(
        as_role(trade, "auditor")
    )
    assert ["order", "customer", "ticket", "instance"] == kinds(trade.person("lin"), other)


def test_who_works_with_what(trade: Company) -> None:
    """The table of roles: lists refuse, records are not there for others."""
    lists: list[Callable[[Actor], Any]] = [
        lambda who: customers.page(trade.db, who),
        lambda who: orders.page(trade.db, who),
        lambda who: shelves.page(trade.db, who),
        lambda who: shelves.moves(trade.db, who),
    ]
    people = {login: trade.person(login) for login in ("lin", "chen", "liu", "qian")}
    people |= {role: as_role(trade, role) for role in ("driver", "store", "auditor")}

    def opened(who: Actor) -> str:
        said = ""
        for ask in lists:
            try:
                ask(who)
                said += "+"
            except Forbidden:
                said += "-"
        return said

    assert {
        "lin": "++++", "chen": "++--", "liu": "-+++", "qian": "----",
        "driver": "----", "store": "--++", "auditor": "++++",
    } == {name: opened(who) for name, who in people.items()}  # fmt: skip
    for ask in (
        lambda who: customers.view(trade.db, 1, who),
        lambda who: orders.view(trade.db, "SO2026-000001", who),
    ):
        with pytest.raises(NotFound):
            ask(people["driver"])


def test_store_slips_are_found_by_number_and_store(trade: Company) -> None:
    """A search finds pending and closed slips alike."""
    clerk = as_role(trade, "direct_clerk")

    def found(**asked: Any) -> int:
        return store_slips.page(trade.db, clerk, **asked).total

    assert (1, 0, 1, 1, 0) == (
        found(),
        found(closed=True),
        found(closed=None, text="BH2026"),
        found(text="文三路"),
        found(text="良渚"),
    )


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
        "customers": lambda: customers.page(large.db, lin, sort="recent", page=100),
        "customers searched": lambda: customers.page(large.db, lin, text="客户0999"),
        "orders": lambda: orders.page(large.db, lin, sort="total", page=100),
        "orders searched": lambda: orders.page(large.db, lin, text="和顺", status="已确认"),
        "stock": lambda: shelves.page(large.db, liu, below=True, sort="lacking"),
        "stock searched": lambda: shelves.page(large.db, liu, text="货品999"),
        "moves": lambda: shelves.moves(large.db, liu, page=100),
        "moves of one": lambda: shelves.moves(large.db, liu, sku="ZP-1001", location="CK1"),
        "papers": lambda: papers.page(large.db, lin, page=100),
        "papers of instances": lambda: papers.page(large.db, liu, text="CK2026"),
    }

    told = {}
    for name, ask in asked.items():
        ask()
        with recorded(large.db) as seen:
            begun = time.perf_counter()
            ask()
            took = time.perf_counter() - begun
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
        ask()
        begun = time.perf_counter()
        ask()
        took[name] = time.perf_counter() - begun

    assert {} == {name: each for name, each in took.items() if each > SLOW / 4}
