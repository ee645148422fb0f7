"""The script in the how-to does what the page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from waitress.server import create_server

from benchmarks import workload
from engine.access import SYSTEM
from engine.app import create_app
from engine.commands.deploy import deploy
from engine.commands.tokens import create_token
from engine.commands.users import create_user
from engine.config import Settings
from engine.migrations import upgrade
from engine.model.database import connect
from engine.roles import define_missing


@pytest.fixture
def served(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A served installation; address and token as the page sets them."""
    database = connect(Settings(home=tmp_path))
    upgrade(database)
    define_missing(database)
    create_user(database, "lin", "林晓雨", SYSTEM, roles=("cs",))
    deploy(database, [("t.bpmn", workload.ten_tasks()), ("m.form", workload.FORM.encode())], SYSTEM)
    server = create_server(
        create_app(database.settings, database=database), host="127.0.0.1", port=0, threads=2
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    token = create_token(database, "lin", "test", SYSTEM)
    yield {"RESTOCK_ADDRESS": f"127.0.0.1:{server.effective_port}", "RESTOCK_TOKEN": token}
    server.close()
    thread.join(timeout=10)
    database.close()


def test_the_script_of_the_page_runs(root: Path, served: dict[str, str], tmp_path: Path) -> None:
    """It takes an instance from its start to its end."""
    page = (root / "docs/howto/script-the-api.md").read_text(encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], encoding="utf-8")
    values = {f"task_{number}": workload.ANSWERS for number in range(1, 11)}

    done = subprocess.run(
        [sys.executable, str(script), "ten_tasks", json.dumps(values)],
        env={**os.environ, **served}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert 0 == done.returncode, done.stderr
    assert ["task_1 running", "task_10 completed"] == [
        done.stdout.splitlines()[0],
        done.stdout.splitlines()[-1],
    ]
