"""Written statements: only what is signed counts, and only as long as nothing of it is another."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from engine.audit.chain import digest
from engine.feel.values import to_json
from engine.model.instances import signature
from engine.model.papers import document, notification
from engine.model.production import statement
from engine.services.call import ServiceError, WrongInput

STATED = {"department": "production", "text": "3 月 10 日投产，18 日复卷完成。", "order_no": "SO2026-000001"}
FACTS = {"due_date": "2026-03-18", "production_date": "2026-03-10", "qty": 500}


@pytest.fixture
def signed(perform, connection, now):
    """Production's statement of its date, signed."""
    made = perform("statements.write", kind="date", **STATED, facts=FACTS)["statement"]
    put_name_to(connection, made, now)
    return perform("statements.sign", statement=made)["statement"]


def put_name_to(connection, made, now, **more):
    """A signature under the statement's paper, as commands keep it."""
    values = {
        "instance_id": 7, "seq": 5, "task": 3, "element": "sign_due_statement", "document": "due_paper",
        "values_hash": "", "document_hash": digest(to_json(made["document"])), "signer": "meng",
        "signer_name": "孟生产", "meaning": "按此交货", "decision": "sign", "at": now,
    }  # fmt: skip
    connection.execute(insert(signature).values(**{**values, **more}))


def stood(connection):
    """Version, who signed, and why it is void, of every statement."""
    query = select(statement).order_by(statement.c.no, statement.c.version)
    return [(row.version, row.signer_name, row.void_why) for row in connection.execute(query)]


def test_a_signed_statement_counts(perform, connection, signed):
    """Its signer and moment are those of the signature in the instance; its paper is signed."""
    assert {"valid": True, "why": ""} == perform("statements.check", statement=signed)
    assert ("signed", "meng", "孟生产") == tuple(signed[name] for name in ("state", "signer", "signer_name"))
    assert [(1, "孟生产", "")] == stood(connection)
    assert ["signed"] == list(connection.scalars(select(document.c.state)))


def test_what_nobody_signed_does_not_count(perform, connection, now):
    """Missing, unsigned, only refused: no; nor can it be noted as signed."""
    made = perform("statements.write", kind="material", **STATED)["statement"]
    put_name_to(connection, made, now, decision="refuse")

    assert {"valid": False, "why": "missing"} == perform("statements.check", statement=None)
    assert {"valid": False, "why": "unsigned"} == perform("statements.check", statement=made)
    with pytest.raises(WrongInput):
        perform("statements.sign", statement=made)


def test_what_was_only_said_is_void(perform, connection, now):
    """An oral confirmation is written down as void; a signature under it changes nothing (F14.11)."""
    made = perform("statements.write", kind="material", **STATED, given="oral")["statement"]
    put_name_to(connection, made, now)

    assert "void" == made["state"]
    assert {"valid": False, "why": "void"} == perform("statements.check", statement=made)
    with pytest.raises(ServiceError):
        perform("statements.sign", statement=made)
    assert [(1, "", "oral")] == stood(connection)


CHANGES = {
    "text": lambda made: {**made, "text": "3 月 25 日复卷完成。"},
    "facts": lambda made: {**made, "facts": {**FACTS, "due_date": "2026-03-25"}},
    "paper": lambda made: {**made, "document": _other(made["document"])},
    "paper and its hash": lambda made: {**made, "document": {**_other(made["document"]), "hash": "0" * 64}},
}


def _other(paper):
    return {**paper, "payload": {**paper["payload"], "due_date": "2026-03-25"}}


@pytest.mark.parametrize("change", CHANGES)
def test_a_statement_changed_after_signing_is_void(perform, connection, signed, change):
    """Whatever was changed, it counts no more, for good; the department, cs and sales are told; nothing is issued on it."""
    changed = CHANGES[change](signed)

    with pytest.raises(ServiceError) as refused:
        perform(
            "production.order",
            order_no="SO2026-000001",
            lines=[],
            production={"qty": 500},
            statements=[changed],
        )
    first = perform("statements.check", statement=changed)
    as_before = perform("statements.check", statement=signed)

    assert "statement_changed" == refused.value.code
    assert [{"valid": False, "why": "changed"}, {"valid": False, "why": "void"}] == [first, as_before]
    assert [(1, "孟生产", "changed")] == stood(connection)
    assert ["void"] == list(connection.scalars(select(document.c.state)))
    told = list(connection.execute(select(notification.c.recipient, notification.c.text_zh)))
    assert ["cs", "production", "sales"] == [row.recipient for row in told]
    assert "交期说明 JQ2026-000001 在 孟生产 签字后有改动，原签字作废" in told[0].text_zh


def test_several_are_reviewed_at_once(perform, connection, signed, now):
    """The kinds that do not count any more are named; what is as it was signed stays."""
    material = perform("statements.write", kind="material", **{**STATED, "department": "technical"})[
        "statement"
    ]
    put_name_to(connection, material, now, seq=6)
    material = perform("statements.sign", statement=material)["statement"]
    changed = {**signed, "text": "3 月 25 日复卷完成。"}

    assert {"changed": []} == perform("statements.review", statements=[material, signed])
    both = [{**material, "text": "原纸 1 吨"}, changed]
    assert {"changed": ["date"]} == perform("statements.review", statements=[material, changed])
    assert {("YL2026-000001", ""), ("JQ2026-000001", "changed")} == {
        (row.no, row.void_why) for row in connection.execute(select(statement))
    }
    recipients = set(connection.scalars(select(notification.c.recipient)))
    assert {"cs", "production", "sales"} == recipients
    assert {"changed": ["material", "date"]} == perform("statements.review", statements=both)
    assert 6 == len(list(connection.scalars(select(notification.c.id))))


def test_two_changed_at_once_are_both_told(perform, connection, signed, now):
    """Both statements changed: both are void, and each is told to its department."""
    material = perform("statements.write", kind="material", **{**STATED, "department": "technical"})[
        "statement"
    ]
    put_name_to(connection, material, now, seq=6)
    material = perform("statements.sign", statement=material)["statement"]
    changed = [{**each, "text": "另一个日期"} for each in (material, signed)]

    assert {"changed": ["material", "date"]} == perform("statements.review", statements=changed)
    recipients = list(connection.scalars(select(notification.c.recipient).order_by(notification.c.id)))
    assert ["cs", "technical", "sales", "cs", "production", "sales"] == recipients


def test_a_voided_signature_is_a_change(perform, connection, signed):
    """When the history has voided the signature under the paper, the statement counts no more either."""
    connection.execute(update(signature).values(void_seq=9))

    assert {"valid": False, "why": "changed"} == perform("statements.check", statement=signed)


def test_a_newer_version_makes_the_signed_one_void(perform, connection, signed):
    """Written again it has the same number, the next version, and nobody's signature."""
    again = perform("statements.write", kind="date", **STATED, facts=FACTS, statement=signed)["statement"]

    assert (signed["no"], 2, "unsigned") == (again["no"], again["version"], again["state"])
    assert [(1, "孟生产", "replaced"), (2, "", "")] == stood(connection)
    assert {"valid": False, "why": "void"} == perform("statements.check", statement=signed)


def test_a_recipe_is_signed_by_the_customer(perform, connection):
    """Written down with the customer's signed copy it counts at once; without a signer it does not."""
    facts = {"signed_file": {"id": 4}, "customer_signer": "方敏"}
    made = perform("statements.write", kind="recipe", **STATED, facts=facts)["statement"]
    bare = perform("statements.write", kind="recipe", **STATED)["statement"]

    assert {"valid": True, "why": ""} == perform("statements.check", statement=made)
    assert {"valid": False, "why": "unsigned"} == perform("statements.check", statement=bare)


def test_an_order_is_bound_by_what_production_stated(perform, signed):
    """The dates of the signed statement stand (F14.22); a postponement moves the due date with the confirmation's (G22)."""
    facts = {"order_no": "SO2026-000001", "lines": [], "statements": [signed]}
    made = perform("production.order", **facts, production={"qty": 500})["production_order"]
    later = perform(
        "production.order", **facts, production={"due_date": "2026-03-19"}, document=made["document"]
    )["production_order"]

    assert ("2026-03-18", "2026-03-10") == (made["due"].isoformat(), made["production_date"].isoformat())
    assert ("2026-03-19", 2) == (later["due"].isoformat(), later["document"]["version"])


def test_what_is_no_statement_is_refused(perform, signed):
    """Unknown kinds, statements without words or number: the job fails, nothing is written."""
    for wrong in (
        {"kind": "other"},
        {"kind": "date", "text": " "},
        {"kind": "date", "statement": {"no": "JQ", "version": 1}},
    ):
        with pytest.raises(WrongInput):
            perform("statements.write", **{**STATED, **wrong})
    with pytest.raises(WrongInput):
        perform("statements.check", statement={"no": "JQ2026-000404", "version": 1})
