"""The settings page and the calendar page: what they show, who may change what, and what is refused at its field."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.access import SYSTEM
from engine.clock import COMPANY_ZONE
from engine.commands.deploy import deploy
from engine.commands.start import start
from engine.model.instances import job, task
from engine.queries.verify import verify
from tests.unit.commands.test_rules import DUE
from tests.web.support import make_site


@pytest.fixture
def site(company, tmp_path):
    """A company of one's own."""
    made = make_site(*company, tmp_path)
    yield made
    problems = verify(made.database, states=True).problems
    made.database.close()
    assert [] == problems


def text(answer) -> str:
    """What stands on a page."""
    return " ".join(answer.text.split())


def test_settings_are_listed_with_source_and_default(site):
    """Every setting has its name in both languages, its source step, value and default."""
    chinese = text(site.person("qian").get("/settings"))
    english = text(site.person("qian", locale="en").get("/settings"))

    for words in ("轻微破损折让", "F31.14", "10 %", "¥5.00", "F05.09", "0.5 千克", "还没有在此页修改过"):
        assert words in chinese
    for words in (
        "Allowance for slight damage",
        "10 %",
        "0.5 kg",
        "Nothing has been changed on this page yet",
    ):
        assert words in english


def test_a_setting_is_changed_on_its_page(site):
    """The row opens for change, the change is kept with its reason, and the page says it at once."""
    qian = site.person("qian")
    form = text(qian.get("/settings?edit=allowance_percent"))
    answer = qian.post("/settings", data={"key": "allowance_percent", "value": "15", "reason": "客人反映"})
    page = text(qian.get(answer.location))

    assert 'value="10"' in form
    assert (303, "/settings#allowance_percent") == (answer.status_code, answer.location)
    assert "<strong>15 %</strong>" in page
    for words in ("已修改，即刻生效。", "客人反映", "钱流程", "10 %"):
        assert words in page


def test_what_is_wrong_is_said_at_its_field(site):
    """101 percent without a reason: both fields say what is wrong, and what was typed stays."""
    answer = site.person("qian").post("/settings", data={"key": "allowance_percent", "value": "101"})

    assert 422 == answer.status_code
    assert 'value="101"' in answer.text
    assert "请填写：0 至 100 的百分数，至多两位小数。" in answer.text
    assert "请写明修改原因" in answer.text
    same = {"key": "allowance_percent", "value": "10", "reason": "试试"}
    assert "与现行规定相同" in site.person("qian").post("/settings", data=same).text
    assert 422 == site.person("qian").post("/settings", data={"key": "no_such", "value": "1"}).status_code


def test_who_may_not(site):
    """Customer service sees no settings and changes nothing; everybody sees the calendar."""
    lin = site.person("lin")

    assert 403 == lin.get("/settings").status_code
    assert 403 == lin.post("/settings", data={"key": "slip_rate", "value": "6", "reason": "x"}).status_code
    for address in ("/calendar/days", "/calendar/days/restore", "/calendar/years"):
        assert 403 == lin.post(address, data={"day": "2026-12-05"}).status_code
    page = lin.get("/calendar?year=2026")
    assert 200 == page.status_code
    assert "/calendar/days" not in page.text


def test_a_year_is_shown_with_its_holidays_and_make_up_days(site):
    """Holidays are 休, worked weekends 班, in both languages with the month's working days."""
    chinese = text(site.person("lin").get("/calendar?year=2026"))
    english = text(site.person("lin", locale="en").get("/calendar?year=2026"))

    assert "已收录国务院关于 2026 年节假日安排的通知。" in chinese
    assert '<td class="worked" title="调休上班">14<span class="sign">班</span></td>' in chinese
    assert '<td class="free" title="春节">17<span class="sign">休</span></td>' in chinese
    assert "Chinese New Year (Spring Festival)" in english
    assert "February" in english


def test_an_unconfirmed_year_warns_until_it_is_confirmed(site):
    """2027 warns in words; confirming needs a reason, and is taken back the same way."""
    qian = site.person("qian")
    before = text(qian.get("/calendar?year=2027"))
    refused = qian.post("/calendar/years", data={"year": "2027", "confirmed": "1"})
    done = qian.post("/calendar/years", data={"year": "2027", "confirmed": "1", "reason": "已核对"})
    after = text(qian.get(done.location))
    qian.post("/calendar/years", data={"year": "2027", "confirmed": "0", "reason": "通知更正"})

    assert "2027 年尚未确认。" in before
    assert (422, True) == (refused.status_code, "请写明修改原因" in refused.text)
    assert "/calendar?year=2027" == done.location
    assert "2027 年尚未确认" not in after
    assert "钱流程已于" in after
    assert "2027 年尚未确认。" in text(qian.get("/calendar?year=2027"))


def test_the_coming_year_is_called_to_mind(site, monkeypatch):
    """From November on both pages lead to the next year as long as nobody has confirmed it."""
    qian = site.person("qian")
    monkeypatch.setattr(site.database, "_clock", lambda: datetime(2026, 11, 2, 1, tzinfo=UTC))
    found = [
        text(qian.get(address)) for address in ("/settings", "/calendar?year=2026", "/calendar?year=2027")
    ]
    monkeypatch.setattr(site.database, "_clock", lambda: datetime(2026, 10, 2, 1, tzinfo=UTC))
    early = text(qian.get("/settings"))

    words = "2027 年的工作日历尚未确认"
    assert [True, True, False] == [words in page for page in found]
    assert words not in early


def test_a_day_is_decided_and_taken_back(site):
    """A Saturday becomes a working day with its name; taking it back shows what it is without the decision."""
    qian = site.person("qian")
    day = {"day": "2026-12-05", "working": "1", "name": "年终盘点", "reason": "仓库请求"}
    done = qian.post("/calendar/days", data=day)
    page = text(qian.get(done.location))
    taken = qian.post("/calendar/days/restore", data={"day": "2026-12-05", "reason": "改期"})

    assert '<td class="worked decided" title="年终盘点">5<span class="sign">班</span></td>' in page
    assert "撤回后：周末" in page
    assert "上班：年终盘点" in page
    assert 303 == taken.status_code
    assert "年终盘点 " not in text(qian.get("/calendar?year=2026")).split("修改记录")[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"day": "morgen", "name": "x", "reason": "x"}, "请选择日期。"),
        ({"day": "2026-02-30", "name": "x", "reason": "x"}, "请选择日期。"),
        ({"day": "1900-01-01", "name": "x", "reason": "x"}, "请选择 1950 至 2100 年的日期。"),
        ({"day": "2026-12-05", "name": "", "reason": "x"}, "请填写 1 至 100 个字。"),
        ({"day": "2026-12-05", "name": "x", "reason": ""}, "请写明修改原因"),
    ],
)
def test_a_wrong_day_is_refused_at_its_field(site, data, words):
    """No such day, a year beyond the calendar, no name, no reason: each says so."""
    answer = site.person("qian").post("/calendar/days", data=data)

    assert 422 == answer.status_code
    assert words in answer.text


def test_everything_wrong_with_a_day_is_said_at_once(site):
    """No day, no name, no reason: each beside its field, in one answer."""
    answer = site.person("qian").post("/calendar/days", data={"day": "", "name": " ", "reason": ""})

    wrong = re.findall(r'class="invalid-feedback[^"]*" id="([a-z-]+)-error">([^<]+)<', answer.text)
    assert 422 == answer.status_code
    assert [
        ("day", "请选择日期。"),
        ("name", "请填写 1 至 100 个字。"),
        ("day-reason", "请写明修改原因，历史中会保留。"),
    ] == wrong


@pytest.mark.parametrize("year", ["", "x", "0", "99999", "1800", "2500", "-1"])
def test_any_year_gives_a_page(site, year):
    """Whatever stands in the address: this year, or the nearest that the calendar holds."""
    assert 200 == site.person("lin").get(f"/calendar?year={year}").status_code


def test_the_history_names_a_year_that_nobody_confirmed(site):
    """Whoever reads the history of an instance sees that its days were only estimated."""
    deploy(site.database, [("due.bpmn", DUE.encode())], SYSTEM)
    made = start(site.database, "due_day", {"n": 600}, SYSTEM).instance_id
    page = text(site.person("qian").get(f"/instances/{made}?tab=history"))

    assert re.search(r"20\d\d(, 20\d\d|、20\d\d)*年的工作日只是推算：当时无人确认过该年日历", page)


#: A task due on a working day, and a timer beside it.
WAITS = DUE.replace(
    '<endEvent id="e"><incoming>g</incoming></endEvent>',
    """<userTask id="u" name="交货"><extensionElements><zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="finance"/><zeebe:taskSchedule dueDate="=day"/></extensionElements>
<incoming>g</incoming><outgoing>h</outgoing></userTask><boundaryEvent id="late" name="催交" attachedToRef="u" cancelActivity="false">
<outgoing>k</outgoing><timerEventDefinition><timeDate xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="tFormalExpression">=add business days(now(), 3)</timeDate></timerEventDefinition></boundaryEvent>
<endEvent id="e"><incoming>h</incoming></endEvent><endEvent id="told"><incoming>k</incoming></endEvent>
<sequenceFlow id="h" sourceRef="u" targetRef="e"/><sequenceFlow id="k" sourceRef="late" targetRef="told"/>""",
).replace('sourceRef="t" targetRef="e"', 'sourceRef="t" targetRef="u"')
WAITS = WAITS.replace('id="due_day" name="到期日"', 'id="hand_in" name="交货"')


def test_deadlines_that_stand_are_named_when_a_day_changes(site):
    """Task and timer with their instance, for who may see it; not those due before the day; taking back names them too."""
    deploy(site.database, [("waits.bpmn", WAITS.encode())], SYSTEM)
    made = start(site.database, "hand_in", {"n": 5}, SYSTEM).instance_id
    qian = site.person("qian")
    tomorrow = site.database.now().astimezone(COMPANY_ZONE).date() + timedelta(days=1)
    changed = {"day": tomorrow.isoformat(), "working": "0", "name": "停电", "reason": "通知"}
    before = due_dates(site, made)

    done = qian.post("/calendar/days", data=changed)
    page = text(qian.get(done.location))
    taken = qian.post("/calendar/days/restore", data={"day": tomorrow.isoformat(), "reason": "改期"})
    late = (tomorrow + timedelta(days=30)).isoformat()

    assert f'<a href="/instances/{made}">' in page
    assert "定时：催交" in page
    assert page.index("定时：催交") < page.index("交货 · "), "the nearest first"
    assert before == due_dates(site, made)
    assert "定时：催交" in text(qian.get(taken.location))
    assert "没有按工作日算出" in text(qian.get(f"/calendar?across={late}"))
    assert "没有按工作日算出" in text(site.person("liu").get(done.location))
    assert "不变的截止时间" not in text(qian.get("/calendar?across=odd"))


def due_dates(site, instance_id):
    """When the instance's task and timer are due."""
    with site.database.read() as connection:
        tasks = connection.execute(select(task.c.due).where(task.c.instance_id == instance_id))
        timers = connection.execute(select(job.c.due_at).where(job.c.instance_id == instance_id))
        return [*tasks.scalars(), *timers.scalars()]
