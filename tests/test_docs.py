"""What can be typed, called or set has its line in the reference."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from itertools import chain
from pathlib import Path

import click
import pytest

from engine.access import Actor, may
from engine.api.operations import OPERATIONS
from engine.audit import checkpoint
from engine.cli import main
from engine.config import Settings
from engine.migrations import upgrade
from engine.model.database import connect
from engine.queries.papers import READERS
from engine.queries.verify import take_checkpoint
from engine.roles import ROLES, define_missing
from engine.services.kinds import KINDS
from engine.services.thresholds import THRESHOLDS

#: Bytes of a picture, so that a page with all of them loads at once.
LARGEST = 200_000


def _pages(root: Path) -> list[Path]:
    return [*root.glob("*.md"), *(root / "docs").rglob("*.md")]


def _targets(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"\]\(([^)#]+)[^)]*\)", text) + re.findall(r'<img src="([^"]+)"', text)
    return [target for target in found if not target.startswith("http")]


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


def test_every_rule_is_described(root: Path) -> None:
    """Each limit that is changed on the settings page stands in the reference with its names and source step."""
    page = (root / "docs/reference/rules.md").read_text(encoding="utf-8")
    rows = [f"| `{each.key}` | {each.en} {each.zh} |" for each in THRESHOLDS]

    assert [] == [row for row in rows if row not in page]
    assert [] == [each.key for each in THRESHOLDS if f"| {each.source} |" not in page]


def test_every_operation_is_described(root: Path) -> None:
    """No address of the API is missing in the reference."""
    page = (root / "docs/reference/api.md").read_text(encoding="utf-8")
    known = [(o.method, o.path) for o in OPERATIONS if not o.path.endswith("/release")]

    assert [] == [(method, path) for method, path in known if f"`{method} {path}" not in page]


def test_every_link_leads_somewhere(root: Path) -> None:
    """No page names a page, file or picture of the repository that is not there."""
    broken = [
        f"{page.name}: {target}"
        for page in _pages(root)
        for target in _targets(page)
        if not (page.parent / target).exists()
    ]

    assert [] == broken


def test_every_page_can_be_reached(root: Path) -> None:
    """Every page of the documentation stands in its table of contents."""
    contents = root / "docs/README.md"
    linked = {(contents.parent / target).resolve() for target in _targets(contents)}

    assert [] == [page.name for page in (root / "docs").rglob("*.md") if page not in linked | {contents}]


def test_every_guide_speaks_both_languages(root: Path) -> None:
    """A guide in one language has its twin, and both name each other."""
    pages = [*(root / "docs/howto").glob("*.md"), root / "README.md", root / "README.zh.md"]
    twins = {page: page.with_name(_twin(page.name)) for page in pages}

    assert [] == [
        page.name for page, twin in twins.items() if not twin.is_file() or twin.name not in _targets(page)
    ]


def _twin(name: str) -> str:
    return name.replace(".zh.md", ".md") if name.endswith(".zh.md") else name.replace(".md", ".zh.md")


def test_every_picture_is_shown_and_small(root: Path) -> None:
    """No picture lies about unused, and none is so large that a page waits for it."""
    shown = {(page.parent / target).resolve() for page in _pages(root) for target in _targets(page)}
    pictures = [path for path in (root / "docs/pictures").rglob("*") if path.is_file()]

    assert [] == [each.name for each in pictures if each not in shown]
    assert [] == [each.name for each in pictures if each.stat().st_size > LARGEST]
    assert {b"\x89PNG\r\n\x1a\n"} == {each.read_bytes()[:8] for each in pictures}


@pytest.mark.parametrize("language", ["operator.md", "operator.zh.md"])
def test_every_permission_is_described(root: Path, language: str) -> None:
    """No permission that a role can have is missing in the guide for operators."""
    page = (root / "docs/howto" / language).read_text(encoding="utf-8")
    known = {*chain.from_iterable(role.permissions for role in ROLES)}

    assert set() == {name for name in known if f"| `{name}` |" not in page}
    assert "| `start:<" in page


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_main_job_names_tasks_that_exist(root: Path, readme: str) -> None:
    """Every task of the table that leads through the main job stands in a diagram under this name."""
    text = (root / readme).read_text(encoding="utf-8")
    rows = [row.split("|")[3] for row in text.splitlines() if re.match(r"\| *\d* *\| `", row)]
    named = [re.sub(r"^[\x00-\x7f]+", "", name) for row in rows for name in re.findall(r"\*\*(.*?)\*\*", row)]
    diagrams = "".join(path.read_text(encoding="utf-8") for path in (root / "processes").glob("*.bpmn"))
    clicked = {"", "发起", "电话"}

    assert len(named) > 30
    assert [] == [name for name in named if name not in clicked and f'name="{name}"' not in diagrams]


@pytest.mark.parametrize("guide", ["auditor.md", "auditor.zh.md"])
def test_the_script_for_auditors_finds_a_change(root: Path, tmp_path: Path, guide: str) -> None:
    """It needs nothing of ours, agrees with a whole history, and names the first entry after a change."""
    script = tmp_path / "check.py"
    page = (root / "docs/howto" / guide).read_text(encoding="utf-8")
    script.write_text(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], encoding="utf-8")
    database = connect(Settings(home=tmp_path))
    upgrade(database)
    define_missing(database)
    database.close()

    whole = _run(script, tmp_path / "restock.db")
    with sqlite3.connect(tmp_path / "restock.db") as changed:
        changed.execute("DROP TRIGGER entry_no_update")
        changed.execute("UPDATE entry SET body = replace(body, 'role', 'rule') WHERE seq = 3")
    changed.close()
    broken = _run(script, tmp_path / "restock.db")

    assert (0, f"0 {len(ROLES)} ") == (whole.returncode, whole.stdout[: len(f"0 {len(ROLES)} ")])
    assert (1, "instance 0: entry 3 does not follow from the one before\n") == (
        broken.returncode,
        broken.stderr,
    )


@pytest.mark.parametrize("guide", ["auditor.md", "auditor.zh.md"])
def test_the_script_for_auditors_reads_a_checkpoint(root: Path, tmp_path: Path, guide: str) -> None:
    """It agrees with a checkpoint of ours, and not with one of another history."""
    script, kept = tmp_path / "check.py", tmp_path / "kept.txt"
    page = (root / "docs/howto" / guide).read_text(encoding="utf-8")
    script.write_text(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], encoding="utf-8")
    database = connect(Settings(home=tmp_path))
    upgrade(database)
    define_missing(database)
    taken = take_checkpoint(database)
    database.close()

    kept.write_text(checkpoint.write(taken))
    whole = _run(script, tmp_path / "restock.db", kept)
    kept.write_text(checkpoint.write(taken).replace(taken.root, "0" * 64))
    other = _run(script, tmp_path / "restock.db", kept)

    assert (0, f"continues the checkpoint, root {taken.root}") == (
        whole.returncode,
        whole.stdout.splitlines()[-1],
    )
    assert (1, "the history is not the one that the checkpoint saw\n") == (other.returncode, other.stderr)


def _run(script: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(script), *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


LOOK_UPS = {
    "/customers": "see customers",
    "/orders": "see orders",
    "/stock": "see stock",
    "/tickets": "see tickets",
    "/store-slips": "see slips",
    "/fines": "see fines",
}


def test_every_look_up_page_says_who_sees_it(root: Path) -> None:
    """The reference names exactly the roles that the rules let in, for each page and each kind of paper."""
    page = (root / "docs/reference/lookups.md").read_text(encoding="utf-8")
    rows = [row.split("|") for row in page.splitlines() if row.startswith("|")]
    named = {row[2].strip(" `"): set(re.findall("`([a-z_]+)`", row[4])) for row in rows if len(row) == 6}
    let_in = {
        address: {
            role.key
            for role in ROLES
            if may(Actor(1, "x", "x", frozenset({role.key}), permissions=frozenset(role.permissions)), verb)
        }
        for address, verb in LOOK_UPS.items()
    }

    assert let_in == {address: named[address] | {"auditor", "admin"} for address in LOOK_UPS}
    assert set(KINDS) == set(READERS) == {kind for kind in KINDS if f"`{kind}`" in page}
