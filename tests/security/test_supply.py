"""What Restock runs with is what was looked at: exact versions, their hashes, and a bill that names them all (T38)."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from docs.sbom import bill

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def pinned(lock: str) -> dict[str, str]:
    """Name and version of each package of a lock."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {name: exact for name, _, exact in re.findall(r"(?m)^([\w.-]+)(==)(\S+) \\$", text)}


def browsers() -> dict[str, dict[str, object]]:
    """The packages of the browser's lock by their place."""
    found: dict[str, dict[str, object]] = json.loads(
        (ROOT / "frontend/package-lock.json").read_text(encoding="utf-8")
    )["packages"]
    return {path: package for path, package in found.items() if path}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_python_package_has_its_hashes(lock: str) -> None:
    """One version each, and nothing that could be another file than the one that was locked."""
    text = (ROOT / lock).read_text(encoding="utf-8")

    entries = [part for part in re.split(r"(?m)^(?=\S)", text) if part.strip() and not part.startswith("#")]
    assert len(entries) == len(pinned(lock)) > 40
    assert [] == [part.split()[0] for part in entries if "--hash=sha256:" not in part]


def test_every_browser_package_has_its_hash() -> None:
    """npm refuses a package that is not the locked one; no script of a package runs while it is installed."""
    assert [] == [
        path
        for path, package in browsers().items()
        if not str(package.get("integrity")).startswith("sha512-")
    ]
    for file in ("hatch_build.py", "Makefile"):
        text = (ROOT / file).read_text(encoding="utf-8").replace('", "', " ")
        calls = re.findall(r'npm"?,? "?ci\b.*', text)
        assert calls
        assert all("--ignore-scripts" in call for call in calls)


def test_what_runs_is_what_is_locked() -> None:
    """The packages installed here have the versions of the lock."""
    locked = pinned("requirements.lock")

    assert locked == {name: version(name) for name in locked}


def test_vendored_hashes() -> None:
    """What pages load comes unchanged from the locked packages; its text says the locked version."""
    vendor, packages = ROOT / "engine/web/static/vendor", browsers()
    for package, file, told in (
        ("bootstrap", "bootstrap.min.css", "Bootstrap  v{}"),
        ("htmx.org", "htmx.min.js", 'version:"{}"'),
    ):
        exact = packages[f"node_modules/{package}"]["version"]
        text = (vendor / file).read_bytes()
        assert told.format(exact).encode() in text
        source = next((ROOT / "frontend/node_modules" / package / "dist").rglob(file), None)
        assert source is None or source.read_bytes() == text


def test_the_bill_names_everything() -> None:
    """Each package that runs, once, by name and version, in the form that scanners read; the same at every call."""
    made = bill()

    named = {each["purl"] for each in made["components"]}
    python = {f"pkg:pypi/{name}@{exact}" for name, exact in pinned("requirements.lock").items()}
    npm = {
        f"pkg:npm/{path.rpartition('node_modules/')[2].replace('@', '%40')}@{package['version']}"
        for path, package in browsers().items()
        if not package.get("dev")
    }
    assert named == python | npm
    assert len(named) == len(made["components"])
    assert ("CycloneDX", "1.6") == (made["bomFormat"], made["specVersion"])
    assert made == bill()
    assert {128} == {len(each["hashes"][0]["content"]) for each in made["components"] if "hashes" in each}
