"""R2: what people do happens whole or not at all, wherever the process is killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from .killing import COMMANDS
from .test_kill_jobs import JOBS
from .whole import leaves_whole_steps


@pytest.mark.faults
@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in JOBS])
def test_kill_at_every_point_leaves_whole_steps(command: str, tmp_path: Path, root: Path) -> None:
    """Killed 20 times at each point: `verify` finds nothing, and no half of a step is in the history."""
    leaves_whole_steps(command, tmp_path, root)
