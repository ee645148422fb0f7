"""What an instance leaves behind in the trade when an operator cancels it."""

from __future__ import annotations

import pytest

from engine.access import SYSTEM
from engine.commands.deploy import deploy
from engine.commands.operate import cancel_instance
from engine.model.after_sales import compensation
from engine.model.papers import document, notification, shipment, ticket
from engine.model.stores import allocation, discrepancy, store_slip, transfer
from engine.model.trade import order as orders
from engine.model.trade import order_line, payment, stock, stock_move
from engine.queries.verify import verify
from tests.company import Company
from tests.processes.after_sales import delivered
from tests.processes.test_paths_after_sales_goods import damaged
from tests.processes.test_paths_customer_replenishment import PROCESS as CUSTOMER
from tests.processes.test_paths_customer_replenishment import SHIPPING, agreed, called
from tests.processes.test_paths_store_replenishment import HANDLING, NOWHERE, PLENTY, confirmed
from tests.processes.walking import Walk
from tests.unit.bpmn import drawn

STORE, AFTER_SALES = "store_replenishment", "after_sales"
WHY = "客户停业"


def cancelled(walk: Walk) -> list[list[str]]:
    """The operator cancels; what the history says was left."""
    cancel_instance(walk.company.db, walk.id, WHY, walk.person("admin"))
    walk.company.work()
    assert [] == walk.open
    assert [] == verify(walk.company.db).problems
    last = walk.company.history(walk.id)[-1]
    assert ("cancelled", "cancel", WHY) == (walk.status, last.verb, last.note)
    return list(last.more.get("left", []))


def kept_back(walk: Walk) -> dict[tuple[str, str], int]:
    """What is kept back where."""
    return {(row.sku, row.location): row.reserved for row in walk.rows(stock) if row.reserved}


def lying(walk: Walk) -> dict[tuple[str, str], int]:
    """What lies where."""
    return {(row.sku, row.location): row.qty for row in walk.rows(stock)}


def states(walk: Walk, table: object) -> list[str]:
    """How the rows of a table stand."""
    return [row.state for row in walk.rows(table)]  # type: ignore[arg-type]


def test_an_unpaid_order_is_cancelled(company: Company) -> None:
    """Before the money: the order is cancelled, its stock free, nobody owes the payment that was asked for."""
    walk = agreed(called(Walk(company, False, CUSTOMER)).go("capture_needs", "confirm_details"))
    before = kept_back(walk)

    left = cancelled(walk)

    (row,) = walk.rows(orders)
    assert before
    assert {} == kept_back(walk)
    assert ("已取消", ["withdrawn"]) == (row.status, states(walk, payment))
    assert ["order", row.no, "cancelled"] in left
    assert [] == [each for each in walk.rows(notification) if each.event == "refund_due"]


def test_a_paid_order_is_cancelled_and_finance_told(company: Company) -> None:
    """After the money, with the outbound slip half signed: order cancelled, slip void, finance is to give ¥5,550 back."""
    walk = agreed(called(Walk(company, False, CUSTOMER)).go("capture_needs", "confirm_details"))
    walk.go("check_arrival", "fill_outbound_slip").sign("lin")

    left = cancelled(walk)

    (row,) = walk.rows(orders)
    assert ("已取消", {}, ["void"]) == (row.status, kept_back(walk), states(walk, document))
    assert [
        ("财务", "¥5,550.00" in each.text_zh)
        for each in walk.rows(notification)
        if each.event == "refund_due"
    ] == [("财务", True)]
    assert ["refund", f"{row.no} ¥5,550.00", "due"] in left


def test_picked_goods_go_back_to_their_shelf(company: Company) -> None:
    """Picked and packed, not loaded: the goods lie where they were, the shipment and the order are cancelled."""
    walk = agreed(called(Walk(company, False, CUSTOMER)).go("capture_needs", "confirm_details"))
    before = lying(walk)
    walk.go("check_arrival", "fill_outbound_slip").sign("lin", "chen", "wang").go("fill_dispatch_notice")
    walk.go("pick_goods", "check_quality", "pack_label")
    picked = lying(walk)

    left = cancelled(walk)

    assert before != picked
    assert before == lying(walk)
    assert {} == kept_back(walk)
    assert [0] * len(walk.rows(order_line)) == [row.shipped for row in walk.rows(order_line)]
    assert (["已取消"], ["已取消"]) == (
        [r.status for r in walk.rows(orders)],
        [r.status for r in walk.rows(shipment)],
    )
    assert {"void"} == set(states(walk, document))
    assert {"out", "return"} <= {row.kind for row in walk.rows(stock_move)}
    assert "put back" in {end for _kind, _no, end in left}


def test_what_is_on_its_way_stays_shipped(company: Company) -> None:
    """Loaded and gone: the order stays shipped and its papers hold; nobody cancels what the customer will receive."""
    walk = agreed(called(Walk(company, False, CUSTOMER)).go("capture_needs", "confirm_details"))
    walk.go("check_arrival", "fill_outbound_slip").sign("lin", "chen", "wang").go(
        "fill_dispatch_notice", *SHIPPING
    )
    gone, papers = lying(walk), states(walk, document)

    left = cancelled(walk)

    assert (["已发货"], gone, papers) == (
        [r.status for r in walk.rows(orders)],
        lying(walk),
        states(walk, document),
    )
    assert [] == left


def test_a_pending_slip_closes_as_cancelled(company: Company) -> None:
    """A slip nobody has handled leaves the pending list."""
    walk = confirmed(Walk(company, False, STORE), PLENTY)

    left = cancelled(walk)

    (slip,) = walk.rows(store_slip)
    assert ("审结", "cancelled", company.clock.now) == (slip.state, slip.closed_by, slip.closed_at)
    assert ["store_slip", slip.no, "cancelled"] in left


def test_an_allocation_that_has_not_left_is_void(company: Company) -> None:
    """Confirmed, not picked: the allocation is void, its order cancelled, the goods are free."""
    walk = confirmed(Walk(company, False, STORE), PLENTY).go(*HANDLING)

    cancelled(walk)

    assert (["作废"], ["已取消"], {}) == (
        states(walk, allocation),
        [r.status for r in walk.rows(orders)],
        kept_back(walk),
    )


def test_arranged_transfers_are_withdrawn(company: Company) -> None:
    """Kept back at other stores, not moved: free again; the discrepancy closes with its slip."""
    walk = confirmed(Walk(company, False, STORE), NOWHERE).go(
        "open_pending_slip", "check_lines", "arrange_transfer"
    )
    before = kept_back(walk)

    left = cancelled(walk)

    assert before
    assert {} == kept_back(walk)
    assert {"已撤回"} == set(states(walk, transfer))
    assert (["审结"], ["审结"]) == (states(walk, discrepancy), states(walk, store_slip))
    assert "withdrawn" in {end for _kind, _no, end in left}


def test_an_open_ticket_is_marked(company: Company) -> None:
    """A ticket in work is stopped, what was agreed on it is withdrawn; another ticket about the order can still close it."""
    walk = damaged(Walk(company, False, AFTER_SALES), level="slight")
    owed = [(row.kind, row.state) for row in walk.rows(compensation)]

    left = cancelled(walk)

    (row,) = walk.rows(ticket)
    assert ([("allowance", "agreed")], ["withdrawn"]) == (owed, states(walk, compensation))
    assert ("已中止", ["ticket", row.no, "stopped"]) == (
        row.state,
        left[-1] if left[-1][0] == "ticket" else left,
    )


def test_a_complete_order_whose_ticket_is_stopped_is_complete_again(company: Company) -> None:
    """Reported after its end, then the ticket is cancelled: the order is as it was, and the history says so."""
    walk = Walk(company, False, AFTER_SALES)
    about = delivered(walk)
    walk.service("orders.set_status", order_no=about["order_no"], batch_no=1, status="已交付")
    walk.service("orders.set_status", order_no=about["order_no"], status="已完成")
    walk.start({}, "zhao").do("register_ticket", kind="破损", order_no=about["order_no"], lines=[])
    meanwhile = [row.status for row in walk.rows(orders)]

    left = cancelled(walk)

    assert (["售后中"], ["已完成"]) == (meanwhile, [row.status for row in walk.rows(orders)])
    assert ["order", about["order_no"], "complete again"] in left


def ordering(event: str) -> bytes:
    """A process that records an order and then ends by `event`."""
    inputs = {"type": "test", "customer_name": "somebody", "lines": "=[]", "total": "=0"}
    mapped = "".join(f'<zeebe:input source="{source}" target="{name}"/>' for name, source in inputs.items())
    job = f'<zeebe:taskDefinition type="orders.create"/><zeebe:ioMapping>{mapped}</zeebe:ioMapping>'
    task = f'<serviceTask id="t" name="Order"><extensionElements>{job}</extensionElements></serviceTask>'
    end = f'<endEvent id="e" name="End">{event}</endEvent>'
    return drawn.file(drawn.START + task + end + drawn.path("s", "t", "e")).encode()


@pytest.mark.parametrize(("event", "status"), [("<terminateEventDefinition/>", "已取消"), ("", "待确认")])
def test_a_terminated_instance_leaves_nothing_open(company: Company, event: str, status: str) -> None:
    """A terminate end event closes what is open as a cancellation does; an end event leaves the trade as it stands."""
    deploy(company.db, [("p.bpmn", ordering(event))], SYSTEM)

    walk = Walk(company, False, "p").start({})

    assert ("completed", [status]) == (walk.status, [row.status for row in walk.rows(orders)])
