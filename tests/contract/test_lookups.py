"""Records looked up: found by what one knows, only by those who work with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from engine.access import Actor
from engine.errors import Forbidden, NotFound
from engine.model.papers import ticket
from engine.model.stores import fine
from engine.queries import customers, orders, papers, related, store_slips
from engine.queries import stock as shelves
from engine.services.kinds import KINDS
from engine.services.slips import SIGNED
from tests.contract.company import Company
from tests.contract.trade import NOW, as_role, fill
from tests.web.support import recorded


def test_customers_are_found_by_what_one_knows(trade: Company) -> None:
    """Name, telephone, class and credit; percent signs and underscores mean themselves."""

    def found(**asked: Any) -> list[int]:
        return [row.id for row in customers.find(trade.db, trade.person("lin"), **asked).page().rows]

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
        return [row.no[-1] for row in orders.find(trade.db, trade.person("liu"), **asked).page().rows]

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

    rows = shelves.find(trade.db, liu).page().rows

    assert [("ZP-1001", 600, False), ("ZP-1001", 5, False), ("ZP-1002", 199, True)] == [
        (row.sku, row.free, bool(row.below)) for row in rows
    ]
    assert ["ZP-1002"] == [row.sku for row in shelves.find(trade.db, liu, below=True).each()]
    at_the_store = shelves.find(trade.db, liu, text="抽纸", location="MD1")
    assert ["MD1"] == [row.location for row in at_the_store.each()]


def test_moves_lead_to_their_slip_and_instance(trade: Company) -> None:
    """A move out leads to the outbound slip, one of an allocation to the store's slip; for those who see the instance."""
    mine = trade.person("lin"), trade.person("liu")

    seen, unseen = ({row.ref: row for row in shelves.moves(trade.db, who).page().rows} for who in mine)

    assert [(1, True), (1, True)] == [
        (seen[ref].behind, seen[ref].seen) for ref in ("CK2026-000001", "PH2026-000001")
    ]
    assert (1, None) == (seen["CK2026-000001"].document_id, seen["PH2026-000001"].document_id)
    assert [False, False] == [row.seen for row in unseen.values()]


def test_moves_of_a_product_at_a_location(trade: Company) -> None:
    """Where it lies, for whom it is kept back, and its moves there; a product nobody knows is not found."""
    liu = trade.person("liu")
    found = shelves.lying(trade.db, liu, "ZP-1001", "CK1")
    moved = shelves.moves(trade.db, liu, sku="ZP-1001", location="CK1")

    assert (["CK1"], [("SO2026-000001", 300)], [-300]) == (
        [row.location for row in found.lines],
        [(row.order_no, row.kept) for row in found.kept],
        [row.qty for row in moved.page().rows],
    )
    with pytest.raises(NotFound):
        shelves.lying(trade.db, liu, "nothing")


def test_papers_are_for_who_sees_the_instance_or_works_with_their_kind(trade: Company) -> None:
    """Customer service reads outbound slips, the warehouse those of its instances only, and all dispatch notices."""

    def read(login: str, **asked: Any) -> list[int]:
        return sorted(row.id for row in papers.find(trade.db, trade.person(login), **asked).page().rows)

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
        lambda who: customers.find(trade.db, who),
        lambda who: orders.find(trade.db, who),
        lambda who: shelves.find(trade.db, who),
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
        return store_slips.find(trade.db, clerk, **asked).page().total

    assert (1, 0, 1, 1, 0) == (
        found(),
        found(closed=True),
        found(closed=None, text="BH2026"),
        found(text="文三路"),
        found(text="良渚"),
    )
