"""What people see where an instance has stopped, and what an operator can do about it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from engine.model.instances import job
from engine.model.trade import order as orders
from tests.company import Company, Person
from tests.processes.conftest import company, template
from tests.processes.test_paths_customer_replenishment import PROCESS, agreed, called
from tests.processes.walking import Walk

__all__ = ["company", "template"]


@pytest.fixture
def stopped(company: Company) -> Walk:
    """An order is paid and its slip filled in, but the service that issues the slip fails until it gives up."""
    walk = agreed(called(Walk(company, False, PROCESS)).go("capture_needs", "confirm_details"))
    walk.do("check_arrival")
    services = dict(company.seam.handlers)

    def broken(_call: object) -> dict[str, object]:
        raise OSError("the printer room is flooded")

    company.seam.handlers = {**services, "documents.issue": broken}
    lin = company.person("lin")
    lin.try_to("fill_outbound_slip")
    for _ in range(4):
        company.seam.run_due(company.clock.now)
        with company.db.write() as connection:
            connection.execute(update(job).where(~job.c.dead).values(due_at=company.clock.now))
    company.seam.handlers = services
    return walk


def page(person: Person, walk: Walk, locale: str = "zh_CN") -> str:
    """The page of the instance in a language."""
    person.client.post("/account/language", data={"locale": locale})
    return " ".join(person.get(f"/instances/{walk.id}").text_content().split())


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("zh_CN", ["停在“生成出库单”", "服务出错", "已试 3 次", "已办的都在", "可以重试的人：", "钱流程"]),
        (
            "en",
            [
                "Stopped at Issue the outbound slip",
                "The service failed",
                "tried 3 times",
                "can be tried again by",
            ],
        ),
    ],
)
def test_who_waits_is_told_what_failed_and_who_can_help(stopped: Walk, locale: str, words: list[str]) -> None:
    """Customer service reads where it stopped, why, since when, and who can try it again; it cannot do that itself."""
    text = page(stopped.company.person("lin"), stopped, locale)

    assert [] == [word for word in words if word not in text], text[:600]
    assert "Try again" not in text
    assert "重试</button>" not in text


def test_an_operator_tries_again_when_the_cause_is_mended(stopped: Walk) -> None:
    """One button: the service runs again, the order goes on to be signed."""
    company = stopped.company
    qian = company.person("qian")
    form = next(f for f in qian.get(f"/instances/{stopped.id}").forms if "/retry/" in (f.action or ""))

    answer = qian.client.post(form.action)
    company.work()

    assert (303, ["sign_document"]) == (answer.status_code, company.elements())
    assert "停在" not in page(company.person("lin"), stopped)


def test_an_operator_cancels_with_a_reason(stopped: Walk) -> None:
    """Without a reason nothing happens; with one it is over, and the history says what became of the order."""
    company = stopped.company
    qian = company.person("qian")
    empty = qian.client.post(f"/instances/{stopped.id}/cancel", data={"reason": " "})
    still = stopped.status
    done = qian.client.post(f"/instances/{stopped.id}/cancel", data={"reason": "客户停业"})

    assert (422, "running", 303, "cancelled") == (empty.status_code, still, done.status_code, stopped.status)
    text = page(qian, stopped)
    assert [True, True, True] == [word in text for word in ("客户停业", "已取消", "应退款，已通知财务")]
    assert ["已取消"] == [row.status for row in stopped.rows(orders)]
