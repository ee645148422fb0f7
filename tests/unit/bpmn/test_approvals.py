"""On which choices of a diagram it depends whether somebody signs."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.bpmn import approvals
from engine.bpmn.model import Process
from engine.bpmn.read import read
from engine.bpmn.rules.routing import deciding, saying
from tests.unit.bpmn.drawn import (
    END,
    START,
    boundary,
    event,
    event_sub,
    file,
    flow,
    gateway,
    inner,
    path,
    sub,
    task,
    timer,
    user,
)

SIGNS = '<zeebe:properties><zeebe:property name="signature" value="approve"/></zeebe:properties>'
ALWAYS, PASSED = ("cannot be passed by",), ("can be passed by",)


@dataclass
class Deployed:
    """What is deployed: processes only."""

    drawn: dict[str, Process] = field(default_factory=dict)

    def process(self, key: str) -> Process | None:
        """The diagram of a process."""
        return self.drawn.get(key)

    def typed(self, _form: str) -> set[str]:
        """Nobody types anything."""
        return set()


def drawn(*content: str) -> Process:
    """A process that starts and ends."""
    return read(file(START + END + "".join(content)).encode()).processes[0]


def ways(*content: str, library: Deployed | None = None) -> dict[str, tuple[str, ...]]:
    """The approvals and choices of a diagram."""
    return approvals.ways(drawn(*content), library or Deployed())


def signed(name: str = "sign", after: str = "") -> str:
    """A task that is a signature."""
    return user(SIGNS, name, after=after)


BRANCH = (
    gateway(attributes='default="g-sign"')
    + signed()
    + path("s", "g")
    + flow("g", "sign")
    + flow("g", "e", "=amount &lt; 100")
    + path("sign", "e")
)


def test_a_way_past_a_signature_is_told_with_its_condition() -> None:
    """The gateway, where each of its ways leads, and when."""
    told = ("exclusiveGateway", "e=amount < 100", "sign=otherwise")

    assert {"sign": PASSED, "g": told} == ways(BRANCH)
    assert ["amount < 100"] == [each.condition for each in approvals.conditions(drawn(BRANCH), Deployed())]


def test_what_does_not_lead_past_it_is_nobodys_concern() -> None:
    """A choice in front of it whose ways come together, one behind it, and a diagram without signature."""
    before = (
        gateway(attributes='default="g-a"')
        + user(name="a")
        + user(name="b")
        + path("s", "g")
        + flow("g", "a")
        + flow("g", "b", "=x")
    )

    assert {"sign": ALWAYS} == ways(before + signed() + path("a", "sign", "e") + path("b", "sign"))
    assert {"sign": ALWAYS} == ways(
        signed()
        + path("s", "sign", "g")
        + before.replace(path("s", "g"), "")
        + path("a", "e")
        + path("b", "e")
    )
    assert {} == ways(before + path("a", "e") + path("b", "e"))


def test_both_branches_of_a_parallel_gateway_are_gone() -> None:
    """Nobody chooses there: the signature on one of its branches is always asked for."""
    fork = gateway("parallelGateway") + user(name="a") + path("s", "g", "a", "e")

    assert {"sign": ALWAYS} == ways(fork + signed() + path("g", "sign", "e"))


def test_again_and_again_is_no_way_past_it() -> None:
    """Back to the signature leads to it; onward does not come by it."""
    loop = gateway(attributes='default="g-e"') + signed() + path("s", "sign", "g") + flow("g", "e")

    told = ("exclusiveGateway", "e=otherwise", "sign=refused")
    assert {"sign": ALWAYS, "g": told} == ways(loop + flow("g", "sign", "=refused"))


def test_events_at_the_edge_lead_past_it() -> None:
    """An interrupting timer at the signature or before it; not one that lets it go on."""
    line = user(name="a") + path("s", "a", "sign", "e")
    at_it = boundary(timer("PT1H"), "sign")
    before = boundary(timer("PT1H"), "a")
    beside = boundary(timer("PT1H"), "a", 'cancelActivity="false"')

    assert PASSED == ways(line + signed() + at_it)["sign"]
    assert ("userTask", "b=timer   duration PT1H", "sign=") == ways(line + signed() + before)["a"]
    assert {"sign": ALWAYS} == ways(line + signed() + beside)


def test_an_event_sub_process_that_ends_all_is_told() -> None:
    """It ends the signature wherever the process stands."""
    found = ways(signed() + path("s", "sign", "e") + event_sub(timer("PT1H")))

    assert {"sign": ALWAYS, "esp": ("timer   duration PT1H",)} == found


def test_calls_and_sub_processes_that_sign_are_approvals() -> None:
    """Past the call is past the signature; a process that calls itself ends the question."""
    call = task("callActivity", '<zeebe:calledElement processId="signing"/>', "call")
    library = Deployed({"signing": drawn(signed() + path("s", "sign", "e"))})
    branch = (
        BRANCH.replace(signed(), call)
        .replace('"sign"', '"call"')
        .replace("g-sign", "g-call")
        .replace("sign-e", "call-e")
    )
    assert PASSED == ways(branch, library=library)["call"]
    assert {} == ways(branch, library=Deployed({"signing": drawn(call + path("s", "call", "e"))}))

    held = sub(inner(signed(), "sign"), "x")
    assert {"x": ALWAYS, "sign": ALWAYS} == ways(held + path("s", "x", "e"))


def test_decisions_and_scripts_by_which_it_is_passed_are_found() -> None:
    """What makes the value of the condition is judged with it."""
    table = task(
        "businessRuleTask", '<zeebe:calledDecision decisionId="limit" resultVariable="most"/>', "ask"
    )
    made = task("scriptTask", '<zeebe:script expression="=most * 2" resultVariable="amount"/>', "make")
    other = task("scriptTask", '<zeebe:script expression="=1" resultVariable="note"/>', "other")
    process = drawn(
        table + made + other + path("s", "ask", "make", "other", "g") + BRANCH.replace(path("s", "g"), "")
    )

    assert {"limit"} == deciding(process, Deployed())
    assert {"make": ("amount==most * 2",)} == saying(process, Deployed())


def test_a_start_by_message_past_the_signature_counts() -> None:
    """Every start is asked."""
    start = event("startEvent", timer("R/P1D", "timeCycle"), "daily") + path("daily", "e")

    assert PASSED == ways(signed() + path("s", "sign", "e") + start)["sign"]
