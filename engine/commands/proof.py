"""Proving who one is, by password and one-time code, and how often one may be wrong.

Failures are counted by place. Who stands at a known place (a browser that logged in before, or a session that is
open) is never kept out by what strangers guess elsewhere; strangers have a budget for the login and the address
together, one for the address, and one for the login from everywhere.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from engine.access import Actor
from engine.commands.passwords import accepted_code, matches
from engine.errors import FieldsRefused, Message, RestockError
from engine.model.database import Database
from engine.model.metadata import AnyRow
from engine.model.people import known_device, login_failure, user

#: Failures count for so long.
WINDOW = timedelta(minutes=15)
#: How many failures within the window one place has for one login; an address for all; a login from everywhere.
MOST_HERE, MOST_OF_ADDRESS, MOST_OF_LOGIN = 10, 20, 30
#: So many failures at one place cost nothing; after that each doubles the seconds until the next try.
FREE = 5
#: A browser is known for so long after its last login.
DEVICE_LASTS = timedelta(days=90)

_WHO = select(user.c.id, user.c.password, user.c.totp, user.c.totp_used, user.c.active).where(
    user.c.login == bindparam("login")
)
_KNOWN = (
    select(known_device.c.hash)
    .join(user, user.c.id == known_device.c.user_id)
    .where(
        known_device.c.hash == bindparam("hash"),
        known_device.c.seen_at > bindparam("since"),
        user.c.login == bindparam("login"),
    )
)

_WRONG = Message(zh="密码不正确。", en="The password is wrong.")
_WRONG_CODE = Message(
    zh="密码或动态验证码不正确；每个验证码只能用一次。",
    en="The password or the code is wrong; a code counts once.",
)


class LoginRefused(RestockError):
    """Login or password is wrong, or a one-time code is missing."""

    status = 401
    chinese = "登录名或密码不正确，或缺少动态验证码。"


class TooManyAttempts(RestockError):
    """Too many attempts: wait a while."""

    status = 429
    chinese = "尝试次数过多：请稍后再试。"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody proves who they are.

    `device`: what the browser keeps since an earlier login; `inside`: they hold a session or a token already.
    """

    address: str = ""
    device: str = ""
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """Failures under one subject: how many there may be, and whether each makes the next try wait longer."""

    subject: str
    most: int
    slows: bool = False


def require_proof(
    db: Database, login: str, password: str, code: str, place: Place, *, with_code: bool = True
) -> int:
    """Raises LoginRefused unless password, and code where the person has one, are right; TooManyAttempts.

    The number of the person. The hash is computed outside every transaction: it takes a tenth of a second. An
    unknown person costs what a known one costs, and is answered alike.
    """
    with db.read() as connection:
        now = db.now(connection)
        budgets = _budgets(connection, login, place, now)
        failed = _require_few(connection, budgets, now)
        row = connection.execute(_WHO, {"login": login}).one_or_none()
    right = matches(row.password if row is not None else "", password)
    step = _code_step(row, code, now) if with_code else 0
    if not (right and row is not None and row.active and step is not None):
        _fail(db, budgets)
        raise LoginRefused
    if step and not _use_code(db, row.id, step):
        raise LoginRefused
    if failed:
        _forgive(db, budgets)
    return int(row.id)


def prove_again(
    db: Database, actor: Actor, field: str, password: str, code: str = "", *, with_code: bool = True
) -> None:
    """Raises FieldsRefused for `field` unless the person of an open session proves anew who they are; TooManyAttempts."""
    place = Place(actor.address, inside=True)
    try:
        require_proof(db, actor.login, password, code, place, with_code=with_code)
    except LoginRefused as refused:
        told = _WRONG_CODE if with_code and actor.has_code else _WRONG
        raise FieldsRefused({field: told}) from refused


def secret_hash(secret: str) -> str:
    """What is kept of a secret that a cookie, a script or a link holds."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _budgets(connection: Connection, login: str, place: Place, now: datetime) -> list[Budget]:
    """Which failures count here. A known place has its own budget alone; that of strangers has no effect on it."""
    if place.inside:
        return [Budget(f"proof:{login}", MOST_HERE, slows=True)]
    if place.device:
        asked = {"hash": secret_hash(place.device), "since": now - DEVICE_LASTS, "login": login}
        known = connection.execute(_KNOWN, asked).scalar()
        if known is not None:
            return [Budget(f"device:{known[:48]}:{login}", MOST_HERE, slows=True)]
    budgets = [Budget(f"login:{login}", MOST_OF_LOGIN)]
    if place.address:
        here = network(place.address)
        budgets.append(Budget(f"address:{here}", MOST_OF_ADDRESS))
        budgets.append(Budget(f"here:{here}:{login}", MOST_HERE, slows=True))
    return budgets


def network(address: str) -> str:
    """The address; of the endless addresses that one subscriber has in IPv6, their network."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)


def _require_few(connection: Connection, budgets: list[Budget], now: datetime) -> bool:
    """Raises TooManyAttempts; whether there are failures at all. A right password costs nobody anything."""
    subjects = [budget.subject[:160] for budget in budgets]
    counted = select(login_failure.c.subject, login_failure.c.at).where(
        login_failure.c.subject.in_(subjects), login_failure.c.at > now - WINDOW
    )
    times: dict[str, list[datetime]] = {}
    for row in connection.execute(counted):
        times.setdefault(row.subject, []).append(row.at)
    wait = max(_wait(times.get(budget.subject[:160], []), budget, now) for budget in budgets)
    if wait > 0:
        raise TooManyAttempts(_please_wait(wait), seconds=wait)
    return bool(times)


def _wait(times: list[datetime], budget: Budget, now: datetime) -> int:
    """Seconds until this budget allows the next try; 0 when it does now."""
    until = now
    if len(times) >= budget.most:
        until = sorted(times)[-budget.most] + WINDOW
    elif budget.slows and len(times) >= FREE:
        until = max(times) + timedelta(seconds=2 ** (len(times) - FREE + 1))
    return max(0, -((now - until) // timedelta(seconds=1)))


def _please_wait(seconds: int) -> Message:
    if seconds <= 60:
        return Message(
            zh=f"尝试次数过多：请 {seconds} 秒后再试。",
            en=f"Too many attempts: try again in {seconds} seconds.",
        )
    minutes = -(-seconds // 60)
    return Message(
        zh=f"尝试次数过多：请 {minutes} 分钟后再试。您以前登录过的浏览器不受别人猜测的影响。",
        en=f"Too many attempts: try again in {minutes} minutes. A browser you logged in with before is not held up by what others guess.",
    )


def _fail(db: Database, budgets: list[Budget]) -> None:
    with db.write() as connection:
        now = db.now(connection)
        connection.execute(delete(login_failure).where(login_failure.c.at < now - WINDOW))
        rows = [{"subject": budget.subject[:160], "at": now} for budget in budgets]
        connection.execute(insert(login_failure), rows)


def _forgive(db: Database, budgets: list[Budget]) -> None:
    """Who got in here begins anew here; what strangers did to the login or from the address stays counted."""
    own = [budget.subject[:160] for budget in budgets if budget.slows]
    with db.write() as connection:
        connection.execute(delete(login_failure).where(login_failure.c.subject.in_(own)))


def _code_step(row: AnyRow | None, code: str, now: datetime) -> int | None:
    """0 when the person needs no code, else what `accepted_code` says."""
    if row is None or not row.totp:
        return 0
    return accepted_code(row.totp, code, now, row.totp_used)


def _use_code(db: Database, number: int, step: int) -> bool:
    """Mark a code as used; False when another request was first with it."""
    with db.write() as connection:
        mine = update(user).where(user.c.id == number, user.c.totp_used < step).values(totp_used=step)
        return connection.execute(mine).rowcount == 1
