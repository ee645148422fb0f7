"""The direction of imports, proved by import-linter from the contracts in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_imports_go_one_way(root: Path) -> None:
    """No inner package knows an outer one; SpiffWorkflow, sockets and Flask stay in their places."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr
