"""The history: nobody changes it, and who does all the same is found out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from engine.audit import checkpoint
from engine.audit.chain import GENESIS, link
from engine.audit.verify import Report, chains
from engine.model.database import Database
from engine.model.history import entry
from engine.model.instances import instance, job, subscription, task
from engine.queries.instance import proof
from engine.queries.verify import counted, take_checkpoint, verify
from tests.contract.company import Company
from tests.quick import least


@pytest.fixture
def worked(company: Company) -> Company:
    """A company with a few steps behind it."""
    company.deploys("order.form", "order.bpmn", "remind.bpmn")
    for _order in range(2):
        first = company.starts("order").tasks[0]
        company.completes(first, customer="甲", amount=1)
    company.starts("remind")
    company.is_sound()
    return company


@pytest.mark.parametrize("change", [update(entry).values(body="{}"), delete(entry)], ids=["update", "delete"])
def test_the_database_refuses_to_change_history(worked: Company, change: Any) -> None:
    """Entries are only ever added."""
    with pytest.raises(DBAPIError, match="the history cannot be changed"), worked.db.write() as connection:
        connection.execute(change)


def unlocked(db: Database, connection: Connection) -> None:
    """What an administrator of the database can do: take the triggers away."""
    if db.dialect == "sqlite":
        for name in ("entry_no_update", "entry_no_delete"):
            connection.execute(text(f"DROP TRIGGER {name}"))
    else:
        connection.execute(text("DROP TRIGGER entry_no_change ON entry"))


def _edit(connection: Connection) -> None:
    body = {"instance": 1, "seq": 2, "actor": "nobody"}
    connection.execute(
        update(entry).where(entry.c.instance_id == 1, entry.c.seq == 2).values(body=json.dumps(body))
    )


def _edit_and_hash(connection: Connection) -> None:
    mark = link(GENESIS, "{}")
    change = update(entry).where(entry.c.instance_id == 1, entry.c.seq == 1)
    connection.execute(change.values(body="{}", hash=mark))


def _remove(connection: Connection) -> None:
    connection.execute(delete(entry).where(entry.c.instance_id == 1, entry.c.seq == 1))


def _cut(connection: Connection) -> None:
    connection.execute(delete(entry).where(entry.c.instance_id == 1, entry.c.seq == 2))


def _invent(connection: Connection) -> None:
    connection.execute(insert(entry).values(instance_id=1, seq=3, body="{}", hash=link(GENESIS, "{}")))


def _swap(connection: Connection) -> None:
    for old, new in ((1, 99), (2, 1), (99, 2)):
        connection.execute(update(entry).where(entry.c.instance_id == 1, entry.c.seq == old).values(seq=new))


def _other_instance(connection: Connection) -> None:
    connection.execute(update(entry).where(entry.c.instance_id == 2).values(instance_id=77))


def _older_head(connection: Connection) -> None:
    connection.execute(update(instance).where(instance.c.id == 1).values(version=1))


TAMPERING = [_edit, _edit_and_hash, _remove, _cut, _invent, _swap, _other_instance, _older_head]


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda f: f.__name__)
def test_any_change_is_seen(worked: Company, tamper: Callable[[Connection], None]) -> None:
    """Edited, removed, added, swapped, moved entries and a put-back version are found by the check."""
    with worked.db.write() as connection:
        unlocked(worked.db, connection)
        tamper(connection)

    found = verify(worked.db, states=False).problems

    assert {1, 2, 77} & {problem.instance_id for problem in found}
    if tamper is not _other_instance:
        assert not proof(worked.db, 1).whole


DAMAGE: dict[str, Any] = {
    "tasks": update(task).where(task.c.status == "open", task.c.instance_id == 1).values(status="completed"),
    "jobs": delete(job),
    "orphan": insert(subscription).values(instance_id=4711, task=1, name="x", key="", signal=False),
    "status": update(instance).where(instance.c.id == 1).values(status="completed"),
    "state": update(instance).where(instance.c.id == 1).values(state=b"(\xb5/\xfd broken"),
    "incidents": update(instance).where(instance.c.id == 2).values(incidents=3),
}


@pytest.mark.parametrize("code", DAMAGE)
def test_rows_that_do_not_agree_are_seen(worked: Company, code: str) -> None:
    """A task closed behind the engine's back, a lost timer and the like are found and named."""
    with worked.db.write() as connection:
        connection.execute(DAMAGE[code])

    assert code in {problem.code for problem in verify(worked.db).problems}


def test_a_hundred_thousand_entries_are_checked_in_a_second(company: Company) -> None:
    """The check of all chains costs some ten microseconds an entry."""
    rows, count, length = [], 20_000 if company.db.dialect == "postgresql" else 100_000, 10
    head = GENESIS
    for n in range(count):
        number, seq = n // length + 1000, n % length + 1
        body = json.dumps({"instance": number, "seq": seq, "verb": "complete", "filler": "x" * 200})
        head = link(GENESIS if seq == 1 else head, body)
        rows.append({"instance_id": number, "seq": seq, "body": body, "hash": head})
    with company.db.write() as connection:
        connection.execute(insert(entry), rows)

    reports = []

    def check() -> None:
        reports.append(Report())
        with company.db.read() as connection:
            chains(connection, reports[-1])

    # Doubled for slow machines; PostgreSQL's driver takes as long again to hand the entries over.
    bound = (4 if company.db.dialect == "postgresql" else 2) * count / 100_000
    assert least(check, bound) < bound
    assert reports[-1].entries > count
    assert {"no_instance"} == {problem.code for problem in reports[-1].problems}


def test_a_checkpoint_witnesses_the_chains(worked: Company) -> None:
    """On both databases alike: what grew agrees with it, and how much there is can be told."""
    then = take_checkpoint(worked.db)
    worked.starts("remind")

    report = verify(worked.db, checkpoints=[then])

    assert [] == report.problems
    assert then == checkpoint.read(checkpoint.write(then).encode())
    now = counted(worked.db)
    assert (len(then.chains) + 1, report.entries) == (now.chains, now.entries)
    assert then.root != take_checkpoint(worked.db).root
