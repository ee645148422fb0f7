"""What the lint says of parallel joins: nothing about one that some run completes, in any graph."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.lint import lint
from engine.bpmn.model import Scope
from engine.bpmn.read import read
from engine.bpmn.together import together

from .drawn import END, START, codes, event, file, flow, gateway, path, timer, user

ANSWERED = {"join-never-completes", "join-after-inclusive"}
XOR, AND, OR = "exclusiveGateway", "parallelGateway", "inclusiveGateway"
LATE = timer("PT1H")


def said(content: str) -> set[str]:
    """What the lint says of the joins."""
    return codes(lint(file(content))) & ANSWERED


def two_ways(split: str, join: str) -> str:
    """Two tasks between a gateway that splits and one that joins."""
    ways = flow("g", "x", None if split == AND else "=a") + flow("g", "y")
    parts = gateway(split, attributes="" if split == AND else 'default="g-y"') + gateway(join, "j")
    return (
        START
        + user()
        + user(name="y")
        + parts
        + END
        + flow("s", "g")
        + ways
        + path("x", "j", "e")
        + flow("y", "j")
    )


@pytest.mark.parametrize(
    ("split", "join", "expected"),
    [
        (XOR, AND, {"join-never-completes"}),
        (OR, AND, {"join-after-inclusive"}),
        (AND, AND, set()),
        (OR, OR, set()),
        (XOR, OR, set()),
        (AND, OR, set()),
        (XOR, XOR, set()),
    ],
)
def test_a_join_is_judged_by_the_split_before_it(split: str, join: str, expected: set[str]) -> None:
    """Exclusive ways never come together; inclusive ones may not; everything else is right or the author's choice."""
    assert expected == said(two_ways(split, join))


def test_a_reminder_beside_a_task_can_be_joined() -> None:
    """A boundary event that does not interrupt starts a second token: both ways come together."""
    alarm = event("boundaryEvent", LATE, "b", 'attachedToRef="x" cancelActivity="false"')
    ways = path("s", "x", "j", "e") + path("b", "y", "j")

    assert set() == said(START + user() + alarm + user(name="y") + gateway(AND, "j") + END + ways)


def test_what_a_boundary_event_interrupts_does_not_come_too() -> None:
    """An interrupting event takes the token away: the join would wait for it forever."""
    alarm = event("boundaryEvent", LATE, "b", 'attachedToRef="x"')
    ways = path("s", "x", "j", "e") + path("b", "y", "j")

    assert {"join-never-completes"} == said(
        START + user() + alarm + user(name="y") + gateway(AND, "j") + END + ways
    )


def test_only_the_first_of_several_dead_joins_is_told() -> None:
    """What lies behind a join that never completes is not told again."""
    behind = gateway(AND, "k") + gateway(AND, "m") + user(name="u") + user(name="v")
    ways = flow("j", "k") + flow("k", "u") + flow("k", "v") + path("u", "m", "e") + flow("v", "m")
    content = two_ways(XOR, AND).replace(flow("j", "e"), ways) + behind

    found = [f for f in lint(file(content)) if f.code in ANSWERED]

    assert [("join-never-completes", "j")] == [(f.code, f.element) for f in found]
    assert (True, True) == (found[0].line > 0, "exclusive gateway" in found[0].remedy.en)


def test_a_loop_before_the_join_is_no_reason() -> None:
    """A rework loop in one of two parallel ways changes nothing."""
    parts = gateway(AND) + gateway(XOR, "r") + gateway(XOR, "c", 'default="c-j"') + gateway(AND, "j")
    ways = flow("s", "g") + path("g", "r", "x", "c") + flow("c", "r", "=again") + flow("c", "j")

    assert set() == said(START + user() + user(name="y") + parts + END + ways + path("g", "y", "j", "e"))


def test_a_large_diagram_is_judged_in_time() -> None:
    """Hundreds of parallel blocks one after the other."""
    content, last = START, "s"
    for n in range(150):
        content += gateway(AND, f"g{n}") + gateway(AND, f"j{n}") + user(name=f"x{n}") + user(name=f"y{n}")
        content += path(last, f"g{n}", f"x{n}", f"j{n}") + path(f"g{n}", f"y{n}", f"j{n}")
        last = f"j{n}"

    assert set() == said(content + END + flow(last, "e"))


# --- any graph at all ---------------------------------------------------------------------------------------------


@st.composite
def graphs(draw: st.DrawFn) -> str:
    """Gateways, tasks and boundary events connected anyhow; everything has a way in and a way out."""
    kinds = draw(
        st.lists(st.sampled_from([XOR, AND, OR, "task", "interrupted", "reminded"]), min_size=2, max_size=6)
    )
    names = [f"n{n}" for n in range(len(kinds))]
    ends = [*names, "e"]
    content, pairs = START + END, [("s", names[0])]
    for name, kind in zip(names, kinds, strict=True):
        ways = 1 if kind not in (XOR, AND, OR) else draw(st.integers(1, 3))
        pairs += [
            (name, target)
            for target in draw(st.lists(st.sampled_from(ends), min_size=ways, max_size=ways, unique=True))
        ]
        if kind in (XOR, AND, OR):
            content += gateway(kind, name)
            continue
        content += user(name=name)
        if kind != "task":
            stops = "" if kind == "interrupted" else 'cancelActivity="false"'
            content += event("boundaryEvent", LATE, f"{name}b", f'attachedToRef="{name}" {stops}')
            pairs.append((f"{name}b", draw(st.sampled_from(ends))))
    return content + "".join(flow(a, b) for a, b in pairs)


Marking = tuple[tuple[str, int], ...]


def steps(scope: Scope, marked: dict[str, int]) -> Iterator[tuple[str, dict[str, int]]]:
    """Every step that the tokens allow: what happened, and what is marked after it."""

    def after(name: str, take: list[str], give: list[str]) -> tuple[str, dict[str, int]]:
        new = dict(marked)
        for place, change in [*((p, -1) for p in take), *((p, 1) for p in give)]:
            new[place] = new.get(place, 0) + change
        return name, {place: count for place, count in new.items() if count}

    for element in scope.elements.values():
        ins, outs = list(element.incoming), list(element.outgoing)
        there = [place for place in ins if marked.get(place)]
        if element.kind == AND:
            if ins and len(there) == len(ins):
                yield after(element.id, ins, outs)
        elif element.kind == XOR:
            yield from (after("", [place], [way]) for place in there for way in outs)
        elif element.kind == OR:
            chosen = [list(c) for n in range(1, len(outs) + 1) for c in combinations(outs, n)]
            yield from (after("", [place], ways) for place in there for ways in chosen)
        elif element.kind == "startEvent":
            if marked.get(element.id):
                yield after("", [element.id], outs)
        else:
            yield from (after("", [place], [element.id]) for place in there)
            if marked.get(element.id) and element.kind != "boundaryEvent":
                yield after("", [element.id], outs)
                for alarm in scope.boundaries(element.id):
                    kept = [] if alarm.interrupting else [element.id]
                    yield after("", [element.id], [*kept, *alarm.outgoing])


def completed(scope: Scope) -> set[str]:
    """The parallel gateways that complete in some run of a few thousand steps with a few tokens."""
    first = {e.id: 1 for e in scope.elements.values() if e.kind == "startEvent"}
    seen: set[Marking] = set()
    waiting, done = [first], set()
    while waiting and len(seen) < 2000:
        marked = waiting.pop()
        key = tuple(sorted(marked.items()))
        if key in seen or sum(marked.values()) > 5:
            continue
        seen.add(key)
        for name, new in steps(scope, marked):
            done |= {name} - {""}
            waiting.append(new)
    return done


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_no_join_that_some_run_completes_is_refused(content: str) -> None:
    """Whatever the graph: a join that is refused completes in no run, and its ways are marked together in none."""
    data = file(content)
    refused = {f.element for f in lint(data) if f.code == "join-never-completes"}

    assert set() == refused & completed(read(data.encode()).processes[0].content)


def test_beyond_its_limit_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An analysis that was not finished proves nothing."""
    monkeypatch.setattr("engine.bpmn.together._MOST_STEPS", 3)
    scope = read(file(two_ways(XOR, AND)).encode()).processes[0].content

    assert (False, set()) == (together(scope).complete, said(two_ways(XOR, AND)))
