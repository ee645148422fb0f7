"""One-time codes as a second factor, switched on and off by the person themselves.

A secret is offered after the password was given, and counts once a code made with it has come back. Whoever lost
their device is helped by the operator: `restock user code LOGIN --off`.
"""

from __future__ import annotations

from datetime import timedelta

import pyotp
from sqlalchemy import delete, insert, select, update

from engine.access import Actor
from engine.audit.record import Note, record
from engine.commands.passwords import accepted_code
from engine.commands.proof import prove_again
from engine.commands.sessions import replace_logins
from engine.errors import Conflict, FieldsRefused, Message, NotFound
from engine.model.database import Database
from engine.model.instances import SYSTEM
from engine.model.people import code_offer, user
from engine.model.work import working

#: An offered secret waits so long for its first code.
OFFERED = timedelta(minutes=15)

_WRONG_CODE = Message(
    zh="动态验证码不正确：请输入应用此刻显示的六位数字，并检查手机的时间。",
    en="The code is wrong: enter the six digits the app shows now, and check the time of the phone.",
)


class HasCode(Conflict):
    """You have one-time codes already: switch them off first."""

    chinese = "您已启用动态验证码：请先停用。"


def offer(db: Database, actor: Actor, password: str) -> None:
    """Make a secret for somebody who gives their password. Raises FieldsRefused (password), TooManyAttempts, HasCode."""
    if actor.has_code:
        raise HasCode
    prove_again(db, actor, "password", password)
    with db.write() as connection:
        now = db.now(connection)
        mine = (code_offer.c.user_id == actor.user_id) | (code_offer.c.expires_at <= now)
        connection.execute(delete(code_offer).where(mine))
        row = {"user_id": actor.user_id, "secret": pyotp.random_base32(), "expires_at": now + OFFERED}
        connection.execute(insert(code_offer).values(row))


def offered(db: Database, actor: Actor) -> str:
    """The secret that waits for its first code. Raises NotFound when there is none, or no more."""
    with db.read() as connection:
        still = code_offer.c.expires_at > db.now(connection)
        secret = connection.execute(
            select(code_offer.c.secret).where(code_offer.c.user_id == actor.user_id, still)
        ).scalar_one_or_none()
    if secret is None:
        raise NotFound
    return str(secret)


def confirm(db: Database, actor: Actor, code: str, *, agent: str = "") -> str:
    """Switch codes on by the first one; all logins end, and the secret of a new one is given.

    Raises FieldsRefused (code), NotFound when the offer is gone.
    """
    secret = offered(db, actor)
    with working(db) as work:
        work.lock(SYSTEM)
        step = accepted_code(secret, code, work.now, 0)
        if step is None:
            raise FieldsRefused({"code": _WRONG_CODE})
        gone = delete(code_offer).where(code_offer.c.user_id == actor.user_id, code_offer.c.secret == secret)
        if work.connection.execute(gone).rowcount != 1:
            raise NotFound
        mine = update(user).where(user.c.id == actor.user_id)
        work.connection.execute(mine.values(totp=secret, totp_used=step))
        record(work, actor, Note("user.totp", more={"login": actor.login, "on": True}))
        return replace_logins(work, actor.user_id, actor.address, agent)


def remove(db: Database, actor: Actor, password: str, code: str, *, agent: str = "") -> str:
    """Switch codes off, by password and code; all logins end, and the secret of a new one is given.

    Raises FieldsRefused (password), TooManyAttempts.
    """
    prove_again(db, actor, "password", password, code)
    with working(db) as work:
        work.lock(SYSTEM)
        work.connection.execute(update(user).where(user.c.id == actor.user_id).values(totp=""))
        record(work, actor, Note("user.totp", more={"login": actor.login, "on": False}))
        return replace_logins(work, actor.user_id, actor.address, agent)


def address(secret: str, login: str) -> str:
    """What the QR code holds: the address by which an authenticator app takes the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Restock")
