"""Who changes an open task, a job or an instance's row past the commands is found, column by column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.audit.chain import GENESIS, canonical, link
from engine.commands import claim, operate
from engine.commands.deploy import deploy
from engine.model.definitions import resource
from engine.model.history import entry
from engine.model.instances import instance, job, subscription, task
from engine.queries import instance as instances
from engine.queries.task import view
from engine.queries.verify import verify
from tests.contract import diagrams
from tests.contract.company import MORNING, Company
from tests.contract.copies import Template, prepared
from tests.contract.test_history import unlocked

TOMORROW = MORNING + timedelta(days=1)


@pytest.fixture(scope="module")
def template(empty: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """The company, prepared once."""
    with prepared(*empty, tmp_path_factory.mktemp("prepared"), _promise) as it:
        yield it


@pytest.fixture
def promised(template: Template, tmp_path: Path) -> Iterator[Company]:
    """A company with an instance that waits for two people, two services and a timer; nothing in it is wrong."""
    with template.copy(tmp_path) as company:
        yield company


def _promise(company: Company) -> None:
    company.deploys("order.form", "promise.bpmn")
    company.starts("promise", customer="甲", subject="甲")
    company.is_sound()


def _task(at: str, **values: Any) -> Any:
    return update(task).where(task.c.element == at).values(**values)


def _job(at: str, **values: Any) -> Any:
    return update(job).where(job.c.element == at).values(**values)


def _row(**values: Any) -> Any:
    return update(instance).where(instance.c.id == 1).values(**values)


CHANGES: dict[str, tuple[str, str, Any]] = {
    "who has a task": ("task", "assignee", _task("ring", assignee="wang")),
    "who passed it on": ("task", "assignee", _task("ring", delegated_by="wang")),
    "its name": ("task", "name", _task("ring", name="nothing to do")),
    "its form": ("task", "form", _task("call", form_id=None)),
    "a form it never had": ("task", "form", _task("ring", form_id=select(resource.c.id).scalar_subquery())),
    "when it is due": ("task", "due", _task("call", due=TOMORROW + timedelta(days=30))),
    "a due date it never had": ("task", "due", _task("ring", due=TOMORROW)),
    "when it is seen again": ("task", "follow-up", _task("call", follow_up=None)),
    "its place in the inbox": ("task", "rank", _task("call", rank=2**62)),
    "its priority": ("task", "priority", _task("call", priority=1)),
    "what a job does": ("job", "type", _job("tell", type="stock.book")),
    "where a job belongs": ("job", "element", _job("tell", element="book")),
    "what a job is given": (
        "job",
        "payload",
        _job("tell", payload='{"headers":{},"variables":{"recipient":"乙"}}'),
    ),
    "what a job sees": ("job", "payload", _job("book", payload='{"headers":{},"variables":{}}')),
    "a job put off": ("job", "due", _job("tell", due_at=TOMORROW)),
    "a job that was tried and put off for ever": (
        "job",
        "due",
        _job("tell", due_at=MORNING + timedelta(days=400), attempts=1),
    ),
    "a timer put off": ("job", "due", _job("wait", due_at=TOMORROW)),
    "a timer before its time": ("job", "due", _job("wait", due_at=MORNING)),
    "its business key": ("business_key", "business key", _row(business_key="DD-1")),
    "what it is about": ("subject", "about", _row(subject="乙")),
    "when it began": ("moment", "began", _row(started_at=TOMORROW)),
    "when it moved": ("moment", "moved", _row(moved_at=TOMORROW)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_waits_is_compared_column_by_column(promised: Company, change: str) -> None:
    """The finding says which task or job of which instance, and what of it is another."""
    code, word, statement = CHANGES[change]
    with promised.db.write() as connection:
        connection.execute(statement)

    (found,) = verify(promised.db).problems

    assert (1, code) == (found.instance_id, found.code)
    assert word in found.text


@pytest.mark.parametrize("column", [{"key": "DD-2"}, {"name": "claim"}, {"signal": True}])
def test_another_message_than_was_waited_for_is_found(company: Company, column: dict[str, Any]) -> None:
    """Another order's payment would let this order go on."""
    company.deploys("wait_payment.bpmn")
    company.starts("wait_payment", order_no="DD-1")
    company.is_sound()

    with company.db.write() as connection:
        connection.execute(update(subscription).values(column))

    assert [(1, "subscription")] == [(each.instance_id, each.code) for each in verify(company.db).problems]


def test_who_has_a_task_is_followed_through_the_history(promised: Company) -> None:
    """Taken, passed on, given back and taken again: each agrees; another name put in does not."""
    lin, zhao = promised.person("lin"), promised.person("zhao")
    with promised.db.read() as connection:
        number = f"1-{connection.execute(select(task.c.n).where(task.c.element == 'ring')).scalar_one()}"
    claim.claim(promised.db, number, lin)
    promised.is_sound()
    claim.delegate(promised.db, number, "zhao", lin)
    promised.is_sound()
    claim.release(promised.db, number, zhao)
    promised.is_sound()
    claim.release(promised.db, number, lin)
    promised.is_sound()
    claim.claim(promised.db, number, zhao)
    promised.is_sound()

    with promised.db.write() as connection:
        connection.execute(_task("ring", assignee="lin"))

    assert ["task"] == [problem.code for problem in verify(promised.db).problems]


def test_a_form_deployed_since_is_the_form_of_tasks_opened_since(company: Company) -> None:
    """An instance goes on with newer forms; the entry says so, and the older version put back is found."""
    company.deploys("order.form", "order.bpmn")
    first = company.starts("order").tasks[0]
    with company.db.read() as connection:
        older = connection.execute(select(resource.c.id)).scalar_one()
    company.deploys("slip.form", "sign.bpmn")
    name, content = diagrams.file("order.form")
    newer = content.replace(b'"label": "note"', b'"label": "a note"')
    deploy(company.db, [(name, newer)], company.person("qian"))
    company.completes(first, customer="甲", amount=1)
    company.is_sound()

    with company.db.write() as connection:
        connection.execute(update(task).where(task.c.status == "open").values(form_id=older))

    (found,) = verify(company.db).problems
    assert "task" == found.code
    assert "form" in found.text


def test_values_that_a_task_could_not_have_opened_with_do_no_harm(company: Company) -> None:
    """An operator sets what a waiting task's date and priority were made of: pages and the check go on."""
    text = diagrams.text("promise.bpmn").replace('priority="=70"', 'priority="=rank"')
    text = text.replace('dueDate="=now() + duration(&quot;P1D&quot;)"', 'dueDate="=by"')
    files = [("promise.bpmn", text.encode()), diagrams.file("order.form")]
    deploy(company.db, files, company.person("qian"), job_types={"stock.book", "notify"})
    tasks = company.starts("promise", customer="甲", rank=70, by="2026-05-01").tasks

    operate.set_variables(company.db, 1, {"rank": "high", "by": "soon"}, "wrong", company.person("qian"))

    company.is_sound()
    lin = company.person("lin")
    assert ["call", "ring"] == [view(company.db, each, lin).element for each in tasks]
    assert 1 == instances.view(company.db, 1, lin).id


def test_what_an_operator_corrected_is_no_finding(promised: Company) -> None:
    """Variables set while jobs and tasks wait; tried and failed jobs that are due again later."""
    operate.set_variables(promised.db, 1, {"customer": "乙"}, "wrong name", promised.person("qian"))
    promised.is_sound()

    promised.works()

    promised.is_sound()


@pytest.mark.parametrize("column", ["subject", "subject_en"])
def test_what_an_instance_is_about_is_what_was_said(company: Company, column: str) -> None:
    """Another subject in the row is found, in each language; that it goes by the clock does no harm."""
    company.deploys("order.form", "about.bpmn")
    first = company.starts("about", customer="甲").tasks[0]
    company.clock.passes(days=3)
    claim.claim(company.db, first, company.person("lin"))
    company.is_sound()

    with company.db.write() as connection:
        connection.execute(update(instance).where(instance.c.id == 1).values({column: "乙"}))

    assert [(1, "subject")] == [(each.instance_id, each.code) for each in verify(company.db).problems]


def _as_before(company: Company) -> None:
    """The history of instance 1 as an earlier version wrote it: without what proves the rows of its tasks."""
    with company.db.write() as connection:
        unlocked(company.db, connection)
        head = GENESIS
        mine = select(entry).where(entry.c.instance_id == 1).order_by(entry.c.seq)
        for row in connection.execute(mine).all():
            body = json.loads(row.body)
            text = canonical({key: value for key, value in body.items() if key not in ("tells", "tasks")})
            head = link(head, text)
            same = (entry.c.instance_id == 1, entry.c.seq == row.seq)
            connection.execute(update(entry).where(*same).values(body=text, hash=head))
        connection.execute(_row(head=head))


def test_what_an_older_history_does_not_tell_is_not_doubted(promised: Company) -> None:
    """Entries of earlier versions did not say when a task is due; what they did say is compared all the same."""
    _as_before(promised)
    promised.is_sound()

    with promised.db.write() as connection:
        connection.execute(_task("call", due=None, rank=2**62))
    promised.is_sound()
    with promised.db.write() as connection:
        connection.execute(_task("ring", assignee="wang", name="nothing to do"))

    (found,) = verify(promised.db).problems
    assert found.text.endswith("name, assignee")
