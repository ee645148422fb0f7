"""Takes every form as people see it, in both languages, light and dark, wide and narrow: `make forms`.

The paths that the tests walk are walked once more. Whatever task is open on the way is looked at as it opens and as
it is answered; a page that shows fields or a warning which no earlier one did is kept.
`make forms FORMS="dispatch check_arrival"` takes those of one definition and of one task.
"""
# ruff: noqa: INP001, T201 - run as a program, and says what it does

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, Route
from sqlalchemy import select

from docs.browser import chromium
from engine import demo
from engine.access import Actor
from engine.bpmn.read import read
from engine.commands.draft import save_draft
from engine.model.definitions import definition
from engine.model.instances import task as tasks
from engine.services import slips
from engine.web.i18n import COOKIE as LANGUAGE
from engine.web.session import THEME_COOKIE as THEME
from tests.company import Company, Task, build
from tests.processes.answers import WHO
from tests.processes.walking import Content, Paths, Walk

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "forms"
STATIC = ROOT / "engine" / "web" / "static"
PAPERS = "/documents/slip.css"
#: Nothing leaves this machine: every request to this address is answered from memory and the working tree.
ADDRESS = "http://forms.invalid"
LOOKS = (("zh_CN", "light"), ("zh_CN", "dark"), ("en", "light"), ("en", "dark"))
#: Sheets: how wide a page is, and how many stand side by side.
SHEETS = {"wide": (1280, 2), "narrow": (390, 4)}
#: Who begins what by a form.
STARTED = {
    "customer_replenishment": "lin",
    "production_order": "lin",
    "after_sales": "zhao",
    "store_replenishment": "tian",
}
#: A field that somebody fills in, or a button to press.
_FIELD = re.compile(r'<(?:input|select|textarea|button)\b[^>]*? name="([^"]+)"[^>]*')
_ROW = re.compile(r"\[\d+\]")
#: A sentence that a form shows only under a condition begins in bold: what went wrong, what is missing.
_WARNING = re.compile(r"<p><strong>([^<]+)")
_FIGURES = re.compile(r"[\d,.]+")

#: One page by language and theme.
Looks = dict[tuple[str, str], str]


def fields(page: str) -> frozenset[str]:
    """The names of the fields that a page shows; the rows of a table are one, and what is hidden does not count."""
    found = [match for match in _FIELD.finditer(page) if 'type="hidden"' not in match[0]]
    return frozenset(_ROW.sub("[]", match[1]) for match in found)


def warnings(page: str) -> frozenset[str]:
    """The warnings that a page shows; their figures do not count."""
    return frozenset(_FIGURES.sub("0", match[1]) for match in _WARNING.finditer(page))


@dataclass
class Album:
    """The pages of one definition, by element; `wanted` says which of them."""

    process: str
    wanted: frozenset[str]
    kept: dict[str, list[Looks]] = field(default_factory=dict)
    _known: dict[str, set[str]] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        """The tasks that were not open on any path."""
        return sorted(self.wanted - set(self.kept))

    def look(self, company: Company, element: str, address: str, login: str) -> None:
        """Keep a page when it shows something new."""
        page = _page(company, address, login, *LOOKS[0])
        shown, known = fields(page) | warnings(page), self._known.setdefault(element, set())
        if element not in self.kept or not shown <= known:
            looks = {look: _page(company, address, login, *look) for look in LOOKS}
            self.kept.setdefault(element, []).append(looks)
            known |= shown


def _page(company: Company, address: str, login: str, language: str, theme: str) -> str:
    """A page as somebody gets it; whose session has ended while days passed logs in again."""
    person = company.person(login)
    person.client.set_cookie(LANGUAGE, language, domain="localhost")
    person.client.set_cookie(THEME, theme, domain="localhost")
    answer = person.client.get(address)
    if answer.status_code == 303:
        person.log_in()
        answer = person.client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} for {login}: {answer.status}")
    return str(answer.get_data(as_text=True))


@dataclass
class Looking(Walk):
    """A walk on which every open task of the definition is looked at."""

    album: Album = field(default_factory=lambda: Album("", frozenset()))

    def _stepped(self) -> Walk:
        super()._stepped()
        for task in self.company.open(self.id):
            if self._concerns(task):
                self._look(task, self._whose(task))
        return self

    def _complete(self, task: Task, who: Actor, answers: Mapping[str, Any]) -> None:
        if self._concerns(task):
            save_draft(self.company.db, task.id, self.said(task, who, answers), who)
            self._look(task, who.login)
        super()._complete(task, who, answers)

    def _look(self, task: Task, login: str) -> None:
        self.album.look(self.company, task.element, f"/tasks/{task.id}", login)

    def _concerns(self, task: Task) -> bool:
        """Elements of called processes are in their own albums."""
        number, _, n = task.id.partition("-")
        asked = select(definition.c.key).join(tasks, tasks.c.definition_id == definition.c.id)
        asked = asked.where(tasks.c.instance_id == int(number), tasks.c.n == int(n))
        with self.company.db.read() as connection:
            key = connection.execute(asked).scalar_one()
        return key == self.album.process and task.element in self.album.wanted

    def _whose(self, task: Task) -> str:
        members = task.pool.split(",")
        able = [person.login for person in demo.PEOPLE if {f"@{person.login}", *person.roles} & set(members)]
        usual = WHO.get(task.element)
        return usual if usual in able else able[0]


def play(process: str, chosen: frozenset[str], template: Path, folder: Path) -> Album:
    """Walk the paths of a definition; its pages."""
    scope = read((ROOT / f"processes/{process}.bpmn").read_bytes()).processes[0].content
    elements = frozenset(Content(scope).tasks) | ({"start"} if process in STARTED else frozenset())
    album = Album(process, frozenset(each for each in elements if {process, each} & chosen or not chosen))
    if not album.wanted:
        return album
    module = import_module(f"tests.processes.test_paths_{process}")
    for number, body in enumerate(Paths(module, template, folder).bodies):
        company = Company(template, _made(folder / f"{process}-{number}"))
        try:
            if number == 0 and "start" in album.wanted:
                album.look(company, "start", f"/starts/{process}", STARTED[process])
            body(Looking(company, cold=False, process=process, album=album))
        finally:
            company.close()
    return album


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def take(page: Page, album: Album) -> None:
    """Write the sheets of an album; say which pages are wider than their screen, or have a card too narrow for its text."""
    folder = FOLDER / album.process
    for element, pages in sorted(album.kept.items()):
        folder.mkdir(parents=True, exist_ok=True)
        for number, looks in enumerate(pages, 1):
            name = element if number == 1 else f"{element}-{number}"
            for sheet, (width, beside) in SHEETS.items():
                wider = _sheet(page, looks, width, beside, folder / f"{name}.{sheet}.png")
                print(
                    f"{album.process}/{name}.{sheet}.png" + (f" is {wider} px wide!" if wider > width else "")
                )


def _sheet(page: Page, looks: Looks, width: int, beside: int, file: Path) -> int:
    """One picture of a page in all its looks; the width of the widest of them, were every card as wide as it needs."""
    frames = "".join(f'<iframe src="/{language}-{theme}"></iframe>' for language, theme in looks)
    html = (
        "<!doctype html><style>body{margin:0;display:grid;gap:8px;background:#888;align-items:start;"
        f"grid-template-columns:repeat({beside},{width}px)}}iframe{{border:0;width:{width}px;height:800px}}</style>"
        + frames
    )
    pages = {f"/{language}-{theme}": text for (language, theme), text in looks.items()}

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS).partition("?")[0]
        body = html if path == "/" else pages.get(path)
        wanted = STATIC / path.removeprefix("/static/")
        if body is not None:
            route.fulfill(body=body, content_type="text/html; charset=utf-8")
        elif path == PAPERS:
            route.fulfill(body=slips.stylesheet(), content_type="text/css; charset=utf-8")
        elif path.startswith("/static/") and wanted.is_file():
            route.fulfill(path=wanted)
        else:
            route.fulfill(status=404)

    page.unroute_all()
    page.route("**/*", answer)
    page.set_viewport_size({"width": (width + 8) * beside - 8, "height": 800})
    page.goto(f"{ADDRESS}/", wait_until="load")
    wider = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll('iframe')].map(frame => {
            const page = frame.contentDocument.documentElement
            frame.style.height = page.scrollHeight + 'px'
            const cards = [...page.querySelectorAll('.card')]
            return Math.max(page.scrollWidth, ...cards.map(card => {
                const over = card.scrollWidth - card.clientWidth
                return over > 1 && getComputedStyle(card).overflowX === 'visible' ? frame.clientWidth + over : 0
            }))
        }))"""
    )
    page.screenshot(path=file, full_page=True)
    return int(wider)


def main() -> None:
    """All forms, or those of the definitions and tasks that are named."""
    chosen = frozenset(sys.argv[1:])
    with TemporaryDirectory(prefix="restock-forms-") as home, chromium() as browser:
        template = Path(home) / "template.db"
        build(template)
        page = browser.new_page()
        for file in sorted((ROOT / "processes").glob("*.bpmn")):
            album = play(file.stem, chosen, template, Path(home))
            take(page, album)
            if album.missing:
                print(f"{album.process}: not reached: {', '.join(album.missing)}")


if __name__ == "__main__":
    main()
