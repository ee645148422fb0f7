"""Which deadlines of a diagram depend on the calendar."""

from __future__ import annotations

import pytest

from engine import shipped
from engine.bpmn import workdays
from engine.bpmn.read import read
from tests.unit.commands.test_rules import DAILY, DUE

#: A task due on the day that the script computed, by way of a service that is given it.
_SERVICE = """<serviceTask id="kept" name="登记"><extensionElements><zeebe:taskDefinition type="x.y"/><zeebe:ioMapping>
<zeebe:input source="=day" target="given"/><zeebe:output source="=record" target="record"/></zeebe:ioMapping></extensionElements></serviceTask>
<userTask id="{id}" name="交货"><extensionElements><zeebe:userTask/><zeebe:taskSchedule dueDate="{due}"/></extensionElements></userTask>"""


def found(text: str) -> list[str]:
    """The elements of the only process."""
    (process,) = read(text.encode()).processes
    return sorted(workdays.deadlines(process))


def test_timers_that_ask_for_working_days() -> None:
    """A cron timer with WORKDAY and a moment computed with a working day; a diagram that computes none has none."""
    assert ["s", "w"] == found(DAILY)
    assert [] == found(DUE)


@pytest.mark.parametrize(
    ("due", "counted"),
    [
        ("=day", True),
        ("=record.day", True),
        ("=if is business day(today()) then today() else null", True),
        ("=now() + duration(&quot;P1D&quot;)", False),
        ("2026-12-01T09:00:00Z", False),
    ],
)
def test_values_are_followed_to_the_due_date(due: str, counted: bool) -> None:
    """Through a script's result and through a service that was given it; not where another value is read."""
    task = _SERVICE.format(id="deliver", due=due)

    assert (["deliver"] if counted else []) == found(DUE.replace("</process>", f"{task}</process>"))


def test_shipped_processes_have_one() -> None:
    """The slip of an emergency release is due on the next working day (F18); nothing else is."""
    files = sorted((shipped.folder() / "processes").glob("*.bpmn"))
    processes = [process for file in files for process in read(file.read_bytes()).processes]

    assert {"production_order": ["complete_late_slip"]} == {
        each.id: sorted(ids) for each in processes if (ids := workdays.deadlines(each))
    }
