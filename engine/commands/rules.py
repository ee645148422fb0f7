"""Change a rule without a new diagram: a setting, a day of the calendar, a year compared with its notice.

Each change is one transaction: what holds now, a row in the history of changes, an entry in the system's chain.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Table, delete, insert, select

from engine import access
from engine.access import Actor
from engine.audit.record import Note, record
from engine.calendar import FIRST_YEAR, LAST_YEAR
from engine.errors import FieldsRefused, Message, Refused
from engine.model.calendar import calendar_day, calendar_year, rule_change
from engine.model.database import Database
from engine.model.instances import SYSTEM, setting
from engine.model.work import Work, working
from engine.services.call import WrongInput
from engine.services.thresholds import Threshold, by_key

#: Longest reason and longest name of a day.
LONGEST = 200
LONGEST_NAME = 100

#: How the history spells a day of the calendar, and a year that was compared with its notice.
WORKING, RESTING = "working", "resting"
CONFIRMED = "confirmed"


class NothingChanges(Refused):
    """This is what holds already."""

    chinese = "与现行规定相同，无需修改。"


class NoSuchSetting(Refused):
    """There is no such setting."""

    chinese = "没有这项设置。"


def change_setting(db: Database, key: str, text: str, reason: str, actor: Actor) -> None:
    """Let a setting hold from now on, for instances that begin afterwards. `text`: its value as people write it.

    Raises Forbidden without `deploy`, NoSuchSetting, NothingChanges, FieldsRefused for a value that is none of the
    setting's kind and for a missing reason.
    """
    access.require(actor, "deploy")
    threshold = by_key().get(key)
    if threshold is None:
        raise NoSuchSetting
    kept = _kept(threshold, text, reason)
    with working(db) as work:
        work.lock(SYSTEM)
        stored = work.connection.execute(select(setting.c.value).where(setting.c.key == key)).scalar()
        if (threshold.usual if stored is None else threshold.read(stored)) == threshold.read(kept):
            raise NothingChanges
        work.connection.execute(delete(setting).where(setting.c.key == key))
        work.connection.execute(insert(setting).values(key=key, value=kept))
        _remember(work, actor, "setting", key, stored, kept, reason)


def decide_day(
    db: Database, day: date | None, working_day: bool, name: str, reason: str, actor: Actor
) -> None:
    """Let people work or rest on a day, whatever the notice says.

    Raises Forbidden, FieldsRefused with everything that is wrong (None is no day), NothingChanges.
    """
    access.require(actor, "deploy")
    name = name.strip()
    wrong = {"day": _NO_DAY} if day is None else _wrong_year(day.year)
    wrong |= _wrong_words(name, "name", LONGEST_NAME) | _wrong_reason(reason)
    if day is None or wrong:
        raise FieldsRefused(wrong)
    with working(db) as work:
        work.lock(SYSTEM)
        old = work.connection.execute(select(calendar_day).where(calendar_day.c.day == day)).one_or_none()
        if old is not None and (old.working, old.name) == (working_day, name):
            raise NothingChanges
        row = {"day": day, "working": working_day, "name": name, "by": actor.login, "at": work.now}
        _replace(work, calendar_day, calendar_day.c.day == day, row)
        before = spelled(old.working, old.name) if old is not None else None
        _remember(work, actor, "day", day.isoformat(), before, spelled(working_day, name), reason)


def restore_day(db: Database, day: date, reason: str, actor: Actor) -> None:
    """Let a day be as the notice says again. Raises Forbidden, FieldsRefused, NothingChanges when it is so."""
    access.require(actor, "deploy")
    _refuse(_wrong_reason(reason))
    with working(db) as work:
        work.lock(SYSTEM)
        old = work.connection.execute(select(calendar_day).where(calendar_day.c.day == day)).one_or_none()
        if old is None:
            raise NothingChanges
        work.connection.execute(delete(calendar_day).where(calendar_day.c.day == day))
        _remember(work, actor, "day", day.isoformat(), spelled(old.working, old.name), None, reason)


def confirm_year(db: Database, year: int, confirmed: bool, reason: str, actor: Actor) -> None:
    """Say that a year was compared with the State Council's notice, or that it has to be again.

    Raises Forbidden, FieldsRefused, NothingChanges.
    """
    access.require(actor, "deploy")
    _refuse(_wrong_year(year) | _wrong_reason(reason))
    with working(db) as work:
        work.lock(SYSTEM)
        mine = calendar_year.c.year == year
        known = work.connection.execute(select(calendar_year.c.year).where(mine)).first() is not None
        if known is confirmed:
            raise NothingChanges
        row = {"year": year, "by": actor.login, "at": work.now}
        _replace(work, calendar_year, mine, row if confirmed else None)
        before, after = (None, CONFIRMED) if confirmed else (CONFIRMED, None)
        _remember(work, actor, "year", str(year), before, after, reason)


def _kept(threshold: Threshold, text: str, reason: str) -> str:
    """The value as it is kept. Raises FieldsRefused with everything that is wrong."""
    errors: dict[str, Message] = {}
    kept = ""
    try:
        kept = str(threshold.read(text.strip()))
    except WrongInput:
        said = threshold.expected
        errors["value"] = Message(zh=f"请填写：{said.zh}。", en=f"Write {said.en}.")
    if not reason.strip():
        errors["reason"] = _REASON
    if errors:
        raise FieldsRefused(errors)
    return kept


_NO_DAY = Message(zh="请选择日期。", en="Take a day.")
_REASON = Message(zh="请写明修改原因，历史中会保留。", en="Say why: the history keeps it.")


def _refuse(wrong: dict[str, Message]) -> None:
    if wrong:
        raise FieldsRefused(wrong)


def _wrong_reason(reason: str) -> dict[str, Message]:
    return {} if reason.strip() else {"reason": _REASON}


def _wrong_year(year: int) -> dict[str, Message]:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    said = Message(
        zh=f"请选择 {FIRST_YEAR} 至 {LAST_YEAR} 年的日期。",
        en=f"Take a day from {FIRST_YEAR} to {LAST_YEAR}.",
    )
    return {"day": said}


def _wrong_words(text: str, field: str, most: int) -> dict[str, Message]:
    if 0 < len(text) <= most and text.isprintable():
        return {}
    return {field: Message(zh=f"请填写 1 至 {most} 个字。", en=f"Write 1 to {most} characters.")}


def spelled(working_day: bool, name: str) -> str:
    """How the history writes a decided day."""
    return f"{WORKING if working_day else RESTING} {name}"


def _replace(work: Work, table: Table, where: Any, row: dict[str, Any] | None) -> None:
    work.connection.execute(delete(table).where(where))
    if row is not None:
        work.connection.execute(insert(table).values(row))


def _remember(
    work: Work, actor: Actor, kind: str, key: str, old: str | None, new: str | None, reason: str
) -> None:
    """The entry in the chain, and the row by which pages find it."""
    kept = " ".join(reason.split())[:LONGEST]
    note = Note(f"rule.{kind}", changes={key: [old, new]}, more={"reason": kept})
    seq = record(work, actor, note)
    row = {"seq": seq, "kind": kind, "key": key, "old": old, "new": new, "reason": kept}
    work.connection.execute(insert(rule_change).values(**row, by=actor.login, at=work.now))
