"""What must be found after a command was killed at every named point."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from .killing import ROUNDS

#: After these points the step was committed: it stands. At all others nothing of it does.
COMMITTED = {"after_commit", "before_answer"}
#: Entries that making a round ready leaves: the message that is then delivered was an entry of its own.
READY = {"deliver": ROUNDS}
#: A draft is nobody's step yet: it leaves no entry.
SILENT = {"save_draft"}


def leaves_whole_steps(command: str, folder: Path, root: Path) -> None:
    """Kill a command 20 times at each point, and assert that `verify` finds nothing and no half is in the history."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.killing", command, str(folder)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == ran.returncode, ran.stderr[-2000:]
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [] == [problem for each in found for problem in each["problems"]]
    assert {each["point"] for each in found if each["killed"]} >= {
        "before_begin",
        "before_commit",
        "after_commit",
    }
    for each in found:
        assert each["killed"] in (0, ROUNDS), each
        undone = each["killed"] and each["point"] not in COMMITTED
        done = 0 if undone or command in SILENT else ROUNDS
        assert READY.get(command, 0) + done == each["entries"], each
