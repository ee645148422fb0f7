"""Numbered papers: issued, revised, handed on in copies, filed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from engine.audit.chain import digest
from engine.errors import Message, NotFound
from engine.feel.values import to_json
from engine.model.papers import document, document_copy
from engine.model.upsert import upsert
from engine.services.call import Call, Values, WrongInput, count_of, mapping_of, rows
from engine.services.kinds import KINDS
from engine.services.notices import queue
from engine.services.numbers import next_number

#: What tells a paper from others, in the history.
_NAMED = ("id", "kind", "number", "version")

_STATES = frozenset({"draft", "signed", "void", "filed", "archived"})


def issue(call: Call) -> Values:
    """Issue a paper under a new number, or a new version of one, whose signatures then count no more."""
    before = mapping_of(call.get("document"), "document")
    return {
        "document": issue_paper(call, call.text("kind"), mapping_of(call.get("payload"), "payload"), before)
    }


def issue_paper(
    call: Call,
    kind: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    *,
    number: str = "",
    order_no: str = "",
) -> Values:
    """The paper as the diagrams know it; a further version of `before`.

    It is of the order and batch among the inputs unless `order_no` says otherwise. `number` is that of a paper of
    another kind which goes on as this one.
    """
    if kind not in KINDS:
        raise WrongInput("kind", "单据类型之一", f"one of {', '.join(KINDS)}")
    if before:
        number = str(before.get("number"))
    number, version = _number(call, kind, number, known=bool(before))
    batch = call.get("batch_no")
    values = {
        "kind": kind,
        "number": number,
        "version": version,
        "title": KINDS[kind].title,
        "order_no": order_no or call.text("order_no"),
        "batch_no": None if batch is None else count_of(batch, "batch_no"),
        "copies": len(KINDS[kind].copies),
        "payload": dict(payload),
        "hash": content_hash(kind, number, version, payload),
    }
    inserted = call.connection.execute(
        insert(document).values(**values, instance_id=call.instance_id, state="draft", issued_at=call.now)
    )
    paper = {"id": (inserted.inserted_primary_key or (None,))[0], **values}
    told = (*_NAMED, "hash", "order_no", "batch_no")
    call.papers.append({"state": "draft", **{name: paper[name] for name in told}})
    return paper


def content_hash(kind: str, number: str, version: int, payload: Mapping[str, Any]) -> str:
    """What signatures and the printed code refer to: SHA-256 over the canonical text of the paper."""
    return digest({"kind": kind, "number": number, "version": version, "payload": to_json(dict(payload))})


def copy(call: Call) -> Values:
    """Hand a copy of a paper to its holder, who is told (F01.10: the third copy goes to bookkeeping)."""
    paper = mapping_of(call.get("document"), "document")
    copy_no = count_of(call.get("copy_no"), "copy_no")
    purpose, holder = call.text("purpose"), call.text("holder")
    key = {"document_id": count_of(paper.get("id"), "document.id"), "copy_no": copy_no}
    values = {"purpose": purpose, "holder": holder, "at": call.now}
    call.connection.execute(
        upsert(call.connection, document_copy)
        .values(**key, **values)
        .on_conflict_do_update(index_elements=list(key), set_=values)
    )
    facts = {
        "number": paper.get("number"),
        "title": paper.get("title"),
        "copy_no": copy_no,
        "purpose": purpose,
    }
    queue(call, "ledger_copy", [{"role": holder}], facts, [paper])
    return {}


def file(call: Call) -> Values:
    """Write what became of papers: signed, void, filed or archived, and where they stand; what is void stays void."""
    state = call.text("state")
    if state not in _STATES:
        raise WrongInput("state", "单据状态之一", f"one of {', '.join(sorted(_STATES))}")
    papers = rows([paper for paper in call.get("documents") or [] if paper is not None], "documents")
    ids = [paper.count("id") for paper in papers]
    values: Values = {"filed_at": call.now}
    if call.text("shelf_ref"):
        values["shelf_ref"] = call.text("shelf_ref")
    if call.get("facts"):
        values["facts"] = dict(mapping_of(call.get("facts"), "facts"))
    mark(call, state, document.c.id.in_(ids), document.c.state != "void", **values)
    return {}


def mark(call: Call, state: str, *which: ColumnElement[bool], **more: Any) -> None:
    """Write what became of papers, and tell it to the history: whoever changed them past that is found."""
    changed = update(document).where(*which).values(state=state, **more)
    rows = call.connection.execute(changed.returning(*(document.c[name] for name in _NAMED))).all()
    call.papers.extend({"state": state, **row._asdict()} for row in sorted(rows, key=lambda row: row.id))


def as_value(row: Row[Any]) -> Values:
    """A stored paper as the diagrams know it: the very value that `issue` gave."""
    names = ("id", "kind", "number", "version", "title", "order_no", "batch_no", "copies", "payload", "hash")
    return {name: getattr(row, name) for name in names}


def of_instance(connection: Connection, instance_id: int) -> list[Row[Any]]:
    """The papers of an instance, newest versions first within their order of issue."""
    query = select(document).where(document.c.instance_id == instance_id)
    return list(
        connection.execute(query.order_by(document.c.issued_at, document.c.number, document.c.version.desc()))
    )


def one(connection: Connection, document_id: int) -> Row[Any]:
    """A paper by its id. Raises NotFound."""
    row = connection.execute(select(document).where(document.c.id == document_id)).one_or_none()
    if row is None:
        raise NotFound(Message(zh="没有这份单据。", en="There is no such document."))
    return row


def _number(call: Call, kind: str, number: str, *, known: bool) -> tuple[str, int]:
    """A new number, or the next version of a paper that has one; its earlier versions are void."""
    if not number:
        return next_number(call.connection, KINDS[kind].prefix, call.now), 1
    same = (document.c.kind == kind, document.c.number == number)
    newest = call.connection.scalars(select(func.max(document.c.version)).where(*same)).one()
    if newest is not None:
        mark(call, "void", *same)
    elif known:
        raise WrongInput("document", "已开出的单据", "a paper that was issued")
    return number, (newest or 0) + 1
