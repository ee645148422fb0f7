"""A real Chromium in front of a real server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.serving import served
from tests.web.support import Site, make_company, make_site

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's text."""
    if not AXE.is_file():
        if os.environ.get("RESTOCK_REQUIRE_ALL"):
            pytest.fail("frontend/node_modules lacks axe-core: run `make install-dev`")
        pytest.skip("frontend/node_modules lacks axe-core: run `make install-dev`")
    return AXE.read_text(encoding="utf-8")


@dataclass
class Desk:
    """A served company, and people who sit down at it."""

    site: Site
    address: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def sit(
        self,
        login: str,
        *,
        width: int = 1280,
        theme: str = "light",
        locale: str = "zh_CN",
        scripts: bool = True,
    ) -> Page:
        """A page of a person logged in; whatever the browser complains about is noted."""
        narrow = width < 500
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            is_mobile=narrow,
            has_touch=narrow,
            java_script_enabled=scripts,
            base_url=self.address,
            color_scheme="dark" if theme == "dark" else "light",
        )
        self.contexts.append(context)
        cookies = {"restock": self.site.secrets[login], "restock_locale": locale, "restock_theme": theme}
        context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.on("console", lambda said: self._note(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "the server responded with a status of 4" not in text:
            self.complaints.append(text)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A company as it is before anybody works."""
    folder = tmp_path_factory.mktemp("company")
    return folder, make_company(folder)


@pytest.fixture
def desk(company: tuple[Path, dict[str, str]], chromium: Browser, tmp_path: Path) -> Iterator[Desk]:
    """A fresh company behind a server of its own; at the end the browser must have had nothing to complain about."""
    site = make_site(*company, tmp_path)
    with served(site.app) as address:
        made = Desk(site, address, chromium)
        yield made
        for context in made.contexts:
            context.close()
    site.database.close()
    assert [] == made.complaints


@pytest.fixture
def violations(axe: str) -> Callable[[Page], list[str]]:
    """What the accessibility checker finds on a page."""

    def check(page: Page) -> list[str]:
        page.evaluate(axe + ";0")
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)")
        return [f"{v['id']}: {v['help']}: {[n['target'] for n in v['nodes'][:3]]}" for v in found]

    return check
