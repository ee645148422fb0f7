"""The script in the how-to does what the page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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
from tests import serving


def begun_by_form() -> bytes:
    """Ten tasks behind a start form with a field that must be filled in."""
    start = b'<bpmn:startEvent id="start" name="\xe5\xbc\x80\xe5\xa7\x8b">'
    form = b'<bpmn:extensionElements><zeebe:formDefinition formId="measured" /></bpmn:extensionElements>'
    assert start in workload.ten_tasks()
    return workload.ten_tasks().replace(start, start + form)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A served installation; address and token as the page sets them."""
    database = connect(Settings(home=tmp_path))
    upgrade(database)
    define_missing(database)
    create_user(database, "lin", "林晓雨", SYSTEM, roles=("cs",))
    deploy(database, [("t.bpmn", begun_by_form()), ("m.form", workload.FORM.encode())], SYSTEM)
    token = create_token(database, "lin", "test", SYSTEM)
    with serving.served(create_app(database.settings, database=database), threads=2) as address:
        yield {"RESTOCK_ADDRESS": address.removeprefix("http://"), "RESTOCK_TOKEN": token}
    database.close()


def test_the_script_of_the_page_runs(root: Path, served: dict[str, str], tmp_path: Path) -> None:
    """It takes an instance from its start to its end."""
    page = (root / "docs/howto/script-the-api.md").read_text(encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], encoding="utf-8")
    values = {"start": workload.ANSWERS} | {f"task_{number}": workload.ANSWERS for number in range(1, 11)}

    done = subprocess.run(
        [sys.executable, str(script), "ten_tasks", json.dumps(values)],
        env={**os.environ, **served}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert 0 == done.returncode, done.stderr
    assert ["task_1 running", "task_10 completed"] == [
        done.stdout.splitlines()[0],
        done.stdout.splitlines()[-1],
    ]
