"""The names behind logins, remembered for a minute, since every page shows some."""

from __future__ import annotations

import time
from collections.abc import Iterable

from sqlalchemy import Connection, select

from engine.access import SYSTEM
from engine.model.database import Database
from engine.model.people import user

#: Seconds a name is believed.
BELIEVED = 60.0


def names(db: Database, connection: Connection, logins: Iterable[str | None]) -> dict[str, str]:
    """Login -> name; a login nobody has any more stands for itself. One statement at most, mostly none."""
    known: dict[str, tuple[float, str]] = db.cache.setdefault("names", {})
    now = time.monotonic()
    wanted = {login for login in logins if login}
    unknown = sorted(login for login in wanted if known.get(login, (0.0, ""))[0] < now)
    found = {SYSTEM.login: SYSTEM.name}
    if unknown and set(unknown) != {SYSTEM.login}:
        query = select(user.c.login, user.c.name).where(user.c.login.in_(unknown))
        found |= {row.login: row.name for row in connection.execute(query)}
    for login in unknown:
        known[login] = (now + BELIEVED, found.get(login, login))
    return {login: known[login][1] for login in wanted}
