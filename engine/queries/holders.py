"""Who holds a permission."""

from __future__ import annotations

from sqlalchemy import select

from engine.model.database import Database
from engine.model.people import membership, permission, user

#: So many names are read at most.
_MOST = 20


def names(db: Database, name: str) -> list[str]:
    """The names of the people whose roles hold the permission, those who left not, in their order."""
    query = (
        select(user.c.name)
        .join(membership, membership.c.user_id == user.c.id)
        .join(permission, permission.c.role == membership.c.role)
        .where(permission.c.name == name, user.c.active)
        .distinct()
        .order_by(user.c.name)
    )
    with db.read() as connection:
        return list(connection.scalars(query.limit(_MOST)))
