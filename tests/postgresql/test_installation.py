"""An installation whose RESTOCK_DATABASE is a PostgreSQL: opened by the commands, refused with a sentence."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from engine.cli import main
from engine.config import Settings
from engine.model.database import connect
from engine.model.trouble import NotOpened
from tests.postgres import fresh, tell

pytestmark = pytest.mark.postgres

#: Longer than a server needs to read its settings; only a broken one takes it.
PATIENCE = 60


@pytest.fixture
def durable(postgresql: str) -> Iterator[str]:
    """The server, which writes commits through to disk for this once."""
    _write_through(postgresql, "on")
    yield postgresql
    _write_through(postgresql, "off")


def _write_through(address: str, wanted: str) -> None:
    tell(address, f"ALTER SYSTEM SET fsync = {wanted}")
    tell(address, "SELECT pg_reload_conf()")
    end = time.monotonic() + PATIENCE
    while _fsync(address) != wanted:
        assert time.monotonic() < end


def _fsync(address: str) -> str:
    with psycopg.connect(address.replace("+psycopg", "") + "/postgres") as connection:
        row = connection.execute("SHOW fsync").fetchone()
        assert row
        return str(row[0])


def test_commands_work_on_it(durable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made, given its first administrator, deployed to and verified, with the address as people write it."""
    with fresh(durable) as address:
        monkeypatch.setenv("RESTOCK_HOME", str(tmp_path))
        monkeypatch.setenv("RESTOCK_DATABASE", address.replace("+psycopg", ""))
        root = Path(__file__).parents[2]

        done = [
            _restock("init"),
            _restock("user", "add", "wei", "--admin", "--password-stdin", typed="sieben Zwerge 七\n"),
            _restock("deploy", str(root / "processes"), str(root / "forms"), "--as", "wei"),
            _restock("verify"),
        ]

    assert [0] * 4 == [each.exit_code for each in done], [each.output for each in done]
    assert "发现 0 个问题" in done[-1].output


def _restock(*words: str, typed: str = "") -> Result:
    result = CliRunner().invoke(main, words, input=typed, env={"LANG": "zh_CN.UTF-8", "LC_ALL": ""})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_server_that_may_lose_commits_is_refused(postgresql: str, tmp_path: Path) -> None:
    """As the tests' own, which does not write through."""
    with pytest.raises(NotOpened, match="fsync"):
        connect(Settings(home=tmp_path, database=f"{postgresql}/postgres"))


def test_an_encoding_without_chinese_is_refused(durable: str, tmp_path: Path) -> None:
    """What it takes is said."""
    with fresh(durable, "template0 ENCODING 'SQL_ASCII'") as address, pytest.raises(NotOpened, match="UTF8"):
        connect(Settings(home=tmp_path, database=address))


def test_a_role_that_may_make_no_tables_is_told(durable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, no trace."""
    tell(durable, "CREATE ROLE guest LOGIN")
    try:
        with fresh(durable) as address:
            tell(durable, "REVOKE CREATE ON SCHEMA public FROM PUBLIC", address.rpartition("/")[2])
            monkeypatch.setenv(
                "RESTOCK_DATABASE", address.replace("+psycopg", "").replace("restock@", "guest@")
            )
            told = _restock("init")
    finally:
        tell(durable, "DROP ROLE guest")

    assert 1 == told.exit_code
    assert "打不开数据库：permission denied" in told.output
