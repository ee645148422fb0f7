"""Messages reach who waits, are kept when nobody does, and start what begins with them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select

from engine.commands.message import deliver_message
from engine.errors import Forbidden
from engine.model.instances import message
from engine.queries import inbox
from engine.queries.instance import page, view
from tests.contract.company import Company


def waiting(company: Company) -> int:
    """How many tasks customer service has."""
    return inbox.page(company.db, company.person("lin"), scope="group").total


def kept(company: Company) -> int:
    """How many messages are under way."""
    with company.db.read() as connection:
        return connection.execute(select(func.count()).select_from(message)).scalar_one()


def test_a_message_reaches_the_one_it_is_for(company: Company) -> None:
    """Of two instances that wait, the one with the right key goes on, with the message's values."""
    company.deploys("wait_payment.bpmn")
    company.starts("wait_payment", order_no="A1")
    company.starts("wait_payment", order_no="A2")

    assert 1 == deliver_message(company.db, "payment", "A2", {"amount": 88.5}, company.person("qian"))
    company.works()

    assert 1 == waiting(company)
    assert {"order_no", "amount"} == {v.name for v in view(company.db, 2, company.person("qian")).variables}
    assert 0 == kept(company)
    company.is_sound()


def test_a_message_waits_for_who_wants_it(company: Company) -> None:
    """A message that comes too early is kept, and goes to the first who waits for it."""
    company.deploys("wait_payment.bpmn")
    assert 0 == deliver_message(company.db, "payment", "A1", {}, company.person("qian"))
    assert 1 == kept(company)

    company.starts("wait_payment", order_no="A1")
    company.works()

    assert (1, 0) == (waiting(company), kept(company))
    company.is_sound()


def test_a_message_nobody_wanted_goes(company: Company) -> None:
    """After its time a kept message is gone."""
    deliver_message(company.db, "payment", "A1", {}, company.person("qian"))

    company.clock.passes(days=31)
    company.works()

    assert 0 == kept(company)


def test_a_message_is_delivered_once(company: Company) -> None:
    """Two messages of one key to one waiting task: it goes on once, the second is kept."""
    company.deploys("wait_payment.bpmn")
    company.starts("wait_payment", order_no="A1")

    deliver_message(company.db, "payment", "A1", {"n": 1}, company.person("qian"))
    deliver_message(company.db, "payment", "A1", {"n": 2}, company.person("qian"))
    company.works()
    company.works()

    assert (1, 1) == (waiting(company), kept(company))
    company.starts("wait_payment", order_no="A1")
    company.works()
    assert (2, 0) == (waiting(company), kept(company))
    company.is_sound()


def test_those_who_missed_each_other_are_brought_together(company: Company) -> None:
    """A message and a task that were written at the same moment find each other at the next sweep."""
    company.deploys("wait_payment.bpmn")
    company.starts("wait_payment", order_no="A1")
    now = company.clock.now
    with company.db.write() as connection:
        row = {
            "name": "payment",
            "key": "A1",
            "values": "{}",
            "at": now,
            "expires_at": now.replace(year=2030),
        }
        connection.execute(insert(message).values(**row, signal=False))

    company.works()

    assert 1 == waiting(company)
    company.is_sound()


def test_a_message_starts_a_process(company: Company) -> None:
    """A message start begins one instance for each message, about what the message's key names."""
    company.deploys("on_claim.bpmn")

    assert 1 == deliver_message(company.db, "claim", "A1", {"order_no": "A1"}, company.person("qian"))
    company.works()
    company.works()

    assert [("on_claim", "system", "A1")] == [
        (r.process, r.starter, r.business_key) for r in page(company.db, company.person("qian")).rows
    ]
    assert 1 == waiting(company)
    company.is_sound()


def test_a_message_goes_once_to_each_process(company: Company) -> None:
    """To the instance that waits for it; it begins another only where none does."""
    company.deploys("on_order.bpmn")

    for _ in range(3):
        assert 1 == deliver_message(company.db, "order", "A1", {"order_no": "A1"}, company.person("qian"))
        company.works()
        company.works()

    rows = page(company.db, company.person("qian")).rows
    assert [(1, "completed"), (2, "running")] == sorted((row.id, row.status) for row in rows)
    company.is_sound()


def test_messages_are_not_for_everybody(company: Company) -> None:
    """Sending a message from outside needs the right to operate."""
    with pytest.raises(Forbidden):
        deliver_message(company.db, "claim", "", {}, company.person("lin"))
