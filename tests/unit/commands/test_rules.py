"""Settings and the calendar are changed by one command each: checked, kept with who, why and what, and proved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from engine.access import SYSTEM, Actor
from engine.clock import COMPANY_ZONE
from engine.commands.complete import complete
from engine.commands.deploy import deploy
from engine.commands.rules import (
    NoSuchSetting,
    NothingChanges,
    change_setting,
    confirm_year,
    decide_day,
    restore_day,
)
from engine.commands.start import start
from engine.errors import FieldsRefused, Forbidden
from engine.jobs.seam import Seam
from engine.migrations import upgrade
from engine.model.calendar import calendar, calendar_day, calendar_year, rule_change
from engine.model.database import Database
from engine.model.instances import job, setting, task
from engine.queries import rules
from engine.queries.history import entries
from engine.queries.verify import verify
from engine.services import thresholds

QIAN = Actor(3, "qian", "钱流程", permissions=frozenset({"deploy"}))
LIN = Actor(1, "lin", "林晓雨", frozenset({"cs"}))
SHEN = Actor(2, "shen", "沈审计", permissions=frozenset({"audit"}))
NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty installation on 1 December 2026."""
    database = Database(f"sqlite:///{tmp_path / 'rules.db'}", clock=lambda: NOON)
    upgrade(database)
    yield database
    database.close()


def problems(db: Database) -> list[str]:
    """What `restock verify` says."""
    return [problem.text for problem in verify(db).problems]


def changed(db: Database, *kinds: str) -> list[tuple[str, str | None, str | None, str, str]]:
    """The history of changes, the oldest first."""
    rows = rules.changes(db, kinds or ("setting", "day", "year"))
    return [(row.key, row.old, row.new, row.reason, row.by) for row in reversed(rows)]


def test_a_setting_is_changed_with_its_history(db):
    """Who, why, from what to what; the value holds at once and the whole is proved."""
    change_setting(db, "allowance_percent", " 15 ", "门店反映太低", QIAN)
    change_setting(db, "allowance_percent", "12.5", "  财务\n复核 ", QIAN)

    with db.read() as connection:
        assert Decimal("12.5") == thresholds.value(connection, "allowance_percent")
        told = [(e.verb, e.changes, e.by) for e in entries(db, connection, 0)]
    assert [
        ("allowance_percent", None, "15", "门店反映太低", "qian"),
        ("allowance_percent", "15", "12.5", "财务 复核", "qian"),
    ] == changed(db)
    assert ("rule.setting", "qian") == (told[-1][0], told[-1][2])
    (held,) = [each for each in rules.settings(db, SHEN) if each.threshold.key == "allowance_percent"]
    assert (True, Decimal("12.5"), NOON) == (held.changed, held.value, held.last and held.last.at)
    assert [] == problems(db)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("slip_rate", "-1"),
        ("slip_rate", "5.005"),
        ("slip_rate", "1000001"),
        ("slip_rate", "five"),
        ("slip_rate", "NaN"),
        ("slip_rate", ""),
        ("strike_limit", "2.5"),
        ("strike_limit", "10001"),
        ("allowance_percent", "101"),
        ("small_weight", "0.0005"),
        ("fine_by_line", "2"),
        ("company_name", " "),
        ("company_name", "公司" * 51),
        ("company_name", "公\n司"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_at_its_field(db, key, text):
    """Yuan have two decimals, percentages end at 100, counts are whole, yes is 1: nothing else is taken."""
    with pytest.raises(FieldsRefused) as refused:
        change_setting(db, key, text, "", QIAN)

    assert {"value", "reason"} == set(refused.value.errors)
    assert [] == changed(db)


def test_what_cannot_be_changed(db):
    """Only who may deploy; only settings there are; only to something else."""
    for actor in (LIN, SHEN):
        with pytest.raises(Forbidden):
            change_setting(db, "slip_rate", "6", "因为", actor)
        with pytest.raises(Forbidden):
            decide_day(db, date(2026, 12, 5), True, "盘点", "年终", actor)
        with pytest.raises(Forbidden):
            confirm_year(db, 2027, True, "已核对", actor)
    with pytest.raises(Forbidden):
        rules.settings(db, LIN)
    with pytest.raises(NoSuchSetting):
        change_setting(db, "demo_company", "1", "因为", QIAN)
    for text in ("5", "5.00"):
        with pytest.raises(NothingChanges):
            change_setting(db, "slip_rate", text, "因为", QIAN)


def test_a_day_is_decided_and_restored(db):
    """A Saturday is worked, a working day is free, and both can be taken back; every step is in the history."""
    saturday, friday = date(2026, 12, 5), date(2026, 12, 4)
    decide_day(db, saturday, True, "年终盘点", "仓库请求", QIAN)
    decide_day(db, friday, False, "店庆", "放假一天", QIAN)
    with db.read() as connection:
        now = calendar(connection)
        decided = (now.is_business_day(saturday), now.is_business_day(friday))
    restore_day(db, friday, "店庆取消", QIAN)

    with db.read() as connection:
        assert (True, False) == decided
        assert calendar(connection).is_business_day(friday)
    assert [
        ("2026-12-05", None, "working 年终盘点", "仓库请求", "qian"),
        ("2026-12-04", None, "resting 店庆", "放假一天", "qian"),
        ("2026-12-04", "resting 店庆", None, "店庆取消", "qian"),
    ] == changed(db, "day")
    with pytest.raises(NothingChanges):
        restore_day(db, friday, "再来", QIAN)
    with pytest.raises(NothingChanges):
        decide_day(db, saturday, True, "年终盘点", "再来", QIAN)
    with pytest.raises(FieldsRefused):
        decide_day(db, saturday, True, " ", "再来", QIAN)
    assert [] == problems(db)


def test_a_year_is_confirmed_and_the_confirmation_taken_back(db):
    """2027 is in doubt until somebody confirms it, and again when the confirmation is withdrawn."""
    before = rules.unsure_years(db, NOON.date())
    confirm_year(db, 2027, True, "已与国务院通知核对", QIAN)
    confirmed = rules.unsure_years(db, NOON.date())
    year = rules.year(db, 2027)
    confirm_year(db, 2027, False, "通知有更正", QIAN)

    assert ([2027], []) == (before, confirmed)
    assert (False, True, "qian") == (year.published, year.sure, year.confirmed and year.confirmed.by)
    assert not rules.year(db, 2027).sure
    assert [] == problems(db)


def test_a_year_shows_every_day_with_its_reason(db):
    """365 days; holidays, make-up days and decided days with their names."""
    decide_day(db, date(2026, 3, 7), True, "盘点", "仓库请求", QIAN)
    days = {each.day: each for each in rules.year(db, 2026).days}

    assert 365 == len(days)
    assert (False, "劳动节") == (days[date(2026, 5, 1)].working, days[date(2026, 5, 1)].special.zh)
    assert days[date(2026, 5, 9)].working
    assert (True, "盘点") == (days[date(2026, 3, 7)].working, days[date(2026, 3, 7)].decided.name)
    assert (True, None) == (days[date(2026, 3, 2)].working, days[date(2026, 3, 2)].special)


@pytest.mark.parametrize(
    "write",
    [
        update(setting).values(value="99"),
        insert(setting).values(key="refund_limit", value="100000"),
        update(calendar_day).values(working=False),
        delete(calendar_day),
        insert(calendar_year).values(year=2027, by="qian", at=NOON),
        update(rule_change).values(by="lin"),
        delete(rule_change).where(rule_change.c.kind == "day"),
    ],
)
def test_what_is_written_past_the_commands_is_found(db, write):
    """Whoever changes a rule in the database itself is found by `restock verify`."""
    change_setting(db, "allowance_percent", "15", "因为", QIAN)
    decide_day(db, date(2026, 12, 5), True, "盘点", "因为", QIAN)
    sound = problems(db)
    with db.write() as connection:
        connection.execute(write)

    assert [] == sound
    assert problems(db)


DUE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="d" targetNamespace="https://restock.example" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
<process id="due_day" name="到期日" isExecutable="true"><startEvent id="s"><outgoing>f</outgoing></startEvent>
<scriptTask id="t" name="计算"><extensionElements><zeebe:script expression="=add business days(today(), n)" resultVariable="day"/></extensionElements>
<incoming>f</incoming><outgoing>g</outgoing></scriptTask><endEvent id="e"><incoming>g</incoming></endEvent>
<sequenceFlow id="f" sourceRef="s" targetRef="t"/><sequenceFlow id="g" sourceRef="t" targetRef="e"/></process></definitions>"""


DAILY = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="d" targetNamespace="https://restock.example" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
<process id="daily" name="每个工作日" isExecutable="true"><startEvent id="s"><outgoing>f</outgoing><timerEventDefinition id="t">
<timeCycle xsi:type="tFormalExpression">0 9 * * WORKDAY</timeCycle></timerEventDefinition></startEvent>
<intermediateCatchEvent id="w" name="下个工作日"><incoming>f</incoming><outgoing>g</outgoing><timerEventDefinition id="u">
<timeDate xsi:type="tFormalExpression">=add business days(now(), 1)</timeDate></timerEventDefinition></intermediateCatchEvent>
<endEvent id="e"><incoming>g</incoming></endEvent>
<sequenceFlow id="f" sourceRef="s" targetRef="w"/><sequenceFlow id="g" sourceRef="w" targetRef="e"/></process></definitions>"""


def test_timers_go_by_the_calendar(tmp_path):
    """Every working day at nine: Saturday 14 February 2026 is worked, then comes the 24th, but the 25th is free by decision."""
    times = Times(datetime(2026, 2, 13, 9, tzinfo=UTC))
    db = Database(f"sqlite:///{tmp_path / 'timers.db'}", clock=times)
    upgrade(db)
    decide_day(db, date(2026, 2, 25), False, "停电", "供电局通知", QIAN)
    deploy(db, [("daily.bpmn", DAILY.encode())], SYSTEM)
    seam = Seam(db, {})
    began: list[str] = []
    for _ in range(3):
        with db.read() as connection:
            mine = (job.c.instance_id == 0, job.c.kind == "timer")
            times.now = connection.execute(select(job.c.due_at).where(*mine)).scalar_one()
        began.append(f"{times.now.astimezone(COMPANY_ZONE):%m-%d %H:%M}")
        seam.run_due(times.now)
    with db.read() as connection:
        waits = connection.execute(
            select(job.c.due_at).where(job.c.instance_id > 0).order_by(job.c.instance_id)
        ).scalars()
        ends = [f"{due.astimezone(COMPANY_ZONE):%m-%d %H:%M}" for due in waits]
    db.close()

    assert ["02-14 09:00", "02-24 09:00", "02-26 09:00"] == began
    assert ["02-27 09:00"] == ends


class Times:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def test_an_instance_says_which_years_it_only_estimated(db):
    """A due day in 2027 is computed, and the entry names the year; after the confirmation none does."""
    deploy(db, [("due.bpmn", DUE.encode())], SYSTEM)

    def doubts(n: int) -> list[int]:
        made = start(db, "due_day", {"n": n}, SYSTEM).instance_id
        with db.read() as connection:
            (only,) = entries(db, connection, made)
        found: list[int] = only.more.get("years_in_doubt", [])
        return found

    near, far = doubts(1), doubts(30)
    confirm_year(db, 2027, True, "已核对", QIAN)

    assert ([], [2027], []) == (near, far, doubts(30))


def test_only_the_step_that_computed_answers_for_it(db):
    """The due date of a task in 2027 is named where it was set, not again when the task is completed before."""
    waits = DUE.replace(
        '<scriptTask id="t" name="计算"><extensionElements><zeebe:script expression="=add business days(today(), n)" resultVariable="day"/>',
        '<userTask id="t" name="办理"><extensionElements><zeebe:userTask/><zeebe:assignmentDefinition candidateUsers="qian"/><zeebe:taskSchedule dueDate="=add business days(today(), n)"/>',
    ).replace("</scriptTask>", "</userTask>")
    deploy(db, [("due.bpmn", waits.encode())], SYSTEM)
    made = start(db, "due_day", {"n": 30}, SYSTEM).instance_id
    with db.read() as connection:
        opened = connection.execute(select(task.c.n)).scalar_one()
    complete(db, f"{made}-{opened}", {}, QIAN)

    with db.read() as connection:
        told = [entry.more.get("years_in_doubt") for entry in entries(db, connection, made)]
    assert [[2027], None] == told
