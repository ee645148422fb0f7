"""Every path of 会签: those whom the table names sign one after the other, or the paper goes back."""

from __future__ import annotations

import pytest

from engine.commands.sign import CommentNeeded
from engine.errors import NotFound
from engine.model.instances import signature
from engine.model.papers import document, notification
from tests.processes.trade import order, slip
from tests.processes.walking import Paths, Walk, path

PROCESS = "approval_signatures"


def to_sign(walk: Walk) -> Walk:
    """An outbound slip for 300 boxes waits for its signatures."""
    about = order(walk)
    return walk.start({"document": slip(walk, about), "order_no": about["order_no"], "requester_role": "cs"})


def signed(walk: Walk) -> list[tuple[str, str, bool]]:
    """Who decided what, and whether it was made void."""
    return [(row.signer, row.decision, row.void_seq is not None) for row in walk.rows(signature)]


@path
def test_three_people_sign_in_order(walk: Walk) -> None:
    """Customer service, finance and the general manager sign one after the other; then the paper is filed as signed."""
    to_sign(walk)
    with pytest.raises(NotFound):
        walk.sign("chen")
    walk.sign("lin")
    with pytest.raises(NotFound):
        walk.sign("zhao")
    walk.sign("chen", "wang")

    assert "completed" == walk.status
    assert [(each, "sign", False) for each in ("lin", "chen", "wang")] == signed(walk)
    assert ["signed"] == [row.state for row in walk.rows(document)]


@path
def test_a_refused_slip_is_corrected_and_signed_anew(walk: Walk) -> None:
    """Finance refuses with a comment: the slip goes back, is corrected to 290, not to more; all three sign the new version."""
    to_sign(walk).sign("lin").refuse("chen", "数量与付款不符")
    asked = walk.open
    with pytest.raises(AssertionError, match=r"lines\[0\].qty"):
        walk.do("correct_document", action="resubmit", lines=[{"qty": 301}], changes="多发一箱")
    lines = [{"qty": 290}]
    walk.do("correct_document", action="resubmit", lines=lines, changes="改为 290 箱").sign(
        "lin", "chen", "wang"
    )

    assert (["correct_document"], "completed") == (asked, walk.status)
    first = [("lin", "sign", True), ("chen", "refuse", True)]
    assert [*first, *((each, "sign", False) for each in ("lin", "chen", "wang"))] == signed(walk)
    assert [("void", 300), ("signed", 290)] == [
        (r.state, r.payload["lines"][0]["qty"]) for r in walk.rows(document)
    ]
    assert [1, 2] == [row.version for row in walk.rows(document)]


@path
def test_a_refused_slip_is_withdrawn(walk: Walk) -> None:
    """The general manager refuses, customer service withdraws: the slip is void, nobody is asked any more."""
    to_sign(walk).sign("lin", "chen").refuse("wang", "该客户暂停发货")
    walk.do("correct_document", action="withdraw", changes="按总经理意见撤回")

    assert ("completed", ["void"]) == (walk.status, [row.state for row in walk.rows(document)])
    assert [True, True] == [void for _who, decision, void in signed(walk) if decision == "sign"]


@path
def test_signers_are_reminded_three_days(walk: Walk) -> None:
    """Whoever has to sign is reminded after one, two and three days; after that nobody is pestered."""
    to_sign(walk)
    told = []
    for _day in range(5):
        walk.wait(days=1)
        told.append(len(walk.rows(notification)))
    walk.sign("lin", "chen", "wang")

    assert [1, 2, 3, 3, 3] == told
    (number,) = {row.number for row in walk.rows(document)}
    assert {("客服", f"待签字：出库单 {number}")} == {
        (row.recipient, row.subject_zh) for row in walk.rows(notification)
    }
    assert "completed" == walk.status


@path
def test_refusing_needs_a_reason(walk: Walk) -> None:
    """Without a comment a refusal is not taken, and nothing has happened."""
    to_sign(walk)
    with pytest.raises(CommentNeeded):
        walk.refuse("lin", " ")

    assert (["sign_document"], []) == (walk.open, signed(walk))


def test_every_flow_is_taken(paths: Paths) -> None:
    """No flow of the definition is left out by these paths."""
    assert set() == paths.never_taken()


def test_every_documented_step_is_reached(paths: Paths) -> None:
    """Every element is completed on some path, and with it every documented step."""
    assert set() == paths.never_reached()
