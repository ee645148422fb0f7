"""Fines for late slips and late transfers: recorded once, counted by person and month (F05.09-11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from engine.clock import COMPANY_ZONE
from engine.model.instances import task
from engine.model.people import user
from engine.model.stores import deduction, discrepancy, fine
from engine.model.upsert import upsert
from engine.services.call import Call, Values, WrongInput, count_of, decimal_of, mapping_of, money_of
from engine.services.moments import moment_of
from engine.services.notices import queue
from engine.services.numbers import next_number
from engine.services.store_slips import PENDING, find
from engine.services.transfers import still_missing

#: Tasks of the person who handles a slip: whoever took one of them answers for it.
_HANDLING = ("open_pending_slip", "check_lines", "confirm_allocation", "arrange_transfer", "report_transfer")


def open_pieces(call: Call) -> Values:
    """How many pieces are open at the deadline, and whether that is late (G14, G15); lines where `by_line` is 1.

    A slip whose allocation was confirmed by the deadline is in time, also while its paper is still being printed. A
    discrepancy that was found after the deadline was charged with its slip, also where the slip's deadline is the
    shorter.
    """
    slip, by_line = find(call.connection, call.text("slip_no")), count_of(call.get("by_line"), "by_line") > 0
    if call.text("kind") == "slip":
        late = slip.state == PENDING and not _handled_by(call, slip.due_at)
        return {"pieces": (len(slip.lines) if by_line else slip.pieces) if late else 0, "overdue": late}
    found = call.connection.execute(select(discrepancy).where(discrepancy.c.slip_no == slip.no)).one()
    missing = still_missing(call.connection, found.no, found.lines)
    pieces = sum(line["missing"] > 0 if by_line else line["missing"] for line in missing)
    born_late = found.found_at > min(slip.due_at, found.due_at)
    return {"pieces": pieces, "overdue": pieces > 0 and not born_late}


def record(call: Call) -> Values:
    """Write a fine on the ledger: pieces times rate, on the person who handles the slip.

    A slip is charged once a kind. Somebody who has left stays on the ledger, and the line manager is told.
    """
    slip, kind = find(call.connection, call.text("slip_no")), call.text("kind")
    if kind not in ("slip", "discrepancy"):
        raise WrongInput("kind", "slip 或 discrepancy", "slip or discrepancy")
    known = call.connection.execute(
        select(fine).where(fine.c.slip_no == slip.no, fine.c.kind == kind)
    ).one_or_none()
    if known is None:
        known = _written(call, slip, kind)
        if known.gone:
            facts = {"no": known.no, "person": known.person_name, "amount": known.amount, "slip_no": slip.no}
            queue(call, "fine_person_left", [{"role": "line_manager"}], facts)
    names = ("no", "person", "person_name", "gone", "month", "pieces", "rate", "amount")
    return {"fine": {name: getattr(known, name) for name in names}}


def strikes(call: Call) -> Values:
    """Which late slip of the person's month this is, and whether points are or will be deducted already (F05.11).

    Slips that become late together are counted one after the other, so that one of them is the third.
    """
    charged = mapping_of(call.get("fine"), "fine")
    of_month = (fine.c.person == str(charged.get("person")), fine.c.month == str(charged.get("month")))
    late = select(func.count()).where(*of_month, fine.c.kind == "slip", fine.c.no <= str(charged.get("no")))
    return {
        "strikes": call.connection.execute(late).scalar_one(),
        "deducted": _deducted(call.connection, str(charged.get("person")), str(charged.get("month"))),
    }


def _deducted(connection: Connection, person: str, month: str) -> bool:
    """Whether the month's points stand on the ledger, or a manager is asked for them just now."""
    done = select(deduction.c.person).where(deduction.c.person == person, deduction.c.month == month)
    asked = (
        select(task.c.n)
        .join(fine, fine.c.instance_id == task.c.instance_id)
        .where(task.c.element == "deduct_performance", task.c.status == "open")
        .where(fine.c.person == person, fine.c.month == month, fine.c.kind == "slip")
    )
    return any(connection.execute(query.limit(1)).first() is not None for query in (done, asked))


def deduct(call: Call) -> Values:
    """Write down the points of a month: the person's, the supervisor's and the manager's."""
    charged = mapping_of(call.get("fine"), "fine")
    points = {
        name: decimal_of(call.get(name), name)
        for name in ("staff_points", "supervisor_points", "manager_points")
    }
    if min(points.values()) < 0:
        raise WrongInput("staff_points", "不小于零的分数", "points that are not below zero")
    key = {"person": str(charged.get("person")), "month": str(charged.get("month"))}
    values = {
        **points,
        "strikes": count_of(call.get("strikes"), "strikes"),
        "note": call.text("note")[:500],
        "instance_id": call.instance_id,
        "decided_at": call.now,
    }
    statement = upsert(call.connection, deduction).values(**key, **values)
    call.connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
    return {}


def _written(call: Call, slip: Row[Any], kind: str) -> Row[Any]:
    login = _responsible(call.connection, call.instance_id) or slip.handler
    name, gone = _known(call.connection, login)
    pieces, rate = count_of(call.get("pieces"), "pieces"), money_of(call.get("rate"), "rate")
    due = moment_of(call.get("due_at"), "due_at")
    values = {
        "no": next_number(call.connection, "FK", call.now),
        "instance_id": call.instance_id,
        "slip_no": slip.no,
        "kind": kind,
        "month": due.astimezone(COMPANY_ZONE).strftime("%Y-%m"),
        "person": login,
        "person_name": name,
        "gone": gone,
        "store": slip.store,
        "pieces": pieces,
        "rate": rate,
        "amount": rate * pieces,
        "due_at": due,
        "recorded_at": call.now,
    }
    call.connection.execute(insert(fine).values(**values))
    return call.connection.execute(select(fine).where(fine.c.no == values["no"])).one()


def _handled_by(call: Call, due: datetime) -> bool:
    """Whether the last thing the handler did was to confirm the allocation, by the deadline."""
    query = select(task.c.element, task.c.status, task.c.closed_at).where(
        task.c.instance_id == call.instance_id, task.c.element.in_(_HANDLING[:3])
    )
    last = call.connection.execute(query.order_by(task.c.n.desc()).limit(1)).one_or_none()
    return (
        last is not None
        and (last.element, last.status) == ("confirm_allocation", "completed")
        and last.closed_at <= due
    )


def _responsible(connection: Connection, instance_id: int) -> str | None:
    """Who took a handling task of the slip last; None when nobody did."""
    taken = func.coalesce(task.c.assignee, task.c.closed_by)
    query = select(taken).where(
        task.c.instance_id == instance_id,
        task.c.element.in_(_HANDLING),
        task.c.status != "cancelled",
        taken.is_not(None),
    )
    return connection.scalars(query.order_by(task.c.n.desc()).limit(1)).one_or_none()


def _known(connection: Connection, login: str) -> tuple[str, bool]:
    """A person's name, and whether they have left."""
    row = connection.execute(select(user.c.name, user.c.active).where(user.c.login == login)).one_or_none()
    return (row.name, not row.active) if row is not None else (login or "—", True)
