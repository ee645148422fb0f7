"""Writes the bill of materials of what Restock runs with, in CycloneDX: `make sbom`.

It is made of the lock files alone, so that the same locks give the same bill. Scanners for known faults read it.
"""
# ruff: noqa: INP001, T201 - run as a program, and says what it does

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine import __version__

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "dist" / "restock.cdx.json"
PYTHON, BROWSER = ROOT / "requirements.lock", ROOT / "frontend" / "package-lock.json"

_PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ \\]+)", re.MULTILINE)


def bill() -> dict[str, Any]:
    """Every package of the locks but those that only tests need."""
    locked = PYTHON.read_text(encoding="utf-8") + BROWSER.read_text(encoding="utf-8")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, locked)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "restock",
                "name": "restock",
                "version": __version__,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        # A package may lie in two places; it is named once.
        "components": list({each["bom-ref"]: each for each in (*_python(), *_browser())}.values()),
    }


def _python() -> Iterator[dict[str, Any]]:
    for name, version in _PINNED.findall(PYTHON.read_text(encoding="utf-8")):
        yield _component(name, version, f"pkg:pypi/{name}@{version}")


def _browser() -> Iterator[dict[str, Any]]:
    packages = json.loads(BROWSER.read_text(encoding="utf-8"))["packages"]
    for path, package in packages.items():
        if not path or package.get("dev"):
            continue
        name, version = path.rpartition("node_modules/")[2], package["version"]
        kind, _, digest = package["integrity"].partition("-")
        component = _component(name, version, f"pkg:npm/{name.replace('@', '%40')}@{version}")
        yield component | {
            "hashes": [
                {"alg": kind.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}
            ]
        }


def _component(name: str, version: str, purl: str) -> dict[str, Any]:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


if __name__ == "__main__":
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_text(json.dumps(bill(), indent=2) + "\n", encoding="utf-8")
    print(f"{PLACE.relative_to(ROOT)}: {len(bill()['components'])} components")
