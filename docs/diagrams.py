"""Draws every shipped diagram as the product's own viewer shows it, in both languages: `make diagrams`."""
# ruff: noqa: INP001, T201 - run as a program, and says what it does

from __future__ import annotations

import json
import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po
from PIL import Image
from playwright.sync_api import Page, Route

from docs.browser import chromium

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures" / "diagrams"
STATIC = ROOT / "engine" / "web" / "static"
#: Nothing leaves this machine: every request to this address is answered from the working tree.
ADDRESS = "http://diagrams.invalid"
MARGIN = 24
_NUMBER = r'"(-?[\d.]+)"'
_BOUNDS = re.compile(rf"<dc:Bounds x={_NUMBER} y={_NUMBER} width={_NUMBER} height={_NUMBER}")
_POINT = re.compile(rf"<di:waypoint x={_NUMBER} y={_NUMBER}")
_NAMED = re.compile(r'<bpmn:\w+ id="([^"]+)" name="([^"]+)"')


def size(diagram: str) -> tuple[int, int]:
    """Width and height of what is drawn, in pixels at full size, with a margin."""
    corners = [tuple(map(float, found)) for found in _BOUNDS.findall(diagram)]
    points = [tuple(map(float, found)) for found in _POINT.findall(diagram)]
    across = [x for x, *_ in points] + [edge for x, _, w, _ in corners for edge in (x, x + w)]
    down = [y for _, y in points] + [edge for _, y, _, h in corners for edge in (y, y + h)]
    return round(max(across) - min(across)) + 2 * MARGIN, round(max(down) - min(down)) + 2 * MARGIN


def labels(process: str, diagram: str, language: str) -> dict[str, str]:
    """The English name of every element; nothing for Chinese, which stands in the file."""
    if language != "en":
        return {}
    with (ROOT / "processes" / "i18n" / "en.po").open("rb") as text:
        words = {str(each.id): str(each.string) for each in read_po(text) if each.context == process}
    return {element: words.get(name, name) for element, name in _NAMED.findall(diagram)}


def draw(page: Page, file: Path, language: str) -> None:
    """Write one picture."""
    diagram = file.read_text(encoding="utf-8")
    width, height = size(diagram)
    marks = json.dumps({"labels": labels(file.stem, diagram, language)}).replace("'", "&#39;")
    html = (
        f'<!doctype html><html lang="{language}"><link rel="stylesheet" href="/theme.css">'
        '<link rel="stylesheet" href="/vendor/viewer.css"><style>body{margin:0;background:#fff}.bjs-powered-by{display:none}'
        f"#drawing{{width:{width}px;height:{height}px}}</style>"
        f"""<div id="drawing" data-diagram="/{file.name}" data-marks='{marks}'></div>"""
        '<script src="/vendor/viewer.js"></script></html>'
    )

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if path == "/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            wanted = file if path.endswith(".bpmn") else STATIC / path.lstrip("/")
            route.fulfill(path=wanted) if wanted.is_file() else route.fulfill(status=404)

    page.unroute_all()
    page.route("**/*", answer)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(ADDRESS + "/")
    page.wait_for_selector("[data-drawn=yes]", timeout=60_000)
    image = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(16, dither=Image.Dither.NONE)
    target = FOLDER / f"{file.stem}.{language}.png"
    image.save(target, optimize=True)
    print(f"{target.name} {width}×{height} {target.stat().st_size // 1024} KB")


def main() -> None:
    """All diagrams, or those whose ids are given."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chosen = set(sys.argv[1:])
    with chromium() as browser:
        page = browser.new_page()
        for file in sorted((ROOT / "processes").glob("*.bpmn")):
            for language in ("zh", "en"):
                if not chosen or file.stem in chosen:
                    draw(page, file, language)


if __name__ == "__main__":
    main()
