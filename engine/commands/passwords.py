"""Passwords and one-time codes: kept, checked, and bounded in what they cost."""

from __future__ import annotations

import hmac
import threading
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.errors import Message, Refused

#: A hash takes 64 MiB: so many at a time, whoever comes later waits.
AT_ONCE = 4
SHORTEST, LONGEST = 8, 128

#: Words no password of this installation may consist of; the length does the rest.
_WORN = frozenset(
    [
        "password",
        "passwort",
        "12345678",
        "123456789",
        "1234567890",
        "11111111",
        "88888888",
        "00000000",
        "qwertyui",
        "qwertyuiop",
        "iloveyou",
        "abcd1234",
        "abc12345",
        "1q2w3e4r",
        "1qaz2wsx",
        "password1",
        "password123",
        "admin123",
        "admin888",
        "a1234567",
        "aa123456",
        "woaini1314",
        "5201314520",
        "88888888888",
        "restock",
        "restock1",
        "restock123",
        "letmein1",
        "welcome1",
    ]
)

_hasher = PasswordHasher()
_turns = threading.BoundedSemaphore(AT_ONCE)
#: Hash of nothing anybody has: an unknown person costs the same time as a known one.
_DUMMY = "$argon2id$v=19$m=65536,t=3,p=4$0dW5cQsVxRQFwSDRnJ6Juw$gTXCGuZn0mOrqnWU9ioPlMFYFAO6UkQXEYqBVWJeQ0I"


class WeakPassword(Refused):
    """Choose a password of at least 8 characters that others do not guess."""

    chinese = "请选择至少 8 个字符且不易猜到的密码。"


def hashed(password: str, login: str) -> str:
    """What is kept of a password. Raises WeakPassword."""
    plain = password.strip().lower()
    if not SHORTEST <= len(password) <= LONGEST or plain in _WORN or plain == login.lower():
        raise WeakPassword(Message(zh=WeakPassword.chinese, en=(WeakPassword.__doc__ or "")))
    with _turns:
        return _hasher.hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether this is the password; takes the same time when there is none."""
    with _turns:
        try:
            _hasher.verify(kept or _DUMMY, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return bool(kept)


def accepted_code(secret: str, code: str, now: datetime, used: int) -> int | None:
    """The number of the half minute a one-time code belongs to, later than `used`; None when it is wrong or was used.

    The codes before and after the present one count too, since clocks differ.
    """
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // totp.interval
    for step in (present - 1, present, present + 1):
        if step > used and hmac.compare_digest(totp.at(step * totp.interval), code.strip().replace(" ", "")):
            return step
    return None
