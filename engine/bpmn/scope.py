"""A scope while it runs: the tokens of a process, a sub-process or one round of a multi-instance.

SpiffWorkflow's workflow and tasks carry the tokens and their life cycle. There is no tree of them: a token that moves
on is gone, so that a scope is as large as what is alive in it, however long it has run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.specs import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.workflow import Workflow

from engine.bpmn.merge import changed, merge
from engine.bpmn.moved import Failure

if TYPE_CHECKING:
    from engine.bpmn.executable import Executable
    from engine.bpmn.instance import Instance
    from engine.bpmn.model import Scope as Content
    from engine.bpmn.nodes import Node


class Token(Task):
    """A token at a node, with its variables and what the engine notes of it.

    SpiffWorkflow writes a log of its states, which costs as much as moving it; the history has them.
    """

    def __init__(
        self, scope: Scope, node: Node, state: int, number: int, data: dict[str, Any], notes: dict[str, Any]
    ) -> None:
        super().__init__(scope, node, state=state, id=number)
        self.data, self.internal_data = data, notes

    def _set_state(self, value: int) -> None:
        self._state = value


class ScopeSpec(WorkflowSpec):
    """What a scope can do: its nodes by element id. Shared by all instances and never changed after building."""

    def __init__(self, key: str, content: Content, executable: Executable) -> None:
        super().__init__(name=key)
        self.content = content
        self.executable = executable
        self.boundaries = {e: content.boundaries(e) for e in content.elements if content.boundaries(e)}
        self.event_subprocesses = content.event_subprocesses()


@dataclass(slots=True)
class Fork:
    """Where branches parted: the variables there, and the fork that this one lies in (0: none).

    `left`: one of them has gone on through a join outside, and has taken with it what was done before they parted.
    """

    base: Mapping[str, Any]
    parent: int
    left: bool = False


@dataclass(slots=True)
class Branch:
    """The variables of one branch, the fork it lies in, and the element it came from."""

    fork: int
    data: dict[str, Any]
    origin: str


class Scope(Workflow):
    """One running scope of an instance."""

    def __init__(
        self, spec: ScopeSpec, instance: Instance, number: int, owner: Task | None, base: dict[str, Any]
    ) -> None:
        super().__init__(spec, deserializing=True)
        self.instance = instance
        self.number = number
        self.owner = owner
        self.base = base
        self.local_names: frozenset[str] = frozenset()
        self.round: int | None = None
        self.forks: dict[int, Fork] = {}
        self.ended: list[Branch] = []
        self.path = ""

    def _task_completed_notify(self, task: Task) -> None:
        """Nobody else is told: what waits is told by name."""

    def everything(self) -> list[Task]:
        """All tokens and listening events."""
        return list(self.tasks.values())

    def tokens(self) -> Iterator[Task]:
        """The live tokens: everything but events that merely listen."""
        return (t for t in self.tasks.values() if "listens" not in t.internal_data)

    def at(self, element_id: str) -> list[Task]:
        """The tokens at one element, oldest first."""
        return [t for t in self.tokens() if t.task_spec.name == element_id]

    def drop(self, task: Task) -> None:
        """Take a token out of the scope."""
        self.tasks.pop(task.id, None)

    # --- variables of branches ---

    def split(self, task: Task, base: Mapping[str, Any]) -> int:
        """A new fork at a token that goes on as several, the variables there being `base`."""
        number = self.instance.next_number()
        self.forks[number] = Fork(base, task.internal_data.get("fork", 0))
        return number

    def join(self, tokens: list[Task]) -> tuple[dict[str, Any], int]:
        """The variables of tokens that become one, and the fork it lies in. Raises Failure on contradictions."""
        if len(tokens) == 1:
            return tokens[0].data, tokens[0].internal_data.get("fork", 0)
        records = [
            Branch(t.internal_data.get("fork", 0), t.data, t.internal_data.get("from", "")) for t in tokens
        ]
        common = self._common([r.fork for r in records])
        data, inside = self._fold(records, common), {f for r in records for f in self._lineage(r.fork)}
        fork = self._outermost(common, {t.id for t in tokens})
        for number in inside.intersection(self.forks).difference(self._lineage(fork)):
            self.forks[number].left = True
        return data, fork

    def end(self, task: Task) -> None:
        """A token reached an end: keep what it made of the variables until the scope is done."""
        self.drop(task)
        fork = task.internal_data.get("fork", 0)
        if "apart" in task.internal_data:
            # An event sub-process beside the others: only its own changes count, or its old copies would clash.
            own = changed(task.internal_data["apart"], task.data)
            branch = Branch(0, {**self.base, **own}, task.task_spec.name)
        else:
            branch = Branch(fork, task.data, task.task_spec.name)
        base = self.forks[branch.fork].base if branch.fork else self.base
        if changed(base, branch.data) or not self._others(branch.fork):
            self.ended.append(branch)
        self._rejoin(fork)

    def _others(self, fork: int) -> int:
        """How many branches, live or ended, and inner forks lie directly in a fork."""
        live: int = sum(t.internal_data.get("fork", 0) == fork for t in self.tokens())
        return (
            live
            + sum(b.fork == fork for b in self.ended)
            + sum(f.parent == fork for f in self.forks.values())
        )

    def _rejoin(self, fork: int) -> None:
        """A fork with one live branch left is no fork any more: a process that repeats for years stays small."""
        while fork and not self.forks[fork].left and self._others(fork) == 1:
            left = [t for t in self.tokens() if t.internal_data.get("fork", 0) == fork]
            if not left:
                return
            left[0].internal_data["fork"] = self.forks[fork].parent
            fork = self.forks.pop(fork).parent

    def result(self) -> dict[str, Any]:
        """The variables of a scope whose tokens have all ended.

        Raises Failure when branches contradict each other; in the outermost process the later value stands, since
        nothing follows that could go wrong.
        """
        return self._fold(self.ended, 0, last_wins=self.owner is None)

    def snapshot(self) -> dict[str, Any]:
        """The variables as they stand over all branches, later branches first in doubt."""
        tokens = list(self.tokens())
        if len(tokens) == 1 and not self.ended:
            return self.seen_at(tokens[0])
        live = [Branch(t.internal_data.get("fork", 0), self.seen_at(t), "") for t in tokens]
        return self._fold(self.ended + live, 0, last_wins=True)

    def gathered(self, task: Task) -> dict[str, Any]:
        """The variables over all branches, those of `task` first in doubt."""
        fork = task.internal_data.get("fork", 0)
        return {**self.snapshot(), **changed(self.forks[fork].base if fork else self.base, task.data)}

    def seen_at(self, task: Task) -> dict[str, Any]:
        """A token's variables with what the embedded sub-process it stands at has made of them so far.

        One with output mappings hands over only these, when it is done.
        """
        data = dict(task.data)
        if task.task_spec.outputs_map:
            return data
        for number in task.internal_data.get("scopes", ()):
            inner = self.instance.scopes.get(number)
            if inner is not None and inner.embedded:
                data |= inner.made(inner.snapshot())
        return data

    @property
    def embedded(self) -> bool:
        """Whether it works on the variables around it: no called process, no round of a multi-instance."""
        return (
            self.owner is not None and self.round is None and self.owner.task_spec.element.inner is not None
        )

    def made(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What `data` has that is new or different since the scope began and not its own."""
        return {k: v for k, v in changed(self.base, data).items() if k not in self.local_names}

    def assign(self, values: Mapping[str, Any]) -> None:
        """Set variables on every branch, in embedded sub-processes and rounds too, as if they had always been so."""
        self.base = {**self.base, **values}
        for fork in self.forks.values():
            fork.base = {**fork.base, **values}
        for branch in self.ended:
            branch.data = {**branch.data, **values}
        for task in list(self.tokens()):
            self.instance.change(task, dict(values))
            if "apart" in task.internal_data:
                task.internal_data["apart"] = {**task.internal_data["apart"], **values}
            for inner in (self.instance.scopes.get(n) for n in task.internal_data.get("scopes", ())):
                if inner is not None and (inner.embedded or inner.round is not None):
                    inner.assign({k: v for k, v in values.items() if k not in inner.local_names})

    def variables(self) -> dict[str, Any]:
        """The variables now: over all branches, or as they were when the scope ended."""
        return self.snapshot() if next(self.tokens(), None) or self.ended else self.base

    def _fold(self, branches: list[Branch], common: int, *, last_wins: bool = False) -> dict[str, Any]:
        """Merge branches fork by fork, innermost first, each against the variables where it parted."""
        if not branches:
            return dict(self.base)
        while True:
            inner = max((b.fork for b in branches), key=lambda f: len(self._lineage(f)), default=common)
            outermost = len(self._lineage(inner)) <= len(self._lineage(common))
            group = branches if outermost else [b for b in branches if b.fork == inner]
            base = self.forks[inner].base if inner else self.base
            data = group[0].data if len(group) == 1 else self._merged(base, group, last_wins)
            if outermost:
                return data
            above = Branch(self.forks[inner].parent, self._lifted(self.forks[inner], data), group[0].origin)
            branches = [b for b in branches if b.fork != inner] + [above]

    def _lifted(self, fork: Fork, data: dict[str, Any]) -> dict[str, Any]:
        """What the branches of a fork bring to the one around it."""
        if not fork.left:
            return data
        around = self.forks[fork.parent].base if fork.parent else self.base
        return {**around, **changed(fork.base, data)}

    def _merged(self, base: Mapping[str, Any], group: list[Branch], last_wins: bool) -> dict[str, Any]:
        data, clashes = merge(base, [b.data for b in group], last_wins=last_wins)
        if clashes:
            origins = [group[i].origin for c in clashes for i in (c.first, c.second)]
            raise conflict([c.name for c in clashes], list(dict.fromkeys(origins)))
        return data

    def _lineage(self, fork: int) -> list[int]:
        line = [fork]
        while fork:
            fork = self.forks[fork].parent
            line.append(fork)
        return line

    def _common(self, forks: list[int]) -> int:
        """The innermost fork that all of these lie in."""
        lines = [self._lineage(f) for f in forks]
        others = [set(line) for line in lines[1:]]
        return next(f for f in lines[0] if all(f in line for line in others))

    def _outermost(self, fork: int, joined: set[int]) -> int:
        """Leave every fork in which no other branch is left; forget it."""
        used = [t.internal_data.get("fork", 0) for t in self.tokens() if t.id not in joined]
        used += [branch.fork for branch in self.ended]
        alive = {f for u in used for f in self._lineage(u)}
        while fork and fork not in alive:
            fork = self.forks[fork].parent
        keep = alive | set(self._lineage(fork))
        self.forks = {number: f for number, f in self.forks.items() if number in keep}
        return fork


def conflict(names: list[str], branches: list[str]) -> Failure:
    """Branches that ran side by side gave the same variables different values."""
    what, sides = ", ".join(names), " / ".join(b for b in branches if b)
    return Failure(
        "conflict",
        f"并行分支 {sides} 对变量 {what} 给出了不同的值：请选定一个值后重试。",
        f"The parallel branches {sides} gave {what} different values: choose one and retry.",
    )
