"""Random processes made of nested blocks: whatever people do first, each runs exactly what its blocks say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn import runtime

from .walking import Walk, diagram, flow, path, user

LEAF = st.just("task")
BLOCKS = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["seq", "and", "or", "sub"]), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just("loop"), st.integers(1, 3), inner),
        st.tuples(st.just("multi"), st.integers(0, 3), st.booleans(), inner),
    ),
    max_leaves=8,
)


@dataclass
class Drawing:
    """Draws a block, and counts how often each of its tasks has to run."""

    names: Any = field(default_factory=lambda: count(1))
    expected: Counter[str] = field(default_factory=Counter)
    variables: dict[str, Any] = field(default_factory=dict)

    def draw(self, block: Any, times: int) -> tuple[str, str, str]:
        """The elements and flows of a block, its first and its last element."""
        n = next(self.names)
        if block == "task":
            self.expected[f"t{n}"] += times
            return user(f"t{n}"), f"t{n}", f"t{n}"
        return getattr(self, f"draw_{block[0]}")(n, times, *block[1:])

    def draw_seq(self, n: int, times: int, parts: list[Any]) -> tuple[str, str, str]:
        drawn = [self.draw(p, times) for p in parts]
        links = "".join(flow(a[2], b[1]) for a, b in pairwise(drawn))
        return "".join(d[0] for d in drawn) + links, drawn[0][1], drawn[-1][2]

    def draw_and(
        self, n: int, times: int, parts: list[Any], kind: str = "parallelGateway"
    ) -> tuple[str, str, str]:
        drawn = [self.draw(p, times) for p in parts]
        body = f'<{kind} id="f{n}"/><{kind} id="j{n}"/>' + "".join(
            d[0] + flow(f"f{n}", d[1]) + flow(d[2], f"j{n}") for d in drawn
        )
        return body, f"f{n}", f"j{n}"

    def draw_or(self, n: int, times: int, parts: list[Any]) -> tuple[str, str, str]:
        return self.draw_and(n, times, parts, "inclusiveGateway")

    def draw_sub(self, n: int, times: int, parts: list[Any], marker: str = "") -> tuple[str, str, str]:
        body, first, last = self.draw_seq(n, times, parts)
        inner = f'<startEvent id="is{n}"/><endEvent id="ie{n}"/>{body}{flow(f"is{n}", first)}{flow(last, f"ie{n}")}'
        return f'<subProcess id="S{n}">{marker}{inner}</subProcess>', f"S{n}", f"S{n}"

    def draw_loop(self, n: int, times: int, rounds: int, part: Any) -> tuple[str, str, str]:
        body, first, last = self.draw(part, times * rounds)
        step = (
            f'<scriptTask id="c{n}"><extensionElements><zeebe:script expression="=if n{n} = null then 1 else n{n} + 1" '
            f'resultVariable="n{n}"/></extensionElements></scriptTask>'
            f'<scriptTask id="r{n}"><extensionElements><zeebe:script expression="=null" resultVariable="n{n}"/>'
            "</extensionElements></scriptTask>"
        )
        gateways = f'<exclusiveGateway id="m{n}"/><exclusiveGateway id="g{n}" default="g{n}-r{n}"/>'
        flows = (
            path(f"m{n}", first)
            + path(last, f"c{n}", f"g{n}", f"r{n}")
            + flow(f"g{n}", f"m{n}", f"n{n} &lt; {rounds}")
        )
        return body + step + gateways + flows, f"m{n}", f"r{n}"

    def draw_multi(
        self, n: int, times: int, rounds: int, sequential: bool, part: Any
    ) -> tuple[str, str, str]:
        self.variables[f"items{n}"] = [None] * rounds
        marker = (
            f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"><extensionElements>'
            f'<zeebe:loopCharacteristics inputCollection="=items{n}"/></extensionElements></multiInstanceLoopCharacteristics>'
        )
        return self.draw_sub(n, times * rounds, [part], marker)


@settings(max_examples=60, deadline=None)
@given(block=BLOCKS, data=st.data())
def test_random_blocks_run_exactly_what_they_say(block: Any, data: st.DataObject) -> None:
    """In any order of work every task runs as often as its blocks demand, and the instance ends."""
    drawing = Drawing()
    body, first, last = drawing.draw(block, 1)
    walk = Walk(
        diagram('<startEvent id="s"/><endEvent id="e"/>' + body + flow("s", first) + flow(last, "e")),
        variables=drawing.variables,
    )

    for _ in range(500):
        if not walk.tasks:
            break
        assert walk.state == runtime.look(walk.shelf, walk.state).state
        walk.complete(data.draw(st.sampled_from(sorted(set(walk.open)))))

    assert ("completed", {}) == (walk.status, walk.incidents)
    assert +drawing.expected == Counter(p for p in walk.path if p.startswith("t"))
