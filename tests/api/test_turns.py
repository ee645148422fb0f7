"""Turns at computing: so many at once, and nobody waits for long."""

from __future__ import annotations

import threading

from engine.api.turns import Turns


def test_no_more_go_than_may() -> None:
    """The third has no turn while two have theirs, and gets the first that is given back."""
    turns = Turns(at_once=2, longest=0.001)
    first, second = turns.take(), turns.take()
    assert (True, True, False) == (first, second, turns.take())

    turns.give_back(first)

    assert turns.take()


def test_whoever_went_without_a_turn_gives_none_back() -> None:
    """Otherwise there would be more and more of them."""
    turns = Turns(at_once=1, longest=0.001)
    assert turns.take()
    turns.give_back(False)

    assert not turns.take()


def test_somebody_who_waits_is_let_go() -> None:
    """As soon as a turn is given back."""
    turns = Turns(at_once=1, longest=30)
    turn = turns.take()
    got: list[bool] = []
    waiting = threading.Thread(target=lambda: got.append(turns.take()))
    waiting.start()

    turns.give_back(turn)
    waiting.join(timeout=30)

    assert [True] == got
