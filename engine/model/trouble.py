"""What a database in trouble says, in words a person can act on; everything else stays what it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from engine.errors import Message, RestockError

#: Deadlock, lock not available, the ways in which a server goes down, is not the first any more, or has no room.
_PASSING = ("40P01", "40001", "55P03", "57P01", "57P02", "57P03", "25006", "53300", "08")
_FULL = "53100"
_NOT_ALLOWED = "42501"


class Unavailable(RestockError):
    """The database is busy or away: nothing is half done, try again in a moment."""

    status = 503
    chinese = "数据库繁忙或暂不可用：没有做到一半的操作，请稍后重试。"


class DiskFull(RestockError):
    """There is no room left on the disk: nothing was changed; tell the administrator."""

    status = 507
    chinese = "磁盘已满：数据没有改变，请通知管理员。"


class NotOpened(RestockError):
    """The database cannot be used."""

    status = 503
    chinese = "数据库无法使用。"

    @classmethod
    def by(cls, error: Exception) -> NotOpened:
        """What kept it from being opened, in one line and without the password."""
        if isinstance(error, ImportError):
            return cls(_NO_DRIVER)
        if isinstance(error, ArgumentError):
            return cls(_NO_ADDRESS)
        cause = error.orig if isinstance(error, DBAPIError) else error
        said = " ".join(str(cause).split())
        return cls(Message(zh=f"打不开数据库：{said}", en=f"The database cannot be opened: {said}"))


_NO_DRIVER = Message(
    zh="缺少 PostgreSQL 的驱动：pip install 'restock[postgres]'。",
    en="The driver of PostgreSQL is missing: pip install 'restock[postgres]'.",
)
_NO_ADDRESS = Message(
    zh="RESTOCK_DATABASE 应为 postgresql://user:password@host/name；留空则用 SQLite。",
    en="RESTOCK_DATABASE must be postgresql://user:password@host/name; leave it empty for SQLite.",
)


@contextmanager
def translated() -> Iterator[None]:
    """Let errors of a busy, absent or full database through as Unavailable or DiskFull."""
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig).lower()
        state = str(getattr(error.orig, "sqlstate", None) or "")
        if state == _NOT_ALLOWED:
            raise NotOpened.by(error) from error
        if state == _FULL or "disk is full" in said:
            raise DiskFull from error
        if _passes(error, state, said):
            raise Unavailable from error
        raise


def _passes(error: DBAPIError, state: str, said: str) -> bool:
    if error.connection_invalidated or state.startswith(_PASSING):
        return True
    words = ("locked", "busy", "connection refused", "connection failed")
    return not state and isinstance(error, OperationalError) and any(word in said for word in words)
