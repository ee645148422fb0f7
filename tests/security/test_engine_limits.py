"""T2, T5, T6: no Python is evaluated, endless diagrams end, any value survives being stored."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn import runtime
from engine.bpmn.moved import Exceeded
from tests.quick import least
from tests.unit.bpmn.walking import Walk, diagram, flow, path, script, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def test_engine_never_calls_eval(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading, building and running a diagram evaluates FEEL only: Python's eval, exec and compile are traps."""
    gateway = '<exclusiveGateway id="g" default="g-e"/>'
    xml = diagram(
        START
        + END
        + gateway
        + script("x", "n + 1", "n")
        + user("a")
        + path("s", "x", "g", "e")
        + flow("g", "a", "n &gt; 1")
        + path("a", "e")
    )

    def trap(*_: object, **__: object) -> None:
        raise AssertionError("Python code was evaluated")

    for name in ("eval", "exec", "compile"):
        monkeypatch.setattr(builtins, name, trap)
    walk = Walk(xml, variables={"n": 1}).complete("a", note="__import__('os').system('true')")

    assert "completed" == walk.status


ENDLESS = {
    "loop of gateways": (
        '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g-m"/>'
        + script("x", "1", "n")
        + path("s", "m", "x", "g", "m")
        + flow("g", "e", "false")
    ),
    "tokens that double": (
        '<exclusiveGateway id="m"/><parallelGateway id="f"/>'
        + script("x", "1", "n")
        + path("s", "m", "x", "f", "m")
        + flow("f", "g")
        + '<exclusiveGateway id="g"/>'
        + flow("g", "m")
    ),
    "a list that doubles": (
        '<exclusiveGateway id="m"/>'
        + script("x", "concatenate(if l = null then [1,2,3,4,5,6,7,8] else l, l)", "l")
        + path("s", "m", "x", "m")
    ),
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_endless_diagrams(body: str) -> None:
    """A step that would never end is stopped within the limits: undone, or stopped at the element as an incident."""
    stopped = []

    def go() -> None:
        try:
            stopped.append(bool(Walk(diagram(START + END + body)).incidents))
        except Exceeded:
            stopped.append(True)

    assert least(go, 3) < 3
    assert all(stopped)


def test_a_state_too_large_is_refused_whole() -> None:
    """Values of more than 1 MB do not get into an instance; it stays as it was."""
    walk = Walk(diagram(START + END + user("a") + path("s", "a", "e")))

    with pytest.raises(Exceeded):
        walk.complete("a", text=[f"{n:0100d}" for n in range(20_000)])

    assert ["a"] == walk.open


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)
    | TEXTS
    | st.dates()
    | st.sampled_from(["typename", "n", '{"$":1}']),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(TEXTS | st.sampled_from(["typename", "__class__", "$", "v"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(values=st.dictionaries(st.sampled_from(["typename", "data", "a", "客户", "End"]), VALUES, max_size=3))
def test_any_value_survives(values: dict[str, Any]) -> None:
    """What a person gave is exactly there after the instance was stored and read again."""
    xml = diagram(START + END + user("a") + user("b") + path("s", "a", "b", "e"))
    walk = Walk(xml).complete("a", **values)

    (task,) = runtime.look(walk.shelf, walk.state).tasks

    assert values == task.data
