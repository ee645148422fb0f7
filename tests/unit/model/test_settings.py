"""Settings and the points where a test may kill."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import faults
from engine.config import Settings


def test_home_and_port_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """PORT and RESTOCK_HOME are what scripts set."""
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("RESTOCK_HOME", str(tmp_path))

    found = Settings()

    assert (8123, tmp_path, tmp_path / "files") == (found.port, found.home, found.files)
    assert f"sqlite:///{tmp_path / 'restock.db'}" == found.database_url


def test_a_postgresql_address_gets_its_driver() -> None:
    """People write postgresql://; the driver is ours to choose."""
    assert "postgresql+psycopg://u@h/d" == Settings(database="postgresql://u@h/d").database_url
    assert "postgresql+psycopg://u@h/d" == Settings(database="postgres://u@h/d").database_url


@pytest.mark.parametrize("danger", [{"debug": True, "host": "0.0.0.0"}, {"host": "0.0.0.0"}])
def test_dangerous_settings_refuse_to_start(danger: dict[str, object]) -> None:
    """Debugging for the whole network, or answering to any host name."""
    with pytest.raises(ValueError, match="RESTOCK_"):
        Settings(**danger)  # type: ignore[arg-type]


def test_a_point_is_reached_so_many_times() -> None:
    """The armed action happens the n-th time, once; unknown points cannot be armed."""
    happened: list[str] = []
    faults.arm("before_commit", 2, lambda: happened.append("now"))
    for point in ("after_load", "before_commit", "before_commit", "before_commit"):
        faults.reach(point)  # type: ignore[arg-type]
    faults.arm("")

    assert ["now"] == happened
    with pytest.raises(ValueError, match="no such point"):
        faults.arm("somewhere")


def test_points_are_armed_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """RESTOCK_FAULT=point:count."""
    armed: list[tuple[str, int]] = []
    monkeypatch.setattr(faults, "arm", lambda point, count: armed.append((point, count)))
    faults.arm_from_environment("after_run:3")
    faults.arm_from_environment("after_run")
    faults.arm_from_environment("")

    assert [("after_run", 3), ("after_run", 1)] == armed
