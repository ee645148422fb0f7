"""Browsers somebody has logged in with: what strangers guess elsewhere does not keep their owner out there."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, insert, select, update

from engine.commands.proof import DEVICE_LASTS, secret_hash
from engine.model.database import Database
from engine.model.people import known_device, user

#: So many browsers of one person are remembered; the one unused longest is forgotten first.
MOST = 20


def remember(db: Database, login: str, device: str = "") -> str:
    """Know this browser again for a while; the secret it keeps, a new one each time.

    `device` is what it kept so far: the other people who log in with the same browser stay known there, and a
    secret that somebody planted is worth nothing afterwards.
    """
    secret = secrets.token_urlsafe(32)
    fresh, old = secret_hash(secret), secret_hash(device)
    with db.write() as connection:
        now = db.now(connection)
        number = connection.execute(select(user.c.id).where(user.c.login == login)).scalar_one()
        mine = known_device.c.user_id == number
        outdated = known_device.c.seen_at < now - DEVICE_LASTS
        connection.execute(delete(known_device).where(outdated | (mine & (known_device.c.hash == old))))
        if device:
            connection.execute(update(known_device).where(known_device.c.hash == old).values(hash=fresh))
        connection.execute(insert(known_device).values(hash=fresh, user_id=number, seen_at=now))
        newest = select(known_device.c.hash).where(mine).order_by(known_device.c.seen_at.desc())
        beyond = connection.execute(newest.offset(MOST)).scalars().all()
        connection.execute(delete(known_device).where(mine, known_device.c.hash.in_(beyond)))
    return secret
