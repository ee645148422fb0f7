"""Starting, claiming and completing: a step happens whole, once, and only for whom it belongs to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select

from engine.access import SYSTEM
from engine.bpmn.moved import Exceeded
from engine.commands import claim, draft, operate
from engine.commands.complete import complete
from engine.commands.deploy import deploy
from engine.commands.reading import TaskChanged, TaskClosed, TaskTaken
from engine.commands.start import start
from engine.errors import FieldsRefused, NotFound, RestockError
from engine.model.database import Database
from engine.model.instances import incident, instance
from engine.model.work import KeyReused
from engine.queries import inbox
from engine.queries import task as tasks
from engine.queries.instance import history, view
from tests.contract import diagrams
from tests.contract.company import Company

GOOD: dict[str, Any] = {"customer": "上海某某公司 😀", "amount": 12.5}


@pytest.fixture
def order(company: Company) -> str:
    """A task of customer service, just opened."""
    company.deploys("order.form", "order.bpmn")
    return company.starts("order").tasks[0]


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """The statements and commits of a block."""
    seen: list[str] = []

    def statement(_c: Any, _k: Any, text: str, *_: Any) -> None:
        seen.append(text)

    def commit(_c: Any) -> None:
        seen.append("COMMIT")

    event.listen(db.engine, "before_cursor_execute", statement)
    event.listen(db.engine, "commit", commit)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", statement)
        event.remove(db.engine, "commit", commit)


def race(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave, or the error it raised, all at the same time."""
    gate, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(n: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[n] = act()
        except RestockError as error:
            found[n] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return found


def test_a_completed_task_moves_the_instance_on(company: Company, order: str) -> None:
    """Answers become variables, the next task opens, and the history says who did it with old and new values."""
    done = company.completes(order, **GOOD)

    assert ("running", 1) == (done.status, len(done.tasks))
    last = history(company.db, done.instance_id, company.person("lin"))[-1]
    assert ("complete", "lin", "take_order", "order:1") == (last.verb, last.by, last.element, last.form)
    assert (None, "上海某某公司 😀") == last.changes["customer"]
    assert {"completed", "taken", "entered"} == {move.what for move in last.moves}
    company.is_sound()


def test_a_step_costs_few_statements_and_one_commit(company: Company, order: str) -> None:
    """A submit is at most 11 statements, so that with the caller's own it stays within 12, and one commit."""
    lin = company.person("lin")
    company.completes(order, **GOOD)
    other = company.starts("order").tasks[0]

    with counted(company.db) as seen:
        complete(company.db, other, GOOD, lin, idempotency_key="k")

    assert 1 == seen.count("COMMIT")
    assert len(seen) - 1 <= 11, seen


def test_pages_cost_few_statements(company: Company, order: str) -> None:
    """An inbox page is one statement, a task page at most five."""
    lin = company.person("lin")
    tasks.view(company.db, order, lin)

    with counted(company.db) as seen:
        inbox.page(company.db, lin, scope="ours")
    assert 1 == len([s for s in seen if s != "COMMIT"]), seen

    with counted(company.db) as seen:
        tasks.view(company.db, order, lin)
    assert len([s for s in seen if s != "COMMIT"]) <= 5, seen


def test_a_second_completion_is_told_who_was_first(company: Company, order: str) -> None:
    """A task done already is a conflict that says who did it, when, and how it ended."""
    company.completes(order, "zhao", **GOOD)

    with pytest.raises(TaskClosed) as refused:
        company.completes(order, "lin", **GOOD)

    facts = refused.value.facts
    assert ("zhao", "completed", company.clock.now) == (facts["by"], facts["outcome"], facts["at"])


def test_the_same_key_gets_the_first_answer(company: Company, order: str) -> None:
    """A request that comes again is answered as at first, and nothing happens twice."""
    lin = company.person("lin")

    first = complete(company.db, order, GOOD, lin, idempotency_key="one")
    second = complete(company.db, order, GOOD, lin, idempotency_key="one")

    assert first == second
    assert ["start", "complete"] == [e.verb for e in history(company.db, first.instance_id, lin)]


def test_a_key_is_for_one_request(company: Company, order: str) -> None:
    """A key used before for another request is refused."""
    lin = company.person("lin")
    second = complete(company.db, order, GOOD, lin, idempotency_key="one").tasks[0]

    with pytest.raises(KeyReused):
        complete(company.db, second, GOOD, lin, idempotency_key="one")


def test_an_answer_kept_without_its_content_is_given_to_every_request_of_its_key(
    company: Company, order: str
) -> None:
    """Before an upgrade, and on the pages, what a request brought is not kept: its key alone tells it."""
    lin = company.person("lin")

    first = complete(company.db, order, GOOD, lin, idempotency_key="one")

    assert first == complete(company.db, order, GOOD, lin, idempotency_key="one", given="abc")


def test_two_starts_with_one_key_are_one_instance(company: Company, order: str) -> None:
    """Two requests of the same key at the same moment start one instance."""
    lin = company.person("lin")

    found = race(*[lambda: start(company.db, "order", {}, lin, idempotency_key="new")] * 4)

    assert 1 == len({started.instance_id for started in found})
    company.is_sound()


def test_two_people_at_once_complete_a_task_once(company: Company, order: str) -> None:
    """Of two people who complete a task at the same moment one wins, the other is told so."""
    for _round in range(5):
        task_id = company.starts("order").tasks[0]

        found = race(*[partial(company.completes, task_id, login, **GOOD) for login in ("lin", "zhao")])

        assert [TaskClosed] == [type(f) for f in found if isinstance(f, Exception)], found
    company.is_sound()


def test_branches_at_once_lose_nothing(company: Company) -> None:
    """Eight people on eight branches of one instance: every answer is kept, and the instance ends once."""
    company.deploys(*(f"branch-{n}.form" for n in range(8)), "both.bpmn")
    started = company.starts("both")
    lin = company.person("lin")

    found = race(
        *[
            lambda n=n, t=task_id: complete(company.db, t, {f"answer_{n}": f"{n}"}, lin)
            for n, task_id in enumerate(started.tasks)
        ]
    )

    assert 1 == [f.status for f in found].count("completed"), found
    kept = {v.name: v.value for v in view(company.db, started.instance_id, lin).variables}
    assert {f"answer_{n}": str(n) for n in range(8)} == kept
    company.is_sound()


def test_a_task_of_another_role_does_not_exist(company: Company, order: str) -> None:
    """Whoever is of another role can neither see, claim nor complete a task, and is not told that there is one."""
    with pytest.raises(NotFound):
        company.completes(order, "liu", **GOOD)
    with pytest.raises(NotFound):
        claim.claim(company.db, order, company.person("liu"))
    with pytest.raises(NotFound):
        tasks.view(company.db, order, company.person("liu"))
    with pytest.raises(NotFound):
        history(company.db, 1, company.person("liu"))


def test_a_wrong_number_is_no_task(company: Company, order: str) -> None:
    """Whatever is no number of a task is not found."""
    for task_id in ("", "1", "1-", "0-1", "1-1; DROP", "\uff19-1", "999-1", "1-999", "9" * 20 + "-1"):
        with pytest.raises(NotFound):
            company.completes(task_id, **GOOD)


def test_unknown_and_wrong_fields_are_refused(company: Company, order: str) -> None:
    """Fields the form does not have, wrong types and missing answers are refused, and nothing happens."""
    with pytest.raises(FieldsRefused) as refused:
        company.completes(order, customer="", amount="much", status="done")

    assert {"customer", "amount", "status"} == set(refused.value.errors)
    assert ["start"] == [e.verb for e in history(company.db, 1, company.person("lin"))]


def test_a_claimed_task_is_ones_own(company: Company, order: str) -> None:
    """A claimed task is refused to colleagues, who are told who has it, until it is given back."""
    claim.claim(company.db, order, company.person("zhao"))
    claim.claim(company.db, order, company.person("zhao"))

    with pytest.raises(TaskTaken) as refused:
        company.completes(order, "lin", **GOOD)
    assert "zhao" == refused.value.facts["assignee"]
    with pytest.raises(TaskTaken):
        claim.claim(company.db, order, company.person("lin"))
    with pytest.raises(claim.NotClaimed):
        claim.release(company.db, order, company.person("lin"))

    claim.release(company.db, order, company.person("zhao"))
    company.completes(order, "lin", **GOOD)
    verbs = [e.verb for e in history(company.db, 1, company.person("lin"))]
    assert ["start", "claim", "release", "complete"] == verbs
    company.is_sound()


def test_of_many_who_claim_one_gets_it(company: Company, order: str) -> None:
    """Of two who claim at the same moment one gets the task."""
    found = race(*[lambda n=n: claim.claim(company.db, order, company.person(n)) for n in ("lin", "zhao")])

    assert [TaskTaken] == [type(f) for f in found if f is not None]


def test_a_delegate_cannot_delegate_on(company: Company, order: str) -> None:
    """A task is passed on once, to somebody who could do it, and both names are in the history."""
    with pytest.raises(claim.CannotTake):
        claim.delegate(company.db, order, "liu", company.person("lin"))

    claim.delegate(company.db, order, "zhao", company.person("lin"))

    with pytest.raises(claim.DelegatedAlready):
        claim.delegate(company.db, order, "lin", company.person("zhao"))
    company.completes(order, "zhao", **GOOD)
    last = history(company.db, 1, company.person("lin"))[-1]
    assert ("zhao", "lin") == (last.by, last.on_behalf)


def test_what_changed_meanwhile_is_shown_again(company: Company, order: str) -> None:
    """Answers to an old page are a conflict: what was shown is no more."""
    lin = company.person("lin")
    old = tasks.view(company.db, order, lin).shown_hash
    second = complete(company.db, order, GOOD, lin, shown_hash=old).tasks[0]

    with pytest.raises(TaskChanged):
        complete(company.db, second, GOOD, lin, shown_hash=old)


def test_drafts_are_ones_own_and_end_with_the_task(company: Company, order: str) -> None:
    """What a person typed is there when they come back; nobody else sees it."""
    lin = company.person("lin")
    draft.save_draft(company.db, order, {"customer": "半", "amount": 1.5}, lin)
    draft.save_draft(company.db, order, {"customer": "半个", "amount": "不是数"}, lin)

    assert {"customer": "半个", "amount": "不是数"} == tasks.view(company.db, order, lin).draft
    assert tasks.view(company.db, order, company.person("zhao")).draft is None


def test_an_endless_step_is_undone_and_an_incident(company: Company) -> None:
    """A step beyond the engine's limits changes nothing but leaves an incident; others go on."""
    company.deploys("endless.bpmn")
    begin = company.starts("endless").tasks[0]

    with pytest.raises(Exceeded):
        company.completes(begin)

    with company.db.read() as connection:
        assert ["exceeded"] == list(connection.execute(select(incident.c.code)).scalars())
        assert 1 == connection.execute(select(instance.c.incidents).where(instance.c.id == 1)).scalar_one()
    assert "open" == tasks.view(company.db, begin, company.person("lin")).status
    company.is_sound()

    operate.retry(company.db, 1, 3, company.person("qian"))
    with pytest.raises(NotFound):
        operate.retry(company.db, 1, 3, company.person("qian"))
    company.is_sound()
    with pytest.raises(Exceeded):
        company.completes(begin)
    operate.cancel_instance(company.db, 1, "endless", company.person("qian"))
    company.is_sound()


def test_one_starts_what_ones_role_may(company: Company) -> None:
    """A process whose start belongs to a role cannot be started by others, who are not told that it exists."""
    ours = diagrams.text("order.bpmn").replace(
        'isExecutable="true">',
        'isExecutable="true"><bpmn:extensionElements><zeebe:properties>'
        '<zeebe:property name="starters" value="finance" /></zeebe:properties></bpmn:extensionElements>',
    )
    deploy(company.db, [diagrams.file("order.form"), ("order.bpmn", ours.encode())], SYSTEM)

    with pytest.raises(NotFound):
        company.starts("order", "lin")
    with pytest.raises(NotFound):
        company.starts("nothing", "lin")
    assert "running" == company.starts("order", "chen").status
