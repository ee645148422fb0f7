"""What departments state in writing: written, signed, and void as soon as anything of it is another (F14.10–12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine.audit.chain import digest
from engine.errors import Message
from engine.feel.values import to_json
from engine.model.instances import signature
from engine.model.papers import document
from engine.model.production import statement
from engine.services.call import Call, ServiceError, Values, WrongInput, count_of, mapping_of, text_of
from engine.services.documents import as_value, content_hash, issue_paper, mark, one
from engine.services.notices import queue

#: Kind of statement → kind of its paper.
PAPERS = {"material": "material_statement", "date": "due_date_statement", "recipe": "recipe_confirmation"}

#: Why a statement does not count.
MISSING, UNSIGNED, CHANGED, VOID = "missing", "unsigned", "changed", "void"
#: Why a row is void from the beginning, because there is a newer version, or with the instance or order that was cancelled.
ORAL, REPLACED, WITHDRAWN = "oral", "replaced", "withdrawn"


def write(call: Call) -> Values:
    """Write a statement on paper, to be signed; a further version makes the one before void.

    What was only said is written down and void at once. A recipe comes with the customer's signature.
    """
    kind = call.text("kind")
    if kind not in PAPERS:
        raise WrongInput("kind", "说明种类之一", f"one of {', '.join(PAPERS)}")
    text, facts = call.text("text"), dict(mapping_of(call.get("facts"), "facts"))
    if not text:
        raise WrongInput("text", "书面说明", "what is stated, in writing")
    before = mapping_of(call.get("statement"), "statement")
    if before:
        _void(call, _row(call.connection, before), REPLACED)
    payload = {**facts, "text": text, "department": call.text("department"), "date": call.today}
    paper = issue_paper(call, PAPERS[kind], payload, mapping_of(before.get("document"), "document") or None)
    key = {"no": paper["number"], "version": paper["version"], "kind": kind}
    stated = {"department": call.text("department"), "text": text, "facts": facts}
    standing = {"instance_id": call.instance_id, "order_no": call.text("order_no"), "written_at": call.now}
    call.connection.execute(
        insert(statement).values(hash=paper["hash"], document_id=paper["id"], **standing, **key, **stated)
    )
    state = _begin(call, key, kind, facts)
    return {"statement": {**key, **stated, "state": state, "document": paper}}


def _begin(call: Call, key: Values, kind: str, facts: Mapping[str, Any]) -> str:
    """How a new statement stands: void when it was oral, signed when the customer signed the recipe."""
    row = _row(call.connection, key)
    if call.text("given") == ORAL:
        _void(call, row, ORAL)
        return VOID
    customer = text_of(facts.get("customer_signer"))
    if kind != "recipe" or not customer:
        return "unsigned"
    _signed(call, row, {"signer": "", "signer_name": customer, "signed_at": call.now})
    return "signed"


def sign(call: Call) -> Values:
    """Note who signed the statement's paper in this instance.

    Error statement_changed when what is in hand is not what was written; WrongInput when nobody signed it.
    """
    given = mapping_of(call.get("statement"), "statement")
    row = _row(call.connection, given)
    if row.void_why or not _as_written(row, given):
        raise _changed(row)
    signed = _signature(call.connection, row.instance_id, given.get("document"))
    if signed is None:
        raise WrongInput("statement", "已签字的书面说明", "a statement that somebody signed")
    facts = {"signer": signed.signer, "signer_name": signed.signer_name, "signed_at": signed.at}
    _signed(call, row, facts)
    return {"statement": {**given, **facts, "state": "signed"}}


def check(call: Call) -> Values:
    """Whether a statement counts: signed, not replaced, and word for word what was signed.

    One that was changed after its signature is void from now on: cs, the department and sales are told.
    """
    given = mapping_of(call.get("statement"), "statement")
    if not given:
        return {"valid": False, "why": MISSING}
    row = _row(call.connection, given)
    why = _why(call.connection, row, given)
    if why == CHANGED:
        _void(call, row, CHANGED)
        _tell(call, row)
    return {"valid": not why, "why": why}


def review(call: Call) -> Values:
    """Check several statements; the kinds of those that do not count, each void from now on and told about."""
    given = [mapping_of(each, "statements") for each in call.get("statements") or []]
    return {"changed": [str(each.get("kind")) for each in given if check(_about(call, each))["why"]]}


def _about(call: Call, given: Mapping[str, Any]) -> Call:
    """The same job about one of the statements; what it tells has a key of its own."""
    return replace(call, variables={"statement": given}, key=f"{call.key}-{given.get('kind')}")


def require(call: Call, given: Mapping[str, Any]) -> None:
    """Raise ServiceError statement_changed unless the statement counts."""
    row = _row(call.connection, given)
    if _why(call.connection, row, given):
        raise _changed(row)


def _why(connection: Connection, row: Row[Any], given: Mapping[str, Any]) -> str:
    """Why a statement does not count; "" when it does."""
    if row.void_why:
        return VOID
    if row.signed_at is None:
        return UNSIGNED
    # The customer signs a recipe on paper: only our own people's signatures stand in the instance.
    alive = not row.signer or _signature(connection, row.instance_id, _paper(connection, row)) is not None
    return "" if alive and _as_written(row, given) else CHANGED


def _as_written(row: Row[Any], given: Mapping[str, Any]) -> bool:
    """Whether text, facts and paper in hand are those that were written."""
    paper = mapping_of(given.get("document"), "document")
    number, version = str(paper.get("number")), count_of(paper.get("version"), "version")
    payload = mapping_of(paper.get("payload"), "payload")
    now = content_hash(str(paper.get("kind")), number, version, payload)
    same = given.get("text") == row.text and to_json(given.get("facts")) == to_json(row.facts)
    return bool(same and row.hash == now == paper.get("hash"))


def _signature(connection: Connection, instance_id: int, paper: Any) -> Row[Any] | None:
    """The signature under a paper that still counts."""
    hashed = digest(to_json(paper))
    query = select(signature).where(
        signature.c.instance_id == instance_id,
        signature.c.document_hash == hashed,
        signature.c.decision == "sign",
        signature.c.void_seq.is_(None),
    )
    return connection.execute(query.order_by(signature.c.seq.desc()).limit(1)).one_or_none()


def withdraw(call: Call, order_no: str) -> None:
    """Nothing that was stated for a cancelled order counts any more."""
    query = select(statement).where(statement.c.order_no == order_no, statement.c.void_why == "")
    for row in call.connection.execute(query.order_by(statement.c.no, statement.c.version)).all():
        _void(call, row, WITHDRAWN)


def _paper(connection: Connection, row: Row[Any]) -> Values:
    return as_value(one(connection, row.document_id))


def _row(connection: Connection, given: Mapping[str, Any]) -> Row[Any]:
    key = (
        statement.c.no == str(given.get("no")),
        statement.c.version == count_of(given.get("version"), "version"),
    )
    row = connection.execute(select(statement).where(*key)).one_or_none()
    if row is None:
        raise WrongInput("statement", "已写下的书面说明", "a statement that was written")
    return row


def _same(row: Row[Any]) -> tuple[Any, Any]:
    return (statement.c.no == row.no, statement.c.version == row.version)


def _signed(call: Call, row: Row[Any], facts: Values) -> None:
    call.connection.execute(update(statement).where(*_same(row)).values(**facts))
    mark(call, "signed", document.c.id == row.document_id, filed_at=call.now)


def _void(call: Call, row: Row[Any], why: str) -> None:
    if not row.void_why:
        call.connection.execute(update(statement).where(*_same(row)).values(void_at=call.now, void_why=why))
        mark(call, "void", document.c.id == row.document_id, filed_at=call.now)


def _tell(call: Call, row: Row[Any]) -> None:
    roles = dict.fromkeys(("cs", row.department, "sales"))
    facts = {"number": row.no, "order_no": row.order_no, "signer": row.signer_name, "statement": row.kind}
    queue(call, "statement_void", [{"role": role} for role in roles], facts)


def _changed(row: Row[Any]) -> ServiceError:
    message = Message(
        zh=f"书面说明 {row.no} 在签字后有改动，原签字作废：请重新书写并签字。",
        en=f"Statement {row.no} was changed after it was signed, so the signature is void: write and sign it anew.",
    )
    return ServiceError("statement_changed", message)
