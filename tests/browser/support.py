"""What tests in the browser share."""

from __future__ import annotations

from playwright.sync_api import Page

#: Theme, width in pixels and language in which pages are looked at.
LOOKS = [
    ("light", 1280, "zh_CN"),
    ("dark", 1280, "en"),
    ("light", 390, "en"),
    ("dark", 390, "zh_CN"),
]
#: The same in two: both languages, both themes, both widths.
TWO_LOOKS = [LOOKS[0], ("dark", 390, "en")]


def follow(page: Page, selector: str) -> None:
    """Press what leads to another page, and wait for that page: one that is being left has nothing to read."""
    with page.expect_navigation():
        page.click(selector)
