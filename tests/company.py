"""The demo company for tests: people who work through the web pages as a browser without scripts would."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import lxml.html
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from engine import demo
from engine.access import SYSTEM
from engine.app import create_app
from engine.bpmn import runtime
from engine.commands import passwords
from engine.commands.deploy import deploy
from engine.commands.library import Library
from engine.config import Settings
from engine.feel.values import to_plain
from engine.form.shadowed import input_name
from engine.jobs.seam import Seam
from engine.migrations import upgrade
from engine.model.database import Database
from engine.model.instances import incident, instance, job, task
from engine.queries.history import HistoryEntry, entries
from engine.services.registry import handlers

ROOT = Path(__file__).resolve().parent.parent
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  #: Monday, 2 March 2026, nine o'clock in Shanghai


def shipped() -> list[tuple[str, bytes]]:
    """What `make run` deploys."""
    endings = {".bpmn", ".dmn", ".form", ".html"}
    folders = (ROOT / "processes", ROOT / "forms")
    return [(p.name, p.read_bytes()) for f in folders for p in sorted(f.rglob("*")) if p.suffix in endings]


def build(place: Path | str) -> None:
    """The demo company and all that is shipped, in a new file or in the empty database at an address.

    Passwords are as they are; making and checking one costs a millisecond instead of a tenth of a second.
    """
    url = place if isinstance(place, str) else f"sqlite:///{place}"
    database = Database(url, clock=lambda: MORNING)
    try:
        upgrade(database)
        deploy(database, shipped(), SYSTEM)
        with patch.object(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)):
            demo.create(database)
    finally:
        database.close()


_Remembering = type(lru_cache(lambda: None))


def forget() -> None:
    """Empty every memory of what was read. Expressions may stay: what FEEL compiles depends on their text alone."""
    for name, module in list(sys.modules.items()):
        if name.startswith("engine.") and not name.startswith("engine.feel."):
            for thing in vars(module).values():
                if isinstance(thing, _Remembering):
                    thing.cache_clear()


@dataclass
class Clock:
    """The company's time; it passes only when a test says so."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Task:
    """An open task."""

    id: str
    element: str
    pool: str
    due: datetime | None


class Company:
    """One copy of the demo company, its clock and its jobs; `template`: the file to copy, or the copy's address."""

    def __init__(self, template: Path | str, folder: Path) -> None:
        if isinstance(template, Path):
            shutil.copy(template, folder / "company.db")
            template = f"sqlite:///{folder / 'company.db'}"
        self.clock = Clock()
        self.settings = Settings(home=folder)
        self._url = template
        self._people: dict[str, Person] = {}
        self._open()

    def _open(self) -> None:
        self.db = Database(self._url, clock=self.clock)
        self.db.settings = self.settings
        self.seam = Seam(self.db, handlers(), jitter=lambda: 0.5)

    @cached_property
    def app(self) -> Flask:
        """The pages."""
        return create_app(self.settings, database=self.db)

    def close(self) -> None:
        """Give the files back."""
        self.db.close()

    def restart(self) -> None:
        """Come back from the database alone, as after a crash: nothing that was read or parsed is remembered.

        Not for a company whose people have pages open: those belong to the server that went away.
        """
        assert not self._people, "people have pages of the old server open"
        self.db.close()
        forget()
        self._open()

    def person(self, login: str) -> Person:
        """Somebody, logged in."""
        if login not in self._people:
            self._people[login] = Person(self, login)
        return self._people[login]

    def work(self) -> None:
        """Let every job that is due run; none may fail."""
        self.seam.run_due(self.clock.now)
        self.expect_no_trouble()

    def expect_no_trouble(self) -> None:
        """No job has failed, and nothing stands still."""
        with self.db.read() as connection:
            failed = connection.execute(
                select(job.c.element, job.c.error).where(job.c.error.is_not(None))
            ).all()
            stopped = select(incident.c.element, incident.c.zh).where(incident.c.resolved_at.is_(None))
            failed += connection.execute(stopped).all()
        assert [] == failed

    def wait(self, **duration: float) -> None:
        """Let time pass, then let what is due run."""
        self.wait_until(self.clock.now + timedelta(**duration))

    def wait_until(self, moment: datetime) -> None:
        """Let time pass until `moment`; on the way everything happens at its own time."""
        while True:
            self.work()
            due = self.seam.next_due()
            if due is None or due > moment:
                break
            self.clock.now = max(self.clock.now, due)
        self.clock.now = max(self.clock.now, moment)
        self.work()

    def open(self, instance_id: int | None = None) -> list[Task]:
        """The open tasks, oldest first."""
        query = select(task).where(task.c.status == "open").order_by(task.c.instance_id, task.c.n)
        if instance_id is not None:
            query = query.where(task.c.instance_id == instance_id)
        with self.db.read() as connection:
            rows = connection.execute(query).all()
        return [Task(f"{r.instance_id}-{r.n}", r.element, r.pool, r.due) for r in rows]

    def elements(self) -> list[str]:
        """The elements of the open tasks."""
        return [each.element for each in self.open()]

    def task(self, element: str) -> Task:
        """The oldest open task at an element."""
        found = [each for each in self.open() if each.element == element]
        assert found, f"{element} is not open; open are {self.elements()}, waiting are {self.waiting()}"
        return found[0]

    def waiting(self) -> list[tuple[str, str, datetime]]:
        """Jobs and timers: element, kind and due time."""
        with self.db.read() as connection:
            rows = connection.execute(
                select(job.c.element, job.c.kind, job.c.due_at).order_by(job.c.due_at)
            ).all()
        return [(r.element, r.kind, r.due_at) for r in rows]

    def status(self, instance_id: int = 1) -> str:
        """How an instance stands."""
        with self.db.read() as connection:
            found: str = connection.execute(
                select(instance.c.status).where(instance.c.id == instance_id)
            ).scalar_one()
        return found

    def history(self, instance_id: int = 1) -> list[HistoryEntry]:
        """What happened to an instance."""
        with self.db.read() as connection:
            return entries(self.db, connection, instance_id)

    def variables(self, instance_id: int = 1) -> dict[str, Any]:
        """The variables of an instance's own process, as plain data."""
        with self.db.read() as connection:
            row = connection.execute(
                select(instance.c.state, instance.c.release).where(instance.c.id == instance_id)
            ).one()
            found = runtime.look(Library(self.db, connection, row.release), row.state).variables
        plain: dict[str, Any] = to_plain(found)
        return plain


@dataclass
class Person:
    """Somebody at their browser."""

    company: Company
    login: str
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.company.app.test_client()
        self.log_in()

    def log_in(self) -> None:
        """Give login and password; sessions end while days pass."""
        answer = self.client.post("/login", data={"login": self.login, "password": demo.PASSWORD})
        assert 303 == answer.status_code, answer.get_data(as_text=True)

    def start(self, definition: str, **values: Any) -> int:
        """Start a process by its form; the number of the new instance."""
        page = self.get(f"/starts/{definition}")
        answer = self._send(page, f"/starts/{definition}", values)
        assert 303 == answer.status_code, trouble(answer)
        self.company.work()
        with self.company.db.read() as connection:
            return int(
                connection.execute(select(instance.c.id).order_by(instance.c.id.desc()).limit(1)).scalar_one()
            )

    def do(self, element: str, **values: Any) -> None:
        """Complete the oldest open task at an element with these answers, everything else as the page proposes."""
        answer = self.try_to(element, **values)
        assert 303 == answer.status_code, f"{element}: {trouble(answer)}"
        self.company.work()

    def try_to(self, element: str, **values: Any) -> Any:
        """As `do`, whatever the answer."""
        url = f"/tasks/{self.company.task(element).id}"
        return self._send(self.get(url), f"{url}/complete", values)

    def sign(
        self,
        element: str,
        *,
        decision: str = "sign",
        comment: str = "",
        password: str = demo.PASSWORD,
        **ticks: Any,
    ) -> Any:
        """Sign or refuse what the oldest open task at an element shows, with what is to be ticked before."""
        url = f"/tasks/{self.company.task(element).id}"
        form = answers_form(self.get(url))
        assert not fill(form, dict(flat(ticks)))
        data = dict(form.form_values()) | {"decision": decision, "comment": comment, "password": password}
        answer = self.client.post(f"{url}/sign", data=data)
        self.company.work()
        return answer

    def get(self, url: str) -> lxml.html.HtmlElement:
        """A page."""
        answer = self.client.get(url, follow_redirects=True)
        if answer.request.path == "/login":
            self.log_in()
            answer = self.client.get(url, follow_redirects=True)
        assert 200 == answer.status_code, f"{url}: {answer.status_code} {trouble(answer)}"
        return lxml.html.fromstring(answer.get_data(as_text=True))

    def _send(self, page: lxml.html.HtmlElement, url: str, values: Mapping[str, Any]) -> Any:
        form = answers_form(page)
        wanted = dict(flat(values))
        left = fill(form, wanted)
        for _ in range(20):
            if not left:
                break
            # Fields that depend on others, and further rows, come when the page is asked again, as in a browser.
            data = form_data(form)
            row = next((name for name in sorted(left, key=len) if "[" in name), None)
            if row is not None and not has_rows(form, row):
                data.append(("_action", f"add:{row[: row.rindex('[')]}"))
            answer = (
                self.client.post(url, data=multi(data))
                if ("_action") in dict(data)
                else self.again(url, data)
            )
            form = answers_form(answer)
            left = fill(form, wanted)
        assert not left, f"{url} has no field for {sorted(left)}; it has {sorted(set(form.fields))}"
        return self.client.post(url, data=multi(form_data(form)))

    def again(self, url: str, data: list[tuple[str, str]]) -> lxml.html.HtmlElement:
        """The form as it becomes while somebody types."""
        address = url.removesuffix("/complete") + "/form"
        fields = self.client.post(address, data=multi(data)).get_data(as_text=True)
        kept = "".join(
            f'<input type="hidden" name="{n}" value="{v}">' for n, v in data if n in ("_key", "_shown")
        )
        return lxml.html.fromstring(f'<form id="answers">{kept}{fields}</form>')


def answers_form(page: Any) -> Any:
    """The form with the answers."""
    if not isinstance(page, lxml.html.HtmlElement):
        page = lxml.html.fromstring(page.get_data(as_text=True))
    return page if page.tag == "form" else page.get_element_by_id("answers")


def form_data(form: Any) -> list[tuple[str, str]]:
    """What a browser would send; it drops the line break that a text area begins with."""
    return [(name, (value or "").removeprefix("\n")) for name, value in form.form_values()]


def multi(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Pairs as the test client takes them, several of one name together."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Field names and values: lines[0].sku."""
    for name, value in values.items():
        path = f"{prefix}.{name}" if prefix else name
        if isinstance(value, Mapping):
            yield from flat(value, path)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for index, row in enumerate(value):
                yield from flat(row, f"{path}[{index}]")
        else:
            yield path, value


def has_rows(form: Any, name: str) -> bool:
    """Whether the row that a field is in is there."""
    row = name[: name.rindex("]") + 1]
    return any(each.startswith(row) for each in set(form.fields) if each)


def fill(form: Any, wanted: Mapping[str, Any]) -> set[str]:
    """Put values into the fields that are there; the names of those that are not."""
    left = set()
    for path, value in wanted.items():
        name = input_name(path)
        if name not in form.fields:
            left.add(path)
            continue
        set_field(form, name, value)
    return left


def set_field(form: Any, name: str, value: Any) -> None:
    """Give one field its value."""
    controls = [each for each in form.iter("input", "select", "textarea") if each.get("name") == name]
    shown = [each for each in controls if each.get("type") != "hidden"] or controls
    kind = shown[0].get("type") if shown[0].tag == "input" else shown[0].tag
    texts = {spelled(each) for each in (value if isinstance(value, list) else [value])}
    if kind == "radio" or (kind == "checkbox" and len(shown) > 1):
        choices = {each.get("value") for each in shown}
        assert texts <= choices | {""}, f"{name}: {texts} is not among {choices}"
        for each in shown:
            each.checked = each.get("value") in texts
    elif kind == "checkbox":
        shown[0].checked = bool(value)
    else:
        shown[0].value = spelled(value)


def spelled(value: Any) -> str:
    """A value as a browser sends it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def trouble(answer: Any) -> str:
    """What a page says is wrong."""
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    said = [e.text_content() for e in page.find_class("invalid-feedback")] + [
        e.text_content() for e in page.find_class("alert")
    ]
    text = " | ".join(" ".join(s.split()) for s in said)
    return f"{answer.status_code} {text or ' '.join(page.text_content().split())[:600]}"
