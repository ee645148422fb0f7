"""While I am away: one says oneself who does one's tasks, from which day to which, with the password."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import lxml.html
import pytest
from werkzeug.test import TestResponse

from engine.clock import COMPANY_ZONE, utc_now
from engine.queries import people
from engine.queries.verify import verify
from tests.web.support import PASSWORD, Site


def today() -> date:
    """The company's day."""
    return utc_now().astimezone(COMPANY_ZONE).date()


def say(site: Site, login: str = "lin", **given: str) -> TestResponse:
    """Somebody says that 赵敏 does everything for a week; `given` says otherwise."""
    week = {"first": today().isoformat(), "last": (today() + timedelta(days=6)).isoformat()}
    form = {"stand_in": "zhao", "role": "", "password": PASSWORD, **week, **given}
    return site.person(login).post("/account/absence", data=form)


def words(answer: TestResponse) -> str:
    """What a page says."""
    return " ".join(lxml.html.fromstring(answer.text).text_content().split())


def midnight(day: date) -> datetime:
    """When a day of the company begins."""
    return datetime.combine(day, time(), COMPANY_ZONE)


def test_somebody_does_the_tasks_of_an_absent_person(site: Site) -> None:
    """Finance lets the warehouse do its tasks: they see them, and their history has both names."""
    answer = say(site, "chen", stand_in="liu")
    assert 303 == answer.status_code

    (kept,) = people.absences(site.database, "chen")
    assert ("chen", "liu", None) == (kept.absent, kept.stand_in, kept.role)
    assert midnight(today() + timedelta(days=7)) == kept.until
    assert frozenset({"finance", "@chen"}) == people.actor(site.database, "liu").lent["chen"]
    mine, theirs = (words(site.person(login).get("/account/absence")) for login in ("chen", "liu"))
    assert re.search(r"代您办理的人.*结束 刘仓 全部", mine)
    assert re.search(r"您代理的人.*陈会计 全部", theirs)
    assert () == tuple(verify(site.database).problems)


def test_it_begins_on_its_day_and_in_its_role(site: Site) -> None:
    """Tomorrow is not today; one role of one's own is not everything."""
    tomorrow = today() + timedelta(days=1)
    say(site, role="cs", first=tomorrow.isoformat(), last=tomorrow.isoformat())

    (kept,) = people.absences(site.database, "lin")
    assert (midnight(tomorrow), midnight(tomorrow + timedelta(days=1))) == (kept.since, kept.until)
    assert "cs" == kept.role
    assert {} == dict(people.actor(site.database, "zhao").lent)
    assert "赵敏 客服" in words(site.person("lin").get("/account/absence"))


def test_it_ends_when_the_absent_person_says_so(site: Site) -> None:
    """At once; who stands in cannot end it, nor can anybody else."""
    say(site)
    assert "lin" in people.actor(site.database, "zhao").lent
    for other in ("zhao", "chen"):
        site.person(other).post("/account/absence/end", data={"stand_in": "zhao"})
    assert "lin" in people.actor(site.database, "zhao").lent

    ended = site.person("lin").post("/account/absence/end", data={"stand_in": "zhao"})

    assert 303 == ended.status_code
    assert [] == people.absences(site.database, "lin")
    assert {} == dict(people.actor(site.database, "zhao").lent)
    assert () == tuple(verify(site.database).problems)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"stand_in": ""}, "请选择代理人"),
        ({"stand_in": "lin"}, "请选择代理人"),
        ({"stand_in": "nobody"}, "请选择代理人"),
        ({"role": "finance"}, "请选择您的岗位之一"),
        ({"first": ""}, "请填写日期"),
        ({"first": "13.13.2026"}, "请填写日期"),
        ({"last": "0001-01-01"}, "不能早于第一天"),
        ({"first": "2020-01-01"}, "不能早于今天"),
        ({"first": "9999-12-30", "last": "9999-12-31"}, "最长 366 天"),
        ({"last": "9999-12-31"}, "最长 366 天"),
        ({"password": "guess-guess"}, "密码不正确"),
    ],
)
def test_what_does_not_fit_is_told_beside_the_field(site: Site, given: dict[str, str], told: str) -> None:
    """Nothing is lent, and what was typed is still there."""
    answer = say(site, **given)

    assert 422 == answer.status_code
    page = lxml.html.fromstring(answer.text)
    assert [
        told in " ".join(each.text_content().split()) for each in page.find_class("invalid-feedback")
    ] == [True]
    for name in ("first", "last"):
        if given.get(name, "x") != "":
            assert given.get(name) in (None, page.xpath(f"//input[@name='{name}']/@value")[0])
    assert [] == people.absences(site.database, "lin")


def test_only_people_who_work_are_offered(site: Site) -> None:
    """Nobody who is switched off, and not oneself; each with their roles."""
    page = lxml.html.fromstring(site.person("lin").get("/account/absence").text)

    offered = {each.get("value"): each.text for each in page.xpath("//select[@name='stand_in']/option")}
    assert "赵敏（客服）" == offered["zhao"]
    assert "lin" not in offered
    assert {"", "cs"} == set(page.xpath("//select[@name='role']/option/@value"))
