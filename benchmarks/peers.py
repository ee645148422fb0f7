"""What another engine did with the same workload: measured once, elsewhere, and never run here.

How fast this machine is just now changes by half and more. SpiffWorkflow alone, in memory, tells by how much: the peer
was measured when it did the workload at `PACE`.
"""

from __future__ import annotations

import io
import time

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.util.task import TaskState

from benchmarks import workload
from benchmarks.table import Figure

#: Spiff-Arena, one worker on SQLite, the workload `ten_tasks` over HTTP on a machine of two processors on
#: 2026-11-21: completions a second by number of clients.
SPIFF_ARENA = {1: 19.7, 8: 15.6}
#: What SpiffWorkflow alone did there and then with the same workload in memory: completions a second.
PACE = 9300.0
#: How many times as many we want at least.
WANTED = 25


def pace(seconds: float = 0.5) -> float:
    """Completions a second of SpiffWorkflow alone, in memory, on this machine just now."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(workload.ten_tasks())).getroot())
    spec = parser.get_spec("ten_tasks")
    done, begun = _ten_tasks(spec), time.perf_counter()
    while (spent := time.perf_counter() - begun) < seconds:
        done += _ten_tasks(spec)
    return done / spent


def _ten_tasks(spec: BpmnProcessSpec) -> int:
    """One instance from its start to its end: how many tasks that were."""
    running = BpmnWorkflow(spec)
    running.do_engine_steps()
    done = 0
    while ready := running.get_tasks(state=TaskState.READY, manual=True):
        ready[0].data.update(workload.ANSWERS)
        ready[0].run()
        running.do_engine_steps()
        done += 1
    return done


def against(completions: float, clients: int, pace_now: float) -> list[Figure]:
    """How many times the peer's figure that is; nothing for a number of clients it was not measured with."""
    peer = SPIFF_ARENA.get(clients)
    if peer is None:
        return []
    who = f"{clients} client" + ("s" if clients > 1 else "")
    name = f"the same against {peer:g} of Spiff-Arena, {who} (measured on another day, not run here)"
    at_pace = f"{completions / peer * PACE / pace_now:.0f} times"
    return [
        Figure(name, f"{completions / peer:.0f} times", f"≥ {WANTED}"),
        Figure(
            f"... at the pace of that day: SpiffWorkflow alone {pace_now:,.0f}/s, then {PACE:,.0f}", at_pace
        ),
    ]
