"""Papers are numbered without gaps, revised in versions, and told about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.audit.chain import digest
from engine.feel.values import from_json, to_json
from engine.model.papers import archive, confirmation, document, document_copy, notification, ticket
from engine.model.trade import invoice, order, payment
from engine.services import documents
from engine.services.call import WrongInput
from engine.services.events import NOTICES
from engine.services.notices import fill
from engine.services.numbers import next_number

PAYLOAD = {"name": "城北便民商店", "lines": [{"sku": "ZP-1001", "qty": 100, "amount": Decimal("2000.00")}]}
BUYER = {"id": 3, "name": "城北便民商店", "phone": "13800010003", "preferred_channel": "sms"}


def issue(perform, **more):
    """An outbound slip."""
    values = {"kind": "outbound_slip", "order_no": "SO2026-000001", "batch_no": 1, "payload": PAYLOAD}
    return perform("documents.issue", **{**values, **more})["document"]


def test_numbers_run_without_gaps(database):
    """A number that was taken in an undone transaction is given out again; each year begins anew."""
    now = datetime(2026, 12, 31, 15, tzinfo=UTC)
    with database.write() as connection:
        first = next_number(connection, "CK", now)
    with database.engine.connect() as undone, undone.begin() as transaction:
        next_number(undone, "CK", now)
        transaction.rollback()
    with database.write() as connection:
        rest = [next_number(connection, "CK", now + timedelta(hours=hours)) for hours in (0, 2)]

    assert ["CK2026-000001", "CK2026-000002", "CK2027-000001"] == [first, *rest]


def test_a_paper_has_number_version_and_hash(perform):
    """A paper's hash covers kind, number, version and content."""
    paper = issue(perform)

    assert ("CK2026-000001", 1, "出库单", 3) == tuple(
        paper[key] for key in ("number", "version", "title", "copies")
    )
    content = {"kind": "outbound_slip", "number": "CK2026-000001", "version": 1, "payload": to_json(PAYLOAD)}
    assert digest(content) == paper["hash"]
    assert paper["hash"] != issue(perform)["hash"]


def test_a_revision_keeps_the_number(perform, connection):
    """An edit is a further version under the same number; the earlier one is void."""
    first = issue(perform)
    second = issue(perform, document=first, payload={**PAYLOAD, "remark": "改地址"})

    assert (first["number"], 2) == (second["number"], second["version"])
    assert ["void", "draft"] == list(connection.scalars(select(document.c.state).order_by(document.c.id)))
    with pytest.raises(WrongInput):
        issue(perform, kind="love_letter")


def test_a_stored_paper_is_the_value_that_was_signed(perform, connection):
    """What the database gives back hashes like the variable in the diagram, also after a pass through JSON."""
    paper = issue(perform)

    stored = documents.as_value(documents.one(connection, paper["id"]))

    assert digest(to_json(from_json(to_json(paper)))) == digest(to_json(stored))
    assert [paper["id"]] == [row.id for row in documents.of_instance(connection, 7)]


def test_the_third_copy_goes_to_bookkeeping(perform, connection):
    """Handing on a copy records its holder, who is told."""
    paper = issue(perform)

    perform("documents.copy", document=paper, copy_no=3, purpose="记账联", holder="finance")

    row = connection.execute(select(document_copy)).one()
    assert (paper["id"], 3, "记账联", "finance") == (row.document_id, row.copy_no, row.purpose, row.holder)
    assert (
        "出库单 CK2026-000001 第 3 联（记账联）已转交，请查收。"
        == connection.scalars(select(notification.c.text_zh)).one()
    )


def test_papers_are_filed(perform, connection):
    """Filing writes state, shelf and facts of all the papers given."""
    papers = [issue(perform), None, issue(perform)]

    perform("documents.file", documents=papers, state="archived", shelf_ref="A-12", facts={"by": "周档案"})

    row, other = connection.execute(select(document)).all()
    assert "archived" == other.state
    assert ("archived", "A-12", {"by": "周档案"}) == (row.state, row.shelf_ref, row.facts)
    with pytest.raises(WrongInput):
        perform("documents.file", documents=papers, state="lost")


def test_a_void_paper_stays_void(perform, connection):
    """Whoever files the version that was replaced, it does not count again; the one that replaced it is filed."""
    first = issue(perform)
    second = issue(perform, document=first, payload={**PAYLOAD, "remark": "改地址"})

    perform("documents.file", documents=[first, second], state="filed", facts={"by": "周档案"})

    kept = connection.execute(select(document.c.state, document.c.facts).order_by(document.c.id)).all()
    assert [("void", {}), ("filed", {"by": "周档案"})] == [tuple(row) for row in kept]


def test_a_payment_is_asked_for_reminded_of_and_recorded(perform, connection):
    """One payment per order and purpose; the customer is told; the invoice is written with it."""
    perform("orders.create", type="批发", customer_name="x", lines=[], total=6000)
    asked = {"purpose": "full", "order_no": "SO2026-000001", "customer": BUYER, "amount_due": Decimal(6000)}

    first = perform("payments.request", **asked, payment_method="对公账户")["payment"]
    again = perform("payments.request", **asked, reminder=True)["payment"]
    perform(
        "payments.record", payment=first, order_no="SO2026-000001", amount_received=Decimal(6000), received_on="2026-03-03",
        account="工行 0001", invoice_no="FP-1", title="城北商贸", invoice_lines=[{"item": "纸品", "amount": 6000}],
    )  # fmt: skip

    assert first["no"] == again["no"] == "SK2026-000001"
    assert "待支付" == connection.scalars(select(order.c.status)).one()
    row = connection.execute(select(payment)).one()
    assert ("paid", 1, date(2026, 3, 3), Decimal("6000.00")) == (
        row.state,
        row.reminders,
        row.received_on,
        row.amount_received,
    )
    assert ["payment_requested", "payment_reminder"] == list(connection.scalars(select(notification.c.event)))
    assert [{"item": "纸品", "amount": 6000}] == connection.scalars(select(invoice.c.lines)).one()
    with pytest.raises(WrongInput):
        perform("payments.record", payment={"no": "SK0"}, order_no="x", amount_received=1)


def test_a_settlement_needs_no_request(perform):
    """Money that was not asked for in the diagram is recorded under a number of its own."""
    values = {"order_no": "SO1", "purpose": "settlement", "amount_due": 50, "amount_received": 50}

    settled = perform("payments.record", **values)["payment"]

    assert ("SK2026-000001", "paid", "settlement") == (settled["no"], settled["state"], settled["purpose"])


def test_a_balance_notice_is_a_paper(perform, connection):
    """The balance is asked for with a numbered notice."""
    answer = perform(
        "payments.balance_notice", purpose="balance", order_no="SO2026-000001", customer=BUYER, amount_due=700
    )

    assert ("YK2026-000001", Decimal("700.00")) == (
        answer["balance_notice"]["number"],
        answer["payment"]["amount_due"],
    )
    assert "YK2026-000001" in connection.scalars(select(notification.c.text_zh)).one()


def test_a_confirmation_is_built_and_rebuilt(perform):
    """A confirmation has a code; changes make a further version under its number."""
    values = {
        "order_no": "SO2026-000001",
        "customer": BUYER,
        "lines": PAYLOAD["lines"],
        "total": 2000,
        "ship_time": "2026-03-20",
    }

    first = perform("confirmations.build", **values)["confirmation"]
    second = perform("confirmations.build", **values, previous=first, changes="改地址")["confirmation"]

    assert ("QR2026-000001", 1, date(2026, 3, 2), date(2026, 3, 20)) == tuple(
        first[key] for key in ("no", "version", "built_on", "base_due")
    )
    assert 6 == len(first["code"])
    assert ("QR2026-000001", 2) == (second["no"], second["version"])


def test_a_missing_answer_moves_the_date(perform, connection, now):
    """The date moves by the calendar days since sending, however often it is computed."""
    values = {"order_no": "SO1", "customer": BUYER, "lines": [], "total": 0, "ship_time": "2026-03-20"}
    built = perform("confirmations.build", **values)["confirmation"]
    late = {
        "confirmation": built,
        "base_due": "2026-03-20",
        "sent_on": "2026-03-02",
        "now": now + timedelta(days=3),
    }

    for _ in range(2):
        perform("confirmations.postpone", **late)
        row = connection.execute(select(confirmation)).one()
        assert (date(2026, 3, 23), 3) == (row.current_due, row.postponed_days)


def test_a_shipment_has_list_and_note(perform, connection):
    """发货清单 names the 出库单; a batch made again before it is sent keeps its numbers."""
    values = {
        "order_no": "SO1",
        "batch_no": 2,
        "batches": 3,
        "recipient": "吴国强",
        "address": "莫干山路",
        "lines": [],
    }

    first = perform("shipments.create", **values, outbound_no="CK2026-000009")
    second = perform("shipments.create", **values, outbound_no="CK2026-000009")

    assert {"no": "FH2026-000001", "batch_no": 2} == first["shipment"] == second["shipment"]
    assert "CK2026-000009" == first["shipping_list"]["payload"]["outbound_no"]
    assert ("SH2026-000001", 1, 2) == (
        first["delivery_note"]["number"], first["delivery_note"]["version"], second["delivery_note"]["version"]
    )  # fmt: skip
    assert 4 == len(connection.execute(select(document)).all())


def test_a_ticket_wants_an_answer_within_a_day(perform, connection, now):
    """A ticket is to be answered within 24 hours."""
    opened = perform(
        "tickets.open", kind="破损", order_no="SO1", batch_no=1, customer_id=3, description="外箱破损"
    )["ticket"]

    assert ("TK2026-000001", now + timedelta(hours=24)) == (opened["no"], opened["respond_by"])
    assert ("登记", "破损") == tuple(connection.execute(select(ticket.c.state, ticket.c.kind)).one())


def test_files_go_to_the_archive(perform, connection):
    """An archive number stands for the papers put away."""
    paper = issue(perform)

    assert {"archive_no": "DA2026-000001"} == perform(
        "files.archive", ref="SO1", documents=[paper], facts={"score": 5}
    )
    assert "archived" == connection.scalars(select(document.c.state)).one()
    assert paper["number"] == connection.scalars(select(archive.c.documents)).one()[0]["number"]


def test_notices_say_the_facts(perform, connection):
    """A notice is written in both languages for each recipient, on the channel that reaches them."""
    facts = {
        "order_no": "SO1",
        "carrier": "顺丰",
        "waybill": "SF1",
        "eta": datetime(2026, 3, 4, 1, tzinfo=UTC),
    }
    people = [
        {"name": "吴国强", "phone": "13800010003", "channel": "sms"},
        {"role": "warehouse"},
        {"name": "无电话"},
    ]

    perform("notify.send", event="order_shipped", recipients=people, facts=facts)

    rows = connection.execute(select(notification).order_by(notification.c.id)).all()
    assert ["order_shipped"] * 3 == [row.event for row in rows]
    assert (
        "您好，订单 SO1 已发货，承运：顺丰，单号 SF1，预计 2026-03-04 09:00 到达。请先验货再签收。"
        == rows[0].text_zh
    )
    assert "inspect before signing" in rows[0].text_en
    assert [("sms", "queued"), ("page", "shown"), ("page", "shown")] == [
        (row.channel, row.state) for row in rows
    ]
    assert ["吴国强", "仓储中心", "无电话"] == [row.recipient for row in rows]
    with pytest.raises(WrongInput):
        perform("notify.send", event="gossip", recipients=[])


def test_a_fact_cannot_reach_into_a_text(perform, connection):
    """Braces in facts stay braces, unknown facts are a dash."""
    perform(
        "notify.send",
        event="goods_arrived",
        recipients=[{"name": "x"}],
        facts={"order_no": "{condition.__class__}"},
    )

    assert (
        "订单 {condition.__class__} 于 — 到货，状况：—。"
        == connection.scalars(select(notification.c.text_zh)).one()
    )


def test_every_event_has_both_languages():
    """No event is told in one language only."""
    assert all(part.zh and part.en for notice in NOTICES.values() for part in (notice.subject, notice.text))


@pytest.mark.parametrize(
    ("invoice", "zh", "en"),
    [(True, "发票随货寄出。", "The invoice is enclosed. "), (False, "", ""), (None, "", "")],
)
def test_who_gets_an_invoice_is_told_so(invoice, zh, en):
    """The message about the shipment says that the invoice is enclosed, when it is (F01.06)."""
    text, facts = NOTICES["order_shipped"].text, {"invoice": invoice}

    assert f"到达。{zh}请先验货再签收。" in fill(text.zh, facts)
    assert f". {en}Please inspect" in fill(text.en, facts, "en")


def test_english_notices_name_papers_in_english(connection):
    """Title and purpose of a copy are English in the English text, and what is no paper's stays."""
    facts = {"title": "出库单", "number": "CK1", "copy_no": 3, "purpose": "记账联"}

    assert "Copy 3 (Bookkeeping) of Outbound slip CK1 has been handed to you." == fill(
        NOTICES["ledger_copy"].text.en, facts, "en"
    )
    assert "To sign: Outbound slip CK1" == fill(
        NOTICES["sign_reminder"].subject.en, {"document": "出库单", "number": "CK1"}, "en"
    )
    assert "出库单 CK1 第 3 联（记账联）已转交，请查收。" == fill(NOTICES["ledger_copy"].text.zh, facts)
