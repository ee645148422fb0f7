"""The inbox: whose tasks, in which order, found by what, and fast."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from engine.commands import claim
from engine.model.instances import instance, pool_member, task
from engine.model.metadata import microseconds
from engine.queries import inbox
from tests.contract.company import Company
from tests.quick import least


@pytest.fixture
def busy(company: Company) -> Company:
    """Two orders, one of them at its second task."""
    company.deploys("order.form", "order.bpmn", "both.bpmn", *(f"branch-{n}.form" for n in range(8)))
    first = company.starts("order").tasks[0]
    company.starts("order")
    company.completes(first, customer="100%_甲", amount=1)
    return company


def names(company: Company, login: str, **asked: object) -> list[str]:
    """The names of the tasks somebody sees."""
    return [row.name for row in inbox.page(company.db, company.person(login), **asked).rows]  # type: ignore[arg-type]


def test_one_sees_ones_own_and_ones_groups(busy: Company) -> None:
    """A task of two roles is in both inboxes; others see nothing."""
    assert {"take_order", "check_order"} == set(names(busy, "lin", scope="group"))
    assert ["check_order"] == names(busy, "chen", scope="ours")
    assert [] == names(busy, "liu", scope="all")
    assert [] == names(busy, "lin", scope="mine")


def test_a_claimed_task_changes_places(busy: Company) -> None:
    """Claimed, a task is in one's own inbox; colleagues see it only among all."""
    (row,) = inbox.page(busy.db, busy.person("chen"), scope="group").rows
    claim.claim(busy.db, row.task_id, busy.person("chen"))

    assert ["check_order"] == names(busy, "chen", scope="mine")
    assert ["take_order"] == names(busy, "lin", scope="ours")
    assert {"take_order", "check_order"} == set(names(busy, "lin", scope="all"))
    counts = inbox.counts(busy.db, busy.person("chen"))
    assert (1, 0) == (counts.mine, counts.group)


def test_text_is_looked_for_literally(busy: Company) -> None:
    """Percent signs and underscores mean themselves."""
    assert ["take_order"] == names(busy, "lin", scope="group", text="TAKE_")
    assert [] == names(busy, "lin", scope="group", text="take%")
    assert [] == names(busy, "lin", scope="group", text="take?order")


def test_filters_pages_and_sorts(busy: Company) -> None:
    """By process, role and instance; in pages; by every column."""
    busy.starts("both")
    assert 8 == inbox.page(busy.db, busy.person("lin"), scope="group", process="both").total
    assert ["check_order"] == names(busy, "lin", scope="group", role="finance")
    assert ["take_order"] == names(busy, "lin", scope="group", instance_id=2)
    for sort in ("due", "-due", "opened", "-opened", "priority", "name", "process", "nonsense"):
        pages = [names(busy, "lin", scope="group", sort=sort, size=3, page=n) for n in (1, 2, 3, 4)]
        assert [3, 3, 3, 1] == [len(page) for page in pages], sort
        assert 10 == len({name for page in pages for name in page})
    beyond = inbox.page(busy.db, busy.person("lin"), scope="group", size=3, page=9)
    assert (10, 4, []) == (beyond.total, beyond.pages, beyond.rows)


def test_a_hundred_thousand_open_tasks_are_no_trouble(company: Company) -> None:
    """A person of three roles gets a page of 50 out of 100,000 open tasks within tens of milliseconds."""
    company.deploys("order.form", "order.bpmn")
    roles, now = ["cs", "finance", "warehouse", "sales", "driver"], datetime(2026, 3, 2, tzinfo=UTC)
    count = 100_000 if company.db.dialect == "sqlite" else 20_000
    with company.db.write() as connection:
        base = {
            "definition_id": 1,
            "status": "running",
            "version": 0,
            "release": 1,
            "started_at": now,
            "moved_at": now,
        }
        rows = [
            {**base, "starter": "x", "head": bytes(32), "state": b"x" * 200, "subject": f"订单 {n}"}
            for n in range(count)
        ]
        connection.execute(insert(instance), rows)
        due = [now + timedelta(minutes=(n * 7919) % 10_000) for n in range(count)]
        plain = {
            "n": 2,
            "definition_id": 1,
            "element": "take_order",
            "name": "take",
            "status": "open",
            "opened_at": now,
        }
        mine = {"assignee": None, "priority": 50}
        connection.execute(
            insert(task),
            [
                {
                    **plain,
                    **mine,
                    "instance_id": n + 1,
                    "pool": roles[n % 5],
                    "due": due[n],
                    "rank": microseconds(due[n]),
                }
                for n in range(count)
            ],
        )
        connection.execute(insert(pool_member), [{"member": role, "pool": role} for role in roles])
        if company.db.dialect == "postgresql":
            connection.exec_driver_sql("ANALYZE")
    actor = company.person("lin")
    many = type(actor)(actor.user_id, actor.login, actor.name, frozenset(roles[:3]))
    inbox.page(company.db, many, scope="ours")

    clock = time.thread_time if company.db.dialect == "sqlite" else time.perf_counter
    took = least(lambda: inbox.page(company.db, many, scope="ours"), 0.1, clock=clock)
    page = inbox.page(company.db, many, scope="ours")

    assert (50, count * 3 // 5) == (len(page.rows), page.total)
    assert sorted(row.due for row in page.rows if row.due) == [row.due for row in page.rows]
    # 5 ms on a quiet machine.
    assert took < 0.1
