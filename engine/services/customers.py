"""Customers: who is calling, and what is remembered about them (客史)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, or_, select, update

from engine.model.papers import follow_up, survey
from engine.model.trade import customer, customer_address, customer_contact, customer_history, order
from engine.services.call import Call, Values, count_of, mapping_of, text_of

#: So many a list can be searched in by eye and by typing.
_CANDIDATES = 200
_HISTORY = 5


def find(call: Call) -> Values:
    """Look a caller up by telephone and name (F01.02)."""
    phone, name = _digits(call.text("phone")), call.text("name")
    found = _matching(call.connection, phone, name)
    rest = select(customer).where(customer.c.id.not_in([row.id for row in found])).order_by(customer.c.name)
    found += call.connection.execute(rest.limit(_CANDIDATES - len(found))).all()
    candidates = [
        _candidate(shape, row.phone) for shape, row in zip(_shapes(call, found), found, strict=True)
    ]
    exact = [
        shape
        for shape, row in zip(candidates, found, strict=True)
        if (phone and _digits(row.phone) == phone) or (name and row.name == name)
    ]
    contacts = _contacts(call.connection, phone)
    match = next(iter(exact), None) or next((shape for shape in candidates if shape["id"] in contacts), None)
    return {"candidates": candidates, "match": match}


def record(call: Call) -> Values:
    """Write into a customer's history (F01.R5), and remember address and invoice data for the next call.

    Somebody who is not in the catalogue of customers has no history: nothing is written.
    """
    facts = mapping_of(call.get("facts"), "facts")
    customer_id = count_of(call.get("customer_id"), "customer_id")
    if not customer_id:
        return {}
    kind = call.text("kind")
    row = {"customer_id": customer_id, "kind": kind, "ref": call.text("ref"), "text": call.text("text")}
    call.connection.execute(insert(customer_history).values(**row, facts=dict(facts), at=call.now))
    if facts.get("address"):
        _remember_address(call, customer_id, facts)
    if facts.get("title"):
        _remember_invoice(call, customer_id, facts)
    if any(facts.get(name) is not None for name in ("received", "matches", "intact")):
        answers = {name: facts.get(name) for name in ("received", "matches", "intact")}
        call.connection.execute(
            insert(follow_up).values(customer_id=customer_id, ref=row["ref"], at=call.now, **answers)
        )
    if facts.get("score") is not None:
        values = {"score": count_of(facts["score"], "score"), "comment": text_of(facts.get("comment"))}
        call.connection.execute(
            insert(survey).values(customer_id=customer_id, ref=row["ref"], at=call.now, **values)
        )
    return {}


def _digits(phone: str) -> str:
    return "".join(character for character in phone if character.isdigit())


def _contacts(connection: Connection, phone: str) -> set[int]:
    """The customers one of whose contacts has that number."""
    if not phone:
        return set()
    return set(
        connection.scalars(select(customer_contact.c.customer_id).where(customer_contact.c.phone == phone))
    )


def _matching(connection: Connection, phone: str, name: str) -> list[Row[Any]]:
    """Customers that fit, those with the very number first, then the very name, then a part of it."""
    by_contact = _contacts(connection, phone)
    plain = func.replace(func.replace(customer.c.phone, "-", ""), " ", "")
    conditions: list[ColumnElement[bool]] = [customer.c.id.in_(by_contact)] if by_contact else []
    conditions += [plain == phone] if phone else []
    conditions += [customer.c.name.contains(name, autoescape=True)] if name else []
    if not conditions:
        return []
    found = connection.execute(
        select(customer).where(or_(*conditions)).order_by(customer.c.name).limit(_CANDIDATES)
    ).all()

    def rank(row: Row[Any]) -> int:
        if phone and _digits(row.phone) == phone:
            return 0
        if name and row.name == name:
            return 1
        return 2 if row.id in by_contact else 3

    return sorted(found, key=rank)


def known(call: Call, customer_id: int | None) -> Values | None:
    """A customer on file as the diagrams know them; None for nobody."""
    if customer_id is None:
        return None
    found = call.connection.execute(select(customer).where(customer.c.id == customer_id)).all()
    return next(iter(_shapes(call, found)), None)


def _candidate(shape: Values, phone: str) -> Values:
    name, level = shape["name"], shape["level"]
    names = {"label": f"{name} · {level} 级 · {phone}", "en": f"{name} · class {level} · {phone}"}
    return {**shape, "value": str(shape["id"]), **names}


def _shapes(call: Call, found: Sequence[Row[Any]]) -> list[Values]:
    """Customers as the diagrams know them."""
    ids = [row.id for row in found]
    histories = _histories(call.connection, ids)
    addresses = _addresses(call.connection, ids)
    return [_shape(row, addresses.get(row.id), histories.get(row.id, [])) for row in found]


def _shape(row: Row[Any], address: Row[Any] | None, history: list[str]) -> Values:
    fields = ("id", "name", "level", "is_partner", "email", "preferred_channel")
    invoice = ("title", "tax_no", "invoice_item", "salesperson")
    return {
        **{name: getattr(row, name) for name in fields},
        "recipient": address.recipient if address else "",
        "phone": (address.phone if address else "") or row.phone,
        "address": address.address if address else "",
        **{name: getattr(row, name) for name in invoice},
        "is_new": row.credit == "new",
        "history": history,
    }


def _histories(connection: Connection, ids: list[int]) -> dict[int, list[str]]:
    """The newest entries of each customer."""
    place = func.row_number().over(
        partition_by=customer_history.c.customer_id,
        order_by=(customer_history.c.at.desc(), customer_history.c.id.desc()),
    )
    inner = (
        select(customer_history, place.label("place"))
        .where(customer_history.c.customer_id.in_(ids))
        .subquery()
    )
    texts: dict[int, list[str]] = {}
    for row in connection.execute(select(inner).where(inner.c.place <= _HISTORY).order_by(inner.c.place)):
        texts.setdefault(row.customer_id, []).append(row.text)
    return texts


def _addresses(connection: Connection, ids: list[int]) -> dict[int, Row[Any]]:
    """Where each customer's last order went; of those without an order the address on the card."""
    card = _newest(customer_address, customer_address.c.used_at, ids)
    last = _newest(order, order.c.received_at, ids)
    found = {row.customer_id: row for row in connection.execute(card)}
    found.update({row.customer_id: row for row in connection.execute(last) if row.address})
    return found


def _newest(table: Any, at: Any, ids: list[int]) -> Any:
    place = func.row_number().over(partition_by=table.c.customer_id, order_by=at.desc())
    chosen = (table.c.customer_id, table.c.recipient, table.c.phone, table.c.address)
    inner = select(*chosen, place.label("place")).where(table.c.customer_id.in_(ids)).subquery()
    return select(inner).where(inner.c.place == 1)


def _remember_address(call: Call, customer_id: int, facts: Any) -> None:
    values = {name: text_of(facts.get(name)) for name in ("recipient", "phone", "address")}
    same = [
        customer_address.c.customer_id == customer_id,
        *(customer_address.c[name] == values[name] for name in values),
    ]
    if not call.connection.execute(update(customer_address).where(*same).values(used_at=call.now)).rowcount:
        _add_address(call.connection, customer_id, values, call.now)


def _add_address(connection: Connection, customer_id: int, values: Values, now: datetime) -> None:
    connection.execute(insert(customer_address).values(customer_id=customer_id, used_at=now, **values))


def _remember_invoice(call: Call, customer_id: int, facts: Any) -> None:
    values = {name: text_of(facts[name]) for name in ("title", "tax_no", "invoice_item") if facts.get(name)}
    call.connection.execute(update(customer).where(customer.c.id == customer_id).values(**values))
