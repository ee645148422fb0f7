"""The direction of imports and the dependencies, proved from pyproject.toml."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

#: Distribution -> what it is imported as, where the two differ.
IMPORTED_AS = {
    "argon2-cffi": "argon2",
    "google-re2": "re2",
    "markdown-it-py": "markdown_it",
    "pydantic-core": "pydantic_core",
    "pydantic-settings": "pydantic_settings",
    "typing-extensions": "typing_extensions",
}
#: Needed but never imported by name.
SILENT = {"tzdata"}


def test_imports_go_one_way(root: Path) -> None:
    """No inner package knows an outer one; SpiffWorkflow, sockets and Flask stay in their places."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr


def test_papers_are_written_in_one_place(root: Path) -> None:
    """What becomes of a paper stands in the history: whoever wrote it elsewhere would leave a paper nobody vouches for."""
    writes = re.compile(r"\b(?:insert|update|delete|upsert)\((?:[\w.]+, )?document\)")
    files = [
        each for each in (root / "engine").rglob("*.py") if writes.search(each.read_text(encoding="utf-8"))
    ]

    assert ["engine/services/documents.py"] == [each.relative_to(root).as_posix() for each in files]


def test_dependencies_are_what_is_imported(root: Path) -> None:
    """Nothing is installed that the engine does not import, and nothing imported that is not declared."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]["postgres"]
    named = {re.split(r"[^A-Za-z0-9_.-]", each)[0] for each in project["dependencies"]} - SILENT
    optional = {re.split(r"[^A-Za-z0-9_.-]", each)[0] for each in extras}

    imported = _imported(root / "engine") - set(sys.stdlib_module_names) - {"engine"}

    assert {IMPORTED_AS.get(name, name) for name in named} == imported - optional


def test_locks_name_no_place(root: Path) -> None:
    """The locks hold versions and hashes, no address of an index, a registry or a folder."""
    locks = [root / "requirements.lock", root / "requirements-dev.lock"]
    python = [
        path.name for path in locks if re.search(r"://|@ |--(extra-)?index|--find", path.read_text("utf-8"))
    ]
    npm = json.loads((root / "frontend/package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert [] == python
    assert [] == [name for name, package in npm.items() if "resolved" in package]


def _imported(folder: Path) -> set[str]:
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found
