"""Passwords and one-time codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from engine.commands.passwords import AT_ONCE, WeakPassword, _turns, accepted_code, hashed, matches

NOW = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)


def test_a_password_is_known_again_by_its_hash() -> None:
    """What is kept is argon2 and another each time; without a password nobody gets in."""
    kept = hashed("restock-demo", "lin")

    assert kept.startswith("$argon2id$")
    assert matches(kept, "restock-demo")
    assert not matches(kept, "restock-demO")
    assert not matches("", "restock-demo")
    assert not matches("damaged", "restock-demo")


@pytest.mark.parametrize("weak", ["", "1234567", "12345678", "Password", "QwertyUI", "linxiaoyu", "x" * 129])
def test_weak_passwords_are_refused(weak: str) -> None:
    """Short, endless, well-known ones and the login itself."""
    with pytest.raises(WeakPassword):
        hashed(weak, "linxiaoyu")


def test_so_many_hashes_at_a_time() -> None:
    """A hash takes 64 MiB: the fifth waits, so that a hundred logins at once do not take the machine's memory."""
    assert 4 == AT_ONCE == _turns._initial_value  # type: ignore[attr-defined]


def test_a_code_counts_once_and_only_around_its_time() -> None:
    """The code of this half minute and its neighbours, later than the one used last."""
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).at(NOW)
    step = int(NOW.timestamp()) // 30

    assert step == accepted_code(secret, code, NOW, 0)
    assert step == accepted_code(secret, f" {code[:3]} {code[3:]} ", NOW + timedelta(seconds=30), 0)
    assert accepted_code(secret, code, NOW, step) is None
    assert accepted_code(secret, code, NOW + timedelta(minutes=2), 0) is None
    assert accepted_code(secret, "", NOW, 0) is None
