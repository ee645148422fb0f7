"""Jobs: exactly one effect on the instance, never early, retried, in the end an incident; on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.commands import operate
from engine.commands.deploy import deploy
from engine.errors import Forbidden, Message
from engine.jobs import settle
from engine.model.instances import incident, instance, job
from engine.queries import inbox
from engine.queries.instance import history, page, view
from engine.services.call import Call, ServiceError
from tests.contract import diagrams
from tests.contract.company import Company


class Counter:
    """A service that counts its calls and fails as often as it is told."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.calls: list[Call] = []
        self.failures, self.error = failures, error or RuntimeError("the scales are broken")

    def __call__(self, call: Call) -> dict[str, Any]:
        """Answer, or fail."""
        self.calls.append(call)
        if len(self.calls) <= self.failures:
            raise self.error
        return {"booked": 3, "price": 1.5}


@pytest.fixture
def booking(company: Company) -> Counter:
    """An instance that has just come to its service task."""
    service = Counter()
    company.handlers["stock.book"] = service
    company.deploys("ship.bpmn")
    company.starts("ship")
    company.completes("1-3", "liu")
    return service


def rows(company: Company) -> list[Any]:
    """All job rows."""
    with company.db.read() as connection:
        return list(connection.execute(select(job).order_by(job.c.instance_id, job.c.task)))


def test_a_service_task_is_done_once(company: Company, booking: Counter) -> None:
    """The service is called in the transaction that moves the instance on; its answer becomes variables."""
    assert 1 == company.works()

    (call,) = booking.calls
    assert ("job-1-4", 1) == (call.key, call.instance_id)
    assert [] == rows(company)
    last = history(company.db, 1, company.person("liu"))[-1]
    assert ("service", "system", "book") == (last.verb, last.by, last.element)
    assert {"booked", "price"} == set(last.changes)
    assert 1 == inbox.page(company.db, company.person("liu"), scope="group").total
    company.is_sound()


def test_a_failing_service_is_tried_again_later(company: Company, booking: Counter) -> None:
    """A failed attempt waits 2, then 4 seconds; then the service succeeds and nothing else has happened."""
    booking.failures = 2

    company.works()
    assert [company.clock.now + timedelta(seconds=2)] == [r.due_at for r in rows(company)]
    company.works()
    assert 1 == len(booking.calls)
    company.clock.passes(seconds=2)
    company.works()
    assert [company.clock.now + timedelta(seconds=4)] == [r.due_at for r in rows(company)]
    company.clock.passes(seconds=4)
    company.works()

    assert 3 == len(booking.calls)
    assert {"job-1-4"} == {call.key for call in booking.calls}
    assert [] == rows(company)
    company.is_sound()


def test_a_service_that_keeps_failing_becomes_an_incident(company: Company, booking: Counter) -> None:
    """After its last attempt a job is dead and visible; a retry by an operator goes on, with corrected variables."""
    booking.failures = 3
    for _attempt in range(4):
        company.works()
        company.clock.passes(seconds=10)

    seen = view(company.db, 1, company.person("qian"))
    assert [("book", "job", None)] == [(i.element, i.code, i.resolved_at) for i in seen.incidents]
    assert [True] == [r.dead for r in rows(company)]
    assert 3 == len(booking.calls)
    company.is_sound()
    with pytest.raises(Forbidden):
        operate.retry(company.db, 1, seen.incidents[0].task, company.person("liu"))

    operate.retry(company.db, 1, seen.incidents[0].task, company.person("qian"), values={"mended": True})
    company.is_sound()
    company.works()

    assert 4 == len(booking.calls)
    assert booking.calls[-1].variables["mended"]
    assert [] == [i for i in view(company.db, 1, company.person("qian")).incidents if i.resolved_at is None]
    company.is_sound()


def test_a_business_error_no_diagram_catches_is_an_incident(company: Company, booking: Counter) -> None:
    """An error the service throws by name goes to the diagram at once, without further attempts."""
    booking.failures, booking.error = 1, ServiceError("SHORT", Message(zh="库存不足", en="too little stock"))

    company.works()

    assert ["unhandled_error"] == [i.code for i in view(company.db, 1, company.person("qian")).incidents]
    assert 1 == len(booking.calls)
    company.is_sound()


def test_what_a_failing_service_wrote_is_gone(company: Company, booking: Counter) -> None:
    """A handler writes in the transaction that settles its job; when it fails nothing of it is left."""

    def writes(call: Call) -> dict[str, Any]:
        call.connection.execute(update(instance).where(instance.c.id == 1).values(business_key="half done"))
        raise RuntimeError("too late")

    company.handlers["stock.book"] = writes
    company.works()

    assert [""] == [row.business_key for row in page(company.db, company.person("qian")).rows]


def test_a_missing_service_is_an_incident_that_names_it(company: Company, booking: Counter) -> None:
    """A job type nobody serves ends in an incident that says which."""
    del company.handlers["stock.book"]
    for _attempt in range(4):
        company.works()
        company.clock.passes(seconds=10)

    (found,) = view(company.db, 1, company.person("qian")).incidents
    assert "stock.book" in found.zh


def test_a_zombie_settles_nothing(company: Company, booking: Counter) -> None:
    """Who comes back after the lease has run out finds that another has the job: its result counts for nothing."""
    seam = company.seam
    (first,) = seam.claim(company.clock.now)
    assert [] == seam.claim(company.clock.now)
    company.clock.passes(seconds=61)
    (second,) = seam.claim(company.clock.now)

    assert not seam.run(first)
    assert [] == booking.calls
    assert seam.run(second)
    assert not seam.run(second)
    assert 1 == len(booking.calls)
    company.is_sound()


def test_a_job_that_kills_its_workers_ends_as_incident(company: Company, booking: Counter) -> None:
    """Attempts are counted when they begin: a job whose worker always dies is not tried for ever."""
    seam = company.seam
    for _attempt in range(3):
        assert 1 == len(seam.claim(company.clock.now))
        company.clock.passes(seconds=61)

    (ticket,) = seam.claim(company.clock.now)
    assert ticket.spent
    seam.run(ticket)

    assert ["job"] == [i.code for i in view(company.db, 1, company.person("qian")).incidents]
    assert [] == booking.calls
    company.is_sound()


def test_a_timer_is_never_early_and_fires_once(company: Company) -> None:
    """A timer of an hour fires after the hour, however late the clock is looked at, and once."""
    notified = Counter()
    company.handlers["notify"] = notified
    company.deploys("remind.bpmn")
    company.starts("remind")

    company.clock.passes(minutes=59, seconds=59)
    assert 0 == company.works()
    company.clock.passes(days=3)
    assert 2 == company.works()

    assert 1 == len(notified.calls)
    verbs = [e.verb for e in history(company.db, 1, company.person("lin"))]
    assert ["start", "timer", "service"] == verbs
    company.is_sound()


def test_missed_beats_of_a_cycle_fire_once(company: Company) -> None:
    """A cycle of three days that nobody watched for two days fires once for both, then once more, then no more."""
    nagged = Counter()
    company.handlers["notify"] = nagged
    company.deploys("nag.bpmn")
    company.starts("nag")

    company.clock.passes(days=2, hours=1)
    company.works()
    assert 1 == len(nagged.calls)
    company.works()
    assert 1 == len(nagged.calls)
    company.clock.passes(hours=23)
    company.works()
    assert 2 == len(nagged.calls)
    company.clock.passes(days=9)
    company.works()
    assert 2 == len(nagged.calls)
    company.is_sound()


def test_a_timer_ends_with_its_task(company: Company) -> None:
    """When the task is done its timer is gone."""
    company.deploys("nag.bpmn")
    started = company.starts("nag")
    assert 1 == len(rows(company))

    company.completes(started.tasks[0])

    assert [] == rows(company)
    company.clock.passes(days=9)
    assert 0 == company.works()
    company.is_sound()


def test_what_gave_up_goes_with_its_task(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer that gave up is an incident; when its task is done otherwise, both are gone."""
    company.deploys("nag.bpmn")
    started = company.starts("nag")
    company.clock.passes(days=1)
    with monkeypatch.context() as patch:
        patch.setattr(settle, "_advance", _breaks)
        for _attempt in range(6):
            company.works()
            company.clock.passes(hours=1)
    assert ["job"] == [i.code for i in view(company.db, 1, company.person("qian")).incidents]
    company.is_sound()

    company.completes(started.tasks[0])

    assert [] == rows(company)
    company.is_sound()


def _breaks(*_: Any) -> None:
    raise RuntimeError("a fault of ours")


def test_several_timers_end_at_once(company: Company) -> None:
    """A step that drops more than one timer drops them all."""
    text = diagrams.text("nag.bpmn").replace("</bpmn:process>", "")
    second = text[
        text.index("<bpmn:boundaryEvent") : text.index("</bpmn:boundaryEvent>") + len("</bpmn:boundaryEvent>")
    ]
    flow = '<bpmn:sequenceFlow id="weekly_flow" sourceRef="weekly" targetRef="nagging" />'
    both = text.replace("</bpmn:definitions>", "") + second.replace("daily", "weekly") + flow
    done = both + "</bpmn:process></bpmn:definitions>"
    deploy(company.db, [("nag.bpmn", done.encode())], company.person("qian"), job_types={"notify"})
    started = company.starts("nag")
    assert 2 == len(rows(company))

    company.completes(started.tasks[0])

    assert [] == rows(company)
    company.is_sound()


def test_a_cycle_keeps_its_fencing_token(company: Company) -> None:
    """A worker that slept since an earlier round of the same timer cannot fire a later one."""
    company.handlers["notify"] = Counter()
    company.deploys("nag.bpmn")
    company.starts("nag")
    company.clock.passes(days=1)
    (old,) = company.seam.claim(company.clock.now)
    company.clock.passes(seconds=61)
    company.works()
    company.clock.passes(days=1)
    (new,) = company.seam.claim(company.clock.now)

    assert new.token > old.token
    assert not company.seam.run(old)
    assert company.seam.run(new)


def test_a_process_begins_by_the_clock(company: Company) -> None:
    """A timer start begins an instance each day; a new version takes over from the old one."""
    company.deploys("daily.bpmn")
    company.clock.passes(days=1)
    company.works()
    company.clock.passes(days=1)
    company.works()

    assert 2 == page(company.db, company.person("qian")).total
    assert ["system"] * 2 == [row.starter for row in page(company.db, company.person("qian")).rows]
    company.is_sound()


def test_cancelling_takes_everything_along(company: Company, booking: Counter) -> None:
    """A cancelled instance has no tasks, jobs or incidents any more, and says why."""
    operate.cancel_instance(company.db, 1, "客户撤单", company.person("qian"))

    assert [] == rows(company)
    assert "客户撤单" == history(company.db, 1, company.person("qian"))[-1].note
    with pytest.raises(operate.Ended):
        operate.cancel_instance(company.db, 1, "again", company.person("qian"))
    with pytest.raises(operate.NoReason):
        operate.set_variables(company.db, 1, {"x": 1}, " ", company.person("qian"))
    company.is_sound()


def test_an_incident_counts_until_it_is_mended(company: Company, booking: Counter) -> None:
    """The number of open incidents stands with the instance."""
    booking.failures = 99
    for _attempt in range(4):
        company.works()
        company.clock.passes(seconds=10)
    with company.db.read() as connection:
        assert 1 == connection.execute(select(instance.c.incidents).where(instance.c.id == 1)).scalar_one()

    operate.cancel_instance(company.db, 1, "aufgegeben", company.person("qian"))

    with company.db.read() as connection:
        assert [None] != list(connection.execute(select(incident.c.resolved_by)).scalars())
    company.is_sound()
