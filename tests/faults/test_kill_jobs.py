"""R2: what jobs and operators do happens whole or not at all, wherever the process is killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from .whole import leaves_whole_steps

#: In a file of their own, so that another processor can kill them meanwhile.
JOBS = ("settle", "fire", "message", "deliver", "retry", "set_variables", "cancel")


@pytest.mark.faults
@pytest.mark.parametrize("command", JOBS)
def test_kill_at_every_point_leaves_whole_steps(command: str, tmp_path: Path, root: Path) -> None:
    """Killed 20 times at each point: `verify` finds nothing, and no half of a step is in the history."""
    leaves_whole_steps(command, tmp_path, root)
