"""Instances walked by the people whose work it is, straight through the commands; each walked twice over.

The second time the company comes back from its database alone after every single step: the history must be the same.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from types import ModuleType
from typing import Any, ClassVar

from sqlalchemy import Table, func, select

from engine import demo
from engine.access import SYSTEM, Actor
from engine.bpmn.model import Scope
from engine.bpmn.read import read
from engine.commands.attach import attach
from engine.commands.complete import complete
from engine.commands.library import Library
from engine.commands.sign import sign
from engine.commands.start import begin
from engine.errors import FieldsRefused
from engine.feel.values import from_plain, to_plain
from engine.model.definitions import definition
from engine.model.history import entry
from engine.model.work import working
from engine.queries.people import actor
from engine.queries.task import form
from engine.queries.verify import verify
from engine.services.call import Call
from engine.services.registry import handlers
from tests import samples
from tests.company import ROOT, Company, Task
from tests.processes.answers import ANSWERS, WHO

History = list[Any]

#: What is drawn by lot or computed from it: the customer's code, and the hashes of papers that print it.
BY_LOT = frozenset(["code", "hash", "document_hash", "values_hash", "documentId", "file"])


@dataclass
class Walk:
    """One instance. `cold`: everything is forgotten after each step."""

    company: Company
    cold: bool
    process: str
    id: int = 0
    people: dict[str, Actor] = field(default_factory=dict)

    def start(self, variables: Mapping[str, Any], login: str = "") -> Walk:
        """Begin an instance as a person, or as the process that calls it would."""
        found = select(func.max(definition.c.id)).where(definition.c.key == self.process)
        with working(self.company.db) as work:
            number = work.connection.execute(found).scalar_one()
            library = Library(self.company.db, work.connection, 1)
            values = {name: from_plain(value) for name, value in variables.items()}
            by = self.person(login) if login else SYSTEM
            begin(work, library, library.definition(number), values, by, newest=1)
            self.id = work.instance.id
        return self._stepped()

    def do(self, element: str, **answers: Any) -> Walk:
        """Whoever's work it is answers the oldest open task at an element; what is not said goes as usual."""
        task = self.company.task(element)
        self._complete(task, self.person(WHO[element]), answers)
        return self._stepped()

    def go(self, *elements: str) -> Walk:
        """Several tasks one after the other, all as usual."""
        for element in elements:
            self.do(element)
        return self

    def sign(self, *logins: str, element: str = "sign_document") -> Walk:
        """These people sign, one after the other."""
        for login in logins:
            self._decide(element, login, "sign", "")
        return self

    def refuse(self, login: str, comment: str, element: str = "sign_document") -> Walk:
        """Somebody refuses to sign."""
        return self._decide(element, login, "refuse", comment)

    def attach(self, element: str, name: str, content: bytes = samples.PDF) -> list[Any]:
        """Keep a file with an open task; what its field then holds."""
        who = self.person(WHO[element])
        task = self.company.task(element)
        kept = attach(self.company.db, task.id, "file", name, BytesIO(content), who)
        return [kept.reference()]

    def wait(self, **duration: float) -> Walk:
        """Let time pass; what is due on the way happens at its own time."""
        return self.until(self.company.clock.now + timedelta(**duration))

    def until(self, moment: datetime) -> Walk:
        """Let time pass until a moment."""
        while (due := self.company.seam.next_due()) is not None and due <= moment:
            self.company.clock.now = max(self.company.clock.now, due)
            self._stepped()
        self.company.clock.now = max(self.company.clock.now, moment)
        return self

    def next(self) -> Walk:
        """Let time pass until the next timer has fired."""
        due = self.company.seam.next_due()
        assert due is not None, "nothing is waited for"
        return self.until(due)

    @property
    def open(self) -> list[str]:
        """The elements of the open tasks, in the order they were opened."""
        return [each.element for each in self.company.open(self.id)]

    @property
    def status(self) -> str:
        return self.company.status(self.id)

    @property
    def variables(self) -> dict[str, Any]:
        """The process's own variables."""
        return self.company.variables(self.id)

    def rows(self, table: Table) -> list[Any]:
        """What stands in a table of the trade, oldest first."""
        with self.company.db.read() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key.columns)))

    def person(self, login: str) -> Actor:
        """Somebody of the demo company."""
        if login not in self.people:
            self.people[login] = actor(self.company.db, login)
        return self.people[login]

    def service(self, type_: str, /, **variables: Any) -> dict[str, Any]:
        """What a service answers to somebody outside the process: how the trade stood before it began."""
        with self.company.db.write() as connection:
            call = Call(
                connection, variables, {}, f"before-{type_}-{len(str(variables))}", self.company.clock.now
            )
            return dict(handlers()[type_](call))

    def _complete(self, task: Task, who: Actor, answers: Mapping[str, Any]) -> None:
        try:
            complete(self.company.db, task.id, self.said(task, who, answers), who)
        except FieldsRefused as error:
            told = {path: message.en for path, message in error.errors.items()}
            raise AssertionError(f"{task.element}: {told}") from error

    def said(self, task: Task, who: Actor, answers: Mapping[str, Any]) -> Any:
        """What stands in a task's form when it is sent: what it shows, the usual answers, and these."""
        asked, context = form(self.company.db, task.id, who)
        usual = ANSWERS.get(task.element, {})
        usual = usual(context) if callable(usual) else usual
        shown = to_plain(asked.initial(context)) if asked is not None else {}
        return over(over(shown, usual), answers)

    def _decide(self, element: str, login: str, decision: Any, comment: str) -> Walk:
        task, who = self.company.task(element), self.person(login)
        answers = self.said(task, who, {"decision": decision, "comment": comment})
        proof = {"password": demo.PASSWORD, "comment": comment}
        sign(self.company.db, task.id, decision, who, answers=answers, **proof)
        return self._stepped()

    def _stepped(self) -> Walk:
        """Run the jobs of the step; cold, one at a time, each by a server that has just started."""
        if not self.cold:
            self.company.work()
            return self
        self.company.restart()
        self.company.seam.sweep()
        while tickets := self.company.seam.claim(self.company.clock.now, 1):
            self.company.seam.run(tickets[0])
            self.company.restart()
        self.company.expect_no_trouble()
        return self

    def history(self) -> History:
        """Every entry as it is kept, but for what is drawn by lot."""
        query = select(entry.c.body).where(entry.c.instance_id == self.id).order_by(entry.c.seq)
        with self.company.db.read() as connection:
            return [_settled(json.loads(body)) for body in connection.execute(query).scalars()]


def over(shown: Any, given: Any) -> Any:
    """What a page shows, with what somebody types over it; rows of lists one by one."""
    if isinstance(shown, Mapping) and isinstance(given, Mapping):
        return {**shown, **{name: over(shown.get(name), value) for name, value in given.items()}}
    if isinstance(shown, list) and isinstance(given, list) and given and isinstance(given[0], Mapping):
        return [over(shown[at] if at < len(shown) else None, row) for at, row in enumerate(given)]
    return given


def _settled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: "…" if name in BY_LOT else _settled(each) for name, each in value.items()}
    return [_settled(each) for each in value] if isinstance(value, list) else value


Body = Callable[[Walk], None]


def path(body: Body) -> Callable[[Paths], None]:
    """Make a test of a path: it must go as its text says, and leave the same history when every step starts cold."""

    def walks(paths: Paths) -> None:
        assert paths.walk(body, cold=False) == paths.walk(body, cold=True)

    walks.__name__, walks.__doc__, walks.__module__ = body.__name__, body.__doc__, body.__module__
    walks.body = body  # type: ignore[attr-defined]
    return walks


class Paths:
    """The paths of one definition, also those of the modules in its MORE, and what all of them reach together."""

    _walked: ClassVar[dict[tuple[Body, bool], History]] = {}

    def __init__(self, module: ModuleType, template: Path, folder: Path) -> None:
        self.process: str = module.PROCESS
        modules = (module, *getattr(module, "MORE", ()))
        self.bodies: list[Body] = [
            each.body for one in modules for each in vars(one).values() if hasattr(each, "body")
        ]
        self._template, self._folder = template, folder

    def walk(self, body: Body, *, cold: bool) -> History:
        """The history a path leaves behind; what was walked before is known."""
        if (body, cold) not in self._walked:
            self._walked[body, cold] = self._once(body, cold=cold)
        return self._walked[body, cold]

    def never_taken(self) -> set[str]:
        """The flows of the definition that no path takes."""
        return set(self._drawn.flows) - {name for sign, name in self._moves() if sign == ">"}

    def never_reached(self) -> set[str]:
        """The elements of the definition that no path completes, and elements that documented steps name in vain."""
        done = {name for sign, name in self._moves() if sign in "-*"}
        return (set(self._drawn.elements) | set(self._documented())) - done

    def _once(self, body: Body, *, cold: bool) -> History:
        folder = Path(mkdtemp(dir=self._folder))
        company = Company(self._template, folder)
        try:
            walk = Walk(company, cold, self.process)
            body(walk)
            assert [] == verify(company.db).problems
            return walk.history()
        finally:
            company.close()

    def _moves(self) -> set[tuple[str, str]]:
        """Sign and element of every move in the process itself, not in what it calls."""
        kept = [each for body in self.bodies for each in self.walk(body, cold=False)]
        moves = [move for each in kept for move in each.get("moves", ()) if "@" not in move]
        return {(move[0], move[1:].partition("#")[0]) for move in moves}

    @property
    def _drawn(self) -> Content:
        content = read((ROOT / f"processes/{self.process}.bpmn").read_bytes()).processes[0].content
        return Content(content)

    def _documented(self) -> list[str]:
        with (Path(__file__).parent / "traceability.csv").open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        return [row["element"] for row in rows if row["definition"] == f"{self.process}.bpmn"]


class Content:
    """Elements and flows of a process, those of its sub-processes with them."""

    def __init__(self, scope: Scope) -> None:
        inner = [Content(each.inner) for each in scope.elements.values() if each.inner is not None]
        self.elements = {*scope.elements, *(name for each in inner for name in each.elements)}
        self.flows = {*scope.flows, *(name for each in inner for name in each.flows)}
        own = {name for name, each in scope.elements.items() if each.kind == "userTask"}
        self.tasks = own | {name for each in inner for name in each.tasks}
