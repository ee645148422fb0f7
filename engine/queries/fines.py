"""The ledger of fines, month by month, with the points that went with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select

from engine import access
from engine.access import Actor
from engine.model.database import Database
from engine.model.people import user
from engine.model.stores import deduction, fine
from engine.model.trade import location


@dataclass(frozen=True, slots=True)
class Total:
    """What a person owes for a month."""

    person: str
    name: str
    slips: int
    pieces: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Ledger:
    """One month of the ledger; `months` are those with fines, the newest first."""

    month: str
    months: Sequence[str]
    rows: Sequence[Row[Any]]
    totals: Sequence[Total]
    deductions: Sequence[Row[Any]]
    pieces: int
    amount: Decimal


def ledger(db: Database, actor: Actor, *, month: str = "") -> Ledger:
    """The fines of a calendar month such as "2026-03"; the newest with fines when none is named.

    Raises Forbidden for who may not see the ledger.
    """
    access.require(actor, "see fines")
    with db.read() as connection:
        known = select(fine.c.month).distinct().order_by(fine.c.month.desc())
        months = list(connection.scalars(known))
        wanted = month or (months[0] if months else "")
        rows = connection.execute(
            select(fine, location.c.name.label("store_name"))
            .join(location, location.c.code == fine.c.store, isouter=True)
            .where(fine.c.month == wanted)
            .order_by(fine.c.recorded_at, fine.c.no)
        ).all()
        points = connection.execute(
            select(deduction, func.coalesce(user.c.name, deduction.c.person).label("name"))
            .join(user, user.c.login == deduction.c.person, isouter=True)
            .where(deduction.c.month == wanted)
            .order_by(deduction.c.person)
        ).all()
    amount = sum((row.amount for row in rows), Decimal(0))
    return Ledger(wanted, months, rows, _totals(rows), points, sum(row.pieces for row in rows), amount)


def _totals(rows: Sequence[Row[Any]]) -> list[Total]:
    people = {row.person: row.person_name for row in rows}
    return [
        Total(
            person,
            name,
            sum(row.kind == "slip" for row in rows if row.person == person),
            sum(row.pieces for row in rows if row.person == person),
            sum((row.amount for row in rows if row.person == person), Decimal(0)),
        )
        for person, name in sorted(people.items())
    ]
