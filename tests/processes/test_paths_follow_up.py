"""Every path of 主动跟进: the customer is called the day after the goods arrived."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.model.papers import archive, follow_up, survey, ticket
from engine.model.trade import customer_history
from tests.processes.trade import order, slip
from tests.processes.walking import Paths, Walk, path

PROCESS = "follow_up"

#: Nine in the morning in Shanghai, on the day after Tuesday, 10 March 2026.
NEXT_DAY = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)


def arrived(walk: Walk) -> Walk:
    """Goods of an order arrived on 10 March."""
    about = order(walk)
    kept = {name: about[name] for name in ("order_no", "customer", "phone", "lines")}
    return walk.start({**kept, "batch_no": 1, "arrived_on": "2026-03-10", "documents": [slip(walk, about)]})


def called(walk: Walk, **answers: object) -> Walk:
    """The customer is asked the three questions the day after."""
    return arrived(walk).until(NEXT_DAY).do("contact_customer", **answers)


@path
def test_nobody_calls_before_nine_the_next_day(walk: Walk) -> None:
    """The task to call appears at nine the day after arrival, not before; a happy customer means no more work."""
    arrived(walk).until(datetime(2026, 3, 11, 0, 59, 59, tzinfo=UTC))
    before = walk.open
    walk.until(NEXT_DAY)
    at_nine = walk.open
    walk.go("contact_customer", "survey_satisfaction")

    assert ([], ["contact_customer"], "completed") == (before, at_nine, walk.status)
    assert [(True, True, True)] == [(row.received, row.matches, row.intact) for row in walk.rows(follow_up)]
    assert [5] == [row.score for row in walk.rows(survey)]
    assert 1 == len(walk.rows(archive))


@path
def test_an_opinion_is_handled(walk: Walk) -> None:
    """A complaint goes to the supervisor even when the score is high; a review is not asked for."""
    called(walk).do("survey_satisfaction", score=4, opinion=True, comment="希望送货前打电话")
    asked = walk.open
    walk.do("handle_opinion")

    assert (["handle_opinion"], "completed") == (asked, walk.status)


@path
def test_what_is_said_about_the_delivery_is_remembered(walk: Walk) -> None:
    """An opinion on the delivery stands in the customer history, beside the score and beside a problem."""
    called(walk, delivery_feedback="送货前请先打电话").do("survey_satisfaction")

    assert ["跟进：收到、相符、完好；满意度 5 分；对配送的意见：送货前请先打电话"] == [
        row.text for row in walk.rows(customer_history) if row.kind == "survey"
    ]


@path
def test_a_low_score_is_handled_and_reviewed(walk: Walk) -> None:
    """Two points of five are handled by the supervisor and reviewed."""
    called(walk).do("survey_satisfaction", score=2, comment="等太久").do("handle_opinion")
    asked = walk.open
    walk.do("write_retrospective")

    assert (["write_retrospective"], "completed") == (asked, walk.status)


@path
def test_damage_opens_a_ticket(walk: Walk) -> None:
    """Goods that are not intact open a damage ticket, which is reviewed; nobody asks such a customer for a score."""
    called(walk, intact=False, problem="三箱外箱破损").do("write_retrospective")

    assert "completed" == walk.status
    assert [("破损", "三箱外箱破损")] == [(row.kind, row.description) for row in walk.rows(ticket)]
    assert [] == walk.rows(survey)


@path
def test_what_did_not_come_is_traced(walk: Walk) -> None:
    """Goods that were not received open a trace, whatever else was said."""
    called(walk, received=False, matches=False, intact=False, problem="未收到").do("write_retrospective")

    assert ["查件"] == [row.kind for row in walk.rows(ticket)]


@path
def test_what_differs_is_named(walk: Walk) -> None:
    """Intact goods that differ from the order open a ticket of the kind that was said."""
    called(walk, matches=False, mismatch="少货", problem="少两箱").do("write_retrospective")

    assert ["少货"] == [row.kind for row in walk.rows(ticket)]


def test_every_flow_is_taken(paths: Paths) -> None:
    """No flow of the definition is left out by these paths."""
    assert set() == paths.never_taken()


def test_every_documented_step_is_reached(paths: Paths) -> None:
    """Every element is completed on some path, and with it every documented step."""
    assert set() == paths.never_reached()
