"""The table of rules: who may do what; everything else nobody may."""

from __future__ import annotations

import pytest

from engine.access import SYSTEM, Actor, Claimed, Startable, may, require
from engine.errors import Forbidden

LIN = Actor(1, "lin", "Lin", frozenset({"cs"}))
CHEN = Actor(2, "chen", "Chen", frozenset({"finance"}))
QIAN = Actor(3, "qian", "Qian", permissions=frozenset({"deploy", "start:order"}))
ADMIN = Actor(4, "admin", "Admin", is_admin=True, permissions=frozenset({"admin"}))
STAND_IN = Actor(5, "liu", "Liu", frozenset({"warehouse"}), lent={"lin": frozenset({"cs", "@lin"})})

IN_ONE_ROLE = Actor(6, "liu", "Liu", frozenset({"warehouse"}), lent={"lin": frozenset({"cs"})})


@pytest.mark.parametrize(
    ("actor", "starters", "expected"),
    [
        (LIN, ",cs,finance,", True),
        (CHEN, ",cs,", False),
        (CHEN, ",*,", True),
        (ADMIN, "", False),
        (QIAN, "", True),
        (LIN, ",cs_supervisor,", False),
        (STAND_IN, ",cs,", True),
        (SYSTEM, "", True),
    ],
)
def test_who_may_start(actor: Actor, starters: str, expected: bool) -> None:
    """The roles a process names, everybody for a star, and who has the right for this very process."""
    assert expected == may(actor, "start", Startable("order", starters))


@pytest.mark.parametrize(
    ("actor", "task", "sees", "does"),
    [
        (LIN, Claimed("cs", None), True, True),
        (CHEN, Claimed("cs", None), False, False),
        (LIN, Claimed("cs", "zhao"), True, False),
        (LIN, Claimed("", "lin"), True, True),
        (LIN, Claimed("finance", "lin"), True, True),
        (CHEN, Claimed("@chen,cs", None), True, True),
        (CHEN, Claimed("@chenx", None), False, False),
        (CHEN, Claimed("*", None), True, True),
        (LIN, Claimed("finance", "chen", "lin"), True, False),
        (ADMIN, Claimed("cs", None), True, False),
        (STAND_IN, Claimed("cs", None), True, True),
        (STAND_IN, Claimed("", "lin"), True, True),
        (STAND_IN, Claimed("finance", None), False, False),
        (IN_ONE_ROLE, Claimed("cs", None), True, True),
        (IN_ONE_ROLE, Claimed("cs", "lin"), True, False),
        (IN_ONE_ROLE, Claimed("@lin", None), False, False),
        (IN_ONE_ROLE, Claimed("", "lin"), False, False),
    ],
)
def test_who_sees_and_does_a_task(actor: Actor, task: Claimed, sees: bool, does: bool) -> None:
    """Tasks belong to roles and people; an administrator sees but does not do other people's work."""
    assert (sees, does) == (may(actor, "see task", task), may(actor, "do task", task))


def test_what_no_rule_knows_is_refused() -> None:
    """An unknown verb is refused to everybody."""
    assert not may(SYSTEM, "fly")
    with pytest.raises(Forbidden):
        require(ADMIN, "fly")


def test_on_whose_behalf() -> None:
    """The absent person is named only when the right is theirs alone."""
    assert STAND_IN.on_behalf(["cs"], None) == "lin"
    assert STAND_IN.on_behalf(["warehouse", "cs"], None) is None
    assert STAND_IN.on_behalf(["cs"], "lin") == "lin"
    assert STAND_IN.on_behalf(["cs"], "liu") is None
    assert IN_ONE_ROLE.on_behalf(["cs"], None) == "lin"
    assert IN_ONE_ROLE.on_behalf(["cs"], "lin") is None
