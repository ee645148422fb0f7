"""What can be typed, called or set has its line in the reference."""

from __future__ import annotations

import re
from pathlib import Path

import click

from engine.api.operations import OPERATIONS
from engine.cli import main
from engine.config import Settings


def _commands(group: click.Group, before: str) -> list[str]:
    found = []
    for name, command in group.commands.items():
        found += (
            _commands(command, f"{before} {name}")
            if isinstance(command, click.Group)
            else [f"{before} {name}"]
        )
    return found


def test_every_command_is_described(root: Path) -> None:
    """No command of `restock` is missing in the reference."""
    page = (root / "docs/reference/cli.md").read_text(encoding="utf-8")

    assert [] == [command for command in _commands(main, "restock") if f"`{command}" not in page]


def test_every_setting_is_described(root: Path) -> None:
    """No setting is missing in the reference."""
    page = (root / "docs/reference/settings.md").read_text(encoding="utf-8")

    assert [] == [name for name in Settings.model_fields if f"`RESTOCK_{name.upper()}`" not in page]


def test_every_operation_is_described(root: Path) -> None:
    """No address of the API is missing in the reference."""
    page = (root / "docs/reference/api.md").read_text(encoding="utf-8")
    known = [(o.method, o.path) for o in OPERATIONS if not o.path.endswith("/release")]

    assert [] == [(method, path) for method, path in known if f"`{method} {path}" not in page]


def test_every_link_leads_somewhere(root: Path) -> None:
    """No page names a file of the repository that is not there."""
    pages = [root / "README.md", root / "CHANGELOG.md", *(root / "docs").rglob("*.md")]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if not target.startswith("http") and not (page.parent / target).exists()
    ]

    assert [] == broken
