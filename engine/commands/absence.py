"""Being away: people say themselves who does their tasks meanwhile."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from engine.access import Actor
from engine.clock import COMPANY_ZONE
from engine.commands.proof import prove_again
from engine.commands.users import substitute
from engine.errors import FieldsRefused, Message
from engine.model.database import Database
from engine.queries import people

#: The longest absence, in days.
LONGEST = 366

_NOBODY = Message(zh="请选择代理人。", en="Choose who stands in for you.")
_NO_ROLE = Message(zh="请选择您的岗位之一。", en="Choose one of your roles.")
_PAST = Message(zh="不能早于今天。", en="Not before today.")
_TURNED = Message(zh="不能早于第一天。", en="Not before the first day.")
_LONG = Message(zh=f"最长 {LONGEST} 天。", en=f"At most {LONGEST} days.")
_NO_DAY = Message(zh="请填写日期。", en="Give a date.")


def leave(
    db: Database,
    actor: Actor,
    stand_in: str,
    first: date | None,
    last: date | None,
    *,
    role: str | None = None,
    password: str,
    code: str = "",
) -> None:
    """Let somebody do one's own tasks from the first to the last day, both whole days of the company's zone.

    `role`: in this role of one's own alone. Lending rights takes the password again. Raises FieldsRefused (stand_in,
    role, first, last, password), TooManyAttempts.
    """
    now = db.now()
    wrong = _wrong(db, actor, stand_in, role) | _wrong_days(now.astimezone(COMPANY_ZONE).date(), first, last)
    if wrong:
        raise FieldsRefused(wrong)
    prove_again(db, actor, "password", password, code)
    assert first is not None
    assert last is not None
    since = max(now, _midnight(first))
    substitute(db, actor.login, stand_in, since, _midnight(last + timedelta(days=1)), actor, role=role)


def _wrong(db: Database, actor: Actor, stand_in: str, role: str | None) -> dict[str, Message]:
    known = {each.login for each in people.all_users(db) if each.active and each.roles}
    wrong = {} if stand_in in known - {actor.login} else {"stand_in": _NOBODY}
    if role is not None and role not in actor.roles:
        wrong["role"] = _NO_ROLE
    return wrong


def _wrong_days(today: date, first: date | None, last: date | None) -> dict[str, Message]:
    wrong = {name: _NO_DAY for name, day in (("first", first), ("last", last)) if day is None}
    if first is not None and first < today:
        wrong["first"] = _PAST
    elif first is not None and (first - today).days >= LONGEST:
        wrong["first"] = _LONG
    elif first is not None and last is not None and last < first:
        wrong["last"] = _TURNED
    elif first is not None and last is not None and (last - first).days >= LONGEST:
        wrong["last"] = _LONG
    return wrong


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), COMPANY_ZONE)
