"""What a database in trouble says, in words a person can act on; everything else stays what it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError

from engine.errors import RestockError

#: Deadlock, lock not available, and the ways in which a server goes down or has no room for another connection.
_PASSING = ("40P01", "40001", "55P03", "57P01", "57P02", "57P03", "53300", "08")
_FULL = "53100"


class Unavailable(RestockError):
    """The database is busy or away: nothing was changed, try again in a moment."""

    status = 503
    chinese = "数据库繁忙或暂不可用：数据没有改变，请稍后重试。"


class DiskFull(RestockError):
    """There is no room left on the disk: nothing was changed; tell the administrator."""

    status = 507
    chinese = "磁盘已满：数据没有改变，请通知管理员。"


@contextmanager
def translated() -> Iterator[None]:
    """Let errors of a busy, absent or full database through as Unavailable or DiskFull."""
    try:
        yield
    except OperationalError as error:
        said = str(error.orig).lower()
        state = str(getattr(error.orig, "sqlstate", None) or "")
        if state == _FULL or "disk is full" in said:
            raise DiskFull from error
        if _passes(error, state, said):
            raise Unavailable from error
        raise


def _passes(error: DBAPIError, state: str, said: str) -> bool:
    if error.connection_invalidated or state.startswith(_PASSING):
        return True
    return not state and any(
        word in said for word in ("locked", "busy", "connection refused", "connection failed")
    )
